/* Pages over twelve users, by index and by cursor, asked for by GET and by a search. Fields: see tests/tables/rfc_paging.table. */
#include "common/base.h"

#include "tests/unit/reference-server/test_server_play.h"

#define USERS 12

static const int64_t now = 1795369537000; /* 2026-11-22T17:45:37Z */
static struct play play;

static void set_up(void)
{
    static const struct table_case row = {.name = "twelve users"};
    play = (struct play){.arena = arena_new(), .row = &row};
    play_start(&play, &now);
    for (int i = 1; i <= USERS; i++) {
        const char *body = arena_printf(play.arena, "{%s,\"userName\":\"n%02d\"}", play_words[0][1], i);
        play_send(&play, "POST", PLAY_ROOT "/scim/v2/Users", (struct bytes){body, strlen(body)});
        assert_int_equal(play.response.status, 201);
    }
}

/* The twelve alone: accounts that were there before do not begin with n. */
static const char *query_of(const struct table_case *c, const char *more)
{
    const char *query = table_field(c, "query") == NULL ? "" : table_field(c, "query");
    const char *filter = strstr(query, "filter=") != NULL ? "" : "filter=userName%20sw%20%22n%22&";
    return arena_printf(play.arena, "%s%s%s", filter, query, more);
}

static const json *ask(const char *method, const char *target, const char *body)
{
    play_send(&play, method, arena_printf(play.arena, PLAY_ROOT "/scim/v2%s", target), (struct bytes){body, strlen(body)});
    play.body = json_parse(play.arena, play.response.body, "reply", NULL);
    assert_non_null(play.body);
    return play.body;
}

static const char *names(const json *list)
{
    struct buffer b = buffer_new(0);
    for (const json *n = json_first(json_get(list, "Resources")); n != NULL; n = json_next(n))
        buffer_printf(&b, " %s", json_get_text(n, "userName", "?"));
    return buffer_take(&b, play.arena);
}

static int64_t number(const json *list, const char *key)
{
    int64_t value = -1;
    assert_true(json_integer(json_get(list, key), &value));
    return value;
}

static const char *gives(const json *list)
{
    return arena_printf(play.arena, "%lld %lld%s", (long long)number(list, "startIndex"), (long long)number(list, "itemsPerPage"),
                        names(list));
}

static int64_t total(const struct table_case *c)
{
    const char *text = table_field(c, "total");
    return text == NULL ? USERS : text[0] - '0';
}

/* The same as a SearchRequest: numbers as numbers, the rest as text. */
static const char *search_of(const char *query)
{
    struct http_target target;
    struct buffer b = buffer_new(0);
    struct error err;
    static const char *const keys[] = {"filter", "sortBy", "sortOrder", "startIndex", "count"};
    assert_true(http_parse_target(play.arena, arena_printf(play.arena, "/?%s", query), &target, &err));
    buffer_printf(&b, "{%s", play_words[4][1]);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *value = http_query(&target, keys[i]);
        if (value != NULL && i < 3)
            buffer_printf(&b, ",\"%s\":%s", keys[i], json_print(play.arena, json_new_text(play.arena, value)));
        else if (value != NULL)
            buffer_printf(&b, ",\"%s\":%s", keys[i], value);
    }
    buffer_add(&b, "}");
    return buffer_take(&b, play.arena);
}

static void one_page(const struct table_case *c)
{
    const char *query = query_of(c, ""), *refused = table_field(c, "refuses");
    const json *list = ask("GET", arena_printf(play.arena, "/Users?%s", query), "");
    if (refused != NULL) {
        assert_string_equal(arena_printf(play.arena, "%d %s", play.response.status, json_get_text(list, "scimType", "")),
                            refused);
        return;
    }
    assert_int_equal(number(list, "totalResults"), total(c));
    assert_string_equal(gives(list), table_need(c, "gives"));
    list = ask("POST", "/Users/.search", search_of(query));
    assert_int_equal(number(list, "totalResults"), total(c));
    assert_string_equal(gives(list), table_need(c, "gives"));
}

static void walk(const struct table_case *c)
{
    struct buffer b = buffer_new(0);
    const char *cursor = "";
    for (int i = 0; cursor != NULL && i <= USERS; i++) {
        const char *more = arena_printf(play.arena, "&count=%s&cursor=%s", table_need(c, "walk"), cursor);
        const json *list = ask("GET", arena_printf(play.arena, "/Users?%s", query_of(c, more)), "");
        assert_int_equal(play.response.status, 200);
        assert_int_equal(number(list, "totalResults"), total(c));
        const char *page = names(list);
        buffer_printf(&b, "%s%s", i == 0 ? "" : " | ", *page == ' ' ? page + 1 : page);
        cursor = json_text(json_get(list, "nextCursor"));
    }
    assert_string_equal(buffer_take(&b, play.arena), table_need(c, "pages"));
}

static void row(void **state)
{
    const struct table_case *c = *state;
    if (play.server == NULL)
        set_up();
    if (table_field(c, "walk") != NULL)
        walk(c);
    else
        one_page(c);
}

int main(void)
{
    int status = tap_table("paging by the RFC", "tests/tables/rfc_paging.table", row);
    server_free(play.server);
    arena_free(play.arena);
    return status;
}
