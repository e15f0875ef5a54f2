/* Requests per second (S27): the clock is moved by hand. */
#include "tests/unit/reference-server/test_server_play.h"

#include "reference-server/rate.h"

#define RATE 5

/* --- the bucket --- */

static void a_second_takes_as_many_as_it_may(void **state)
{
    UNUSED(state);
    struct rate rate = {0};
    for (int64_t now = 1000; now < 11000; now += 1000)
        for (int i = 0; i <= RATE; i++)
            assert_int_equal(rate_take(&rate, RATE, now), i < RATE ? 0 : 1);
}

static void it_fills_evenly(void **state)
{
    UNUSED(state);
    struct rate rate = {0};
    for (int i = 0; i < RATE; i++)
        assert_int_equal(rate_take(&rate, RATE, 5000), 0);
    assert_int_equal(rate_take(&rate, RATE, 5199), 1);
    assert_int_equal(rate_take(&rate, RATE, 5200), 0);
    assert_int_equal(rate_take(&rate, RATE, 5200), 1);
    assert_int_equal(rate_take(&rate, RATE, 5800), 0);
    assert_int_equal(rate_take(&rate, RATE, 5800), 0);
    assert_int_equal(rate_take(&rate, RATE, 5800), 0);
    assert_int_equal(rate_take(&rate, RATE, 5800), 1);
}

static void one_a_second_is_one_a_second(void **state)
{
    UNUSED(state);
    struct rate rate = {0};
    assert_int_equal(rate_take(&rate, 1, 0), 0);
    assert_int_equal(rate_take(&rate, 1, 0), 1);
    assert_int_equal(rate_take(&rate, 1, 999), 1);
    assert_int_equal(rate_take(&rate, 1, 1000), 0);
}

static void a_clock_that_is_set_back_fills_nothing(void **state)
{
    UNUSED(state);
    struct rate rate = {0};
    assert_int_equal(rate_take(&rate, 1, 100000), 0);
    assert_int_equal(rate_take(&rate, 1, 50000), 1);
    assert_int_equal(rate_take(&rate, 1, 50999), 1);
    assert_int_equal(rate_take(&rate, 1, 51000), 0);
}

static void off_is_any_number(void **state)
{
    UNUSED(state);
    struct rate rate = {0};
    for (int i = 0; i < 10000; i++)
        assert_int_equal(rate_take(&rate, 0, 1000), 0);
}

/* --- the server --- */

static struct table_entry entry = {"limits", "requests-per-second=5"};
static const struct table_case limited = {.name = "rate", .fields = &entry, .count = 1};

static struct bytes text(const char *p)
{
    return (struct bytes){p, strlen(p)};
}

static struct play start(const int64_t *now)
{
    struct play play = {.arena = arena_new(), .row = &limited, .line = "rate"};
    play_start(&play, now);
    play_send(&play, "POST", "/admin/organizations",
              text("{\"name\":\"Other\",\"id\":\"other\",\"scimToken\":\"other-secret\"}"));
    assert_int_equal(play.response.status, 201);
    return play;
}

static void end(struct play *play)
{
    server_free(play->server);
    arena_free(play->arena);
}

static int get(struct play *play, const char *target, const char *token)
{
    play->token = token;
    play_send(play, "GET", target, (struct bytes){0});
    play_check_reply(play, target);
    return play->response.status;
}

#define USERS PLAY_ROOT "/scim/v2/Users"

static void the_next_request_is_429_and_says_when(void **state)
{
    UNUSED(state);
    int64_t now = 1000000;
    struct play play = start(&now);
    for (int i = 0; i < RATE; i++)
        assert_int_equal(get(&play, USERS, NULL), 200);
    assert_int_equal(get(&play, USERS, NULL), 429);
    assert_string_equal(http_header(&play.response.headers, "Retry-After"), "1");
    assert_non_null(strstr(json_get_text(play.body, "detail", ""), "5 requests a second"));
    assert_int_equal(get(&play, USERS "/nobody", NULL), 429);
    now += 1000;
    assert_int_equal(get(&play, USERS, NULL), 200);
    end(&play);
}

/* proves: RFC9865-5.3-02 */
static void walks_by_cursor_are_counted(void **state)
{
    UNUSED(state);
    int64_t now = 1000000;
    struct play play = start(&now);
    assert_int_equal(get(&play, USERS "?cursor&count=1", NULL), 200);
    const char *next = arena_printf(play.arena, USERS "?count=1&cursor=%s", json_get_text(play.body, "nextCursor", ""));
    for (int i = 1; i < RATE; i++)
        assert_int_equal(get(&play, next, NULL), 200);
    assert_int_equal(get(&play, next, NULL), 429);
    now += 1000;
    assert_int_equal(get(&play, next, NULL), 200);
    end(&play);
}

static void a_write_beyond_it_is_not_done(void **state)
{
    UNUSED(state);
    int64_t now = 1000000;
    struct play play = start(&now);
    for (int i = 0; i < RATE; i++)
        assert_int_equal(get(&play, USERS, NULL), 200);
    play_send(&play, "POST", USERS, text("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada\"}"));
    assert_int_equal(play.response.status, 429);
    now += 1000;
    assert_int_equal(get(&play, USERS "?filter=userName%20eq%20%22ada%22", NULL), 200);
    assert_int_equal(json_get_integer(play.body, "totalResults", -1), 0);
    end(&play);
}

static void each_organization_has_its_own(void **state)
{
    UNUSED(state);
    int64_t now = 1000000;
    struct play play = start(&now);
    for (int i = 0; i <= RATE; i++)
        (void)get(&play, USERS, NULL);
    assert_int_equal(play.response.status, 429);
    assert_int_equal(get(&play, "/organizations/other/scim/v2/Users", "other-secret"), 200);
    end(&play);
}

static void discovery_counts_too(void **state)
{
    UNUSED(state);
    static const char *const targets[] = {PLAY_ROOT "/scim/v2/ServiceProviderConfig", PLAY_ROOT "/scim/v2/ResourceTypes",
                                          PLAY_ROOT "/scim/v2/Schemas"};
    int64_t now = 1000000;
    struct play play = start(&now);
    for (int i = 0; i < RATE; i++)
        assert_int_equal(get(&play, targets[i % 3], NULL), 200);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++)
        assert_int_equal(get(&play, targets[i], NULL), 429);
    end(&play);
}

/* Wrong tokens, no tokens, and people who sign in: their own budget, so that they stop nobody. */
static void strangers_do_not_use_up_the_providers(void **state)
{
    UNUSED(state);
    int64_t now = 1000000;
    struct play play = start(&now);
    for (int i = 0; i < RATE; i++)
        assert_int_equal(get(&play, USERS, "wrong"), 401);
    assert_int_equal(get(&play, USERS, "wrong"), 429);
    assert_null(http_header(&play.response.headers, "WWW-Authenticate"));
    assert_int_equal(get(&play, PLAY_ROOT "/scim/v2/Schemas", "nobody"), 429);
    play.token = "nobody";
    play_send(&play, "POST", PLAY_ROOT "/app/sign-in", text("{\"user\":\"a\",\"method\":\"password\",\"password\":\"b\"}"));
    assert_int_equal(play.response.status, 429);
    for (int i = 0; i < RATE; i++)
        assert_int_equal(get(&play, USERS, NULL), 200);
    end(&play);
}

static void the_admin_has_no_limit(void **state)
{
    UNUSED(state);
    int64_t now = 1000000;
    struct play play = start(&now);
    for (int i = 0; i < 10 * RATE; i++)
        assert_int_equal(get(&play, "/admin/organizations/acme/access", NULL), 200);
    end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_takes_as_many_as_it_may),
        cmocka_unit_test(it_fills_evenly),
        cmocka_unit_test(one_a_second_is_one_a_second),
        cmocka_unit_test(a_clock_that_is_set_back_fills_nothing),
        cmocka_unit_test(off_is_any_number),
        cmocka_unit_test(the_next_request_is_429_and_says_when),
        cmocka_unit_test(walks_by_cursor_are_counted),
        cmocka_unit_test(a_write_beyond_it_is_not_done),
        cmocka_unit_test(each_organization_has_its_own),
        cmocka_unit_test(discovery_counts_too),
        cmocka_unit_test(strangers_do_not_use_up_the_providers),
        cmocka_unit_test(the_admin_has_no_limit),
    };
    return tap_run("server rate", tests);
}
