/* health.h: how an organization's provisioning is doing, from counters of what really happened.
 *
 * Two shapes of the same counters: the health document (GET /admin/organizations/{}/health), whose members are those of the
 * product's integration guide, and Prometheus text format 0.0.4 for all organizations (GET /admin/metrics). Counters begin with
 * the process and end with it. A request counts for the organization it named; one to an organization that does not exist counts
 * nowhere.
 */
#ifndef REFERENCE_SERVER_HEALTH_H
#define REFERENCE_SERVER_HEALTH_H

#include "common/base.h"

struct exchange;

/* Upper bounds of the histogram's buckets, in microseconds; one more for everything above. */
#define HEALTH_BUCKETS 8

extern const uint64_t health_bounds_us[HEALTH_BUCKETS];

#define HEALTH_TYPES 3 /* User, Group, the others */
#define HEALTH_VERBS 4

/* Words of the operations: "user", "group", "other"; "create", "replace", "update", "delete". */
extern const char *const health_types[HEALTH_TYPES], *const health_verbs[HEALTH_VERBS];

/* Part of a tenant, below its lock. */
struct traffic {
    uint64_t requests[6][6];                        /* by door (enum door) and first digit of the status */
    uint64_t buckets[HEALTH_BUCKETS + 1], total_us; /* of SCIM requests */
    uint64_t failed_writes;                         /* SCIM requests that would have changed something, answered 4xx or 5xx */
    int64_t last_write_ms; /* the last SCIM request that changed something, by the organization's clock; 0: none */
    bool effect;           /* the request that runs changed an account, a membership or somebody's access: model/delays.h */
    struct {
        uint64_t good, bad;
    } operations[HEALTH_TYPES][HEALTH_VERBS]; /* SCIM writes, each operation of a bulk job by itself */
    bool authenticated, refused;              /* the last SCIM request with credentials came in, or did not */
};

/* One SCIM write is answered, as its trail calls it ("user.create"); effect: it changed something that somebody is or may do. */
void health_operation(const struct exchange *x, const char *operation, bool effect);
/* The reply is made, the organization still locked. */
void health_note(const struct exchange *x, uint64_t duration_us);

void health_document(struct exchange *x); /* GET /admin/organizations/{}/health */
void health_metrics(struct exchange *x);  /* GET /admin/metrics */

#endif
