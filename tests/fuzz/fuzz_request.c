/* Any requests to a small organization: always a status, errors in the words of SCIM, and what was refused or only read leaves the organization as it was.
 *
 * The input is text: `METHOD target`, lines `Name: value`, an empty line, the body; a form
 * feed stands between requests. A target that begins with = stands as it is, others are below the SCIM base. In
 * target and body `@u` is the id of ada, `@v` that of bob, `@g` that of their group. Without Authorization the request has the credentials of its door. */
#include "common/base.h"
#include "common/clock.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/server.h"
#include "reference-server/state.h"

#include <stdlib.h>
#include <string.h>

#define REQUESTS_MAX 4

#define BASE         "/organizations/acme/scim/v2"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char organization[] =
    "{\"name\":\"Acme\",\"id\":\"acme\",\"domains\":[\"acme.test\"],\"scimToken\":\"scim-secret\",\"accounts\":{"
    "\"eve@acme.test\":{\"givenName\":\"Eve\"}},\"workspaces\":{\"Sales\":{\"members\":{\"eve@acme.test\":\"viewer\"}}}}";

static const char *const people[] = {
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada@acme.test\",\"externalId\":\"7\","
    "\"emails\":[{"
    "\"value\":\"ada@acme.test\",\"type\":\"work\",\"primary\":true}],\"name\":{\"givenName\":\"Ada\"}}",
    "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"bob@acme.test\",\"active\":false}"};

static const int64_t now = 1795369537000;

static struct http_response send(struct server *server, struct arena *arena, struct http_request *request)
{
    struct http_response response = {0};
    server_dispatch(server, arena, request, &response);
    if (response.status < 200 || response.status > 599)
        abort();
    return response;
}

static struct http_response ask(struct server *server, struct arena *arena, const char *method, const char *target,
                                const char *body)
{
    struct http_request request = {.method = method, .target = target, .body = {body, strlen(body)}};
    http_add_header(arena, &request.headers, "Authorization",
                    text_starts(target, "/admin") ? "Bearer admin-secret" : "Bearer scim-secret");
    return send(server, arena, &request);
}

static const char *make(struct server *server, struct arena *arena, const char *target, const char *body)
{
    struct http_response made = ask(server, arena, "POST", target, body);
    const char *id = json_get_text(json_parse(arena, made.body, "reply", NULL), "id", NULL);
    if (made.status != 201 || id == NULL)
        abort();
    return id;
}

struct world {
    struct server *server;
    struct arena *arena;
    const char *ids[3]; /* ada, bob, their group */
};

static struct server *the_server(void)
{
    static struct server *server; /* for the whole run */
    const struct server_options options = {
        .clock = clock_fixed(&now), .base_url = "http://test", .admin_token = "admin-secret", .seeded = true, .seed = 1};
    if (server == NULL && (server = server_new(&options, NULL)) == NULL)
        abort();
    return server;
}

static void begin(struct world *w)
{
    w->server = the_server();
    (void)make(w->server, w->arena, "/admin/organizations", organization);
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        w->ids[i] = make(w->server, w->arena, BASE "/Users", people[i]);
    w->ids[2] = make(w->server, w->arena, BASE "/Groups",
                     arena_printf(w->arena,
                                  "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"Sales\","
                                  "\"members\":[{\"value\":\"%s\"},{\"value\":\"%s\"}]}",
                                  w->ids[0], w->ids[1]));
}

static void end(const struct world *w)
{
    const json *ids = tenant_ids(w->server, w->arena);
    for (const json *id = json_first(ids); id != NULL; id = json_next(id))
        (void)tenant_delete(w->server, json_text(id));
}

/* Without what is told of a refusal: where the trail ends, and alerts. NULL: the organization is gone. */
static const char *snapshot(const struct world *w)
{
    struct tenant *tenant = tenant_lock(w->server, "acme");
    if (tenant == NULL)
        return NULL;
    json *seen = organization_snapshot(w->arena, tenant->organization);
    tenant_unlock(tenant);
    json_remove(seen, "auditNext");
    json_remove(seen, "auditHash");
    json_remove(seen, "notifications");
    return json_print(w->arena, seen);
}

/* --- the request --- */

static const char *expand(const struct world *w, const char *text)
{
    static const char names[] = "uvg";
    struct buffer b = buffer_new(0);
    for (; *text != '\0'; text++) {
        const char *name = *text == '@' && text[1] != '\0' ? strchr(names, text[1]) : NULL;
        if (name == NULL) {
            buffer_add_char(&b, *text);
            continue;
        }
        buffer_add(&b, w->ids[name - names]);
        text++;
    }
    return buffer_take(&b, w->arena);
}

/* Takes the next line off. */
static const char *line(struct arena *arena, struct bytes *rest)
{
    const char *end = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);
    size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
    const char *text = arena_strndup(arena, rest->p, n);
    n += end != NULL;
    *rest = (struct bytes){rest->p + n, rest->n - n};
    return text;
}

/* False: the HTTP server would let nothing of the kind in. */
static bool read_request(const struct world *w, struct bytes input, struct http_request *out)
{
    const char *text = line(w->arena, &input), *blank = strchr(text, ' ');
    if (blank == NULL || blank == text)
        return false;
    *out = (struct http_request){.method = arena_strndup(w->arena, text, (size_t)(blank - text)), .peer = "192.0.2.1"};
    const char *target = expand(w, blank + 1);
    out->target = *target == '=' ? target + 1 : arena_printf(w->arena, BASE "%s", target);
    if (!text_is_utf8(text, strlen(text)) || out->target[0] != '/')
        return false;
    while (*(text = line(w->arena, &input)) != '\0') {
        const char *colon = strstr(text, ": ");
        if (colon == NULL || !text_is_utf8(text, strlen(text)))
            return false;
        http_add_header(w->arena, &out->headers, arena_strndup(w->arena, text, (size_t)(colon - text)), colon + 2);
    }
    if (http_header(&out->headers, "Authorization") == NULL)
        http_add_header(w->arena, &out->headers, "Authorization",
                        text_starts(out->target, "/admin") ? "Bearer admin-secret" : "Bearer scim-secret");
    bool plain = memchr(input.p, '\0', input.n) == NULL;
    const char *body = plain ? expand(w, arena_strndup(w->arena, input.p, input.n)) : NULL;
    out->body = plain ? (struct bytes){body, strlen(body)} : input;
    return true;
}

/* --- what has to hold --- */

static bool is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0;
}

/* RFC 7644 §3.12 */
static void check_error(struct arena *arena, const struct http_response *response, const json *body)
{
    const char *schema = json_text(json_first(json_get(body, "schemas"))), *status = json_get_text(body, "status", "");
    if (!text_equal(schema, "urn:ietf:params:scim:api:messages:2.0:Error") ||
        !text_equal(status, arena_printf(arena, "%d", response->status)) || text_is_blank(json_get_text(body, "detail", "")))
        abort();
}

static void check_reply(struct arena *arena, const struct http_request *request, const struct http_response *response)
{
    const json *body = response->body.n == 0 ? NULL : json_parse(arena, response->body, "reply", NULL);
    if (response->body.n > 0 && body == NULL)
        abort();
    if (response->status >= 500 && response->status != 501)
        abort();
    bool scim =
        text_starts(request->target, BASE) && (request->target[strlen(BASE)] == '/' || request->target[strlen(BASE)] == '\0');
    if (scim && response->status >= 400)
        check_error(arena, response, body);
}

static void check_request(const struct world *w, struct bytes input)
{
    struct http_request request;
    const char *before = snapshot(w);
    if (!read_request(w, input, &request))
        return;
    struct http_response response = send(w->server, w->arena, &request);
    check_reply(w->arena, &request, &response);
    if ((response.status >= 400 || is_read(request.method)) && !text_equal(before, snapshot(w)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct world w = {.arena = arena};
    begin(&w);
    for (int i = 0; i < REQUESTS_MAX && size > 0; i++) {
        const uint8_t *end = memchr(data, '\f', size);
        size_t n = end == NULL ? size : (size_t)(end - data);
        check_request(&w, (struct bytes){(const char *)data, n});
        n += end == NULL ? 0 : 1;
        data += n, size -= n;
    }
    end(&w);
    return 0;
}
