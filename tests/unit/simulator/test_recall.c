/* What the provider would remember, found again on the server; and replies that nothing can be remembered from. */
#include "common/base.h"
#include "tests/unit/simulator/scripted_server.h"

#include "simulator/recall.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\"}},"                                  \
    "\"groups\":{\"eng\":{\"name\":\"Engineering\"}}}"
#define LIST(resource)                                                                                                           \
    "200 {\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":1,\"startIndex\":1,"             \
    "\"itemsPerPage\":1,\"Resources\":[" resource "]}\n"
#define ADA                                                                                                                      \
    "{\"id\":\"u1\",\"userName\":\"ada@acme.test\",\"externalId\":\"x1\",\"active\":true,\"title\":\"CTO\","                     \
    "\"name\":{\"givenName\":\"Ada\",\"familyName\":\"Byron\"}}"
#define CYD "{\"id\":\"u3\",\"userName\":\"cyd@acme.test\",\"active\":false}"

static bool recall_one(struct scripted *s, const char *key, enum recall what, struct event_outcome *out)
{
    struct error err = {0};
    return recall_user(&s->sim, directory_user(s->sim.directory, key), what, out, &err);
}

static void a_person_is_looked_up_and_remembered(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome out;
    scripted_set_up(&s, "okta-aiw", DIRECTORY);
    scripted_replies(&s, LIST(ADA));
    assert_true(recall_one(&s, "ada", RECALL_MADE_UP, &out));
    const struct directory_user *ada = directory_user(s.sim.directory, "ada");
    assert_string_equal(s.asked[0], "GET /Users?filter=userName%20eq%20%22ada%40acme.test%22&startIndex=1&count=100");
    assert_string_equal(ada->server_id, "u1");
    assert_string_equal(simulator_person_state(&s.sim, ada), "provisioned");
    assert_true(ada->assigned);
    assert_string_equal(directory_text(ada, "title"), "CTO");
    assert_string_equal(directory_text(ada, "familyName"), "Byron");
    assert_string_equal(ada->id, "x1");
    /* and so the deactivation finds its way */
    scripted_replies(&s, "200 " ADA "\n200 " ADA "\n");
    assert_true(scripted_play(&s, (struct event){.kind = EVENT_DEACTIVATE, .subject = "ada"}, &out));
    assert_string_equal(s.asked[0], "GET /Users/u1");
    assert_string_equal(s.asked[1], "PUT /Users/u1");
    arena_free(s.arena);
}

/* Of somebody in the directory the server's values are what a change is compared with. */
static void the_directory_keeps_its_own_values(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome out;
    scripted_set_up(&s, "entra", DIRECTORY);
    scripted_replies(&s, LIST(ADA));
    assert_true(recall_one(&s, "ada", RECALL_MEMORY, &out));
    const struct directory_user *ada = directory_user(s.sim.directory, "ada");
    assert_null(directory_text(ada, "title"));
    assert_string_equal(json_get_text(ada->known, "title", ""), "CTO");
    assert_string_not_equal(ada->id, "x1");
    arena_free(s.arena);
}

static void somebody_inactive_is_remembered_as_deactivated(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome out;
    scripted_set_up(&s, "entra", "{\"users\":{\"cyd\":{\"email\":\"cyd@acme.test\"}}}");
    scripted_replies(&s, LIST(CYD));
    assert_true(recall_one(&s, "cyd", RECALL_MADE_UP, &out));
    assert_string_equal(simulator_person_state(&s.sim, directory_user(s.sim.directory, "cyd")), "deactivated");
    arena_free(s.arena);
}

/* An account that is there must not get made-up names; it is still to be found by the assignment. */
static void a_profile_alone_provisions_nobody(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome out;
    scripted_set_up(&s, "okta-template", DIRECTORY);
    scripted_replies(&s, LIST(ADA));
    assert_true(recall_one(&s, "ada", RECALL_PROFILE, &out));
    assert_null(directory_user(s.sim.directory, "ada")->server_id);
    assert_string_equal(directory_text(directory_user(s.sim.directory, "ada"), "familyName"), "Byron");
    arena_free(s.arena);
}

static void whom_the_server_does_not_have_stays_unknown(void **state)
{
    static const char *const replies[] = {SCRIPTED_NONE,      "404 {}",       "401 {}",
                                          "200 [1]",          "200 <html>",   "200 {\"Resources\":null}",
                                          LIST("{\"id\":7}"), LIST("\"ada\"")};
    UNUSED(state);
    for (size_t d = 0; d < dialect_count; d++)
        for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
            struct scripted s;
            struct event_outcome out;
            scripted_set_up(&s, dialects[d]->name, DIRECTORY);
            scripted_replies(&s, replies[i]);
            assert_true(recall_one(&s, "ada", RECALL_MADE_UP, &out));
            assert_null(directory_user(s.sim.directory, "ada")->server_id);
            assert_int_equal(s.at, 1);
            arena_free(s.arena);
        }
}

static void members_of_a_group_are_met(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome out;
    struct error err = {0};
    scripted_set_up(&s, "okta-aiw", DIRECTORY);
    directory_user(s.sim.directory, "ada")->server_id = "u1";
    scripted_replies(
        &s,
        LIST("{\"id\":\"g1\",\"displayName\":\"Engineering\"}") "200 "
                                                                "{\"id\":\"g1\",\"displayName\":\"Engineering\",\"members\":[{"
                                                                "\"value\":\"u1\"},{\"value\":\"u2\"},"
                                                                "{\"value\":\"u3\"},{\"value\":\"u4\"},{\"value\":7},\"u5\"]}\n"
                                                                "200 "
                                                                "{\"id\":\"u2\",\"userName\":\"BOB@acme.test\",\"active\":true}\n"
                                                                "200 " CYD "\n404 {}");
    struct directory_group *eng = directory_group(s.sim.directory, "eng");
    assert_true(recall_group(&s.sim, eng, RECALL_MADE_UP, &out, &err));
    assert_int_equal(s.at, 5);
    assert_string_equal(s.asked[2], "GET /Users/u2");
    assert_string_equal(eng->server_id, "g1");
    assert_int_equal(eng->pushed_member_count, 3);
    assert_string_equal(directory_user(s.sim.directory, "bob")->server_id, "u2"); /* by the name, whatever the case */
    assert_string_equal(directory_user_name(directory_user(s.sim.directory, "u3")), "cyd@acme.test");
    arena_free(s.arena);
}

static void too_many_strangers_are_an_error(void **state)
{
    UNUSED(state);
    struct scripted s;
    struct event_outcome out;
    struct error err = {0};
    scripted_set_up(&s, "okta-aiw", DIRECTORY);
    struct buffer members = buffer_new(0);
    buffer_add(&members, LIST("{\"id\":\"g1\",\"displayName\":\"Engineering\"}") "200 {\"id\":\"g1\",\"members\":[");
    for (int i = 0; i <= RECALL_MAX_MEMBERS; i++)
        buffer_printf(&members, "%s{\"value\":\"s%d\"}", i == 0 ? "" : ",", i);
    buffer_add(&members, "]}");
    for (int i = 0; i < SCRIPT_MAX; i++)
        buffer_add(&members, "\n404 {}");
    scripted_replies(&s, buffer_take(&members, s.arena));
    assert_false(recall_group(&s.sim, directory_group(s.sim.directory, "eng"), RECALL_MADE_UP, &out, &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    arena_free(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_person_is_looked_up_and_remembered),
                                       cmocka_unit_test(the_directory_keeps_its_own_values),
                                       cmocka_unit_test(somebody_inactive_is_remembered_as_deactivated),
                                       cmocka_unit_test(a_profile_alone_provisions_nobody),
                                       cmocka_unit_test(whom_the_server_does_not_have_stays_unknown),
                                       cmocka_unit_test(members_of_a_group_are_met),
                                       cmocka_unit_test(too_many_strangers_are_an_error)};
    return tap_run("recall", tests);
}
