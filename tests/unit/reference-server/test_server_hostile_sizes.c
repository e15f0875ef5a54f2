/* What is too long for a row of scim_http_hostile.table: S22, S23, S25 and S26. Every answer is there in a moment, and nothing is changed. */
#include "tests/unit/reference-server/test_server_play.h"

#include "reference-server/scim/message.h"

static const struct table_case nobody = {.name = "sizes"};
static const int64_t now = 1795369537000;

static struct play start(void)
{
    struct play play = {.arena = arena_new(), .row = &nobody, .line = "sizes"};
    play_start(&play, &now);
    play_lines(&play, play_people);
    return play;
}

static void end(struct play *play)
{
    server_free(play->server);
    arena_free(play->arena);
}

static const char *repeat(struct play *play, const char *before, const char *part, size_t count, const char *behind)
{
    struct buffer b = buffer_new(0);
    buffer_add(&b, before);
    for (size_t i = 0; i < count; i++)
        buffer_add(&b, part);
    buffer_add(&b, behind);
    return buffer_take(&b, play->arena);
}

/* Refused without a change, and quickly: what takes time by the square of its length takes longer than this. */
static void ask(struct play *play, const char *method, const char *target, const char *body, int status, const char *scim_type)
{
    const char *before = play_state(play);
    uint64_t begun = clock_monotonic_us();
    play_send(play, method, target, (struct bytes){body, strlen(body)});
    if (clock_monotonic_us() - begun > 5000000)
        fail_msg("%.60s… took %lu ms", body, (unsigned long)((clock_monotonic_us() - begun) / 1000));
    play_check_reply(play, target);
    if (play->response.status != status || !text_equal(json_get_text(play->body, "scimType", NULL), scim_type))
        fail_msg("%.60s %.60s…: %d %.200s", target, body, play->response.status, play->response.body.p);
    assert_string_equal(before, play_state(play));
}

#define USERS PLAY_ROOT "/scim/v2/Users"

/* As a client would: by GET when it is short enough for a target, and as a search. */
static void filter(struct play *play, const char *text, const char *scim_type)
{
    int status = scim_type == NULL ? 200 : 400;
    const char *target = arena_printf(play->arena, USERS "?filter=%s", http_escape_component(play->arena, text));
    if (strlen(target) <= HTTP_MAX_TARGET)
        ask(play, "GET", target, "", status, scim_type);
    json *search = json_object(play->arena);
    json_push_text(json_set_array(search, "schemas"), SCIM_URN_SEARCH);
    json_set_text(search, "filter", text);
    const char *type = strlen(text) > 64 * KIB ? "invalidValue" : scim_type;
    ask(play, "POST", USERS "/.search", json_print(play->arena, search), status, type);
}

/* --- S22 --- */

static void filters_as_deep_as_they_are_long(void **state)
{
    UNUSED(state);
    struct play play = start();
    static const struct {
        const char *before, *part;
        size_t count;
        const char *behind, *scim_type;
    } rows[] = {
        {"", "(", 10000, "", "invalidFilter"},
        {"", "(", 8000, "userName pr", "invalidFilter"},
        {"userName pr", ")", 8000, "", "invalidFilter"},
        {"", "not (", 1600, "userName pr", "invalidFilter"},
        {"", "not ", 2000, "userName pr", "invalidFilter"},
        {"", "emails[", 1000, "type pr", "invalidFilter"},
        {"", "userName pr and ", 500, "userName pr", "invalidFilter"},
        {"", "userName pr or ", 500, "", "invalidFilter"},
        {"", "userName pr and ", 100000, "", "invalidFilter"},
        {"userName", ".a", 4000, " eq \"x\"", "invalidFilter"},
        {"urn", ":a", 4000, " pr", "invalidFilter"},
        {"userName eq \"", "\\\\", 4000, "\"", NULL},
        {"userName eq \"", "\\\"", 4000, "", "invalidFilter"},
        {"userName eq ", "[", 8000, "", "invalidFilter"},
        {"userName eq ", "9", 8000, "", "invalidFilter"},
        {"((((((((((((((((((((((((((((((", "", 0, "userName pr))))))))))))))))))))))))))))))", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        filter(&play, repeat(&play, rows[i].before, rows[i].part, rows[i].count, rows[i].behind), rows[i].scim_type);
    end(&play);
}

static void paths_as_deep_as_they_are_long(void **state)
{
    UNUSED(state);
    struct play play = start();
    const char *target = arena_printf(play.arena, USERS "/%s", play_word(&play, "ada"));
    const char *const paths[] = {repeat(&play, "a", ".a", 100000, ""),
                                 repeat(&play, "", "emails[", 500, ""),
                                 repeat(&play, "emails[", "(", 4000, ""),
                                 repeat(&play, "emails[", "not (", 800, "type pr"),
                                 repeat(&play, "", "[", 4000, ""),
                                 repeat(&play, "urn", ":a", 2000, ""),
                                 repeat(&play, "emails[type eq \"", " ", 4000, ""),
                                 repeat(&play, "", ".", 4000, "")};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        json *patch = json_object(play.arena);
        json_push_text(json_set_array(patch, "schemas"), SCIM_URN_PATCH);
        json *operation = json_push_object(json_set_array(patch, "Operations"));
        json_set_text(operation, "op", "replace");
        json_set_text(operation, "path", paths[i]);
        json_set_text(operation, "value", "x");
        const char *body = json_print(play.arena, patch);
        play_send(&play, "PATCH", target, (struct bytes){body, strlen(body)});
        const char *type = json_get_text(json_parse(play.arena, play.response.body, "reply", NULL), "scimType", "");
        bool known = text_equal(type, "invalidPath") || text_equal(type, "invalidFilter") || text_equal(type, "invalidValue");
        if (play.response.status != 400 || !known)
            fail_msg("%.60s…: %d %s", paths[i], play.response.status, type);
    }
    end(&play);
}

/* --- S23 --- */

static void blanks_without_end(void **state)
{
    UNUSED(state);
    struct play play = start();
    filter(&play, repeat(&play, "userName eq \"a", " ", 8000, "b\""), NULL);
    filter(&play, repeat(&play, "userName eq \"", " ", 8000, ""), "invalidFilter");
    filter(&play, repeat(&play, "userName", " ", 8000, "eq \"a\""), NULL);
    filter(&play, repeat(&play, "userName eq \"a\"", " ", 8000, "x"), "invalidFilter");
    filter(&play, repeat(&play, "userName co \"", "a", 8000, "b\""), NULL);
    filter(&play, repeat(&play, "userName eq \"", " ", 100000, "\""), "invalidFilter");
    ask(&play, "GET", repeat(&play, USERS "?attributes=", "%20", 20000, ""), "", 200, NULL);
    ask(&play, "GET", repeat(&play, USERS "?attributes=", ",", 20000, ""), "", 400, "invalidValue");
    ask(&play, "GET", repeat(&play, USERS "?", "&", 20000, ""), "", 200, NULL);
    ask(&play, "GET", repeat(&play, USERS "?count=", "0", 20000, "1"), "", 200, NULL);
    end(&play);
}

/* --- S26 --- */

static const char *operations(struct play *play, size_t count)
{
    return repeat(play, "{\"schemas\":[\"" SCIM_URN_PATCH "\"],\"Operations\":[{\"op\":\"remove\",\"path\":\"title\"}",
                  ",{\"op\":\"remove\",\"path\":\"title\"}", count - 1, "]}");
}

static void operations_without_end(void **state)
{
    UNUSED(state);
    struct play play = start();
    const char *target = arena_printf(play.arena, USERS "/%s", play_word(&play, "cyd"));
    ask(&play, "PATCH", target, operations(&play, 1000), 200, NULL); /* cyd has none */
    ask(&play, "PATCH", target, operations(&play, 1001), 413, NULL);
    ask(&play, "PATCH", target, operations(&play, 10000), 413, NULL);
    end(&play);
}

static void bodies_and_lists_without_end(void **state)
{
    UNUSED(state);
    struct play play = start();
    const char *ada = arena_printf(play.arena, "{\"value\":\"%s\"}", play_word(&play, "ada"));
    const char *more = arena_printf(play.arena, ",%s", ada);
    const char *head = arena_printf(play.arena, "{%s,\"displayName\":\"Big\",\"members\":[%s", play_word(&play, "group"), ada);
    const char *groups = PLAY_ROOT "/scim/v2/Groups";
    ask(&play, "POST", groups, repeat(&play, head, more, 200000, "]}"), 400, "invalidValue");
    ask(&play, "POST", groups, repeat(&play, head, ",{\"value\":\"nobody\"}", 50000, "]}"), 400, "invalidValue");
    const char *user = arena_printf(play.arena, "{%s,\"userName\":\"", play_word(&play, "user"));
    ask(&play, "POST", USERS, repeat(&play, user, "a", 1025, "\"}"), 400, "invalidValue");
    ask(&play, "POST", USERS, repeat(&play, user, "a", 2 * MIB, "\"}"), 400, "invalidValue");
    ask(&play, "POST", USERS, repeat(&play, user, "a", 2 * MIB, ""), 400, "invalidSyntax");
    ask(&play, "POST", USERS, repeat(&play, "", "[", MIB, ""), 400, "invalidSyntax");
    ask(&play, "POST", USERS, repeat(&play, "{\"a\":[1", ",1", 2100000, "]}"), 400, "invalidSyntax");
    end(&play);
}

/* 50,000 people are fine, and the group can be read, patched and deleted. Their ids are not: one is enough to show that a member counts once. */
static void the_same_member_fifty_thousand_times_is_one(void **state)
{
    UNUSED(state);
    struct play play = start();
    const char *ada = arena_printf(play.arena, "{\"value\":\"%s\"}", play_word(&play, "ada"));
    const char *head = arena_printf(play.arena, "{%s,\"displayName\":\"Big\",\"members\":[%s", play_word(&play, "group"), ada);
    const char *body = repeat(&play, head, arena_printf(play.arena, ",%s", ada), 49999, "]}");
    play_send(&play, "POST", PLAY_ROOT "/scim/v2/Groups", (struct bytes){body, strlen(body)});
    play_check_reply(&play, "/scim/v2");
    assert_int_equal(play.response.status, 201);
    assert_int_equal(json_count(json_get(play.body, "members")), 1);
    end(&play);
}

/* RFC 9110 §15.5.15: a target beyond what can be read at all; what a server may be told to take is less (test_http_slow.c). */
static void a_target_without_end_is_414(void **state)
{
    UNUSED(state);
    struct play play = start();
    ask(&play, "GET", repeat(&play, USERS "/", "a", HTTP_MAX_TARGET, ""), "", 414, NULL);
    ask(&play, "GET", repeat(&play, USERS "?filter=", "a", HTTP_MAX_TARGET, ""), "", 414, NULL);
    ask(&play, "GET", repeat(&play, USERS "/", "a", 20000, ""), "", 404, NULL);
    ask(&play, "GET", repeat(&play, USERS, "/a", 20000, ""), "", 404, NULL);
    end(&play);
}

static void the_most_cursors_and_tags(void **state)
{
    UNUSED(state);
    struct play play = start();
    ask(&play, "GET", repeat(&play, USERS "?cursor=", "0", 16384, ""), "", 400, "invalidCursor");
    ask(&play, "GET", repeat(&play, USERS "?cursor=", "0", 40000, ""), "", 400, "invalidCursor");
    const char *target = arena_printf(play.arena, USERS "/%s", play_word(&play, "ada"));
    http_add_header(play.arena, &play.headers, "If-Match", repeat(&play, "", "W/\"7\", ", 3000, "W/\"8\""));
    ask(&play, "DELETE", target, "", 412, NULL);
    end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_as_deep_as_they_are_long),
        cmocka_unit_test(paths_as_deep_as_they_are_long),
        cmocka_unit_test(blanks_without_end),
        cmocka_unit_test(operations_without_end),
        cmocka_unit_test(bodies_and_lists_without_end),
        cmocka_unit_test(the_same_member_fifty_thousand_times_is_one),
        cmocka_unit_test(a_target_without_end_is_414),
        cmocka_unit_test(the_most_cursors_and_tags),
    };
    return tap_run("server against hostile sizes", tests);
}
