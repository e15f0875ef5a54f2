/* What an import makes of people: profiles that the app masters, and people whom nobody has assigned. */
#include "common/base.h"
#include "tests/unit/simulator/fake_server.h"

#include "common/error.h"
#include "simulator/directory.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\",\"givenName\":\"Ada\",\"title\":\"Engineer\",\"department\":\"Lab\","      \
    "\"mobile\":\"+1 555 0100\",\"manager\":\"bob\"},\"bob\":{\"email\":\"bob@acme.test\"}}}"

struct world {
    struct fake fake;
    struct simulator sim;
    struct rng rng;
    struct event_outcome outcome;
    struct error err;
};

static void open_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    fake_set_up(&w->fake, &w->sim, &w->rng, "okta-aiw", DIRECTORY);
}

static bool tries(struct world *w, const char *text)
{
    struct event event = fake_event(w->fake.arena, text);
    return simulator_play(&w->sim, &event, &w->outcome, &w->err);
}

static void plays(struct world *w, const char *text)
{
    if (!tries(w, text))
        fail_msg("%s: %s", text, w->err.message);
}

/* The app's own administrator is at work. */
static void there(struct world *w, const char *resource)
{
    json *list = json_edit(w->fake.lists, "Users"), *now;
    json *item = json_parse(w->fake.arena, (struct bytes){resource, strlen(resource)}, "resource", &w->err);
    assert_non_null(item);
    const char *path = arena_printf(w->fake.arena, "/Users/%s", json_get_text(item, "id", ""));
    json *of = NULL;
    now = fake_item(&w->fake, path, &of);
    if (now != NULL)
        json_remove_node(list, now);
    json_push_copy(list, item);
}

static const struct directory_user *user(const struct world *w, const char *key)
{
    return directory_user(w->sim.directory, key);
}

static void has(const struct world *w, const char *key, const char *attribute, const char *value)
{
    const char *got = directory_text(user(w, key), attribute);
    if (!text_equal(got, value))
        fail_msg("%s of %s is %s, not %s", attribute, key, got == NULL ? "none" : got, value == NULL ? "none" : value);
}

static bool told(const struct world *w, const char *words)
{
    for (size_t i = 0; i < w->sim.trace_count; i++)
        if (strstr(w->sim.trace[i].text, words) != NULL)
            return true;
    return false;
}

/* Okta's FAQ: of several elements the primary one. What the app has no value of is gone; what its profile has no place for stays. */
static void the_app_masters_the_profile(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "assign ada");
    plays(&w, "settings {\"profile-source\":\"on\"}");
    assert_false(user(&w, "ada")->sourced);
    there(&w, "{\"id\":\"u1\",\"userName\":\"ada@acme.test\",\"active\":true,\"name\":{\"givenName\":\"Augusta\"},\"title\":\"\","
              "\"displayName\":null,\"emails\":[{\"value\":\"ada@home.test\",\"type\":\"work\"},{\"value\":\"augusta@acme.test\","
              "\"type\":\"other\",\"primary\":true}],\"phoneNumbers\":[{\"value\":\"+1 555 0199\",\"type\":\"work\"}]}");
    size_t before = w.fake.logged;
    plays(&w, "import");
    assert_int_equal(w.fake.logged - before, 1); /* one page, nothing else */
    assert_true(user(&w, "ada")->sourced);
    assert_false(user(&w, "bob")->sourced);
    has(&w, "ada", "givenName", "Augusta");
    has(&w, "ada", "email", "augusta@acme.test");
    has(&w, "ada", "phone", "+1 555 0199");
    has(&w, "ada", "title", NULL);
    has(&w, "ada", "department", NULL);
    has(&w, "ada", "displayName", "Ada");
    has(&w, "ada", "mobile", "+1 555 0100");
    has(&w, "ada", "manager", "bob");
    assert_string_equal(directory_user_name(user(&w, "ada")), "ada@acme.test");
    arena_free(w.fake.arena);
}

/* In Okta the profile can't be changed, and it is not pushed back over what the app has by now. */
static void what_is_mastered_is_not_pushed(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "assign ada");
    plays(&w, "assign bob");
    plays(&w, "settings {\"profile-source\":\"on\"}");
    plays(&w, "import");
    assert_false(tries(&w, "update ada {\"title\":\"CTO\"}"));
    assert_int_equal(w.err.code, ERROR_INVALID);
    has(&w, "ada", "title", "Engineer");
    size_t before = w.fake.logged;
    plays(&w, "force-sync");
    assert_int_equal(w.fake.logged, before);
    plays(&w, "settings {\"profile-source\":\"off\"}");
    plays(&w, "update ada {\"title\":\"CTO\"}");
    has(&w, "ada", "title", "CTO");
    arena_free(w.fake.arena);
}

/* What waited to be told is void when the app is asked instead. */
static void the_app_is_not_told_what_it_says(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "assign ada");
    w.fake.answer = "503";
    plays(&w, "update ada {\"title\":\"CTO\"}");
    w.fake.answer = "ok";
    plays(&w, "settings {\"profile-source\":\"on\"}");
    plays(&w, "import");
    has(&w, "ada", "title", "Engineer");
    plays(&w, "restart");
    const json *account = json_first(json_get(w.fake.lists, "Users"));
    assert_string_equal(json_get_text(account, "title", ""), "Engineer");
    arena_free(w.fake.arena);
}

static void a_name_that_is_taken_is_not_taken_over(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "assign ada");
    plays(&w, "settings {\"profile-source\":\"on\"}");
    there(&w, "{\"id\":\"u1\",\"userName\":\"BOB@acme.test\",\"title\":\"CTO\",\"active\":true}");
    plays(&w, "import");
    assert_false(user(&w, "ada")->sourced);
    has(&w, "ada", "title", "Engineer");
    assert_true(told(&w, "ada: the import can't take the profile over"));
    arena_free(w.fake.arena);
}

/* Whatever a list holds, the directory stays one that Okta could have. */
static void odd_resources_bring_nobody(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "settings {\"profile-source\":\"on\",\"auto-confirm\":\"on\"}");
    there(&w, "{\"id\":\"u7\",\"userName\":\"\",\"active\":true}");
    there(&w, "{\"id\":\"u8\",\"userName\":7,\"active\":true}");
    there(&w, "{\"id\":\"..\",\"userName\":\"dot@acme.test\",\"active\":true}");
    there(&w, "{\"id\":\"u9\",\"userName\":\"gone@acme.test\",\"active\":false}");
    there(&w, "{\"id\":\"u10\",\"userName\":\"twin@acme.test\",\"emails\":\"none\",\"name\":[]}");
    there(&w, "{\"id\":\"u11\",\"userName\":\"TWIN@acme.test\"}");
    char *word = arena_alloc(w.fake.arena, DIRECTORY_MAX_TEXT + 2);
    memset(word, 'x', DIRECTORY_MAX_TEXT + 1);
    there(&w, arena_printf(w.fake.arena, "{\"id\":\"u12\",\"userName\":\"%s\"}", word));
    there(&w, arena_printf(w.fake.arena, "{\"id\":\"u13\",\"userName\":\"long@acme.test\",\"title\":\"%s\"}", word));
    plays(&w, "import");
    assert_int_equal(w.sim.directory->user_count, 4); /* ada, bob, one twin, and the long one without the title */
    assert_string_equal(user(&w, "twin@acme.test")->server_id, "u10");
    assert_true(user(&w, "twin@acme.test")->assigned && user(&w, "twin@acme.test")->sourced);
    assert_true(told(&w, "TWIN@acme.test can't be brought in"));
    has(&w, "long@acme.test", "title", NULL);
    assert_false(user(&w, "long@acme.test")->sourced);
    plays(&w, "import");
    assert_int_equal(w.sim.directory->user_count, 4);
    arena_free(w.fake.arena);
}

/* A server that others use too: only names of this case are people of this directory, and the prefix stands once. */
static void the_prefix_keeps_others_out(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    json *spec = json_parse(w.fake.arena, (struct bytes){DIRECTORY, strlen(DIRECTORY)}, "directory", &w.err);
    assert_true(directory_load(w.fake.arena, spec, true, "run7-", &w.rng, &w.sim.directory, &w.err));
    plays(&w, "assign ada");
    plays(&w, "settings {\"profile-source\":\"on\",\"auto-confirm\":\"on\"}");
    there(&w, "{\"id\":\"u8\",\"userName\":\"gus@acme.test\"}");
    there(&w,
          "{\"id\":\"u9\",\"userName\":\"run7-hal@acme.test\",\"emails\":[{\"value\":\"run7-hal@acme.test\",\"primary\":true}]}");
    plays(&w, "import");
    assert_null(user(&w, "gus@acme.test"));
    assert_non_null(user(&w, "hal@acme.test"));
    has(&w, "hal@acme.test", "email", "run7-hal@acme.test");
    assert_string_equal(directory_user_name(user(&w, "hal@acme.test")), "run7-hal@acme.test");
    has(&w, "ada", "email", "run7-ada@acme.test");
    plays(&w, "unassign hal@acme.test");
    assert_string_equal(w.fake.log[w.fake.logged - 1].method, "PUT");
    arena_free(w.fake.arena);
}

/* Nobody comes back whose deactivation has failed, or who is deactivated in Okta, unless the app may bring people back. */
static void who_was_sent_away_stays_away(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "settings {\"profile-source\":\"on\",\"auto-confirm\":\"on\"}");
    plays(&w, "assign ada");
    plays(&w, "assign bob");
    w.fake.answer = "503";
    plays(&w, "unassign ada");
    plays(&w, "deactivate bob");
    w.fake.answer = "ok";
    plays(&w, "import");
    assert_false(user(&w, "ada")->assigned);
    assert_int_equal(user(&w, "bob")->state, USER_DEACTIVATED);
    plays(&w, "restart");
    there(&w, "{\"id\":\"u2\",\"userName\":\"bob@acme.test\",\"active\":true}");
    plays(&w, "import");
    assert_int_equal(user(&w, "bob")->state, USER_DEACTIVATED);
    plays(&w, "settings {\"source-reactivates\":\"suspended\"}");
    plays(&w, "import");
    assert_int_equal(user(&w, "bob")->state, USER_DEACTIVATED);
    plays(&w, "settings {\"source-reactivates\":\"both\"}");
    plays(&w, "import");
    assert_int_equal(user(&w, "bob")->state, USER_ACTIVE);
    assert_true(user(&w, "bob")->assigned);
    arena_free(w.fake.arena);
}

static void leavers_of_the_app(void **state)
{
    static const struct {
        const char *setting;
        enum user_state state;
        bool suspended;
    } rows[] = {{"nothing", USER_ACTIVE, false}, {"deactivate", USER_DEACTIVATED, false}, {"suspend", USER_ACTIVE, true}};
    UNUSED(state);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world w;
        open_world(&w);
        plays(&w,
              arena_printf(w.fake.arena,
                           "settings {\"profile-source\":\"on\",\"source-deactivates\":\"%s\",\"import-safeguard-percent\":100}",
                           rows[i].setting));
        plays(&w, "assign ada");
        plays(&w, "import");
        there(&w, "{\"id\":\"u1\",\"userName\":\"ada@acme.test\",\"active\":false}");
        size_t before = w.fake.logged;
        plays(&w, "import");
        assert_int_equal(w.fake.logged - before, 1); /* nothing is sent to the app, which knows */
        assert_int_equal(user(&w, "ada")->state, rows[i].state);
        assert_int_equal(user(&w, "ada")->suspended, rows[i].suspended);
        assert_false(user(&w, "ada")->assigned);
        assert_null(user(&w, "ada")->server_id);
        arena_free(w.fake.arena);
    }
}

/* An import that would take away more than the safeguard allows changes nothing at all. */
static void the_safeguard_holds_everything(void **state)
{
    UNUSED(state);
    struct world w;
    open_world(&w);
    plays(&w, "settings {\"profile-source\":\"on\",\"auto-confirm\":\"on\"}");
    plays(&w, "assign ada");
    plays(&w, "import");
    there(&w, "{\"id\":\"u1\",\"userName\":\"ada@acme.test\",\"active\":false}");
    there(&w, "{\"id\":\"u9\",\"userName\":\"gus@acme.test\"}");
    plays(&w, "import");
    assert_true(user(&w, "ada")->assigned);
    assert_int_equal(user(&w, "ada")->state, USER_ACTIVE);
    assert_null(user(&w, "gus@acme.test"));
    assert_true(told(&w, "stopped by the import safeguard"));
    arena_free(w.fake.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_app_masters_the_profile),      cmocka_unit_test(what_is_mastered_is_not_pushed),
        cmocka_unit_test(the_app_is_not_told_what_it_says), cmocka_unit_test(a_name_that_is_taken_is_not_taken_over),
        cmocka_unit_test(odd_resources_bring_nobody),       cmocka_unit_test(the_prefix_keeps_others_out),
        cmocka_unit_test(who_was_sent_away_stays_away),     cmocka_unit_test(leavers_of_the_app),
        cmocka_unit_test(the_safeguard_holds_everything),
    };
    return tap_run("profile sources", tests);
}
