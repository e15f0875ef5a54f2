#include "common/base.h"

#include "reference-server/model/grant.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/resource.h"

#include <stdio.h>

/* "timed:" before the id tells the one with a window from the lasting one, in the maps of both sides. */
#define KEY_SIZE 80

static const char *key_of(const char *id, bool timed, char out[KEY_SIZE])
{
    (void)snprintf(out, KEY_SIZE, "%s%s", timed ? "timed:" : "", id);
    return out;
}

const struct grant *grant_of_account(const struct resource *resource, const struct account *account)
{
    return map_get(resource->grants, account->id);
}

const struct grant *grant_of_group(const struct resource *resource, const struct group *group)
{
    return map_get(resource->grants, group->id);
}

struct grant *grant_timed_of(const struct resource *resource, const char *subject)
{
    char key[KEY_SIZE];
    return map_get(resource->grants, key_of(subject, true, key));
}

const char *grant_subject(const struct grant *grant)
{
    return grant->account != NULL ? grant->account->id : grant->group->id;
}

enum role grant_role_now(const struct organization *organization, const struct grant *grant)
{
    int64_t now = grant->timed ? organization_now(organization) : 0;
    bool open = !grant->timed || (now >= grant->window.starts_ms && now < grant->window.ends_ms);
    return open ? grant->role : ROLE_NONE;
}

static struct grant *link_grant(const struct grant *made)
{
    struct grant *grant = mem_alloc(sizeof *grant);
    char key[KEY_SIZE];
    *grant = *made;
    grant->window = grant->timed ? grant->window : GRANT_ALWAYS;
    map_set(grant->resource->grants, key_of(grant_subject(grant), grant->timed, key), grant);
    map_put(grant->account != NULL ? &grant->account->grants : &grant->group->grants,
            key_of(grant->resource->id, grant->timed, key), grant);
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

static void note(struct organization *organization, const struct grant *grant)
{
    change_note_pair(organization, grant->timed ? RECORD_TIMED : RECORD_GRANT, grant_subject(grant), grant->resource->path);
}

/* The grant that is there, or one with no role yet. */
static struct grant *need_grant(struct organization *organization, struct resource *resource, struct account *account,
                                struct group *group, bool timed)
{
    const char *subject = account != NULL ? account->id : group->id;
    char key[KEY_SIZE];
    struct grant *grant = map_get(resource->grants, key_of(subject, timed, key));
    return grant != NULL ? grant
                         : link_grant(&(struct grant){.resource = resource,
                                                      .account = account,
                                                      .group = group,
                                                      .timed = timed,
                                                      .order = organization_next(organization)});
}

/* In force now: who has it is a member. */
static void join(struct organization *organization, const struct grant *grant)
{
    if (grant->account != NULL && grant_role_now(organization, grant) != ROLE_NONE) {
        access_join(organization, grant->account, grant->resource);
    }
}

struct grant *grant_put(struct organization *organization, struct resource *resource, struct account *account,
                        struct group *group, enum role role)
{
    struct grant *grant = need_grant(organization, resource, account, group, false);
    watch_subject(organization, account, group);
    audit_grant(organization, grant, grant->role, role);
    grant->role = role;
    grant->asked = ROLE_NONE;
    note(organization, grant);
    join(organization, grant);
    return grant;
}

void grant_give_back(struct organization *organization, const struct grant *kept)
{
    if (kept->timed && kept->window.ends_ms <= organization_now(organization)) {
        return;
    }
    struct grant *grant = need_grant(organization, kept->resource, kept->account, kept->group, kept->timed);
    watch_subject(organization, kept->account, kept->group);
    grant->window = kept->timed ? kept->window : GRANT_ALWAYS;
    if (kept->timed) {
        access_window_ahead(organization, kept->window);
    }
    audit_grant(organization, grant, grant->role, kept->role);
    grant->role = kept->role;
    grant->asked = ROLE_NONE;
    grant->order = kept->order;
    note(organization, grant);
    join(organization, grant);
}

/* A role that is waiting already is not asked for twice. */
static void ask(struct organization *organization, struct grant *grant, enum role role)
{
    if (grant->asked != role) {
        approval_tell(organization, grant, role);
        audit_approval(organization, grant, role, "asked");
    }
    grant->asked = role;
    note(organization, grant);
}

void grant_answer(struct organization *organization, struct grant *grant, bool given)
{
    struct account *account = grant->account;
    if (given) {
        watch_subject(organization, grant->account, grant->group);
        audit_grant(organization, grant, grant->role, grant->asked);
    }
    grant->role = given ? grant->asked : grant->role;
    grant->asked = ROLE_NONE;
    note(organization, grant);
    join(organization, grant);
    if (grant->role == ROLE_NONE) {
        grant_drop(organization, grant);
    }
    if (account != NULL) {
        access_settle(organization, account);
    }
}

void grant_drop(struct organization *organization, struct grant *grant)
{
    watch_subject(organization, grant->account, grant->group);
    if (grant->asked != ROLE_NONE) {
        audit_approval(organization, grant, grant->asked, "ended");
    }
    if (grant->role != ROLE_NONE) {
        audit_grant(organization, grant, grant->role, ROLE_NONE);
    }
    char key[KEY_SIZE];
    change_gone_pair(organization, grant->timed ? RECORD_TIMED : RECORD_GRANT, grant_subject(grant), grant->resource->path);
    map_remove(grant->resource->grants, key_of(grant_subject(grant), grant->timed, key));
    map_remove(grant->account != NULL ? grant->account->grants : grant->group->grants,
               key_of(grant->resource->id, grant->timed, key));
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

/* Raising the lasting role of a subject to this one has to wait. */
static bool must_wait(const struct organization *organization, const struct grant *grant, enum role role)
{
    return (grant == NULL || grant->role < role) && approval_needed(organization, role);
}

bool grant_person(struct organization *organization, struct account *account, struct resource *resource, enum role role,
                  struct model_failure *failure)
{
    struct account *heir = NULL;
    if (must_wait(organization, grant_of_account(resource, account), role)) {
        ask(organization, need_grant(organization, resource, account, NULL, false), role);
        return true;
    }
    if (role != ROLE_OWNER && !find_heir(organization, account, resource, &heir, failure)) {
        return false;
    }
    if (heir != NULL) {
        grant_put(organization, resource, heir, NULL, ROLE_OWNER);
    }
    grant_put(organization, resource, account, NULL, role);
    return true;
}

static bool group_may(const struct resource *resource, enum role role, struct model_failure *failure)
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
    return true;
}

bool grant_group(struct organization *organization, struct group *group, struct resource *resource, enum role role,
                 struct model_failure *failure)
{
    if (!group_may(resource, role, failure)) {
        return false;
    }
    if (must_wait(organization, grant_of_group(resource, group), role)) {
        ask(organization, need_grant(organization, resource, NULL, group, false), role);
    } else {
        grant_put(organization, resource, NULL, group, role);
    }
    return true;
}

static bool window_fits(const struct organization *organization, struct grant_window window, struct model_failure *failure)
{
    if (window.ends_ms <= window.starts_ms) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "let it end after it starts",
                                 "the grant ends before it starts");
    }
    return window.ends_ms > organization_now(organization) ||
           model_failure_set(failure, MODEL_INVALID, "invalid", "let it end in the future, by the clock of the organization",
                             "the grant is over before it is made");
}

bool grant_for_a_while(struct organization *organization, struct account *account, struct group *group, struct resource *resource,
                       enum role role, struct grant_window window, struct model_failure *failure)
{
    if (!window_fits(organization, window, failure) || (group != NULL && !group_may(resource, role, failure))) {
        return false;
    }
    if (role == ROLE_OWNER) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "ownerForAWhile", "grant maintainer, or make the person owner",
                                 "ownership is for good: a grant with a window can't be owner");
    }
    struct grant *grant = need_grant(organization, resource, account, group, true);
    enum role before = grant->role;
    bool same = grant->window.starts_ms == window.starts_ms && grant->window.ends_ms == window.ends_ms;
    bool wait = approval_needed(organization, role) && !(same && before >= role);
    watch_subject(organization, account, group);
    grant->window = window;
    if (!same || before != (wait ? ROLE_NONE : role)) {
        audit_grant(organization, grant, before, wait ? ROLE_NONE : role);
    }
    access_window_ahead(organization, window);
    grant->role = wait ? ROLE_NONE : role;
    if (wait) {
        ask(organization, grant, role);
    } else {
        grant->asked = ROLE_NONE;
    }
    note(organization, grant);
    join(organization, grant);
    access_settle_resource(organization, resource);
    return true;
}

static bool refuse_no_grant(const struct resource *resource, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no such grant on %.300s", resource->path);
}

/* The lasting one and the one with a window; false: neither is there. */
static bool drop_both(struct organization *organization, const struct resource *resource, const char *subject)
{
    struct grant *const both[] = {map_get(resource->grants, subject), grant_timed_of(resource, subject)};
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        if (both[i] != NULL) {
            grant_drop(organization, both[i]);
        }
    }
    return both[0] != NULL || both[1] != NULL;
}

bool grant_revoke_person(struct organization *organization, struct account *account, struct resource *resource,
                         struct model_failure *failure)
{
    struct account *heir;
    if (!find_heir(organization, account, resource, &heir, failure)) {
        return false;
    }
    if (heir != NULL) {
        grant_put(organization, resource, heir, NULL, ROLE_OWNER);
    }
    if (!drop_both(organization, resource, account->id)) {
        return refuse_no_grant(resource, failure);
    }
    access_settle(organization, account);
    return true;
}

bool grant_revoke_one(struct organization *organization, struct grant *grant, struct model_failure *failure)
{
    struct account *account = grant->account, *heir = NULL;
    struct resource *resource = grant->resource;
    if (account != NULL && !grant->timed && !find_heir(organization, account, resource, &heir, failure)) {
        return false;
    }
    if (heir != NULL) {
        grant_put(organization, resource, heir, NULL, ROLE_OWNER);
    }
    grant_drop(organization, grant);
    if (account != NULL) {
        access_settle(organization, account);
    } else {
        access_settle_resource(organization, resource);
    }
    return true;
}

bool grant_revoke_group(struct organization *organization, struct group *group, struct resource *resource,
                        struct model_failure *failure)
{
    if (!drop_both(organization, resource, group->id)) {
        return refuse_no_grant(resource, failure);
    }
    access_settle_resource(organization, resource);
    return true;
}
