/* Matchers by tests/tables/matcher.table. */
#include "common/base.h"

#include "runner/matcher.h"
#include "tests/table.h"

static json *read(struct arena *arena, const char *text)
{
    struct error err = {0};
    json *value = json_parse(arena, (struct bytes){text, strlen(text)}, "table", &err);
    if (value == NULL)
        fail_msg("not JSON: %s", text);
    return value;
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *matcher = read(arena, table_need(c, "matcher")), *at = NULL;
    struct error err = {0};
    if (table_field(c, "wrong") != NULL) {
        assert_false(matcher_check(matcher, &at, &err));
        assert_string_equal(err.message, table_need(c, "wrong"));
        assert_non_null(at);
        return;
    }
    assert_true(matcher_check(matcher, &at, &err));
    const char *text = table_need(c, "value");
    const json *value = strcmp(text, "(absent)") == 0 ? NULL : read(arena, text);
    struct mismatch mismatch = {0};
    bool matches = matcher_match(arena, matcher, value, &mismatch);
    assert_int_equal(matches, table_field(c, "match") != NULL);
    if (matches)
        return;
    assert_string_equal(mismatch.path, table_need(c, "at"));
    assert_string_equal(mismatch.expected, table_need(c, "expected"));
    assert_string_equal(mismatch.actual, table_need(c, "actual"));
}

int main(void)
{
    return tap_table("matcher", "tests/tables/matcher.table", row);
}
