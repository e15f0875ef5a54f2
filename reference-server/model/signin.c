#include "common/base.h"

#include "reference-server/model/signin.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/clearance.h"
#include "reference-server/model/decision.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/standing.h"

#include <string.h>

bool signin_may_enter(const struct organization *organization, const struct account *account, enum entry entry)
{
    UNUSED(organization);
    UNUSED(entry);
    return account->active;
}

/* --- sessions and keys --- */

static void make_secret(struct organization *organization, char secret[MODEL_TOKEN_SIZE], char hash[65])
{
    organization->random.token(organization->random.context, secret);
    organization_hash(secret, hash);
}

static void end_session(struct organization *organization, struct session *session)
{
    change_gone(organization, RECORD_SESSION, session->hash);
    map_remove(organization->sessions, session->hash);
    list_remove(&session->account->sessions, session);
    mem_free(session->address);
    mem_free(session->hash);
    mem_free(session);
}

static void end_api_key(struct organization *organization, struct api_key *key)
{
    change_gone(organization, RECORD_API_KEY, key->hash);
    map_remove(organization->api_keys, key->hash);
    list_remove(&key->account->api_keys, key);
    mem_free(key->hash);
    mem_free(key->name);
    mem_free(key);
}

void signin_restore_session(struct organization *organization, const struct session *stored)
{
    struct session *session = mem_alloc(sizeof *session);
    *session = *stored;
    map_set(organization->sessions, session->hash, session);
    list_push(&session->account->sessions, session);
}

void signin_restore_api_key(struct organization *organization, const struct api_key *stored)
{
    struct api_key *key = mem_alloc(sizeof *key);
    *key = *stored;
    map_set(organization->api_keys, key->hash, key);
    list_push(&key->account->api_keys, key);
}

static void start_session(struct organization *organization, struct account *account, enum entry entry,
                          const struct sign_in_context *context, const char *address, char secret[MODEL_TOKEN_SIZE])
{
    if (account->sessions.count >= organization->limits->secrets) {
        end_session(organization, account->sessions.items[0]);
    }
    char hash[65];
    make_secret(organization, secret, hash);
    signin_restore_session(organization, &(struct session){.hash = mem_strdup(hash),
                                                           .account = account,
                                                           .entry = entry,
                                                           .mfa = context->mfa,
                                                           .trusted_device = context->trusted_device,
                                                           .address = address == NULL ? NULL : mem_strdup(address),
                                                           .created_ms = organization_now(organization)});
    change_note(organization, RECORD_SESSION, hash);
}

void signin_end_sessions(struct organization *organization, struct account *account)
{
    while (account->sessions.count > 0) {
        end_session(organization, account->sessions.items[account->sessions.count - 1]);
    }
}

void signin_end_api_keys(struct organization *organization, struct account *account)
{
    while (account->api_keys.count > 0) {
        end_api_key(organization, account->api_keys.items[account->api_keys.count - 1]);
    }
}

/* --- signing in --- */

bool signin_method_read(const char *text, enum entry *method)
{
    if (!text_equal(text, "sso") && !text_equal(text, "password")) {
        return false;
    }
    *method = text_equal(text, "sso") ? ENTRY_SSO : ENTRY_PASSWORD;
    return true;
}

static bool may_enter(const struct organization *organization, const struct account *account, enum entry entry)
{
    return organization->steps->may_enter == NULL || organization->steps->may_enter(organization, account, entry);
}

static bool refuse(const char *reason, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_FORBIDDEN, "signInRefused", "", "%s", reason);
}

static bool allows(const struct organization *organization, const struct account *account, const struct sign_in_context *context,
                   struct model_failure *failure)
{
    return organization->steps->allows == NULL || organization->steps->allows(organization, account, context, failure);
}

static bool check_sign_in(const struct organization *organization, const struct account *account, const struct sign_in *wish,
                          struct model_failure *failure)
{
    if (wish->method == ENTRY_SSO && !organization->saml) {
        return refuse("single sign-on is not configured in this organization", failure);
    }
    if (wish->method == ENTRY_PASSWORD && !account_password_is(account, wish->password)) {
        return refuse("no account with this password", failure);
    }
    if (wish->method == ENTRY_PASSWORD && account != organization->break_glass &&
        !json_get_bool(organization->saml_settings, "passwordSignIn", true)) {
        return refuse("the organization signs in by SAML single sign-on only", failure);
    }
    if (account == NULL) {
        return refuse("nobody here has this address", failure);
    }
    if (!may_enter(organization, account, wish->method)) {
        return refuse("the account is deactivated", failure);
    }
    return allows(organization, account, &wish->context, failure);
}

bool signin(struct organization *organization, const struct sign_in *wish, char session[MODEL_TOKEN_SIZE], struct account **out,
            struct model_failure *failure)
{
    struct account *account = account_by_address(organization, wish->user);
    struct model_failure reason;
    bool in = check_sign_in(organization, account, wish, &reason);
    audit_login(organization, account, wish->method == ENTRY_SSO ? "sso" : "password", in ? NULL : reason.message);
    if (!in && organization->steps->refused != NULL) {
        organization->steps->refused(organization, THREAT_SIGN_IN, wish->user, wish->context.address);
    }
    if (!in) {
        if (failure != NULL) {
            *failure = reason;
        }
        return false;
    }
    start_session(organization, account, wish->method, &wish->context, wish->claimed ? wish->context.address : NULL, session);
    *out = account;
    return true;
}

bool signin_who(const struct organization *organization, const char *secret, const char *address, struct account **out,
                enum entry *with, struct model_failure *failure)
{
    char hash[65];
    organization_hash(secret == NULL ? "" : secret, hash);
    const struct session *session = map_get(organization->sessions, hash);
    const struct api_key *key = session == NULL ? map_get(organization->api_keys, hash) : NULL;
    struct account *account = session != NULL ? session->account : key != NULL ? key->account : NULL;
    enum entry entry = session != NULL ? ENTRY_SESSION : ENTRY_API_KEY;
    if (account == NULL || !may_enter(organization, account, entry)) {
        return model_failure_set(failure, MODEL_UNAUTHORIZED, "unauthorized", "sign in again",
                                 "this is no session and no API key, or no longer one");
    }
    if (session != NULL) {
        const char *from = session->address != NULL ? session->address : address;
        const struct sign_in_context context = {session->mfa, session->trusted_device, from};
        if (!allows(organization, account, &context, failure)) {
            return false;
        }
    }
    *out = account;
    *with = session != NULL ? session->entry : ENTRY_API_KEY;
    return true;
}

/* --- inside --- */

static bool refuse_access(const char *path, const char *what, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_FORBIDDEN, "noAccess", "ask an owner for access", "%s \"%.300s\"", what,
                             path == NULL ? "" : path);
}

static bool is_cleared(const struct organization *organization, const struct account *account, const struct project *project,
                       struct model_failure *failure)
{
    return organization->steps->cleared(organization, account, project) ||
           model_failure_set(failure, MODEL_FORBIDDEN, "notCleared", "ask for a higher clearance",
                             "\"%.300s\" is %s, and the clearance here is %s", project->path, project->classification,
                             clearance_of(organization, account));
}

bool signin_open(struct arena *arena, struct organization *organization, struct account *account, enum entry with,
                 const char *path, struct access_entry *out, struct model_failure *failure)
{
    const struct project *project = project_find(organization, path);
    struct resource *resource = project != NULL ? project->resource : resource_find(organization, path);
    struct access_entry entry;
    if (resource == NULL || !access_on(arena, organization, account, resource, &entry)) {
        return refuse_access(path, "no access to", failure);
    }
    if (project != NULL && !is_cleared(organization, account, project, failure)) {
        return false;
    }
    if (!entry.member && with == ENTRY_SSO) {
        access_join(organization, account, entry.via[0].kind == VIA_WORKSPACE ? resource->workspace : resource);
        entry.member = true;
    }
    *out = entry;
    return true;
}

bool signin_make_api_key(struct organization *organization, struct account *account, const char *name, char key[MODEL_TOKEN_SIZE],
                         struct model_failure *failure)
{
    if (text_is_blank(name) || strlen(name) > ORGANIZATION_MAX_NAME) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "the name of an API key must be text of 1 to %d bytes",
                                 ORGANIZATION_MAX_NAME);
    }
    if (account->api_keys.count >= organization->limits->secrets) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "", "an account has at most %zu API keys",
                                 organization->limits->secrets);
    }
    char hash[65];
    make_secret(organization, key, hash);
    signin_restore_api_key(organization,
                           &(struct api_key){mem_strdup(hash), mem_strdup(name), account, organization_now(organization)});
    change_note(organization, RECORD_API_KEY, hash);
    return true;
}

bool signin_create_workspace(struct organization *organization, struct account *account, const char *name, struct resource **out,
                             struct model_failure *failure)
{
    bool may = organization->settings.members_create_workspaces || standing_org_role(organization, account) == ORG_ROLE_ADMIN ||
               account == organization->break_glass;
    if (!may) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "workspacesByMembersOff",
                                 "ask an organization admin to create it, or to change the setting",
                                 "members may not create workspaces in this organization");
    }
    return resource_add_workspace(organization, name, false, account, out, failure);
}

bool signin_create_project(struct arena *arena, struct organization *organization, struct account *account, const char *path,
                           struct project **out, struct model_failure *failure)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const struct resource *parent =
        slash == NULL ? NULL : resource_find(organization, arena_strndup(arena, path, (size_t)(slash - path)));
    struct access_entry entry;
    bool opens = parent != NULL && access_on(arena, organization, account, parent, &entry);
    bool may = opens && (role_may(entry.role, PERMISSION_EDIT) ||
                         organization->steps->permits(organization, account, MAPPING_CREATE_PROJECTS));
    if (slash != NULL && !may) {
        return refuse_access(path, "no permission to create", failure);
    }
    return resource_add_project(organization, path, account, out, failure);
}

static bool project_to_manage(const struct organization *organization, const struct account *account, const char *path,
                              struct project **out, struct model_failure *failure)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct access_entry entry;
    *out = project_find(organization, path);
    bool may = *out != NULL && access_on(arena, organization, account, (*out)->resource, &entry) &&
               (role_may(entry.role, PERMISSION_MANAGE) || (*out)->owner == account);
    return may ? is_cleared(organization, account, *out, failure) : refuse_access(path, "no permission to manage", failure);
}

bool signin_transfer_project(struct organization *organization, struct account *account, const char *path, const char *to,
                             struct project **out, struct model_failure *failure)
{
    if (!project_to_manage(organization, account, path, out, failure)) {
        return false;
    }
    struct account *owner = account_find(organization, to);
    if (owner == NULL) {
        return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no person \"%.300s\"", to);
    }
    return project_transfer(organization, *out, owner, failure);
}

bool signin_archive_project(struct organization *organization, struct account *account, const char *path, bool archived,
                            struct project **out, struct model_failure *failure)
{
    if (!project_to_manage(organization, account, path, out, failure)) {
        return false;
    }
    project_archive(organization, *out, archived);
    return true;
}

bool signin_work(struct organization *organization, const struct account *account, const char *path, enum project_work work,
                 struct project **out, struct model_failure *failure)
{
    static const enum permission needed[WORK_COUNT] = {
#define X(code, word, member, permission) [code] = permission,
        PROJECT_WORK(X)
#undef X
    };
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    *out = project_find(organization, path);
    struct decision_place place = decision_place(organization, DECISION_PROJECT, path);
    if (*out == NULL || !decide_known(arena, organization, account, place, needed[work])) {
        return refuse_access(path, "no permission to do this in", failure);
    }
    return project_work_done(organization, *out, work, failure);
}

/* --- invites --- */

static bool refuse_invite(const char *reason, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_FORBIDDEN, "inviteRefused", "ask for a new invite", "%s", reason);
}

void signin_restore_invite(struct organization *organization, const struct invite *stored)
{
    struct invite *invite = mem_alloc(sizeof *invite);
    *invite = *stored;
    map_set(organization->invites, invite->hash, invite);
    index_add(&organization->invites_by_address, invite->address, invite);
}

bool signin_invite(struct organization *organization, const char *address, struct resource *resource, enum role role,
                   char invite[MODEL_TOKEN_SIZE], struct model_failure *failure)
{
    if (text_is_blank(address) || strlen(address) > ACCOUNT_MAX_NAME) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "an address must be text of 1 to %d bytes",
                                 ACCOUNT_MAX_NAME);
    }
    const struct account *account = account_by_any_address(organization, address);
    if (account != NULL && !may_enter(organization, account, ENTRY_INVITE)) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "inviteRefused", "reactivate the account first",
                                 "%.300s is deactivated", address);
    }
    if (map_count(organization->invites) >= organization->limits->invites) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "", "an organization has at most %zu pending invites",
                                 organization->limits->invites);
    }
    char hash[65];
    make_secret(organization, invite, hash);
    signin_restore_invite(
        organization, &(struct invite){mem_strdup(hash), mem_strdup(address), resource, role, organization_now(organization)});
    change_note(organization, RECORD_INVITE, hash);
    audit_invite(organization, account, address, resource->path, role);
    return true;
}

static bool refuse_permission(const char *what, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_FORBIDDEN, "noPermission", "ask an organization admin", "%s", what);
}

bool signin_invite_by(struct organization *organization, const struct account *account, const char *address, const char *path,
                      enum role role, char invite[MODEL_TOKEN_SIZE], struct model_failure *failure)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct resource *resource = resource_find(organization, path);
    struct access_entry entry;
    if (!organization->steps->permits(organization, account, MAPPING_MANAGE_USERS)) {
        return refuse_permission("no permission to manage users", failure);
    }
    if (resource == NULL || !access_on(arena, organization, account, resource, &entry)) {
        return refuse_access(path, "no access to", failure);
    }
    if (role > entry.role) {
        return refuse_permission("nobody invites for a higher role than their own", failure);
    }
    return signin_invite(organization, address, resource, role, invite, failure);
}

bool signin_may_see_reports(const struct organization *organization, const struct account *account, struct model_failure *failure)
{
    return organization->steps->permits(organization, account, MAPPING_VIEW_REPORTS) ||
           refuse_permission("no permission to view reports", failure);
}

static void end_invite(struct organization *organization, struct invite *invite)
{
    change_gone(organization, RECORD_INVITE, invite->hash);
    map_remove(organization->invites, invite->hash);
    index_remove(&organization->invites_by_address, invite->address, invite);
    mem_free(invite->hash);
    mem_free(invite->address);
    mem_free(invite);
}

/* Makes the account of an invite to an unknown address. */
static bool add_invited(struct organization *organization, const struct invite *invite, const char *password,
                        struct account **out, struct model_failure *failure)
{
    struct account_person person = {
        .address = invite->address, .active = true, .org_role = organization->settings.default_org_role};
    if (!account_add(organization, &person, out, failure)) {
        return false;
    }
    return password == NULL || account_set_password(organization, *out, password, NULL);
}

static bool password_fits(const char *password, struct model_failure *failure)
{
    if (password != NULL && (*password == '\0' || strlen(password) > ACCOUNT_MAX_PASSWORD)) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "a password has 1 to %d bytes", ACCOUNT_MAX_PASSWORD);
    }
    return true;
}

bool signin_accept(struct organization *organization, const char *token, const char *password, char session[MODEL_TOKEN_SIZE],
                   struct account **out, struct model_failure *failure)
{
    char hash[65];
    organization_hash(token == NULL ? "" : token, hash);
    struct invite *invite = map_get(organization->invites, hash);
    if (invite == NULL) {
        return refuse_invite("this invite doesn't exist, was used, or has ended", failure);
    }
    if (!password_fits(password, failure)) {
        return false;
    }
    struct account *account = account_by_any_address(organization, invite->address);
    if (account != NULL && !may_enter(organization, account, ENTRY_INVITE)) {
        audit_login(organization, account, "invite", "the account is deactivated");
        return refuse_invite("the account is deactivated", failure);
    }
    if (account == NULL && !add_invited(organization, invite, password, &account, failure)) {
        return false;
    }
    const struct grant *grant = grant_of_account(invite->resource, account);
    if ((grant == NULL || grant->role < invite->role) &&
        !grant_person(organization, account, invite->resource, invite->role, failure)) {
        return false;
    }
    end_invite(organization, invite);
    audit_login(organization, account, "invite", NULL);
    start_session(organization, account, ENTRY_INVITE, &(const struct sign_in_context){.address = NULL}, NULL, session);
    *out = account;
    return true;
}

size_t signin_invite_count(const struct organization *organization, const struct account *account)
{
    if (map_count(organization->invites_by_address.entries) == 0) {
        return 0;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *addresses;
    size_t count = account_addresses(arena, account, &addresses), total = 0;
    for (size_t i = 0; i < count; i++) {
        total += index_get(&organization->invites_by_address, addresses[i])->count;
    }
    return total;
}

void signin_end_invites(struct organization *organization, struct account *account)
{
    if (map_count(organization->invites_by_address.entries) == 0) {
        return;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *const *addresses;
    size_t count = account_addresses(arena, account, &addresses);
    for (size_t i = 0; i < count; i++) {
        struct invite *invite;
        while ((invite = index_first(&organization->invites_by_address, addresses[i])) != NULL) {
            end_invite(organization, invite);
        }
    }
}

void signin_free(struct organization *organization)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(organization->invites, &i, &key, &value);) {
        struct invite *invite = value;
        mem_free(invite->hash);
        mem_free(invite->address);
        mem_free(invite);
    }
    for (size_t i = 0; i < organization->accounts.count; i++) {
        signin_end_sessions(organization, organization->accounts.items[i]);
        signin_end_api_keys(organization, organization->accounts.items[i]);
    }
}
