/* server.h: one reference server: organizations, and the way from a request to a reply, without sockets.
 *
 * server_dispatch() does no I/O: tests call it with a request value and look at the reply value; serve.c hands it to the HTTP server.
 *
 * Threads: dispatch may be called from any number of threads. The map of organizations has a read-write lock, held for a lookup only; each
 * organization has a lock of its own that is held from the check of the credentials to the finished reply, so that requests to one
 * organization happen one after another and requests to two do not wait for each other.
 */
#ifndef REFERENCE_SERVER_SERVER_H
#define REFERENCE_SERVER_SERVER_H

#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"

struct arena;
struct error;
struct http_request;
struct http_response;
struct server;

#define SERVER_MAX_ORGANIZATIONS 100000
#define SERVER_MAX_BODY          (16 * MIB) /* a group with 100 000 members fits */
#define SERVER_PAGE              100        /* resources in a page when the client does not say */
#define SERVER_PAGE_MAX          1000       /* filter.maxResults */

struct server_options {
    struct clock clock;
    const char *base_url;       /* "http://127.0.0.1:41233": what Location and meta.location start with */
    const char *admin_token;    /* kept as a hash */
    const char *const *defects; /* names (defects.h) */
    size_t defect_count;
    const struct json_document *schemas; /* schema files (scim/schema_file.h); nothing of them is needed afterwards */
    size_t schema_count;
    bool strict; /* what is sent outside the RFC is not rewritten (scim/compat.h) */
    bool seeded; /* ids from seed and the organization's id; else from the system's generator */
    uint64_t seed;
};

/* NULL: err is ERROR_USAGE (no such defect; the remedy names the nearest), ERROR_INVALID (a schema file, with the place) or says what the system refused. */
struct server *server_new(const struct server_options *options, struct error *err);
void server_free(struct server *server);

/* Sets an organization up from a document as POST /admin/organizations takes it. name stands in error.where.
 * *out: {"id", "scimBase", "scimToken", "time"}, in the arena. */
bool server_add_organization(struct server *server, struct arena *arena, const struct json_document *document, json **out,
                             struct error *err) MUST_USE;

/* The base that replies name, once the port is known. Before the first dispatch. */
void server_set_base_url(struct server *server, const char *base_url);

/* One request. Always fills the reply; everything in it lives in the arena. Fits http_handler with the server as context. */
void server_dispatch(void *context, struct arena *arena, const struct http_request *request, struct http_response *response);

/* A reply to what never became a request (http_server_options.refuse): a SCIM error, since the path is not known. */
void server_refuse(void *server, struct arena *arena, int status, const char *detail, struct http_response *response);

#endif
