#include "common/base.h"

#include "reference-server/model/departed.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/account.h"
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
        struct resource *resource = resource_find(organization, json_get_text(kept, "resource", NULL));
        enum role role;
        if (resource != NULL && role_read(json_get_text(kept, "role", NULL), &role)) {
            grant_put(organization, resource, account, NULL, role)->order = (uint64_t)json_get_integer(kept, "order", 0);
        }
    }
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
    if (!own && account_by_address(organization, login) == NULL) {
        account_set_login(organization, account, login);
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
    give_login(organization, kept, account);
    give_grants(organization, json_get(kept, "grants"), account);
    give_projects(organization, json_get(kept, "projects"), account);
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
    notification_forget(organization, departed->id);
    forget(organization, departed);
}

void departed_purge(struct organization *organization)
{
    int64_t since = organization_now(organization) - organization->policies->deprovisioning.retention_ms;
    for (struct departed *first; (first = oldest(organization)) != NULL && first->deleted_ms <= since;) {
        purge(organization, first);
    }
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
