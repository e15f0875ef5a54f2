/* Several clients write the same things at once, over real sockets: nothing is lost, nothing is there twice, and what is left is what some order of
 * the writes, one after another, leaves. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/server.h"

#include "tests/tap.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS           6
#define ROUNDS            20
#define PATCH(operations) "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[" operations "]}"
#define USER              "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"%s@acme.test\"}"

struct world {
    struct arena *arena;
    struct server *server;
    struct http_server *http;
    char base[128];
};

/* One client on a thread of its own. */
struct client {
    const struct world *world;
    unsigned number;
    const char *target;     /* what all of them write */
    const char *const *ids; /* of members */
    struct http_client *http;
    struct arena *arena;
    unsigned counts[600]; /* of replies by status */
};

static const char organization[] = "{\"name\":\"Acme\",\"id\":\"acme\",\"scimToken\":\"scim-secret\"}";

static struct world begin(void)
{
    struct world w = {.arena = arena_new()};
    struct error err;
    struct server_options options = {.clock = clock_real(), .admin_token = "admin-secret"};
    struct http_server_options http = {.max_body = SERVER_MAX_BODY, .refuse = server_refuse};
    struct json_document document;
    json *introduction;
    w.server = server_new(&options, &err);
    assert_non_null(w.server);
    w.http = http_server_start(&http, server_dispatch, w.server, &err);
    assert_non_null(w.http);
    snprintf(w.base, sizeof w.base, "http://127.0.0.1:%u", (unsigned)http_server_port(w.http));
    server_set_base_url(w.server, w.base);
    assert_true(json_read(w.arena, (struct bytes){organization, strlen(organization)}, "acme", &document, &err));
    assert_true(server_add_organization(w.server, w.arena, &document, &introduction, &err));
    return w;
}

static void end(struct world *w)
{
    http_server_stop(w->http);
    server_free(w->server);
    arena_free(w->arena);
}

static struct client new_client(const struct world *w)
{
    struct http_client_options options = {.timeout_ms = 20000};
    return (struct client){.world = w, .http = http_client_new(&options), .arena = arena_new()};
}

static void free_client(struct client *c)
{
    http_client_free(c->http);
    arena_free(c->arena);
}

/* version: of If-Match, or NULL. */
static struct http_response send(struct client *c, const char *method, const char *target, const char *body, const char *version)
{
    struct http_request request = {.method = method, .target = arena_printf(c->arena, "/organizations/acme/scim/v2%s", target)};
    struct http_response response;
    struct error err;
    char text[1024];
    http_add_header(c->arena, &request.headers, "Authorization", "Bearer scim-secret");
    if (version != NULL)
        http_add_header(c->arena, &request.headers, "If-Match", version);
    if (body != NULL) {
        http_add_header(c->arena, &request.headers, "Content-Type", "application/scim+json");
        request.body = (struct bytes){body, strlen(body)};
    }
    if (!http_client_send(c->http, c->world->base, &request, c->arena, &response, &err))
        fail_msg("%s", error_text(&err, text, sizeof text));
    assert_in_range(response.status, 200, 599);
    c->counts[response.status]++;
    return response;
}

static const json *body_of(struct client *c, const struct http_response *response)
{
    struct error err;
    const json *body = json_parse(c->arena, response->body, "reply", &err);
    assert_non_null(body);
    return body;
}

static const json *read_one(struct client *c, const char *target)
{
    struct http_response response = send(c, "GET", target, NULL, NULL);
    assert_int_equal(response.status, 200);
    return body_of(c, &response);
}

/* The target of what was made. */
static const char *make(struct client *c, const char *endpoint, const char *body)
{
    struct http_response response = send(c, "POST", endpoint, body, NULL);
    assert_int_equal(response.status, 201);
    return arena_printf(c->arena, "%s/%s", endpoint, json_get_text(body_of(c, &response), "id", ""));
}

/* All at once; counts: replies of all by status. */
static void run_all(const struct world *w, const char *target, const char *const *ids, void *(*work)(void *client),
                    unsigned counts[600])
{
    struct client clients[CLIENTS];
    pthread_t threads[CLIENTS];
    for (unsigned i = 0; i < CLIENTS; i++) {
        clients[i] = new_client(w);
        clients[i].number = i;
        clients[i].target = target;
        clients[i].ids = ids;
    }
    for (unsigned i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &clients[i]), 0);
    memset(counts, 0, 600 * sizeof *counts);
    for (unsigned i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        for (unsigned s = 0; s < 600; s++)
            counts[s] += clients[i].counts[s];
        free_client(&clients[i]);
    }
}

/* --- one userName --- */

static void *create_the_same(void *context)
{
    struct client *c = context;
    for (unsigned i = 0; i < ROUNDS; i++)
        (void)send(c, "POST", "/Users", arena_printf(c->arena, USER, arena_printf(c->arena, i % 2 == 0 ? "u%u" : "U%u", i)),
                   NULL);
    return NULL;
}

/* proves: RFC7644-3.3-10 RFC7644-3.12-21 */
static void one_create_of_a_name_wins(void **state)
{
    UNUSED(state);
    struct world w = begin();
    struct client c = new_client(&w);
    unsigned counts[600];
    int64_t before = json_get_integer(read_one(&c, "/Users?count=0"), "totalResults", 0);
    run_all(&w, NULL, NULL, create_the_same, counts);
    assert_int_equal(counts[201], ROUNDS);
    assert_int_equal(counts[409], ROUNDS * (CLIENTS - 1));
    assert_int_equal(json_get_integer(read_one(&c, "/Users?count=0"), "totalResults", 0), before + ROUNDS);
    free_client(&c);
    end(&w);
}

/* --- one group --- */

static const char *member_patch(struct client *c, bool add, const char *id)
{
    return add ? arena_printf(c->arena, PATCH("{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"%s\"}]}"), id)
               : arena_printf(c->arena, PATCH("{\"op\":\"remove\",\"path\":\"members[value eq \\\"%s\\\"]\"}"), id);
}

/* Everybody comes and goes, those with an even number come back. */
static void *come_and_go(void *context)
{
    struct client *c = context;
    for (unsigned i = 0; i < ROUNDS; i++) {
        const char *id = c->ids[c->number * ROUNDS + i];
        (void)send(c, "PATCH", c->target, member_patch(c, true, id), NULL);
        (void)send(c, "PATCH", c->target, member_patch(c, false, id), NULL);
        if (i % 2 == 0)
            (void)send(c, "PATCH", c->target, member_patch(c, true, id), NULL);
    }
    return NULL;
}

static bool is_member(const json *group, const char *id)
{
    for (const json *n = json_first(json_get(group, "members")); n != NULL; n = json_next(n))
        if (text_equal(json_get_text(n, "value", ""), id))
            return true;
    return false;
}

/* proves: RFC7644-3.5.2.1-06 RFC7644-3.5.2.2-04 */
static void no_change_of_a_member_is_lost(void **state)
{
    UNUSED(state);
    struct world w = begin();
    struct client c = new_client(&w);
    const char *ids[CLIENTS * ROUNDS];
    unsigned counts[600];
    for (unsigned i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = make(&c, "/Users", arena_printf(c.arena, USER, arena_printf(c.arena, "u%u", i))) + strlen("/Users/");
    const char *group =
        make(&c, "/Groups", "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"All\"}");
    run_all(&w, group, ids, come_and_go, counts);
    assert_int_equal(counts[204], CLIENTS * ROUNDS * 5 / 2);
    const json *left = read_one(&c, group);
    assert_int_equal(json_count(json_get(left, "members")), ARRAY_LEN(ids) / 2);
    for (unsigned i = 0; i < ARRAY_LEN(ids); i++)
        assert_int_equal(is_member(left, ids[i]), i % ROUNDS % 2 == 0);
    free_client(&c);
    end(&w);
}

/* --- a counter, by versions --- */

/* Reads a number, writes the next one, unless somebody was quicker. */
static void *count_up(void *context)
{
    struct client *c = context;
    for (unsigned done = 0; done < ROUNDS;) {
        const json *user = read_one(c, c->target);
        int next = atoi(json_get_text(user, "title", "0")) + 1;
        const char *version = json_text(json_pointer(user, "/meta/version"));
        const char *body = arena_printf(c->arena, PATCH("{\"op\":\"replace\",\"path\":\"title\",\"value\":\"%d\"}"), next);
        int status = send(c, "PATCH", c->target, body, version).status;
        assert_true(status == 200 || status == 412);
        done += status == 200;
    }
    return NULL;
}

/* proves: RFC7644-3.14-07 RFC7644-3.12-14 */
static void a_counter_guarded_by_versions_loses_no_step(void **state)
{
    UNUSED(state);
    struct world w = begin();
    struct client c = new_client(&w);
    const char *user = make(&c, "/Users", arena_printf(c.arena, USER, "ada"));
    unsigned counts[600];
    run_all(&w, user, NULL, count_up, counts);
    assert_int_equal(atoi(json_get_text(read_one(&c, user), "title", "0")), CLIENTS * ROUNDS);
    free_client(&c);
    end(&w);
}

/* --- two attributes at once --- */

static void *write_both(void *context)
{
    struct client *c = context;
    for (unsigned i = 0; i < ROUNDS; i++) {
        const char *mark = arena_printf(c->arena, "%u-%u", c->number, i);
        const char *body = arena_printf(c->arena,
                                        PATCH("{\"op\":\"replace\",\"path\":\"title\",\"value\":\"%s\"},"
                                              "{\"op\":\"replace\",\"path\":\"nickName\",\"value\":\"%s\"}"),
                                        mark, mark);
        struct http_response response = send(c, "PATCH", c->target, body, NULL);
        assert_string_equal(json_get_text(body_of(c, &response), "title", ""), mark); /* the reply is the state right after it */
        const json *seen = read_one(c, c->target);
        assert_string_equal(json_get_text(seen, "title", ""), json_get_text(seen, "nickName", "none"));
    }
    return NULL;
}

/* proves: RFC7644-3.5.2-23 RFC7644-3.1-08 */
static void nobody_sees_half_a_patch(void **state)
{
    UNUSED(state);
    struct world w = begin();
    struct client c = new_client(&w);
    const char *user = make(&c, "/Users", arena_printf(c.arena, USER, "ada"));
    unsigned counts[600];
    run_all(&w, user, NULL, write_both, counts);
    const json *left = read_one(&c, user);
    const char *mark = json_get_text(left, "title", "");
    assert_string_equal(mark, json_get_text(left, "nickName", ""));
    assert_string_equal(strchr(mark, '-'),
                        arena_printf(c.arena, "-%u", ROUNDS - 1)); /* the last of all is the last of somebody */
    free_client(&c);
    end(&w);
}

/* --- one name for many --- */

static void *take_the_name(void *context)
{
    struct client *c = context;
    const char *mine = arena_printf(c->arena, "/Users/%s", c->ids[c->number]);
    for (unsigned i = 0; i < ROUNDS; i++) {
        const char *body =
            arena_printf(c->arena, PATCH("{\"op\":\"replace\",\"path\":\"userName\",\"value\":\"%s%u@acme.test\"}"),
                         i % 2 == 0 ? "shared" : "own", i % 2 == 0 ? 0 : c->number);
        int status = send(c, "PATCH", mine, body, NULL).status;
        assert_true(status == 200 || (status == 409 && i % 2 == 0));
        const json *holders = read_one(c, "/Users?filter=userName%20eq%20%22shared0@acme.test%22");
        assert_in_range(json_get_integer(holders, "totalResults", 9), 0, 1);
    }
    return NULL;
}

/* proves: RFC7644-3.12-21 */
static void a_name_has_one_holder_at_any_time(void **state)
{
    UNUSED(state);
    struct world w = begin();
    struct client c = new_client(&w);
    const char *ids[CLIENTS];
    unsigned counts[600];
    for (unsigned i = 0; i < CLIENTS; i++)
        ids[i] = make(&c, "/Users", arena_printf(c.arena, USER, arena_printf(c.arena, "own%u", i))) + strlen("/Users/");
    run_all(&w, NULL, ids, take_the_name, counts);
    for (unsigned i = 0; i < CLIENTS; i++) { /* the last round of each has given it back */
        const json *user = read_one(&c, arena_printf(c.arena, "/Users/%s", ids[i]));
        assert_string_equal(json_get_text(user, "userName", ""), arena_printf(c.arena, "own%u@acme.test", i));
    }
    free_client(&c);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_create_of_a_name_wins),
        cmocka_unit_test(no_change_of_a_member_is_lost),
        cmocka_unit_test(a_counter_guarded_by_versions_loses_no_step),
        cmocka_unit_test(nobody_sees_half_a_patch),
        cmocka_unit_test(a_name_has_one_holder_at_any_time),
    };
    if (!http_client_setup(NULL))
        return 1;
    int failed = tap_run("races", tests);
    http_client_teardown();
    return failed;
}
