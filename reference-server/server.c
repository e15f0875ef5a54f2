#include "common/base.h"

#include "reference-server/server.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/http.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/auth.h"
#include "reference-server/authzen.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/health.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/review.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/token.h"
#include "reference-server/negotiate.h"
#include "reference-server/registry.h"
#include "reference-server/router.h"
#include "reference-server/schema_rules.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/schema_file.h"
#include "reference-server/state.h"
#include "reference-server/web.h"
#include "reference-server/store/store.h"
#include "reference-server/trail.h"

#include <string.h>

#define SEED_BYTES   16
#define SECRET_BYTES 32

/* --- life --- */

/* Without a seed ids come from one that nobody knows. */
static bool choose_seed(struct server *server, const struct server_options *options, struct error *err)
{
    server->seed = options->seed;
    if (options->seeded)
        return true;
    char *text;
    if (!random_token(server->arena, SEED_BYTES, &text, err))
        return false;
    struct rng rng = rng_for(0, text);
    server->seed = rng_next(&rng);
    return true;
}

static bool prepare(struct server *server, const struct server_options *options, struct error *err)
{
    char *secret;
    server->defects = defects_new(options->defects, options->defect_count, err);
    if (server->defects == NULL)
        return false;
    defects_steps(server->defects, &server->steps);
    if (!random_token(server->arena, SECRET_BYTES, &secret, err))
        return false;
    server->cursor_secret = secret;
    if (!choose_seed(server, options, err) ||
        !schema_file_load(server->arena, options->schemas, options->schema_count, &server->registry, err))
        return false;
    server->routes = router_rows(server->arena, server->registry);
    server->unique_rules = schema_rules_unique(server->arena, server->registry);
    return true;
}

struct server *server_new(const struct server_options *options, struct error *err)
{
    struct server *server = mem_alloc(sizeof *server);
    server->clock = options->clock;
    auth_hash(options->admin_token, server->admin_hash);
    server->steps = model_steps;
    server->compat = options->strict ? SCIM_COMPAT_NONE : SCIM_COMPAT_ALL;
    server->client_certificates = options->client_certificates;
    if (options->limits != NULL)
        server->limits = *options->limits;
    else
        limits_preset(&server->limits);
    server->arena = arena_new();
    server_set_base_url(server, options->base_url == NULL ? "" : options->base_url);
    server->tenants = map_new();
    server->own_store = options->store == NULL ? store_open(NULL, err) : NULL;
    server->store = options->store == NULL ? server->own_store : options->store;
    pthread_rwlock_init(&server->tenants_lock, NULL);
    if (prepare(server, options, err))
        return server;
    server_free(server);
    return NULL;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    tenant_free_all(server);
    pthread_rwlock_destroy(&server->tenants_lock);
    store_close(server->own_store);
    defects_free(server->defects);
    arena_free(server->arena);
    mem_free(server);
}

void server_set_base_url(struct server *server, const char *base_url)
{
    atomic_store(&server->base_url, arena_strdup(server->arena, base_url));
}

void server_set_certificate_until(struct server *server, int64_t until_ms)
{
    atomic_store(&server->certificate_until_ms, until_ms);
}

/* What is missing has no place: then what it should stand in. */
static const json *nearest(struct arena *arena, const json *root, const char *pointer)
{
    char *path = arena_strdup(arena, pointer), *slash;
    const json *node = json_pointer(root, path);
    while (node == NULL && (slash = strrchr(path, '/')) != NULL) {
        *slash = '\0';
        node = json_pointer(root, path);
    }
    return node == NULL ? root : node;
}

bool server_add_organization(struct server *server, struct arena *arena, const struct json_document *document, json **out,
                             struct error *err)
{
    struct model_failure failure;
    if (tenant_create(server, arena, document->root, out, &failure))
        return true;
    const json *node = nearest(arena, document->root, failure.pointer);
    return error_set(err, ERROR_INVALID, json_where(arena, document, node), failure.remedy, "%s", failure.message);
}

bool server_load(struct server *server, struct error *err)
{
    struct tenant_loader *loader = tenant_loader_new(server);
    bool good = store_load(server->store, tenant_load, loader, err) && tenant_loader_finish(loader, err);
    tenant_loader_free(loader);
    return good;
}

size_t server_organizations(struct server *server, struct arena *arena, const char *const **ids)
{
    const json *list = tenant_ids(server, arena);
    const char **items = arena_array(arena, json_count(list) + 1, sizeof *items);
    size_t count = 0;
    for (const json *id = json_first(list); id != NULL; id = json_next(id))
        items[count++] = json_text(id);
    *ids = items;
    return count;
}

char *server_scim_base(struct server *server, struct arena *arena, const char *organization, const char *scim_token, bool *known)
{
    struct tenant *tenant = tenant_lock(server, organization);
    if (tenant == NULL)
        return NULL;
    *known = scim_token != NULL && token_valid(tenant->organization, scim_token);
    char *base = tenant_scim_base(server, tenant->organization, arena);
    tenant_unlock(tenant);
    return base;
}

/* --- doors: who may come in --- */

static bool find_tenant(struct exchange *x, const char *id)
{
    x->tenant = tenant_lock(x->server, id);
    if (x->tenant == NULL) {
        reply_wrong(x, 404, "notFound", NULL, "there is no organization %s", id);
        return false;
    }
    x->organization = x->tenant->organization;
    trail_pass_time(x);
    return true;
}

static bool admin_token_good(struct exchange *x, const char *realm)
{
    const char *token = auth_bearer(x, realm);
    if (token == NULL)
        return false;
    if (auth_matches(x->server->admin_hash, token))
        return true;
    auth_refuse(x, realm, "the admin token is wrong");
    return false;
}

static bool enter_admin(struct exchange *x, const char *organization)
{
    if (!admin_token_good(x, "admin"))
        return false;
    bool named = organization != NULL && x->route != NULL && strcmp(x->route->method, "DELETE") != 0;
    return !named || find_tenant(x, organization);
}

static bool needs_no_credentials(const struct exchange *x)
{
    return x->route != NULL && (x->route->flags & ROUTE_OPEN) != 0 && http_header(&x->request->headers, "Authorization") == NULL;
}

static bool enter_scim(struct exchange *x, const char *organization)
{
    struct model_failure failure;
    if (!find_tenant(x, organization))
        return false;
    if (!x->organization->steps->takes_from(x->organization, x->request->peer, &failure)) {
        reply_failure(x, &failure); /* before the credentials, so that nobody outside can try some */
        return false;
    }
    if (!needs_no_credentials(x) && !auth_scim(x))
        return false;
    if (x->organization->steps->scim(x->organization, &failure))
        return true;
    reply_failure(x, &failure);
    return false;
}

static bool enter_app(struct exchange *x, const char *organization)
{
    if (!find_tenant(x, organization))
        return false;
    if (x->route != NULL && (x->route->flags & ROUTE_OPEN) != 0)
        return true;
    const char *secret = auth_bearer(x, "app");
    if (secret == NULL)
        return false;
    struct model_failure failure;
    if (!signin_who(x->organization, secret, x->request->peer, &x->person, &x->entry, &failure)) {
        auth_refuse_failure(x, "app", &failure);
        return false;
    }
    x->person_entry = x->entry == ENTRY_API_KEY ? "apiKey" : "session";
    if (x->route == NULL || (x->route->flags & ROUTE_SESSION) == 0 || x->entry != ENTRY_API_KEY)
        return true;
    reply_wrong(x, 403, "sessionNeeded", "sign in", "an API key does not open this");
    return false;
}

/* RFC 6749 §5.1: what comes from here is never stored. */
static bool enter_oauth(struct exchange *x, const char *organization)
{
    reply_header(x, "Cache-Control", "no-store");
    reply_header(x, "Pragma", "no-cache");
    return find_tenant(x, organization);
}

/* Whoever may read the access document may ask about it. */
static bool enter_access(struct exchange *x, const char *organization)
{
    authzen_request_id(x);
    if (x->route != NULL && (x->route->flags & ROUTE_OPEN) != 0)
        return find_tenant(x, organization);
    return admin_token_good(x, "access") && find_tenant(x, organization);
}

static bool enter(struct exchange *x, const char *organization)
{
    switch (x->door) {
    case DOOR_ADMIN:
        return enter_admin(x, organization);
    case DOOR_SCIM:
        return enter_scim(x, organization);
    case DOOR_APP:
        return enter_app(x, organization);
    case DOOR_OAUTH:
        return enter_oauth(x, organization);
    case DOOR_ACCESS:
        return enter_access(x, organization);
    case DOOR_WEB:
        return web_enter(x);
    case DOOR_NONE:
        break;
    }
    reply_wrong(x, 404, "notFound", "the SCIM base is /organizations/{organization}/scim/v2", "there is nothing at %s",
                x->target.path);
    return false;
}

/* Who proves to be somebody does not pay for those who do not: they have a bucket of their own. The admin has none. */
static bool within_rate(struct exchange *x, bool entered)
{
    if (x->tenant == NULL || x->door == DOOR_ADMIN)
        return true;
    bool proven = x->door == DOOR_SCIM ? http_header(&x->request->headers, "Authorization") != NULL : x->person != NULL;
    struct rate *rate = entered && proven ? &x->tenant->known : &x->tenant->strangers;
    size_t per_second = x->server->limits.requests_per_second;
    unsigned wait = rate_take(rate, per_second, clock_now(x->server->clock));
    if (wait == 0)
        return true;
    http_remove_header(&x->response->headers, "WWW-Authenticate");
    reply_wrong(x, 429, "tooManyRequests", "wait, then send it again", "the organization takes %zu requests a second",
                per_second);
    reply_header(x, "Retry-After", arena_printf(x->arena, "%u", wait));
    return false;
}

/* --- the way of a request --- */

static void reply_unrouted(struct exchange *x, const char *allow)
{
    if (!router_version_known(&x->target)) {
        reply_refusal(x, 400, SCIM_INVALID_VERS, "this server speaks SCIM version " ROUTER_VERSION);
        return;
    }
    if (allow == NULL) {
        reply_wrong(x, 404, "notFound", NULL, "there is nothing at %s", x->target.path);
        return;
    }
    reply_header(x, "Allow", allow);
    if (strcmp(x->request->method, "OPTIONS") == 0)
        reply_empty(x, 204);
    else
        reply_wrong(x, 405, "methodNotAllowed", arena_printf(x->arena, "use one of %s", allow), "%s does not take %s",
                    x->target.path, x->request->method);
}

/* Before it is parsed, so that what is too big is that, whatever is in it (RFC 7644 §3.7.4). */
static bool small_enough(struct exchange *x)
{
    size_t most = x->server->limits.bulk_bytes;
    if ((x->route->flags & ROUTE_BULK) == 0 || x->request->body.n <= most)
        return true;
    reply_refusal(x, 413, NULL, "The size of the bulk operation exceeds the maxPayloadSize (%zu).", most);
    return false;
}

static bool body_within_limits(struct exchange *x)
{
    struct scim_error err;
    if (x->door != DOOR_SCIM || scim_limits_body(x->arena, &x->server->limits.scim, x->body, &err))
        return true;
    reply_scim_error(x, &err);
    return false;
}

static bool read_body(struct exchange *x)
{
    if (x->request->body.n == 0 || (x->route->flags & ROUTE_BODY) == 0)
        return true;
    const struct http_headers *headers = &x->request->headers;
    bool known = http_header(headers, "Content-Type") == NULL || http_media_type_is(headers, SCIM_MEDIA_TYPE) ||
                 http_media_type_is(headers, "application/json");
    if (!known) {
        reply_wrong(x, 415, "unsupportedMediaType", "send application/scim+json or application/json", "the body is said to be %s",
                    http_header(headers, "Content-Type"));
        return false;
    }
    if (!small_enough(x))
        return false;
    struct error err;
    x->body = json_parse(x->arena, x->request->body, "request body", &err);
    if (x->body != NULL)
        return body_within_limits(x);
    reply_wrong(x, 400, "invalid", NULL, "%s: %s", err.where, err.message);
    return false;
}

static bool acceptable(struct exchange *x)
{
    if (x->door != DOOR_SCIM || x->media_type != NULL)
        return true;
    reply_refusal(x, 406, NULL, "there is application/scim+json and application/json, and the Accept header wants neither");
    return false;
}

/* In place of any other reply once the store has failed: what is in memory may never have happened. */
static void reply_unavailable(struct exchange *x)
{
    const struct error *err = store_failed(x->server->store);
    *x->response = (struct http_response){0};
    reply_wrong(x, 503, "storeFailed", err->remedy, "nothing can be stored or read safely any more: %s", err->message);
    reply_finish(x);
}

static void serve_route(struct exchange *x)
{
    if (x->organization != NULL && review_settle(x->organization))
        tenant_store(x->server, x->tenant); /* now, so that a reading of the trail finds it */
    trail_before(x);
    x->route->handle(x);
    trail_after(x);
}

static void handle(struct exchange *x)
{
    struct error err;
    if (!http_parse_target(x->arena, x->request->target, &x->target, &err)) {
        bool long_one = err.code == ERROR_LIMIT; /* RFC 9110 §15.5.15 */
        reply_wrong(x, long_one ? 414 : 400, "invalid", err.remedy, "%s", err.message);
        return;
    }
    const char *organization, *allow = NULL;
    router_complete_version(x->arena, &x->target);
    x->door = router_door(&x->target, &organization);
    x->media_type = negotiate_media_type(&x->request->headers);
    x->route = router_find(x->arena, x->server->routes, &x->target, x->request->method, x->parameters, &allow);
    if (store_failed(x->server->store) != NULL) {
        reply_unavailable(x);
        return;
    }
    defects_arrive(x);
    bool entered = enter(x, organization);
    if (entered && x->door == DOOR_SCIM && x->route == NULL)
        x->route = registry_route(x, &allow);
    if (!within_rate(x, entered))
        return;
    if (entered && x->route == NULL)
        reply_unrouted(x, allow);
    else if (entered && acceptable(x) && read_body(x) && !defects_request(x))
        serve_route(x);
    else
        trail_refused(x);
}

/* What was done is stored, the lock is open, and the reply may leave. An answer about no organization may come from any. */
static void settle(struct exchange *x)
{
    struct store *store = x->server->store;
    uint64_t ticket;
    if (x->tenant != NULL) {
        tenant_store(x->server, x->tenant);
        ticket = x->tenant->ticket;
        tenant_unlock(x->tenant);
    } else {
        ticket = store_newest(store);
    }
    if (!store_wait(store, ticket))
        reply_unavailable(x);
}

void server_dispatch(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct server *server = context;
    struct exchange x = {.server = server, .arena = arena, .request = request, .response = response, .compat = server->compat};
    uint64_t start = clock_monotonic_us();
    handle(&x);
    defects_response(&x);
    reply_finish(&x);
    health_note(&x, clock_monotonic_us() - start);
    settle(&x);
}

void server_refuse(void *server, struct arena *arena, const struct http_request *request, int status, const char *detail,
                   struct http_response *response)
{
    struct exchange x = {.server = server, .arena = arena, .request = request, .response = response};
    const char *organization;
    if (request->target != NULL && http_parse_target(arena, request->target, &x.target, NULL))
        x.door = router_door(&x.target, &organization);
    reply_wrong(&x, status, "invalid", NULL, "%s", detail);
    reply_finish(&x);
}
