/* Defects in a deactivation, a reactivation and a deletion, and in who owns what then. By seed. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "reference-server/router.h"
#include "reference-server/scim_service.h"

/* --- leaving --- */

static bool enter_by_password(const struct organization *organization, const struct account *account, enum entry entry)
{
    return entry == ENTRY_PASSWORD || signin_may_enter(organization, account, entry);
}

void s2_password_steps(struct model_steps *steps)
{
    steps->may_enter = enter_by_password;
}

static bool whoever(const struct organization *organization, const struct account *account)
{
    UNUSED(organization);
    UNUSED(account);
    return true;
}

void s2_still_counts_steps(struct model_steps *steps)
{
    steps->counts = whoever;
}

static void sign_everybody_out(struct organization *organization, struct account *account)
{
    UNUSED(account);
    for (size_t i = 0; i < organization->accounts.count; i++)
        signin_end_sessions(organization, organization->accounts.items[i]);
}

void s2_everybody_out_steps(struct model_steps *steps)
{
    steps->end_sessions = sign_everybody_out;
}

/* Whom this change has deactivated, or, with `back`, reactivated; NULL: nobody. */
static struct account *turned(const struct exchange *x, const struct change *change, bool back)
{
    bool changed = change->current != NULL && text_equal(change->resource, "User");
    struct account *account = changed ? account_by_id(x->organization, change->id) : NULL;
    bool was = json_get_bool(change->current, "active", true);
    return account != NULL && was != account->active && account->active == back ? account : NULL;
}

void s2_seat_kept_stored(struct exchange *x, struct change *change)
{
    if (turned(x, change, false) != NULL)
        x->organization->seats_used++;
}

void s2_memberships_go_stored(struct exchange *x, struct change *change)
{
    struct account *account = turned(x, change, false);
    const char *key;
    void *group;
    for (size_t i = 0; account != NULL && map_at(account->groups, &i, &key, &group); i = 0) {
        const char *id = account->id;
        group_remove_members(x->organization, group, &id, 1);
    }
}

void s2_grants_go_stored(struct exchange *x, struct change *change)
{
    struct account *account = turned(x, change, false);
    const char *key;
    void *grant;
    for (size_t i = 0; account != NULL && map_at(account->grants, &i, &key, &grant); i = 0)
        grant_drop(x->organization, grant);
}

static void destroy(struct organization *organization, struct project *project)
{
    const char *key;
    void *account;
    for (size_t i = 0; map_at(project->assigned, &i, &key, &account); i = 0)
        unassign(organization, account, project);
    change_gone(organization, RECORD_PROJECT, project->path);
    map_remove(organization->projects_by_path, project->path);
    list_remove(&organization->projects, project);
    list_remove(&project->owner->projects, project);
    project_free(project);
}

void s2_projects_go_stored(struct exchange *x, struct change *change)
{
    struct account *account = turned(x, change, false);
    while (account != NULL && account->projects.count > 0)
        destroy(x->organization, account->projects.items[0]);
}

/* --- coming back --- */

/* Nobody gets in with them meanwhile. */
void s2_secrets_revive_steps(struct model_steps *steps)
{
    steps->end_sessions = NULL;
    steps->end_api_keys = NULL;
}

void s2_joinable_stored(struct exchange *x, struct change *change)
{
    struct account *account = turned(x, change, true);
    const char *key;
    void *place;
    for (size_t i = 0; account != NULL && map_at(account->joined, &i, &key, &place); i = 0)
        access_leave(x->organization, account, place);
}

void s2_return_empty_handed_stored(struct exchange *x, struct change *change)
{
    struct account *account = turned(x, change, true);
    while (account != NULL && account->projects.count > 0) {
        struct project *project = account->projects.items[0];
        project_pass(x->organization, project, deprovisioning_keeper(x->organization, project, account));
    }
}

void s2_return_higher_stored(struct exchange *x, struct change *change)
{
    struct account *account = turned(x, change, true);
    struct access_list list = account == NULL ? (struct access_list){0} : access_of(x->arena, x->organization, account);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].role < ROLE_MAINTAINER)
            (void)grant_put(x->organization, resource_find(x->organization, list.items[i].resource->path), account, NULL,
                            ROLE_MAINTAINER);
}

/* --- deletion --- */

bool s2_delete_request(struct exchange *x)
{
    struct account *account = x->route->handle == users_delete ? account_by_id(x->organization, x->parameters[1]) : NULL;
    if (account == NULL)
        return false;
    lifecycle_deactivate(x->organization, account);
    reply_empty(x, 204);
    return true;
}

/* --- ownership --- */

static bool is_sole_owner(const struct account *account)
{
    const char *key;
    void *value;
    bool sole = false;
    for (size_t i = 0; map_at(account->grants, &i, &key, &value) && !sole;) {
        const struct grant *grant = value;
        bool owns = grant->role == ROLE_OWNER && grant->resource->kind == RESOURCE_WORKSPACE;
        sole = owns && lifecycle_active_owner(grant->resource, account) == NULL;
    }
    return sole;
}

bool s2_owner_stays_request(struct exchange *x)
{
    bool user = x->door == DOOR_SCIM && text_equal(x->route->resource, "User");
    const struct account *account = user ? account_by_id(x->organization, x->parameters[1]) : NULL;
    bool leaves = x->route->handle == users_delete || defect_deactivates(x->body);
    if (account == NULL || !leaves || !account->active || !is_sole_owner(account))
        return false;
    reply_refusal(x, 409, NULL, "%s is the last owner of a workspace", account->user_name);
    return true;
}

static void pass_to_break_glass(struct organization *organization, struct account *account)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(account->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        bool owns = grant->role == ROLE_OWNER && grant->resource->kind == RESOURCE_WORKSPACE;
        if (owns && lifecycle_active_owner(grant->resource, account) == NULL)
            (void)grant_put(organization, grant->resource, organization->break_glass, NULL, ROLE_OWNER);
    }
}

void s2_heir_steps(struct model_steps *steps)
{
    steps->hand_over = pass_to_break_glass;
}

/* Somebody is about to stop owning a workspace that nobody else owns: remembered until the reply. */
bool s2_demoted_request(struct exchange *x)
{
    bool ends = defect_is_action(x, "grant") || defect_is_action(x, "revoke");
    const struct account *account = ends ? account_find(x->organization, json_get_text(x->body, "user", NULL)) : NULL;
    const struct resource *place = ends ? resource_find(x->organization, json_get_text(x->body, "resource", NULL)) : NULL;
    const struct grant *grant = account == NULL || place == NULL ? NULL : grant_of_account(place, account);
    if (grant != NULL && grant->role == ROLE_OWNER && lifecycle_active_owner(place, account) == NULL)
        x->stale = json_object(x->arena);
    return false;
}

void s2_demoted_response(struct exchange *x)
{
    struct resource *place = x->stale == NULL ? NULL : resource_find(x->organization, json_get_text(x->body, "resource", NULL));
    struct account *owner;
    while (place != NULL && (owner = lifecycle_active_owner(place, NULL)) != NULL)
        (void)grant_put(x->organization, place, owner, NULL, ROLE_MAINTAINER);
}
