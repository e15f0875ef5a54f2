/* What the rows about a provider's first synchronization in `make bench` (tests/bench/cycles) are measured against: the requests that
 * Entra sends for the people of `scimulator bench --seed 1`, made before the clock runs.
 *
 *   cycle play SCIM TOKEN USERS   sends them to the SCIM base by a bare libcurl loop, over one connection; no HTTP code of the project
 *                                 is used here. Prints "MICROSECONDS REQUESTS".
 *   cycle lua SCIM TOKEN          prints a script for wrk that sends the same lookup and the same create for one person after the
 *                                 other. One thread only: another would begin with the same people.
 */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "simulator/crowd.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/first_sync.h"
#include "simulator/simulator.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED     1
#define NOBODY   "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"Resources\":[]}"
#define SOMEBODY "{\"id\":\"2819c223\"}"
#define FIRST    "0000000" /* what only the number of the first person is in its requests */

struct recording {
    struct arena *arena;
    struct http_request *requests;
    size_t count;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "cycle: %s: %s\n", what, why);
    exit(1);
}

/* --- the requests -------------------------------------------------------------------------------------------------------------------- */

static bool record(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                   struct error *err)
{
    struct recording *recording = context;
    UNUSED(err);
    for (size_t i = 0; i < count; i++) {
        bool asks = text_equal(requests[i].method, "GET");
        recording->requests[recording->count++] = *http_request_copy(recording->arena, &requests[i]);
        replies[i] = (struct http_response){.status = asks ? 200 : 201,
                                            .body = asks ? (struct bytes){NOBODY, sizeof NOBODY - 1}
                                                         : (struct bytes){SOMEBODY, sizeof SOMEBODY - 1}};
    }
    return true;
}

static void make_chunk(struct simulator *sim, const struct crowd *crowd, size_t chunk)
{
    struct error err = {0};
    struct event_outcome outcome;
    if (!crowd_people(sim->arena, crowd, chunk, &sim->directory, &err))
        fail("people", err.message);
    for (size_t i = 0; i < sim->directory->user_count; i++)
        if (!first_sync_play(sim, FIRST_PEOPLE, i, &outcome, &err) || outcome.console != NULL)
            fail("a person", "the provider gives up");
}

static struct recording make_requests(struct arena *arena, const char *token, size_t users)
{
    struct recording recording = {arena, arena_array(arena, 2 * users + 1, sizeof *recording.requests), 0};
    struct crowd crowd = {.users = users, .seed = SEED, .domain = "bench.test"};
    for (size_t chunk = 0; chunk < crowd_people_chunks(&crowd); chunk++) {
        struct arena *scratch CLEANUP(arena_cleanup) = arena_new();
        struct rng rng = rng_new(SEED);
        struct simulator sim = {.arena = scratch,
                                .dialect = dialect_find("entra"),
                                .rng = &rng,
                                .token = token,
                                .send = record,
                                .context = &recording};
        make_chunk(&sim, &crowd, chunk);
    }
    return recording;
}

/* --- the bare loop --------------------------------------------------------------------------------------------------------------------- */

struct ready {
    const char *url;
    const struct http_request *request;
    struct curl_slist *headers;
};

static struct ready *make_ready(struct arena *arena, const struct recording *recording, const char *scim)
{
    struct ready *ready = arena_array(arena, recording->count, sizeof *ready);
    for (size_t i = 0; i < recording->count; i++) {
        const struct http_request *request = &recording->requests[i];
        ready[i] = (struct ready){.url = arena_printf(arena, "%s%s", scim, request->target), .request = request};
        for (size_t k = 0; k < request->headers.count; k++)
            ready[i].headers = curl_slist_append(
                ready[i].headers, arena_printf(arena, "%s: %s", request->headers.items[k].name, request->headers.items[k].value));
        ready[i].headers = curl_slist_append(ready[i].headers, "Expect:");
    }
    return ready;
}

static size_t keep_reply(char *p, size_t size, size_t n, void *context)
{
    buffer_add_bytes(context, p, size * n);
    return size * n;
}

static void send_one(CURL *curl, const struct ready *ready, struct buffer *reply)
{
    long status = 0;
    bool body = ready->request->body.n > 0;
    buffer_clear(reply);
    curl_easy_setopt(curl, body ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ready->request->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ready->request->body.p);
    }
    curl_easy_setopt(curl, CURLOPT_URL, ready->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, ready->headers);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        fail(ready->url, curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != (body ? 201 : 200))
        fail(ready->url, buffer_text(reply));
}

static void play(struct arena *arena, const struct recording *recording, const char *scim)
{
    CURL *curl = curl_easy_init();
    struct buffer reply = buffer_new(0);
    const struct ready *ready = make_ready(arena, recording, scim);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_reply);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    uint64_t start = clock_monotonic_us();
    for (size_t i = 0; i < recording->count; i++)
        send_one(curl, &ready[i], &reply);
    printf("%" PRIu64 " %zu\n", clock_monotonic_us() - start, recording->count);
    for (size_t i = 0; i < recording->count; i++)
        curl_slist_free_all(ready[i].headers);
    buffer_release(&reply);
    curl_easy_cleanup(curl);
}

/* --- wrk -------------------------------------------------------------------------------------------------------------------------------- */

static void print_request(const struct http_request *request, const char *scim)
{
    const char *host = strstr(scim, "://"), *path = host == NULL ? NULL : strchr(host + 3, '/');
    printf("  wrk.format([==[%s]==], [==[%s%s]==], {", request->method, path == NULL ? "" : path, request->target);
    for (size_t i = 0; i < request->headers.count; i++)
        printf("[ [==[%s]==] ] = [==[%s]==], ", request->headers.items[i].name, request->headers.items[i].value);
    if (request->body.n > 0)
        printf("}, [==[%.*s]==]),\n", (int)request->body.n, request->body.p);
    else
        printf("}),\n");
}

/* wrk knows host and port, which its requests need, only in init. */
static void print_script(const struct recording *recording, const char *scim)
{
    printf("local asked, ready = 0, nil\nfunction init(args)\n  ready = {\n");
    for (size_t i = 0; i < 2; i++)
        print_request(&recording->requests[i], scim);
    printf("  }\nend\nfunction request()\n  local text = ready[asked %% 2 + 1]:gsub(\"%s\", string.format(\"%%0%zud\", "
           "math.floor(asked / 2)))\n  asked = asked + 1\n  return text\nend\n",
           FIRST, sizeof FIRST - 1);
}

int main(int argc, char **argv)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    uint64_t users = 1;
    bool plays = argc == 5 && text_equal(argv[1], "play") && text_to_u64(argv[4], CROWD_MAX_USERS, &users) && users > 0;
    if (!plays && !(argc == 4 && text_equal(argv[1], "lua")))
        fail("usage", "play SCIM TOKEN USERS | lua SCIM TOKEN");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const struct recording recording = make_requests(arena, argv[3], (size_t)users);
    if (plays)
        play(arena, &recording, argv[2]);
    else
        print_script(&recording, argv[2]);
    return 0;
}
