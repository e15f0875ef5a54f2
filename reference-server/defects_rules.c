/* Defects in what policies give and hold back, by the seed whose rule they break. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/admin.h"
#include "reference-server/app.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/access.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/policy_names.h"
#include "reference-server/model/resource.h"
#include "reference-server/router.h"

#include <string.h>

/* --- what no longer waits --- */

static enum access_wait no_end(const struct organization *organization, const struct account *account,
                               const struct resource *resource, const struct access_via *via)
{
    enum access_wait wait = access_wait(organization, account, resource, via);
    return wait == WAIT_END ? WAIT_NONE : wait;
}

void s4_window_steps(struct model_steps *steps)
{
    steps->wait = no_end;
}

static enum access_wait no_start(const struct organization *organization, const struct account *account,
                                 const struct resource *resource, const struct access_via *via)
{
    enum access_wait wait = access_wait(organization, account, resource, via);
    return wait == WAIT_START ? WAIT_NONE : wait;
}

void s4_early_steps(struct model_steps *steps)
{
    steps->wait = no_start;
}

static enum access_wait no_approval(const struct organization *organization, const struct account *account,
                                    const struct resource *resource, const struct access_via *via)
{
    enum access_wait wait = access_wait(organization, account, resource, via);
    return wait == WAIT_APPROVAL ? WAIT_NONE : wait;
}

void s4_approval_steps(struct model_steps *steps)
{
    steps->wait = no_approval;
}

void s4_pending_steps(struct model_steps *steps)
{
    steps->end_approvals = NULL;
}

static enum access_wait no_rollout(const struct organization *organization, const struct account *account,
                                   const struct resource *resource, const struct access_via *via)
{
    enum access_wait wait = access_wait(organization, account, resource, via);
    return wait == WAIT_ROLLOUT ? WAIT_NONE : wait;
}

void s4_rollout_steps(struct model_steps *steps)
{
    steps->wait = no_rollout;
}

static bool everybody(const struct organization *organization, const struct account *account, const struct project *project)
{
    UNUSED(organization);
    UNUSED(account);
    UNUSED(project);
    return true;
}

void s4_clearance_steps(struct model_steps *steps)
{
    steps->cleared = everybody;
}

/* Who may manage hands over what they may not open. */
bool s4_handed_over_request(struct exchange *x)
{
    struct access_entry entry;
    struct model_failure failure;
    if (x->route->handle != app_transfer_project)
        return false;
    struct project *project = project_find(x->organization, json_get_text(x->body, "project", ""));
    struct account *owner = account_find(x->organization, json_get_text(x->body, "owner", ""));
    if (project == NULL || owner == NULL || !access_on(x->arena, x->organization, x->person, project->resource, &entry) ||
        !role_may(entry.role, PERMISSION_MANAGE) || !project_transfer(x->organization, project, owner, &failure))
        return false;
    json *body = json_object(x->arena);
    json_set_text(body, "project", project->path);
    json_set_text(body, "owner", owner->user_name);
    reply_json(x, 200, body);
    return true;
}

/* --- what stays although its reason is gone --- */

/* Everybody in a renamed group keeps the org role that the old name's mapping gave. */
void s4_mapping_stored(struct exchange *x, struct change *change)
{
    if (strcmp(change->resource, "Group") != 0 || change->current == NULL)
        return;
    const char *old = json_get_text(change->current, "displayName", "");
    const struct policy_group_mapping *mapping = policy_mapping(x->organization->policies, old);
    const struct group *group = group_by_id(x->organization, change->id);
    if (mapping == NULL || text_equal(old, group->display_name))
        return;
    struct account *const *people;
    size_t count = group_people(x->arena, group, &people);
    for (size_t i = 0; i < count; i++)
        account_set_org_role(x->organization, people[i], mapping->role);
}

/* What rules gave before a change of the profile is given by hand from then on. */
void s4_rule_stored(struct exchange *x, struct change *change)
{
    if (strcmp(change->resource, "User") != 0 || change->current == NULL)
        return;
    struct account *account = account_by_id(x->organization, change->id);
    const json *now = account->resource;
    account->resource = change->current;
    struct access_list before = access_of(x->arena, x->organization, account);
    account->resource = now;
    for (size_t i = 0; i < before.count; i++) {
        const struct access_via *via = &before.items[i].via[0];
        if (via->kind == VIA_RULE)
            grant_put(x->organization, resource_find(x->organization, before.items[i].resource->path), account, NULL, via->role);
    }
}

/* Who stops being assigned to a project keeps what its rule gave. */
bool s4_assignment_request(struct exchange *x)
{
    bool ends = x->route->handle == admin_action && text_equal(json_get_text(x->body, "action", ""), "unassign-project");
    if (ends)
        json_set_text(x->body, "action", "assign-project");
    return false;
}

/* A role on a folder for a while replaces the workspace's, also when it is less. */
void s4_lowers_response(struct exchange *x)
{
    if (x->route == NULL || x->route->handle != admin_access || x->organization == NULL)
        return;
    reply_json(x, 200, access_document(x->arena, x->organization));
    for (json *user = json_edit_first(json_edit(x->reply, "users")); user != NULL; user = json_edit_next(user))
        for (json *entry = json_edit_first(json_edit(user, "access")); entry != NULL; entry = json_edit_next(entry)) {
            const json *first = json_first(json_get(entry, "via")), *second = json_next(first);
            if (text_equal(json_get_text(first, "grant", ""), via_kind_word(VIA_WORKSPACE)) && second != NULL)
                json_set_text(entry, "role", json_get_text(second, "role", ""));
        }
}

/* --- hierarchy --- */

static bool is_below(const struct policies *policies, const struct policy_hierarchy_group *group, const char *above)
{
    for (const char *parent = group->parent; parent != NULL; parent = policy_name(policies, parent)->of_hierarchy->parent)
        if (text_equal(parent, above))
            return true;
    return false;
}

static bool lists(const json *permissions, const char *permission)
{
    for (const json *node = json_first(permissions); node != NULL; node = json_next(node))
        if (text_equal(json_text(node), permission))
            return true;
    return false;
}

/* Whoever has a specific permission of a group gets those of the groups above it. */
static void widen(json *permissions, const struct policies *policies, const struct policy_hierarchy_group *group)
{
    const struct policy_group_hierarchy *hierarchy = &policies->group_hierarchy;
    if (group->specific_count == 0 || !lists(permissions, group->specific[0]))
        return;
    for (size_t i = 0; i < hierarchy->count; i++)
        for (size_t k = 0; is_below(policies, group, hierarchy->items[i].group) && k < hierarchy->items[i].specific_count; k++)
            json_push_text(permissions, hierarchy->items[i].specific[k]);
}

void s4_specific_response(struct exchange *x)
{
    if (x->route == NULL || x->route->handle != admin_access || x->organization == NULL)
        return;
    const struct policies *policies = x->organization->policies;
    reply_json(x, 200, access_document(x->arena, x->organization));
    for (json *user = json_edit_first(json_edit(x->reply, "users")); user != NULL; user = json_edit_next(user))
        for (size_t i = 0; i < policies->group_hierarchy.count; i++)
            widen(json_edit(user, "permissions"), policies, &policies->group_hierarchy.items[i]);
}

/* The part before the @ is enough, whatever is behind it. */
void s4_namesake_response(struct exchange *x)
{
    if (x->route == NULL || x->route->handle != admin_access || x->organization == NULL)
        return;
    reply_json(x, 200, access_document(x->arena, x->organization));
    for (json *user = json_edit_first(json_edit(x->reply, "users")); user != NULL; user = json_edit_next(user)) {
        const char *name = json_get_text(user, "user", ""), *at = strchr(name, '@');
        const struct policy_name *known =
            at == NULL ? NULL : policy_name(x->organization->policies, arena_strndup(x->arena, name, (size_t)(at - name)));
        json *permissions = json_edit(user, "permissions");
        for (const struct policy_listed *n = known == NULL ? NULL : known->listed; n != NULL; n = n->next)
            for (size_t i = 0; i < n->group->inherited_count; i++)
                if (!lists(permissions, n->group->inherited[i]))
                    json_push_text(permissions, n->group->inherited[i]);
    }
}
