/* Defects in what the events of the access model do, where no other file has them: setting up, coming, leaving for good. By seed. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/admin.h"
#include "reference-server/app.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"
#include "reference-server/model/resource.h"
#include "reference-server/router.h"
#include "reference-server/scim_service.h"

#include <string.h>

bool defect_is_action(const struct exchange *x, const char *action)
{
    return x->route != NULL && x->route->handle == admin_action && text_equal(json_get_text(x->body, "action", NULL), action);
}

static struct resource *first_workspace(const struct exchange *x)
{
    for (size_t i = 0; i < x->organization->workspaces.count; i++) {
        struct resource *workspace = x->organization->workspaces.items[i];
        if (workspace->managed)
            return workspace;
    }
    return NULL;
}

bool s2_revoke_request(struct exchange *x)
{
    if (!defect_is_action(x, "revoke-token"))
        return false;
    reply_json(x, 200, json_object(x->arena));
    return true;
}

void s2_newcomer_stored(struct exchange *x, struct change *change)
{
    struct account *account = change->current == NULL ? account_by_id(x->organization, change->id) : NULL;
    struct resource *workspace = first_workspace(x);
    if (account != NULL && workspace != NULL)
        (void)grant_put(x->organization, workspace, account, NULL, ROLE_VIEWER);
}

void s0_pushed_stored(struct exchange *x, struct change *change)
{
    struct group *group = change->current == NULL ? group_by_id(x->organization, change->id) : NULL;
    struct resource *workspace = first_workspace(x);
    if (group != NULL && workspace != NULL)
        (void)grant_put(x->organization, workspace, NULL, group, ROLE_VIEWER);
}

void s2_link_applied(struct exchange *x, struct change *change)
{
    bool user = text_equal(change->resource, "User");
    struct account *found = user ? account_of_resource(x->organization, change->result) : NULL;
    struct account *account = found != NULL && !found->managed ? found : NULL;
    const char *key;
    void *grant;
    for (size_t i = 0; account != NULL && map_at(account->grants, &i, &key, &grant); i = 0)
        grant_drop(x->organization, grant);
}

/* What rules give somebody who is edited in the product is theirs by hand from then on. */
bool s4_edited_request(struct exchange *x)
{
    struct account *account =
        defect_is_action(x, "edit-profile") ? account_find(x->organization, json_get_text(x->body, "user", "")) : NULL;
    if (account == NULL)
        return false;
    struct access_list before = access_of(x->arena, x->organization, account);
    for (size_t i = 0; i < before.count; i++) {
        const struct access_entry *entry = &before.items[i];
        if (entry->via[0].kind == VIA_RULE)
            grant_put(x->organization, resource_find(x->organization, entry->resource->path), account, NULL, entry->role);
    }
    return false;
}

/* Who may open the place joins it, however they are in. */
bool s0_click_request(struct exchange *x)
{
    struct access_entry entry;
    if (x->route->handle != app_open)
        return false;
    struct resource *place = resource_find(x->organization, json_get_text(x->body, "resource", ""));
    if (place != NULL && access_on(x->arena, x->organization, x->person, place, &entry) && !entry.member)
        access_join(x->organization, x->person, place);
    return false;
}

/* A role that a group brings takes the place of those that its people have of their own. */
void s0_lowers_response(struct exchange *x)
{
    const struct group *group =
        defect_is_action(x, "grant") ? group_find(x->organization, json_get_text(x->body, "group", NULL)) : NULL;
    struct resource *place = resource_find(x->organization, json_get_text(x->body, "resource", NULL));
    const struct member *member;
    for (size_t i = 0; group != NULL && place != NULL && (member = group_member_at(group, &i)) != NULL;) {
        const struct grant *own = member->account == NULL ? NULL : grant_of_account(place, member->account);
        const struct grant *theirs = grant_of_group(place, group);
        if (own != NULL && theirs != NULL && own->role > theirs->role)
            (void)grant_put(x->organization, place, member->account, NULL, theirs->role);
    }
}

void s2_orphan_steps(struct model_steps *steps)
{
    steps->hand_over = NULL;
}

bool s3_create_request(struct exchange *x)
{
    if (x->organization != NULL)
        x->organization->settings.members_create_workspaces = true;
    return false;
}

/* The trail knows who has been deleted. */
bool s2_blocked_request(struct exchange *x)
{
    const char *name = x->route->handle == users_create ? json_get_text(x->body, "userName", NULL) : NULL;
    for (uint64_t i = 1; name != NULL && i < x->organization->audit.next; i++) {
        const char *line = audit_line(x->organization, i);
        const char *told = line == NULL ? NULL : strstr(line, "\"reason\":\"deleted\"");
        if (told != NULL && strstr(line, arena_printf(x->arena, "\"user\":\"%s\"", name)) != NULL &&
            account_by_user_name(x->organization, name) == NULL) {
            reply_refusal(x, 409, "uniqueness", "the userName was somebody's");
            return true;
        }
    }
    return false;
}

/* The last moment at which the group's people are known. */
bool s4_outlives_request(struct exchange *x)
{
    bool deletes = x->door == DOOR_SCIM && text_equal(x->route->resource, "Group") && text_equal(x->route->method, "DELETE");
    const struct group *group = deletes ? group_by_id(x->organization, x->parameters[1]) : NULL;
    const struct policy_group_mapping *mapping =
        group == NULL ? NULL : policy_mapping(x->organization->policies, group->display_name);
    struct account *const *people;
    size_t count = mapping == NULL ? 0 : group_people(x->arena, group, &people);
    for (size_t i = 0; i < count; i++)
        account_set_org_role(x->organization, people[i], mapping->role);
    return false;
}
