/* Target files and what a target is asked before a run: files are written to a scratch folder, the server is a handler of ours. */
#include "common/base.h"
#include "runner/target.h"

#include "common/error.h"
#include "common/file.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"

#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    struct redactor *redactor;
    char path[64]; /* of the target file */
    struct target target;
    struct error err;
    /* the server's side */
    struct http_server *server;
    const char *url;
    int status;      /* it answers */
    char asked[256]; /* "GET /Users... Bearer t" */
};

static int set_up(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->arena = arena_new();
    f->redactor = redactor_new();
    (void)snprintf(f->path, sizeof f->path, "/tmp/scimulator-target-XXXXXX");
    int fd = mkstemp(f->path);
    *state = f;
    (void)unsetenv("SCIMULATOR_TOKEN");
    (void)unsetenv("TARGET_TEST_UNSET");
    (void)setenv("TARGET_TEST_TOKEN", "from-the-environment", 1);
    (void)setenv("TARGET_TEST_EMPTY", "", 1);
    return fd < 0 || close(fd) != 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->server != NULL)
        http_server_stop(f->server);
    (void)unlink(f->path);
    redactor_free(f->redactor);
    arena_free(f->arena);
    mem_free(f);
    return 0;
}

static bool open_text(struct fixture *f, const char *text)
{
    assert_true(file_write(f->path, (struct bytes){text, strlen(text)}, 0600, &f->err));
    const struct target_options options = {.url = f->path, .redactor = f->redactor};
    return target_open(f->arena, &options, &f->target, &f->err);
}

/* --- files that are wrong ------------------------------------------------------------------------------------------------- */

static const struct bad_file {
    const char *name, *text;
    const char *at;      /* line:column, or "" where the whole file is meant */
    const char *message; /* a part of it */
    const char *remedy;  /* likewise */
} bad_files[] = {
    {"no JSON", "{\n  \"scim\": oops }", "2:11", "", ""},
    {"a list", "[]", "1:1", "object", "scim"},
    {"an unknown member, with the nearest", "{\n  \"scmi\": \"http://x\" }", "2:", "unknown member \"scmi\"",
     "did you mean \"scim\"?"},
    {"an unknown member far from all", "{ \"colour\": \"red\" }", "1:", "unknown member \"colour\"", "known: name, scim"},
    {"a number for a text", "{ \"scim\": 8080 }", "1:3", "must be text", ""},
    {"a text for a list", "{ \"scim\": \"http://x\",\n\"skip\": \"entra\" }", "2:1", "must be a list", ""},
    {"a number in the list", "{ \"scim\": \"http://x\",\n\"skip\": [\"entra\", 1] }", "2:19", "must be text", ""},
    {"no server", "{ \"name\": \"x\" }", "1:1", "names no server", "\"scim\""},
    {"an admin door without its token", "{\n \"admin\": \"http://x/admin\" }", "2:", "needs \"adminToken\"", "adminToken"},
    {"a URL that is none", "{\n \"scim\": \"localhost:8080\" }", "2:", "", ""},
    {"a URL with a password in it", "{\n \"scim\": \"http://me:pw@x/\" }", "2:", "", ""},
    {"a second URL that is none", "{ \"admin\": \"http://x/admin\", \"adminToken\": \"t\",\n \"scim\": \"nowhere\" }", "2:", "",
     ""},
    {"a variable inside a text", "{ \"scim\": \"https://${HOST}/v2\" }", "1:3", "whole value", ""},
    {"a user without a password", "{ \"scim\": \"http://x\",\n \"user\": \"okta\" }", "2:", "needs \"password\"",
     "add \"password\""},
    {"a password without a user", "{ \"scim\": \"http://x\",\n \"password\": \"p\" }", "2:", "needs \"user\"", "user"},
    {"a client without a secret", "{ \"scim\": \"http://x\",\n \"clientId\": \"c\" }", "2:", "needs \"clientSecret\"", ""},
    {"a client without an endpoint", "{ \"scim\": \"http://x\", \"clientId\": \"c\",\n \"clientSecret\": \"s\" }",
     "2:", "needs \"tokenEndpoint\"", ""},
    {"an endpoint that is none",
     "{ \"scim\": \"http://x\", \"clientId\": \"c\", \"clientSecret\": \"s\",\n \"tokenEndpoint\": \"/token\" }", "2:", "", ""},
    {"a scope of nobody", "{ \"scim\": \"http://x\",\n \"scope\": \"s\" }", "2:", "needs \"clientId\"", ""},
    {"a user with a colon", "{ \"scim\": \"http://x\",\n \"user\": \"a:b\", \"password\": \"p\" }", "2:", "no colon", ""},
    {"a second header in a value", "{ \"scim\": \"http://x\",\n \"authorization\": \"a\\r\\nX: y\" }", "2:", "control character",
     ""},
    {"a blank value", "{ \"scim\": \"http://x\",\n \"authorization\": \" \" }", "2:", "blank", ""},
    {"an admin door and a user",
     "{ \"admin\": \"http://x/admin\", \"adminToken\": \"t\",\n \"user\": \"a\", \"password\": \"p\" }", "2:", "made for it",
     "leave it away"},
    {"a member twice", "{ \"scim\": \"http://x\",\n  \"scim\": \"http://y\" }", "2:", "", ""},
};

static void refuses(void **state)
{
    const struct bad_file *bad = *state;
    struct fixture *f = NULL;
    assert_int_equal(set_up((void **)&f), 0);
    assert_false(open_text(f, bad->text));
    assert_int_equal(error_exit_status(f->err.code), 2);
    assert_true(text_starts(f->err.where, arena_printf(f->arena, "%s:%s", f->path, bad->at)));
    assert_string_not_equal(f->err.message, "");
    assert_non_null(strstr(f->err.message, bad->message));
    assert_non_null(strstr(f->err.remedy, bad->remedy));
    struct error again = {0};
    assert_false(target_file_check(f->arena, f->path, &again));
    assert_string_equal(again.where, f->err.where);
    assert_int_equal(tear_down((void **)&f), 0);
}

/* --- files that are right -------------------------------------------------------------------------------------------------- */

static void a_scim_server_with_all_members(void **state)
{
    struct fixture *f = *state;
    assert_true(open_text(
        f, "{ // comments are fine\n \"$schema\": \"x\", \"name\": \"mine\", \"scim\": \"https://scim.example.com/v2\",\n"
           " \"token\": \"${TARGET_TEST_TOKEN}\", \"userDomain\": \"example.com\", \"skip\": [\"okta-aiw\", "
           "\"security.no-token\"] }"));
    assert_string_equal(f->target.name, "mine");
    assert_string_equal(f->target.scim_base, "https://scim.example.com/v2");
    assert_string_equal(f->target.credentials.token, "from-the-environment");
    assert_string_equal(f->target.user_domain, "example.com");
    assert_int_equal(f->target.skip_count, 2);
    assert_string_equal(f->target.skip[1], "security.no-token");
    assert_null(f->target.admin_base);
    assert_string_equal(redact_text(f->redactor, f->arena, "a from-the-environment b"), "a *** b");
}

static void an_admin_door_isolates_the_cases(void **state)
{
    struct fixture *f = *state;
    assert_true(open_text(f, "{ \"admin\": \"http://127.0.0.1:1/admin\", \"adminToken\": \"admin-secret\" }"));
    assert_string_equal(f->target.name, "http://127.0.0.1:1/admin");
    assert_string_equal(redact_text(f->redactor, f->arena, "admin-secret"), "***");
}

static void a_variable_that_is_not_set_or_empty_is_named(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"TARGET_TEST_UNSET", "TARGET_TEST_EMPTY"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        f->err = (struct error){0};
        assert_false(open_text(f, arena_printf(f->arena, "{ \"scim\": \"http://x\",\n  \"token\": \"${%s}\" }", names[i])));
        assert_true(text_starts(f->err.where, arena_printf(f->arena, "%s:2:", f->path)));
        assert_non_null(strstr(f->err.message, names[i]));
        assert_non_null(strstr(f->err.remedy, names[i]));
        assert_int_equal(error_exit_status(f->err.code), 2);
    }
}

static void lint_needs_no_environment(void **state)
{
    struct fixture *f = *state;
    assert_false(open_text(f, "{ \"scim\": \"${TARGET_TEST_UNSET}\", \"token\": \"${TARGET_TEST_UNSET}\" }"));
    assert_true(target_file_check(f->arena, f->path, &f->err));
}

static void the_token_may_come_from_the_environment_alone(void **state)
{
    struct fixture *f = *state;
    assert_false(open_text(f, "{ \"scim\": \"http://x\" }"));
    assert_non_null(strstr(f->err.remedy, "SCIMULATOR_TOKEN"));
    (void)setenv("SCIMULATOR_TOKEN", "plain-token", 1);
    assert_true(open_text(f, "{ \"scim\": \"http://x\" }"));
    assert_string_equal(f->target.credentials.token, "plain-token");
    assert_string_equal(redact_text(f->redactor, f->arena, "plain-token"), "***");
}

static void a_url_alone_is_a_target(void **state)
{
    struct fixture *f = *state;
    (void)setenv("SCIMULATOR_TOKEN", "plain-token", 1);
    const struct target_options good = {.url = "https://scim.example.com/v2", .redactor = f->redactor};
    assert_true(target_open(f->arena, &good, &f->target, &f->err));
    assert_string_equal(f->target.name, "https://scim.example.com/v2");
    const struct target_options bad = {.url = "ftp://scim.example.com", .redactor = f->redactor};
    assert_false(target_open(f->arena, &bad, &f->target, &f->err));
    assert_string_equal(f->err.where, "--target");
}

static void defects_are_of_the_bundled_server(void **state)
{
    struct fixture *f = *state;
    static const char *const defects[] = {"K01-string-boolean-ignored"};
    (void)setenv("SCIMULATOR_TOKEN", "plain-token", 1);
    const struct target_options options = {
        .url = "http://127.0.0.1:1", .defects = defects, .defect_count = 1, .redactor = f->redactor};
    assert_false(target_open(f->arena, &options, &f->target, &f->err));
    assert_int_equal(f->err.code, ERROR_USAGE);
    assert_string_equal(f->err.where, "--defect");
}

static void strictness_is_of_the_bundled_server(void **state)
{
    struct fixture *f = *state;
    struct target_options options = {.url = "http://127.0.0.1:1", .strict = true, .redactor = f->redactor};
    assert_false(target_open(f->arena, &options, &f->target, &f->err));
    assert_int_equal(f->err.code, ERROR_USAGE);
    assert_string_equal(f->err.where, "--strict-server");
}

/* --- the first request -------------------------------------------------------------------------------------------------------- */

static void answer(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct fixture *f = context;
    UNUSED(arena);
    const char *authorization = http_header(&request->headers, "Authorization");
    (void)snprintf(f->asked, sizeof f->asked, "%s %s %s", request->method, request->target,
                   authorization == NULL ? "" : authorization);
    response->status = f->status;
}

static void serve_status(struct fixture *f, int status)
{
    f->status = status;
    if (f->server != NULL)
        return;
    f->server = http_server_start(&(struct http_server_options){.port = 0}, answer, f, &f->err);
    assert_non_null(f->server);
    f->url = arena_printf(f->arena, "http://127.0.0.1:%u", (unsigned)http_server_port(f->server));
}

static void a_scim_server_is_asked_for_one_user(void **state)
{
    struct fixture *f = *state;
    serve_status(f, 200);
    f->target = (struct target){.name = f->url, .scim_base = arena_printf(f->arena, "%s/v2", f->url), .credentials.token = "t"};
    assert_true(target_probe(&f->target, &f->err));
    assert_string_equal(f->asked, "GET /v2/Users?startIndex=1&count=1 Bearer t");
}

static void an_admin_door_is_asked_for_its_organizations(void **state)
{
    struct fixture *f = *state;
    serve_status(f, 200);
    f->target = (struct target){.name = f->url, .admin_base = arena_printf(f->arena, "%s/admin", f->url), .admin_token = "a"};
    assert_true(target_probe(&f->target, &f->err));
    assert_string_equal(f->asked, "GET /admin/organizations Bearer a");
}

static void what_it_answers_decides(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int status;
        enum error_code code;
    } rows[] = {{200, ERROR_NONE},        {204, ERROR_NONE},        {400, ERROR_NONE},        {401, ERROR_CREDENTIALS},
                {403, ERROR_CREDENTIALS}, {404, ERROR_UNREACHABLE}, {500, ERROR_UNREACHABLE}, {503, ERROR_UNREACHABLE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        serve_status(f, rows[i].status);
        f->target = (struct target){.name = f->url, .scim_base = f->url, .credentials.token = "t"};
        f->err = (struct error){0};
        assert_int_equal(target_probe(&f->target, &f->err), rows[i].code == ERROR_NONE);
        assert_int_equal(f->err.code, rows[i].code);
        assert_int_equal(error_exit_status(f->err.code), rows[i].code == ERROR_NONE ? 0 : 3);
    }
}

static void nobody_there(void **state)
{
    struct fixture *f = *state;
    serve_status(f, 200);
    http_server_stop(f->server);
    f->server = NULL;
    f->target = (struct target){.name = f->url, .scim_base = f->url, .credentials.token = "t"};
    assert_false(target_probe(&f->target, &f->err));
    assert_int_equal(f->err.code, ERROR_UNREACHABLE);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    struct error err;
    if (!http_client_setup(&err))
        return 1;
    static const struct CMUnitTest others[] = {
        WITH_FIXTURE(a_scim_server_with_all_members),
        WITH_FIXTURE(an_admin_door_isolates_the_cases),
        WITH_FIXTURE(a_variable_that_is_not_set_or_empty_is_named),
        WITH_FIXTURE(lint_needs_no_environment),
        WITH_FIXTURE(the_token_may_come_from_the_environment_alone),
        WITH_FIXTURE(a_url_alone_is_a_target),
        WITH_FIXTURE(defects_are_of_the_bundled_server),
        WITH_FIXTURE(strictness_is_of_the_bundled_server),
        WITH_FIXTURE(a_scim_server_is_asked_for_one_user),
        WITH_FIXTURE(an_admin_door_is_asked_for_its_organizations),
        WITH_FIXTURE(what_it_answers_decides),
        WITH_FIXTURE(nobody_there),
    };
    struct CMUnitTest tests[ARRAY_LEN(bad_files) + ARRAY_LEN(others)];
    for (size_t i = 0; i < ARRAY_LEN(bad_files); i++)
        tests[i] = (struct CMUnitTest){
            .name = bad_files[i].name, .test_func = refuses, .initial_state = (void *)(uintptr_t)&bad_files[i]};
    memcpy(tests + ARRAY_LEN(bad_files), others, sizeof others);
    int failed = tap_run("target", tests);
    http_client_teardown();
    return failed;
}
