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
#include "reference-server/model/signin.h"
#include "reference-server/negotiate.h"
#include "reference-server/router.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"
#include "reference-server/web.h"

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
    return choose_seed(server, options, err) && scim_schema_load(server->arena, NULL, &server->registry, err);
}

struct server *server_new(const struct server_options *options, struct error *err)
{
    struct server *server = mem_alloc(sizeof *server);
    server->clock = options->clock;
    auth_hash(options->admin_token, server->admin_hash);
    server->steps = model_steps;
    server->compat = options->strict ? SCIM_COMPAT_NONE : SCIM_COMPAT_ALL;
    server->arena = arena_new();
    server_set_base_url(server, options->base_url == NULL ? "" : options->base_url);
    server->tenants = map_new();
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
    defects_free(server->defects);
    arena_free(server->arena);
    mem_free(server);
}

void server_set_base_url(struct server *server, const char *base_url)
{
    atomic_store(&server->base_url, arena_strdup(server->arena, base_url));
}

bool server_add_organization(struct server *server, struct arena *arena, const struct json_document *document, json **out,
                             struct error *err)
{
    struct model_failure failure;
    if (tenant_create(server, arena, document->root, out, &failure))
        return true;
    const json *node = json_pointer(document->root, failure.pointer);
    return error_set(err, ERROR_INVALID, json_where(arena, document, node == NULL ? document->root : node), failure.remedy, "%s",
                     failure.message);
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
    if (!organization_address_check(x->organization, x->request->peer, &failure)) {
        reply_failure(x, &failure); /* before the credentials, so that nobody outside can try some */
        return false;
    }
    if (!needs_no_credentials(x) && !auth_scim(x))
        return false;
    if (organization_scim_check(x->organization, &failure))
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
    enum entry with;
    if (!signin_who(x->organization, secret, &x->person, &with, &failure)) {
        auth_refuse(x, "app", arena_strdup(x->arena, failure.message));
        return false;
    }
    x->person_entry = with == ENTRY_API_KEY ? "apiKey" : "session";
    if (x->route == NULL || (x->route->flags & ROUTE_SESSION) == 0 || with == ENTRY_SESSION)
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

/* --- the way of a request --- */

static void reply_unrouted(struct exchange *x, const char *allow)
{
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
    struct error err;
    x->body = json_parse(x->arena, x->request->body, "request body", &err);
    if (x->body != NULL)
        return true;
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

static void handle(struct exchange *x)
{
    struct error err;
    if (!http_parse_target(x->arena, x->request->target, &x->target, &err)) {
        reply_wrong(x, 400, "invalid", err.remedy, "%s", err.message);
        return;
    }
    const char *organization, *allow = NULL;
    x->door = router_door(&x->target, &organization);
    x->media_type = negotiate_media_type(&x->request->headers);
    x->route = router_find(x->arena, &x->target, x->request->method, x->parameters, &allow);
    defects_arrive(x);
    if (!enter(x, organization))
        return;
    if (x->route == NULL)
        reply_unrouted(x, allow);
    else if (acceptable(x) && read_body(x) && !defects_request(x))
        x->route->handle(x);
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
    if (x.tenant != NULL)
        tenant_unlock(x.tenant);
}

void server_refuse(void *server, struct arena *arena, int status, const char *detail, struct http_response *response)
{
    struct exchange x = {.server = server, .arena = arena, .response = response};
    reply_wrong(&x, status, "invalid", NULL, "%s", detail);
    reply_finish(&x);
}
