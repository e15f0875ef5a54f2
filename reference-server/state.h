/* state.h: what the server holds between requests; private to this folder. See server.h for the locks. */
#ifndef REFERENCE_SERVER_STATE_H
#define REFERENCE_SERVER_STATE_H

#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/rng.h"

#include "reference-server/model/lifecycle.h"
#include "reference-server/router.h"
#include "reference-server/scim/compat.h"

#include <pthread.h>
#include <stdatomic.h>

struct arena;
struct defects;
struct map;
struct model_failure;
struct organization;
struct scim_registry;
struct unique_rules;

/* One organization and its lock. */
struct tenant {
    pthread_mutex_t lock;              /* of organization and all below it */
    struct organization *organization; /* NULL once deleted: a request that had waited for the lock finds nothing */
    struct rng rng;                    /* of ids; below the lock too */
    atomic_uint references;            /* the map's, and one per running request */
};

struct server {
    struct clock clock;
    _Atomic(const char *) base_url; /* in the arena; set once more when the port is known, while requests may already run */
    uint64_t seed;
    char admin_hash[65];
    struct model_steps steps; /* of every organization: the correct ones, unless a defect says otherwise */
    struct defects *defects;
    struct scim_compat compat;
    const char *cursor_secret; /* cursor.h; in the arena */
    struct arena *arena;       /* of the registry */
    const struct scim_registry *registry;
    struct routes routes; /* of the resource types that schema files define; in the arena */
    const struct unique_rules *unique_rules;
    pthread_rwlock_t tenants_lock; /* of the map */
    struct map *tenants;           /* by id */
};

/* The tenant of that id, locked and referenced; NULL when there is none. Every tenant_lock needs its tenant_unlock. */
struct tenant *tenant_lock(struct server *server, const char *id);
void tenant_unlock(struct tenant *tenant);

/* Makes an organization of a document (model/organization_document.h) and takes it in. An id that the document gives and that is taken is a conflict;
 * one that was made from the name gets a number. *out: {"id", "scimBase", "scimToken", "time"}, in the arena. */
bool tenant_create(struct server *server, struct arena *arena, const json *document, json **out,
                   struct model_failure *failure) MUST_USE;
/* False: there is none. Waits for the requests that are running in it. */
bool tenant_delete(struct server *server, const char *id);
/* Ids, in order of creation, as a JSON array in the arena. */
json *tenant_ids(struct server *server, struct arena *arena);
void tenant_free_all(struct server *server);

/* ".../organizations/acme/scim/v2" */
char *tenant_scim_base(const struct server *server, const struct organization *organization, struct arena *arena);

#endif
