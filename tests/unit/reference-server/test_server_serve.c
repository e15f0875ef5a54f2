/* serve() as a process of its own: what it prints, where its secrets go, how it ends. */
#include "common/base.h"

#include "common/error.h"
#include "common/file.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/serve.h"

#include "tests/tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    pid_t pid;
    int input;       /* closing it is the end of its standard input */
    char line[1024]; /* what it printed first */
    char rest[64];
};

/* The child inherits nothing of the test but its code. */
static void child_main(const struct serve_options *options, const int input[2], const int output[2])
{
    struct error err;
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    close(input[0]);
    close(input[1]);
    close(output[0]);
    close(output[1]);
    int status = serve(options, &err);
    if (status != 0)
        printf("error %s: %s\n", err.where, err.message);
    fflush(stdout);
    _exit(status);
}

static void read_line(int fd, char *out, size_t size)
{
    size_t n = 0;
    while (n + 1 < size && read(fd, out + n, 1) == 1 && out[n] != '\n')
        n++;
    out[n] = '\0';
}

static struct child start(const struct serve_options *options, int *output)
{
    struct child child = {0};
    int input[2], out[2];
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(out), 0);
    fflush(stdout);
    child.pid = fork();
    assert_true(child.pid >= 0);
    if (child.pid == 0)
        child_main(options, input, out);
    close(input[0]);
    close(out[1]);
    child.input = input[1];
    read_line(out[0], child.line, sizeof child.line);
    *output = out[0];
    return child;
}

static int finish(struct child *child, int output)
{
    int status;
    read_line(output, child->rest, sizeof child->rest);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    close(output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *part(struct arena *arena, const char *line, const char *name)
{
    const char *const *words;
    size_t count = text_split(arena, line, ' ', &words);
    for (size_t i = 0; i < count; i++)
        if (text_starts(words[i], name))
            return words[i] + strlen(name);
    return NULL;
}

static void makes_secrets_serves_and_ends_with_its_input(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "/tmp/test-serve-%ld.env", (long)getpid());
    struct serve_options options = {.secrets = path, .until_eof = true};
    int output;
    struct child child = start(&options, &output);
    assert_true(text_glob(
        "listening url=http://127.0.0.1:* admin=http://127.0.0.1:*/admin scim=http://127.0.0.1:*/organizations/demo/scim/v2 "
        "secrets=/tmp/*",
        child.line));
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    struct bytes text;
    struct error err;
    assert_true(file_read(arena, path, 4096, &text, &err));
    assert_true(text_glob("SCIMULATOR_ADMIN_TOKEN=*\nSCIMULATOR_SCIM_TOKEN=*\n", text.p));

    const char *token = strstr(text.p, "SCIM_TOKEN=") + strlen("SCIM_TOKEN=");
    struct http_request request = {.method = "GET", .target = "/Users?filter=userName+eq+%22ada%40demo.test%22"};
    http_add_header(arena, &request.headers, "Authorization",
                    arena_printf(arena, "Bearer %s", arena_strndup(arena, token, strcspn(token, "\n"))));
    struct http_client_options client_options = {0};
    struct http_client *client = http_client_new(&client_options);
    struct http_response response;
    assert_true(http_client_send(client, part(arena, child.line, "scim="), &request, arena, &response, &err));
    assert_int_equal(response.status, 200);
    assert_non_null(strstr(response.body.p, "\"totalResults\":1"));
    http_client_free(client);

    close(child.input);
    assert_int_equal(finish(&child, output), 0);
    assert_string_equal(child.rest, "");
    unlink(path);
    arena_free(arena);
}

static void ends_on_a_signal_and_removes_what_it_made(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct serve_options options = {.admin_token = "admin-secret", .scim_token = "scim-secret"};
    int output;
    struct child child = start(&options, &output);
    assert_null(part(arena, child.line, "secrets="));
    kill(child.pid, SIGTERM);
    assert_int_equal(finish(&child, output), 0);
    close(child.input);

    struct serve_options lazy = {.empty = true};
    child = start(&lazy, &output);
    const char *secrets = part(arena, child.line, "secrets=");
    assert_non_null(secrets);
    assert_null(part(arena, child.line, "scim="));
    assert_true(file_exists(secrets));
    kill(child.pid, SIGINT);
    assert_int_equal(finish(&child, output), 0);
    assert_false(file_exists(secrets));
    close(child.input);
    arena_free(arena);
}

static void refuses_to_start_with_a_bad_organization(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "/tmp/test-serve-%ld.json", (long)getpid());
    const char *text = "{\n  \"name\": \"Acme\",\n  \"plan\": \"v9.none\"\n}\n";
    struct error err;
    assert_true(file_write(path, (struct bytes){text, strlen(text)}, 0644, &err));
    struct serve_options options = {.organization = path, .admin_token = "admin-secret", .scim_token = "scim-secret"};
    int output;
    struct child child = start(&options, &output);
    assert_int_equal(finish(&child, output), 2);
    assert_true(text_glob(arena_printf(arena, "error %s:3:*", path), child.line));
    close(child.input);
    unlink(path);
    struct serve_options bad_token = {.admin_token = "two words"};
    child = start(&bad_token, &output);
    assert_int_equal(finish(&child, output), 2);
    close(child.input);
    arena_free(arena);
}

/* Over a socket, so that it is the HTTP server that refuses: with a SCIM error that names the limit. */
static void limits_reach_the_socket(void **state)
{
    UNUSED(state);
    static const char *const limits[] = {"body-bytes=1KiB", "header-bytes=1KiB", "target-bytes=256"};
    static const struct {
        size_t target, header, body;
        int status;
        const char *says;
    } rows[] = {
        {0, 0, 1025, 413, "1024 bytes"}, {0, 1200, 0, 431, "1024 bytes"}, {300, 0, 0, 414, "256 bytes"}, {0, 0, 1024, 400, ""}};
    struct arena *arena = arena_new();
    struct serve_options options = {
        .admin_token = "admin-secret", .scim_token = "scim-secret", .limits = limits, .limit_count = ARRAY_LEN(limits)};
    int output;
    struct child child = start(&options, &output);
    struct http_client_options client_options = {0};
    struct http_client *client = http_client_new(&client_options);
    char text[2048];
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_request request = {.method = "POST",
                                       .target = arena_printf(arena, "/Users%.*s", (int)rows[i].target, text),
                                       .body = {text, rows[i].body}};
        struct http_response response;
        struct error err;
        http_add_header(arena, &request.headers, "Authorization", "Bearer scim-secret");
        http_add_header(arena, &request.headers, "Content-Type", "application/scim+json");
        if (rows[i].header > 0)
            http_add_header(arena, &request.headers, "X-A", arena_strndup(arena, text, rows[i].header));
        assert_true(http_client_send(client, part(arena, child.line, "scim="), &request, arena, &response, &err));
        assert_int_equal(response.status, rows[i].status);
        assert_true(http_media_type_is(&response.headers, "application/scim+json"));
        const json *body = json_parse(arena, response.body, "reply", &err);
        assert_string_equal(json_get_text(body, "status", ""), arena_printf(arena, "%d", rows[i].status));
        assert_non_null(strstr(json_get_text(body, "detail", ""), rows[i].says));
    }
    http_client_free(client);
    kill(child.pid, SIGTERM);
    assert_int_equal(finish(&child, output), 0);
    close(child.input);
    arena_free(arena);
}

int main(void)
{
    struct error err;
    if (!http_client_setup(&err))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_secrets_serves_and_ends_with_its_input),
        cmocka_unit_test(ends_on_a_signal_and_removes_what_it_made),
        cmocka_unit_test(refuses_to_start_with_a_bad_organization),
        cmocka_unit_test(limits_reach_the_socket),
    };
    int status = tap_run("serve", tests);
    http_client_teardown();
    return status;
}
