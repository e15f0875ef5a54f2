/* state.h: what the server holds between requests; private to this folder. See server.h for the locks. */
#ifndef REFERENCE_SERVER_STATE_H
#define REFERENCE_SERVER_STATE_H

#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/rng.h"

#include "reference-server/health.h"
#include "reference-server/limits.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/rate.h"
#include "reference-server/router.h"
#include "reference-server/scim/compat.h"

#include <pthread.h>
#include <stdatomic.h>

struct arena;
struct defects;
struct map;
struct model_failure;
struct error;
struct record;
struct scim_registry;
struct store;
struct unique_rules;

/* One organization and its lock. */
struct tenant {
    pthread_mutex_t lock;              /* of organization and all below it */
    struct organization *organization; /* NULL once deleted: a request that had waited for the lock finds nothing */
    struct rng rng;                    /* of ids; below the lock too */
    struct rate known, strangers;      /* requests with good credentials, and the others; below the lock too */
    atomic_uint references;            /* the map's, and one per running request */
    struct traffic traffic;            /* health.h; below the lock */
    uint64_t ticket;                   /* of what was stored last; below the lock */
    struct arena *registry_arena;      /* registry.h; below the lock. NULL: the registry is the server's */
    const struct scim_registry *registry;
    uint64_t registry_version; /* of the policies that it was made for */
    struct routes routes;      /* of the resource types that are this organization's own; likewise */
};

struct server {
    struct clock clock;
    _Atomic(const char *) base_url; /* in the arena; set once more when the port is known, while requests may already run */
    uint64_t seed;
    char admin_hash[65];
    struct model_steps steps; /* of every organization: the correct ones, unless a defect says otherwise */
    struct defects *defects;
    struct scim_compat compat;
    bool client_certificates;
    struct limits limits;
    _Atomic int64_t certificate_until_ms; /* 0: no https */
    const char *cursor_secret;            /* cursor.h; in the arena */
    struct arena *arena;                  /* of the registry */
    const struct scim_registry *registry;
    struct routes routes; /* of the resource types that schema files define; in the arena */
    const struct unique_rules *unique_rules;
    pthread_rwlock_t tenants_lock; /* of the map */
    struct map *tenants;           /* by id */
    struct store *store;           /* never NULL */
    struct store *own_store;       /* the same, when it is this server's to close */
};

/* For tenant.c and tenant_store.c: one without an organization, its ids coming from the seed and this name; and where they come from. */
struct tenant *tenant_new(const struct server *server, const char *name);
struct model_random tenant_random(struct tenant *tenant);
void tenant_release(struct tenant *tenant);

/* The tenant of that id, locked and referenced; NULL when there is none. Every tenant_lock needs its tenant_unlock. */
struct tenant *tenant_lock(struct server *server, const char *id);
void tenant_unlock(struct tenant *tenant);

/* Makes an organization of a document (model/organization_document.h) and takes it in. An id that the document gives and that is taken is a conflict;
 * one that was made from the name gets a number. *out: {"id", "scimBase", "scimToken", "time"}, in the arena. */
bool tenant_create(struct server *server, struct arena *arena, const json *document, json **out,
                   struct model_failure *failure) MUST_USE;
/* False: there is none. Waits for the requests that are running in it. */
bool tenant_delete(struct server *server, const char *id);
/* Stores what has been noted; a locked tenant. */
void tenant_store(struct server *server, struct tenant *tenant);
/* The next record of the store, in its order; and what comes after the last one. */
struct tenant_loader;
struct tenant_loader *tenant_loader_new(struct server *server);
bool tenant_load(void *loader, const char *organization, const struct record *record,
                 struct error *err) MUST_USE; /* a store_visitor */
bool tenant_loader_finish(struct tenant_loader *loader, struct error *err) MUST_USE;
void tenant_loader_free(struct tenant_loader *loader);
/* Ids, in order of creation, as a JSON array in the arena. */
json *tenant_ids(struct server *server, struct arena *arena);
void tenant_free_all(struct server *server);

/* ".../organizations/acme/scim/v2" */
char *tenant_scim_base(const struct server *server, const struct organization *organization, struct arena *arena);

#endif
