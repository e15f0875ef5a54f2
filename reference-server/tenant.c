#include "common/base.h"

#include "reference-server/state.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/map.h"
#include "common/memory.h"

#include "reference-server/model/audit.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/model/record.h"
#include "reference-server/model/unique.h"
#include "reference-server/organization_check.h"
#include "reference-server/server.h"
#include "reference-server/store/store.h"

#include <stdio.h>
#include <string.h>

#define TOKEN_BYTES 32
#define ID_TRIES    1000 /* "acme", "acme-2", ... */

/* --- where an organization's ids and secrets come from --- */

static void new_id(void *context, char out[37])
{
    struct tenant *tenant = context;
    rng_uuid(&tenant->rng, out);
}

/* Without the system's generator there is no secret: an empty one is nobody's, since no request can hold it. */
static void new_token(void *context, char out[MODEL_TOKEN_SIZE])
{
    UNUSED(context);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    char *token;
    out[0] = '\0';
    if (random_token(arena, TOKEN_BYTES, &token, &err))
        snprintf(out, MODEL_TOKEN_SIZE, "%s", token);
}

/* --- life --- */

struct tenant *tenant_new(const struct server *server, const char *name)
{
    struct tenant *tenant = mem_alloc(sizeof *tenant);
    pthread_mutex_init(&tenant->lock, NULL);
    tenant->rng = rng_for(server->seed, name);
    atomic_init(&tenant->references, 1);
    return tenant;
}

struct model_random tenant_random(struct tenant *tenant)
{
    return (struct model_random){new_id, new_token, tenant};
}

void tenant_release(struct tenant *tenant)
{
    if (atomic_fetch_sub(&tenant->references, 1) != 1)
        return;
    organization_free(tenant->organization);
    arena_free(tenant->registry_arena);
    pthread_mutex_destroy(&tenant->lock);
    mem_free(tenant);
}

struct tenant *tenant_lock(struct server *server, const char *id)
{
    pthread_rwlock_rdlock(&server->tenants_lock);
    struct tenant *tenant = map_get(server->tenants, id);
    if (tenant != NULL)
        atomic_fetch_add(&tenant->references, 1);
    pthread_rwlock_unlock(&server->tenants_lock);
    if (tenant == NULL)
        return NULL;
    pthread_mutex_lock(&tenant->lock);
    if (tenant->organization != NULL)
        return tenant;
    tenant_unlock(tenant);
    return NULL;
}

void tenant_unlock(struct tenant *tenant)
{
    pthread_mutex_unlock(&tenant->lock);
    tenant_release(tenant);
}

bool tenant_delete(struct server *server, const char *id)
{
    struct tenant *tenant = tenant_lock(server, id);
    if (tenant == NULL)
        return false;
    store_write(server->store, record_erase(id)); /* before anybody else can have the id */
    organization_free(tenant->organization);
    tenant->organization = NULL;
    pthread_rwlock_wrlock(&server->tenants_lock);
    map_remove(server->tenants, id);
    pthread_rwlock_unlock(&server->tenants_lock);
    tenant_release(tenant);
    tenant_unlock(tenant);
    return true;
}

void tenant_free_all(struct server *server)
{
    const char *id;
    void *tenant;
    for (size_t i = 0; map_at(server->tenants, &i, &id, &tenant);)
        tenant_release(tenant);
    map_free(server->tenants);
}

json *tenant_ids(struct server *server, struct arena *arena)
{
    json *ids = json_array(arena);
    const char *id;
    void *tenant;
    pthread_rwlock_rdlock(&server->tenants_lock);
    for (size_t i = 0; map_at(server->tenants, &i, &id, &tenant);)
        json_push_text(ids, id);
    pthread_rwlock_unlock(&server->tenants_lock);
    return ids;
}

/* --- setting up --- */

enum admission { ADMITTED, ID_TAKEN, NO_ROOM };

/* Locks: a tenant's comes before that of the map. */
static enum admission admit(struct server *server, struct tenant *tenant)
{
    enum admission answer = ADMITTED;
    const char *id = tenant->organization->id;
    pthread_rwlock_wrlock(&server->tenants_lock);
    if (map_get(server->tenants, id) != NULL)
        answer = ID_TAKEN;
    else if (map_count(server->tenants) >= server->limits.organizations)
        answer = NO_ROOM;
    else
        map_set(server->tenants, id, tenant);
    pthread_rwlock_unlock(&server->tenants_lock);
    return answer;
}

char *tenant_scim_base(const struct server *server, const struct organization *organization, struct arena *arena)
{
    return arena_printf(arena, "%s/organizations/%s/scim/v2", server->base_url, organization->id);
}

static json *introduce(const struct server *server, struct arena *arena, const struct organization *organization,
                       const char *token)
{
    json *out = json_object(arena);
    json_set_text(out, "id", organization->id);
    json_set_text(out, "scimBase", tenant_scim_base(server, organization, arena));
    json_set_text(out, "scimToken", token);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    return out;
}

struct founding {
    const json *document;
    const char *id; /* the one it got */
    enum admission answer;
    json *introduction;
};

/* One try to make it, under this id unless the document names one, and to admit it. */
static bool try_create(struct server *server, struct arena *arena, struct founding *founding, const char *id,
                       struct model_failure *failure)
{
    const json *document;
    if (!organization_check(server, arena, founding->document, &document, failure))
        return false;
    const char *name = id != NULL ? id : json_get_text(document, "id", json_get_text(document, "name", ""));
    struct tenant *tenant = tenant_new(server, name);
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    if (!organization_document_read(document, id, server->clock, tenant_random(tenant), &tenant->organization, token, failure) ||
        !organization_check_size(tenant->organization, &server->limits.model, failure) ||
        !unique_begin(tenant->organization, server->unique_rules, failure)) {
        tenant_release(tenant);
        return false;
    }
    tenant->organization->steps = &server->steps;
    tenant->organization->limits = &server->limits.model;
    founding->id = arena_strdup(arena, tenant->organization->id);
    /* Before it is admitted: from then on it is everybody's. */
    founding->introduction = introduce(server, arena, tenant->organization, token);
    pthread_mutex_lock(&tenant->lock); /* and whoever comes first waits until its beginning is stored */
    founding->answer = admit(server, tenant);
    bool admitted = founding->answer == ADMITTED;
    if (admitted)
        audit_append(tenant->organization, &(struct audit_entry){.actor = "admin",
                                                                 .action = "organization.create",
                                                                 .kind = "Organization",
                                                                 .id = founding->id,
                                                                 .name = tenant->organization->name,
                                                                 .status = 201});
    if (admitted)
        tenant_store(server, tenant);
    pthread_mutex_unlock(&tenant->lock);
    if (!admitted)
        tenant_release(tenant);
    return true;
}

bool tenant_create(struct server *server, struct arena *arena, const json *document, json **out, struct model_failure *failure)
{
    struct founding founding = {.document = document};
    if (!try_create(server, arena, &founding, NULL, failure))
        return false;
    const char *first = founding.id;
    bool may_number = json_get(document, "id") == NULL;
    for (unsigned n = 2; may_number && founding.answer == ID_TAKEN && n < ID_TRIES; n++)
        if (!try_create(server, arena, &founding, arena_printf(arena, "%s-%u", first, n), failure))
            return false;
    if (founding.answer == NO_ROOM)
        return model_failure_set(failure, MODEL_CONFLICT, "tooMany", "delete one", "there are %zu organizations already",
                                 server->limits.organizations);
    if (founding.answer == ID_TAKEN)
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "take another id, or delete it first",
                                 "there is an organization %s already", first);
    *out = founding.introduction;
    return true;
}
