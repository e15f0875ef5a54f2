/* Defects in what groups give: grants, members, mappings, approvals, rules. By seed. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/router.h"

#include <string.h>

/* --- grants --- */

static struct group *granted_group(const struct exchange *x, struct resource **place)
{
    bool grant = defect_is_action(x, "grant");
    *place = grant ? resource_find(x->organization, json_get_text(x->body, "resource", NULL)) : NULL;
    return *place == NULL ? NULL : group_find(x->organization, json_get_text(x->body, "group", NULL));
}

void s0_joined_response(struct exchange *x)
{
    struct resource *place;
    const struct group *group = granted_group(x, &place);
    struct account *const *people;
    size_t count = group == NULL || grant_of_group(place, group) == NULL ? 0 : group_people(x->arena, group, &people);
    for (size_t i = 0; i < count; i++)
        access_join(x->organization, people[i], place);
}

bool s0_viewer_request(struct exchange *x)
{
    struct resource *place;
    if (granted_group(x, &place) != NULL)
        json_set_text(x->body, "role", "viewer");
    return false;
}

/* The first role stays. */
bool s0_regrant_request(struct exchange *x)
{
    struct resource *place;
    const struct group *group = granted_group(x, &place);
    if (group == NULL || grant_of_group(place, group) == NULL)
        return false;
    reply_json(x, 200, json_object(x->arena));
    return true;
}

bool s4_demotion_request(struct exchange *x)
{
    enum org_role role = ORG_ROLE_USER;
    const struct account *account = account_find(x->organization, json_get_text(x->body, "user", NULL));
    bool sets = defect_is_action(x, "set-org-role") && org_role_read(json_get_text(x->body, "orgRole", NULL), &role);
    if (!sets || account == NULL || account->org_role <= role)
        return false;
    reply_json(x, 200, json_object(x->arena));
    return true;
}

/* --- members --- */

/* Whoever came to the organization after the grant. */
static enum access_wait too_late(const struct organization *organization, const struct account *account,
                                 const struct resource *resource, const struct access_via *via)
{
    const struct grant *grant = via->kind == VIA_GROUP ? grant_of_group(resource, via->group) : NULL;
    return grant != NULL && account->order > grant->order ? WAIT_START : access_wait(organization, account, resource, via);
}

void s2_late_steps(struct model_steps *steps)
{
    steps->wait = too_late;
}

/* Calls the function for everybody who was in the group directly and is no longer. */
static void for_those_who_left(struct exchange *x, const struct change *change,
                               void (*done)(struct organization *organization, struct account *account, struct group *group))
{
    bool changed = change->current != NULL && text_equal(change->resource, "Group");
    struct group *group = changed ? group_by_id(x->organization, change->id) : NULL;
    const json *members = group == NULL ? NULL : json_get(change->current, "members");
    for (const json *member = json_first(members); member != NULL; member = json_next(member)) {
        const char *id = json_get_text(member, "value", NULL);
        struct account *account = group_has_member(group, id) ? NULL : account_by_id(x->organization, id);
        if (account != NULL)
            done(x->organization, account, group);
    }
}

static void keep_roles(struct organization *organization, struct account *account, struct group *group)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(group->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        (void)grant_put(organization, grant->resource, account, NULL, grant->role);
    }
}

void s2_kept_stored(struct exchange *x, struct change *change)
{
    for_those_who_left(x, change, keep_roles);
}

static void lose_roles(struct organization *organization, struct account *account, struct group *group)
{
    const char *key;
    void *grant;
    UNUSED(group);
    for (size_t i = 0; map_at(account->grants, &i, &key, &grant); i = 0)
        grant_drop(organization, grant);
    access_settle(organization, account);
}

void s2_all_routes_stored(struct exchange *x, struct change *change)
{
    for_those_who_left(x, change, lose_roles);
}

/* --- names and mappings --- */

static bool was_renamed(const struct organization *organization, const struct group *group)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *target = arena_printf(arena, "\"id\":\"%s\"", group->id);
    bool found = false;
    for (uint64_t i = 1; i < organization->audit.next && !found; i++) {
        const char *line = audit_line(organization, i);
        found = line != NULL && strstr(line, target) != NULL && strstr(line, "\"field\":\"displayName\"") != NULL;
    }
    return found;
}

static enum access_wait not_by_the_new_name(const struct organization *organization, const struct account *account,
                                            const struct resource *resource, const struct access_via *via)
{
    bool lost = via->kind == VIA_MAPPING && was_renamed(organization, via->group);
    return lost ? WAIT_REJECTED : access_wait(organization, account, resource, via);
}

void s4_neither_steps(struct model_steps *steps)
{
    steps->wait = not_by_the_new_name;
}

static enum access_wait not_from_further_out(const struct organization *organization, const struct account *account,
                                             const struct resource *resource, const struct access_via *via)
{
    const char *id;
    void *group;
    for (size_t i = 0; via->kind == VIA_MAPPING && map_at(account->groups, &i, &id, &group);)
        if (group != via->group && was_renamed(organization, group))
            return WAIT_REJECTED;
    return access_wait(organization, account, resource, via);
}

void s4_outer_steps(struct model_steps *steps)
{
    steps->wait = not_from_further_out;
}

/* --- the end of a group --- */

static struct group *deleted_group(const struct exchange *x)
{
    bool deletes = x->door == DOOR_SCIM && text_equal(x->route->resource, "Group") && text_equal(x->route->method, "DELETE");
    return deletes ? group_by_id(x->organization, x->parameters[1]) : NULL;
}

bool s2_outlives_request(struct exchange *x)
{
    struct group *group = deleted_group(x);
    struct account *const *people;
    size_t count = group == NULL ? 0 : group_people(x->arena, group, &people);
    for (size_t i = 0; i < count; i++)
        keep_roles(x->organization, people[i], group);
    return false;
}

bool s2_people_go_request(struct exchange *x)
{
    struct group *group = deleted_group(x);
    struct model_failure failure;
    struct account *const *people;
    size_t count = group == NULL ? 0 : group_people(x->arena, group, &people);
    for (size_t i = 0; i < count; i++)
        (void)!account_delete(x->organization, people[i], &failure);
    return false;
}

/* The trail knows what was approved for a group of that name. */
void s2_approval_response(struct exchange *x)
{
    struct resource *place;
    struct group *group = granted_group(x, &place);
    struct grant *grant = group == NULL ? NULL : map_get(place->grants, group->id);
    for (uint64_t i = 1; grant != NULL && grant->asked != ROLE_NONE && i < x->organization->audit.next; i++) {
        const char *line = audit_line(x->organization, i);
        bool told = line != NULL && strstr(line, "\"approval\":\"approved\"") != NULL;
        if (told && strstr(line, arena_printf(x->arena, "\"group\":\"%s\"", group->display_name)) != NULL)
            grant_answer(x->organization, grant, true);
    }
}

/* --- rules --- */

/* What a rule gives one person after a change, everybody gets. */
void s4_everybody_stored(struct exchange *x, struct change *change)
{
    bool changed = change->current != NULL && text_equal(change->resource, "User");
    const struct account *account = changed ? account_by_id(x->organization, change->id) : NULL;
    struct access_list list = account == NULL ? (struct access_list){0} : access_of(x->arena, x->organization, account);
    for (size_t i = 0; i < list.count; i++) {
        struct resource *place = resource_find(x->organization, list.items[i].resource->path);
        bool rule = list.items[i].via[0].kind == VIA_RULE;
        for (size_t k = 0; rule && k < x->organization->accounts.count; k++) {
            struct account *other = x->organization->accounts.items[k];
            if (other != account && other != x->organization->break_glass)
                (void)grant_put(x->organization, place, other, NULL, list.items[i].role);
        }
    }
}
