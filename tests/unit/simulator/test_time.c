/* Time in the simulated providers: the table of Entra's job, escrow, quarantine, the recycle bin and the guard. */
#include "common/base.h"
#include "tests/unit/simulator/patient.h"

#include "simulator/entra_job.h"
#include "simulator/throttle.h"

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
    for (size_t k = 0; k < 2 * ARRAY_LEN(rows); k++) {
        size_t i = k / 2;
        struct patient p;
        set_up(&p, "entra");
        turn(&p, "quarantine-failures", rows[i].least);
        turn(&p, "quarantine-percent", rows[i].percent);
        p.s.sim.job.state = k % 2 == 0 ? JOB_INCREMENTAL : JOB_INITIAL;
        for (size_t u = 0; u < p.s.sim.directory->user_count; u++)
            p.s.sim.directory->users[u]->assigned = true;
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

/* --- the recycle bin and the guard --- */

static void sets(struct patient *p, const char *text)
{
    struct event_outcome outcome;
    assert_true(scripted_play(&p->s, (struct event){.kind = EVENT_SET_JOB, .changes = scripted_json(&p->s, text)}, &outcome));
}

static void will_happen(struct patient *p, enum event_kind kind, const char *subject)
{
    struct event_outcome outcome;
    size_t before = p->requests;
    assert_true(scripted_play(&p->s, (struct event){.kind = kind, .subject = subject, .later = true}, &outcome));
    assert_int_equal(p->requests, before);
}

static void three_are_there(struct patient *p)
{
    static const char *const keys[] = {"ada", "bob", "cyd"};
    set_up(p, "entra");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        happens(p, EVENT_ASSIGN, keys[i]);
    assert_int_equal(p->made, 3);
}

static size_t active(const struct patient *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->s.sim.directory->user_count; i++)
        count += p->s.sim.directory->users[i]->pushed_active;
    return count;
}

/* Thirty days to the cycle, not a day less. */
static void the_bin_is_emptied_after_thirty_days(void **state)
{
    UNUSED(state);
    struct patient p;
    three_are_there(&p);
    happens(&p, EVENT_SOFT_DELETE, "ada");
    assert_string_equal(ada(&p), "deactivated");
    wait(&p, 30 * DAY_MS - 1);
    assert_int_equal(p.s.sim.directory->users[0]->state, USER_RECYCLED);
    assert_string_equal(ada(&p), "deactivated");
    wait(&p, 40 * MINUTE);
    assert_int_equal(p.s.sim.directory->users[0]->state, USER_DELETED);
    assert_string_equal(ada(&p), "unassigned");
    arena_free(p.s.arena);
}

/* More than the threshold in one cycle; as many as that go out. */
static void the_guard_counts_a_cycle(void **state)
{
    static const struct {
        const char *settings;
        size_t left;
        const char *job;
    } rows[] = {{"{\"deletion-threshold\":0}", 1, "incremental"},
                {"{\"deletion-threshold\":1}", 3, "quarantine"},
                {"{\"deletion-threshold\":2}", 1, "incremental"}};
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct patient p;
        three_are_there(&p);
        sets(&p, rows[i].settings);
        will_happen(&p, EVENT_UNASSIGN, "ada");
        will_happen(&p, EVENT_DEACTIVATE, "bob");
        wait(&p, 40 * MINUTE);
        assert_int_equal(active(&p), rows[i].left);
        assert_string_equal(job(&p), rows[i].job);
        arena_free(p.s.arena);
    }
}

static void staged_deletions_wait_to_be_allowed(void **state)
{
    UNUSED(state);
    struct patient p;
    three_are_there(&p);
    sets(&p, "{\"deletion-threshold\":1}");
    sets(&p, "{\"scoping-filters\":{\"users\":[[{\"attribute\":\"department\",\"operator\":\"IS NOT NULL\"}]]}}");
    assert_string_equal(job(&p), "quarantine");
    assert_string_equal(ada(&p), "waiting");
    wait(&p, 3 * DAY_MS);
    assert_int_equal(active(&p), 3);
    assert_string_equal(job(&p), "quarantine");
    happens(&p, EVENT_ALLOW_DELETIONS, NULL);
    assert_int_equal(active(&p), 0);
    assert_string_equal(job(&p), "incremental");
    assert_false(p.s.sim.job.deletions_allowed);
    arena_free(p.s.arena);
}

/* Rejected by undoing: the next cycle, six hours later, is a good one. */
static void staged_deletions_can_be_taken_back(void **state)
{
    UNUSED(state);
    struct patient p;
    three_are_there(&p);
    sets(&p, "{\"deletion-threshold\":1}");
    will_happen(&p, EVENT_UNASSIGN, "ada");
    will_happen(&p, EVENT_UNASSIGN, "bob");
    wait(&p, 40 * MINUTE);
    assert_string_equal(job(&p), "quarantine");
    happens(&p, EVENT_ASSIGN, "ada");
    happens(&p, EVENT_ASSIGN, "bob");
    wait(&p, 6 * HOUR);
    assert_int_equal(active(&p), 3);
    assert_string_equal(ada(&p), "provisioned");
    assert_string_equal(job(&p), "incremental");
    arena_free(p.s.arena);
}

/* Whom an initial cycle could not look up is looked up by the next one. */
static void a_match_that_failed_is_made_up_for(void **state)
{
    UNUSED(state);
    struct patient p;
    three_are_there(&p);
    p.read_status = 503;
    happens(&p, EVENT_RESTART, NULL);
    p.read_status = 0;
    wait(&p, 40 * MINUTE);
    assert_int_equal(p.made, 6); /* this server finds nobody */
    arena_free(p.s.arena);
}

/* --- every transition, by playing what causes it --- */

static void brings_about(struct patient *p, enum job_cause cause)
{
    struct provision_job *job = &p->s.sim.job;
    switch (cause) {
    case JOB_RESTARTED:
        happens(p, EVENT_RESTART, NULL);
        return;
    case JOB_RECONFIGURED:
        sets(p, "{\"scope\":\"all\"}");
        return;
    case JOB_TOO_LONG:
        job->quarantined_ms = p->now_ms;
        job->due_ms = p->now_ms + DAY_MS;
        p->read_status = 401;
        wait(p, 29 * DAY_MS);
        return;
    case JOB_REFUSED:
        p->read_status = 401;
        break;
    case JOB_BROKE_OFF:
        p->read_status = 503;
        break;
    case JOB_TOO_MANY:
        turn(p, "quarantine-failures", "1");
        will_happen(p, EVENT_UNASSIGN, "ada");
        p->status = 500;
        break;
    case JOB_STAGED:
        turn(p, "deletion-threshold", "1");
        will_happen(p, EVENT_UNASSIGN, "ada");
        will_happen(p, EVENT_UNASSIGN, "bob");
        break;
    case JOB_ENDED_WELL:
    case JOB_CAUSE_COUNT:
        break;
    }
    happens(p, EVENT_SYNC, NULL);
}

static bool has_traced(const struct patient *p, enum job_state from, enum job_state to)
{
    const char *line = arena_printf(p->s.arena, "job: %s -> %s, ", job_state_word(from), job_state_word(to));
    for (size_t i = 0; i < p->s.sim.trace_count; i++)
        if (text_starts(p->s.sim.trace[i].text, line))
            return true;
    return false;
}

static void every_transition_is_taken(void **state)
{
    UNUSED(state);
    for (int from = 0; from < JOB_STATE_COUNT; from++)
        for (int cause = 0; cause < JOB_CAUSE_COUNT; cause++) {
            struct patient p;
            enum job_state to = job_next((enum job_state)from, (enum job_cause)cause);
            three_are_there(&p);
            p.s.sim.trace_count = 0;
            p.s.sim.job.state = (enum job_state)from;
            brings_about(&p, (enum job_cause)cause);
            if ((int)to != from && !has_traced(&p, (enum job_state)from, to))
                fail_msg("cause %d has not led from %s to %s", cause, job_state_word((enum job_state)from), job_state_word(to));
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
        cmocka_unit_test(the_bin_is_emptied_after_thirty_days),
        cmocka_unit_test(the_guard_counts_a_cycle),
        cmocka_unit_test(staged_deletions_wait_to_be_allowed),
        cmocka_unit_test(staged_deletions_can_be_taken_back),
        cmocka_unit_test(a_match_that_failed_is_made_up_for),
        cmocka_unit_test(every_transition_is_taken),
    };
    return tap_run("time", tests);
}
