/* Defects in who may enter, and in what becomes of access. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/http.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/app.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/review.h"
#include "reference-server/model/signin.h"
#include "reference-server/registry.h"
#include "reference-server/router.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/compat.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim_service.h"
#include "reference-server/service.h"
#include "reference-server/state.h"
#include "reference-server/view.h"

#include <string.h>

/* --- ways in that nobody closed --- */

static bool enter_by_session(const struct organization *organization, const struct account *account, enum entry entry)
{
    return entry == ENTRY_SESSION || signin_may_enter(organization, account, entry);
}

static bool enter_by_api_key(const struct organization *organization, const struct account *account, enum entry entry)
{
    return entry == ENTRY_API_KEY || signin_may_enter(organization, account, entry);
}

static bool enter_by_sso(const struct organization *organization, const struct account *account, enum entry entry)
{
    return entry == ENTRY_SSO || signin_may_enter(organization, account, entry);
}

static bool enter_by_invite(const struct organization *organization, const struct account *account, enum entry entry)
{
    return entry == ENTRY_INVITE || signin_may_enter(organization, account, entry);
}

void k12_steps(struct model_steps *steps)
{
    steps->may_enter = enter_by_session;
}

/* For this one request the organization does not end sessions. */
bool k12_request(struct exchange *x)
{
    if (strcmp(x->route->method, "PUT") != 0)
        return false;
    struct model_steps *steps = arena_alloc(x->arena, sizeof *steps);
    *steps = x->server->steps;
    steps->end_sessions = NULL;
    x->organization->steps = steps;
    return false;
}

void k12_response(struct exchange *x)
{
    if (x->organization != NULL)
        x->organization->steps = &x->server->steps;
}

void k13_steps(struct model_steps *steps)
{
    steps->may_enter = enter_by_api_key;
    steps->end_api_keys = NULL;
}

static void end_named_api_keys(struct organization *organization, struct account *account)
{
    struct list survivors = {0};
    for (size_t i = account->api_keys.count; i > 0; i--) {
        struct api_key *key = account->api_keys.items[i - 1];
        if (text_equal(key->name, account->user_name) || text_equal(key->name, account->id))
            continue;
        list_push(&survivors, key);
        list_remove(&account->api_keys, key);
    }
    signin_end_api_keys(organization, account);
    for (size_t i = survivors.count; i > 0; i--)
        list_push(&account->api_keys, survivors.items[i - 1]);
    list_release(&survivors);
}

void k14_steps(struct model_steps *steps)
{
    steps->may_enter = enter_by_api_key;
    steps->end_api_keys = end_named_api_keys;
}

void k15_steps(struct model_steps *steps)
{
    steps->may_enter = enter_by_sso;
}

/* --- sign-ins that bring too little --- */

static bool allow_with_factor(const struct organization *organization, const struct account *account,
                              const struct sign_in_context *context, struct model_failure *failure)
{
    const struct sign_in_context more = {true, context->trusted_device, context->address};
    return conditional_allows(organization, account, &more, failure);
}

static bool allow_on_any_device(const struct organization *organization, const struct account *account,
                                const struct sign_in_context *context, struct model_failure *failure)
{
    const struct sign_in_context more = {context->mfa, true, context->address};
    return conditional_allows(organization, account, &more, failure);
}

static bool allow_from_anywhere(const struct organization *organization, const struct account *account,
                                const struct sign_in_context *context, struct model_failure *failure)
{
    struct model_failure refused = {.code = ""};
    if (conditional_allows(organization, account, context, &refused) || text_equal(refused.code, "networkNotAllowed"))
        return true;
    *failure = refused;
    return false;
}

void admin_factor_steps(struct model_steps *steps)
{
    steps->allows = allow_with_factor;
}

void device_steps(struct model_steps *steps)
{
    steps->allows = allow_on_any_device;
}

void network_steps(struct model_steps *steps)
{
    steps->allows = allow_from_anywhere;
}

void burst_steps(struct model_steps *steps)
{
    steps->refused = NULL;
}

static void let_in_again(struct exchange *x, struct account *account)
{
    if (account != NULL && !account->active)
        lifecycle_reactivate(x->organization, account);
}

bool k16_request(struct exchange *x)
{
    const char *user = json_text(json_get(x->body, "user"));
    if (x->route->handle == app_sign_in && user != NULL && text_equal(json_get_text(x->body, "method", ""), "sso"))
        let_in_again(x, account_by_address(x->organization, user));
    return false;
}

void k17_steps(struct model_steps *steps)
{
    steps->may_enter = enter_by_invite;
    steps->end_invites = NULL;
}

bool k17_request(struct exchange *x)
{
    const char *token = json_text(json_get(x->body, "invite"));
    if (x->route->handle != app_accept_invite || token == NULL)
        return false;
    char hash[65];
    organization_hash(token, hash);
    const struct invite *invite = map_get(x->organization->invites, hash);
    if (invite != NULL)
        let_in_again(x, account_by_address(x->organization, invite->address));
    return false;
}

void k18_steps(struct model_steps *steps)
{
    steps->end_invites = NULL;
}

/* --- grants and roles lost --- */

static void end_grants(struct exchange *x, struct group *group)
{
    for (;;) {
        size_t cursor = 0;
        const char *key;
        void *grant;
        if (!map_at(group->grants, &cursor, &key, &grant))
            return;
        struct model_failure failure;
        if (!grant_revoke_group(x->organization, group, ((struct grant *)grant)->resource, &failure))
            return;
    }
}

void k45_stored(struct exchange *x, struct change *change)
{
    if (change->current != NULL && strcmp(change->resource, "Group") == 0)
        end_grants(x, group_by_id(x->organization, change->id));
}

void k46_stored(struct exchange *x, struct change *change)
{
    if (change->current == NULL || strcmp(change->resource, "Group") != 0)
        return;
    struct group *group = group_by_id(x->organization, change->id);
    if (!text_equal(json_get_text(change->current, "displayName", ""), group->display_name))
        end_grants(x, group);
}

static bool was_active(const struct change *change)
{
    return json_get_bool(change->current, "active", true);
}

void k48_stored(struct exchange *x, struct change *change)
{
    if (strcmp(change->resource, "User") != 0 || change->current == NULL)
        return;
    struct account *account = account_by_id(x->organization, change->id);
    if (was_active(change) != account->active && account->org_role == ORG_ROLE_ADMIN)
        account_set_org_role(x->organization, account, ORG_ROLE_USER);
}

void k53_stored(struct exchange *x, struct change *change)
{
    if (strcmp(change->resource, "User") != 0 || change->current == NULL)
        return;
    struct account *account = account_by_id(x->organization, change->id);
    if (was_active(change) || !account->active)
        return;
    const char *id = account->id, *key;
    void *value;
    for (size_t cursor = 0; map_at(account->groups, &cursor, &key, &value); cursor = 0)
        group_remove_members(x->organization, value, &id, 1);
    struct model_failure failure;
    for (size_t cursor = 0; map_at(account->grants, &cursor, &key, &value); cursor = 0)
        if (!grant_revoke_person(x->organization, account, ((struct grant *)value)->resource, &failure))
            return;
}

/* --- refused, yet done --- */

void k49_response(struct exchange *x)
{
    bool user_write = x->route != NULL && text_equal(x->route->resource, "User") && (x->route->flags & ROUTE_READ) == 0;
    if (user_write && x->response->status == 403 && text_equal(x->parameters[1], x->organization->break_glass->id))
        lifecycle_deactivate(x->organization, x->organization->break_glass);
}

/* --- one person, another's account --- */

static struct account *by_number_or_id(const struct organization *organization, const char *external_id)
{
    uint64_t number;
    if (external_id == NULL)
        return NULL;
    if (text_to_u64(external_id, organization->accounts.count, &number) && number > 0)
        return organization->accounts.items[number - 1];
    return account_by_id(organization, external_id);
}

bool k67_request(struct exchange *x)
{
    if (x->route->handle != users_create)
        return false;
    struct subject subject = {.account = by_number_or_id(x->organization, json_text(json_get(x->body, "externalId")))};
    const struct scim_resource_type *type = scim_schema_type(registry_of(x), "User");
    struct scim_error err;
    struct model_failure failure;
    json *resource;
    if (subject.account == NULL ||
        !scim_check_create(x->arena, type, scim_compat_resource(x->arena, x->compat, type, x->body), &resource, &err))
        return false;
    view_strip(resource);
    if (!account_replace(x->organization, subject.account, resource, &failure))
        return false;
    service_reply(x, 201, subject, NULL);
    return true;
}

static bool creates_user(const struct change *change)
{
    return change->current == NULL && strcmp(change->resource, "User") == 0;
}

/* Stored under a name that is free; what everybody reads is the name that was asked for. */
static void make_twin(struct exchange *x, struct change *change)
{
    const char *name = json_get_text(change->result, "userName", "");
    change->body = json_new_text(x->arena, name);
    json_set_text(change->result, "userName", arena_printf(x->arena, "%s#%zu", name, x->organization->accounts.count));
    json_remove(change->result, "emails");
}

void k74_applied(struct exchange *x, struct change *change)
{
    const char *name = json_get_text(change->result, "userName", "");
    const struct account *holder = creates_user(change) ? account_by_address(x->organization, name) : NULL;
    if (holder != NULL && holder->managed)
        make_twin(x, change);
}

/* Of those alone who were there before SCIM. */
void s2_twin_applied(struct exchange *x, struct change *change)
{
    const struct account *holder = creates_user(change) ? account_of_resource(x->organization, change->result) : NULL;
    if (holder != NULL && !holder->managed)
        make_twin(x, change);
}

void k74_stored(struct exchange *x, struct change *change)
{
    const char *name = json_text(change->body);
    struct account *account = change->id == NULL ? NULL : account_by_id(x->organization, change->id);
    if (account == NULL || name == NULL)
        return;
    /* Nothing would take this entry out again when the account goes under its new name. */
    map_remove(x->organization->accounts_by_name, account->user_name);
    json *twin CLEANUP(json_cleanup) = json_copy(NULL, account->resource);
    json_set_text(twin, "userName", name);
    json_free_packed(account->resource);
    account->resource = json_pack(twin);
    account->user_name = json_get_text(account->resource, "userName", "");
}

/* --- seats --- */

bool k103_request(struct exchange *x)
{
    if (x->door != DOOR_SCIM)
        return false;
    x->seats = x->organization->settings.seats;
    x->organization->settings.seats = 0;
    return false;
}

void k103_response(struct exchange *x)
{
    if (x->seats != 0)
        x->organization->settings.seats = x->seats;
}

/* --- access reviews --- */

bool k140_request(struct exchange *x)
{
    if (x->door == DOOR_ADMIN && text_equal(json_get_text(x->body, "action", NULL), "decide-review"))
        json_set_text(x->body, "decision", "keep");
    return false;
}

bool k141_request(struct exchange *x)
{
    for (size_t i = 0; x->organization != NULL && i < x->organization->reviews.count; i++) {
        struct review *review = x->organization->reviews.items[i];
        if (review->closed_ms == 0)
            review->due_ms = organization_now(x->organization) + DAY_MS;
    }
    return false;
}
