#include "common/base.h"
#include "common/redact.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/tap.h"

#include <pthread.h>
#include <string.h>

static void registered_values_are_hidden_wherever_they_occur(void **state)
{
    UNUSED(state);
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"tok-123456", "***"},
        {"a tok-123456 b tok-123456", "a *** b ***"},
        {"xtok-123456y", "x***y"},
        {"tok-12345", "tok-12345"},
        {"tok-1234567890", "***"}, /* the longest wins */
        {"tok-1234567", "***7"},
        {"sp%20ce%2Fd%3D", "***"},                         /* "sp ce/d=" in a target */
        {"sp+ce%2fd%3d", "***"},                           /* and in a form */
        {"{\"a\":\"qu\\\"ote\\\\d\"}", "{\"a\":\"***\"}"}, /* qu"ote\d in JSON */
        {"short", "short"},
        {"", ""},
    };
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, "tok-123456");
    redactor_add(redactor, "tok-1234567890");
    redactor_add(redactor, "tok-123456");
    redactor_add(redactor, "sp ce/d=");
    redactor_add(redactor, "qu\"ote\\d");
    redactor_add(redactor, "short"); /* five bytes: ignored */
    redactor_add(redactor, "");
    redactor_add(redactor, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = arena_new();
        assert_string_equal(redact_text(redactor, arena, rows[i].text), rows[i].shown);
        arena_free(arena);
    }
    redactor_free(redactor);
}

static void hundreds_of_values_are_found(void **state)
{
    UNUSED(state);
    struct redactor *redactor = redactor_new();
    struct arena *arena = arena_new();
    for (int i = 0; i < 500; i++)
        redactor_add(redactor, arena_printf(arena, "scim_%d_%d", i, i * 7));
    for (int i = 0; i < 500; i++)
        assert_string_equal(redact_text(redactor, arena, arena_printf(arena, "<scim_%d_%d>", i, i * 7)), "<***>");
    arena_free(arena);
    redactor_free(redactor);
}

static const struct {
    const char *body, *shown;
} bodies[] = {
    {"{\"password\":\"x\"}", "{\"password\":\"***\"}"},
    {"{\"invite\":\"x\"}", "{\"invite\":\"***\"}"},
    {"{\"scimToken\":\"x\"}", "{\"scimToken\":\"***\"}"},
    {"{\"Password\" :  \"x\", \"userName\":\"ada\"}", "{\"Password\" :  \"***\", \"userName\":\"ada\"}"}, /* blanks kept */
    {"{\"token\":\"a\",\"access_token\":\"b\",\"refresh_token\":\"c\",\"client_secret\":\"d\",\"session\":\"e\",\"apiKey\":\"f\","
     "\"key\":\"g\",\"secret\":\"h\"}",
     "{\"token\":\"***\",\"access_token\":\"***\",\"refresh_token\":\"***\",\"client_secret\":\"***\",\"session\":\"***\","
     "\"apiKey\":\"***\","
     "\"key\":\"***\",\"secret\":\"***\"}"},
    {"{\"a\":[{\"b\":{\"token\":\"t\"}}],\"z\":1}", "{\"a\":[{\"b\":{\"token\":\"***\"}}],\"z\":1}"},
    {"{\"token\":[\"a\",\"b\",{\"c\":\"d\"}],\"e\":\"f\"}", "{\"token\":[\"***\",\"***\",{\"c\":\"d\"}],\"e\":\"f\"}"},
    {"{\"pass\\u0077ord\":\"x\"}", "{\"pass\\u0077ord\":\"***\"}"},
    {"{\"password\":\"a\\\"b\\\\\",\"c\":\"d\"}", "{\"password\":\"***\",\"c\":\"d\"}"},
    /* PATCH by path, in either order of members */
    {"{\"Operations\":[{\"op\":\"replace\",\"path\":\"password\",\"value\":\"x\"}]}",
     "{\"Operations\":[{\"op\":\"replace\",\"path\":\"password\",\"value\":\"***\"}]}"},
    {"{\"value\":\"x\",\"path\":\"urn:ietf:params:scim:schemas:core:2.0:User:password\",\"token\":\"t\"}",
     "{\"value\":\"***\",\"path\":\"urn:ietf:params:scim:schemas:core:2.0:User:password\",\"token\":\"***\"}"},
    {"{\"op\":\"Add\",\"value\":{\"password\":\"x\",\"active\":true}}",
     "{\"op\":\"Add\",\"value\":{\"password\":\"***\",\"active\":true}}"},
    {"{\"path\":\"userName\",\"value\":\"password\"}", "{\"path\":\"userName\",\"value\":\"password\"}"},
    /* nothing secret: every byte stays */
    {"{\"key\":1,\"secret\":true,\"password\":null,\"token\":{\"a\":\"b\"},\"session\":\"\"}",
     "{\"key\":1,\"secret\":true,\"password\":null,\"token\":{\"a\":\"b\"},\"session\":\"\"}"},
    {"{\"attributes\":[{\"name\":\"password\",\"type\":\"string\",\"returned\":\"never\"}]}",
     "{\"attributes\":[{\"name\":\"password\",\"type\":\"string\",\"returned\":\"never\"}]}"},
    {"{ \"userName\" : \"ada\" ,\n \"n\": 1.50 }", "{ \"userName\" : \"ada\" ,\n \"n\": 1.50 }"},
    /* broken JSON is masked as well */
    {"{\"password\":\"x", "{\"password\":\"***"},
    {"{\"password\":\"x\\", "{\"password\":\"***"},
    {"<html>{\"token\":\"abc\"}</html>", "<html>{\"token\":\"***\"}</html>"},
    {"]]}}{\"token\":\"abc\"", "]]}}{\"token\":\"***\""},
    {"{\"path\":\"password\",\"value\":\"x\"", "{\"path\":\"password\",\"value\":\"***\""},
    {"\"", "\""},
    {"plain", "plain"},
};

static void secret_members_are_hidden_and_all_else_stays(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct arena *arena = arena_new();
        struct http_request request = {.method = "POST", .target = "/", .body = {bodies[i].body, strlen(bodies[i].body)}};
        struct http_response response = {.status = 200, .body = request.body};
        assert_string_equal(redact_request(NULL, arena, &request)->body.p, bodies[i].shown);
        assert_string_equal(redact_response(NULL, arena, &response)->body.p, bodies[i].shown);
        assert_int_equal(redact_response(NULL, arena, &response)->body.n, strlen(bodies[i].shown));
        arena_free(arena);
    }
}

static void deep_nesting_is_masked_without_harm(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct buffer b = buffer_new(0);
    for (int i = 0; i < 100000; i++)
        buffer_add(&b, "[{\"a\":");
    buffer_add(&b, "{\"token\":\"abc\"}");
    struct http_response response = {.status = 200, .body = {buffer_text(&b), b.n}};
    struct http_response *shown = redact_response(NULL, arena, &response);
    assert_true(text_ends(shown->body.p, "{\"token\":\"***\"}"));
    buffer_release(&b);
    arena_free(arena);
}

static void credentials_in_headers_are_hidden(void **state)
{
    UNUSED(state);
    static const char *const rows[][3] = {
        {"Authorization", "Bearer abc", "Bearer ***"},
        {"authorization", "Basic YTpi", "Basic ***"},
        {"Authorization", "abc", "***"},
        {"Proxy-Authorization", "Digest a=\"b\", c=d", "Digest ***"},
        {"Cookie", "session=abc", "***"},
        {"Set-Cookie", "session=abc; HttpOnly", "***"},
        {"X-Note", "uses tok-123456 here", "uses *** here"},
        {"WWW-Authenticate", "Bearer realm=\"scim\"", "Bearer realm=\"scim\""},
    };
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, "tok-123456");
    struct arena *arena = arena_new();
    struct http_request request = {.method = "GET", .target = "/Users"};
    struct http_response response = {.status = 200};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        http_add_header(arena, &request.headers, rows[i][0], rows[i][1]);
        http_add_header(arena, &response.headers, rows[i][0], rows[i][1]);
    }
    struct http_request *shown = redact_request(redactor, arena, &request);
    struct http_response *reply = redact_response(redactor, arena, &response);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(shown->headers.items[i].name, rows[i][0]);
        assert_string_equal(shown->headers.items[i].value, rows[i][2]);
        assert_string_equal(reply->headers.items[i].value, rows[i][2]);
    }
    assert_string_equal(request.headers.items[0].value, "Bearer abc"); /* the original stays */
    arena_free(arena);
    redactor_free(redactor);
}

static void queries_and_forms_are_hidden(void **state)
{
    UNUSED(state);
    struct redactor *redactor = redactor_new();
    redactor_add(redactor, "tok-123456");
    struct arena *arena = arena_new();
    struct http_request request = {.method = "POST",
                                   .target = "/tok-123456/token?a=1&access_token=xyz&b=tok-123456&password=",
                                   .body = {"grant_type=x&client_secret=s%20t&a", 34}};
    http_add_header(arena, &request.headers, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    struct http_request *shown = redact_request(redactor, arena, &request);
    assert_string_equal(shown->target, "/***/token?a=1&access_token=***&b=***&password=***");
    assert_string_equal(shown->body.p, "grant_type=x&client_secret=***&a");
    arena_free(arena);
    redactor_free(redactor);
}

static void *add_and_read(void *context)
{
    struct redactor *redactor = context;
    for (int i = 0; i < 200; i++) {
        struct arena *arena = arena_new();
        const char *secret = arena_printf(arena, "secret-%p-%d", (void *)arena, i);
        redactor_add(redactor, secret);
        const char *shown = redact_text(redactor, arena, secret);
        bool hidden = text_starts(shown, REDACTED);
        arena_free(arena);
        if (!hidden)
            return NULL;
    }
    return redactor;
}

static void threads_may_register_and_hide_at_once(void **state)
{
    UNUSED(state);
    struct redactor *redactor = redactor_new();
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_create(&threads[i], NULL, add_and_read, redactor);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, redactor);
    }
    redactor_free(redactor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registered_values_are_hidden_wherever_they_occur),
        cmocka_unit_test(hundreds_of_values_are_found),
        cmocka_unit_test(secret_members_are_hidden_and_all_else_stays),
        cmocka_unit_test(deep_nesting_is_masked_without_harm),
        cmocka_unit_test(credentials_in_headers_are_hidden),
        cmocka_unit_test(queries_and_forms_are_hidden),
        cmocka_unit_test(threads_may_register_and_hide_at_once),
    };
    return tap_run("redact", tests);
}
