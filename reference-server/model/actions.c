#include "common/base.h"

#include "reference-server/model/actions.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions_access.h"
#include "reference-server/model/actions_credential.h"
#include "reference-server/model/actions_review.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization_settings.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/profile_edit.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"

#include <string.h>

static const struct place root;

/* --- members of a request --- */

static bool text_of(const struct call *call, const char *key, const char **out)
{
    *out = NULL;
    if (!place_text(&root, call->request, key, ACTIONS_MAX_TEXT, out, call->failure)) {
        return false;
    }
    return *out != NULL || place_refuse(&root, key, call->failure, "%s is missing", key);
}

static bool bool_of(const struct call *call, const char *key, bool fallback, bool *out)
{
    *out = fallback;
    return place_bool(&root, call->request, key, out, call->failure);
}

static bool refuse_unknown(const struct call *call, const char *key, const char *what, const char *name)
{
    model_failure_set(call->failure, MODEL_NOT_FOUND, "notFound", "name one that is there, or create it first",
                      "there is no %s \"%.300s\"", what, name);
    return place_mark(&root, key, call->failure);
}

static bool resource_of(const struct call *call, const char *key, struct resource **out)
{
    const char *path;
    if (!text_of(call, key, &path)) {
        return false;
    }
    *out = resource_find(call->organization, path);
    return *out != NULL || refuse_unknown(call, key, "workspace or folder", path);
}

static bool person_of(const struct call *call, const char *key, struct account **out)
{
    const char *name;
    if (!text_of(call, key, &name)) {
        return false;
    }
    *out = account_find(call->organization, name);
    return *out != NULL || refuse_unknown(call, key, "person", name);
}

static bool role_of(const struct call *call, enum role *out)
{
    const char *text;
    if (!text_of(call, "role", &text)) {
        return false;
    }
    return role_read(text, out) || place_refuse(&root, "role", call->failure,
                                                "\"%.100s\" is no role; known are: owner, maintainer, editor, "
                                                "commenter, collaborator, participant, viewer, edit, check, view",
                                                text);
}

/* Exactly one of group and user. */
static bool subject_of(const struct call *call, struct group **group, struct account **account)
{
    bool has_group = json_get(call->request, "group") != NULL, has_user = json_get(call->request, "user") != NULL;
    *group = NULL;
    *account = NULL;
    if (has_group == has_user) {
        return place_refuse(&root, NULL, call->failure, "name a group or a user, one of the two");
    }
    if (has_user) {
        return person_of(call, "user", account);
    }
    const char *name;
    if (!text_of(call, "group", &name)) {
        return false;
    }
    *group = group_find(call->organization, name);
    return *group != NULL || refuse_unknown(call, "group", "group", name);
}

static bool team_access_of(const struct call *call, bool needed, enum team_access *out)
{
    const char *text;
    if (!needed && json_get(call->request, "teamAccess") == NULL) {
        *out = TEAM_ACCESS_WORKSPACE;
        return true;
    }
    if (!text_of(call, "teamAccess", &text)) {
        return false;
    }
    return team_access_read(text, out) ||
           place_refuse(&root, "teamAccess", call->failure, "teamAccess must be \"workspace\" or \"invite-only\"");
}

/* For actions_access.c. */
bool actions_text(const struct call *call, const char *key, const char **out)
{
    return text_of(call, key, out);
}

bool actions_person(const struct call *call, const char *key, struct account **out)
{
    return person_of(call, key, out);
}

bool actions_resource(const struct call *call, const char *key, struct resource **out)
{
    return resource_of(call, key, out);
}

bool actions_subject(const struct call *call, struct group **group, struct account **account)
{
    return subject_of(call, group, account);
}

bool actions_unknown(const struct call *call, const char *key, const char *what, const char *name)
{
    return refuse_unknown(call, key, what, name);
}

/* --- grants --- */

static bool run_grant(const struct call *call)
{
    struct group *group;
    struct account *account;
    struct resource *resource;
    enum role role;
    struct grant_window window;
    bool timed;
    if (!subject_of(call, &group, &account) || !resource_of(call, "resource", &resource) || !role_of(call, &role) ||
        !actions_access_window(call, &timed, &window)) {
        return false;
    }
    if (timed) {
        return grant_for_a_while(call->organization, account, group, resource, role, window, call->failure);
    }
    return group != NULL ? grant_group(call->organization, group, resource, role, call->failure)
                         : grant_person(call->organization, account, resource, role, call->failure);
}

static bool run_revoke(const struct call *call)
{
    struct group *group;
    struct account *account;
    struct resource *resource;
    if (!subject_of(call, &group, &account) || !resource_of(call, "resource", &resource)) {
        return false;
    }
    return group != NULL ? grant_revoke_group(call->organization, group, resource, call->failure)
                         : grant_revoke_person(call->organization, account, resource, call->failure);
}

static bool run_set_org_role(const struct call *call)
{
    struct account *account;
    const char *text;
    enum org_role org_role;
    if (!person_of(call, "user", &account) || !text_of(call, "orgRole", &text)) {
        return false;
    }
    if (!org_role_read(text, &org_role)) {
        (void)place_refuse(&root, "orgRole", call->failure, "\"%.100s\" is no org role; known are: admin, manager, user", text);
        return place_advise(call->failure, "use one of these");
    }
    account_set_org_role(call->organization, account, org_role);
    return true;
}

/* --- workspaces, folders, projects --- */

static bool run_create_workspace(const struct call *call)
{
    struct account *owner = NULL;
    struct resource *workspace;
    const char *name;
    bool managed;
    if (!text_of(call, "workspace", &name) || !bool_of(call, "managed", true, &managed) ||
        (json_get(call->request, "owner") != NULL && !person_of(call, "owner", &owner))) {
        return false;
    }
    return resource_add_workspace(call->organization, name, managed, owner, &workspace, call->failure);
}

/* A rule about the place, or about a folder in it, would be one that can't be set: it has to go first. */
static bool has_no_rule(const struct call *call, const char *member, const struct resource *place)
{
    const struct policy_access_rules *rules = &call->organization->policies->access_rules;
    for (size_t i = 0; i < rules->count; i++) {
        const struct resource *opened = resource_find(call->organization, rules->items[i].resource);
        if (opened != NULL && (opened == place || opened->workspace == place)) {
            return place_refuse(&root, member, call->failure, "the access rule \"%.200s\" opens \"%.300s\": end the rule first",
                                rules->items[i].name, opened->path);
        }
    }
    return true;
}

static bool may_manage(const struct call *call, struct resource *const *workspaces, size_t count)
{
    for (size_t i = 0; i < call->organization->workspaces.count; i++) {
        const struct resource *workspace = call->organization->workspaces.items[i];
        bool stays = !workspace->managed;
        for (size_t k = 0; k < count && !stays; k++) {
            stays = workspaces[k] == workspace;
        }
        if (!stays && !has_no_rule(call, "workspaces", workspace)) {
            return false;
        }
    }
    return true;
}

static bool is_managed(const struct resource *workspace)
{
    return workspace->managed;
}

static bool matches_any(const char *pattern, struct resource *const *workspaces, size_t count,
                        bool (*counts)(const struct resource *workspace))
{
    size_t i = 0;
    while (i < count && !((counts == NULL || counts(workspaces[i])) && text_glob(pattern, workspaces[i]->path))) {
        i++;
    }
    return i < count;
}

/* A mapping that acts on none of them any more would be one that can't be set: it has to change first. */
static bool mappings_stay(const struct call *call, struct resource *const *workspaces, size_t count)
{
    const struct policy_group_mappings *mappings = &call->organization->policies->group_mappings;
    struct resource *const *all = (struct resource *const *)call->organization->workspaces.items;
    for (size_t i = 0; i < mappings->count; i++) {
        for (size_t k = 0; k < mappings->items[i].workspace_count; k++) {
            const char *pattern = mappings->items[i].workspaces[k];
            if (matches_any(pattern, all, call->organization->workspaces.count, is_managed) &&
                !matches_any(pattern, workspaces, count, NULL)) {
                (void)place_refuse(&root, "workspaces", call->failure, "the mapping of \"%.200s\" acts on \"%.200s\"",
                                   mappings->items[i].group, pattern);
                return place_advise(call->failure, "change the mapping first");
            }
        }
    }
    return true;
}

static bool run_manage_workspaces(const struct call *call)
{
    const json *names = NULL;
    if (!place_value(&root, call->request, "workspaces", JSON_ARRAY, &names, call->failure)) {
        return false;
    }
    if (names == NULL) {
        return place_refuse(&root, "workspaces", call->failure, "workspaces is missing");
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource **workspaces = arena_array(arena, json_count(names) + 1, sizeof(struct resource *));
    size_t count = 0;
    for (const json *name = json_first(names); name != NULL; name = json_next(name)) {
        struct resource *workspace = resource_find(call->organization, json_text(name));
        if (workspace == NULL || workspace->kind != RESOURCE_WORKSPACE) {
            return refuse_unknown(call, "workspaces", "workspace", json_text(name) == NULL ? "" : json_text(name));
        }
        workspaces[count++] = workspace;
    }
    if (!may_manage(call, workspaces, count) || !mappings_stay(call, workspaces, count)) {
        return false;
    }
    resource_manage(call->organization, workspaces, count);
    return true;
}

static bool run_create_folder(const struct call *call)
{
    const char *path;
    enum team_access team_access;
    struct resource *folder;
    return text_of(call, "folder", &path) && team_access_of(call, false, &team_access) &&
           resource_add_folder(call->organization, path, team_access, &folder, call->failure);
}

static bool run_set_folder(const struct call *call)
{
    struct resource *folder;
    enum team_access team_access;
    if (!resource_of(call, "folder", &folder) || !team_access_of(call, true, &team_access)) {
        return false;
    }
    if (folder->kind != RESOURCE_FOLDER) {
        return place_refuse(&root, "folder", call->failure, "\"%.300s\" is a workspace, not a folder", folder->path);
    }
    if (team_access == TEAM_ACCESS_WORKSPACE && !has_no_rule(call, "folder", folder)) {
        return false;
    }
    resource_set_team_access(call->organization, folder, team_access);
    return true;
}

static bool run_create_project(const struct call *call)
{
    const char *path;
    struct account *owner;
    struct project *project;
    return text_of(call, "project", &path) && person_of(call, "owner", &owner) &&
           resource_add_project(call->organization, path, owner, &project, call->failure);
}

static bool project_of(const struct call *call, struct project **out)
{
    const char *path;
    if (!text_of(call, "project", &path)) {
        return false;
    }
    *out = project_find(call->organization, path);
    return *out != NULL || refuse_unknown(call, "project", "project", path);
}

static bool run_transfer_project(const struct call *call)
{
    struct project *project;
    struct account *owner;
    return project_of(call, &project) && person_of(call, "owner", &owner) &&
           project_transfer(call->organization, project, owner, call->failure);
}

static bool run_archive_project(const struct call *call)
{
    struct project *project;
    bool archived;
    if (!project_of(call, &project) || !bool_of(call, "archived", true, &archived)) {
        return false;
    }
    project_archive(call->organization, project, archived);
    return true;
}

static bool run_invite(const struct call *call)
{
    const char *address;
    struct resource *resource;
    enum role role;
    char invite[MODEL_TOKEN_SIZE];
    if (!text_of(call, "user", &address) || !resource_of(call, "resource", &resource) || !role_of(call, &role) ||
        !signin_invite(call->organization, address, resource, role, invite, call->failure)) {
        return false;
    }
    json_set_text(call->result, "invite", invite);
    return true;
}

static bool run_edit_profile(const struct call *call)
{
    const struct place at = {&root, "profile"};
    const json *profile = json_get(call->request, "profile");
    struct account *account;
    if (profile == NULL) {
        return place_refuse(&root, "profile", call->failure, "profile is missing");
    }
    return person_of(call, "user", &account) && profile_edit(call->organization, account, &at, profile, false, call->failure);
}

/* --- the organization --- */

static bool run_set_organization(const struct call *call)
{
    json *members CLEANUP(json_cleanup) = json_copy(NULL, call->request);
    json_remove(members, "action");
    return organization_settings_set(call->organization, members, call->failure);
}

/* The blocks as members; null ends one. */
static bool run_set_policies(const struct call *call)
{
    const struct place at = {&root, "policies"};
    const json *policies = json_get(call->request, "policies");
    if (policies == NULL) {
        return place_refuse(&root, "policies", call->failure, "policies is missing");
    }
    return place_object(&at, policies, POLICY_NAMES, call->failure) &&
           policies_set(call->organization, &at, policies, call->failure);
}

static bool run_advance_clock(const struct call *call)
{
    const char *by;
    int64_t by_ms;
    if (!text_of(call, "by", &by)) {
        return false;
    }
    if (!duration_parse(by, &by_ms)) {
        return place_refuse(&root, "by", call->failure, "\"%.100s\" is no duration such as \"30d\" or \"12h\"", by);
    }
    if (!organization_advance(call->organization, by_ms, call->failure)) {
        return false;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_set_text(call->result, "time", time_format(arena, organization_now(call->organization)));
    return true;
}

/* --- the table: name, members of the request, what it does --- */

#define ACTIONS(X)                                                                                                               \
    X("grant", "group user resource role starts ends for", run_grant)                                                            \
    X("approve", "group user resource rule mapping", actions_access_approve)                                                     \
    X("reject", "group user resource rule mapping", actions_access_reject)                                                       \
    X("list-approvals", "", actions_access_list_approvals)                                                                       \
    X("assign-project", "project user", actions_access_assign_project)                                                           \
    X("unassign-project", "project user", actions_access_unassign_project)                                                       \
    X("classify-project", "project classification", actions_access_classify_project)                                             \
    X("revoke", "group user resource", run_revoke)                                                                               \
    X("create-workspace", "workspace owner managed", run_create_workspace)                                                       \
    X("manage-workspaces", "workspaces", run_manage_workspaces)                                                                  \
    X("create-folder", "folder teamAccess", run_create_folder)                                                                   \
    X("set-folder", "folder teamAccess", run_set_folder)                                                                         \
    X("create-project", "project owner", run_create_project)                                                                     \
    X("transfer-project", "project owner", run_transfer_project)                                                                 \
    X("archive-project", "project archived", run_archive_project)                                                                \
    X("invite", "user resource role", run_invite)                                                                                \
    X("set-organization", "plan features saml settings", run_set_organization)                                                   \
    X("set-policies", "policies", run_set_policies)                                                                              \
    X("set-org-role", "user orgRole", run_set_org_role)                                                                          \
    X("edit-profile", "user profile", run_edit_profile)                                                                          \
    X("create-token", "name token expiresIn scopes", actions_credential_create)                                                  \
    X("rotate-token", "name token expiresIn keepOld overlap", actions_credential_rotate)                                         \
    X("revoke-token", "name token", actions_credential_revoke)                                                                   \
    X("create-client", "client clientSecret expiresIn scopes", actions_credential_create_client)                                 \
    X("rotate-client-secret", "client clientSecret keepOld overlap", actions_credential_rotate_client_secret)                    \
    X("delete-client", "client", actions_credential_delete_client)                                                               \
    X("set-basic", "user password scopes", actions_credential_set_basic)                                                         \
    X("remove-basic", "", actions_credential_remove_basic)                                                                       \
    X("add-certificate", "name " CERTIFICATE_MEMBERS, actions_credential_add_certificate)                                        \
    X("remove-certificate", "name", actions_credential_remove_certificate)                                                       \
    X("open-review", "name resource group user due undecided every", actions_review_open)                                        \
    X("decide-review", "review group user resource temporary decision", actions_review_decide)                                   \
    X("close-review", "review repeat", actions_review_close)                                                                     \
    X("advance-clock", "by", run_advance_clock)

static const struct {
    const char *name, *members;
    bool (*run)(const struct call *call);
} actions[] = {
#define X(name, members, run) {name, "action " members, run},
    ACTIONS(X)
#undef X
};

const char *actions_names(void)
{
#define X(name, members, run) ", " name
    static const char names[] = ACTIONS(X);
#undef X
    return names + 2;
}

bool actions_run(struct organization *organization, const json *request, json *result, struct model_failure *failure)
{
    const struct call call = {organization, request, result, failure};
    const char *name;
    if (!json_is(request, JSON_OBJECT)) {
        return place_refuse(&root, NULL, failure, "expected an object");
    }
    if (!text_of(&call, "action", &name)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (text_equal(actions[i].name, name)) {
            return place_object(&root, request, actions[i].members, failure) && actions[i].run(&call);
        }
    }
    return place_refuse(&root, "action", failure, "there is no action \"%.100s\"; known are: %s", name, actions_names());
}
