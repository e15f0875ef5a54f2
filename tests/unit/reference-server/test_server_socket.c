/* The server behind real sockets, with several clients at once. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"
#include "reference-server/server.h"

#include "tests/tap.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define CLIENTS 4
#define ROUNDS  25

static const char organization[] = "{\"name\":\"Acme\",\"id\":\"acme\",\"scimToken\":\"scim-secret\"}";

struct world {
    struct arena *arena;
    struct server *server;
    struct http_server *http;
    char base[128];
};

static void begin(struct world *w, const char *const *defects, size_t count)
{
    struct error err;
    struct server_options options = {
        .clock = clock_real(), .admin_token = "admin-secret", .defects = defects, .defect_count = count};
    struct http_server_options http = {.max_body = SERVER_MAX_BODY, .refuse = server_refuse};
    struct json_document document;
    json *introduction;
    w->arena = arena_new();
    w->server = server_new(&options, &err);
    assert_non_null(w->server);
    w->http = http_server_start(&http, server_dispatch, w->server, &err);
    assert_non_null(w->http);
    snprintf(w->base, sizeof w->base, "http://127.0.0.1:%u", (unsigned)http_server_port(w->http));
    server_set_base_url(w->server, w->base);
    assert_true(json_read(w->arena, (struct bytes){organization, strlen(organization)}, "acme", &document, &err));
    assert_true(server_add_organization(w->server, w->arena, &document, &introduction, &err));
    assert_string_equal(json_get_text(introduction, "scimBase", ""),
                        arena_printf(w->arena, "%s/organizations/acme/scim/v2", w->base));
}

static void end(struct world *w)
{
    http_server_stop(w->http);
    server_free(w->server);
    arena_free(w->arena);
}

static struct http_response send(struct http_client *client, struct arena *arena, const char *base, const char *method,
                                 const char *target, const char *body)
{
    struct http_request request = {.method = method, .target = arena_printf(arena, "/organizations/acme/scim/v2%s", target)};
    struct http_response response;
    struct error err;
    char text[1024];
    http_add_header(arena, &request.headers, "Authorization", "Bearer scim-secret");
    if (body != NULL) {
        http_add_header(arena, &request.headers, "Content-Type", "application/scim+json; charset=utf-8");
        request.body = (struct bytes){body, strlen(body)};
    }
    if (!http_client_send(client, base, &request, arena, &response, &err))
        fail_msg("%s", error_text(&err, text, sizeof text));
    return response;
}

static const char *text_of(struct arena *arena, const struct http_response *response, const char *pointer)
{
    struct error err;
    const json *body = json_parse(arena, response->body, "reply", &err);
    const char *text = json_text(json_pointer(body, pointer));
    assert_non_null(text);
    return text;
}

static struct http_client *new_client(void)
{
    struct http_client_options options = {.timeout_ms = 10000};
    return http_client_new(&options);
}

static void answers_over_a_socket(void **state)
{
    UNUSED(state);
    struct world w;
    begin(&w, NULL, 0);
    struct http_client *client = new_client();
    const char *user = "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada@acme.test\"}";
    struct http_response made = send(client, w.arena, w.base, "POST", "/Users", user);
    assert_int_equal(made.status, 201);
    assert_string_equal(http_header(&made.headers, "Content-Type"), "application/scim+json");
    const char *id = text_of(w.arena, &made, "/id");
    assert_string_equal(http_header(&made.headers, "Location"),
                        arena_printf(w.arena, "%s/organizations/acme/scim/v2/Users/%s", w.base, id));
    struct http_response gone = send(client, w.arena, w.base, "DELETE", arena_printf(w.arena, "/Users/%s", id), NULL);
    assert_int_equal(gone.status, 204);
    assert_int_equal(gone.body.n, 0);
    struct http_response odd = send(client, w.arena, w.base, "GET", "/Users/%2e%2e%2fx", NULL);
    assert_int_equal(odd.status, 404);
    http_client_free(client);
    end(&w);
}

/* --- several at once --- */

struct worker {
    const struct world *world;
    const char *group;
    unsigned number;
};

static const char *make_user(struct http_client *client, struct arena *arena, const char *base, const char *name)
{
    const char *body =
        arena_printf(arena, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"%s@acme.test\"}", name);
    struct http_response made = send(client, arena, base, "POST", "/Users", body);
    assert_int_equal(made.status, 201);
    return text_of(arena, &made, "/id");
}

static int add_member(struct http_client *client, struct arena *arena, const char *base, const char *group, const char *id)
{
    const char *body =
        arena_printf(arena,
                     "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"Add\","
                     "\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}]}",
                     id);
    return send(client, arena, base, "PATCH", arena_printf(arena, "/Groups/%s", group), body).status;
}

static void *work(void *context)
{
    const struct worker *worker = context;
    struct arena *arena = arena_new();
    struct http_client *client = new_client();
    for (unsigned i = 0; i < ROUNDS; i++) {
        const char *id = make_user(client, arena, worker->world->base, arena_printf(arena, "u%u-%u", worker->number, i));
        assert_int_equal(add_member(client, arena, worker->world->base, worker->group, id), 204);
        assert_int_equal(send(client, arena, worker->world->base, "GET", "/Groups?count=1", NULL).status, 200);
    }
    http_client_free(client);
    arena_free(arena);
    return NULL;
}

static const char *make_group(struct http_client *client, struct arena *arena, const char *base)
{
    const char *body = "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"All\"}";
    struct http_response made = send(client, arena, base, "POST", "/Groups", body);
    assert_int_equal(made.status, 201);
    return text_of(arena, &made, "/id");
}

static size_t count_members(struct http_client *client, struct arena *arena, const char *base, const char *group)
{
    struct error err;
    struct http_response read = send(client, arena, base, "GET", arena_printf(arena, "/Groups/%s", group), NULL);
    return json_count(json_get(json_parse(arena, read.body, "reply", &err), "members"));
}

static void concurrent_additions_are_all_kept(void **state)
{
    UNUSED(state);
    struct world w;
    begin(&w, NULL, 0);
    struct http_client *client = new_client();
    const char *group = make_group(client, w.arena, w.base);
    struct worker workers[CLIENTS];
    pthread_t threads[CLIENTS];
    for (unsigned i = 0; i < CLIENTS; i++) {
        workers[i] = (struct worker){&w, group, i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_members(client, w.arena, w.base, group), CLIENTS * ROUNDS);
    http_client_free(client);
    end(&w);
}

struct addition {
    const struct world *world;
    const char *group, *id;
};

static void *add_one(void *context)
{
    const struct addition *addition = context;
    struct arena *arena = arena_new();
    struct http_client *client = new_client();
    assert_int_equal(add_member(client, arena, addition->world->base, addition->group, addition->id), 204);
    http_client_free(client);
    arena_free(arena);
    return NULL;
}

static void k42_loses_one_of_two_concurrent_additions(void **state)
{
    UNUSED(state);
    static const char *const defects[] = {"K42-lost-update"};
    struct world w;
    begin(&w, defects, 1);
    struct http_client *client = new_client();
    const char *group = make_group(client, w.arena, w.base);
    struct addition additions[2];
    pthread_t threads[2];
    for (unsigned i = 0; i < 2; i++)
        additions[i] = (struct addition){&w, group, make_user(client, w.arena, w.base, i == 0 ? "ada" : "bob")};
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_one, &additions[i]), 0);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_members(client, w.arena, w.base, group), 1);
    http_client_free(client);
    end(&w);
}

/* --- organizations that come and go --- */

static int dispatch(struct server *server, const char *method, const char *target, const char *token, const char *body)
{
    struct arena *arena = arena_new();
    struct http_request request = {.method = method, .target = target, .body = {body, strlen(body)}};
    struct http_response response = {0};
    http_add_header(arena, &request.headers, "Authorization", arena_printf(arena, "Bearer %s", token));
    server_dispatch(server, arena, &request, &response);
    int status = response.status;
    arena_free(arena);
    return status;
}

static void *come_and_go(void *context)
{
    struct server *server = context;
    for (unsigned i = 0; i < 60; i++) {
        int made = dispatch(server, "POST", "/admin/organizations", "admin-secret",
                            "{\"name\":\"Other\",\"id\":\"other\",\"scimToken\":\"other-secret\"}");
        assert_true(made == 201 || made == 409);
        int read = dispatch(server, "GET", "/organizations/other/scim/v2/Users", "other-secret", "");
        assert_true(read == 200 || read == 404);
        int access = dispatch(server, "GET", "/admin/organizations/other/access", "admin-secret", "");
        assert_true(access == 200 || access == 404);
        int gone = dispatch(server, "DELETE", "/admin/organizations/other", "admin-secret", "");
        assert_true(gone == 204 || gone == 404);
        assert_int_equal(dispatch(server, "GET", "/admin/organizations", "admin-secret", ""), 200);
        assert_int_equal(dispatch(server, "GET", "/organizations/acme/scim/v2/Users", "scim-secret", ""), 200);
    }
    return NULL;
}

static void organizations_come_and_go_under_load(void **state)
{
    UNUSED(state);
    struct world w;
    pthread_t threads[CLIENTS];
    begin(&w, NULL, 0);
    for (unsigned i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, w.server), 0);
    for (unsigned i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dispatch(w.server, "GET", "/organizations/other/scim/v2/Users", "other-secret", ""), 404);
    end(&w);
}

static int fetch_token(struct server *server)
{
    static const char form[] = "grant_type=client_credentials&client_id=entra&client_secret=entra-client-secret";
    struct arena *arena = arena_new();
    struct http_request request = {
        .method = "POST", .target = "/organizations/acme/oauth/token", .body = {form, strlen(form)}, .peer = "192.0.2.1"};
    struct http_response response = {0};
    http_add_header(arena, &request.headers, "Content-Type", "application/x-www-form-urlencoded");
    server_dispatch(server, arena, &request, &response);
    int status = response.status;
    arena_free(arena);
    return status;
}

static void *change_credentials(void *context)
{
    static const char *const actions[] = {
        "{\"action\":\"create-token\",\"name\":\"audit\",\"scopes\":[\"scim.read\"]}",
        "{\"action\":\"rotate-token\",\"name\":\"audit\",\"keepOld\":true}",
        "{\"action\":\"create-client\",\"client\":\"entra\",\"clientSecret\":\"entra-client-secret\"}",
        "{\"action\":\"set-basic\",\"user\":\"okta\"}",
        "{\"action\":\"add-certificate\",\"name\":\"okta\",\"subject\":\"CN=okta\"}",
        "{\"action\":\"set-organization\",\"settings\":{\"scimAllowedAddresses\":[\"192.0.2.0/24\"]}}",
        "{\"action\":\"set-organization\",\"settings\":{\"scimAllowedAddresses\":[]}}",
        "{\"action\":\"remove-basic\"}",
        "{\"action\":\"remove-certificate\",\"name\":\"okta\"}",
        "{\"action\":\"rotate-client-secret\",\"client\":\"entra\",\"keepOld\":true}",
        "{\"action\":\"delete-client\",\"client\":\"entra\"}",
        "{\"action\":\"revoke-token\",\"name\":\"audit\"}"};
    struct server *server = context;
    for (unsigned i = 0; i < 20 * ARRAY_LEN(actions); i++) {
        const char *action = actions[i % ARRAY_LEN(actions)];
        int done = dispatch(server, "POST", "/admin/organizations/acme/actions", "admin-secret", action);
        assert_true(done == 200 || done == 404 || done == 409);
        int fetched = fetch_token(server);
        assert_true(fetched == 200 || fetched == 401);
        assert_int_equal(dispatch(server, "GET", "/admin/organizations/acme/credentials", "admin-secret", ""), 200);
        assert_int_equal(dispatch(server, "GET", "/organizations/acme/scim/v2/Users", "wrong-secret", "") / 100, 4);
        int read = dispatch(server, "GET", "/organizations/acme/scim/v2/Users", "scim-secret", "");
        assert_true(read == 200 || read == 403);
    }
    return NULL;
}

/* --- what is refused before it comes to a door --- */

static void assert_shape(struct arena *arena, const struct http_response *response, const char *member, const char *value,
                         const char *type)
{
    struct error err;
    const json *body = json_parse(arena, response->body, "reply", &err);
    if (!text_equal(json_get_text(body, member, ""), value) || !http_media_type_is(&response->headers, type))
        fail_msg("%d %s: %s", response->status, http_header(&response->headers, "Content-Type"), response->body.p);
}

static void refusals_before_the_doors_have_the_shape_of_the_door(void **state)
{
    UNUSED(state);
    static const struct {
        const char *target, *member, *value, *type;
    } rows[] = {
        {"/organizations/acme/scim/v2/Users", "status", "400", "application/scim+json"},
        {"/organizations/acme/scim/v2/ServiceProviderConfig", "status", "400", "application/scim+json"},
        {"/organizations/acme/app/me", "error", "invalid", "application/json"},
        {"/organizations/acme/app/sign-in", "error", "invalid", "application/json"},
        {"/organizations/acme/oauth/token", "error", "invalid_request", "application/json"},
        {"/admin/organizations", "error", "invalid", "application/json"},
        {"/nowhere", "status", "400", "application/scim+json"},
    };
    struct world w;
    begin(&w, NULL, 0);
    struct http_client *client = new_client();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_request request = {.method = "GET", .target = rows[i].target};
        struct http_response response;
        struct error err;
        http_add_header(w.arena, &request.headers, "Authorization", "Bearer scim-secret");
        http_add_header(w.arena, &request.headers, "Authorization", "Bearer admin-secret");
        assert_true(http_client_send(client, w.base, &request, w.arena, &response, &err));
        assert_int_equal(response.status, 400);
        assert_shape(w.arena, &response, rows[i].member, rows[i].value, rows[i].type);
        assert_null(strstr(response.body.p, "secret"));
    }
    http_client_free(client);
    end(&w);
}

/* --- credentials that come and go --- */

static void credentials_change_under_load(void **state)
{
    UNUSED(state);
    struct world w;
    pthread_t threads[CLIENTS];
    begin(&w, NULL, 0);
    for (unsigned i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, change_credentials, w.server), 0);
    for (unsigned i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dispatch(w.server, "GET", "/organizations/acme/scim/v2/Users", "scim-secret", ""), 200);
    end(&w);
}

static void an_unknown_defect_is_an_error_with_the_nearest_name(void **state)
{
    UNUSED(state);
    static const char *const defects[] = {"K42-lost-updates"};
    struct error err;
    struct server_options options = {.clock = clock_real(), .admin_token = "x", .defects = defects, .defect_count = 1};
    assert_null(server_new(&options, &err));
    assert_int_equal(err.code, ERROR_USAGE);
    assert_non_null(strstr(err.remedy, "K42-lost-update"));
    size_t count;
    const struct serve_defect *list = serve_defects(&count);
    assert_true(count >= 24);
    for (size_t i = 0; i < count; i++)
        assert_true(strchr("KS", list[i].name[0]) != NULL && /* failure modes and seeds */ !text_is_blank(list[i].text));
}

int main(void)
{
    struct error err;
    if (!http_client_setup(&err))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_over_a_socket),
        cmocka_unit_test(concurrent_additions_are_all_kept),
        cmocka_unit_test(k42_loses_one_of_two_concurrent_additions),
        cmocka_unit_test(organizations_come_and_go_under_load),
        cmocka_unit_test(credentials_change_under_load),
        cmocka_unit_test(refusals_before_the_doors_have_the_shape_of_the_door),
        cmocka_unit_test(an_unknown_defect_is_an_error_with_the_nearest_name),
    };
    int status = tap_run("server over sockets", tests);
    http_client_teardown();
    return status;
}
