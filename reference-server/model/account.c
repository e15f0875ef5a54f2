#include "common/base.h"

#include "reference-server/model/account.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/access.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/departed.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/unique.h"

#include <string.h>

/* --- indexes --- */

static bool has_own_login(const struct account *account)
{
    return !unicode_equal_fold(account->login, account->user_name);
}

/* The maps borrow id, userName and login; what is found by name needs no entry for an equal login. */
static void index_account(struct organization *organization, struct account *account)
{
    map_set(organization->accounts_by_id, account->id, account);
    map_set(organization->accounts_by_name, account->user_name, account);
    if (has_own_login(account)) {
        map_set(organization->accounts_by_login, account->login, account);
    }
    index_add(&organization->accounts_by_external_id, json_get_text(account->resource, "externalId", NULL), account);
    for (const json *e = json_first(json_get(account->resource, "emails")); e != NULL; e = json_next(e)) {
        index_add(&organization->accounts_by_email, account_email_value(e), account);
    }
    unique_add(organization, "User", account->resource, account->id);
    organization->revision++;
}

static void unindex_account(struct organization *organization, struct account *account)
{
    map_remove(organization->accounts_by_id, account->id);
    map_remove(organization->accounts_by_name, account->user_name);
    if (has_own_login(account)) {
        map_remove(organization->accounts_by_login, account->login);
    }
    index_remove(&organization->accounts_by_external_id, json_get_text(account->resource, "externalId", NULL), account);
    for (const json *e = json_first(json_get(account->resource, "emails")); e != NULL; e = json_next(e)) {
        index_remove(&organization->accounts_by_email, account_email_value(e), account);
    }
    unique_remove(organization, "User", account->resource, account->id);
    organization->revision++;
}

/* What is asked for often, of a resource that is new. */
static void take_names(struct account *account)
{
    const json *name = json_get(account->resource, "name");
    const char *first = json_get_text(name, "givenName", NULL), *last = json_get_text(name, "familyName", NULL);
    bool whole = json_get(account->resource, "displayName") != NULL || json_get(name, "formatted") != NULL;
    account->user_name = json_get_text(account->resource, "userName", "");
    mem_free(account->full_name);
    account->full_name = NULL;
    if (!whole && (first != NULL || last != NULL)) {
        struct buffer b = buffer_new(0);
        buffer_printf(&b, "%s%s%s", first == NULL ? "" : first, first == NULL || last == NULL ? "" : " ",
                      last == NULL ? "" : last);
        account->full_name = mem_strdup(buffer_text(&b));
        buffer_release(&b);
    }
}

/* In one block (json_pack), since it is kept as long as the account and replaced as a whole. Takes resource. */
static void keep_resource(struct account *account, json *resource)
{
    json_free_packed(account->resource);
    account->resource = json_pack(resource);
    take_names(account);
    json_free(resource);
}

/* Nothing that the indexes go by is different, but perhaps the letter case of the name. */
static bool has_same_keys(const struct organization *organization, const struct account *account, const json *resource)
{
    return organization->unique_rules == NULL &&
           unicode_equal_fold(json_get_text(resource, "userName", ""), account->user_name) &&
           text_equal(json_get_text(resource, "externalId", NULL), json_get_text(account->resource, "externalId", NULL)) &&
           json_equal(json_get(resource, "emails"), json_get(account->resource, "emails"));
}

/* Puts resource (taken), and the login unless it is NULL, in place of the old ones. Most changes leave all keys as they are, and then the place of the account
 * in the indexes as well: in a big organization looking for these places is what a change costs. */
static void exchange_resource(struct organization *organization, struct account *account, json *resource, const char *login)
{
    if (login == NULL && has_same_keys(organization, account, resource)) {
        const json *old = account->resource;
        account->resource = json_pack(resource);
        take_names(account);
        map_set(organization->accounts_by_name, account->user_name, account); /* which borrows the name */
        organization->revision++;
        json_free_packed(old);
        json_free(resource);
        return;
    }
    unindex_account(organization, account);
    if (login != NULL) {
        mem_free(account->login);
        account->login = mem_strdup(login);
    }
    keep_resource(account, resource);
    index_account(organization, account);
}

static uint64_t order_of(const void *account)
{
    return ((const struct account *)account)->order;
}

static void put_org_role(const struct organization *organization, struct account *account, enum org_role org_role)
{
    account->org_role = org_role;
    if (org_role == ORG_ROLE_ADMIN) {
        map_set(organization->admins, account->id, account);
    } else {
        map_remove(organization->admins, account->id);
    }
}

/* --- making --- */

static void take_in(struct organization *organization, struct account *account)
{
    take_names(account);
    list_push(&organization->accounts, account);
    index_account(organization, account);
}

struct account *account_restore(struct organization *organization, const struct account *stored)
{
    struct account *account = mem_alloc(sizeof *account);
    *account = *stored;
    put_org_role(organization, account, stored->org_role);
    take_in(organization, account);
    organization->seats_used += account->active;
    return account;
}

/* An account that is in no index yet; takes resource. past: who is restored; NULL: nobody has been here before. */
static struct account *make_account(struct organization *organization, json *resource, struct departed *past)
{
    struct account *account = mem_alloc(sizeof *account);
    char id[37];
    if (past == NULL) {
        organization->random.id(organization->random.context, id);
    }
    account->id = mem_strdup(past == NULL ? id : past->id);
    keep_resource(account, resource);
    account->login = mem_strdup(account->user_name);
    put_org_role(organization, account, organization->settings.default_org_role);
    account->created_ms = account->modified_ms = organization_now(organization);
    account->version = 1;
    account->order = organization_next(organization);
    take_in(organization, account);
    change_note(organization, RECORD_ACCOUNT, account->id);
    audit_created(organization, account);
    if (json_get_bool(account->resource, "active", true)) {
        lifecycle_reactivate(organization, account);
    }
    if (past != NULL) {
        departed_restore(organization, past, account);
    }
    departed_make_room(organization);
    return account;
}

static void set_names(json *resource, const char *given_name, const char *family_name)
{
    if (given_name != NULL || family_name != NULL) {
        json *name = json_set_object(resource, "name");
        json_set_text(name, "givenName", given_name);
        json_set_text(name, "familyName", family_name);
    }
}

void account_set_name(struct organization *organization, struct account *account, const char *given_name, const char *family_name)
{
    json *whole = json_copy(NULL, account->resource);
    set_names(whole, given_name, family_name);
    exchange_resource(organization, account, whole, NULL);
}

static bool read_user_name(const json *resource, const char **out, struct model_failure *failure)
{
    const char *user_name = json_get_text(resource, "userName", NULL);
    if (text_is_blank(user_name) || strlen(user_name) > ACCOUNT_MAX_NAME) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "userName must be text of 1 to %d bytes",
                                 ACCOUNT_MAX_NAME);
    }
    *out = user_name;
    return true;
}

static bool read_active(const json *resource, bool fallback, bool *out, struct model_failure *failure)
{
    const json *active = json_get(resource, "active");
    if (active != NULL && json_type(active) != JSON_BOOL) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "active must be true or false");
    }
    *out = active == NULL ? fallback : json_true(active);
    return true;
}

static bool refuse_taken(const struct account *holder, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_CONFLICT, "taken", "look the account up and change it, or use another userName",
                             "userName is taken by the %s account %s", holder->active ? "active" : "inactive", holder->id);
}

static bool has_room(const struct organization *organization, struct model_failure *failure)
{
    if (organization->accounts.count >= organization->limits->accounts) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "limit", "", "an organization holds at most %zu accounts",
                                 organization->limits->accounts);
    }
    return true;
}

static json *person_resource(const struct account_person *person)
{
    json *resource = json_object(NULL);
    json_push_text(json_set_array(resource, "schemas"), ACCOUNT_URN_USER);
    json_set_text(resource, "userName", person->address);
    set_names(resource, person->given_name, person->family_name);
    json *email = json_push_object(json_set_array(resource, "emails"));
    json_set_text(email, "value", person->address);
    json_set_text(email, "type", "work");
    json_set_bool(email, "primary", true);
    json_set_bool(resource, "active", person->active);
    return resource;
}

bool account_add(struct organization *organization, const struct account_person *person, struct account **out,
                 struct model_failure *failure)
{
    if (text_is_blank(person->address) || strlen(person->address) > ACCOUNT_MAX_NAME) {
        return model_failure_set(failure, MODEL_INVALID, "invalid", "", "an address must be text of 1 to %d bytes",
                                 ACCOUNT_MAX_NAME);
    }
    const struct account *holder = account_by_address(organization, person->address);
    if (holder != NULL) {
        return refuse_taken(holder, failure);
    }
    if (!has_room(organization, failure) || (person->active && !lifecycle_may_take_seat(organization, failure))) {
        return false;
    }
    *out = make_account(organization, person_resource(person), NULL);
    put_org_role(organization, *out, person->org_role);
    return true;
}

/* --- changing --- */

/* Puts resource (taken) in place of the old one. The login follows a new userName when it was the old one, but not on linking:
 * who sends the first change of somebody else's account doesn't get to say how that person signs in. */
static void swap_resource(struct organization *organization, struct account *account, json *resource, bool linking)
{
    const char *user_name = json_get_text(resource, "userName", "");
    bool login_is_user_name = unicode_equal_fold(account->login, account->user_name);
    bool renamed = !unicode_equal_fold(user_name, account->user_name);
    audit_updated(organization, account, account->resource, resource);
    exchange_resource(organization, account, resource, renamed && login_is_user_name && !linking ? user_name : NULL);
    account->modified_ms = organization_now(organization);
    account->version++;
    change_note(organization, RECORD_ACCOUNT, account->id);
}

static bool may_change_status(const struct organization *organization, const struct account *account, bool active,
                              struct model_failure *failure)
{
    if (active == account->active) {
        return true;
    }
    return active ? lifecycle_may_take_seat(organization, failure) : lifecycle_may_deactivate(organization, account, failure);
}

/* What rules give goes by the profile. */
static void watch_profile(struct organization *organization, const struct account *account)
{
    if (organization->policies->access_rules.count > 0) {
        audit_watch(organization, account);
    }
}

/* All checks are done. Leaves by what was known before the change; invites to the addresses after it end, too. */
static void apply(struct organization *organization, struct account *account, const json *resource, bool active)
{
    json *whole = json_copy(NULL, resource);
    json_set_bool(whole, "active", active);
    bool linking = !account->managed;
    watch_profile(organization, account);
    if (linking) {
        account->managed = true;
        change_note(organization, RECORD_ACCOUNT, account->id);
        audit_field(organization, account, "managed", "false", "true");
    }
    if (account->active && !active) {
        lifecycle_deactivate(organization, account);
    }
    if (json_equal(whole, account->resource)) {
        json_free(whole);
    } else {
        swap_resource(organization, account, whole, linking);
    }
    if (active && !account->active) {
        lifecycle_reactivate(organization, account);
        deprovisioning_return(organization, account);
    }
    if (!active && organization->steps->end_invites != NULL) {
        organization->steps->end_invites(organization, account);
    }
    access_settle(organization, account); /* what rules give goes by the profile */
}

/* The account that a new resource is about: of that userName or login, else of that mail address if it is not managed. */
struct account *account_of_resource(const struct organization *organization, const json *resource)
{
    struct account *account = account_by_address(organization, json_get_text(resource, "userName", NULL));
    if (account != NULL) {
        return account;
    }
    account = account_by_address(organization, account_email_in(resource, true));
    return account == NULL || account->managed ? NULL : account;
}

static struct departed *recognize(const struct organization *organization, const json *resource)
{
    return organization->steps->recognize == NULL ? NULL : organization->steps->recognize(organization, resource);
}

bool account_create(struct organization *organization, const json *resource, struct account **out, bool *linked,
                    struct model_failure *failure)
{
    const char *user_name;
    if (!read_user_name(resource, &user_name, failure)) {
        return false;
    }
    struct account *holder = account_of_resource(organization, resource);
    if (holder != NULL && holder->managed) {
        return refuse_taken(holder, failure);
    }
    bool active;
    if (!read_active(resource, holder == NULL || holder->active, &active, failure) ||
        !unique_check(organization, "User", resource, holder == NULL ? NULL : holder->id, failure)) {
        return false;
    }
    if (linked != NULL) {
        *linked = holder != NULL;
    }
    if (holder != NULL) {
        if (!may_change_status(organization, holder, active, failure)) {
            return false;
        }
        apply(organization, holder, resource, active);
    } else {
        if (!has_room(organization, failure) || (active && !lifecycle_may_take_seat(organization, failure))) {
            return false;
        }
        json *whole = json_copy(NULL, resource);
        json_set_bool(whole, "active", active);
        holder = make_account(organization, whole, recognize(organization, resource));
    }
    holder->managed = true;
    *out = holder;
    return true;
}

static bool may_replace(const struct organization *organization, const struct account *account, const json *resource,
                        bool *active, struct model_failure *failure)
{
    const char *user_name;
    if (!read_user_name(resource, &user_name, failure) || !read_active(resource, account->active, active, failure)) {
        return false;
    }
    const struct account *holder = account_by_address(organization, user_name);
    if (holder != NULL && holder != account) {
        return refuse_taken(holder, failure);
    }
    return unique_check(organization, "User", resource, account->id, failure) &&
           may_change_status(organization, account, *active, failure);
}

bool account_may_replace(const struct organization *organization, const struct account *account, const json *resource,
                         struct model_failure *failure)
{
    bool active;
    return may_replace(organization, account, resource, &active, failure);
}

bool account_replace(struct organization *organization, struct account *account, const json *resource,
                     struct model_failure *failure)
{
    bool active;
    if (!may_replace(organization, account, resource, &active, failure)) {
        return false;
    }
    apply(organization, account, resource, active);
    return true;
}

bool account_set_login(struct organization *organization, struct account *account, const char *login,
                       struct model_failure *failure)
{
    const struct account *holder = account_by_address(organization, login);
    if (holder != NULL && holder != account) {
        return refuse_taken(holder, failure);
    }
    unindex_account(organization, account);
    mem_free(account->login);
    account->login = mem_strdup(login);
    index_account(organization, account);
    change_note(organization, RECORD_ACCOUNT, account->id);
    return true;
}

void account_put_edits(struct organization *organization, struct account *account, json *edits)
{
    json_free(account->edits);
    account->edits = json_count(edits) == 0 ? NULL : edits;
    if (account->edits == NULL) {
        json_free(edits);
    }
    change_note(organization, RECORD_ACCOUNT, account->id);
    access_settle(organization, account);
}

void account_edit(struct organization *organization, struct account *account, const json *resource, json *edits)
{
    watch_profile(organization, account);
    if (!json_equal(resource, account->resource)) {
        swap_resource(organization, account, json_copy(NULL, resource), true);
    }
    account_put_edits(organization, account, edits);
}

void account_set_org_role(struct organization *organization, struct account *account, enum org_role org_role)
{
    audit_watch(organization, account);
    audit_org_role(organization, account, account->org_role, org_role);
    put_org_role(organization, account, org_role);
    change_note(organization, RECORD_ACCOUNT, account->id);
    access_settle(organization, account);
}

/* --- leaving for good --- */

static void pass_projects(struct organization *organization, struct account *account)
{
    while (account->projects.count > 0) {
        struct project *project = account->projects.items[0];
        project_pass(organization, project, deprovisioning_keeper(organization, project, account));
    }
}

static void drop_grants(struct organization *organization, const struct map *grants)
{
    const char *key;
    void *grant;
    for (size_t i = 0; map_at(grants, &i, &key, &grant); i = 0) {
        grant_drop(organization, grant);
    }
}

static void leave_groups(struct organization *organization, struct account *account)
{
    const char *key;
    void *group;
    const char *id = account->id;
    for (size_t i = 0; map_at(account->groups, &i, &key, &group); i = 0) {
        group_remove_members(organization, group, &id, 1);
    }
}

static void leave_resources(struct organization *organization, struct account *account)
{
    const char *key;
    void *resource;
    for (size_t i = 0; map_at(account->joined, &i, &key, &resource); i = 0) {
        access_leave(organization, account, resource);
    }
}

bool account_delete(struct organization *organization, struct account *account, struct model_failure *failure)
{
    if (!lifecycle_may_deactivate(organization, account, failure)) {
        return false;
    }
    audit_deprovisioned(organization, account, "deleted");
    lifecycle_deactivate(organization, account);
    signin_end_sessions(organization, account); /* nothing may point at what is freed, whatever the steps did */
    signin_end_api_keys(organization, account);
    departed_keep(organization, account);
    if (departed_find(organization, account->id) == NULL) {
        notification_forget(organization, account->id);
    }
    pass_projects(organization, account);
    unassign_all(organization, account);
    leave_groups(organization, account);
    drop_grants(organization, account->grants);
    approval_forget(organization, account);
    leave_resources(organization, account);
    pending_forget(organization, account->id);
    unindex_account(organization, account);
    map_remove(organization->admins, account->id);
    list_remove_numbered(&organization->accounts, order_of, account);
    change_gone(organization, RECORD_ACCOUNT, account->id);
    account_free(account);
    return true;
}

void account_free(struct account *account)
{
    json_free_packed(account->resource);
    json_free(account->edits);
    map_free(account->groups);
    map_free(account->grants);
    map_free(account->joined);
    map_free(account->assigned);
    approval_free_all(account);
    list_release(&account->sessions);
    list_release(&account->api_keys);
    list_release(&account->projects);
    mem_free(account->full_name);
    mem_free(account->login);
    mem_free(account->password);
    mem_free(account->id);
    mem_free(account);
}
