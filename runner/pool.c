#include "common/base.h"

#include "runner/pool.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/connections.h"
#include "runner/target.h"
#include "simulator/dialect.h"

#include <pthread.h>

struct pool {
    const struct target *target;
    const struct job *jobs;
    size_t count;
    const struct pool_options *options;
    struct case_result *results;
    struct arena **arenas;

    pthread_mutex_t lock; /* guards what follows, and the calls of finished */
    size_t next;
    const char *stopped; /* why no new case starts; NULL: go on */
    bool ended;          /* by an error */
    struct error error;
};

static const char *skip_reason(const struct pool *pool, const struct job *job, struct arena *arena)
{
    const struct target *target = pool->target;
    for (size_t i = 0; i < target->skip_count; i++) {
        const char *word = target->skip[i];
        if ((job->dialect != NULL && text_equal(word, dialect_name(job->dialect))) || text_equal(word, job->scenario->id) ||
            scenario_has_tag(job->scenario, word))
            return arena_printf(arena, "the target file skips %s", word);
    }
    return NULL;
}

/* A case that was stopped in the middle says nothing about the server but what it had found by then. */
static void leave_unfinished(struct case_result *result)
{
    result->outcome = OUTCOME_SKIPPED;
    result->reason = "not finished: interrupted";
    for (size_t i = 0; i < result->finding_count; i++)
        if (result->findings[i].level == LEVEL_MUST)
            result->outcome = OUTCOME_FAILED;
}

/* A case without a finding is one line of a report. Its evidence, half a megabyte, goes at once when nobody asked for it:
 * there may be many thousands of cases. */
static void forget_evidence(struct pool *pool, size_t index)
{
    struct case_result *result = &pool->results[index];
    bool dull =
        result->outcome == OUTCOME_PASSED || result->outcome == OUTCOME_NOT_OBSERVABLE || result->outcome == OUTCOME_SKIPPED;
    if (!dull || result->finding_count > 0 || pool->options->play.exchanges)
        return;
    struct arena *arena = arena_new();
    *result = (struct case_result){.outcome = result->outcome,
                                   .reason = result->reason == NULL ? NULL : arena_strdup(arena, result->reason),
                                   .leftovers = result->leftovers == NULL ? NULL : arena_strdup(arena, result->leftovers),
                                   .duration_us = result->duration_us,
                                   .requests = result->requests};
    case_name(pool->jobs[index].scenario, pool->jobs[index].dialect, result);
    arena_free(pool->arenas[index]);
    pool->arenas[index] = arena;
}

/* Under the lock. The first reason counts. */
static void end_run(struct pool *pool, const struct error *err)
{
    if (pool->ended)
        return;
    pool->ended = true;
    pool->error = *err;
    pool->stopped = err->code == ERROR_INTERRUPTED ? "not played: interrupted" : "not played: the target was lost";
    if (err->code == ERROR_INTERRUPTED)
        (void)error_set(&pool->error, ERROR_INTERRUPTED, "", "", "interrupted");
}

static void play_one(struct pool *pool, size_t index, struct connections *connections)
{
    const struct job *job = &pool->jobs[index];
    struct case_result *result = &pool->results[index];
    struct arena *arena = pool->arenas[index] = arena_new();
    struct error err;
    case_name(job->scenario, job->dialect, result);
    const char *skip = skip_reason(pool, job, arena);
    bool alive = true;
    if (skip != NULL) {
        result->outcome = OUTCOME_SKIPPED;
        result->reason = skip;
    } else {
        struct play_options play = pool->options->play;
        play.connections = connections;
        alive = case_play(pool->target, job->scenario, job->dialect, &play, arena, result, &err);
    }

    pthread_mutex_lock(&pool->lock);
    if (!alive && err.code == ERROR_INTERRUPTED)
        leave_unfinished(result);
    forget_evidence(pool, index);
    if (!alive)
        end_run(pool, &err);
    if (pool->options->fail_fast && result->outcome == OUTCOME_FAILED && pool->stopped == NULL)
        pool->stopped = "not played: --fail-fast";
    if (pool->options->finished != NULL)
        pool->options->finished(pool->options->context, result);
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *context)
{
    struct pool *pool = context;
    struct connections connections = {.stop = pool->options->play.stop, .files = pool->target->files};
    for (;;) {
        pthread_mutex_lock(&pool->lock);
        const volatile int *stop = pool->options->play.stop;
        if (pool->stopped == NULL && pool->next < pool->count && stop != NULL && *stop != 0)
            end_run(pool, &(struct error){.code = ERROR_INTERRUPTED});
        bool done = pool->stopped != NULL || pool->next == pool->count;
        size_t index = done ? 0 : pool->next++;
        pthread_mutex_unlock(&pool->lock);
        if (done)
            break;
        play_one(pool, index, &connections);
    }
    connections_close(&connections);
    return NULL;
}

static void skip_rest(struct pool *pool)
{
    for (size_t i = pool->next; i < pool->count; i++) {
        case_name(pool->jobs[i].scenario, pool->jobs[i].dialect, &pool->results[i]);
        pool->results[i].outcome = OUTCOME_SKIPPED;
        pool->results[i].reason = pool->stopped;
    }
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

bool pool_play(struct arena *arena, const struct target *target, const struct job *jobs, size_t count,
               const struct pool_options *options, struct case_result *results, struct error *err)
{
    struct pool pool = {.target = target, .jobs = jobs, .count = count, .options = options, .results = results};
    pool.arenas = arena_array(arena, count, sizeof(struct arena *));
    pthread_mutex_init(&pool.lock, NULL);
    pthread_t threads[POOL_MAX_WORKERS];
    unsigned workers = options->workers < 1 ? 1 : options->workers > POOL_MAX_WORKERS ? POOL_MAX_WORKERS : options->workers;
    unsigned started = 0;
    /* The first worker is this thread: a run with one worker has no other. */
    while (started + 1 < workers && started + 1 < count && pthread_create(&threads[started], NULL, work, &pool) == 0)
        started++;
    work(&pool);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&pool.lock);
    skip_rest(&pool);
    for (size_t i = 0; i < count; i++)
        if (pool.arenas[i] != NULL)
            arena_defer(arena, free_arena, pool.arenas[i]);
    if (pool.ended)
        *err = pool.error;
    return !pool.ended;
}
