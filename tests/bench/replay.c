/* The bare libcurl loop that `make bench` measures the runner against, and the client of its other rows. No HTTP code of the project is used here.
 *
 *   replay play REPORT URL             sends every request of a JSON report made with --exchanges to the server at URL, in order, over one connection,
 *                                      and ends each case like the runner does by removing its organization.
 *                                      The admin token is SCIMULATOR_ADMIN_TOKEN. Organizations are made with the token that the report shows, `***`, which
 *                                      the requests of the report therefore hold as it stands; sessions and keys do not repeat and are answered with 401.
 *   replay ask URL COUNT [TOKEN]       sends one GET COUNT times
 *   replay time COMMAND [ARGUMENT...]  runs a command, its output thrown away
 *
 * Each prints what it took: "<microseconds> <requests or exit status> <bytes of replies>".
 */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define REPORT_MAX   (512 * MIB)
#define REQUESTS_MAX 2000000
#define COUNT_MAX    10000000

extern char **environ;

/* A request made ready before the clock runs. */
struct ready {
    const char *method, *url, *body; /* body NULL: none */
    size_t body_length;
    struct curl_slist *headers;
};

struct replay {
    struct arena *arena;
    const char *url, *admin_token;
    struct ready *requests;
    size_t count;
    size_t bytes; /* of replies */
};

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "replay: %s: %s\n", what, why);
    return 1;
}

/* --- sending ------------------------------------------------------------------------------------------------------------------------ */

static size_t count_bytes(char *p, size_t size, size_t n, void *context)
{
    UNUSED(p);
    *(size_t *)context += size * n;
    return size * n;
}

static CURLcode send_one(CURL *curl, const struct ready *request, size_t *bytes)
{
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_NOBODY, (long)(strcmp(request->method, "HEAD") == 0));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, bytes);
    if (request->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    }
    return curl_easy_perform(curl);
}

/* A reply that breaks off is what some scenarios are about, and no reason to stop; a server that is gone is. */
static int send_all(struct replay *replay)
{
    CURL *curl = curl_easy_init();
    CURLcode code = CURLE_OK;
    uint64_t start = clock_monotonic_us();
    for (size_t i = 0; i < replay->count && code != CURLE_COULDNT_CONNECT; i++)
        code = send_one(curl, &replay->requests[i], &replay->bytes);
    uint64_t took = clock_monotonic_us() - start;
    curl_easy_cleanup(curl);
    if (code == CURLE_COULDNT_CONNECT)
        return fail(replay->url, curl_easy_strerror(code));
    printf("%" PRIu64 " %zu %zu\n", took, replay->count, replay->bytes);
    return 0;
}

/* --- reading the report -------------------------------------------------------------------------------------------------------------- */

static struct ready *next_request(struct replay *replay)
{
    if ((replay->count & (replay->count - 1)) == 0)
        replay->requests = arena_grow(replay->arena, replay->requests, replay->count, replay->count == 0 ? 1 : replay->count * 2,
                                      sizeof *replay->requests);
    return &replay->requests[replay->count++];
}

/* "http://127.0.0.1:1234/organizations/x" -> "/organizations/x" */
static const char *path_of(const char *base)
{
    const char *host = strstr(base, "://");
    const char *path = host == NULL ? NULL : strchr(host + 3, '/');
    return path == NULL ? "" : path;
}

static void add_headers(const struct replay *replay, struct ready *request, const json *headers, bool admin)
{
    bool has_type = false;
    for (const json *header = json_first(headers); header != NULL; header = json_next(header)) {
        const char *name = json_get_text(header, "name", ""), *value = json_get_text(header, "value", "");
        if (admin && text_equal_nocase(name, "Authorization"))
            value = arena_printf(replay->arena, "Bearer %s", replay->admin_token);
        has_type = has_type || text_equal_nocase(name, "Content-Type");
        request->headers =
            curl_slist_append(request->headers, arena_printf(replay->arena, *value == '\0' ? "%s;" : "%s: %s", name, value));
    }
    if (!has_type)
        request->headers = curl_slist_append(request->headers, "Content-Type:");
    request->headers = curl_slist_append(request->headers, "Expect:");
}

static void add_request(struct replay *replay, const json *exchange)
{
    const json *source = json_get(exchange, "request");
    const char *path = path_of(json_get_text(exchange, "base", "")), *body = json_get_text(source, "body", NULL);
    struct ready *request = next_request(replay);
    request->method = json_get_text(source, "method", "GET");
    request->url = arena_printf(replay->arena, "%s%s%s", replay->url, path, json_get_text(source, "target", "/"));
    request->body = body;
    request->body_length = body == NULL ? 0 : strlen(body);
    add_headers(replay, request, json_get(source, "headers"), text_starts(path, "/admin"));
}

/* The runner's clean-up is not in the report. */
static void add_removal(struct replay *replay, const char *scim_path)
{
    const char *name = scim_path + strlen("/organizations/");
    struct ready *request = next_request(replay);
    request->method = "DELETE";
    request->url = arena_printf(replay->arena, "%s/admin/organizations/%.*s", replay->url, (int)strcspn(name, "/"), name);
    request->headers = curl_slist_append(NULL, arena_printf(replay->arena, "Authorization: Bearer %s", replay->admin_token));
}

static void add_case(struct replay *replay, const json *one)
{
    const char *organization = NULL;
    for (const json *exchange = json_first(json_get(one, "exchanges")); exchange != NULL; exchange = json_next(exchange)) {
        add_request(replay, exchange);
        const char *path = path_of(json_get_text(exchange, "base", ""));
        if (organization == NULL && text_starts(path, "/organizations/"))
            organization = path;
    }
    if (organization != NULL)
        add_removal(replay, organization);
}

/* One case a line is part of the report's format. */
static bool read_report(struct replay *replay, const char *path, struct error *err)
{
    struct bytes text;
    if (!file_read(replay->arena, path, REPORT_MAX, &text, err))
        return false;
    for (const char *p = text.p, *end = text.p + text.n; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((newline == NULL ? end : newline) - p);
        if (strncmp(p, "    {", strlen("    {")) == 0) {
            json *one = json_parse(replay->arena, (struct bytes){p, p[n - 1] == ',' ? n - 1 : n}, path, err);
            if (one == NULL)
                return false;
            add_case(replay, one);
        }
        p += n + 1;
    }
    return replay->count > 0 || error_set(err, ERROR_INVALID, path, "", "there are no exchanges in it");
}

static int play(struct replay *replay, const char *path)
{
    struct error err = {0};
    char text[1100];
    if (replay->admin_token == NULL)
        return fail("SCIMULATOR_ADMIN_TOKEN", "is not set");
    if (!read_report(replay, path, &err))
        return fail("report", error_text(&err, text, sizeof text));
    return send_all(replay);
}

static int ask(struct replay *replay, const char *count_text, const char *token)
{
    uint64_t count;
    if (!text_to_u64(count_text, COUNT_MAX, &count))
        return fail(count_text, "is no count");
    struct ready request = {.method = "GET", .url = replay->url};
    if (token != NULL)
        request.headers = curl_slist_append(NULL, arena_printf(replay->arena, "Authorization: Bearer %s", token));
    replay->requests = arena_array(replay->arena, (size_t)count, sizeof *replay->requests);
    replay->count = (size_t)count;
    for (size_t i = 0; i < replay->count; i++)
        replay->requests[i] = request;
    return send_all(replay);
}

/* --- timing a command ------------------------------------------------------------------------------------------------------------------ */

static int time_command(char *const *command)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status = 0;
    uint64_t start = clock_monotonic_us();
    int problem = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
    if (problem == 0 && waitpid(pid, &status, 0) != pid)
        status = -1;
    uint64_t took = clock_monotonic_us() - start;
    posix_spawn_file_actions_destroy(&actions);
    if (problem != 0)
        return fail(command[0], strerror(problem));
    if (!WIFEXITED(status))
        return fail(command[0], "did not end by itself");
    printf("%" PRIu64 " %d 0\n", took, WEXITSTATUS(status));
    return 0;
}

int main(int argc, char **argv)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct replay replay = {.arena = arena, .url = argc > 3 ? argv[3] : "", .admin_token = getenv("SCIMULATOR_ADMIN_TOKEN")};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (argc == 4 && text_equal(argv[1], "play"))
        return play(&replay, argv[2]);
    if ((argc == 4 || argc == 5) && text_equal(argv[1], "ask")) {
        replay.url = argv[2];
        return ask(&replay, argv[3], argc == 5 ? argv[4] : NULL);
    }
    if (argc > 2 && text_equal(argv[1], "time"))
        return time_command(argv + 2);
    return fail("usage", "play REPORT URL | ask URL COUNT [TOKEN] | time COMMAND [ARGUMENT...]");
}
