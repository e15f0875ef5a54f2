#include "common/base.h"
#include "common/clock.h"

#include "common/memory.h"

#include <string.h>

#include "tests/tap.h"

static void the_real_clock_shows_now(void **state)
{
    UNUSED(state);
    int64_t now = clock_now(clock_real()), of_2025 = 0;
    assert_true(time_parse("2025-01-01T00:00:00Z", &of_2025));
    assert_true(now > of_2025);
    uint64_t before = clock_monotonic_us();
    assert_true(clock_monotonic_us() >= before);
}

static void a_fixed_clock_moves_when_told(void **state)
{
    UNUSED(state);
    int64_t now = 5;
    struct clock clock = clock_fixed(&now);
    assert_int_equal(clock_now(clock), 5);
    now += DAY_MS;
    assert_int_equal(clock_now(clock), 5 + DAY_MS);
}

/* Day by day over two cycles of the calendar: written and read is the same, and text sorts like time. */
static void every_day_comes_back(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const char *before = "";
    int64_t first = 0, last = 0;
    assert_true(time_parse("1600-01-01T11:22:33.444Z", &first) && time_parse("2400-12-31T11:22:33.444Z", &last));
    assert_int_equal((last - first) % DAY_MS, 0);
    for (int64_t ms = first; ms <= last; ms += DAY_MS) {
        int64_t again = 0;
        char *text = time_format(arena, ms);
        assert_true(time_parse(text, &again));
        assert_true(again == ms);
        assert_true(strcmp(before, text) < 0);
        before = text;
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_real_clock_shows_now),
        cmocka_unit_test(a_fixed_clock_moves_when_told),
        cmocka_unit_test(every_day_comes_back),
    };
    return tap_run("clock", tests);
}
