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

/* Part of a tenant, below its lock. */
struct traffic {
    uint64_t requests[6][6];                        /* by door (enum door) and first digit of the status */
    uint64_t buckets[HEALTH_BUCKETS + 1], total_us; /* of SCIM requests */
    uint64_t failed_writes;                         /* SCIM requests that would have changed something, answered 4xx or 5xx */
    int64_t last_write_ms;       /* the last SCIM request that changed something, by the organization's clock; 0: none */
    bool authenticated, refused; /* the last SCIM request with credentials came in, or did not */
};

/* The reply is made, the organization still locked. */
void health_note(const struct exchange *x, uint64_t duration_us);

void health_document(struct exchange *x); /* GET /admin/organizations/{}/health */
void health_metrics(struct exchange *x);  /* GET /admin/metrics */

#endif
