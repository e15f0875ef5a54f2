#include "common/base.h"

#include "reference-server/model/grant.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

const struct grant *grant_of_account(const struct resource *resource, const struct account *account)
{
    return map_get(resource->grants, account->id);
}

const struct grant *grant_of_group(const struct resource *resource, const struct group *group)
{
    return map_get(resource->grants, group->id);
}

static struct grant *link_grant(const struct grant *made)
{
    struct grant *grant = mem_alloc(sizeof *grant);
    *grant = *made;
    map_set(grant->resource->grants, grant->account != NULL ? grant->account->id : grant->group->id, grant);
    map_put(grant->account != NULL ? &grant->account->grants : &grant->group->grants, grant->resource->id, grant);
    return grant;
}

void grant_restore(const struct grant *stored)
{
    (void)link_grant(stored);
}

/* Before the grant comes, changes or goes. */
static void watch_subject(struct organization *organization, const struct account *account, const struct group *group)
{
    if (account != NULL) {
        audit_watch(organization, account);
    } else {
        audit_watch_group(organization, group);
    }
}

struct grant *grant_put(struct organization *organization, struct resource *resource, struct account *account,
                        struct group *group, enum role role)
{
    const char *subject = account != NULL ? account->id : group->id;
    struct grant *grant = map_get(resource->grants, subject);
    watch_subject(organization, account, group);
    if (grant == NULL) {
        grant = link_grant(
            &(struct grant){.resource = resource, .account = account, .group = group, .order = organization_next(organization)});
    }
    audit_grant(organization, grant, grant->role, role);
    grant->role = role;
    change_note_pair(organization, RECORD_GRANT, subject, resource->path);
    if (account != NULL) {
        access_join(organization, account, resource);
    }
    return grant;
}

void grant_drop(struct organization *organization, struct grant *grant)
{
    const char *subject = grant->account != NULL ? grant->account->id : grant->group->id;
    watch_subject(organization, grant->account, grant->group);
    audit_grant(organization, grant, grant->role, ROLE_NONE);
    change_gone_pair(organization, RECORD_GRANT, subject, grant->resource->path);
    map_remove(grant->resource->grants, subject);
    map_remove(grant->account != NULL ? grant->account->grants : grant->group->grants, grant->resource->id);
    mem_free(grant);
}

/* Who takes over when the account stops being owner: *heir NULL when nobody needs to. */
static bool find_heir(const struct organization *organization, const struct account *account, const struct resource *resource,
                      struct account **heir, struct model_failure *failure)
{
    const struct grant *grant = grant_of_account(resource, account);
    *heir = NULL;
    if (resource->kind != RESOURCE_WORKSPACE || grant == NULL || grant->role != ROLE_OWNER ||
        lifecycle_active_owner(resource, account) != NULL) {
        return true;
    }
    *heir = lifecycle_heir(organization, resource, account);
    if (*heir == NULL) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "lastOwner", "make somebody else owner first",
                                 "%.200s is the last active owner of %.200s, and nobody could take it over", account->user_name,
                                 resource->path);
    }
    return true;
}

bool grant_person(struct organization *organization, struct account *account, struct resource *resource, enum role role,
                  struct model_failure *failure)
{
    struct account *heir = NULL;
    if (role != ROLE_OWNER && !find_heir(organization, account, resource, &heir, failure)) {
        return false;
    }
    if (heir != NULL) {
        grant_put(organization, resource, heir, NULL, ROLE_OWNER);
    }
    grant_put(organization, resource, account, NULL, role);
    return true;
}

bool grant_group(struct organization *organization, struct group *group, struct resource *resource, enum role role,
                 struct model_failure *failure)
{
    if (!resource->workspace->managed) {
        return model_failure_set(
            failure, MODEL_FORBIDDEN, "workspaceNotManaged", "select the workspace among those that the organization manages",
            "the organization doesn't manage the workspace %.300s, so groups can't be granted there", resource->workspace->path);
    }
    if (resource->kind == RESOURCE_FOLDER && resource->team_access != TEAM_ACCESS_INVITE_ONLY) {
        return model_failure_set(
            failure, MODEL_FORBIDDEN, "folderNotInviteOnly", "set the team access of the folder to invite-only first",
            "groups can be granted only on an invite-only folder, and %.300s is open to its workspace", resource->path);
    }
    if (role == ROLE_OWNER) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "groupCannotOwn", "grant maintainer, or make a person owner",
                                 "a group can't be owner: ownership is a person's");
    }
    grant_put(organization, resource, NULL, group, role);
    return true;
}

static bool refuse_no_grant(const struct resource *resource, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no such grant on %.300s", resource->path);
}

bool grant_revoke_person(struct organization *organization, struct account *account, struct resource *resource,
                         struct model_failure *failure)
{
    struct grant *grant = map_get(resource->grants, account->id);
    if (grant == NULL) {
        return refuse_no_grant(resource, failure);
    }
    struct account *heir;
    if (!find_heir(organization, account, resource, &heir, failure)) {
        return false;
    }
    if (heir != NULL) {
        grant_put(organization, resource, heir, NULL, ROLE_OWNER);
    }
    grant_drop(organization, grant);
    access_settle(organization, account);
    return true;
}

bool grant_revoke_group(struct organization *organization, struct group *group, struct resource *resource,
                        struct model_failure *failure)
{
    struct grant *grant = map_get(resource->grants, group->id);
    if (grant == NULL) {
        return refuse_no_grant(resource, failure);
    }
    grant_drop(organization, grant);
    access_settle_resource(organization, resource);
    return true;
}
