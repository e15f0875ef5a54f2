/* What opens a SCIM door, and the token endpoint as Entra's client meets it. */
#include "common/base.h"
#include "runner/credentials.h"

#include "common/error.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/redact.h"
#include "simulator/dialect.h"

#include "tests/tap.h"

#include <string.h>

static const struct credentials of_client = {
    .client = "entra app", .secret = "s3cret:with/signs", .endpoint = "https://id.example.com:8443/t/1/token", .scope = "a b"};

/* RFC 6749 §4.4.2, §2.3.1 (both parts encoded as in a form), as observed of Entra: client_secret_basic and nothing in the form. */
static void the_request_of_a_token(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *base;
    const struct http_request *request = token_request(arena, &of_client, &base);
    assert_string_equal(base, "https://id.example.com:8443");
    assert_string_equal(request->method, "POST");
    assert_string_equal(request->target, "/t/1/token");
    assert_string_equal(http_header(&request->headers, "Content-Type"), "application/x-www-form-urlencoded");
    /* entra+app:s3cret%3Awith%2Fsigns */
    assert_string_equal(http_header(&request->headers, "Authorization"), "Basic ZW50cmErYXBwOnMzY3JldCUzQXdpdGglMkZzaWducw==");
    assert_int_equal(request->body.n, strlen("grant_type=client_credentials&scope=a+b"));
    assert_memory_equal(request->body.p, "grant_type=client_credentials&scope=a+b", request->body.n);
    arena_free(arena);
}

/* Replies of endpoints; message NULL: a token. The first two are servers that Entra's client broke on. */
static const struct endpoint {
    const char *name;
    int status;
    const char *body, *message;
    int64_t life_ms;
} endpoints[] = {
    {"an endpoint that takes JSON only", 415, "", "answered 415 without an error code", 0},
    {"an endpoint that wants the client in the form", 400, "{\"error\":\"invalid_request\",\"error_description\":\"x\"}",
     "answered 400 invalid_request", 0},
    {"a wrong secret", 401, "{\"error\":\"invalid_client\"}", "answered 401 invalid_client", 0},
    {"an error code with a blank in it", 400, "{\"error\":\"my secret\"}", "answered 400 without an error code", 0},
    {"a page", 200, "<html>", "no usable access_token", 0},
    {"no token", 200, "{\"token_type\":\"Bearer\"}", "no usable access_token", 0},
    {"a token with a line in it", 200, "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}", "no usable access_token",
     0},
    {"no type", 200, "{\"access_token\":\"abc\"}", "token_type", 0},
    {"another type", 200, "{\"access_token\":\"abc\",\"token_type\":\"mac\"}", "token_type", 0},
    {"a token that ends", 200, "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":3600}", NULL, 3600000},
    {"a token that does not", 200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\"}", NULL, 0},
    {"a life below zero", 200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":-5}", NULL, 0},
    {"a life beyond all", 200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":99999999999999}", NULL, 0},
};

static void reads(void **state)
{
    const struct endpoint *row = *state;
    struct arena *arena = arena_new();
    struct error err = {0};
    struct access_token token = {0};
    const struct http_response reply = {.status = row->status, .body = {row->body, strlen(row->body)}};
    assert_int_equal(token_read(arena, &of_client, &reply, &token, &err), row->message == NULL);
    if (row->message == NULL) {
        assert_string_equal(token.text, "abc");
        assert_int_equal(token.life_ms, row->life_ms);
        assert_false(token_ended(&token));
    } else {
        assert_int_equal(err.code, ERROR_CREDENTIALS);
        assert_string_equal(err.where, of_client.endpoint);
        assert_non_null(strstr(err.message, row->message));
        assert_null(strstr(err.message, "secret"));
        assert_string_not_equal(err.remedy, "");
    }
    arena_free(arena);
}

static void a_token_is_renewed_before_it_ends(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err;
    struct access_token token = {0};
    static const char body[] = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
    assert_true(token_ended(&token)); /* there is none */
    assert_true(
        token_read(arena, &of_client, &(struct http_response){.status = 200, .body = {body, strlen(body)}}, &token, &err));
    token.aged_ms = 3600000 - 60000;
    assert_false(token_ended(&token));
    token.aged_ms = 3600000 - TOKEN_MARGIN_MS;
    assert_true(token_ended(&token));
    token.life_ms = 0;
    token.aged_ms = INT64_C(1) << 50;
    assert_false(token_ended(&token));
    token.life_ms = 1000; /* a tenth of a short life */
    token.aged_ms = 900;
    assert_true(token_ended(&token));
    arena_free(arena);
}

static void each_form_has_its_members(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err;
    const struct credentials all = {
        .token = "t", .authorization = "r", .user = "u", .password = "p", .client = "c", .secret = "s"};
    const struct credentials none = {0}, pair = {.user = "u", .password = "p"};
    for (int form = 0; form < AUTHORIZATION_COUNT; form++) {
        assert_true(credentials_suit(&all, form, "mine", &err));
        assert_false(credentials_suit(&none, form, "mine", &err));
        assert_int_equal(err.code, ERROR_USAGE);
        assert_string_equal(err.where, "mine");
        assert_non_null(strstr(err.message, axis_value_name(AXIS_AUTHORIZATION, form)));
        assert_non_null(strstr(err.remedy, "target file"));
    }
    assert_int_equal(credentials_first(&pair), AUTHORIZATION_BASIC);
    assert_int_equal(credentials_first(&none), AUTHORIZATION_BEARER);
    assert_string_equal(credentials_text(arena, &all, AUTHORIZATION_BASIC), "u:p");
    arena_free(arena);
}

static void nothing_of_them_is_shown(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct redactor *redactor = redactor_new();
    const struct credentials all = {.authorization = "ApiKey raw-value",
                                    .user = "okta",
                                    .password = "pass-word",
                                    .client = "entra",
                                    .secret = "client-secret"};
    credentials_hide(&all, redactor);
    /* okta:pass-word, entra:client-secret */
    const char *const said[] = {
        "ApiKey raw-value", "raw-value", "pass-word", "client-secret", "b2t0YTpwYXNzLXdvcmQ=", "ZW50cmE6Y2xpZW50LXNlY3JldA=="};
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        assert_string_equal(redact_text(redactor, arena, said[i]), REDACTED);
    const struct credentials words = {.authorization = "k3y-part-1 k3y-part-2"}; /* the first is no scheme */
    credentials_hide(&words, redactor);
    struct http_request request = {.method = "GET", .target = "/"};
    http_add_header(arena, &request.headers, "Authorization", words.authorization);
    assert_string_equal(http_header(&redact_request(redactor, arena, &request)->headers, "Authorization"), "*** ***");
    redactor_free(redactor);
    arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(the_request_of_a_token),
        cmocka_unit_test(a_token_is_renewed_before_it_ends),
        cmocka_unit_test(each_form_has_its_members),
        cmocka_unit_test(nothing_of_them_is_shown),
    };
    struct CMUnitTest tests[ARRAY_LEN(endpoints) + ARRAY_LEN(others)];
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
        tests[i] =
            (struct CMUnitTest){.name = endpoints[i].name, .test_func = reads, .initial_state = (void *)(uintptr_t)&endpoints[i]};
    memcpy(tests + ARRAY_LEN(endpoints), others, sizeof others);
    return tap_run("credentials", tests);
}
