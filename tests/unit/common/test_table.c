/* The reader of test tables refuses a table with a mistake, so that no row is lost in silence. */
#include "common/base.h"

#include "tests/table.h"

#include <unistd.h>

static bool load(struct arena *arena, const char *text, struct table *t, struct error *err)
{
    const char *folder = getenv("TMPDIR");
    const char *path = arena_printf(arena, "%s/test_table.%ld", folder == NULL ? "/tmp" : folder, (long)getpid());
    assert_true(file_write(path, (struct bytes){text, strlen(text)}, 0600, NULL));
    bool ok = table_load(arena, path, t, err);
    unlink(path);
    return ok;
}

static void cases_have_fields(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct table t = {0};
    assert_true(load(arena, "# head\n\n== one\na: x: y \n# note\nb:\n  {\n  \n    }\nc:\n\n\n== two words\nd: \n", &t, NULL));
    assert_int_equal(t.count, 2);
    assert_string_equal(t.cases[0].name, "one");
    assert_int_equal(t.cases[0].line, 3);
    assert_string_equal(table_field(&t.cases[0], "a"), "x: y ");
    assert_string_equal(table_field(&t.cases[0], "b"), "{\n\n  }");
    assert_string_equal(table_need(&t.cases[0], "c"), "");
    assert_null(table_field(&t.cases[0], "d"));
    assert_string_equal(t.cases[1].name, "two words");
    assert_int_equal(t.cases[1].line, 13);
    assert_string_equal(table_field(&t.cases[1], "d"), "");
}

static void escapes_stand_for_bytes(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct bytes b = table_bytes(arena, "a\\n\\r\\t\\\\\\x00\\xffz");
    assert_int_equal(b.n, 8);
    assert_memory_equal(b.p, "a\n\r\t\\\0\xffz", 9);
}

static void mistakes_are_refused(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const struct {
        const char *text, *place, *message;
    } rows[] = {
        {"a: 1\n", ":1", "expected \"== name\""},
        {"== one\na 1\n", ":2", "expected \"key: value\" or \"key:\""},
        {"== one\na:1\n", ":2", "expected \"key: value\" or \"key:\""},
        {"== one\na: 1\n  more\n", ":3", "expected \"key: value\" or \"key:\""},
        {"== one\na: 1\na: 2\n", ":3", "this field occurs twice"},
        {"== one\n\n== one\n", ":3", "this name is taken"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct table t;
        struct error err;
        assert_false(load(arena, rows[i].text, &t, &err));
        assert_string_equal(err.message, rows[i].message);
        assert_true(text_ends(err.where, rows[i].place));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_have_fields),
        cmocka_unit_test(escapes_stand_for_bytes),
        cmocka_unit_test(mistakes_are_refused),
    };
    return tap_run("table", tests);
}
