/* A request without a reply: what fails, what goes on, what is tried again, and what a 404 means afterwards. */
#include "common/base.h"
#include "tests/unit/simulator/scripted_server.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\"}},"                                  \
    "\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"ada\",\"bob\"]}}}"
#define LOST "0 no reply within 60 s"
/* What opens a cycle of Entra's: a lookup of nobody and of no group. Then the lookup of whom the event is about. */
#define LOOKED SCRIPTED_NONE "\n" SCRIPTED_NONE "\n" SCRIPTED_NONE "\n"
#define MADE   "201 {\"id\":\"a1\",\"active\":true}"

static int64_t passed_ms;

static bool pass(void *context, int64_t ms, struct error *err)
{
    UNUSED(context);
    UNUSED(err);
    passed_ms += ms;
    return true;
}

static void set_up(struct scripted *s, const char *dialect)
{
    scripted_set_up(s, dialect, DIRECTORY);
    s->sim.pass = pass;
    s->sim.clock = clock_fixed(&passed_ms);
    passed_ms = 0;
}

static struct event_outcome happens(struct scripted *s, enum event_kind kind, const char *subject, const char *replies)
{
    struct event_outcome out;
    scripted_replies(s, replies);
    assert_true(scripted_play(s, (struct event){.kind = kind, .subject = subject}, &out));
    return out;
}

static const char *state_of(const struct scripted *s, size_t user)
{
    return simulator_person_state(&s->sim, s->sim.directory->users[user]);
}

/* Okta: no schedule is published, the task fails. What the console says are the words of the reason. */
static void okta_gives_the_task_up(void **state)
{
    UNUSED(state);
    struct scripted s;
    set_up(&s, "okta-aiw");
    struct event_outcome out = happens(&s, EVENT_ASSIGN, "ada", SCRIPTED_NONE "\n" LOST);
    assert_int_equal(s.at, 2);
    assert_int_equal(out.waits, 0);
    assert_int_equal(out.refused, 1);
    assert_int_equal(out.first_refusal, 0);
    assert_null(out.complaint);
    assert_string_equal(out.console, "no reply within 60 s");
    assert_string_equal(state_of(&s, 0), "error");
    out = happens(&s, EVENT_RESTART, NULL, SCRIPTED_NONE "\n" MADE);
    assert_string_equal(state_of(&s, 0), "provisioned");
    arena_free(s.arena);
}

static void once_more_when_the_axis_says_so(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct error err = {0};
    set_up(&s, "okta-template");
    assert_true(dialect_with(s.arena, s.sim.dialect, "on-no-reply", "once-more", &s.sim.dialect, &err));
    struct event_outcome out = happens(&s, EVENT_ASSIGN, "ada", SCRIPTED_NONE "\n" LOST "\n" MADE);
    assert_int_equal(out.waits, 1);
    assert_int_equal(passed_ms, 300000);
    assert_string_equal(state_of(&s, 0), "provisioned");
    out = happens(&s, EVENT_ASSIGN, "bob", SCRIPTED_NONE "\n" LOST "\n" LOST "\n" MADE);
    assert_int_equal(out.waits, 1); /* once */
    assert_string_equal(state_of(&s, 1), "error");
    arena_free(s.arena);
}

/* Entra: Timeout in its log, the object comes again, and the rest of the cycle goes on. */
static void entra_sets_the_object_aside_and_goes_on(void **state)
{
    UNUSED(state);
    struct scripted s;
    set_up(&s, "entra");
    happens(&s, EVENT_ASSIGN, "ada", LOOKED LOST);
    assert_string_equal(state_of(&s, 0), "error");
    struct event_outcome out = happens(&s, EVENT_ASSIGN, "bob", LOOKED LOST);
    assert_true(text_starts(out.console, "Timeout. no reply within 60 s"));
    out = happens(&s, EVENT_SYNC, NULL, LOOKED LOST "\n" SCRIPTED_NONE "\n201 {\"id\":\"b1\",\"active\":true}");
    assert_string_equal(state_of(&s, 0), "error");
    assert_string_equal(state_of(&s, 1), "provisioned");
    assert_int_equal(s.at, 6);
    arena_free(s.arena);
}

/* A probe without a reply ends the cycle; that is no reason for quarantine. */
static void a_lost_probe_breaks_the_cycle_off(void **state)
{
    UNUSED(state);
    struct scripted s;
    set_up(&s, "entra");
    s.sim.timetable = true;
    happens(&s, EVENT_ASSIGN, "ada", LOST);
    assert_int_equal(s.at, 1);
    assert_string_equal(job_state_word(s.sim.job.state), "initial");
    arena_free(s.arena);
}

/* One of several at the same time is lost: the others count. */
static void one_of_several_is_lost(void **state)
{
    UNUSED(state);
    struct scripted s;
    set_up(&s, "entra");
    happens(&s, EVENT_ASSIGN, "ada", LOOKED MADE);
    happens(&s, EVENT_ASSIGN, "bob", LOOKED "201 {\"id\":\"b1\",\"active\":true}");
    s.sim.parallel = true;
    happens(&s, EVENT_PUSH_GROUP, "eng", LOOKED "201 {\"id\":\"g1\",\"displayName\":\"Engineering\"}\n" LOST "\n204");
    const struct directory_group *group = s.sim.directory->groups[0];
    assert_int_equal(group->pushed_member_count, 1);
    assert_string_equal(group->pushed_members[0]->key, "bob");
    assert_string_equal(simulator_push_state(&s.sim, group), "error");
    arena_free(s.arena);
}

/* 404 to a DELETE is a refusal, but not when the one before may have been carried out. */
static void gone_is_gone(void **state)
{
    UNUSED(state);
    static const char *const first[] = {LOST, "502 error code: 502"};
    struct scripted s;
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        set_up(&s, "okta-template");
        happens(&s, EVENT_PUSH_GROUP, "eng", SCRIPTED_NONE "\n201 {\"id\":\"g1\",\"displayName\":\"Engineering\"}\n204");
        struct event_outcome out = happens(&s, EVENT_DELETE_GROUP, "eng", first[i]);
        assert_int_equal(out.refused, 1);
        out = happens(&s, EVENT_RESTART, NULL, "404 {}");
        assert_int_equal(out.refused, 0);
        assert_null(out.console);
        assert_string_equal(simulator_push_state(&s.sim, s.sim.directory->groups[0]), "inactive");
        arena_free(s.arena);
    }
    set_up(&s, "okta-template");
    happens(&s, EVENT_PUSH_GROUP, "eng", SCRIPTED_NONE "\n201 {\"id\":\"g1\",\"displayName\":\"Engineering\"}\n204");
    struct event_outcome out = happens(&s, EVENT_DELETE_GROUP, "eng", "404 {}");
    assert_int_equal(out.refused, 1);
    assert_int_equal(out.first_refusal, 404);
    arena_free(s.arena);
}

/* Where waiting helps nothing nobody waits. */
static void in_vain_is_not_waited(void **state)
{
    UNUSED(state);
    struct scripted s;
    set_up(&s, "okta-aiw");
    s.sim.hasty = true;
    struct event_outcome out = happens(&s, EVENT_ASSIGN, "ada", SCRIPTED_NONE "\n429 {}");
    assert_int_equal(out.waits, 0);
    assert_int_equal(out.first_refusal, 429);
    assert_int_equal(passed_ms, 0);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(okta_gives_the_task_up),
        cmocka_unit_test(once_more_when_the_axis_says_so),
        cmocka_unit_test(entra_sets_the_object_aside_and_goes_on),
        cmocka_unit_test(a_lost_probe_breaks_the_cycle_off),
        cmocka_unit_test(one_of_several_is_lost),
        cmocka_unit_test(gone_is_gone),
        cmocka_unit_test(in_vain_is_not_waited),
    };
    return tap_run("no reply", tests);
}
