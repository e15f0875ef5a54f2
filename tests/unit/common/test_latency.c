/* Percentiles from counts, beside the same of the sorted values. */
#include "common/base.h"

#include "common/latency.h"
#include "common/rng.h"
#include "tests/tap.h"

#include <stdlib.h>

#define COUNT 20000

static int ascending(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Nearest rank: the smallest value that so many percent of all are not above. */
static uint64_t exact(const uint64_t *sorted, size_t count, double percent)
{
    size_t rank = (size_t)((double)count * percent / 100);
    rank += (double)rank < (double)count * percent / 100;
    return sorted[rank == 0 ? 0 : rank - 1];
}

static void no_value_has_no_percentile(void **state)
{
    UNUSED(state);
    struct latency latency = {0};
    assert_int_equal(latency_percentile(&latency, 50), 0);
    assert_int_equal(latency_percentile(&latency, 100), 0);
}

static void small_values_are_exact(void **state)
{
    UNUSED(state);
    struct latency latency = {0};
    for (uint64_t i = 1; i <= 100; i++)
        latency_add(&latency, i);
    assert_int_equal(latency_percentile(&latency, 50), 50);
    assert_int_equal(latency_percentile(&latency, 95), 95);
    assert_int_equal(latency_percentile(&latency, 99), 99);
    assert_int_equal(latency_percentile(&latency, 99.5), 100);
    assert_int_equal(latency_percentile(&latency, 100), 100);
    assert_int_equal(latency_percentile(&latency, 0.1), 1);
}

static void one_value_is_every_percentile(void **state)
{
    UNUSED(state);
    static const uint64_t values[] = {0, 1, 127, 128, 129, 255, 256, 1000003, LATENCY_MAX - 1, LATENCY_MAX};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct latency latency = {0};
        latency_add(&latency, values[i]);
        assert_true(latency_percentile(&latency, 50) == values[i]);
        assert_true(latency_percentile(&latency, 99) == values[i]);
    }
}

static void what_is_too_long_counts_as_the_longest(void **state)
{
    UNUSED(state);
    struct latency latency = {0};
    latency_add(&latency, UINT64_MAX);
    latency_add(&latency, 5);
    assert_true(latency_percentile(&latency, 99) == LATENCY_MAX);
    assert_int_equal(latency_percentile(&latency, 50), 5);
}

/* Of any spread, and whether counted in one place or in several. */
static void percentiles_are_never_too_low_and_at_most_a_64th_too_high(void **state)
{
    UNUSED(state);
    static const double percents[] = {1, 25, 50, 90, 95, 99, 99.9, 100};
    static uint64_t values[COUNT];
    for (unsigned bits = 1; bits <= LATENCY_TOP; bits++) {
        struct rng rng = rng_new(bits);
        static struct latency parts[3], all;
        all = (struct latency){0};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
            parts[i] = (struct latency){0};
        for (size_t i = 0; i < COUNT; i++) {
            values[i] = rng_below(&rng, (uint64_t)1 << (1 + rng_below(&rng, bits)));
            latency_add(&parts[i % ARRAY_LEN(parts)], values[i]);
        }
        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
            latency_join(&all, &parts[i]);
        qsort(values, COUNT, sizeof *values, ascending);
        assert_true(all.count == COUNT);
        for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
            uint64_t wanted = exact(values, COUNT, percents[i]), got = latency_percentile(&all, percents[i]);
            assert_true(got >= wanted);
            assert_true((double)got <= (double)wanted * (1 + 1.0 / 64));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_value_has_no_percentile),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(one_value_is_every_percentile),
        cmocka_unit_test(what_is_too_long_counts_as_the_longest),
        cmocka_unit_test(percentiles_are_never_too_low_and_at_most_a_64th_too_high),
    };
    return tap_run("latency", tests);
}
