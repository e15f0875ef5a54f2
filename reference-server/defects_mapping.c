/* Defects in what comes in. Most of them are an organization that has other policies than were set, for as long as one request takes. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/admin.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/router.h"

#include <string.h>

/* --- other policies for a request --- */

struct other {
    struct policies policies;
    const struct policies *real;
};

static bool reads_policies(const struct exchange *x)
{
    return x->organization != NULL && (x->door == DOOR_SCIM || x->route->handle == admin_profile);
}

/* A copy to change; it says by its arena whose it is. NULL: this request sets policies itself, or has none. */
static struct policies *other_policies(struct exchange *x)
{
    if (!reads_policies(x))
        return NULL;
    if (x->organization->policies->arena == x->arena)
        return &((struct other *)(uintptr_t)x->organization->policies)->policies;
    struct other *other = arena_alloc(x->arena, sizeof *other);
    other->policies = *x->organization->policies;
    other->policies.arena = x->arena;
    other->real = x->organization->policies;
    x->organization->policies = &other->policies;
    return &other->policies;
}

void s4_policies_response(struct exchange *x)
{
    if (x->organization != NULL && x->organization->policies->arena == x->arena)
        x->organization->policies = ((const struct other *)x->organization->policies)->real;
}

bool s4_transformations_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->transformations.count = 0;
    return false;
}

bool s4_lookup_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies == NULL)
        return false;
    size_t count = policies->transformations.count;
    struct policy_transformation *items = arena_array(x->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = policies->transformations.items[i];
        items[i].lookup = false;
    }
    policies->transformations.items = items;
    return false;
}

bool s4_conditions_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies == NULL)
        return false;
    size_t count = policies->custom_mappings.count;
    struct policy_custom_mapping *items = arena_array(x->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = policies->custom_mappings.items[i];
        items[i].condition_count = 0;
    }
    policies->custom_mappings.items = items;
    return false;
}

bool s4_creation_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->provisioning.attributes = NULL;
    return false;
}

bool s4_role_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->provisioning.has_default_role = false;
    return false;
}

bool s4_early_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->provisioning.trigger = PROVISIONING_USER_ASSIGNED;
    return false;
}

bool s4_welcome_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->provisioning.welcome_email = false;
    return false;
}

bool s4_update_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->sync.attributes = NULL;
    return false;
}

static void listen_to(struct exchange *x, enum sync_trigger trigger)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->sync.triggers |= 1u << trigger;
}

bool s4_profile_trigger_request(struct exchange *x)
{
    listen_to(x, SYNC_PROFILE);
    return false;
}

bool s4_member_trigger_request(struct exchange *x)
{
    listen_to(x, SYNC_MEMBERSHIP);
    return false;
}

bool s4_manager_trigger_request(struct exchange *x)
{
    listen_to(x, SYNC_MANAGER);
    return false;
}

bool s4_frequency_request(struct exchange *x)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->sync.frequency = SYNC_REAL_TIME;
    return false;
}

static void let_win(struct exchange *x, enum sync_conflict conflict)
{
    struct policies *policies = other_policies(x);
    if (policies != NULL)
        policies->sync.conflict = conflict;
}

bool s4_okta_wins_request(struct exchange *x)
{
    let_win(x, SYNC_OKTA_WINS);
    return false;
}

bool s4_local_wins_request(struct exchange *x)
{
    let_win(x, SYNC_LOCAL_WINS);
    return false;
}

/* --- what a write is taken to mean --- */

void s4_custom_applied(struct exchange *x, struct change *change)
{
    UNUSED(x);
    json_remove(change->result, ACCOUNT_URN_CUSTOM);
}

/* What is mapped is kept out as soon as another block has a list. */
void s4_unlisted_applied(struct exchange *x, struct change *change)
{
    const struct policies *policies = x->organization->policies;
    bool creates = change->current == NULL;
    if (strcmp(change->resource, "User") == 0 &&
        (creates ? policies->provisioning.attributes != NULL : policies->sync.attributes != NULL))
        json_set_copy(change->result, ACCOUNT_URN_CUSTOM, json_get(change->current, ACCOUNT_URN_CUSTOM));
}

/* A list becomes its first value. */
void s4_list_applied(struct exchange *x, struct change *change)
{
    UNUSED(x);
    json *custom = json_edit(change->result, ACCOUNT_URN_CUSTOM);
    for (json *n = json_edit_first(custom); n != NULL; n = json_edit_next(n)) {
        json *first = json_is(n, JSON_ARRAY) ? json_edit_first(n) : NULL;
        while (first != NULL && json_edit_next(first) != NULL)
            json_remove_node(n, json_edit_next(first));
    }
}

/* A manager who is named otherwise than by id is passed over. */
void s4_manager_applied(struct exchange *x, struct change *change)
{
    json *enterprise = json_edit(change->result, ACCOUNT_URN_ENTERPRISE);
    const char *value = json_get_text(json_get(enterprise, "manager"), "value", NULL);
    if (value != NULL && account_by_id(x->organization, value) == NULL)
        json_remove(enterprise, "manager");
}
