/* Time and faults on a server that others use too, pace with a sleeper of our own, and lists that do not end. */
#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/http_client.h"
#include "common/http_server.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/fault.h"
#include "runner/pace.h"
#include "runner/play.h"
#include "runner/scenario.h"
#include "runner/target.h"
#include "simulator/dialect.h"
#include "tests/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define RESTS_MAX 200

/* --- the server --- */

struct fake {
    struct http_server *server;
    pthread_mutex_t lock;
    size_t creates, requests;
    const char *retry_after; /* of the 429 that the first create gets; NULL: none does */
    bool grows, repeats;     /* lists */
};

#define LIST "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"

static void say(struct arena *arena, struct http_response *response, int status, const char *body)
{
    response->status = status;
    http_add_header(arena, &response->headers, "Content-Type", "application/scim+json");
    response->body = (struct bytes){body, strlen(body)};
}

/* A page of one: the list is always one longer than what has been seen, or always the same one. */
static void page(const struct fake *fake, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    const char *at = strstr(request->target, "startIndex=");
    long start = at == NULL ? 1 : strtol(at + strlen("startIndex="), NULL, 10);
    const char *body = LIST "\"totalResults\":0,\"startIndex\":1,\"itemsPerPage\":0,\"Resources\":[]}";
    if ((fake->grows || fake->repeats) && strstr(request->target, "/Users") != NULL &&
        strstr(request->target, "count=200") != NULL)
        body = arena_printf(arena,
                            LIST "\"totalResults\":%ld,\"startIndex\":%ld,\"itemsPerPage\":1,\"Resources\":[{\"schemas\":["
                                 "\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"id\":\"u%ld\",\"userName\":\"u%ld\"}]}",
                            fake->repeats ? 9 : start + 1, fake->repeats ? 1 : start, fake->repeats ? 1 : start, start);
    say(arena, response, 200, body);
}

static void handle(void *context, struct arena *arena, const struct http_request *request, struct http_response *response)
{
    struct fake *fake = context;
    pthread_mutex_lock(&fake->lock);
    fake->requests++;
    if (text_ends(request->target, "/access")) {
        say(arena, response, 200, "{\"scim\":\"enabled\",\"resources\":[],\"groups\":[],\"projects\":[],\"users\":[]}");
    } else if (text_equal(request->method, "POST") && strstr(request->target, "/Users") == NULL) {
        say(arena, response, 201, "{}");
    } else if (text_equal(request->method, "POST")) {
        if (fake->creates++ == 0 && fake->retry_after != NULL) {
            http_add_header(arena, &response->headers, "Retry-After", fake->retry_after);
            say(arena, response, 429, "{}");
        } else {
            say(arena, response, 201, arena_printf(arena, "{\"id\":\"u%zu\",\"userName\":\"x\",\"active\":true}", fake->creates));
        }
    } else if (text_equal(request->method, "GET") && strchr(request->target, '?') != NULL) {
        page(fake, arena, request, response);
    } else {
        say(arena, response, text_equal(request->method, "DELETE") ? 204 : 200,
            text_equal(request->method, "DELETE") ? "" : "{}");
    }
    pthread_mutex_unlock(&fake->lock);
}

/* --- a case --- */

struct stage {
    struct arena *arena;
    struct fake fake;
    struct target target;
    struct case_result result;
    struct error err;
    struct play_options options;
    int64_t rests[RESTS_MAX];
    size_t rest_count;
    bool awake; /* the sleeper is told to stop */
};

static bool rest(void *context, int64_t ms, const volatile int *stop)
{
    struct stage *s = context;
    UNUSED(stop);
    assert_true(s->rest_count < RESTS_MAX);
    s->rests[s->rest_count++] = ms;
    return !s->awake;
}

static void open_stage(struct stage *s, bool own)
{
    memset(s, 0, sizeof *s);
    s->arena = arena_new();
    s->options.seed = 1;
    pthread_mutex_init(&s->fake.lock, NULL);
    assert_true(http_client_setup(&s->err));
    s->fake.server = http_server_start(&(struct http_server_options){0}, handle, &s->fake, &s->err);
    assert_non_null(s->fake.server);
    const char *base = arena_printf(s->arena, "http://127.0.0.1:%u", http_server_port(s->fake.server));
    s->target = (struct target){.name = "fake",
                                .scim_base = arena_printf(s->arena, "%s/scim/v2", base),
                                .credentials.token = "token",
                                .admin_base = own ? arena_printf(s->arena, "%s/admin", base) : NULL,
                                .admin_token = own ? "admin" : NULL};
}

static void close_stage(struct stage *s)
{
    http_server_stop(s->fake.server);
    arena_free(s->arena);
    pthread_mutex_destroy(&s->fake.lock);
}

static bool play(struct stage *s, const char *idp, const char *extra, const char *steps)
{
    const char *text = arena_printf(
        s->arena,
        "{\"id\": \"a.b\", \"title\": \"T\", \"why\": \"W\", \"covers\": [\"K01\"], \"tags\": [\"t\"], \"idp\": [\"%s\"], %s"
        "\"directory\": {\"users\": {\"ada\": {\"givenName\": \"Ada\", \"email\": \"ada@acme.test\"}}}, \"steps\": [%s]}",
        idp, extra, steps);
    struct complaints *complaints = arena_alloc(s->arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    if (!scenario_load(s->arena, (struct bytes){text, strlen(text)}, "t.json", &scenario, complaints))
        fail_msg("%s: %s", complaints->items[0].where, complaints->items[0].message);
    s->options.exchanges = true;
    return case_play(&s->target, scenario, dialect_find(idp), &s->options, s->arena, &s->result, &s->err);
}

static bool has_rule(const struct stage *s, const char *rule)
{
    for (size_t i = 0; i < s->result.finding_count; i++)
        if (strcmp(s->result.findings[i].rule, rule) == 0)
            return true;
    return false;
}

static int64_t rested(const struct stage *s)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->rest_count; i++)
        sum += s->rests[i];
    return sum;
}

/* --- promises --- */

/* Its clock does not move with ours: asking again at once would be asking ten times for nothing. */
static void a_429_of_a_foreign_server_is_a_refusal(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    s.fake.retry_after = "7";
    assert_true(play(&s, "okta-aiw", "", "{\"assign\": \"ada\"}"));
    assert_int_equal(s.fake.creates, 1);
    assert_true(has_rule(&s, "okta.request-refused"));
    close_stage(&s);
}

static void at_real_pace_it_is_waited_for(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    const struct pace pace = {rest, &s};
    s.options.pace = &pace;
    s.fake.retry_after = "7";
    assert_true(play(&s, "okta-aiw", "", "{\"assign\": \"ada\", \"expect\": {\"provider\": {\"waited\": \"7s\"}}}"));
    assert_int_equal(s.fake.creates, 2);
    assert_false(has_rule(&s, "okta.request-refused"));
    assert_false(has_rule(&s, "expect.provider"));
    int64_t gap = dialect_value(dialect_find("okta-aiw"), AXIS_GAP);
    assert_int_equal(gap, 230);
    assert_int_equal(rested(&s), gap + 7000 + gap); /* lookup, create, create */
    close_stage(&s);
}

/* One request in an event has nothing before it. */
static void the_gaps_are_between_the_calls_of_an_event(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    const struct pace pace = {rest, &s};
    s.options.pace = &pace;
    assert_true(play(&s, "okta-aiw", "", "{\"test-connection\": true}, {\"test-connection\": true}"));
    assert_int_equal(rested(&s), 0);
    close_stage(&s);
}

static void at_virtual_pace_nobody_rests(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    assert_true(play(
        &s, "okta-aiw", "",
        "{\"fault\": {\"status\": 429, \"headers\": {\"Retry-After\": \"3600\"}, \"method\": \"POST\"}}, {\"assign\": \"ada\", "
        "\"expect\": {\"provider\": {\"waited\": \"1h\"}}}"));
    assert_int_equal(s.fake.creates, 1); /* the fault answered the first */
    assert_false(has_rule(&s, "expect.provider"));
    assert_false(has_rule(&s, "okta.request-refused"));
    close_stage(&s);
}

static void a_rest_can_be_interrupted(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    const struct pace pace = {rest, &s};
    s.options.pace = &pace;
    s.awake = true;
    assert_false(play(&s, "okta-aiw", "", "{\"assign\": \"ada\"}"));
    assert_int_equal(s.err.code, ERROR_INTERRUPTED);
    assert_int_equal(s.fake.creates, 0);
    close_stage(&s);
}

static void the_real_sleeper_wakes_when_told(void **state)
{
    UNUSED(state);
    volatile int stop = 1;
    uint64_t begun = clock_monotonic_us();
    assert_false(pace_real.rest(pace_real.context, 3600000, &stop));
    assert_true(clock_monotonic_us() - begun < 10000000);
    stop = 0;
    begun = clock_monotonic_us();
    assert_true(pace_real.rest(pace_real.context, 5, &stop));
    assert_true(clock_monotonic_us() - begun >= 5000);
    assert_true(pace_real.rest(pace_real.context, 0, NULL));
}

/* The provider's clock moves alone: what failed at first is told by a later cycle. */
static void time_passes_on_any_server(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    assert_true(play(&s, "entra", "",
                     "{\"fault\": {\"kind\": \"lose-request\", \"method\": \"POST\"}}, "
                     "{\"assign\": \"ada\", \"expect\": {\"provider\": {\"users\": {\"ada\": \"error\"}}}}, "
                     "{\"wait\": \"40m\", \"expect\": {\"provider\": {\"users\": {\"ada\": \"provisioned\"}}}}"));
    assert_int_not_equal(s.result.outcome, OUTCOME_SKIPPED);
    assert_false(has_rule(&s, "expect.provider"));
    assert_int_equal(s.fake.creates, 1);
    close_stage(&s);
}

static void what_needs_the_servers_clock_is_skipped(void **state)
{
    UNUSED(state);
    static const char *const stories[][2] = {
        {"\"server-clock\": true, ", "{\"assign\": \"ada\"}, {\"wait\": \"30d\"}"},
        {"", "{\"create-token\": {\"name\": \"t\", \"expiresIn\": \"1d\"}}, {\"wait\": \"30d\"}"},
        {"", "{\"create-client\": true}, {\"fetch-token\": true}, {\"wait\": \"2h\"}"},
        {"", "{\"advance-clock\": \"1d\"}"},
        {"", "{\"fault\": {\"kind\": \"end-token\"}}, {\"assign\": \"ada\"}"},
        {"", "{\"fault\": [{\"status\": 503}, {\"kind\": \"end-token\"}]}, {\"assign\": \"ada\"}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
        struct stage s;
        open_stage(&s, false);
        assert_true(play(&s, "entra", stories[i][0], stories[i][1]));
        assert_int_equal(s.result.outcome, OUTCOME_SKIPPED);
        assert_non_null(strstr(s.result.reason, "clock"));
        assert_int_equal(s.fake.requests, 0);
        close_stage(&s);
    }
}

/* The judge reads to the end of a list, and some lists have none. */
static void lists_that_do_not_end_are_findings(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, true);
    s.fake.grows = true;
    assert_true(play(&s, "okta-aiw", "", "{\"test-connection\": true}"));
    assert_int_equal(s.result.outcome, OUTCOME_FAILED);
    assert_true(has_rule(&s, "protocol.list-ends"));
    assert_true(s.fake.requests < 300);
    close_stage(&s);

    open_stage(&s, true);
    s.fake.repeats = true; /* startIndex is ignored */
    assert_true(play(&s, "okta-aiw", "", "{\"test-connection\": true}"));
    assert_true(has_rule(&s, "RFC7644-3.4.2.4-13"));
    assert_false(has_rule(&s, "protocol.list-ends"));
    close_stage(&s);
}

static void a_storm_is_read_or_refused(void **state)
{
    UNUSED(state);
    struct fault_storm storm;
    struct error err = {0};
    assert_true(fault_storm_read("lose-reply", &storm, &err));
    assert_int_equal(storm.fault.kind, FAULT_LOSE_REPLY);
    assert_int_equal(storm.every, FAULT_STORM_EVERY);
    assert_true(fault_storm_read("duplicate=1", &storm, &err));
    assert_int_equal(storm.every, 1);
    static const char *const wrong[] = {"",
                                        "lose",
                                        "end-token",
                                        "lose-reply=0",
                                        "cut=",
                                        "cut=x",
                                        "cut=1001",
                                        "=3",
                                        "lose-reply ",
                                        "LOSE-REPLY",
                                        "a-word-that-is-much-longer-than-any-kind-of-fault"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_false(fault_storm_read(wrong[i], &storm, &err));
        assert_int_equal(err.code, ERROR_USAGE);
    }
}

/* Every request is lost once, then the provider comes again. */
static void after_the_storm_it_is_told_again(void **state)
{
    UNUSED(state);
    static const char *const dialects_met[] = {"okta-aiw", "okta-template", "entra", "entra-on-demand"};
    for (size_t i = 0; i < ARRAY_LEN(dialects_met); i++) {
        struct stage s;
        struct fault_storm storm;
        open_stage(&s, false);
        assert_true(fault_storm_read("lose-request=1", &storm, &s.err));
        s.options.storm = &storm;
        assert_true(play(&s, dialects_met[i], "",
                         "{\"assign\": \"ada\", \"expect\": {\"provider\": {\"users\": {\"ada\": \"provisioned\"}}}}"));
        assert_false(has_rule(&s, "expect.provider"));
        assert_int_equal(s.fake.creates, 1);
        close_stage(&s);
    }
}

/* Methods of the provider's requests that reached the server, in their order: "GET POST". */
static const char *arrived(const struct stage *s)
{
    struct buffer b = buffer_new(1000);
    for (size_t i = 0; i < s->result.exchange_count; i++) {
        const struct exchange *exchange = &s->result.exchanges[i];
        if (exchange->side == SIDE_IDP && exchange->problem == NULL)
            buffer_printf(&b, "%s%s", b.n == 0 ? "" : " ", exchange->request->method);
    }
    return buffer_take(&b, s->arena);
}

/* Behind all that the next event sends; an event that sends nothing is none. */
static void what_is_late_comes_behind_the_next_event(void **state)
{
    UNUSED(state);
    static const struct {
        const char *steps, *arrived;
    } rows[] = {
        {"{\"assign\": \"ada\"}", "GET"},
        {"{\"assign\": \"ada\"}, {\"restart\": true}", "GET GET POST POST"},
        {"{\"assign\": \"ada\"}, {\"suspend\": \"ada\"}, {\"restart\": true}", "GET GET POST POST"},
        {"{\"assign\": \"ada\"}, {\"suspend\": \"ada\"}", "GET"},
        {"{\"assign\": \"ada\"}, {\"test-connection\": true}, {\"restart\": true}", "GET GET POST GET POST"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stage s;
        open_stage(&s, false);
        assert_true(play(&s, "okta-aiw", "",
                         arena_printf(s.arena, "{\"fault\": {\"kind\": \"late\", \"method\": \"POST\"}}, %s", rows[i].steps)));
        assert_string_equal(arrived(&s), rows[i].arrived);
        close_stage(&s);
    }
}

/* The client waits for its time-out first, by its own clock. */
static void who_waits_for_what_is_late_gives_up(void **state)
{
    UNUSED(state);
    struct stage s;
    open_stage(&s, false);
    const struct pace pace = {rest, &s};
    s.options.pace = &pace;
    assert_true(play(&s, "okta-aiw", "",
                     "{\"fault\": {\"kind\": \"late\", \"method\": \"POST\"}}, "
                     "{\"assign\": \"ada\", \"expect\": {\"provider\": {\"users\": {\"ada\": \"error\"}}}}"));
    assert_false(has_rule(&s, "expect.provider"));
    assert_int_equal(rested(&s), 230 + 60000);
    assert_int_equal(s.fake.creates, 0);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_429_of_a_foreign_server_is_a_refusal),
        cmocka_unit_test(at_real_pace_it_is_waited_for),
        cmocka_unit_test(the_gaps_are_between_the_calls_of_an_event),
        cmocka_unit_test(at_virtual_pace_nobody_rests),
        cmocka_unit_test(a_rest_can_be_interrupted),
        cmocka_unit_test(the_real_sleeper_wakes_when_told),
        cmocka_unit_test(time_passes_on_any_server),
        cmocka_unit_test(what_needs_the_servers_clock_is_skipped),
        cmocka_unit_test(lists_that_do_not_end_are_findings),
        cmocka_unit_test(a_storm_is_read_or_refused),
        cmocka_unit_test(after_the_storm_it_is_told_again),
        cmocka_unit_test(what_is_late_comes_behind_the_next_event),
        cmocka_unit_test(who_waits_for_what_is_late_gives_up),
    };
    return tap_run("faults and pace", tests);
}
