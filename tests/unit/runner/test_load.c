/* A load against a server of a few lines that is as well or as sick as the test says: what is counted, what ends it, and that nothing is left. */
#include "common/base.h"
#include "runner/load.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/target.h"
#include "simulator/dialect.h"
#include "tests/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY  "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"Resources\":[]}"
#define MAX_LOG 4096

/* What the server does at its Nth create (`at`), counted from 1. */
enum ill { WELL, ERRORS, DROPS_ONE, GONE, DENIES, THROTTLES, INTERRUPTED };

static struct {
    pthread_mutex_t lock;
    pthread_barrier_t meeting;
    unsigned meet, met; /* so many lookups must be there at the same time, once */
    enum ill ill;
    size_t at, created, deleted;
    bool throttled;
    volatile int stop;
    char *log[MAX_LOG]; /* "POST /Users {...}" */
    size_t logged;
} server = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* --- the server --- */

static void say(struct arena *arena, struct http_response *reply, int status, const char *body)
{
    reply->status = status;
    reply->body = (struct bytes){body, strlen(body)};
    http_add_header(arena, &reply->headers, "Content-Type", "application/scim+json");
}

static void note(struct arena *arena, const struct http_request *request)
{
    const char *body = arena_strndup(arena, request->body.n == 0 ? "" : request->body.p, request->body.n);
    if (server.logged < MAX_LOG)
        server.log[server.logged++] = mem_strdup(arena_printf(arena, "%s %s %s", request->method, request->target, body));
}

static void create(struct arena *arena, struct http_response *reply)
{
    size_t number = server.created + 1;
    bool now = number >= server.at;
    if (server.ill == ERRORS && now && number < server.at + 3) {
        server.created++;
        server.deleted++; /* counted as made, and never was */
        say(arena, reply, 500, "{\"detail\":\"out of order\"}");
        return;
    }
    if (server.ill == DENIES && now) {
        say(arena, reply, 401, "{}");
        return;
    }
    server.created++;
    if (server.ill == INTERRUPTED && now)
        __atomic_store_n(&server.stop, 2, __ATOMIC_RELAXED);
    say(arena, reply, 201, arena_printf(arena, "{\"id\":\"r%zu\",\"active\":true}", number));
}

static void answer(struct arena *arena, const struct http_request *request, struct http_response *reply)
{
    if (server.ill == GONE && server.created + 1 >= server.at) {
        reply->status = HTTP_SERVER_DROP;
    } else if (server.ill == DROPS_ONE && text_equal(request->method, "POST") && server.created + 1 == server.at) {
        server.ill = WELL;
        reply->status = HTTP_SERVER_DROP;
    } else if (server.ill == THROTTLES && !server.throttled) {
        server.throttled = true;
        say(arena, reply, 429, "{}");
        http_add_header(arena, &reply->headers, "Retry-After", "0");
    } else if (text_equal(request->method, "POST")) {
        create(arena, reply);
    } else if (text_equal(request->method, "DELETE")) {
        server.deleted++;
        reply->status = 204;
    } else {
        bool list = strchr(request->target, '?') != NULL;
        say(arena, reply, 200, list ? NOBODY : "{\"id\":\"r1\",\"displayName\":\"a group\"}");
    }
}

static void serve(void *context, struct arena *arena, const struct http_request *request, struct http_response *reply)
{
    UNUSED(context);
    pthread_mutex_lock(&server.lock);
    bool meets = server.met < server.meet && strstr(request->target, "filter=userName") != NULL &&
                 strstr(request->target, "person") != NULL;
    server.met += meets;
    note(arena, request);
    answer(arena, request, reply);
    pthread_mutex_unlock(&server.lock);
    if (meets)
        pthread_barrier_wait(&server.meeting);
}

/* --- a load --- */

struct loaded {
    struct arena *arena;
    struct load_result *result;
    struct error err;
    bool fine;
};

static struct loaded load(enum ill ill, size_t at, struct load_options options)
{
    struct loaded out = {.arena = arena_new()};
    for (size_t i = 0; i < server.logged; i++)
        mem_free(server.log[i]);
    server.logged = server.created = server.deleted = 0;
    server.ill = ill;
    server.at = at;
    server.throttled = false;
    server.stop = 0;
    server.met = 0;
    out.result = arena_alloc(out.arena, sizeof *out.result);
    struct http_server *http = http_server_start(&(struct http_server_options){0}, serve, NULL, &out.err);
    assert_non_null(http);
    const char *base = arena_printf(out.arena, "http://127.0.0.1:%u/scim", http_server_port(http));
    struct target target = {.name = base, .scim_base = base, .credentials.token = "secret-token", .user_domain = "acme.test"};
    options.target = &target;
    options.stop = &server.stop;
    options.dialect = options.dialect == NULL ? dialect_find("entra") : options.dialect;
    out.fine = load_play(out.arena, &options, out.result, &out.err);
    http_server_stop(http);
    return out;
}

static const struct load_part *part(const struct loaded *l, enum first_part which)
{
    return &l->result->parts[which];
}

static void everybody_and_every_group_is_told(void **state)
{
    UNUSED(state);
    struct loaded l = load(WELL, 0, (struct load_options){.crowd = {120, 7, 20, .seed = 1}, .connections = 3});
    assert_true(l.fine);
    assert_int_equal(part(&l, FIRST_PEOPLE)->done, 120);
    assert_int_equal(part(&l, FIRST_PEOPLE)->latency.count, 240); /* a lookup and a create each */
    assert_int_equal(part(&l, FIRST_GROUPS)->done, 7);
    assert_int_equal(part(&l, FIRST_GROUPS)->latency.count, 14);
    assert_int_equal(part(&l, FIRST_MEMBERS)->done, 7);
    assert_int_equal(part(&l, FIRST_MEMBERS)->latency.count, 140);
    assert_int_equal(l.result->requests, part(&l, FIRST_PROBE)->latency.count + 240 + 14 + 140);
    assert_int_equal(l.result->lost, 0);
    assert_null(l.result->refusal);
    assert_int_equal(server.created, 127);
    assert_int_equal(server.deleted, 127);
    assert_int_equal(l.result->removed, 127);
    assert_int_equal(l.result->left, 0);
    arena_free(l.arena);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* But for the ids that this server gives in order of arrival. */
static char *sorted_log(void)
{
    struct buffer text = buffer_new(0);
    qsort(server.log, server.logged, sizeof *server.log, by_text);
    for (size_t i = 0; i < server.logged; i++)
        if (strstr(server.log[i], "/r") == NULL)
            buffer_printf(&text, "%s\n", server.log[i]);
    char *copy = mem_strdup(buffer_text(&text));
    buffer_release(&text);
    return copy;
}

static void what_is_sent_follows_from_the_seed_alone(void **state)
{
    UNUSED(state);
    char *logs[3];
    static const unsigned connections[] = {1, 6, 6};
    for (size_t i = 0; i < ARRAY_LEN(logs); i++) { /* the third of another seed */
        struct loaded l =
            load(WELL, 0, (struct load_options){.crowd = {160, 9, 5, .seed = i == 2 ? 8 : 7}, .connections = connections[i]});
        assert_true(l.fine);
        logs[i] = sorted_log();
        arena_free(l.arena);
    }
    assert_string_equal(logs[0], logs[1]);
    assert_string_not_equal(logs[1], logs[2]);
    for (size_t i = 0; i < ARRAY_LEN(logs); i++)
        mem_free(logs[i]);
}

static void connections_work_at_the_same_time(void **state)
{
    UNUSED(state);
    server.meet = 5;
    pthread_barrier_init(&server.meeting, NULL, server.meet);
    struct loaded l =
        load(WELL, 0, (struct load_options){.crowd = {5 * CROWD_PEOPLE, 0, 0, .seed = 1}, .connections = server.meet});
    assert_true(l.fine); /* else the lookups would still wait for each other */
    server.meet = 0;
    pthread_barrier_destroy(&server.meeting);
    arena_free(l.arena);
}

static void a_refusal_is_counted_and_the_rest_goes_on(void **state)
{
    UNUSED(state);
    struct loaded l = load(ERRORS, 10, (struct load_options){.crowd = {60, 1, 60, .seed = 1}, .connections = 2});
    assert_true(l.fine);
    assert_int_equal(part(&l, FIRST_PEOPLE)->done, 60);
    assert_int_equal(part(&l, FIRST_PEOPLE)->refused, 3);
    assert_non_null(strstr(l.result->refusal, "out of order"));
    assert_int_equal(part(&l, FIRST_MEMBERS)->latency.count, 57); /* of the others */
    assert_int_equal(l.result->removed, 58);
    arena_free(l.arena);
}

static void a_lost_reply_is_one_persons(void **state)
{
    UNUSED(state);
    struct loaded l = load(DROPS_ONE, 5, (struct load_options){.crowd = {60, 0, 0, .seed = 1}, .connections = 2});
    assert_true(l.fine);
    assert_int_equal(part(&l, FIRST_PEOPLE)->done, 60);
    assert_int_equal(part(&l, FIRST_PEOPLE)->refused, 1);
    assert_int_equal(l.result->lost, 1);
    assert_non_null(strstr(l.result->refusal, "no reply"));
    arena_free(l.arena);
}

static void a_server_that_is_gone_ends_it(void **state)
{
    UNUSED(state);
    struct loaded l = load(GONE, 40, (struct load_options){.crowd = {500, 5, 5, .seed = 1}, .connections = 3});
    assert_false(l.fine);
    assert_int_equal(l.err.code, ERROR_UNREACHABLE);
    assert_in_range(part(&l, FIRST_PEOPLE)->done, 30, 45);
    assert_int_equal(part(&l, FIRST_GROUPS)->total, 0);
    assert_int_equal(l.result->removed, 0);
    assert_int_equal(l.result->left, 39);
    assert_non_null(l.result->prefix);
    arena_free(l.arena);
}

static void refused_credentials_end_it_and_what_was_made_goes(void **state)
{
    UNUSED(state);
    struct loaded l = load(DENIES, 20, (struct load_options){.crowd = {500, 5, 5, .seed = 1}, .connections = 2});
    assert_false(l.fine);
    assert_int_equal(l.err.code, ERROR_CREDENTIALS);
    assert_int_equal(server.created, 19);
    assert_int_equal(server.deleted, 19);
    arena_free(l.arena);
}

static void an_interruption_finishes_what_was_begun_and_cleans_up(void **state)
{
    UNUSED(state);
    struct loaded l = load(INTERRUPTED, 30, (struct load_options){.crowd = {500, 5, 5, .seed = 1}, .connections = 4});
    assert_false(l.fine);
    assert_int_equal(l.err.code, ERROR_INTERRUPTED);
    assert_in_range(server.created, 30, 33);
    assert_int_equal(server.deleted, server.created);
    assert_int_equal(l.result->removed, server.created);
    assert_int_equal(l.result->lost, 0);
    arena_free(l.arena);
}

static void okta_waits_after_a_429(void **state)
{
    UNUSED(state);
    struct loaded l =
        load(THROTTLES, 0,
             (struct load_options){.dialect = dialect_find("okta-aiw"), .crowd = {60, 2, 3, .seed = 1}, .connections = 2});
    assert_true(l.fine);
    assert_int_equal(part(&l, FIRST_PEOPLE)->refused, 0);
    assert_int_equal(part(&l, FIRST_MEMBERS)->total, 0); /* they go with the groups */
    assert_int_equal(server.created, 62);
    arena_free(l.arena);
}

/* --- text --- */

static void numbers_have_commas(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const struct {
        uint64_t number;
        const char *text;
    } rows[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {12345, "12,345"}, {100000, "100,000"}, {1234567, "1,234,567"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(load_number(arena, rows[i].number), rows[i].text);
}

static void the_line_tells_rate_and_remaining_time(void **state)
{
    UNUSED(state);
    static const struct {
        struct load_status status;
        unsigned width;
        const char *text;
    } rows[] = {
        {{"people", 0, 1000, 0, 50000}, 80, "people [....................] 0 of 1,000"},
        {{"people", 25000, 100000, 0, 5000000}, 80, "people [#####...............] 25,000 of 100,000  5,000/s  15 s left"},
        {{"people", 500, 1000, 3, 1000000}, 0, "people [##########..........] 500 of 1,000, 3 refused  500/s  1 s left"},
        {{"groups", 10, 3610, 0, 1000000}, 80, "groups [....................] 10 of 3,610  10/s  6 min left"},
        {{"removing", 1, 10001, 0, 1000000}, 80, "removing [....................] 1 of 10,001  1/s  3 h left"},
        {{"people", 1000, 1000, 0, 1000000}, 30, "people [####################]"},
        {{"people", 0, 0, 0, 0}, 80, "people [####################] 0 of 0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buffer text = buffer_new(0);
        load_tell_status(&rows[i].status, rows[i].width, &text);
        if (rows[i].width == 30)
            assert_int_equal(text.n, 29);
        else
            assert_string_equal(buffer_text(&text), rows[i].text);
        assert_true(text_starts(buffer_text(&text), rows[i].text));
        buffer_release(&text);
    }
}

static void the_table_tells_what_was_not_done(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct load_result *result = arena_alloc(arena, sizeof *result);
    struct buffer text = buffer_new(0);
    result->parts[FIRST_PROBE] = (struct load_part){.total = 1, .done = 1, .us = 500000};
    result->parts[FIRST_PEOPLE] = (struct load_part){.total = 100000, .done = 2000, .refused = 1, .us = 2000000};
    for (size_t i = 0; i < 4000; i++)
        latency_add(&result->parts[FIRST_PEOPLE].latency, i < 3990 ? 1250 : 2000000);
    result->lost = 2;
    result->waits = 3;
    result->refusal = "no";
    result->removed = 1;
    result->left = 1998;
    result->prefix = "b1-";
    load_tell_result(arena, result, 2048, &text);
    assert_string_equal(buffer_text(&text), "              done  refused   replies   seconds   per s  p50 ms  p95 ms  p99 ms\n"
                                            "people       2,000        1     4,000     2.000   2,000    1.26    1.26    1.26\n"
                                            "all          2,000        1     4,000     2.500   1,600    1.26    1.26    1.26\n"
                                            "slowest reply  2000 ms\n"
                                            "peak memory    2.0 MB\n"
                                            "not done       98,000 of 100,000 people\n"
                                            "no reply       2\n"
                                            "waits (429)    3\n"
                                            "first refusal  no\n"
                                            "removed        1\n"
                                            "left behind    1,998, with names that begin with b1-\n");
    buffer_release(&text);
}

static void a_refusal_moves_no_cursor_and_is_cut_between_letters(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct load_result *result = arena_alloc(arena, sizeof *result);
    struct buffer words = buffer_new(0), text = buffer_new(0);
    buffer_add(&words, "\xc2\x9b"
                       "2J\x1b[2J x");
    while (words.n < 1000)
        buffer_add(&words, "é");
    result->refusal = buffer_text(&words);
    load_tell_result(arena, result, 0, &text);
    const char *line = strstr(buffer_text(&text), "first refusal");
    assert_non_null(line);
    assert_null(strchr(line, '\x1b'));
    assert_null(strstr(line, "\xc2\x9b"));
    assert_non_null(strstr(line, "é…\n"));
    assert_true(strlen(line) < 400);
    assert_true(text_is_utf8(buffer_text(&text), text.n));
    buffer_release(&words);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_and_every_group_is_told),
        cmocka_unit_test(what_is_sent_follows_from_the_seed_alone),
        cmocka_unit_test(connections_work_at_the_same_time),
        cmocka_unit_test(a_refusal_is_counted_and_the_rest_goes_on),
        cmocka_unit_test(a_lost_reply_is_one_persons),
        cmocka_unit_test(a_server_that_is_gone_ends_it),
        cmocka_unit_test(refused_credentials_end_it_and_what_was_made_goes),
        cmocka_unit_test(an_interruption_finishes_what_was_begun_and_cleans_up),
        cmocka_unit_test(okta_waits_after_a_429),
        cmocka_unit_test(numbers_have_commas),
        cmocka_unit_test(the_line_tells_rate_and_remaining_time),
        cmocka_unit_test(the_table_tells_what_was_not_done),
        cmocka_unit_test(a_refusal_moves_no_cursor_and_is_cut_between_letters),
    };
    struct error err;
    if (!http_client_setup(&err))
        return 1;
    int failed = tap_run("load", tests);
    for (size_t i = 0; i < server.logged; i++)
        mem_free(server.log[i]);
    http_client_teardown();
    return failed;
}
