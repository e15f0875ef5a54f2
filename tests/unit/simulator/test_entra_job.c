/* What an administrator does to Entra's job: settings, the recycle bin, the guard, roles; what can't be is refused and changes nothing. */
#include "common/base.h"
#include "tests/unit/simulator/scripted_server.h"

#include "simulator/job_settings.h"
#include "simulator/scoping.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\"}},\"groups\":{\"eng\":{\"name\":"    \
    "\"Engineering\",\"members\":[\"ada\"]}}}"

/* An event that must be refused: nothing is sent. */
static void refused(struct scripted *s, struct event event, const char *where, const char *message)
{
    struct event_outcome outcome;
    struct error err = {0};
    assert_false(simulator_play(&s->sim, &event, &outcome, &err));
    assert_int_equal(err.code, ERROR_INVALID);
    assert_string_equal(err.where, where);
    assert_string_equal(err.message, message);
    assert_false(text_is_blank(err.remedy));
    assert_int_equal(s->at, 0);
}

static struct directory_user *ada(const struct scripted *s)
{
    return s->sim.directory->users[0];
}

static void okta_has_none_of_these(void **state)
{
    static const enum event_kind kinds[] = {EVENT_SOFT_DELETE, EVENT_RESTORE, EVENT_SET_APP_ROLES, EVENT_SET_JOB,
                                            EVENT_ALLOW_DELETIONS};
    UNUSED(state);
    struct scripted s;
    scripted_set_up(&s, "okta-aiw", DIRECTORY);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        assert_false(event_is_of(kinds[i], s.sim.dialect));
        assert_true(event_is_of(kinds[i], dialect_find("entra")));
        refused(&s, (struct event){.kind = kinds[i], .subject = "ada"}, event_word(kinds[i]), "Okta has no such event");
    }
    refused(&s, (struct event){.kind = EVENT_ASSIGN, .subject = "ada", .later = true}, "assign",
            "okta-aiw does not wait for a cycle");
    assert_int_equal(ada(&s)->state, USER_ACTIVE);
    assert_false(ada(&s)->assigned);
    arena_free(s.arena);
}

static void the_recycle_bin_has_its_order(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", DIRECTORY);
    refused(&s, (struct event){.kind = EVENT_RESTORE, .subject = "ada"}, "ada", "the person is not in the recycle bin");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SOFT_DELETE, .subject = "ada"}, &outcome));
    assert_int_equal(outcome.sent, 0); /* never provisioned */
    assert_int_equal(ada(&s)->state, USER_RECYCLED);
    static const enum event_kind not_now[] = {EVENT_SOFT_DELETE, EVENT_DEACTIVATE, EVENT_REACTIVATE};
    for (size_t i = 0; i < ARRAY_LEN(not_now); i++)
        refused(&s, (struct event){.kind = not_now[i], .subject = "ada"}, "ada", "the person is in the recycle bin");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_DELETE, .subject = "ada"}, &outcome));
    refused(&s, (struct event){.kind = EVENT_SOFT_DELETE, .subject = "ada"}, "ada", "the person is deleted");
    refused(&s, (struct event){.kind = EVENT_RESTORE, .subject = "ada"}, "ada", "the person is not in the recycle bin");
    arena_free(s.arena);
}

static void roles_need_an_assignment(void **state)
{
    UNUSED(state);
    struct scripted s;
    static const char *const roles[] = {"Admin"};
    scripted_set_up(&s, "entra", DIRECTORY);
    refused(&s, (struct event){.kind = EVENT_SET_APP_ROLES, .subject = "ada", .members = roles, .member_count = 1}, "ada",
            "who has no assignment has no app role");
    refused(&s, (struct event){.kind = EVENT_SET_APP_ROLES, .subject = "zoe", .members = roles, .member_count = 1},
            "set-app-roles", "there is no person \"zoe\"");
    assert_int_equal(ada(&s)->role_count, 0);
    arena_free(s.arena);
}

static void a_wrong_setting_changes_nothing(void **state)
{
    static const struct {
        const char *settings, *where, *message;
    } rows[] = {
        {"{}", "set-job", "has no object of settings"},
        {"[]", "set-job", "has no object of settings"},
        {"{\"scop\":\"all\"}", "set-job", "there is no setting \"scop\""},
        {"{\"op-case\":\"lower\"}", "set-job", "there is no setting \"op-case\""},
        {"{\"scope\":\"some\"}", "scope", "has no value \"some\""},
        {"{\"scope\":true}", "scope", "is boolean, must be a text or a number"},
        {"{\"deletion-threshold\":-1}", "deletion-threshold", "is number, must be a text or a number"},
        {"{\"deletion-threshold\":\"many\"}", "deletion-threshold", "\"many\" is not a number"},
        {"{\"scope\":\"all\",\"scoping-filters\":{\"users\":7}}", "scoping-filters.users", "is no list of filters"},
        {"{\"scope\":\"all\",\"app-roles\":\"complex\"}", "set-job",
         "complex app roles can't be sent when all users are in scope"},
        {"{\"app-roles\":\"assertive\",\"scope\":\"all\"}", "set-job",
         "assertive app roles can't be sent when all users are in scope"},
    };
    UNUSED(state);
    struct scripted s;
    scripted_set_up(&s, "entra", DIRECTORY);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct job_settings settings = {.dialect = s.sim.dialect};
        struct error err = {0};
        assert_false(job_settings_change(s.arena, scripted_json(&s, rows[i].settings), &settings, &err));
        assert_string_equal(err.where, rows[i].where);
        assert_string_equal(err.message, rows[i].message);
        assert_ptr_equal(settings.dialect, s.sim.dialect);
        assert_null(settings.scope);
    }
    arena_free(s.arena);
}

static void a_single_role_goes_with_all_users(void **state)
{
    UNUSED(state);
    struct scripted s;
    scripted_set_up(&s, "entra", DIRECTORY);
    struct job_settings settings = {.dialect = s.sim.dialect};
    struct error err = {0};
    assert_true(job_settings_change(s.arena, scripted_json(&s, "{\"scope\":\"all\",\"app-roles\":\"single\"}"), &settings, &err));
    assert_true(settings.anew);
    settings.anew = false;
    assert_true(
        job_settings_change(s.arena, scripted_json(&s, "{\"deletion-threshold\":3,\"out-of-scope\":\"skip\"}"), &settings, &err));
    assert_false(settings.anew);
    assert_int_equal(dialect_value(settings.dialect, AXIS_GUARD), 3);
    assert_int_equal(dialect_value(s.sim.dialect, AXIS_GUARD), 0);
    arena_free(s.arena);
}

/* Without time nobody is purged by the clock: only by hand. */
static void without_time_the_bin_is_not_emptied(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    scripted_set_up(&s, "entra", DIRECTORY);
    ada(&s)->assigned = true;
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SOFT_DELETE, .subject = "ada"}, &outcome));
    scripted_replies(&s, SCRIPTED_NONE "\n" SCRIPTED_NONE);
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_SYNC}, &outcome));
    assert_int_equal(ada(&s)->state, USER_RECYCLED);
    arena_free(s.arena);
}

/* Nothing to look by: the object fails by itself, and no server is to blame. */
static void without_a_matching_value_the_object_fails(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome outcome;
    struct error err = {0};
    scripted_set_up(&s, "entra", DIRECTORY);
    assert_true(dialect_with(s.arena, s.sim.dialect, "match-attribute",
                             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", &s.sim.dialect, &err));
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_ASSIGN, .subject = "ada"}, &outcome));
    assert_int_equal(outcome.sent, 0);
    assert_int_equal(outcome.refused, 0);
    assert_null(outcome.console);
    assert_string_equal(simulator_person_state(&s.sim, ada(&s)), "error");
    arena_free(s.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(okta_has_none_of_these),
        cmocka_unit_test(the_recycle_bin_has_its_order),
        cmocka_unit_test(roles_need_an_assignment),
        cmocka_unit_test(a_wrong_setting_changes_nothing),
        cmocka_unit_test(a_single_role_goes_with_all_users),
        cmocka_unit_test(without_time_the_bin_is_not_emptied),
        cmocka_unit_test(without_a_matching_value_the_object_fails),
    };
    return tap_run("Entra's job", tests);
}
