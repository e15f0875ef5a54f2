#include "common/base.h"
#include "common/http.h"

#include "common/error.h"
#include "common/memory.h"

#include "tests/tap.h"

#include <stdio.h>
#include <string.h>

static void headers_keep_order_and_ignore_case(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_headers headers = {0};
    http_add_header(arena, &headers, "Accept", "a");
    http_add_header(arena, &headers, "X-One", "1");
    http_add_header(arena, &headers, "accept", "b");
    assert_string_equal(http_header(&headers, "ACCEPT"), "a");
    assert_int_equal(http_header_count(&headers, "Accept"), 2);
    assert_null(http_header(&headers, "Accept-Language"));

    http_set_header(arena, &headers, "ACCEPT", "c");
    assert_int_equal(headers.count, 2);
    assert_string_equal(headers.items[0].name, "Accept"); /* place kept */
    assert_string_equal(headers.items[0].value, "c");
    assert_string_equal(headers.items[1].name, "X-One");
    http_set_header(arena, &headers, "X-Two", "2");
    assert_string_equal(headers.items[2].name, "X-Two");
    http_remove_header(&headers, "x-one");
    assert_int_equal(headers.count, 2);
    assert_string_equal(headers.items[1].name, "X-Two");
    arena_free(arena);
}

static void hundreds_of_headers_fit(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_headers headers = {0};
    char name[32];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "X-%d", i);
        http_add_header(arena, &headers, name, name);
    }
    assert_int_equal(headers.count, 500);
    assert_string_equal(http_header(&headers, "x-499"), "X-499");
    assert_string_equal(headers.items[0].value, "X-0");
    arena_free(arena);
}

static void media_types_ignore_parameters_and_case(void **state)
{
    UNUSED(state);
    static const struct {
        const char *value;
        bool is;
    } rows[] = {
        {"application/scim+json", true},
        {"Application/SCIM+json; charset=utf-8", true},
        {"application/scim+json ;v=1", true},
        {"  application/scim+json", true},
        {"application/scim+jsonx", false},
        {"application/json", false},
        {"", false},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_headers headers = {0};
        http_add_header(arena, &headers, "content-type", rows[i].value);
        assert_int_equal(http_media_type_is(&headers, "application/scim+json"), rows[i].is);
    }
    struct http_headers none = {0};
    assert_false(http_media_type_is(&none, "application/json"));
    arena_free(arena);
}

static void reasons_are_those_of_rfc_9110(void **state)
{
    UNUSED(state);
    assert_string_equal(http_reason(200), "OK");
    assert_string_equal(http_reason(201), "Created");
    assert_string_equal(http_reason(204), "No Content");
    assert_string_equal(http_reason(404), "Not Found");
    assert_string_equal(http_reason(409), "Conflict");
    assert_string_equal(http_reason(413), "Content Too Large");
    assert_string_equal(http_reason(429), "Too Many Requests");
    assert_string_equal(http_reason(599), "");
    assert_string_equal(http_reason(0), "");
}

/* raw target, segments joined by "|", query as name=value joined by "|"; NULL segments: refused */
static const struct {
    const char *raw, *segments, *query;
} targets[] = {
    {"/", "", ""},
    {"/Users", "Users", ""},
    {"/scim/v2/Users/42", "scim|v2|Users|42", ""},
    {"/Users/", "Users|", ""},
    {"//Users", "|Users", ""},
    {"/Users/a%2Fb", "Users|a/b", ""},       /* an escaped slash does not separate (RFC 3986 2.2) */
    {"/Users/a+b", "Users|a+b", ""},         /* + is a blank in the query only */
    {"/Users/%C3%A9", "Users|\xC3\xA9", ""}, /* é */
    {"/a/../b", "a|..|b", ""},
    {"/Users?filter=userName+eq+%22ada%40acme.test%22", "Users", "filter=userName eq \"ada@acme.test\""}, /* as Entra sends it */
    {"/Users?filter=userName%20eq%20%22ada%22&startIndex=1", "Users",
     "filter=userName eq \"ada\"|startIndex=1"}, /* as Okta sends it */
    {"/Users?a=1&a=2", "Users", "a=1|a=2"},
    {"/Users?a=b=c", "Users", "a=b=c"},
    {"/Users?a", "Users", "a="},
    {"/Users?&&a=1&", "Users", "a=1"},
    {"/Users?", "Users", ""},
    {"/Users?x=/?", "Users", "x=/?"},
    {"/Users?a%3Db=%26", "Users", "a=b=&"},
    {"", NULL, NULL},
    {"Users", NULL, NULL},
    {"http://host/Users", NULL, NULL},
    {"/Users/%00", NULL, NULL},
    {"/Users/%", NULL, NULL},
    {"/Users/%4", NULL, NULL},
    {"/Users/%4g", NULL, NULL},
    {"/Users/%FF", NULL, NULL},
    {"/Users/%C0%AF", NULL, NULL},    /* overlong slash */
    {"/Users/%ED%A0%80", NULL, NULL}, /* surrogate */
    {"/Users/%0A", NULL, NULL},
    {"/Users/%7F", NULL, NULL},
    {"/Users?a=%00", NULL, NULL},
    {"/Users?%0d=1", NULL, NULL},
    {"/Users?a=%2", NULL, NULL},
    {"/Users#top", NULL, NULL},
    {"/Users\t", NULL, NULL},
    {"/Users/\xFF", NULL, NULL},
};

static void targets_come_apart_or_are_refused(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        struct arena *arena = arena_new();
        struct http_target target = {0};
        struct error err = {0};
        bool ok = http_parse_target(arena, targets[i].raw, &target, &err);
        if (ok != (targets[i].segments != NULL))
            fail_msg("%s: %s", targets[i].raw, ok ? "accepted" : err.message);
        if (ok) {
            const char *segments = "", *query = "";
            for (size_t k = 0; k < target.count; k++)
                segments = arena_printf(arena, "%s%s%s", segments, k == 0 ? "" : "|", target.segments[k]);
            for (size_t k = 0; k < target.query.count; k++)
                query = arena_printf(arena, "%s%s%s=%s", query, k == 0 ? "" : "|", target.query.items[k].name,
                                     target.query.items[k].value);
            assert_string_equal(segments, targets[i].segments);
            assert_string_equal(query, targets[i].query);
        } else {
            assert_int_equal(err.code, ERROR_SYNTAX);
        }
        arena_free(arena);
    }
}

static void target_keeps_the_raw_path_and_finds_exact_names(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_target target;
    assert_true(http_parse_target(arena, "/a%2Fb/c?Count=1&count=2", &target, NULL));
    assert_string_equal(target.path, "/a%2Fb/c");
    assert_string_equal(http_query(&target, "count"), "2");
    assert_string_equal(http_query(&target, "Count"), "1");
    assert_null(http_query(&target, "COUNT"));
    arena_free(arena);
}

static void too_long_a_target_is_a_limit(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    char *raw = arena_alloc(arena, HTTP_MAX_TARGET + 2);
    memset(raw, 'a', HTTP_MAX_TARGET + 1);
    raw[0] = '/';
    struct http_target target;
    struct error err = {0};
    assert_false(http_parse_target(arena, raw, &target, &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    raw[HTTP_MAX_TARGET] = '\0';
    assert_true(http_parse_target(arena, raw, &target, &err));
    arena_free(arena);
}

static void escaping_is_byte_exact(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *filter = "userName eq \"ada.o'b+c@acme.test\"~*";
    assert_string_equal(http_escape_component(arena, filter), "userName%20eq%20%22ada.o%27b%2Bc%40acme.test%22~%2A");
    assert_string_equal(http_escape_form(arena, filter, false), "userName+eq+%22ada.o%27b%2Bc%40acme.test%22%7E*");
    assert_string_equal(http_escape_form(arena, filter, true), "userName+eq+%22ada.o%27b%2bc%40acme.test%22%7e*");
    assert_string_equal(http_escape_component(arena, "\xC3\xA9/"), "%C3%A9%2F");
    assert_string_equal(http_escape_component(arena, ""), "");
    arena_free(arena);
}

static void copies_share_nothing(void **state)
{
    UNUSED(state);
    struct arena *first = arena_new(), *second = arena_new();
    struct http_request request = {.method = arena_strdup(first, "PUT"), .target = arena_strdup(first, "/Users/1")};
    http_add_header(first, &request.headers, "Content-Type", "application/json");
    request.body = arena_bytes(first, "{\0}", 3);
    struct http_request *copy = http_request_copy(second, &request);
    struct http_response response = {.status = 201, .headers = request.headers, .body = request.body};
    struct http_response *reply = http_response_copy(second, &response);
    arena_free(first);
    assert_string_equal(copy->method, "PUT");
    assert_string_equal(copy->target, "/Users/1");
    assert_string_equal(http_header(&copy->headers, "content-type"), "application/json");
    assert_int_equal(copy->body.n, 3);
    assert_memory_equal(copy->body.p, "{\0}", 3);
    assert_int_equal(reply->status, 201);
    assert_memory_equal(reply->body.p, "{\0}", 3);
    arena_free(second);
}

static bool parse_form(struct arena *arena, const char *text, size_t n, struct http_headers *out)
{
    struct error err = {0};
    *out = (struct http_headers){0};
    bool read = http_parse_form(arena, (struct bytes){text, n}, out, &err);
    assert_true(read || strstr(err.message, "geheim") == NULL);
    assert_string_equal(err.where, "");
    return read;
}

static void forms_are_read_and_their_errors_tell_nothing(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct http_headers form;
    const char *text = "a=1&b=x+y%2Bz&c=&d&a=2#";
    assert_true(parse_form(arena, text, strlen(text), &form));
    assert_int_equal(form.count, 5);
    assert_string_equal(form.items[1].value, "x y+z");
    assert_string_equal(form.items[2].value, "");
    assert_string_equal(form.items[3].name, "d");
    assert_string_equal(form.items[4].value, "2#");
    assert_true(parse_form(arena, NULL, 0, &form));
    assert_int_equal(form.count, 0);
    assert_false(parse_form(arena, "s=geheim%", 9, &form));
    assert_false(parse_form(arena, "s=geheim%00", 11, &form));
    assert_false(parse_form(arena, "s=geheim%ff", 11, &form));
    assert_false(parse_form(arena, "s=\0", 3, &form));
    assert_false(parse_form(arena, "s=\xff", 3, &form));
    char *big = arena_alloc(arena, HTTP_MAX_TARGET + 2);
    memset(big, 'a', HTTP_MAX_TARGET + 1);
    assert_false(parse_form(arena, big, HTTP_MAX_TARGET + 1, &form));
    const char *value;
    assert_true(http_unescape_form(arena, "a%2Db+c", &value));
    assert_string_equal(value, "a-b c");
    assert_false(http_unescape_form(arena, "a%2", &value));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_keep_order_and_ignore_case),
        cmocka_unit_test(hundreds_of_headers_fit),
        cmocka_unit_test(media_types_ignore_parameters_and_case),
        cmocka_unit_test(reasons_are_those_of_rfc_9110),
        cmocka_unit_test(targets_come_apart_or_are_refused),
        cmocka_unit_test(target_keeps_the_raw_path_and_finds_exact_names),
        cmocka_unit_test(too_long_a_target_is_a_limit),
        cmocka_unit_test(forms_are_read_and_their_errors_tell_nothing),
        cmocka_unit_test(escaping_is_byte_exact),
        cmocka_unit_test(copies_share_nothing),
    };
    return tap_run("http", tests);
}
