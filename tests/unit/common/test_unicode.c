/* Rows of tests/tables/fold.table. */
#include "common/base.h"
#include "common/unicode.h"

#include "common/memory.h"

#include "tests/table.h"

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *a = table_bytes(arena, table_need(c, "a")).p, *b = table_bytes(arena, table_need(c, "b")).p;
    const char *expected = table_need(c, "a-is");
    int order = strcmp(expected, "equal") == 0 ? 0 : strcmp(expected, "less") == 0 ? -1 : 1;
    assert_int_equal(sign(unicode_compare_fold(a, b)), order);
    assert_int_equal(sign(unicode_compare_fold(b, a)), -order);
    assert_int_equal(unicode_equal_fold(a, b), order == 0);
    /* An index by the folded form agrees with the comparison. */
    assert_int_equal(sign(strcmp(unicode_fold(arena, a), unicode_fold(arena, b))), order);
}

int main(void)
{
    return tap_table("unicode", "tests/tables/fold.table", row);
}
