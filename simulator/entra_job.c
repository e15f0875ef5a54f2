#include "common/base.h"
#include "simulator/entra_job.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/entra_cycle.h"
#include "simulator/entra_scope.h"

#define HOUR_MS   ((int64_t)3600000)
#define MINUTE_MS ((int64_t)60000)

/* --- the states --- */

static const char *const state_words[] = {
#define X(code, word) [code] = word,
    JOB_STATES(X)
#undef X
};

static const char *const cause_words[] = {
#define X(code, words) [code] = words,
    JOB_CAUSES(X)
#undef X
};

static const enum job_state table[JOB_STATE_COUNT][JOB_CAUSE_COUNT] = {
    [JOB_INITIAL] = {[JOB_ENDED_WELL] = JOB_INCREMENTAL,
                     [JOB_BROKE_OFF] = JOB_INITIAL,
                     [JOB_REFUSED] = JOB_QUARANTINE,
                     [JOB_TOO_MANY] = JOB_QUARANTINE,
                     [JOB_TOO_LONG] = JOB_INITIAL,
                     [JOB_RESTARTED] = JOB_INITIAL,
                     [JOB_RECONFIGURED] = JOB_INITIAL,
                     [JOB_STAGED] = JOB_QUARANTINE},
    [JOB_INCREMENTAL] = {[JOB_ENDED_WELL] = JOB_INCREMENTAL,
                         [JOB_BROKE_OFF] = JOB_INCREMENTAL,
                         [JOB_REFUSED] = JOB_QUARANTINE,
                         [JOB_TOO_MANY] = JOB_QUARANTINE,
                         [JOB_TOO_LONG] = JOB_INCREMENTAL,
                         [JOB_RESTARTED] = JOB_INITIAL,
                         [JOB_RECONFIGURED] = JOB_INITIAL,
                         [JOB_STAGED] = JOB_QUARANTINE},
    [JOB_QUARANTINE] = {[JOB_ENDED_WELL] = JOB_INCREMENTAL,
                        [JOB_BROKE_OFF] = JOB_QUARANTINE,
                        [JOB_REFUSED] = JOB_QUARANTINE,
                        [JOB_TOO_MANY] = JOB_QUARANTINE,
                        [JOB_TOO_LONG] = JOB_DISABLED,
                        [JOB_RESTARTED] = JOB_INITIAL,
                        [JOB_RECONFIGURED] = JOB_QUARANTINE,
                        [JOB_STAGED] = JOB_QUARANTINE},
    [JOB_DISABLED] = {[JOB_ENDED_WELL] = JOB_DISABLED,
                      [JOB_BROKE_OFF] = JOB_DISABLED,
                      [JOB_REFUSED] = JOB_DISABLED,
                      [JOB_TOO_MANY] = JOB_DISABLED,
                      [JOB_TOO_LONG] = JOB_DISABLED,
                      [JOB_RESTARTED] = JOB_INITIAL,
                      [JOB_RECONFIGURED] = JOB_DISABLED,
                      [JOB_STAGED] = JOB_DISABLED},
};

const char *job_state_word(enum job_state state)
{
    return state_words[state];
}

bool job_state_find(const char *word, enum job_state *out)
{
    for (int i = 0; i < JOB_STATE_COUNT; i++)
        if (text_equal(state_words[i], word)) {
            *out = (enum job_state)i;
            return true;
        }
    return false;
}

enum job_state job_next(enum job_state state, enum job_cause cause)
{
    return table[state][cause];
}

static void take(struct session *s, enum job_cause cause)
{
    struct provision_job *job = &s->sim->job;
    enum job_state from = job->state;
    job->state = job_next(from, cause);
    if (job->state == from)
        return;
    session_trace(
        s, arena_printf(s->sim->arena, "job: %s -> %s, %s", state_words[from], state_words[job->state], cause_words[cause]));
    if (job->state == JOB_QUARANTINE)
        job->quarantined_ms = job_now(s->sim);
}

/* --- when --- */

int64_t job_now(const struct simulator *simulator)
{
    return simulator->pass == NULL ? 0 : clock_now(simulator->clock);
}

static int64_t cycle_ms(const struct simulator *sim)
{
    int minutes = dialect_value(sim->dialect, AXIS_CYCLE);
    return MINUTE_MS * (minutes > 0 ? minutes : 1);
}

bool job_due(struct simulator *simulator, int64_t *due_ms)
{
    struct provision_job *job = &simulator->job;
    if (!job->scheduled) {
        job->due_ms = job_now(simulator) + cycle_ms(simulator);
        job->scheduled = true;
    }
    *due_ms = job->due_ms;
    return job->state != JOB_DISABLED;
}

/* Since the first failure: 6 h, 12 h, 24 h, and from there every 24 h. */
static int64_t quarantine_due(const struct simulator *sim)
{
    static const int64_t steps[] = {6 * HOUR_MS, 12 * HOUR_MS};
    int64_t since = job_now(sim) - sim->job.quarantined_ms;
    if (dialect_value(sim->dialect, AXIS_QUARANTINE_RETRY) == QUARANTINE_STEPS)
        for (size_t i = 0; i < ARRAY_LEN(steps); i++)
            if (since < steps[i])
                return sim->job.quarantined_ms + steps[i];
    return sim->job.quarantined_ms + (since / DAY_MS + 1) * DAY_MS;
}

static bool is_whole(const struct session *s)
{
    enum event_kind kind = s->event->kind;
    return kind == EVENT_SYNC || kind == EVENT_RESTART || kind == EVENT_ALLOW_DELETIONS || (kind == EVENT_SET_JOB && s->full);
}

/* An event is a cycle out of turn: it leaves the timetable alone. */
static void schedule(struct session *s, enum job_state from)
{
    struct provision_job *job = &s->sim->job;
    bool regular = is_whole(s);
    if (job->state == JOB_QUARANTINE)
        job->due_ms = quarantine_due(s->sim);
    else if (regular || from == JOB_QUARANTINE)
        job->due_ms = job_now(s->sim) + cycle_ms(s->sim);
    else
        return;
    job->scheduled = true;
}

/* --- escrow --- */

/* Once: the next cycle. Then two cycles, four, eight, up to a day. */
static int64_t gap_after(const struct session *s, int failures)
{
    if (failures < 2 || session_axis(s, AXIS_ESCROW) == ESCROW_EVERY_CYCLE)
        return 0;
    int64_t gap = cycle_ms(s->sim);
    for (int i = 1; i < failures && gap < ESCROW_GAP_MAX_MS; i++)
        gap *= 2;
    return gap < ESCROW_GAP_MAX_MS ? gap : ESCROW_GAP_MAX_MS;
}

void job_escrow(struct session *s)
{
    struct escrow *escrow = s->escrow;
    if (escrow->counted)
        return;
    escrow->counted = true;
    escrow->failures += escrow->failures < 100;
    s->failed += !s->reference;
    s->failed_references += s->reference;
    escrow->retry_ms = job_now(s->sim) + gap_after(s, escrow->failures);
}

int64_t job_retry_ms(const struct session *s)
{
    int64_t next_ms = job_now(s->sim) + cycle_ms(s->sim);
    return s->escrow->retry_ms > next_ms ? s->escrow->retry_ms : next_ms;
}

/* Whoever came through has a clean record again. */
static void settle(const struct directory *directory)
{
    for (size_t i = 0; i < directory->user_count; i++)
        if (directory->users[i]->last_error == NULL)
            directory->users[i]->escrow.failures = 0;
    for (size_t i = 0; i < directory->group_count; i++)
        if (directory->groups[i]->last_error == NULL)
            directory->groups[i]->escrow.failures = 0;
}

static bool too_many(const struct session *s)
{
    size_t least = (size_t)session_axis(s, AXIS_QUARANTINE_FAILURES), percent = (size_t)session_axis(s, AXIS_QUARANTINE_PERCENT),
           many = (size_t)session_axis(s, AXIS_QUARANTINE_MANY), all = (size_t)session_axis(s, AXIS_QUARANTINE_REFERENCES);
    bool share = s->failed * 100 > s->tried * percent;
    return (s->failed > 0 && s->failed >= least && (share || s->failed > many)) || s->failed + s->failed_references > all;
}

/* --- playing --- */

void job_restart(struct session *s)
{
    const struct directory *directory = s->sim->directory;
    take(s, JOB_RESTARTED);
    s->sim->job.full = true;
    s->sim->job.watermark_ms = 0;
    for (size_t i = 0; i < directory->user_count; i++)
        directory->users[i]->escrow = (struct escrow){0};
    for (size_t i = 0; i < directory->group_count; i++)
        directory->groups[i]->escrow = (struct escrow){0};
}

/* Whoever is restarted or reconfigured keeps no watermark: the next cycle looks at everything. */
void job_reconfigure(struct session *s)
{
    take(s, JOB_RECONFIGURED);
    s->sim->job.full = true;
    s->sim->job.watermark_ms = 0;
}

static bool is_cycle(const struct session *s)
{
    return s->event->kind != EVENT_TEST_CONNECTION && !cycle_on_demand(s);
}

/* `sync` makes the next cycle come, also in quarantine; a disabled job has none. */
static bool rests(const struct session *s)
{
    enum job_state state = s->sim->job.state;
    if (!s->sim->timetable || !is_cycle(s))
        return false;
    bool goes_on = s->event->kind == EVENT_SYNC || s->event->kind == EVENT_ALLOW_DELETIONS;
    return state == JOB_DISABLED || (state == JOB_QUARANTINE && !goes_on);
}

static enum flow leave_for_later(struct session *s)
{
    if (s->user != NULL)
        s->user->waiting = true;
    if (s->group != NULL)
        s->group->waiting = true;
    if (!s->event->later)
        session_trace(s, arena_printf(s->sim->arena, "%s waits: the job is %s", event_word(s->event->kind),
                                      s->sim->job.state == JOB_DISABLED ? "disabled" : "in quarantine"));
    return FLOW_DONE;
}

static enum job_cause cause_of(const struct session *s)
{
    if (s->denied || (s->halted && s->out->complaint != NULL))
        return JOB_REFUSED;
    if (s->halted)
        return JOB_BROKE_OFF;
    if (s->staged)
        return JOB_STAGED;
    return too_many(s) ? JOB_TOO_MANY : JOB_ENDED_WELL;
}

static void keep_books(struct session *s, int64_t start_ms)
{
    struct provision_job *job = &s->sim->job;
    enum job_state from = job->state;
    enum job_cause cause = cause_of(s);
    bool whole = is_whole(s);
    settle(s->sim->directory);
    /* Only a whole cycle shows that a job in quarantine is well again, or ends the initial cycle after a restart. */
    if (cause != JOB_ENDED_WELL || whole || (from == JOB_INITIAL && !job->full))
        take(s, cause);
    if (cause == JOB_ENDED_WELL) {
        job->watermark_ms = start_ms;
        job->full = job->full && !whole;
        job->deletions_allowed = false;
    }
    schedule(s, from);
}

enum flow job_play(struct session *s, enum flow (*play)(struct session *s))
{
    struct provision_job *job = &s->sim->job;
    int64_t start_ms = job_now(s->sim), days = session_axis(s, AXIS_QUARANTINE_DAYS);
    if (s->timed && job->state == JOB_QUARANTINE && start_ms - job->quarantined_ms >= days * DAY_MS) {
        take(s, JOB_TOO_LONG);
        return FLOW_DONE;
    }
    if (rests(s) || s->event->later)
        return leave_for_later(s);
    scope_refresh(s);
    enum flow flow = play(s);
    if (flow == FLOW_BROKEN) {
        if (s->timed) /* or the same cycle would be due for ever */
            job->due_ms = job_now(s->sim) + cycle_ms(s->sim);
    } else if (s->timed || (is_cycle(s) && (s->out->sent > 0 || s->staged))) {
        keep_books(s, start_ms);
    }
    return flow;
}
