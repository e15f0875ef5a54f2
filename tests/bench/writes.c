/* The client of the rows about writes in `make bench` (tests/bench/writes): it fills an organization and measures in it, over one connection.
 *
 *   writes post URL COUNT [TOKEN]   creates COUNT users by POST to URL. A bare server takes them as well
 *   writes members SCIM TOKEN       PATCHes of one member in a group of 10 and one of 100,000, in every form that providers send
 *   writes leave SCIM TOKEN USERS GROUPS   deactivations, by PATCH and by PUT, in an organization that is filled up to so many users and groups
 *   writes leave-teams SCIM TOKEN USERS    the same where everybody is in one group, and those who leave are in teams, too
 *   writes leave-each TOKEN SCIM USERS…    deactivations by PATCH in organizations that tests/bench/fill.c has filled, of people from all over each
 *
 * Prints "NAME <microseconds> <requests>" for each measurement; those that belong together took turns.
 */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_MAX (64 * MIB)
#define COUNT_MAX 10000000
#define FEW       10
#define MANY      100000
#define TURNS     150 /* of each measurement */
#define TEAM      10
#define IN_A_TURN 2 /* requests; even */

struct client {
    CURL *curl;
    struct curl_slist *headers;
    struct buffer reply;
    long status;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "writes: %s: %s\n", what, why);
    exit(1);
}

/* --- sending ------------------------------------------------------------------------------------------------------------------------ */

static size_t take(char *p, size_t size, size_t n, void *context)
{
    buffer_add_bytes(context, p, size * n);
    return size * n;
}

static void open_client(struct client *client, const char *token)
{
    *client = (struct client){.curl = curl_easy_init(), .reply = buffer_new(REPLY_MAX)};
    client->headers = curl_slist_append(NULL, "Content-Type: application/scim+json");
    client->headers = curl_slist_append(client->headers, "Expect:");
    if (token != NULL) {
        struct arena *arena CLEANUP(arena_cleanup) = arena_new();
        client->headers = curl_slist_append(client->headers, arena_printf(arena, "Authorization: Bearer %s", token));
    }
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
    curl_easy_setopt(client->curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(client->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, &client->reply);
}

static void close_client(struct client *client)
{
    curl_easy_cleanup(client->curl);
    curl_slist_free_all(client->headers);
    buffer_release(&client->reply);
}

/* Microseconds of one exchange. */
static uint64_t exchange(struct client *client, const char *method, const char *url, const char *body)
{
    buffer_clear(&client->reply);
    curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(client->curl, CURLOPT_URL, url);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
    uint64_t start = clock_monotonic_us();
    CURLcode code = curl_easy_perform(client->curl);
    uint64_t took = clock_monotonic_us() - start;
    if (code != CURLE_OK)
        fail(url, curl_easy_strerror(code));
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &client->status);
    return took;
}

static uint64_t expect(struct client *client, long status, const char *method, const char *url, const char *body)
{
    uint64_t took = exchange(client, method, url, body);
    if (client->status != status)
        fail(url, buffer_text(&client->reply));
    return took;
}

/* What was created. */
static char *new_id(struct arena *arena, struct client *client)
{
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    const json *reply = json_parse(scratch, (struct bytes){client->reply.p, client->reply.n}, "reply", &err);
    const char *id = json_get_text(reply, "id", NULL);
    if (id == NULL)
        fail("no id in", buffer_text(&client->reply));
    return arena_strdup(arena, id);
}

/* --- people and groups ---------------------------------------------------------------------------------------------------------------- */

/* As Entra provisions a person. */
static const char *person(struct arena *arena, uint64_t number, bool active)
{
    return arena_printf(arena,
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:ietf:params:scim:schemas:extension:"
                        "enterprise:2.0:User\"],"
                        "\"externalId\":\"00u%" PRIu64 "\",\"userName\":\"person.%" PRIu64 "@bench.test\",\"active\":%s,"
                        "\"displayName\":\"Person %" PRIu64 "\",\"title\":\"Engineer\","
                        "\"emails\":[{\"primary\":true,\"type\":\"work\",\"value\":\"person.%" PRIu64 "@bench.test\"}],"
                        "\"name\":{\"formatted\":\"Person %" PRIu64 "\",\"familyName\":\"%" PRIu64 "\",\"givenName\":\"Person\"},"
                        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"employeeNumber\":\"%" PRIu64
                        "\",\"department\":\"Bench\"}}",
                        number, number, active ? "true" : "false", number, number, number, number, number);
}

static char **make_people(struct arena *arena, struct client *client, const char *scim, size_t from, size_t count)
{
    char **ids = arena_array(arena, count, sizeof *ids);
    const char *url = arena_printf(arena, "%s/Users", scim);
    for (size_t i = 0; i < count; i++) {
        struct arena *scratch CLEANUP(arena_cleanup) = arena_new();
        expect(client, 201, "POST", url, person(scratch, from + i, true));
        ids[i] = new_id(arena, client);
    }
    return ids;
}

static const char *make_group(struct arena *arena, struct client *client, const char *scim, size_t number, char *const *ids,
                              size_t count)
{
    struct buffer b = buffer_new(0);
    buffer_printf(
        &b, "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"Group %zu\",\"members\":[", number);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&b, "%s{\"value\":\"%s\"}", i > 0 ? "," : "", ids[i]);
    buffer_add(&b, "]}");
    const char *url = arena_printf(arena, "%s/Groups?excludedAttributes=members", scim);
    expect(client, 201, "POST", url, buffer_text(&b));
    buffer_release(&b);
    return arena_printf(arena, "%s/Groups/%s", scim, new_id(arena, client));
}

/* --- one member --------------------------------------------------------------------------------------------------------------------------- */

#define OPERATIONS "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["

/* An operation that adds somebody, one that removes; `~` is the id. */
static const struct form {
    const char *name, *query;
    const char *add, *remove;
} forms[] = {
    {"rfc", "", "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"~\"}]}",
     "{\"op\":\"remove\",\"path\":\"members[value eq \\\"~\\\"]\"}"},
    {"entra", "", "{\"op\":\"Add\",\"path\":\"members\",\"value\":[{\"value\":\"~\"}]}",
     "{\"op\":\"Remove\",\"path\":\"members\",\"value\":[{\"value\":\"~\"}]}"},
    {"okta", "", "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"~\",\"display\":\"ada@bench.test\"}]}",
     "{\"op\":\"remove\",\"path\":\"members[value eq \\\"~\\\"]\"}"},
    {"no-path", "", "{\"op\":\"add\",\"value\":{\"members\":[{\"value\":\"~\"}]}}",
     "{\"op\":\"remove\",\"path\":\"members[value eq \\\"~\\\"]\"},{\"op\":\"replace\",\"path\":\"externalId\",\"value\":\"~\"}"},
    {"shown", "?excludedAttributes=members", "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"~\"}]}",
     "{\"op\":\"remove\",\"path\":\"members[value eq \\\"~\\\"]\"}"},
};

static const char *fill_in(struct arena *arena, const char *operation, const char *id)
{
    struct buffer b = buffer_new(0);
    buffer_add(&b, OPERATIONS);
    for (const char *p = operation; *p != '\0'; p++) {
        if (*p == '~')
            buffer_add(&b, id);
        else
            buffer_add_char(&b, *p);
    }
    buffer_add(&b, "]}");
    return buffer_take(&b, arena);
}

/* Adds and removes somebody in turn. */
static uint64_t turn(struct client *client, const struct form *form, const char *group, const char *id)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *url = arena_printf(arena, "%s%s", group, form->query);
    const char *add = fill_in(arena, form->add, id), *remove = fill_in(arena, form->remove, id);
    uint64_t took = 0;
    for (size_t i = 0; i < IN_A_TURN; i++)
        took += expect(client, *form->query == '\0' ? 204 : 200, "PATCH", url, i % 2 == 0 ? add : remove);
    return took;
}

static void measure_members(struct arena *arena, struct client *client, const char *scim)
{
    char **ids = make_people(arena, client, scim, 0, MANY + 1);
    const char *big = make_group(arena, client, scim, 1, ids, MANY);
    const char *small = make_group(arena, client, scim, 2, ids, FEW);
    for (size_t f = 0; f < ARRAY_LEN(forms); f++)
        for (size_t i = 0; i < TURNS; i++) {
            printf("few-%s %" PRIu64 " %d\n", forms[f].name, turn(client, &forms[f], small, ids[MANY]), IN_A_TURN);
            printf("many-%s %" PRIu64 " %d\n", forms[f].name, turn(client, &forms[f], big, ids[MANY]), IN_A_TURN);
        }
}

/* --- leaving ------------------------------------------------------------------------------------------------------------------------------ */

static void leave(struct client *client, const char *scim, char *const *ids)
{
    for (size_t i = 0; i < TURNS * IN_A_TURN; i++) {
        struct arena *scratch CLEANUP(arena_cleanup) = arena_new();
        const char *url = arena_printf(scratch, "%s/Users/%s", scim, ids[i]);
        const char *patch = OPERATIONS "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}";
        uint64_t took = expect(client, 200, "PATCH", url, patch);
        expect(client, 200, "PUT", url, person(scratch, i, true));
        printf("patch %" PRIu64 " 1\nput %" PRIu64 " 1\n", took, expect(client, 200, "PUT", url, person(scratch, i, false)));
    }
}

static void measure_leaving(struct arena *arena, struct client *client, const char *scim, size_t users, size_t groups)
{
    char **ids = make_people(arena, client, scim, 0, users);
    for (size_t i = 0; i < groups; i++)
        make_group(arena, client, scim, i, &ids[i % users], 1);
    leave(client, scim, ids);
}

static void measure_leaving_teams(struct arena *arena, struct client *client, const char *scim, size_t users)
{
    char **ids = make_people(arena, client, scim, 0, users);
    for (size_t i = 0; i < TURNS * IN_A_TURN; i += TEAM)
        make_group(arena, client, scim, i, &ids[i], TEAM);
    make_group(arena, client, scim, users, ids, users);
    leave(client, scim, ids);
}

/* One organization after the other, so that what else the machine does hits all of them. Named by their sizes. */
struct crowd {
    const char *scim;
    size_t users;
    const char *urls[TURNS * IN_A_TURN]; /* of who leaves */
};

static void find_leavers(struct arena *arena, struct client *client, struct crowd *crowd)
{
    for (size_t i = 0; i < ARRAY_LEN(crowd->urls); i++) {
        struct arena *scratch CLEANUP(arena_cleanup) = arena_new();
        struct error err;
        size_t n = i * crowd->users / ARRAY_LEN(crowd->urls);
        expect(client, 200, "GET",
               arena_printf(scratch, "%s/Users?attributes=id&filter=externalId%%20eq%%20%%22ext-%07zu%%22", crowd->scim, n), "");
        const json *reply = json_parse(scratch, (struct bytes){client->reply.p, client->reply.n}, "reply", &err);
        const char *id = json_get_text(json_first(json_get(reply, "Resources")), "id", NULL);
        if (id == NULL)
            fail("nobody left in", crowd->scim);
        crowd->urls[i] = arena_printf(arena, "%s/Users/%s", crowd->scim, id);
    }
}

static void measure_leaving_each(struct arena *arena, struct client *client, struct crowd *crowds, size_t count)
{
    static const char *const leave_and_return[] = {OPERATIONS "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}",
                                                   OPERATIONS "{\"op\":\"replace\",\"path\":\"active\",\"value\":true}]}"};
    for (size_t k = 0; k < count; k++)
        find_leavers(arena, client, &crowds[k]);
    for (size_t i = 0; i < TURNS * IN_A_TURN; i++)
        for (size_t k = 0; k < count; k++) {
            uint64_t took = expect(client, 200, "PATCH", crowds[k].urls[i], leave_and_return[0]);
            expect(client, 200, "PATCH", crowds[k].urls[i], leave_and_return[1]);
            printf("%zu %" PRIu64 " 1\n", crowds[k].users, took);
        }
}

/* --- creating ------------------------------------------------------------------------------------------------------------------------------ */

static void measure_creating(struct arena *arena, struct client *client, const char *url, size_t count)
{
    const char **bodies = arena_array(arena, count, sizeof *bodies);
    for (size_t i = 0; i < count; i++)
        bodies[i] = person(arena, i, true);
    uint64_t start = clock_monotonic_us();
    for (size_t i = 0; i < count; i++) {
        exchange(client, "POST", url, bodies[i]);
        if (client->status >= 300)
            fail(url, buffer_text(&client->reply));
    }
    printf("post %" PRIu64 " %zu\n", clock_monotonic_us() - start, count);
}

static size_t number(const char *text)
{
    uint64_t n = 0;
    if (!text_to_u64(text, COUNT_MAX, &n))
        fail(text, "is no count");
    return (size_t)n;
}

static struct crowd *read_crowds(struct arena *arena, char **words, size_t count)
{
    struct crowd *crowds = arena_array(arena, count, sizeof *crowds);
    for (size_t i = 0; i < count; i++) {
        crowds[i].scim = words[2 * i];
        crowds[i].users = number(words[2 * i + 1]);
    }
    return crowds;
}

int main(int argc, char **argv)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct client client;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const char *what = argc > 1 ? argv[1] : "";
    if ((argc == 4 || argc == 5) && text_equal(what, "post")) {
        open_client(&client, argc == 5 ? argv[4] : NULL);
        measure_creating(arena, &client, argv[2], number(argv[3]));
    } else if (argc == 4 && text_equal(what, "members")) {
        open_client(&client, argv[3]);
        measure_members(arena, &client, argv[2]);
    } else if (argc == 6 && text_equal(what, "leave")) {
        open_client(&client, argv[3]);
        measure_leaving(arena, &client, argv[2], number(argv[4]), number(argv[5]));
    } else if (argc == 5 && text_equal(what, "leave-teams")) {
        open_client(&client, argv[3]);
        measure_leaving_teams(arena, &client, argv[2], number(argv[4]));
    } else if (argc >= 5 && argc % 2 == 1 && text_equal(what, "leave-each")) {
        size_t count = (size_t)(argc - 3) / 2;
        open_client(&client, argv[2]);
        measure_leaving_each(arena, &client, read_crowds(arena, argv + 3, count), count);
    } else {
        fail("usage",
             "post URL COUNT [TOKEN] | members SCIM TOKEN | leave SCIM TOKEN USERS GROUPS | leave-teams SCIM TOKEN USERS | "
             "leave-each TOKEN SCIM USERS…");
    }
    close_client(&client);
    return 0;
}
