/* server.h: one reference server: organizations, and the way from a request to a reply, without sockets.
 *
 * server_dispatch() does no I/O: tests call it with a request value and look at the reply value; serve.c hands it to the HTTP server.
 *
 * Threads: dispatch may be called from any number of threads. The map of organizations has a read-write lock, held for a lookup only; each
 * organization has a lock of its own that is held from the check of the credentials to the finished reply, so that requests to one
 * organization happen one after another and requests to two do not wait for each other. After that lock, and before the reply leaves, a request
 * waits until all that was done in its organization so far is in the store: no reply speaks of what a crash could take back.
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
struct limits;
struct server;
struct store;

/* Presets of limits.h. */
#define SERVER_MAX_ORGANIZATIONS 100000
#define SERVER_MAX_BODY          (16 * MIB) /* a group with 100 000 members fits */
#define SERVER_MAX_TARGET        (32 * KIB)
#define SERVER_MAX_HEADER        (32 * KIB)
#define SERVER_MAX_FILE          (16 * MIB) /* of an organization to start with */
#define SERVER_CONNECTIONS       256
#define SERVER_IDLE_S            30
#define SERVER_REQUEST_S         60
#define SERVER_REPLY_S           120
#define SERVER_PAGE              100  /* resources in a page when the client does not say */
#define SERVER_PAGE_MAX          1000 /* filter.maxResults */

struct server_options {
    struct clock clock;
    const char *base_url;       /* "http://127.0.0.1:41233": what Location and meta.location start with */
    const char *admin_token;    /* kept as a hash */
    const char *const *defects; /* names (defects.h) */
    size_t defect_count;
    const struct json_document *schemas; /* schema files (scim/schema_file.h); nothing of them is needed afterwards */
    size_t schema_count;
    bool client_certificates; /* requests can come with one (common/tls.h) */
    bool strict;              /* what is sent outside the RFC is not rewritten (scim/compat.h) */
    bool seeded;              /* ids from seed and the organization's id; else from the system's generator */
    uint64_t seed;
    const struct limits *limits; /* NULL: the presets */
    struct store *store;         /* store/store.h, outlives the server; NULL: nothing is kept */
};

/* NULL: err is ERROR_USAGE (no such defect; the remedy names the nearest), ERROR_INVALID (a schema file, with the place) or says what the system refused. */
struct server *server_new(const struct server_options *options, struct error *err);
void server_free(struct server *server);

/* Takes in what the store holds. Before the first dispatch. */
bool server_load(struct server *server, struct error *err) MUST_USE;
/* Ids of the organizations, in order of creation. */
size_t server_organizations(struct server *server, struct arena *arena, const char *const **ids);
/* The SCIM base of an organization, in the arena; NULL: it is not there. *known: this is a SCIM token of it, which has not expired. */
char *server_scim_base(struct server *server, struct arena *arena, const char *organization, const char *scim_token, bool *known);

/* Sets an organization up from a document as POST /admin/organizations takes it. name stands in error.where.
 * *out: {"id", "scimBase", "scimToken", "time"}, in the arena. */
bool server_add_organization(struct server *server, struct arena *arena, const struct json_document *document, json **out,
                             struct error *err) MUST_USE;

/* The base that replies name, once the port is known. Before the first dispatch. */
void server_set_base_url(struct server *server, const char *base_url);

/* One request. Always fills the reply; everything in it lives in the arena. Fits http_handler with the server as context. */
void server_dispatch(void *context, struct arena *arena, const struct http_request *request, struct http_response *response);

/* A reply to what is refused before it can be dispatched (http_server_options.refuse), in the words of its door; a SCIM error where none is known. */
void server_refuse(void *server, struct arena *arena, const struct http_request *request, int status, const char *detail,
                   struct http_response *response);

#endif
