#include "common/base.h"
#include "tests/tap.h"

#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/rng.h"
#include "simulator/directory.h"

#include <string.h>

static const char spec[] =
    "{\"users\":{\"ada\":{\"givenName\":\"Ada\",\"familyName\":\"Byron\",\"email\":\"ada@acme.test\",\"title\":\"Engineer\"},"
    "\"bob\":{\"userName\":\"bob\",\"displayName\":\"Bobby\",\"manager\":\"ada\"}},"
    "\"groups\":{\"eng\":{\"name\":\"Engineering\",\"members\":[\"bob\"]}}}";

static struct directory *load(struct arena *arena, bool okta_ids, const char *prefix)
{
    struct rng rng = rng_new(7);
    struct error err = {0};
    struct directory *directory = NULL;
    json *root = json_parse(arena, (struct bytes){spec, sizeof spec - 1}, "spec", &err);
    assert_true(directory_load(arena, root, okta_ids, prefix, &rng, &directory, &err));
    return directory;
}

static json *parse(struct arena *arena, const char *text)
{
    struct error err = {0};
    return json_parse(arena, (struct bytes){text, strlen(text)}, "changes", &err);
}

static void ids_have_the_providers_form(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const struct directory *okta = load(arena, true, NULL), *entra = load(arena, false, NULL);
    assert_int_equal(strlen(okta->users[0]->id), 20);
    assert_memory_equal(okta->users[0]->id, "00u", 3);
    assert_int_equal(strlen(okta->groups[0]->id), 20);
    assert_memory_equal(okta->groups[0]->id, "00g", 3);
    assert_int_equal(strlen(entra->users[0]->id), 36);
    assert_string_equal(load(arena, true, NULL)->users[1]->id, okta->users[1]->id); /* same seed, same id */
    arena_free(arena);
}

static void names_follow_the_profile(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const struct directory *directory = load(arena, true, NULL);
    const struct directory_user *ada = directory_user(directory, "ada"), *bob = directory_user(directory, "bob");
    assert_string_equal(directory_user_name(ada), "ada@acme.test");
    assert_string_equal(directory_user_name(bob), "bob");
    assert_string_equal(directory_text(ada, "displayName"), "Ada Byron");
    assert_string_equal(directory_text(bob, "displayName"), "Bobby");
    assert_string_equal(ada->nickname, "ada");
    assert_ptr_equal(directory_manager(directory, bob), ada);
    assert_null(directory_user(directory, "eve"));
    assert_true(directory_is_member(directory_group(directory, "eng"), bob));
    arena_free(arena);
}

static void a_prefix_stands_before_addresses_and_group_names(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err = {0};
    struct directory *directory = load(arena, true, "run7f-");
    struct directory_user *ada = directory_user(directory, "ada");
    assert_string_equal(directory_user_name(ada), "run7f-ada@acme.test");
    assert_string_equal(directory_user_name(directory_user(directory, "bob")), "run7f-bob");
    assert_string_equal(directory_text(ada, "displayName"), "Ada Byron");
    assert_string_equal(directory->groups[0]->name, "run7f-Engineering");
    assert_true(directory_update(directory, ada, parse(arena, "{\"email\":\"king@acme.test\"}"), &err));
    assert_string_equal(directory_user_name(ada), "run7f-king@acme.test");
    directory_rename(directory, directory->groups[0], "Rockets");
    assert_string_equal(directory->groups[0]->name, "run7f-Rockets");
    arena_free(arena);
}

static void an_update_changes_and_clears(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err = {0};
    struct directory *directory = load(arena, true, NULL);
    struct directory_user *ada = directory_user(directory, "ada");
    assert_true(directory_update(directory, ada, parse(arena, "{\"department\":\"Board\",\"title\":null}"), &err));
    assert_string_equal(directory_text(ada, "department"), "Board");
    assert_null(directory_text(ada, "title"));
    arena_free(arena);
}

static void an_impossible_update_changes_nothing(void **state)
{
    UNUSED(state);
    static const char *const impossible[] = {"{\"title\":\"CTO\",\"titel\":\"CTO\"}", "{\"title\":\"CTO\",\"department\":7}",
                                             "{\"title\":\"CTO\",\"userName\":\"BOB\"}",
                                             "{\"title\":\"CTO\",\"manager\":\"eve\"}", "{\"title\":\"CTO\",\"email\":null}"};
    struct arena *arena = arena_new();
    struct directory *directory = load(arena, true, NULL);
    struct directory_user *ada = directory_user(directory, "ada");
    for (size_t i = 0; i < ARRAY_LEN(impossible); i++) {
        struct error err = {0};
        assert_false(directory_update(directory, ada, parse(arena, impossible[i]), &err));
        assert_int_equal(err.code, ERROR_INVALID);
        assert_string_not_equal(err.remedy, "");
        assert_string_equal(directory_text(ada, "title"), "Engineer");
        assert_string_equal(directory_user_name(ada), "ada@acme.test");
    }
    arena_free(arena);
}

static void a_person_made_anew_has_a_new_id(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct rng rng = rng_new(3);
    struct directory *directory = load(arena, true, NULL);
    struct directory_user *bob = directory_user(directory, "bob");
    const char *before = bob->id;
    bob->server_id = "b1";
    directory_push_member(directory, directory->groups[0], bob);
    directory_recreate(directory, bob, true, &rng);
    assert_string_not_equal(bob->id, before);
    assert_null(bob->server_id);
    assert_false(directory_is_pushed_member(directory->groups[0], bob));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_have_the_providers_form),
        cmocka_unit_test(names_follow_the_profile),
        cmocka_unit_test(a_prefix_stands_before_addresses_and_group_names),
        cmocka_unit_test(an_update_changes_and_clears),
        cmocka_unit_test(an_impossible_update_changes_nothing),
        cmocka_unit_test(a_person_made_anew_has_a_new_id),
    };
    return tap_run("directory", tests);
}
