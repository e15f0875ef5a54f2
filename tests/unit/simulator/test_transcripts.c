/* Every event in every dialect against its golden transcript: method, target, headers in order and body, byte for byte. */
#include "common/base.h"
#include "tests/unit/simulator/transcript_file.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/json.h"
#include "common/rng.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/directory_nested.h"
#include "simulator/okta_state.h"
#include "simulator/simulator.h"
#include "simulator/transcript.h"
#include "simulator/wire_group.h"
#include "simulator/wire_user.h"
#include "tests/tap.h"

#include <stdio.h>

#define FOLDER "tests/transcripts"
#define MORE                                                                                                                     \
    "{\"groups\":{\"ops\":{\"name\":\"Operations\"}}}" /* besides those of directory.json: a group to be inside another */

/* One transcript being played. */
struct playing {
    struct arena *arena;
    const struct transcript *transcript;
    const struct transcript_step *step;
    struct simulator sim;
    size_t at;
    int64_t now_ms;
    const char *mismatch; /* NULL: none so far */
};

static const char *marked(struct arena *arena, const char *text)
{
    struct buffer out = buffer_new(0);
    const char *const *lines = NULL;
    size_t count = text_split(arena, text, '\n', &lines);
    for (size_t i = 0; i + 1 < count; i++)
        buffer_printf(&out, "> %s\n", lines[i]);
    return buffer_take(&out, arena);
}

static void compare(struct playing *p, const struct http_request *request)
{
    struct buffer actual = buffer_new(0);
    transcript_request(&actual, request);
    const char *text = buffer_take(&actual, p->arena);
    const char *expected = p->at < p->step->end ? p->transcript->exchanges[p->at].request : "";
    if (p->mismatch == NULL && !transcript_same(expected, text))
        p->mismatch = arena_printf(p->arena, "request %zu of %s\nexpected\n%ssent\n%s", p->at + 1, p->transcript->path,
                                   marked(p->arena, expected), marked(p->arena, text));
}

static bool answer(void *context, const struct http_request *requests, size_t count, struct http_response *replies,
                   struct error *err)
{
    struct playing *p = context;
    for (size_t i = 0; i < count; i++) {
        compare(p, &requests[i]);
        if (p->at == p->step->end)
            return error_set(err, ERROR_UNREACHABLE, p->transcript->path, "", "a request more than the transcript has");
        const struct transcript_exchange *exchange = &p->transcript->exchanges[p->at++];
        replies[i].status = exchange->status;
        replies[i].body = (struct bytes){exchange->body, strlen(exchange->body)};
        http_add_header(p->arena, &replies[i].headers, "Content-Type", "application/scim+json");
        if (exchange->header != NULL)
            http_add_header(p->arena, &replies[i].headers, exchange->header, exchange->value);
    }
    return true;
}

static bool pass(void *context, int64_t ms, struct error *err)
{
    UNUSED(err);
    ((struct playing *)context)->now_ms += ms;
    return true;
}

/* --- the state before the event --- */

static void fixed_ids(struct directory *directory, bool okta)
{
    static const struct {
        const char *key, *okta, *entra;
    } ids[] = {
        {"ada", "00u1adabyron00000001", "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"},
        {"bob", "00u1bobstone00000002", "1b32a1a3-9e3b-4a9f-8a09-8474d5bfe5f0"},
        {"cy", "00u1cyyoung000000003", "2c43b2b4-af4c-4ba0-9b1a-9585e6c0f601"},
        {"eng", "00g1engteam000000001", "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"},
        {"ops", "00g1opsteam000000002", "9bb2b1d1-d5d4-4cd1-a5b6-3f0787a1126a"},
    };
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct directory_user *user = directory_user(directory, ids[i].key);
        struct directory_group *group = directory_group(directory, ids[i].key);
        if (user != NULL)
            user->id = okta ? ids[i].okta : ids[i].entra;
        if (group != NULL)
            group->id = okta ? ids[i].okta : ids[i].entra;
    }
}

static void give_user(struct playing *p, struct directory_user *user, const char *id, const char *more)
{
    bool active = !text_equal(more, "inactive");
    user->assigned = active;
    user->server_id = id;
    user->pushed_active = active && id != NULL;
    user->known = id != NULL ? wire_user_flat(&p->sim, user, active) : NULL;
    user->okta = id == NULL ? PERSON_ASSIGNED : active ? PERSON_PROVISIONED : PERSON_DEACTIVATED;
}

/* A person, or a group that is inside. */
static void give_member(const struct playing *p, struct directory_group *group, const char *key)
{
    struct directory *directory = p->sim.directory;
    struct directory_group *inner = directory_group(directory, key);
    struct error err;
    if (inner == NULL) {
        directory_push_member(directory, group, directory_user(directory, key));
        return;
    }
    assert_true(directory_add_inner(directory, group, inner, &err));
    directory_push_inner(directory, group, inner);
}

static void give_group(struct playing *p, struct directory_group *group, const char *id, const char *members)
{
    const char *const *keys = NULL;
    size_t count = text_split(p->arena, members, ',', &keys);
    group->pushed = true;
    group->server_id = id;
    group->okta = id != NULL ? PUSH_ACTIVE : PUSH_INACTIVE;
    group->known = id != NULL ? wire_group_flat(&p->sim, group) : NULL;
    for (size_t i = 0; i < count; i++)
        if (keys[i][0] != '\0')
            give_member(p, group, keys[i]);
}

/* The provider's memory of managers, as after the cycle in which both came to be. */
static void give_managers(struct playing *p)
{
    const struct directory *directory = p->sim.directory;
    for (size_t i = 0; i < directory->user_count; i++) {
        const struct directory_user *manager = directory_manager(directory, directory->users[i]);
        if (directory->users[i]->server_id != NULL && manager != NULL)
            directory->users[i]->known_manager = manager->server_id;
    }
}

static void give_word(struct playing *p, const char *word)
{
    struct error err = {0};
    const char *equals = strchr(word, '=');
    size_t n = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const char *key = arena_strndup(p->arena, word, n), *id = equals != NULL ? equals + 1 : NULL, *more = "";
    if (text_equal(word, "time")) {
        p->sim.pass = pass;
        p->sim.clock = clock_fixed(&p->now_ms);
        p->sim.timetable = true;
        return;
    }
    if (text_starts(key, "axis:")) {
        if (!dialect_with(p->arena, p->sim.dialect, key + strlen("axis:"), id, &p->sim.dialect, &err))
            fail_msg("%s: %s", p->transcript->path, err.message);
        return;
    }
    if (id != NULL && strchr(id, ':') != NULL) {
        more = strchr(id, ':') + 1;
        id = arena_strndup(p->arena, id, (size_t)(more - id - 1));
    }
    if (directory_user(p->sim.directory, key) != NULL)
        give_user(p, directory_user(p->sim.directory, key), id, more);
    else if (directory_group(p->sim.directory, key) != NULL)
        give_group(p, directory_group(p->sim.directory, key), id, more);
    else
        fail_msg("%s: nobody is called %s", p->transcript->path, key);
}

static void set_up(struct playing *p, struct rng *rng)
{
    struct bytes text;
    struct error err = {0};
    const char *const *words = NULL;
    if (p->sim.dialect == NULL)
        fail_msg("%s: no dialect %s", p->transcript->path, p->transcript->dialect);
    if (!file_read(p->arena, FOLDER "/directory.json", 64 * KIB, &text, &err))
        fail_msg("%s", err.message);
    json *spec = json_parse(p->arena, text, "directory.json", &err);
    if (spec == NULL || !directory_load(p->arena, spec, p->sim.dialect->okta, NULL, rng, &p->sim.directory, &err))
        fail_msg("%s: %s", err.where, err.message);
    const json *ops = json_parse(p->arena, (struct bytes){MORE, sizeof MORE - 1}, "more", &err);
    assert_true(directory_add(p->sim.directory, ops, p->sim.dialect->okta, rng, &err));
    fixed_ids(p->sim.directory, p->sim.dialect->okta);
    size_t count = text_split(p->arena, p->transcript->given != NULL ? p->transcript->given : "", ' ', &words);
    for (size_t i = 0; i < count; i++)
        if (words[i][0] != '\0')
            give_word(p, words[i]);
    give_managers(p);
}

/* --- the event --- */

/* "later" before an event leaves it to the next cycle. "update ada {...}", "add-members eng ada bob", "rename-group eng New Name". */
static struct event read_event(const struct playing *p)
{
    struct event event = {0};
    const char *const *words = NULL, *text = p->step->event;
    event.later = text_starts(text, "later ");
    text += event.later ? strlen("later ") : 0;
    size_t count = text_split(p->arena, text, ' ', &words);
    if (!event_find(words[0], &event.kind))
        fail_msg("%s: no event %s", p->transcript->path, words[0]);
    event.subject = count > 1 ? words[1] : NULL;
    const char *rest = count > 2 ? text + strlen(words[0]) + strlen(words[1]) + 2 : NULL;
    struct error err = {0};
    char operands = event_operands(event.kind);
    if (operands == 'c' || operands == 't' || operands == 'j') {
        rest = event.subject == NULL ? NULL : text + strlen(words[0]) + 1;
        event.subject = NULL;
    }
    if (operands == 'p' || operands == 'e' || operands == 'c' || operands == 'j') {
        event.changes = json_parse(p->arena, (struct bytes){rest, strlen(rest)}, "changes", &err);
    } else if (operands == 'n' || operands == 's' || operands == 't') {
        event.name = rest;
    } else if (count > 2) {
        event.members = words + 2;
        event.member_count = count - 2;
    }
    return event;
}

static int64_t span_of(const char *text)
{
    int64_t ms = 0;
    assert_true(duration_parse(text, &ms));
    return ms;
}

/* A line of the trace, the newest of those that tell of the same: what was waited for, or a job, a person, a group. */
static bool traced(const struct playing *p, const char *text)
{
    size_t n = strcspn(text, " :");
    for (size_t i = p->sim.trace_count; i > 0; i--)
        if (strncmp(p->sim.trace[i - 1].text, text, n) == 0)
            return text_equal(p->sim.trace[i - 1].text, text);
    return false;
}

/* "refused 409", "complaint okta.create-needs-id", "console TEXT", "written 2", "waited 30s", "job quarantine", "trace TEXT" (the
 * newest line that begins with the same word), separated by "; ". A step without outcome must
 * end well. */
static void check_outcome(const struct playing *p, const struct event_outcome *outcome)
{
    const char *const *parts = NULL;
    size_t count = text_split(p->arena, p->step->outcome != NULL ? p->step->outcome : "", ';', &parts);
    if (p->step->outcome == NULL) {
        assert_null(outcome->console);
        assert_null(outcome->complaint);
        assert_int_equal(outcome->refused, 0);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *part = parts[i] + strspn(parts[i], " ");
        if (text_starts(part, "refused "))
            assert_int_equal(outcome->first_refusal, atoi(part + strlen("refused ")));
        else if (text_starts(part, "written "))
            assert_int_equal(outcome->written, atoi(part + strlen("written ")));
        else if (text_starts(part, "complaint "))
            assert_string_equal(outcome->complaint_rule != NULL ? outcome->complaint_rule : "none", part + strlen("complaint "));
        else if (text_starts(part, "console "))
            assert_string_equal(outcome->console != NULL ? outcome->console : "none", part + strlen("console "));
        else if (text_starts(part, "waited "))
            assert_int_equal(outcome->waited_ms, span_of(part + strlen("waited ")));
        else if (text_starts(part, "job "))
            assert_string_equal(job_state_word(p->sim.job.state), part + strlen("job "));
        else if (text_starts(part, "trace "))
            assert_true(traced(p, part + strlen("trace ")));
        else
            fail_msg("%s: unknown outcome %s", p->transcript->path, part);
    }
}

static bool play_event(struct playing *p, struct event_outcome *outcome, struct error *err)
{
    struct event event = read_event(p);
    return simulator_play(&p->sim, &event, outcome, err);
}

/* What comes due in that time; the outcomes are added up. */
static bool wait(struct playing *p, int64_t span, struct event_outcome *out, struct error *err)
{
    int64_t due = 0, end = p->now_ms + span;
    *out = (struct event_outcome){0};
    while (simulator_next(&p->sim, &due) && due <= end) {
        struct event_outcome outcome;
        p->now_ms = due;
        if (!simulator_act(&p->sim, &outcome, err))
            return false;
        out->sent += outcome.sent;
        out->written += outcome.written;
        out->refused += outcome.refused;
        out->first_refusal = out->first_refusal == 0 ? outcome.first_refusal : out->first_refusal;
        out->console = out->console == NULL ? outcome.console : out->console;
    }
    p->now_ms = end;
    return true;
}

static void play_step(struct playing *p, const struct transcript_step *step)
{
    struct event_outcome outcome;
    struct error err = {0};
    size_t before = p->at;
    p->step = step;
    bool played = text_starts(step->event, "wait ") ? wait(p, span_of(step->event + strlen("wait ")), &outcome, &err)
                                                    : play_event(p, &outcome, &err);
    if (p->mismatch != NULL)
        fail_msg("%s", p->mismatch);
    if (!played)
        fail_msg("%s: %s", err.where, err.message);
    if (p->at < step->end)
        fail_msg("%s: request %zu was not sent", p->transcript->path, p->at + 1);
    assert_int_equal(outcome.sent, step->end - before);
    check_outcome(p, &outcome);
}

static void plays_as_written(void **state)
{
    struct arena *arena = arena_new();
    struct rng rng = rng_new(1);
    struct playing p = {.arena = arena, .transcript = *state};
    p.sim = (struct simulator){.arena = arena,
                               .dialect = dialect_find(p.transcript->dialect),
                               .rng = &rng,
                               .token = "secret-token",
                               .send = answer,
                               .context = &p};
    set_up(&p, &rng);
    if (dialect_value(p.sim.dialect, AXIS_AUTHORIZATION) == AUTHORIZATION_BASIC)
        p.sim.token = "secret:token";
    for (size_t i = 0; i < p.transcript->step_count; i++)
        play_step(&p, &p.transcript->steps[i]);
    arena_free(arena);
}

static void every_event_has_a_transcript(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    for (size_t d = 0; d <= dialect_count; d++)
        for (int kind = 0; kind < EVENT_COUNT; kind++) {
            const struct dialect *dialect = d < dialect_count ? dialects[d] : &dialect_rfc;
            const char *path = arena_printf(arena, FOLDER "/%s/%s.txt", dialect->name, event_word((enum event_kind)kind));
            bool okta = dialect->okta; /* has every event in tests/answers, with test_okta_answers.c */
            if (!okta && event_is_of((enum event_kind)kind, dialect) && !file_exists(path))
                fail_msg("%s is missing", path);
        }
    arena_free(arena);
}

static const struct transcript *all;
static size_t all_count;

/* "... (documented)", "... (observed, inferred)". */
static void every_request_of_entra_names_its_fact(void **state)
{
    static const char *const marks[] = {"(documented", "(observed", "(reported", "(inferred"};
    UNUSED(state);
    for (size_t i = 0; i < all_count; i++)
        for (size_t k = 0; k < all[i].count && !text_starts(all[i].dialect, "okta"); k++) {
            const char *fact = all[i].exchanges[k].fact, *mark = fact != NULL ? strrchr(fact, '(') : NULL;
            bool marked = false;
            for (size_t m = 0; m < ARRAY_LEN(marks) && mark != NULL; m++)
                marked = marked || text_starts(mark, marks[m]);
            if (!marked)
                fail_msg("%s: request %zu rests on no fact", all[i].path, k + 1);
        }
}

int main(void)
{
    struct arena *arena = arena_new();
    const char *const *paths = NULL;
    size_t count = 0;
    struct error err = {0};
    if (!file_walk(arena, FOLDER, ".txt", &paths, &count, &err)) {
        printf("1..1\nnot ok 1 - %s\n", err.message);
        return 1;
    }
    struct transcript *transcripts = arena_array(arena, count + 1, sizeof *transcripts);
    struct CMUnitTest *tests = arena_array(arena, count + 2, sizeof *tests);
    for (size_t i = 0; i < count; i++) {
        if (!transcript_load(arena, paths[i], &transcripts[i], &err)) {
            printf("1..1\nnot ok 1 - %s: %s\n", err.where, err.message);
            return 1;
        }
        tests[i] = (struct CMUnitTest){.name = paths[i], .test_func = plays_as_written, .initial_state = &transcripts[i]};
    }
    tests[count] =
        (struct CMUnitTest){.name = "every event has a transcript in every dialect", .test_func = every_event_has_a_transcript};
    tests[count + 1] = (struct CMUnitTest){.name = "every request of Entra's names its fact",
                                           .test_func = every_request_of_entra_names_its_fact};
    all = transcripts;
    all_count = count;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = _cmocka_run_group_tests("transcripts", tests, count + 2, NULL, NULL);
    arena_free(arena);
    return failed;
}
