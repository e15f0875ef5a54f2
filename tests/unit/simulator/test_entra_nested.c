/* Groups inside groups: rows of tests/tables/entra_nested.table. bob is in "eng", ada in "all"; eng is inside all, and "ops" is empty. */
#include "common/base.h"

#include "tests/table.h"
#include "tests/unit/simulator/taker.h"

#define DIRECTORY                                                                                                                \
    "{\"users\":{\"ada\":{\"email\":\"ada@acme.test\"},\"bob\":{\"email\":\"bob@acme.test\"}},"                                  \
    "\"groups\":{\"all\":{\"name\":\"All\",\"members\":[\"ada\"]%s},\"eng\":{\"name\":\"Eng\",\"members\":[\"bob\"]},"           \
    "\"ops\":{\"name\":\"Ops\"}}}"

static void row(void **state)
{
    const struct table_case *c = *state;
    struct taker t;
    const char *dialect = table_field(c, "dialect"), *axis = table_field(c, "inner-groups"), *sent = table_need(c, "sent");
    struct arena *arena = arena_new();
    bool okta = dialect != NULL && text_starts(dialect, "okta");
    struct error err = {0};
    taker_set_up(&t, dialect, arena_printf(arena, DIRECTORY, okta ? "" : ",\"groups\":[\"eng\"]"), NULL);
    if (axis != NULL)
        assert_true(dialect_with(t.arena, t.sim.dialect, "inner-groups", axis, &t.sim.dialect, &err));
    taker_play_lines(&t, table_field(c, "before"));
    buffer_clear(&t.log);
    taker_play_lines(&t, table_need(c, "play"));
    if (!text_glob(text_equal(sent, "nothing") ? "" : sent, buffer_text(&t.log)))
        assert_string_equal(buffer_text(&t.log), sent);
    taker_tear_down(&t);
    arena_free(arena);
}

static void refused(const char *spec, bool okta, const char *where, const char *message)
{
    struct arena *arena = arena_new();
    struct rng rng = rng_new(1);
    struct directory *directory = NULL;
    struct error err = {0};
    json *root = json_parse(arena, (struct bytes){spec, strlen(spec)}, "text", &err);
    assert_non_null(root);
    assert_false(directory_load(arena, root, okta, NULL, &rng, &directory, &err));
    assert_string_equal(err.where, where);
    assert_string_equal(err.message, message);
    assert_false(text_is_blank(err.remedy));
    arena_free(arena);
}

static void directories_with_mistakes(void **state)
{
    UNUSED(state);
    refused("{\"groups\":{\"a\":{\"name\":\"A\",\"groups\":[\"b\"]},\"b\":{\"name\":\"B\"}}}", true, "directory.groups.a.groups",
            "Okta's groups hold people, and no groups");
    refused("{\"groups\":{\"a\":{\"name\":\"A\",\"groups\":[\"c\"]}}}", false, "directory.groups.a.groups",
            "there is no group \"c\"");
    refused("{\"groups\":{\"a\":{\"name\":\"A\",\"groups\":\"a\"}}}", false, "directory.groups.a.groups",
            "is string, must be an array");
    refused("{\"groups\":{\"a\":{\"name\":\"A\",\"groups\":[\"a\"]}}}", false, "a", "\"a\" would be inside itself");
    refused("{\"groups\":{\"a\":{\"name\":\"A\",\"groups\":[\"b\"]},\"b\":{\"name\":\"B\",\"groups\":[\"c\"]},"
            "\"c\":{\"name\":\"C\",\"groups\":[\"a\"]}}}",
            false, "c", "\"a\" would be inside itself");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(directories_with_mistakes)};
    int failed = tap_run("groups inside groups", tests);
    return failed + tap_table("entra nested groups", "tests/tables/entra_nested.table", row);
}
