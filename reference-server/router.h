/* router.h: one table, method × pattern × handler.
 *
 * A pattern is a path with `{}` for one non-empty segment: "/organizations/{}/scim/v2/Users/{}". A slash at the end of a path is passed over.
 * HEAD goes where GET goes. OPTIONS is answered here for every path there is: 204 with Allow.
 * The resource types of schema files have rows of their own, made once from the registry; nothing in the table can be at their paths (scim/schema_file.h).
 */
#ifndef REFERENCE_SERVER_ROUTER_H
#define REFERENCE_SERVER_ROUTER_H

#include "common/base.h"
#include "reference-server/exchange.h"

struct arena;
struct scim_registry;

enum route_flag {
    ROUTE_BODY = 1,    /* reads a JSON body */
    ROUTE_PATCH = 2,   /* its body is a PatchOp */
    ROUTE_OPEN = 4,    /* needs no credentials; those that are sent have to be good */
    ROUTE_SESSION = 8, /* app door: an API key is not enough */
    ROUTE_READ = 16,   /* changes nothing */
    ROUTE_BULK = 32,   /* its body has a cap of its own: maxPayloadSize */
};

struct route {
    const char *method, *pattern;
    enum door door;
    void (*handle)(struct exchange *x);
    unsigned flags;
    const char *resource; /* name of a resource type, or NULL: what a SCIM route is about */
};

#define ROUTER_VERSION "v2"

/* RFC 7644 §3.13: a SCIM path without a version means the latest, so that one is put in; a path with another one is at the door too, but no route
 * fits and router_version_known() is false. */
void router_complete_version(struct arena *arena, struct http_target *target);
bool router_version_known(const struct http_target *target);

/* Rows beside those of the table. */
struct routes {
    const struct route *rows;
    size_t count;
};

/* In the arena. */
struct routes router_rows(struct arena *arena, const struct scim_registry *registry);
/* Of the registry of an organization: the types behind the first `known`, which can only be read. */
struct routes router_rows_offered(struct arena *arena, const struct scim_registry *registry, size_t known);

/* The door a path belongs to, by its first segments, and the organization it names (NULL: none): known before any route is. */
enum door router_door(const struct http_target *target, const char **organization);
/* The route, its parameters filled in; NULL when none fits, and then *allow lists the methods that the path has ("GET, HEAD, OPTIONS"), or is NULL
 * when there is no such path. */
const struct route *router_find(struct arena *arena, struct routes more, const struct http_target *target, const char *method,
                                const char *parameters[EXCHANGE_PARAMETERS], const char **allow);

#endif
