#include "common/base.h"

#include "runner/play.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/case.h"
#include "runner/connections.h"
#include "runner/play_audit.h"
#include "runner/target.h"
#include "simulator/dialect.h"

static play_step *const players[] = {
    [STEP_EVENT] = play_event, [STEP_PRODUCT] = play_product, [STEP_REQUEST] = play_request, [STEP_PARALLEL] = play_parallel,
    [STEP_WAIT] = play_wait,   [STEP_FAULT] = play_fault,     [STEP_EXPECT] = NULL};

static bool timed_out(const struct play *play)
{
    const struct sent *last = play->place.count > 0 ? &play->place.sent[play->place.count - 1] : NULL;
    return last != NULL && last->timed_out;
}

bool survive(struct play *play, const struct error *err)
{
    bool unreadable = err->code == ERROR_REPLY; /* who answers is there */
    if (!unreadable && (err->code != ERROR_UNREACHABLE || !place_alive(&play->place)))
        return false;
    const char *what = unreadable ? "no reply that can be read" : "no reply";
    play->timed_out += timed_out(play);
    const struct exchange *last = play->place.count > 0 ? &play->place.exchanges[play->place.count - 1] : NULL;
    finding_add(play,
                (struct finding){.class = FINDING_PROTOCOL,
                                 .rule = "protocol.no-reply",
                                 .level = LEVEL_MUST,
                                 .message = last == NULL ? what
                                                         : arena_printf(play->arena, "%s %s: %s", last->request->method,
                                                                        last->request->target, what),
                                 .expected = "a reply",
                                 .actual = err->message,
                                 .exchange = (long)play->place.count - 1},
                NULL);
    return true;
}

/* --- steps --- */

static void begin_step(struct play *play, const struct scenario_step *step, size_t number)
{
    play->step = play->place.step = number;
    play->deed = (struct deed){.step = step, .start = play->place.count, .first_exchange = play->place.count};
}

static bool stopped(const struct place *place, struct error *err)
{
    if (!place_stopped(place))
        return false;
    (void)error_set(err, ERROR_INTERRUPTED, "", "", "interrupted");
    return true;
}

static bool hangs(const struct play *play, struct error *err)
{
    if (play->timed_out < CASE_TIME_OUTS)
        return false;
    (void)error_set(err, ERROR_LIMIT, "", "see the server's log", "%u requests ran into the time-out: the rest is not played",
                    play->timed_out);
    return true;
}

/* A pure expectation looks at what was observed after the step before. */
static bool play_and_judge(struct play *play, const struct scenario_step *step, struct error *err)
{
    if (players[step->family] != NULL) {
        bool looks = audit_used(play);
        if ((looks && !audit_read(play, err)) || !players[step->family](play, step, err) || (looks && !audit_read(play, err)))
            return false;
        if (!judge_step(play, err) && !survive(play, err))
            return false;
    }
    return step->expect == NULL || play_expect(play, step, err);
}

/* What the provider waited for and how its job fared since line `from` of its trace. */
static void take_trace(const struct play *play, size_t from, struct step_result *result)
{
    const struct simulator *simulator = &play->simulator;
    result->trace = arena_array(play->arena, simulator->trace_count - from + 1, sizeof *result->trace);
    for (size_t i = from; i < simulator->trace_count; i++) {
        const struct trace_line *line = &simulator->trace[i];
        result->trace[result->trace_count++] =
            redact_text(play->place.redactor, play->arena,
                        arena_printf(play->arena, "%s %s", time_format(play->arena, line->at_ms), line->text));
    }
}

static bool play_steps(struct play *play, struct error *err)
{
    struct case_result *out = play->result;
    for (size_t i = 0; i < play->scenario->step_count; i++) {
        const struct scenario_step *step = &play->scenario->steps[i];
        struct step_result *result = &out->steps[out->step_count++];
        uint64_t start = clock_monotonic_us();
        *result = (struct step_result){.title = step->title, .before = access_matrix_of(play, play->after.access)};
        if (stopped(&play->place, err) || hangs(play, err))
            return false;
        begin_step(play, step, i + 1);
        size_t traced = play->simulator.trace_count;
        bool fine = play_and_judge(play, step, err);
        result->after = access_matrix_of(play, play->after.access);
        result->expected = access_matrix_expected(play, step->expect);
        take_trace(play, traced, result);
        result->duration_us = clock_monotonic_us() - start;
        if (!fine)
            return false;
    }
    return true;
}

static bool play_setup(struct play *play, const struct target *target, struct connections *connections, struct error *err)
{
    struct step_result *result = &play->result->steps[play->result->step_count++];
    uint64_t start = clock_monotonic_us();
    *result = (struct step_result){.title = "set-up"};
    bool fine = setup_open(play, target, connections, err);
    if (fine) {
        begin_step(play, NULL, 0);
        fine = judge_step(play, err) || survive(play, err);
        result->after = access_matrix_of(play, play->after.access);
    }
    result->duration_us = clock_monotonic_us() - start;
    return fine;
}

/* A feature that the story needs and that the server says it does not support, or NULL. */
static const char *lacking(struct play *play, struct error *err)
{
    struct reply reply;
    if (play->scenario->need_count == 0 || !place_read(&play->place, "/ServiceProviderConfig", &reply, err))
        return NULL;
    for (size_t i = 0; i < play->scenario->need_count; i++) {
        const char *pointer = arena_printf(play->arena, "/%s/supported", play->scenario->needs[i]);
        const json *supported = json_pointer(reply.body, pointer);
        if (json_is(supported, JSON_BOOL) && !json_true(supported))
            return play->scenario->needs[i];
    }
    return NULL;
}

/* The rest of the story is not told. What the set-up found every other case finds, too. */
static void skip(struct play *play, const char *feature)
{
    play->result->outcome = OUTCOME_SKIPPED;
    play->result->reason = arena_printf(play->arena, "the server says that it does not support %s", feature);
    play->finding_count = 0;
}

static bool play_story(struct play *play, struct error *err)
{
    struct error problem = {0};
    const char *feature = lacking(play, &problem);
    if (feature != NULL)
        skip(play, feature);
    else if (problem.code != ERROR_NONE && !survive(play, &problem)) {
        *err = problem;
        return false;
    }
    return feature != NULL || play_steps(play, err);
}

/* --- the result --- */

void case_name(const struct scenario *scenario, const struct dialect *dialect, struct case_result *out)
{
    out->id = scenario->id;
    out->title = scenario->title;
    out->dialect = dialect == NULL ? "rfc" : dialect_name(dialect);
    out->dialect_file = dialect == NULL ? NULL : dialect_file(dialect);
    out->file = scenario->file;
}

static bool ends_run(const struct error *err)
{
    static const enum error_code codes[] = {ERROR_UNREACHABLE, ERROR_REPLY, ERROR_CREDENTIALS, ERROR_INTERRUPTED};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (err->code == codes[i])
            return true;
    return false;
}

/* What went wrong while a case was played. With findings, a step that can't be done is most likely their consequence. */
static void note_problem(struct play *play, const struct error *err)
{
    char text[1024];
    const char *what = arena_strdup(play->arena, error_text(err, text, sizeof text));
    play->result->reason = play->step == 0 ? arena_printf(play->arena, "set-up: %s", what)
                                           : arena_printf(play->arena, "step %zu: %s", play->step, what);
    if (play->finding_count == 0)
        play->result->outcome = OUTCOME_ERROR;
}

/* What people should know of the case beside its findings. */
static void note_reasons(struct play *play)
{
    struct case_result *out = play->result;
    const char *left = out->leftovers = play->place.leftovers;
    const char *const parts[] = {play->unobserved == NULL ? NULL
                                                          : arena_printf(play->arena, "not observable: %s", play->unobserved),
                                 left == NULL ? NULL : arena_printf(play->arena, "left on the server: %s", left)};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i] != NULL)
            out->reason = out->reason == NULL ? parts[i] : arena_printf(play->arena, "%s; %s", out->reason, parts[i]);
}

static void finish(struct play *play, const struct play_options *options)
{
    struct case_result *out = play->result;
    note_reasons(play);
    out->requests = play->place.requests;
    out->findings = play->findings;
    out->finding_count = play->finding_count;
    case_decide(out, play->unobserved != NULL);
    bool dull = out->outcome == OUTCOME_PASSED || out->outcome == OUTCOME_NOT_OBSERVABLE;
    if (dull && !options->exchanges)
        return;
    out->exchanges = play->place.exchanges;
    out->exchange_count = play->place.count;
}

static void free_map(void *map)
{
    map_free(map);
}

static void init(struct play *play, const struct scenario *scenario, const struct dialect *dialect,
                 const struct play_options *options, struct arena *arena, struct case_result *out)
{
    case_name(scenario, dialect, out);
    out->steps = arena_array(arena, scenario->step_count + 1, sizeof *out->steps);
    *play = (struct play){.arena = arena,
                          .scenario = scenario,
                          .dialect = dialect,
                          .options = options,
                          .rng = rng_for(options->seed, arena_printf(arena, "%s/%s", out->id, out->dialect)),
                          .invites = json_object(arena),
                          .variables = json_object(arena),
                          .reported = map_new(),
                          .result = out};
    arena_defer(arena, free_map, play->reported);
    if (options->storm != NULL) {
        struct rng chance = rng_for(options->seed, arena_printf(arena, "fault/%s/%s", out->id, out->dialect));
        play->faults.until_storm = (int64_t)rng_below(&chance, (uint64_t)options->storm->every);
    }
}

bool case_play(const struct target *target, const struct scenario *scenario, const struct dialect *dialect,
               const struct play_options *options, struct arena *arena, struct case_result *out, struct error *err)
{
    struct play *play = arena_alloc(arena, sizeof *play);
    struct error problem = {0};
    uint64_t start = clock_monotonic_us();
    *out = (struct case_result){0};
    init(play, scenario, dialect, options, arena, out);
    const char *obstacle = target->admin_base == NULL ? setup_obstacle(scenario) : NULL;
    obstacle = obstacle == NULL ? setup_no_token(scenario, dialect) : obstacle;
    if (obstacle != NULL) {
        out->outcome = OUTCOME_SKIPPED;
        out->reason = obstacle;
        return true;
    }
    struct connections own = {.stop = options->stop, .files = target->files},
                       *connections = options->connections == NULL ? &own : options->connections;
    bool fine = play_setup(play, target, connections, &problem) && play_story(play, &problem);
    if (!fine)
        note_problem(play, &problem);
    place_close(&play->place);
    connections_close(&own);
    finish(play, options);
    out->duration_us = clock_monotonic_us() - start;
    if (fine || !ends_run(&problem))
        return true;
    *err = problem;
    return false;
}
