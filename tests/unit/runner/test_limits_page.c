#include "common/base.h"

#include "common/file.h"
#include "common/memory.h"
#include "common/text.h"
#include "runner/limits_page.h"
#include "tests/tap.h"

/* `scimulator manual limits > docs/limits.md` makes it so again. */
static void test_page_is_the_table(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer page = buffer_new(0);
    struct bytes written;
    assert_true(file_read(arena, "docs/limits.md", MIB, &written, NULL));
    limits_page(&page);
    assert_string_equal(written.p, buffer_text(&page));
    buffer_release(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_page_is_the_table)};
    return tap_run("limits page", tests);
}
