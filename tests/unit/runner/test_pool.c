/* Order, --fail-fast, skipping and stopping. The cases are played by a stand-in for play.c, defined here, so that a test decides what becomes of each. */
#include "common/base.h"
#include "runner/pool.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/target.h"
#include "simulator/dialect.h"

#include "tests/tap.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* --- the stand-in ------------------------------------------------------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    pthread_barrier_t meeting;
    unsigned meet;         /* that many cases must be under way at the same time */
    char played[512];      /* ids in the order they were begun */
    const char *interrupt; /* id of the case during which the signal comes */
    volatile int stop;
    int forgotten; /* cases whose arena is gone */
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER};

void case_name(const struct scenario *scenario, const struct dialect *dialect, struct case_result *out)
{
    out->id = scenario->id;
    out->title = scenario->title;
    out->dialect = dialect == NULL ? "rfc" : dialect_name(dialect);
    out->file = scenario->file;
}

static void note_forgotten(void *count)
{
    __atomic_add_fetch((int *)count, 1, __ATOMIC_SEQ_CST);
}

/* The title says what becomes of the case. */
bool case_play(const struct target *target, const struct scenario *scenario, const struct dialect *dialect,
               const struct play_options *options, struct arena *arena, struct case_result *out, struct error *err)
{
    UNUSED(target);
    pthread_mutex_lock(&stage.lock);
    (void)strncat(stage.played, scenario->id, sizeof stage.played - strlen(stage.played) - 1);
    pthread_mutex_unlock(&stage.lock);
    if (stage.meet > 1)
        pthread_barrier_wait(&stage.meeting);
    case_name(scenario, dialect, out);
    arena_defer(arena, note_forgotten, &stage.forgotten);
    out->reason = arena_printf(arena, "seed %u", (unsigned)options->seed);
    out->outcome = text_equal(scenario->title, "fails")         ? OUTCOME_FAILED
                   : text_equal(scenario->title, "is an error") ? OUTCOME_ERROR
                                                                : OUTCOME_PASSED;
    if (text_equal(scenario->id, stage.interrupt))
        stage.stop = 2;
    if (text_equal(scenario->title, "is interrupted")) {
        out->outcome = OUTCOME_ERROR;
        return error_set(err, ERROR_INTERRUPTED, "http://x", "", "stopped while waiting for the reply");
    }
    if (text_equal(scenario->title, "is the end"))
        return error_set(err, ERROR_UNREACHABLE, "http://x", "", "gone");
    return true;
}

/* --- a run of up to eight cases "a", "b", ... ----------------------------------------------------------------------------- */

struct run {
    struct arena *arena;
    struct scenario scenarios[8];
    struct job jobs[8];
    struct case_result results[8];
    size_t count, finished;
    struct target target;
    struct pool_options options;
    struct error err;
};

static void count_finished(void *context, const struct case_result *result)
{
    struct run *run = context;
    assert_non_null(result->id);
    run->finished++;
}

static int make_run(void **state)
{
    struct run *run = mem_alloc(sizeof *run);
    run->arena = arena_new();
    run->options =
        (struct pool_options){.workers = 1, .play = {.seed = 7, .stop = &stage.stop}, .finished = count_finished, .context = run};
    stage.played[0] = '\0';
    stage.interrupt = NULL;
    stage.stop = 0;
    stage.meet = 0;
    stage.forgotten = 0;
    *state = run;
    return 0;
}

static int free_run(void **state)
{
    struct run *run = *state;
    arena_free(run->arena);
    mem_free(run);
    return 0;
}

static bool play(struct run *run, const char *titles)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    const char *const *words;
    run->count = text_split(run->arena, titles, ',', &words);
    for (size_t i = 0; i < run->count; i++) {
        run->scenarios[i] = (struct scenario){.id = ids[i], .title = words[i], .file = "x.json"};
        run->jobs[i] = (struct job){&run->scenarios[i], i % 2 == 0 ? NULL : dialect_find("entra")};
    }
    return pool_play(run->arena, &run->target, run->jobs, run->count, &run->options, run->results, &run->err);
}

static void assert_outcomes(const struct run *run, const char *want)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < run->count; i++)
        buffer_printf(&b, "%s%s:%s", i == 0 ? "" : " ", run->results[i].id, outcome_name(run->results[i].outcome));
    assert_string_equal(buffer_text(&b), want);
    buffer_release(&b);
}

/* --- promises ----------------------------------------------------------------------------------------------------------- */

static void one_worker_plays_in_order(void **state)
{
    struct run *run = *state;
    assert_true(play(run, "passes,fails,is an error,passes"));
    assert_string_equal(stage.played, "abcd");
    assert_outcomes(run, "a:passed b:failed c:error d:passed");
    assert_string_equal(run->results[1].dialect, "entra");
    assert_string_equal(run->results[0].reason, "seed 7");
    assert_int_equal(run->finished, 4);
}

static void workers_play_at_the_same_time_and_results_keep_the_order(void **state)
{
    struct run *run = *state;
    run->options.workers = stage.meet = 3;
    pthread_barrier_init(&stage.meeting, NULL, stage.meet);
    assert_true(play(run, "passes,fails,passes,passes,passes,fails"));
    pthread_barrier_destroy(&stage.meeting);
    assert_int_equal(strlen(stage.played), 6);
    assert_outcomes(run, "a:passed b:failed c:passed d:passed e:passed f:failed");
    assert_int_equal(run->finished, 6);
}

static void more_workers_than_cases_do_no_harm(void **state)
{
    struct run *run = *state;
    run->options.workers = 1000;
    assert_true(play(run, "passes,passes"));
    assert_outcomes(run, "a:passed b:passed");
}

/* A run of thousands of cases must not hold the evidence of all that passed. */
static void what_passed_is_forgotten_unless_it_is_asked_for(void **state)
{
    struct run *run = *state;
    assert_true(play(run, "passes,fails,passes"));
    assert_int_equal(stage.forgotten, 2);
    assert_outcomes(run, "a:passed b:failed c:passed");
    assert_string_equal(run->results[2].reason, "seed 7");
    stage.forgotten = 0;
    run->options.play.exchanges = true;
    assert_true(play(run, "passes,fails,passes"));
    assert_int_equal(stage.forgotten, 0);
}

static void fail_fast_starts_nothing_after_a_failure(void **state)
{
    struct run *run = *state;
    run->options.fail_fast = true;
    assert_true(play(run, "passes,fails,passes,passes"));
    assert_string_equal(stage.played, "ab");
    assert_outcomes(run, "a:passed b:failed c:skipped d:skipped");
    assert_non_null(strstr(run->results[2].reason, "--fail-fast"));
    assert_string_equal(run->results[3].dialect, "entra");
}

static void without_fail_fast_a_failure_stops_nothing(void **state)
{
    struct run *run = *state;
    assert_true(play(run, "fails,fails,passes"));
    assert_outcomes(run, "a:failed b:failed c:passed");
}

static void a_lost_target_ends_the_run_and_the_rest_is_skipped_with_the_reason(void **state)
{
    struct run *run = *state;
    assert_false(play(run, "passes,is the end,passes"));
    assert_int_equal(run->err.code, ERROR_UNREACHABLE);
    assert_string_equal(stage.played, "ab");
    assert_int_equal(run->results[0].outcome, OUTCOME_PASSED);
    assert_int_equal(run->results[2].outcome, OUTCOME_SKIPPED);
    assert_string_equal(run->results[2].reason, "not played: the target was lost");
}

static void a_signal_ends_the_run_after_the_case(void **state)
{
    struct run *run = *state;
    stage.interrupt = "b";
    assert_false(play(run, "passes,passes,passes,passes"));
    assert_int_equal(run->err.code, ERROR_INTERRUPTED);
    assert_string_equal(stage.played, "ab");
    assert_outcomes(run, "a:passed b:passed c:skipped d:skipped");
    assert_string_equal(run->results[2].reason, "not played: interrupted");
}

static void a_case_that_is_interrupted_is_no_error_of_its_own(void **state)
{
    struct run *run = *state;
    assert_false(play(run, "passes,is interrupted,passes"));
    assert_int_equal(run->err.code, ERROR_INTERRUPTED);
    assert_string_equal(run->err.message, "interrupted");
    assert_outcomes(run, "a:passed b:skipped c:skipped");
    assert_string_equal(run->results[1].reason, "not finished: interrupted");
}

static void a_signal_before_the_first_case_plays_nothing(void **state)
{
    struct run *run = *state;
    stage.stop = 2;
    assert_false(play(run, "passes,passes"));
    assert_string_equal(stage.played, "");
    assert_outcomes(run, "a:skipped b:skipped");
}

/* Nothing is left to stop: the run is whole. */
static void a_signal_during_the_last_case_is_no_loss(void **state)
{
    struct run *run = *state;
    stage.interrupt = "b";
    assert_true(play(run, "passes,passes"));
    assert_outcomes(run, "a:passed b:passed");
}

static void the_target_says_what_to_skip(void **state)
{
    struct run *run = *state;
    static const char *const skip[] = {"entra", "c"};
    run->target = (struct target){.skip = skip, .skip_count = 2};
    assert_true(play(run, "passes,passes,passes,passes,passes"));
    assert_string_equal(stage.played, "ae");
    assert_outcomes(run, "a:passed b:skipped c:skipped d:skipped e:passed");
    assert_non_null(strstr(run->results[1].reason, "entra"));
    assert_int_equal(run->finished, 5);
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, make_run, free_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(one_worker_plays_in_order),
        ON_STAGE(workers_play_at_the_same_time_and_results_keep_the_order),
        ON_STAGE(more_workers_than_cases_do_no_harm),
        ON_STAGE(what_passed_is_forgotten_unless_it_is_asked_for),
        ON_STAGE(fail_fast_starts_nothing_after_a_failure),
        ON_STAGE(without_fail_fast_a_failure_stops_nothing),
        ON_STAGE(a_lost_target_ends_the_run_and_the_rest_is_skipped_with_the_reason),
        ON_STAGE(a_signal_ends_the_run_after_the_case),
        ON_STAGE(a_case_that_is_interrupted_is_no_error_of_its_own),
        ON_STAGE(a_signal_before_the_first_case_plays_nothing),
        ON_STAGE(a_signal_during_the_last_case_is_no_loss),
        ON_STAGE(the_target_says_what_to_skip),
    };
    return tap_run("pool", tests);
}
