/* Time in the simulated providers: the table of Entra's job, escrow, quarantine, and that they get over any storm. */
#include "common/base.h"
#include "tests/unit/simulator/scripted_server.h"

#include "simulator/entra_job.h"
#include "simulator/throttle.h"

#define MINUTE ((int64_t)60000)
#define HOUR   (60 * MINUTE)

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\",\"manager\":\"ada\"},"               \
    "\"cyd\":{\"email\":\"cyd@acme.test\"}},\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"ada\",\"bob\"]}}}"

/* A server that is as well or as sick as the test says. */
struct patient {
    struct scripted s;
    int64_t now_ms;
    bool storm;      /* anything may come */
    int status;      /* of writes; 0: all is well */
    int read_status; /* of reads; 0: all is well */
    size_t requests, made;
    const char *first; /* the first request since it was set to NULL */
};

static struct http_response reply_of(struct patient *p, int status, const char *body)
{
    struct http_response reply = {.status = status, .body = {body, strlen(body)}};
    http_add_header(p->s.arena, &reply.headers, "Content-Type", "application/scim+json");
    return reply;
}

static struct http_response well(struct patient *p, const struct http_request *request)
{
    if (strstr(request->target, "filter=") != NULL)
        return reply_of(p, 200, &SCRIPTED_NONE[strlen("200 ")]);
    if (text_equal(request->method, "POST"))
        return reply_of(p, 201, arena_printf(p->s.arena, "{\"id\":\"n%zu\",\"active\":true}", ++p->made));
    if (text_equal(request->method, "GET"))
        return reply_of(p, 200, "{\"id\":\"x\",\"active\":true}");
    return reply_of(p, text_equal(request->method, "PUT") ? 200 : 204,
                    text_equal(request->method, "PUT") ? "{\"id\":\"x\"}" : "");
}

static bool storm(struct patient *p, struct http_response *reply)
{
    static const int statuses[] = {200, 201, 204, 301, 400, 401, 403, 404, 409, 412, 422, 429, 429, 500, 501, 502, 503};
    static const char *const bodies[] = {"", "{}", "[]", "null", "<html>", "{\"totalResults\":", "{\"Resources\":{},\"id\":7}"};
    static const char *const waits[] = {"0", "1", "30", "-1", "soon", "99999999999999999999", "Sun, 22 Nov 2026 18:00:00 GMT"};
    if (rng_below(&p->s.rng, 20) == 0)
        return false;
    *reply = reply_of(p, statuses[rng_below(&p->s.rng, ARRAY_LEN(statuses))], bodies[rng_below(&p->s.rng, ARRAY_LEN(bodies))]);
    if (rng_below(&p->s.rng, 2) == 0)
        http_add_header(p->s.arena, &reply->headers, "Retry-After", waits[rng_below(&p->s.rng, ARRAY_LEN(waits))]);
    return true;
}

static bool answer(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                   struct error *err)
{
    struct patient *p = context;
    for (size_t i = 0; i < count; i++) {
        bool read = text_equal(requests[i].method, "GET");
        int status = read ? p->read_status : p->status;
        p->requests++;
        if (p->first == NULL)
            p->first = arena_printf(p->s.arena, "%s %s", requests[i].method, requests[i].target);
        if (p->storm && !storm(p, &replies[i]))
            return error_set(err, ERROR_UNREACHABLE, "test", "", "no reply");
        if (!p->storm)
            replies[i] = status != 0 ? reply_of(p, status, "{}") : well(p, &requests[i]);
    }
    return true;
}

static bool pass(void *context, int64_t ms, struct error *err)
{
    UNUSED(err);
    assert_true(ms > 0);
    ((struct patient *)context)->now_ms += ms;
    return true;
}

static void set_up(struct patient *p, const char *dialect)
{
    memset(p, 0, sizeof *p);
    scripted_set_up(&p->s, dialect, DIRECTORY);
    p->s.sim.send = answer;
    p->s.sim.context = p;
    p->s.sim.pass = pass;
    p->s.sim.clock = clock_fixed(&p->now_ms);
    p->s.sim.timetable = true;
}

static void turn(struct patient *p, const char *axis, const char *value)
{
    struct error err = {0};
    assert_true(dialect_with(p->s.arena, p->s.sim.dialect, axis, value, &p->s.sim.dialect, &err));
}

static void happens(struct patient *p, enum event_kind kind, const char *subject)
{
    struct event_outcome outcome;
    scripted_play(&p->s, (struct event){.kind = kind, .subject = subject}, &outcome);
}

/* Lets time pass; how many cycles came in it. */
static size_t wait(struct patient *p, int64_t span)
{
    int64_t due = 0, end = p->now_ms + span;
    size_t cycles = 0;
    while (simulator_next(&p->s.sim, &due) && due <= end) {
        struct event_outcome outcome;
        struct error err = {0};
        if (due > p->now_ms)
            p->now_ms = due;
        int64_t before = p->now_ms;
        bool played = simulator_act(&p->s.sim, &outcome, &err);
        assert_true(played || err.code == ERROR_UNREACHABLE);
        assert_true(!simulator_next(&p->s.sim, &due) || due > before); /* never twice at the same time */
        cycles++;
    }
    if (p->now_ms < end)
        p->now_ms = end;
    return cycles;
}

static const char *job(const struct patient *p)
{
    return job_state_word(p->s.sim.job.state);
}

static const char *ada(const struct patient *p)
{
    return simulator_person_state(p->s.sim.directory->users[0]);
}

/* Microsoft's pages, row by row; what is not named stays as it is. */
static void the_table_is_whole(void **state)
{
    static const struct {
        enum job_state from;
        enum job_cause cause;
        enum job_state to;
    } rows[] = {
        {JOB_INITIAL, JOB_ENDED_WELL, JOB_INCREMENTAL},    {JOB_INITIAL, JOB_REFUSED, JOB_QUARANTINE},
        {JOB_INITIAL, JOB_TOO_MANY, JOB_QUARANTINE},       {JOB_INCREMENTAL, JOB_REFUSED, JOB_QUARANTINE},
        {JOB_INCREMENTAL, JOB_TOO_MANY, JOB_QUARANTINE},   {JOB_INCREMENTAL, JOB_RESTARTED, JOB_INITIAL},
        {JOB_QUARANTINE, JOB_ENDED_WELL, JOB_INCREMENTAL}, {JOB_QUARANTINE, JOB_TOO_LONG, JOB_DISABLED},
        {JOB_QUARANTINE, JOB_RESTARTED, JOB_INITIAL},      {JOB_DISABLED, JOB_RESTARTED, JOB_INITIAL},
        {JOB_INCREMENTAL, JOB_RECONFIGURED, JOB_INITIAL},  {JOB_INITIAL, JOB_STAGED, JOB_QUARANTINE},
        {JOB_INCREMENTAL, JOB_STAGED, JOB_QUARANTINE},
    };
    UNUSED(state);
    for (int from = 0; from < JOB_STATE_COUNT; from++)
        for (int cause = 0; cause < JOB_CAUSE_COUNT; cause++) {
            enum job_state to = (enum job_state)from;
            for (size_t i = 0; i < ARRAY_LEN(rows); i++)
                if ((int)rows[i].from == from && (int)rows[i].cause == cause)
                    to = rows[i].to;
            assert_string_equal(job_state_word(job_next((enum job_state)from, (enum job_cause)cause)), job_state_word(to));
        }
}

/* Retry-After as Okta reads it: a whole number of seconds or nothing. */
static void retry_after_is_a_whole_number(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: not understood */
    } rows[] = {{"0", 0},
                {"30", 30},
                {"86400", 86400},
                {NULL, -1},
                {"", -1},
                {"-1", -1},
                {"1.5", -1},
                {"30s", -1},
                {" 30", -1},
                {"+30", -1},
                {"0x1e", -1},
                {"null", -1},
                {"Sun, 22 Nov 2026 18:00:00 GMT", -1},
                {"99999999999999999999", -1}};
    UNUSED(state);
    struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_headers headers = {0};
        int64_t ms = -1000;
        if (rows[i].text != NULL)
            http_add_header(arena, &headers, "retry-after", rows[i].text);
        assert_int_equal(throttle_retry_after(&headers, &ms), rows[i].seconds >= 0);
        assert_int_equal(ms, rows[i].seconds * 1000);
    }
    arena_free(arena);
}

static void cycles_come_every_forty_minutes(void **state)
{
    UNUSED(state);
    struct patient p;
    set_up(&p, "entra");
    assert_int_equal(wait(&p, 39 * MINUTE), 0);
    assert_int_equal(wait(&p, MINUTE), 1);
    assert_int_equal(p.requests, 2); /* the probe of people and of groups, nothing else */
    assert_int_equal(wait(&p, 24 * HOUR), 36);
    turn(&p, "cycle-minutes", "60");
    p.now_ms = p.s.sim.job.due_ms; /* the cycle that is due comes yet at the old time */
    wait(&p, 0);
    assert_int_equal(wait(&p, 10 * HOUR), 10);
    arena_free(p.s.arena);
}

static void without_time_nothing_comes_by_itself(void **state)
{
    UNUSED(state);
    struct patient p;
    int64_t due;
    set_up(&p, "okta-aiw");
    assert_false(simulator_next(&p.s.sim, &due));
    arena_free(p.s.arena);
    set_up(&p, "entra");
    p.s.sim.timetable = false;
    assert_false(simulator_next(&p.s.sim, &due));
    p.read_status = 401;
    happens(&p, EVENT_ASSIGN, "ada");
    assert_string_equal(job(&p), "quarantine");
    p.read_status = 0;
    happens(&p, EVENT_ASSIGN, "ada"); /* every event is a cycle that comes at once */
    assert_string_equal(ada(&p), "provisioned");
    arena_free(p.s.arena);
}

/* The next cycle, then 80, 160, 320, 640, 1280 minutes, then a day. */
static void gaps_of_escrow_grow(void **state)
{
    static const int gaps[] = {40, 80, 160, 320, 640, 1280, 1440, 1440, 1440};
    UNUSED(state);
    struct patient p;
    set_up(&p, "entra");
    p.status = 503;
    happens(&p, EVENT_ASSIGN, "ada");
    for (size_t i = 0; i < ARRAY_LEN(gaps); i++) {
        int failures = p.s.sim.directory->users[0]->escrow.failures;
        wait(&p, (gaps[i] - 1) * MINUTE);
        assert_int_equal(p.s.sim.directory->users[0]->escrow.failures, failures);
        wait(&p, MINUTE);
        assert_int_equal(p.s.sim.directory->users[0]->escrow.failures, failures + 1);
        assert_string_equal(ada(&p), "error");
        assert_string_equal(job(&p), "incremental");
    }
    p.status = 0;
    wait(&p, 24 * HOUR);
    assert_string_equal(ada(&p), "provisioned");
    assert_int_equal(p.s.sim.directory->users[0]->escrow.failures, 0);
    arena_free(p.s.arena);
}

static void a_change_brings_somebody_out_of_escrow(void **state)
{
    UNUSED(state);
    struct patient p;
    set_up(&p, "entra");
    p.status = 503;
    happens(&p, EVENT_ASSIGN, "ada");
    wait(&p, 10 * HOUR);
    p.status = 0;
    happens(&p, EVENT_ASSIGN, "ada");
    assert_string_equal(ada(&p), "provisioned");
    arena_free(p.s.arena);
}

/* 6, 12, 24 hours after the first failure, then every 24 hours, and on the 28th day no more. */
static void quarantine_lasts_four_weeks(void **state)
{
    static const int hours[] = {6, 12, 24, 48, 72, 96};
    UNUSED(state);
    struct patient p;
    set_up(&p, "entra");
    wait(&p, HOUR);
    p.read_status = 401;
    happens(&p, EVENT_ASSIGN, "ada");
    int64_t start = p.now_ms;
    for (size_t i = 0; i < ARRAY_LEN(hours); i++) {
        size_t before = p.requests;
        wait(&p, start + hours[i] * HOUR - p.now_ms - 1);
        assert_int_equal(p.requests, before);
        assert_int_equal(wait(&p, 1), 1);
        assert_int_equal(p.requests, before + 1); /* the probe of people, refused */
    }
    assert_int_equal(wait(&p, start + 28 * DAY_MS - p.now_ms - 1), 23);
    assert_string_equal(job(&p), "quarantine");
    size_t before = p.requests;
    wait(&p, 1);
    assert_string_equal(job(&p), "disabled");
    p.read_status = 0;
    happens(&p, EVENT_SYNC, NULL);
    assert_int_equal(wait(&p, 60 * DAY_MS), 0);
    assert_int_equal(p.requests, before);
    happens(&p, EVENT_RESTART, NULL);
    assert_string_equal(job(&p), "incremental");
    assert_string_equal(ada(&p), "provisioned");
    arena_free(p.s.arena);
}

static void quarantine_may_be_daily(void **state)
{
    UNUSED(state);
    struct patient p;
    set_up(&p, "entra");
    turn(&p, "quarantine-retry", "daily");
    turn(&p, "quarantine-days", "3");
    p.read_status = 403;
    happens(&p, EVENT_ASSIGN, "ada");
    assert_int_equal(wait(&p, 24 * HOUR - 1), 0);
    assert_int_equal(wait(&p, 24 * HOUR + 1), 2);
    assert_string_equal(job(&p), "quarantine");
    wait(&p, 24 * HOUR);
    assert_string_equal(job(&p), "disabled");
    arena_free(p.s.arena);
}

/* A server that is busy or down is no reason for quarantine: the cycle breaks off and comes again. */
static void a_server_that_is_down_is_no_quarantine(void **state)
{
    static const int statuses[] = {429, 500, 502, 503};
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct patient p;
        set_up(&p, "entra");
        happens(&p, EVENT_SYNC, NULL);
        p.read_status = statuses[i];
        happens(&p, EVENT_ASSIGN, "ada");
        assert_int_equal(wait(&p, 80 * MINUTE), 2);
        assert_string_equal(job(&p), "incremental");
        p.read_status = 0;
        wait(&p, 40 * MINUTE);
        assert_string_equal(ada(&p), "provisioned");
        arena_free(p.s.arena);
    }
}

static void many_failures_are_quarantine(void **state)
{
    static const struct {
        const char *least, *percent, *state;
    } rows[] = {{"3", "40", "quarantine"}, {"4", "40", "incremental"}, {"2", "99", "quarantine"}, {"2", "100", "incremental"}};
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct patient p;
        set_up(&p, "entra");
        turn(&p, "quarantine-failures", rows[i].least);
        turn(&p, "quarantine-percent", rows[i].percent);
        p.s.sim.job.state = JOB_INCREMENTAL;
        for (size_t k = 0; k < p.s.sim.directory->user_count; k++)
            p.s.sim.directory->users[k]->assigned = true;
        p.status = 500;
        happens(&p, EVENT_SYNC, NULL);
        assert_string_equal(job(&p), rows[i].state);
        arena_free(p.s.arena);
    }
}

/* Somebody whom the server lost is found missing by the initial cycle only. */
static void a_restart_matches_everybody_anew(void **state)
{
    UNUSED(state);
    struct patient p;
    set_up(&p, "entra");
    happens(&p, EVENT_ASSIGN, "ada");
    wait(&p, 40 * MINUTE);
    assert_int_equal(p.made, 1);
    happens(&p, EVENT_RESTART, NULL);
    assert_int_equal(p.made, 2);
    assert_true(p.s.sim.job.watermark_ms == p.now_ms);
    wait(&p, 80 * MINUTE);
    assert_int_equal(p.made, 2);
    arena_free(p.s.arena);
}

/* --- any storm --- */

static void some_event(struct patient *p)
{
    static const enum event_kind of_people[] = {EVENT_ASSIGN, EVENT_UNASSIGN, EVENT_DEACTIVATE, EVENT_REACTIVATE,
                                                EVENT_DELETE, EVENT_ASSIGN,   EVENT_ASSIGN};
    static const enum event_kind others[] = {EVENT_SYNC, EVENT_RESTART, EVENT_TEST_CONNECTION, EVENT_PUSH_GROUP};
    static const char *const keys[] = {"ada", "bob", "cyd"};
    size_t which = rng_below(&p->s.rng, 12);
    if (which < 7)
        happens(p, of_people[which], keys[rng_below(&p->s.rng, 3)]);
    else if (which < 11)
        happens(p, others[which - 7], which == 10 ? "eng" : NULL);
    else
        wait(p, (int64_t)rng_below(&p->s.rng, 3 * (uint64_t)DAY_MS));
}

static void every_state_is_known(const struct patient *p)
{
    static const char *const people[] = {PERSON_STATES}, *const pushes[] = {PUSH_STATES};
    const struct directory *directory = p->s.sim.directory;
    bool known = p->s.sim.job.state < JOB_STATE_COUNT && p->s.sim.trace_count <= SIMULATOR_MAX_TRACE;
    for (size_t i = 0; i < directory->user_count && known; i++) {
        known = false;
        for (size_t k = 0; k < ARRAY_LEN(people); k++)
            known = known || text_equal(people[k], simulator_person_state(directory->users[i]));
    }
    bool push = false;
    for (size_t k = 0; k < ARRAY_LEN(pushes); k++)
        push = push || text_equal(pushes[k], simulator_push_state(directory->groups[0]));
    assert_true(known && push);
}

static void has_converged(const struct patient *p, const char *dialect, unsigned seed)
{
    const struct directory *directory = p->s.sim.directory;
    for (size_t i = 0; i < directory->user_count; i++) {
        const struct directory_user *user = directory->users[i];
        bool in = user->assigned && user->state == USER_ACTIVE;
        const char *word = simulator_person_state(user);
        bool fine = in ? text_equal(word, "provisioned") : !text_equal(word, "provisioned") && !text_equal(word, "error");
        bool purged = user->state == USER_DELETED && !user->pushed_active;
        if (!fine && !purged)
            fail_msg("%s, storm %u: %s is %s", dialect, seed, user->key, word);
    }
    const char *push = simulator_push_state(directory->groups[0]);
    if (directory->groups[0]->pushed && !text_equal(push, "active"))
        fail_msg("%s, storm %u: the group is %s", dialect, seed, push);
}

/* Three days hold every gap that there is: a day of escrow, and 24 hours of quarantine. A disabled job needs its restart, Okta's failed
 * tasks are submitted again. */
static void recovers(struct patient *p)
{
    p->storm = false;
    if (p->s.sim.dialect->okta || p->s.sim.job.state == JOB_DISABLED)
        happens(p, EVENT_RESTART, NULL);
    if (p->s.sim.dialect->okta)
        happens(p, EVENT_RESTART, NULL);
    wait(p, 3 * DAY_MS);
}

static void every_storm_passes(void **state)
{
    static const char *const names[] = {"entra", "entra-flag", "okta-aiw", "okta-template"};
    UNUSED(state);
    for (size_t d = 0; d < ARRAY_LEN(names); d++)
        for (unsigned seed = 1; seed <= 100; seed++) {
            struct patient p;
            set_up(&p, names[d]);
            p.s.rng = rng_new(seed);
            if (seed % 2 == 0)
                turn(&p, "on-429", seed % 4 == 0 ? "wait" : "wait-doubling");
            p.storm = true;
            for (int i = 0; i < 30; i++) {
                some_event(&p);
                every_state_is_known(&p);
            }
            recovers(&p);
            every_state_is_known(&p);
            has_converged(&p, names[d], seed);
            arena_free(p.s.arena);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(retry_after_is_a_whole_number),
        cmocka_unit_test(cycles_come_every_forty_minutes),
        cmocka_unit_test(without_time_nothing_comes_by_itself),
        cmocka_unit_test(gaps_of_escrow_grow),
        cmocka_unit_test(a_change_brings_somebody_out_of_escrow),
        cmocka_unit_test(quarantine_lasts_four_weeks),
        cmocka_unit_test(quarantine_may_be_daily),
        cmocka_unit_test(a_server_that_is_down_is_no_quarantine),
        cmocka_unit_test(many_failures_are_quarantine),
        cmocka_unit_test(a_restart_matches_everybody_anew),
        cmocka_unit_test(every_storm_passes),
    };
    return tap_run("time", tests);
}
