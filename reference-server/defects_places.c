/* Defects in where access holds: folders, managed workspaces, patterns, groups inside groups, the first click, what roles allow. By seed. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/http.h"
#include "common/json.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/app.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"
#include "reference-server/model/resource.h"
#include "reference-server/router.h"

/* --- folders --- */

static enum role whatever_it_is(const struct resource *folder, enum role above)
{
    UNUSED(folder);
    return above;
}

void s1_closed_open_steps(struct model_steps *steps)
{
    steps->passes = whatever_it_is;
}

static enum role nothing_passes(const struct resource *folder, enum role above)
{
    return folder->team_access == TEAM_ACCESS_INVITE_ONLY ? ROLE_NONE : access_passes(folder, above);
}

void s1_owner_out_steps(struct model_steps *steps)
{
    steps->passes = nothing_passes;
}

static enum role open_is_closed(const struct resource *folder, enum role above)
{
    return folder->team_access == TEAM_ACCESS_WORKSPACE ? ROLE_NONE : access_passes(folder, above);
}

void s1_open_closed_steps(struct model_steps *steps)
{
    steps->passes = open_is_closed;
}

static enum access_wait not_on_a_folder(const struct organization *organization, const struct account *account,
                                        const struct resource *resource, const struct access_via *via)
{
    bool own = via->kind == VIA_MANUAL && resource->kind == RESOURCE_FOLDER && resource->team_access == TEAM_ACCESS_WORKSPACE;
    return own ? WAIT_REJECTED : access_wait(organization, account, resource, via);
}

void s1_override_steps(struct model_steps *steps)
{
    steps->wait = not_on_a_folder;
}

/* --- grants that have to be refused --- */

static bool grant_all_the_same(struct exchange *x, bool folders)
{
    bool grants = defect_is_action(x, "grant");
    struct group *group = grants ? group_find(x->organization, json_get_text(x->body, "group", NULL)) : NULL;
    struct resource *place = grants ? resource_find(x->organization, json_get_text(x->body, "resource", NULL)) : NULL;
    enum role role;
    if (group == NULL || place == NULL || !role_read(json_get_text(x->body, "role", NULL), &role))
        return false;
    bool open = place->kind == RESOURCE_FOLDER && place->team_access == TEAM_ACCESS_WORKSPACE;
    if (folders ? !open : place->workspace->managed)
        return false;
    (void)grant_put(x->organization, place, NULL, group, role);
    reply_json(x, 200, json_object(x->arena));
    return true;
}

bool s1_open_granted_request(struct exchange *x)
{
    return grant_all_the_same(x, true);
}

bool s0_unmanaged_granted_request(struct exchange *x)
{
    return grant_all_the_same(x, false);
}

/* What was selected once stays selected. */
bool s0_managed_for_good_request(struct exchange *x)
{
    json *names = defect_is_action(x, "manage-workspaces") ? json_edit(x->body, "workspaces") : NULL;
    for (size_t i = 0; names != NULL && i < x->organization->workspaces.count; i++) {
        const struct resource *workspace = x->organization->workspaces.items[i];
        if (workspace->managed)
            json_push_text(names, workspace->path);
    }
    return false;
}

/* --- joinable and member --- */

/* Signing in joins whatever there is to join. */
void s0_sign_in_joins_response(struct exchange *x)
{
    bool in = x->route != NULL && x->route->handle == app_sign_in && x->response->status == 200;
    struct account *account = in ? account_find(x->organization, json_get_text(x->body, "user", NULL)) : NULL;
    struct access_list list = account == NULL ? (struct access_list){0} : access_of(x->arena, x->organization, account);
    for (size_t i = 0; i < list.count; i++)
        if (!list.items[i].member && list.items[i].via[0].kind != VIA_WORKSPACE)
            access_join(x->organization, account, resource_find(x->organization, list.items[i].resource->path));
}

/* The click opens, and nobody remembers it. */
bool s0_click_forgotten_request(struct exchange *x)
{
    const char *path = x->route->handle == app_open ? json_get_text(x->body, "resource", NULL) : NULL;
    struct resource *place = path == NULL ? NULL : resource_find(x->organization, path);
    struct access_entry entry;
    if (place == NULL || !access_on(x->arena, x->organization, x->person, place, &entry) || entry.member)
        return false;
    x->route->handle(x);
    access_leave(x->organization, x->person, entry.via[0].kind == VIA_WORKSPACE ? place->workspace : place);
    return true;
}

/* Who leaves a group comes back as a member of what it gives. */
void s0_member_for_good_stored(struct exchange *x, struct change *change)
{
    bool changed = change->current != NULL && text_equal(change->resource, "Group");
    const struct group *group = changed ? group_by_id(x->organization, change->id) : NULL;
    const json *before = group == NULL ? NULL : json_get(change->current, "members");
    for (const json *member = json_first(before); member != NULL; member = json_next(member)) {
        const char *id = json_get_text(member, "value", NULL), *key;
        struct account *account = group_has_member(group, id) ? NULL : account_by_id(x->organization, id);
        void *grant;
        for (size_t i = 0; account != NULL && map_at(group->grants, &i, &key, &grant);)
            access_join(x->organization, account, ((const struct grant *)grant)->resource);
    }
}

/* --- groups inside groups --- */

static enum access_wait direct_members_only(const struct organization *organization, const struct account *account,
                                            const struct resource *resource, const struct access_via *via)
{
    bool further_in = via->group != NULL && !group_has_member(via->group, account->id);
    return further_in ? WAIT_REJECTED : access_wait(organization, account, resource, via);
}

void s0_nested_steps(struct model_steps *steps)
{
    steps->wait = direct_members_only;
}

/* --- patterns of workspaces --- */

static bool is_named(const struct policy_group_mapping *mapping, const struct resource *workspace)
{
    bool named = mapping->all;
    for (size_t i = 0; i < mapping->workspace_count && !named; i++)
        named = text_equal(mapping->workspaces[i], workspace->path);
    return named;
}

static enum access_wait by_name_alone(const struct organization *organization, const struct account *account,
                                      const struct resource *resource, const struct access_via *via)
{
    const struct policy_group_mapping *mapping =
        via->kind == VIA_MAPPING && resource != NULL ? policy_mapping(organization->policies, via->group->display_name) : NULL;
    bool by_pattern =
        (mapping != NULL && !is_named(mapping, resource)) || (via->kind == VIA_ORG_ROLE && account->org_role == ORG_ROLE_MANAGER);
    return by_pattern ? WAIT_REJECTED : access_wait(organization, account, resource, via);
}

void s4_pattern_is_name_steps(struct model_steps *steps)
{
    steps->wait = by_name_alone;
}

/* A pattern matches everything. The policies are the organization's own: nothing else reads these members. */
bool s4_pattern_is_all_request(struct exchange *x)
{
    const struct policies *policies = x->organization == NULL ? &policies_none : x->organization->policies;
    for (size_t i = 0; i < policies->group_mappings.count; i++) {
        struct policy_group_mapping *mapping = (struct policy_group_mapping *)(uintptr_t)&policies->group_mappings.items[i];
        mapping->all = mapping->all || mapping->workspace_count > 0;
    }
    return false;
}

/* --- the hierarchy --- */

bool s4_inherited_stays_request(struct exchange *x)
{
    const struct policies *policies = x->organization == NULL ? &policies_none : x->organization->policies;
    for (size_t i = 0; i < policies->group_hierarchy.count; i++)
        ((struct policy_hierarchy_group *)(uintptr_t)&policies->group_hierarchy.items[i])->parent = NULL;
    return false;
}

/* --- what roles allow --- */

static bool may_like_those_below(enum role role, enum permission permission)
{
    bool may = false;
    for (enum role below = ROLE_VIEWER; below <= role && !may; below++)
        may = role_may(below, permission);
    return may;
}

void s2_rank_decides_steps(struct model_steps *steps)
{
    steps->may = may_like_those_below;
}

static bool may_once_inside(enum role role, enum permission permission)
{
    return role_may(role > ROLE_NONE && role < ROLE_EDITOR ? ROLE_EDITOR : role, permission);
}

void s2_inside_is_enough_steps(struct model_steps *steps)
{
    steps->may = may_once_inside;
}

bool s1_check_comments_request(struct exchange *x)
{
    const char *role = defect_is_action(x, "grant") ? json_get_text(x->body, "role", NULL) : NULL;
    if (role != NULL && text_starts_nocase(role, "check"))
        json_set_text(x->body, "role", "commenter");
    return false;
}

/* What is archived is worked in like everything else. */
bool s4_archived_open_request(struct exchange *x)
{
    const char *path = x->route->handle == app_work ? json_get_text(x->body, "project", NULL) : NULL;
    struct project *project = path == NULL ? NULL : project_find(x->organization, path);
    if (project == NULL || !project->archived)
        return false;
    project->archived = false;
    x->route->handle(x);
    project->archived = true;
    return true;
}
