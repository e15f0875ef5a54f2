#include "common/base.h"

#include "reference-server/model/departed.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/assignment.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/deprovisioning.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"

void departed_init(struct organization *organization)
{
    organization->departures.by_id = map_new();
    index_init(&organization->departures.by_name, true);
    index_init(&organization->departures.by_external_id, false);
}

static void free_departed(struct departed *departed)
{
    json_free_packed(departed->kept);
    mem_free(departed->id);
    mem_free(departed);
}

void departed_free_all(struct organization *organization)
{
    const char *id;
    void *departed;
    for (size_t i = 0; map_at(organization->departures.by_id, &i, &id, &departed);) {
        free_departed(departed);
    }
    map_free(organization->departures.by_id);
    index_release(&organization->departures.by_name);
    index_release(&organization->departures.by_external_id);
}

static const json *user_of(const struct departed *departed)
{
    return json_get(departed->kept, "user");
}

const struct departed *departed_find(const struct organization *organization, const char *id)
{
    return map_get(organization->departures.by_id, id);
}

/* --- keeping --- */

bool departed_take_back(struct organization *organization, const char *id, const json *kept)
{
    const json *user = json_get(kept, "user");
    if (json_get_text(user, "userName", NULL) == NULL) {
        return false;
    }
    struct departed *departed = mem_alloc(sizeof *departed);
    departed->kept = json_pack(kept);
    departed->id = mem_strdup(id);
    departed->deleted_ms = json_get_integer(kept, "deleted", 0);
    map_set(organization->departures.by_id, id, departed);
    user = user_of(departed);
    index_add(&organization->departures.by_name, json_get_text(user, "userName", NULL), departed);
    index_add(&organization->departures.by_external_id, json_get_text(user, "externalId", NULL), departed);
    return true;
}

static void keep_grants(json *array, const struct account *account)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(account->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        json *out = json_push_object(array);
        json_set_text(out, "resource", grant->resource->path);
        json_set_text(out, "role", role_name(grant->role));
        json_set_integer(out, "order", (int64_t)grant->order);
        if (grant->timed) {
            json_set_integer(out, "starts", grant->window.starts_ms);
            json_set_integer(out, "ends", grant->window.ends_ms);
        }
    }
}

static void keep_assignments(json *array, const struct account *account)
{
    const char *path;
    void *project;
    for (size_t i = 0; map_at(account->assigned, &i, &path, &project);) {
        json_push_text(array, path);
    }
}

static void keep_answers(json *array, const struct account *account)
{
    const char *source;
    void *value;
    for (size_t i = 0; map_at(account->approvals, &i, &source, &value);) {
        const struct approval *answer = value;
        json *out = json_push_object(array);
        json_set_text(out, "source", source);
        json_set_text(out, "role", role_name(answer->role));
        json_set_text(out, "resource", answer->resource);
        json_set_bool(out, "given", answer->given);
    }
}

static void keep_projects(json *array, const struct organization *organization, const struct account *account)
{
    for (size_t i = 0; i < account->projects.count; i++) {
        const struct project *project = account->projects.items[i];
        json *out = json_push_object(array);
        json_set_text(out, "project", project->path);
        json_set_text(out, "to", deprovisioning_keeper(organization, project, account)->id);
        json_set_bool(out, "leftBehind", project->left_behind);
    }
}

void departed_keep(struct organization *organization, const struct account *account)
{
    if (organization->policies->deprovisioning.retention_ms == 0) {
        return;
    }
    json *kept CLEANUP(json_cleanup) = json_object(NULL);
    json_set_integer(kept, "deleted", organization_now(organization));
    json_set_integer(kept, "created", account->created_ms);
    json_set_integer(kept, "version", (int64_t)account->version);
    json_set_text(kept, "login", account->login);
    json_set_text(kept, "orgRole", org_role_name(account->org_role));
    json_set_text(kept, "password", account->password);
    json_set_copy(kept, "user", account->resource);
    keep_grants(json_set_array(kept, "grants"), account);
    keep_projects(json_set_array(kept, "projects"), organization, account);
    keep_assignments(json_set_array(kept, "assigned"), account);
    keep_answers(json_set_array(kept, "approvals"), account);
    if (account->edits != NULL) {
        json_set_copy(kept, "edits", account->edits);
    }
    if (departed_take_back(organization, account->id, kept)) {
        change_note(organization, RECORD_DEPARTED, account->id);
    }
}

/* --- restoring --- */

/* Who left last of those with this key who fit. */
static struct departed *latest(const struct list *list, const char *external_id)
{
    for (size_t i = list->count; i > 0; i--) {
        struct departed *departed = list->items[i - 1];
        const char *kept = json_get_text(user_of(departed), "externalId", NULL);
        if (kept == NULL || external_id == NULL || text_equal(kept, external_id)) {
            return departed;
        }
    }
    return NULL;
}

struct departed *departed_recognize(const struct organization *organization, const json *resource)
{
    const struct departures *departures = &organization->departures;
    const char *external_id = json_get_text(resource, "externalId", NULL);
    struct departed *same = latest(index_get(&departures->by_external_id, external_id), external_id);
    return same != NULL ? same : latest(index_get(&departures->by_name, json_get_text(resource, "userName", NULL)), external_id);
}

static void give_grants(struct organization *organization, const json *grants, struct account *account)
{
    for (const json *kept = json_first(grants); kept != NULL; kept = json_next(kept)) {
        struct grant grant = {.account = account,
                              .resource = resource_find(organization, json_get_text(kept, "resource", NULL)),
                              .order = (uint64_t)json_get_integer(kept, "order", 0),
                              .timed = json_get(kept, "ends") != NULL};
        grant.window.starts_ms = json_get_integer(kept, "starts", INT64_MIN);
        grant.window.ends_ms = json_get_integer(kept, "ends", INT64_MAX);
        if (grant.resource != NULL && role_read(json_get_text(kept, "role", NULL), &grant.role)) {
            grant_give_back(organization, &grant);
        }
    }
}

static void give_assignments(struct organization *organization, const json *paths, struct account *account)
{
    for (const json *path = json_first(paths); path != NULL; path = json_next(path)) {
        struct project *project = project_find(organization, json_text(path));
        if (project != NULL) {
            assign(organization, account, project);
        }
    }
}

/* What nothing gives by now is asked about again, as of anybody else: access_settle ends it. */
static void give_answers(struct organization *organization, const json *answers, struct account *account)
{
    for (const json *kept = json_first(answers); kept != NULL; kept = json_next(kept)) {
        const char *source = json_get_text(kept, "source", ""), *resource = json_get_text(kept, "resource", NULL);
        struct approval answer = {.given = json_get_bool(kept, "given", false)};
        if (role_read(json_get_text(kept, "role", NULL), &answer.role)) {
            answer.resource = resource == NULL ? NULL : mem_strdup(resource);
            approval_restore(account, source, &answer);
            change_note_pair(organization, RECORD_APPROVAL, account->id, source);
        }
    }
    access_settle(organization, account);
}

static void give_projects(struct organization *organization, const json *projects, struct account *account)
{
    for (const json *kept = json_first(projects); kept != NULL; kept = json_next(kept)) {
        struct project *project = project_find(organization, json_get_text(kept, "project", NULL));
        if (project != NULL && text_equal(project->owner->id, json_get_text(kept, "to", ""))) {
            project_pass(organization, project, account);
            project->left_behind = project->archived && json_get_bool(kept, "leftBehind", false);
        }
    }
}

/* The sign-in address of old, unless somebody has it by now. */
static void give_login(struct organization *organization, const json *kept, struct account *account)
{
    const char *login = json_get_text(kept, "login", NULL);
    bool own = unicode_equal_fold(login, json_get_text(json_get(kept, "user"), "userName", ""));
    struct model_failure taken; /* then the userName is what there is */
    if (!own && !account_set_login(organization, account, login, &taken)) {
        return;
    }
}

static void forget(struct organization *organization, struct departed *departed)
{
    const json *user = user_of(departed);
    change_gone(organization, RECORD_DEPARTED, departed->id);
    map_remove(organization->departures.by_id, departed->id);
    index_remove(&organization->departures.by_name, json_get_text(user, "userName", NULL), departed);
    index_remove(&organization->departures.by_external_id, json_get_text(user, "externalId", NULL), departed);
    free_departed(departed);
}

const json *departed_user(const struct departed *departed)
{
    return user_of(departed);
}

const json *departed_edits(const struct departed *departed)
{
    return json_get(departed->kept, "edits");
}

void departed_restore(struct organization *organization, struct departed *departed, struct account *account)
{
    const json *kept = departed->kept;
    const char *password = json_get_text(kept, "password", NULL);
    enum org_role org_role = account->org_role;
    account->created_ms = json_get_integer(kept, "created", account->created_ms);
    account->version = (uint64_t)json_get_integer(kept, "version", 0) + 1;
    account->password = password == NULL ? NULL : mem_strdup(password);
    if (org_role_read(json_get_text(kept, "orgRole", ""), &org_role)) {
        account_set_org_role(organization, account, org_role);
    }
    audit_restored(organization, account);
    give_login(organization, kept, account);
    give_grants(organization, json_get(kept, "grants"), account);
    give_projects(organization, json_get(kept, "projects"), account);
    give_assignments(organization, json_get(kept, "assigned"), account);
    give_answers(organization, json_get(kept, "approvals"), account);
    if (account->active) {
        deprovisioning_return(organization, account);
    }
    forget(organization, departed);
}

/* --- purging --- */

static struct departed *oldest(const struct organization *organization)
{
    size_t first = 0;
    const char *id;
    void *departed;
    return map_at(organization->departures.by_id, &first, &id, &departed) ? departed : NULL;
}

static void purge(struct organization *organization, struct departed *departed)
{
    audit_purged(organization, departed->id);
    notification_forget(organization, departed->id);
    forget(organization, departed);
}

void departed_purge(struct organization *organization)
{
    int64_t since = organization_now(organization) - organization->policies->deprovisioning.retention_ms;
    const struct departed *next = oldest(organization);
    if (next == NULL || next->deleted_ms > since) {
        return;
    }
    struct audit_notes *request = audit_aside(organization);
    for (struct departed *first; (first = oldest(organization)) != NULL && first->deleted_ms <= since;) {
        purge(organization, first);
    }
    audit_append(organization, &(struct audit_entry){.actor = "clock", .action = "user.purge", .kind = "User", .status = 200});
    audit_resume(organization, request);
}

void departed_make_room(struct organization *organization)
{
    size_t most = organization->limits->accounts;
    struct departed *first;
    while (organization->accounts.count + map_count(organization->departures.by_id) > most &&
           (first = oldest(organization)) != NULL) {
        purge(organization, first);
    }
}
