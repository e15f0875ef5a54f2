#include "common/base.h"
#include "common/clock.h"
#include "simulator/console.h"
#include "simulator/session.h"
#include "tests/unit/simulator/scripted_server.h"

#include "simulator/okta_state.h"
#include "simulator/wire_user.h"

static const char trio[] = "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\"},\"cy\":{"
                           "\"email\":\"cy@acme.test\"}},"
                           "\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"ada\",\"bob\",\"cy\"]}}}";

/* Everybody provisioned, the group pushed and empty on the server. */
static void provision_all(struct scripted *s)
{
    static const char *const ids[] = {"a1", "b1", "c1"};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct directory_user *user = s->sim.directory->users[i];
        user->assigned = user->pushed_active = true;
        user->server_id = ids[i];
        user->okta = PERSON_PROVISIONED;
        user->known = wire_user_flat(&s->sim, user, true);
    }
}

static struct directory_group *eng(struct scripted *s)
{
    return s->sim.directory->groups[0];
}

static void words_find_their_events(void **state)
{
    UNUSED(state);
    for (int kind = 0; kind < EVENT_COUNT; kind++) {
        enum event_kind found = EVENT_SYNC;
        assert_true(event_find(event_word((enum event_kind)kind), &found));
        assert_int_equal(found, kind);
    }
    enum event_kind found = EVENT_SYNC;
    assert_false(event_find("hire", &found));
}

/* Without the GET by id that Entra sends before a PATCH: the server of the test need not hold anything. */
static void read_nothing(struct scripted *s)
{
    struct error err = {0};
    assert_true(dialect_with(s->arena, s->sim.dialect, "get-before-patch", "no", &s->sim.dialect, &err));
}

static void members_count_as_pushed_only_when_accepted(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", trio);
    provision_all(&s);
    read_nothing(&s);
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n" SCRIPTED_NONE "\n201 {\"id\":\"g1\"}\n204\n500\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_PUSH_GROUP, .subject = "eng"}, &outcome));
    assert_int_equal(outcome.written, 3);
    assert_int_equal(outcome.refused, 1);
    assert_int_equal(outcome.first_refusal, 500);
    assert_int_equal(eng(&s)->pushed_member_count, 2);
    assert_false(directory_is_pushed_member(eng(&s), directory_user(s.sim.directory, "bob")));
    assert_non_null(eng(&s)->last_error);
    /* the next cycle sends the missing one, and only that */
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SYNC}, &outcome));
    assert_int_equal(outcome.sent, 3);
    assert_int_equal(eng(&s)->pushed_member_count, 3);
    assert_null(eng(&s)->last_error);
    arena_free(s.arena);
}

/* Microsoft's how-provisioning-works: all groups, then the members of all. Members of a group that is refused wait. */
static void a_cycle_makes_all_groups_before_members(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra",
                    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"}},\"groups\":{\"a\":{\"name\":\"A\",\"members\":[\"ada\"]},"
                    "\"b\":{\"name\":\"B\",\"members\":[\"ada\"]},\"c\":{\"name\":\"C\",\"members\":[\"ada\"]}}}");
    s.sim.directory->users[0]->assigned = true;
    for (size_t i = 0; i < 3; i++)
        s.sim.directory->groups[i]->pushed = true;
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n" SCRIPTED_NONE "\n201 {\"id\":\"a1\"}\n" SCRIPTED_NONE
                                       "\n201 {\"id\":\"g1\"}\n" SCRIPTED_NONE "\n400 {}\n" SCRIPTED_NONE
                                       "\n201 {\"id\":\"g3\"}\n204\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SYNC}, &outcome));
    static const char *const last[] = {"POST /Groups", "PATCH /Groups/g1", "PATCH /Groups/g3"};
    assert_int_equal(outcome.sent, 12);
    for (size_t i = 0; i < ARRAY_LEN(last); i++)
        assert_string_equal(s.asked[9 + i], last[i]);
    assert_non_null(s.sim.directory->groups[1]->last_error);
    arena_free(s.arena);
}

static void member_changes_go_out_together_when_asked(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra-flag", trio);
    provision_all(&s);
    s.sim.parallel = true;
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n" SCRIPTED_NONE "\n201 {\"id\":\"g1\"}\n204\n204\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_PUSH_GROUP, .subject = "eng"}, &outcome));
    assert_int_equal(s.calls, 5);
    assert_int_equal(s.together[4], 3);
    assert_int_equal(eng(&s)->pushed_member_count, 3);
    arena_free(s.arena);
}

static void okta_never_sends_in_parallel(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "okta-template", trio);
    provision_all(&s);
    s.sim.parallel = true;
    scripted_replies(&s, SCRIPTED_NONE "\n201 {\"id\":\"g1\"}\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_PUSH_GROUP, .subject = "eng"}, &outcome));
    for (size_t i = 0; i < s.calls; i++)
        assert_int_equal(s.together[i], 1);
    arena_free(s.arena);
}

static void without_a_reply_the_event_ends_and_memory_stays(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "okta-aiw", trio);
    scripted_replies(&s, SCRIPTED_NONE); /* the create gets no answer */
    struct error err = {0};
    struct event event = {.kind = EVENT_ASSIGN, .subject = "ada"};
    assert_false(simulator_play(&s.sim, &event, &outcome, &err));
    assert_int_equal(err.code, ERROR_UNREACHABLE);
    assert_int_equal(outcome.sent, 2);
    assert_null(s.sim.directory->users[0]->server_id);
    assert_true(s.sim.directory->users[0]->assigned); /* the administrator did it */
    arena_free(s.arena);
}

static void a_refused_deactivation_is_still_owed_by_entra_only(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", trio);
    provision_all(&s);
    read_nothing(&s);
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n503");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_UNASSIGN, .subject = "ada"}, &outcome));
    assert_true(s.sim.directory->users[0]->pushed_active);
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SYNC}, &outcome));
    assert_int_equal(outcome.sent, 3);
    assert_string_equal(s.asked[2], "PATCH /Users/a1");
    assert_false(s.sim.directory->users[0]->pushed_active);
    arena_free(s.arena);

    scripted_set_up(&s, "okta-template", trio);
    provision_all(&s);
    scripted_replies(&s, "200 {\"id\":\"a1\",\"active\":true}\n503");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_UNASSIGN, .subject = "ada"}, &outcome));
    assert_string_equal(outcome.console, "Service Unavailable.");
    scripted_replies(&s, "");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SYNC}, &outcome));
    assert_int_equal(outcome.sent, 0);
    assert_non_null(s.sim.directory->users[0]->last_error);
    arena_free(s.arena);
}

static void a_vanished_person_is_made_anew_by_the_next_cycle(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", trio);
    provision_all(&s);
    read_nothing(&s);
    struct directory_user *ada = s.sim.directory->users[0];
    json *changes = scripted_json(&s, "{\"title\":\"CTO\"}");
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n404 {}");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_UPDATE, .subject = "ada", .changes = changes}, &outcome));
    assert_null(ada->server_id);
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n" SCRIPTED_NONE "\n201 {\"id\":\"a2\"}");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SYNC}, &outcome));
    assert_string_equal(s.asked[3], "POST /Users");
    assert_string_equal(ada->server_id, "a2");
    arena_free(s.arena);
}

static void somebody_deleted_and_assigned_again_is_a_new_person(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", trio);
    provision_all(&s);
    struct directory_user *ada = s.sim.directory->users[0];
    const char *before = ada->id;
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_DELETE, .subject = "ada"}, &outcome));
    assert_null(ada->server_id);
    assert_false(directory_is_member(eng(&s), ada));
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n" SCRIPTED_NONE "\n201 {\"id\":\"a2\"}");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_ASSIGN, .subject = "ada"}, &outcome));
    assert_string_equal(ada->server_id, "a2");
    assert_string_not_equal(ada->id, before);
    arena_free(s.arena);
}

static void on_demand_takes_five_members(void **state)
{
    UNUSED(state);
    static const char *const six[] = {"a", "b", "c", "d", "e", "f"};
    struct scripted s;
    struct event_outcome outcome;
    struct error err = {0};
    scripted_set_up(
        &s, "entra-on-demand",
        "{\"users\":{\"a\":{\"userName\":\"a\"},\"b\":{\"userName\":\"b\"},\"c\":{\"userName\":\"c\"},\"d\":{\"userName\":\"d\"},"
        "\"e\":{\"userName\":\"e\"},\"f\":{\"userName\":\"f\"}},"
        "\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}}}");
    for (size_t i = 0; i < 6; i++) {
        s.sim.directory->users[i]->assigned = s.sim.directory->users[i]->pushed_active = true;
        s.sim.directory->users[i]->server_id = six[i];
    }
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE "\n201 {\"id\":\"g1\"}\n204\n204\n204\n204\n204");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_PUSH_GROUP, .subject = "eng"}, &outcome));
    assert_int_equal(eng(&s)->pushed_member_count, 5);
    struct event event = {.kind = EVENT_PUSH_GROUP, .subject = "eng", .members = six, .member_count = 6};
    assert_false(simulator_play(&s.sim, &event, &outcome, &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_int_equal(outcome.sent, 0);
    arena_free(s.arena);
}

static void okta_splits_what_is_more_than_a_batch(void **state)
{
    UNUSED(state);
    static const char *const all[] = {"ada", "bob", "cy"};
    struct scripted s;
    struct event_outcome outcome;
    struct error err = {0};
    scripted_set_up(&s, "okta-template", trio);
    provision_all(&s);
    assert_true(dialect_with(s.arena, s.sim.dialect, "member-changes-per-patch", "2", &s.sim.dialect, &err));
    eng(&s)->pushed = true;
    eng(&s)->server_id = "g1";
    eng(&s)->okta = PUSH_ACTIVE;
    scripted_replies(&s, "204\n204\n409 {\"detail\":\"no\"}");
    struct event event = {.kind = EVENT_ADD_MEMBERS, .subject = "eng", .members = all, .member_count = 3};
    assert_true(scripted_play(&s, event, &outcome));
    assert_int_equal(outcome.sent, 3); /* metadata, two, one */
    assert_int_equal(eng(&s)->pushed_member_count, 2);
    arena_free(s.arena);
}

static void impossible_events_change_nothing(void **state)
{
    UNUSED(state);
    static const char *const eve[] = {"ada", "eve"};
    struct scripted s;
    scripted_set_up(&s, "okta-aiw", trio);
    const struct event impossible[] = {
        {.kind = EVENT_ASSIGN, .subject = "eve"},
        {.kind = EVENT_ASSIGN},
        {.kind = EVENT_PUSH_GROUP, .subject = "ada"},
        {.kind = EVENT_UPDATE, .subject = "ada"},
        {.kind = EVENT_RENAME_GROUP, .subject = "eng"},
        {.kind = EVENT_REMOVE_MEMBERS, .subject = "eng", .members = eve, .member_count = 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(impossible); i++) {
        struct event_outcome outcome;
        struct error err = {0};
        assert_false(simulator_play(&s.sim, &impossible[i], &outcome, &err));
        assert_int_equal(err.code, ERROR_INVALID);
        assert_string_not_equal(err.remedy, "");
        assert_int_equal(outcome.sent, 0);
    }
    assert_false(eng(&s)->pushed);
    assert_int_equal(eng(&s)->member_count, 3);
    arena_free(s.arena);
}

static void the_servers_words_are_capped_and_on_one_line(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", trio);
    struct buffer reply = buffer_new(0);
    buffer_add(&reply, "500 line\tone");
    for (int i = 0; i < 5000; i++)
        buffer_add(&reply, "\xC3\xA9");
    scripted_replies(&s, buffer_take(&reply, s.arena));
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_TEST_CONNECTION}, &outcome));
    assert_true(strlen(outcome.console) < 1000);
    assert_null(strchr(outcome.console, '\t'));
    assert_true(text_is_utf8(outcome.console, strlen(outcome.console)));
    scripted_replies(&s, "500 \xff\xfe");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_TEST_CONNECTION}, &outcome));
    assert_true(text_ends(outcome.console, "Web Response: (not text)"));
    arena_free(s.arena);
}

/* Okta's text begins with the phrase that the server has put behind the status. */
static void the_console_begins_with_the_servers_phrase(void **state)
{
    UNUSED(state);
    static const struct {
        int status;
        const char *phrase, *console;
    } rows[] = {{503, "Come Back Later", "Come Back Later. Errors reported by remote server: no"},
                {503, "Two\tlines", "Two lines. Errors reported by remote server: no"},
                {302, "X", "X. Errors reported by remote server: no"},
                {409, NULL, "Conflict. Errors reported by remote server: no"},
                {409, " ", "Conflict. Errors reported by remote server: no"}};
    struct arena *arena = arena_new();
    json *body = json_object(arena);
    json_set_text(body, "detail", "no");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct reply reply = {.status = rows[i].status, .body = body, .raw = {.reason = rows[i].phrase}};
        assert_string_equal(console_okta(arena, &reply), rows[i].console);
    }
    arena_free(arena);
}

static bool five_minutes(void *context, int64_t ms, struct error *err)
{
    UNUSED(context);
    UNUSED(err);
    assert_int_equal(ms, 300000);
    return true;
}

#define INACTIVE "200 {\"Resources\":[{\"id\":\"a1\",\"active\":false}]}\n200 {\"id\":\"a1\",\"active\":false}\n204\n"

/* "Rescheduling provision job.": the lookup, active=true and the profile come once more, and only then the administrator is told. */
static void the_provision_job_is_scheduled_anew(void **state)
{
    UNUSED(state);
    static const struct {
        const char *axis, *profile; /* the reads before the profile */
        size_t sent, waits;
        const char *rule;
    } rows[] = {
        {"once-more", INACTIVE "200 {\"id\":\"a1\",\"active\":false}\n" INACTIVE "200 {\"id\":\"a1\",\"active\":true}\n200 {}", 9,
         1, NULL},
        {"once-more", INACTIVE "200 {\"id\":\"a1\",\"active\":false}\n" INACTIVE "200 {\"id\":\"a1\",\"active\":false}", 8, 1,
         "okta.reactivate-takes-effect"},
        {"fail", INACTIVE "200 {\"id\":\"a1\",\"active\":false}", 4, 0, "okta.reactivate-takes-effect"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scripted s;
        struct event_outcome outcome;
        struct error err = {0};
        scripted_set_up(&s, "okta-template", trio);
        int64_t now_ms = 0;
        s.sim.pass = five_minutes;
        s.sim.clock = clock_fixed(&now_ms);
        assert_true(dialect_with(s.arena, s.sim.dialect, "on-reactivation-delay", rows[i].axis, &s.sim.dialect, &err));
        scripted_replies(&s, rows[i].profile);
        assert_true(scripted_play(&s, (struct event){.kind = EVENT_ASSIGN, .subject = "ada"}, &outcome));
        assert_int_equal(outcome.sent, rows[i].sent);
        assert_int_equal(outcome.waits, rows[i].waits);
        assert_int_equal(outcome.console == NULL, rows[i].rule == NULL);
        assert_true(text_equal(outcome.complaint_rule, rows[i].rule));
        assert_int_equal(s.sim.directory->users[0]->last_error == NULL, rows[i].rule == NULL);
        assert_int_equal(s.sim.directory->users[0]->pushed_active, rows[i].rule == NULL);
        arena_free(s.arena);
    }
}

/* An id is the server's to choose; it must not be able to name another resource. */
static void ids_of_the_server_are_escaped(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "okta-aiw", trio);
    scripted_replies(&s, "200 {\"totalResults\":1,\"Resources\":[{\"id\":\"../Groups/g 1?x#\",\"active\":true}]}\n404 {}");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_ASSIGN, .subject = "ada"}, &outcome));
    assert_string_equal(s.asked[1], "GET /Users/..%2FGroups%2Fg%201%3Fx%23");
    arena_free(s.arena);
}

/* --- whatever the server says --- */

static const char *const anything[] = {
    "200",
    "200 {}",
    "200 []",
    "200 null",
    "200 {\"id\":\"\"}",
    "201 {\"id\":\"x1\",\"active\":true}",
    "201 {\"id\":{\"a\":1}}",
    "204",
    "301",
    "400 {\"detail\":7}",
    "401 {\"detail\":\"no\"}",
    "404 {\"schemas\":null}",
    "409 {\"detail\":\"taken\"}",
    "500 <html>",
    "0",
    "999 x",
    SCRIPTED_NONE,
    "200 "
    "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":1,\"Resources\":[{\"id\":\"x1\","
    "\"active\":false,"
    "\"members\":[1,null,{}],\"name\":7,\"emails\":{\"type\":\"work\"}}]}",
    "200 "
    "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":1,\"Resources\":[{\"id\":\"x2\","
    "\"active\":true,"
    "\"emails\":[null,{\"type\":7},{\"type\":\"work\",\"value\":[]}],\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
    "User\":"
    "{\"manager\":{\"value\":5}}}]}",
    "200 {\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":-1,\"Resources\":[[]]}",
    "200 {\"schemas\":{},\"totalResults\":1e99,\"Resources\":\"x\"}",
};

static struct event any_event(struct scripted *s)
{
    static const char *const people[] = {"ada", "bob", "cy"};
    static const char *const changes[] = {"{\"title\":\"CTO\"}", "{\"title\":null,\"country\":\"FR\"}", "{\"manager\":\"bob\"}",
                                          "{\"manager\":null}"};
    struct event event = {.kind = (enum event_kind)rng_below(&s->rng, EVENT_COUNT), .name = "Rockets"};
    char operands = event_operands(event.kind);
    event.subject = operands == 'u' || operands == 'p' ? people[rng_below(&s->rng, 3)] : "eng";
    event.changes = scripted_json(s, changes[rng_below(&s->rng, ARRAY_LEN(changes))]);
    if (operands == 'm') {
        event.members = people + rng_below(&s->rng, 3);
        event.member_count = 1;
    }
    return event;
}

/* Random histories against a server that answers anything: no crash, counts that add up, and a request for everything counted. */
static void nothing_the_server_says_stops_the_tool(void **state)
{
    UNUSED(state);
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct scripted s;
        scripted_set_up(&s, dialects[seed % dialect_count]->name, trio);
        s.rng = rng_new(seed);
        s.sim.parallel = seed % 2 == 0;
        for (int step = 0; step < 25; step++) {
            struct event event = any_event(&s);
            struct event_outcome outcome = {0};
            scripted_replies(&s, "");
            for (s.count = 0; s.count < SCRIPT_MAX; s.count++) /* now and then the connection breaks */
                s.replies[s.count] = rng_below(&s.rng, 40) == 0 ? NULL : anything[rng_below(&s.rng, ARRAY_LEN(anything))];
            bool played = scripted_play(&s, event, &outcome);
            assert_true(outcome.written + outcome.refused <= outcome.sent);
            assert_true(!played || outcome.sent == s.at);
            assert_int_equal(outcome.complaint == NULL, outcome.complaint_rule == NULL);
            if (outcome.refused > 0)
                assert_non_null(outcome.console);
        }
        arena_free(s.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_find_their_events),
        cmocka_unit_test(members_count_as_pushed_only_when_accepted),
        cmocka_unit_test(a_cycle_makes_all_groups_before_members),
        cmocka_unit_test(member_changes_go_out_together_when_asked),
        cmocka_unit_test(okta_never_sends_in_parallel),
        cmocka_unit_test(without_a_reply_the_event_ends_and_memory_stays),
        cmocka_unit_test(a_refused_deactivation_is_still_owed_by_entra_only),
        cmocka_unit_test(a_vanished_person_is_made_anew_by_the_next_cycle),
        cmocka_unit_test(somebody_deleted_and_assigned_again_is_a_new_person),
        cmocka_unit_test(on_demand_takes_five_members),
        cmocka_unit_test(okta_splits_what_is_more_than_a_batch),
        cmocka_unit_test(impossible_events_change_nothing),
        cmocka_unit_test(the_servers_words_are_capped_and_on_one_line),
        cmocka_unit_test(the_console_begins_with_the_servers_phrase),
        cmocka_unit_test(the_provision_job_is_scheduled_anew),
        cmocka_unit_test(ids_of_the_server_are_escaped),
        cmocka_unit_test(nothing_the_server_says_stops_the_tool),
    };
    return tap_run("simulator", tests);
}
