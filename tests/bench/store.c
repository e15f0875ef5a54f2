/* What `make bench` measures of `serve --data`, and the bare loop beside it.
 *
 *   store bare FILE COUNT                    inserts COUNT users into a table of FILE, one commit each, WAL and synchronous=FULL
 *   store post BASE COUNT CONNECTIONS        creates as many users at a SCIM base, from so many connections at a time
 *   store fill BASE COUNT                    the same by bulk requests, as fast as it goes
 *   store start PROGRAM FILE                 until `PROGRAM serve --data FILE` says that it listens
 *
 * The token is SCIMULATOR_SCIM_TOKEN. Each prints "<microseconds> <count>".
 */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/memory.h"
#include "common/text.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT_MAX       10000000
#define CONNECTIONS_MAX 256
#define BULK            500

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "store: %s: %s\n", what, why);
    return 1;
}

static int tell(uint64_t started, uint64_t count)
{
    printf("%" PRIu64 " %" PRIu64 "\n", clock_monotonic_us() - started, count);
    return 0;
}

/* The same size as Okta's users have. */
static const char *user(struct arena *arena, uint64_t number)
{
    return arena_printf(arena,
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"u%" PRIu64
                        "-%ld@demo.test\","
                        "\"externalId\":\"00u%ld%" PRIu64 "\",\"name\":{\"givenName\":\"Given\",\"familyName\":\"Family\"},"
                        "\"displayName\":\"Given Family %" PRIu64 "\",\"emails\":[{\"value\":\"u%" PRIu64 "-%ld@demo.test\","
                        "\"type\":\"work\",\"primary\":true}],\"active\":true}",
                        number, (long)getpid(), (long)getpid(), number, number, number, (long)getpid());
}

/* --- the bare loop --- */

static int bare(const char *file, uint64_t count)
{
    sqlite3 *database;
    sqlite3_stmt *insert;
    if (sqlite3_open(file, &database) != SQLITE_OK ||
        sqlite3_exec(
            database,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE user (id TEXT PRIMARY KEY, body TEXT NOT NULL)",
            NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(database, "INSERT INTO user (id, body) VALUES (?1, ?2)", -1, &insert, NULL) != SQLITE_OK)
        return fail(file, sqlite3_errmsg(database));
    uint64_t started = clock_monotonic_us();
    for (uint64_t i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        sqlite3_bind_text(insert, 1, arena_printf(arena, "%" PRIu64, i), -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, user(arena, i), -1, SQLITE_STATIC);
        int answer = sqlite3_step(insert);
        sqlite3_reset(insert);
        arena_free(arena);
        if (answer != SQLITE_DONE)
            return fail(file, sqlite3_errmsg(database));
    }
    int status = tell(started, count);
    sqlite3_finalize(insert);
    sqlite3_close(database);
    return status;
}

/* --- over HTTP --- */

static struct {
    const char *base, *token;
    uint64_t count;
    _Atomic uint64_t next;
    atomic_bool broken;
} job;

static bool post(struct http_client *client, const char *target, const char *body, int wanted)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct http_request request = {.method = "POST", .target = target, .body = {body, strlen(body)}};
    struct http_response response;
    struct error err;
    http_add_header(arena, &request.headers, "Authorization", arena_printf(arena, "Bearer %s", job.token));
    http_add_header(arena, &request.headers, "Content-Type", "application/scim+json");
    return http_client_send(client, job.base, &request, arena, &response, &err) && response.status == wanted;
}

static void *post_some(void *unused)
{
    UNUSED(unused);
    struct http_client *client = http_client_new(&(struct http_client_options){.timeout_ms = 60000});
    uint64_t number;
    while ((number = atomic_fetch_add(&job.next, 1)) < job.count && !atomic_load(&job.broken)) {
        struct arena *arena = arena_new();
        if (!post(client, "/Users", user(arena, number), 201))
            atomic_store(&job.broken, true);
        arena_free(arena);
    }
    http_client_free(client);
    return NULL;
}

static int post_all(uint64_t connections)
{
    pthread_t threads[CONNECTIONS_MAX];
    uint64_t started = clock_monotonic_us();
    for (uint64_t i = 0; i < connections; i++)
        if (pthread_create(&threads[i], NULL, post_some, NULL) != 0)
            return fail("post", "can't start a thread");
    for (uint64_t i = 0; i < connections; i++)
        pthread_join(threads[i], NULL);
    return atomic_load(&job.broken) ? fail(job.base, "a user was not created") : tell(started, job.count);
}

static bool fill_some(struct http_client *client, uint64_t from, uint64_t to)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer b = buffer_new(0);
    buffer_add(&b, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[");
    for (uint64_t i = from; i < to; i++)
        buffer_printf(&b, "%s{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"%" PRIu64 "\",\"data\":%s}",
                      i > from ? "," : "", i, user(arena, i));
    buffer_add(&b, "]}");
    return post(client, "/Bulk", buffer_take(&b, arena), 200);
}

static int fill(void)
{
    struct http_client *client = http_client_new(&(struct http_client_options){.timeout_ms = 60000});
    uint64_t started = clock_monotonic_us();
    for (uint64_t i = 0; i < job.count; i += BULK)
        if (!fill_some(client, i, i + BULK < job.count ? i + BULK : job.count))
            return fail(job.base, "a bulk request failed");
    http_client_free(client);
    return tell(started, job.count);
}

/* --- starting --- */

static int start(const char *program, const char *file)
{
    int input[2], output[2], status;
    char c = '\0';
    if (pipe(input) != 0 || pipe(output) != 0)
        return fail(program, "no pipe");
    uint64_t started = clock_monotonic_us();
    pid_t child = fork();
    if (child == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        close(input[1]);
        execl(program, program, "serve", "--port", "0", "--data", file, "--until-eof", (char *)NULL);
        _exit(127);
    }
    close(output[1]);
    while (read(output[0], &c, 1) == 1 && c != '\n')
        continue;
    (void)tell(started, c == '\n');
    close(input[1]);
    close(input[0]);
    waitpid(child, &status, 0);
    return c == '\n' && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
    struct error err;
    uint64_t count = 0, connections = 1;
    if (argc == 4 && strcmp(argv[1], "start") == 0)
        return start(argv[2], argv[3]);
    if (argc < 4 || !text_to_u64(argv[3], COUNT_MAX, &count) ||
        (argc > 4 && (!text_to_u64(argv[4], CONNECTIONS_MAX, &connections) || connections == 0)) || !http_client_setup(&err))
        return fail("store", "bare FILE COUNT | post BASE COUNT CONNECTIONS | fill BASE COUNT | start PROGRAM FILE");
    if (strcmp(argv[1], "bare") == 0)
        return bare(argv[2], count);
    job.base = argv[2];
    job.token = getenv("SCIMULATOR_SCIM_TOKEN");
    job.count = count;
    return strcmp(argv[1], "fill") == 0 ? fill() : post_all(connections);
}
