/* Times as rows of tests/tables/time.table. */
#include "common/base.h"
#include "common/clock.h"

#include "common/memory.h"

#include <inttypes.h>

#include "tests/table.h"

/* A time or a duration, and its milliseconds or "no". again: how the time is written by us. */
static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *duration = table_field(c, "duration");
    int64_t ms = 0;
    bool ok = duration != NULL ? duration_parse(duration, &ms) : time_parse(table_need(c, "time"), &ms);
    assert_string_equal(ok ? arena_printf(arena, "%" PRId64, ms) : "no", table_need(c, "ms"));
    if (table_field(c, "again") != NULL)
        assert_string_equal(time_format(arena, ms), table_need(c, "again"));
}

int main(void)
{
    return tap_table("time", "tests/tables/time.table", row);
}
