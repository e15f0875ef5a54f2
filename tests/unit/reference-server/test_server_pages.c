/* Whatever the filter and the order: the pages of a list, by index and by cursor, are the list, and every page tells its length. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/server.h"
#include "tests/tap.h"

#include <string.h>

#define PEOPLE 37
#define ROOT   "/organizations/acme/scim/v2"

static int64_t now_ms = 1767323045000;

struct world {
    struct arena *arena;
    struct server *server;
};

static json *request(struct world *w, struct arena *arena, const char *method, const char *target, const char *body, int wanted)
{
    struct error err;
    struct http_request sent = {
        .method = method, .target = target, .body = {body, body == NULL ? 0 : strlen(body)}, .peer = "127.0.0.1"};
    struct http_response reply = {0};
    http_add_header(arena, &sent.headers, "Authorization",
                    text_starts(target, "/admin") ? "Bearer admin-secret" : "Bearer scim-secret");
    http_add_header(arena, &sent.headers, "Content-Type", "application/json");
    server_dispatch(w->server, arena, &sent, &reply);
    if (reply.status != wanted)
        fail_msg("%s %s: %d %.*s", method, target, reply.status, (int)reply.body.n, reply.body.p);
    return reply.body.n == 0 ? NULL : json_parse(arena, reply.body, "reply", &err);
}

/* Titles and external ids repeat, and some have none. */
static void add_person(struct world *w, size_t i)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *title = i % 4 == 0 ? "" : arena_printf(arena, "\"title\":\"T%zu\",", i * 7 % 5);
    const char *external = i % 3 == 0 ? "" : arena_printf(arena, "\"externalId\":\"x%zu\",", i % 2);
    request(w, arena, "POST", ROOT "/Users",
            arena_printf(arena,
                         "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],%s%s\"userName\":\"u%zu@acme.test\","
                         "\"active\":%s}",
                         title, external, i * 31 % 100, i % 5 == 0 ? "false" : "true"),
            201);
}

static int setup(void **state)
{
    static struct world w;
    struct error err;
    struct server_options options = {.clock = clock_fixed(&now_ms), .admin_token = "admin-secret", .seeded = true};
    w = (struct world){.arena = arena_new(), .server = server_new(&options, &err)};
    request(&w, w.arena, "POST", "/admin/organizations", "{\"name\":\"Acme\",\"id\":\"acme\",\"scimToken\":\"scim-secret\"}",
            201);
    for (size_t i = 0; i < PEOPLE; i++)
        add_person(&w, i);
    for (size_t i = 0; i < 5; i++)
        request(
            &w, w.arena, "POST", ROOT "/Groups",
            arena_printf(w.arena, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"G%zu\"}", i),
            201);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    server_free(w->server);
    arena_free(w->arena);
    return 0;
}

struct walk {
    const json *whole; /* the next one that has to come, of the list in one piece */
    size_t total, seen;
};

static void take_page(struct walk *walk, const json *page, const char *what)
{
    assert_int_equal(json_get_integer(page, "totalResults", -1), walk->total);
    const json *resources = json_get(page, "Resources");
    assert_int_equal(json_get_integer(page, "itemsPerPage", -1), json_count(resources));
    for (const json *n = json_first(resources); n != NULL; n = json_next(n), walk->whole = json_next(walk->whole), walk->seen++)
        if (walk->whole == NULL || !json_equal(n, walk->whole))
            fail_msg("%s: number %zu is another one than in the whole list", what, walk->seen + 1);
}

static void walk_by_index(struct world *w, struct arena *arena, struct walk walk, const char *query, size_t size)
{
    for (size_t start = 1; start <= walk.total + 2 * size; start += size)
        take_page(&walk,
                  request(w, arena, "GET", arena_printf(arena, "%s&count=%zu&startIndex=%zu", query, size, start), NULL, 200),
                  query);
    assert_int_equal(walk.seen, walk.total);
}

/* Between the pages somebody may change, without a change of the list; then the total has to be counted anew. */
static void walk_by_cursor(struct world *w, struct arena *arena, struct walk walk, const char *query, size_t size, bool writes)
{
    const char *cursor = "";
    for (size_t pages = 0; cursor != NULL; pages++) {
        const json *page =
            request(w, arena, "GET", arena_printf(arena, "%s&count=%zu&cursor=%s", query, size, cursor), NULL, 200);
        take_page(&walk, page, query);
        cursor = json_get_text(page, "nextCursor", NULL);
        assert_true(pages <= walk.total / size);
        assert_true((cursor != NULL) == (walk.seen < walk.total && walk.total > 0));
        if (writes)
            request(w, arena, "POST", ROOT "/Groups",
                    arena_printf(arena,
                                 "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"%s %zu %zu\"}",
                                 query, size, pages),
                    201);
    }
    assert_int_equal(walk.seen, walk.total);
}

static void check_query(struct world *w, const char *query, bool writes)
{
    static const size_t sizes[] = {1, 2, 7, 36, 50};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *whole = request(w, arena, "GET", arena_printf(arena, "%s&count=1000", query), NULL, 200);
    struct walk walk = {json_first(json_get(whole, "Resources")), json_count(json_get(whole, "Resources")), 0};
    assert_int_equal(json_get_integer(whole, "totalResults", -1), walk.total);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        walk_by_index(w, arena, walk, query, sizes[i]);
        walk_by_cursor(w, arena, walk, query, sizes[i], writes);
    }
}

static const char *const filters[] = {
    "",
    "filter=active%20eq%20true&",
    "filter=title%20pr%20and%20active%20eq%20true&",
    "filter=externalId%20eq%20%22x1%22&",
    "filter=externalId%20eq%20%22x1%22%20or%20externalId%20eq%20%22x0%22&",
    "filter=userName%20eq%20%22u31@acme.test%22&",
    "filter=meta.created%20pr&",
    "filter=title%20eq%20%22nobody%22&",
};
static const char *const orders[] = {"",
                                     "sortBy=userName",
                                     "sortBy=title",
                                     "sortBy=title&sortOrder=descending",
                                     "sortBy=id",
                                     "sortBy=active&sortOrder=descending"};

static void the_pages_of_a_list_are_the_list(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++)
        for (size_t k = 0; k < ARRAY_LEN(orders); k++)
            check_query(w, arena_printf(w->arena, ROOT "/Users?%s%s", filters[i], orders[k]), false);
}

static void of_two_types_too(void **state)
{
    struct world *w = *state;
    for (size_t k = 0; k < ARRAY_LEN(orders); k++) {
        check_query(w, arena_printf(w->arena, ROOT "?%s", orders[k]), false);
        check_query(w, arena_printf(w->arena, ROOT "?filter=meta.created%%20pr&%s", orders[k]), false);
        check_query(w, arena_printf(w->arena, ROOT "?filter=title%%20eq%%20%%22T1%%22%%20or%%20displayName%%20pr&%s", orders[k]),
                    false);
    }
}

static void writes_between_the_pages_do_no_harm(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++)
        check_query(w, arena_printf(w->arena, ROOT "/Users?%s%s", filters[i], orders[i % ARRAY_LEN(orders)]), true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_pages_of_a_list_are_the_list, setup, teardown),
        cmocka_unit_test_setup_teardown(of_two_types_too, setup, teardown),
        cmocka_unit_test_setup_teardown(writes_between_the_pages_do_no_harm, setup, teardown),
    };
    return tap_run("server pages", tests);
}
