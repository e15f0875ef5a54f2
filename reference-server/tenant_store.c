/* Organizations on their way into the store and out of it. */
#include "common/base.h"

#include "reference-server/state.h"

#include "common/error.h"
#include "common/map.h"
#include "common/memory.h"

#include "reference-server/model/record.h"
#include "reference-server/server.h"
#include "reference-server/store/store.h"

#include <inttypes.h>
#include <string.h>

void tenant_store(struct server *server, struct tenant *tenant)
{
    if (!store_keeps(server->store)) {
        changes_stop(tenant->organization);
        return;
    }
    struct record_batch *batch = record_collect(tenant->organization);
    if (batch != NULL)
        tenant->ticket = store_write(server->store, batch);
}

/* --- loading --- */

struct tenant_loader {
    struct server *server;
    struct map *restores; /* organization -> struct record_restore * */
    const char *latest;   /* key in it; records of one organization mostly follow each other */
    struct record_restore *restore;
};

struct tenant_loader *tenant_loader_new(struct server *server)
{
    struct tenant_loader *loader = mem_alloc(sizeof *loader);
    loader->server = server;
    loader->restores = map_new();
    return loader;
}

void tenant_loader_free(struct tenant_loader *loader)
{
    const char *id;
    void *restore;
    for (size_t i = 0; map_at(loader->restores, &i, &id, &restore);)
        record_restore_free(restore);
    map_free(loader->restores);
    mem_free(loader);
}

static struct record_restore *begin(const struct tenant_loader *loader, const char *id)
{
    struct server *server = loader->server;
    struct tenant *tenant = tenant_new(server, id);
    tenant->organization = organization_bare(id, id, server->clock, tenant_random(tenant));
    tenant->organization->steps = &server->steps;
    tenant->organization->limits = &server->limits.model;
    tenant->organization->unique_rules = server->unique_rules;
    map_set(server->tenants, id, tenant);
    struct record_restore *restore = record_restore_new(tenant->organization);
    map_set(loader->restores, id, restore);
    return restore;
}

static struct record_restore *find(struct tenant_loader *loader, const char *id)
{
    if (loader->latest != NULL && strcmp(loader->latest, id) == 0)
        return loader->restore;
    struct record_restore *restore = map_get(loader->restores, id);
    loader->restore = restore != NULL ? restore : begin(loader, id);
    loader->latest = ((const struct tenant *)map_get(loader->server->tenants, id))->organization->id;
    return loader->restore;
}

bool tenant_load(void *context, const char *organization, const struct record *record, struct error *err)
{
    return record_restore(find(context, organization), record, err);
}

/* With the same seed, ids go on where no earlier start has been: each id that was made has counted the sequence up. */
static void go_on(const struct server *server, struct tenant *tenant)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    tenant->rng =
        rng_for(server->seed, arena_printf(arena, "%s/%" PRIu64, tenant->organization->id, tenant->organization->sequence));
}

bool tenant_loader_finish(struct tenant_loader *loader, struct error *err)
{
    const char *id;
    void *restore;
    for (size_t i = 0; map_at(loader->restores, &i, &id, &restore);) {
        if (!record_restore_finish(restore, err))
            return false;
        go_on(loader->server, map_get(loader->server->tenants, id));
    }
    return true;
}
