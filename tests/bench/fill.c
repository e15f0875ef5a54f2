/* Fills an organization through its SCIM door, by bulk requests over a few connections at once.
 *
 *   fill BASE TOKEN users FIRST COUNT     people number FIRST to FIRST + COUNT - 1
 *   fill BASE TOKEN groups FIRST COUNT    groups without members
 *
 * Prints "MICROSECONDS COUNT BYTES": BYTES is the JSON of the last resource as it was sent. */
#include "common/base.h"

#include "common/clock.h"
#include "common/memory.h"
#include "common/text.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define CONNECTIONS 4
#define OPERATIONS  500 /* in a request */
#define COUNT_MAX   10000000

struct filling {
    const char *url, *kind;
    struct curl_slist *headers;
    uint64_t first, count;
    atomic_uint_fast64_t next; /* operation that nobody has taken */
    atomic_bool failed;
};

static void add_user(struct buffer *b, uint64_t n)
{
    buffer_printf(b,
                  "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"user%07" PRIu64 "@bench.test\","
                  "\"externalId\":\"ext-%07" PRIu64 "\",\"name\":{\"givenName\":\"Given%07" PRIu64
                  "\",\"familyName\":\"Family%" PRIu64 "\"},\"displayName\":\"Given%07" PRIu64 " Family%" PRIu64
                  "\",\"emails\":[{\"value\":\"user%07" PRIu64
                  "@bench.test\",\"type\":\"work\",\"primary\":true}],\"active\":true}",
                  n, n, n, n % 1000, n, n % 1000, n);
}

static void add_group(struct buffer *b, uint64_t n)
{
    buffer_printf(b,
                  "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"Group %07" PRIu64
                  "\",\"externalId\":\"group-%07" PRIu64 "\"}",
                  n, n);
}

static void add_resource(const struct filling *filling, struct buffer *b, uint64_t n)
{
    if (strcmp(filling->kind, "users") == 0)
        add_user(b, n);
    else
        add_group(b, n);
}

static void add_request(const struct filling *filling, struct buffer *b, uint64_t first, uint64_t end)
{
    const char *path = strcmp(filling->kind, "users") == 0 ? "/Users" : "/Groups";
    buffer_clear(b);
    buffer_add(b, "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"failOnErrors\":1,\"Operations\":[");
    for (uint64_t n = first; n < end; n++) {
        buffer_printf(b, "%s{\"method\":\"POST\",\"path\":\"%s\",\"bulkId\":\"%" PRIu64 "\",\"data\":", n == first ? "" : ",",
                      path, n);
        add_resource(filling, b, n);
        buffer_add_char(b, '}');
    }
    buffer_add(b, "]}");
}

static size_t keep_reply(char *p, size_t size, size_t n, void *context)
{
    buffer_add_bytes(context, p, size * n);
    return size * n;
}

static bool send_one(CURL *curl, const struct filling *filling, const struct buffer *request, struct buffer *reply,
                     uint64_t count)
{
    long status = 0;
    uint64_t made = 0;
    buffer_clear(reply);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->n);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->p);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    for (const char *p = buffer_text(reply); (p = strstr(p, "\"status\":\"201\"")) != NULL; p++)
        made++;
    if (code == CURLE_OK && status == 200 && made == count)
        return true;
    fprintf(stderr, "fill: %s: %s, status %ld: %.300s\n", filling->url, curl_easy_strerror(code), status, buffer_text(reply));
    return false;
}

static void *fill_some(void *context)
{
    struct filling *filling = context;
    struct buffer request = buffer_new(0), reply = buffer_new(0);
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, filling->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, filling->headers);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_reply);
    for (uint64_t at; !filling->failed && (at = atomic_fetch_add(&filling->next, OPERATIONS)) < filling->count;) {
        uint64_t count = filling->count - at < OPERATIONS ? filling->count - at : OPERATIONS;
        add_request(filling, &request, filling->first + at, filling->first + at + count);
        if (!send_one(curl, filling, &request, &reply, count))
            filling->failed = true;
    }
    curl_easy_cleanup(curl);
    buffer_release(&request);
    buffer_release(&reply);
    return NULL;
}

static bool fill(struct filling *filling)
{
    pthread_t threads[CONNECTIONS];
    size_t started = 0;
    while (started < CONNECTIONS && pthread_create(&threads[started], NULL, fill_some, filling) == 0)
        started++;
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return started > 0 && !filling->failed;
}

int main(int argc, char **argv)
{
    struct filling filling = {.kind = argc == 6 ? argv[3] : ""};
    if (argc != 6 || !text_to_u64(argv[4], COUNT_MAX, &filling.first) || !text_to_u64(argv[5], COUNT_MAX, &filling.count)) {
        fputs("usage: fill BASE TOKEN users|groups FIRST COUNT\n", stderr);
        return 2;
    }
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer sample = buffer_new(0);
    add_resource(&filling, &sample, filling.first + filling.count - 1);
    filling.url = arena_printf(arena, "%s/Bulk", argv[1]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    filling.headers = curl_slist_append(NULL, arena_printf(arena, "Authorization: Bearer %s", argv[2]));
    filling.headers = curl_slist_append(filling.headers, "Content-Type: application/scim+json");
    filling.headers = curl_slist_append(filling.headers, "Expect:");
    uint64_t start = clock_monotonic_us();
    bool good = fill(&filling);
    printf("%" PRIu64 " %" PRIu64 " %zu\n", clock_monotonic_us() - start, filling.count, sample.n);
    curl_slist_free_all(filling.headers);
    buffer_release(&sample);
    return good ? 0 : 1;
}
