/* Defects in what the trail tells, in what is restored, and in what groups and projects leave behind, by the seed whose rule they break. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/router.h"
#include "reference-server/trail.h"

#include <string.h>

/* --- the trail, as it is shown --- */

/* Whether the event stays; it may be changed. */
typedef bool change_event(const char *name, json *event);

static void change_trail(struct exchange *x, change_event *change)
{
    json *logs = x->route != NULL && x->route->handle == trail_show ? json_edit(x->reply, "audit_logs") : NULL;
    for (json *family = json_edit_first(logs); family != NULL; family = json_edit_next(family)) {
        for (json *list = json_edit_first(family); list != NULL; list = json_edit_next(list)) {
            for (json *event = json_edit_first(list), *next; event != NULL; event = next) {
                next = json_edit_next(event);
                if (!change(json_key(list), event))
                    json_remove_node(list, event);
            }
        }
    }
}

/* One event that is never told. */
#define UNTOLD(function, event)                                                                                                  \
    static bool function##_stays(const char *name, json *json_event)                                                             \
    {                                                                                                                            \
        UNUSED(json_event);                                                                                                      \
        return !text_equal(name, audit_event_name(event));                                                                       \
    }                                                                                                                            \
    void function(struct exchange *x)                                                                                            \
    {                                                                                                                            \
        change_trail(x, function##_stays);                                                                                       \
    }

UNTOLD(s4_untold_created, AUDIT_USER_CREATED)
UNTOLD(s4_untold_updated, AUDIT_USER_UPDATED)
UNTOLD(s4_untold_deprovisioned, AUDIT_USER_DEPROVISIONED)
UNTOLD(s4_untold_login, AUDIT_LOGIN_ATTEMPTS)
UNTOLD(s4_untold_permission, AUDIT_PERMISSION_CHANGES)
UNTOLD(s4_untold_membership, AUDIT_GROUP_MEMBERSHIP)
UNTOLD(s4_untold_operation, AUDIT_SYNC_OPERATIONS)
UNTOLD(s4_untold_error, AUDIT_ERROR_CONDITIONS)
UNTOLD(s4_untold_configuration, AUDIT_CONFIGURATION_CHANGES)

static bool without_old_role(const char *name, json *event)
{
    UNUSED(name);
    json_remove(event, "old_role");
    return true;
}

void s4_old_role_response(struct exchange *x)
{
    change_trail(x, without_old_role);
}

static bool without_failure(const char *name, json *event)
{
    UNUSED(name);
    return !text_equal(json_get_text(event, "result", NULL), "failure");
}

void s4_refused_untold_response(struct exchange *x)
{
    change_trail(x, without_failure);
}

static bool without_clock(const char *name, json *event)
{
    UNUSED(name);
    return !text_equal(json_get_text(event, "actor", NULL), "clock");
}

void s4_clock_untold_response(struct exchange *x)
{
    change_trail(x, without_clock);
}

static bool without_approval(const char *name, json *event)
{
    UNUSED(name);
    return json_get(event, "approval") == NULL;
}

void s4_approval_untold_response(struct exchange *x)
{
    change_trail(x, without_approval);
}

/* Wherever a client writes it: a resource, or an operation with or without a path. */
static const char *password_of(const json *body)
{
    const char *found = json_get_text(body, "password", NULL);
    for (const json *op = json_first(json_get(body, "Operations")); found == NULL && op != NULL; op = json_next(op)) {
        bool named = text_equal(json_get_text(op, "path", NULL), "password");
        found = named ? json_get_text(op, "value", NULL) : json_get_text(json_get(op, "value"), "password", NULL);
    }
    return found;
}

void s4_secret_told_stored(struct exchange *x, struct change *change)
{
    const struct account *account = account_by_id(x->organization, change->id);
    const char *password = password_of(change->body);
    if (account != NULL && password != NULL)
        audit_field(x->organization, account, "password", NULL, password);
}

/* --- what comes back --- */

void s4_lasting_stored(struct exchange *x, struct change *change)
{
    struct account *account = change->current == NULL ? account_by_id(x->organization, change->id) : NULL;
    struct resource *places[16];
    size_t count = 0;
    const char *key;
    void *value;
    for (size_t i = 0; account != NULL && count < ARRAY_LEN(places) && map_at(account->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        if (grant->timed)
            places[count++] = grant->resource;
    }
    for (size_t i = 0; i < count; i++)
        (void)grant_put(x->organization, places[i], account, NULL, grant_timed_of(places[i], account->id)->role);
}

/* What the trail says that a group of this name has lost. */
static void give_again(struct exchange *x, struct group *group, const json *entry)
{
    for (const json *event = json_first(json_get(entry, "events")); event != NULL; event = json_next(event)) {
        struct resource *place = resource_find(x->organization, json_get_text(event, "resource", NULL));
        enum role role;
        if (place != NULL && text_equal(json_get_text(event, "of", NULL), "grant") &&
            text_equal(json_get_text(event, "group", NULL), group->display_name) &&
            text_equal(json_get_text(event, "new_role", NULL), "none") &&
            role_read(json_get_text(event, "old_role", NULL), &role))
            (void)grant_put(x->organization, place, NULL, group, role);
    }
}

void s2_reborn_stored(struct exchange *x, struct change *change)
{
    struct group *group = change->current == NULL ? group_by_id(x->organization, change->id) : NULL;
    const char *line;
    for (uint64_t i = 1; group != NULL && i < x->organization->audit.next; i++) {
        line = audit_line(x->organization, i);
        json *entry CLEANUP(json_cleanup) = line == NULL ? NULL : json_parse_trusted((struct bytes){line, strlen(line)});
        give_again(x, group, entry);
    }
}

static void keep_assignments(struct organization *organization, const struct removal *removal)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    bool *was = arena_array(arena, removal->count + 1, sizeof *was);
    for (size_t i = 0; i < removal->count; i++)
        was[i] = assigned(removal->items[i].account, removal->items[i].project);
    deprovisioning_let_go(organization, removal);
    for (size_t i = 0; i < removal->count; i++)
        if (was[i])
            assign(organization, removal->items[i].account, removal->items[i].project);
}

void s4_assigned_steps(struct model_steps *steps)
{
    steps->let_go = keep_assignments;
}
