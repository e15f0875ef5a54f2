#include "common/base.h"
#include "common/rng.h"

#include <string.h>

#include "tests/tap.h"

/* splitmix64 from 0 and xoshiro256** from the state 1, 2, 3, 4, as their authors' reference code gives them. */
static void the_sequences_are_those_of_the_published_generators(void **state)
{
    UNUSED(state);
    struct rng seeded = rng_new(0);
    assert_true(seeded.state[0] == UINT64_C(0xE220A8397B1DCDAF));
    assert_true(seeded.state[1] == UINT64_C(0x6E789E6AA1B965F4));
    struct rng rng = {{1, 2, 3, 4}};
    static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        assert_true(rng_next(&rng) == expected[i]);
}

static void same_seed_same_sequence(void **state)
{
    UNUSED(state);
    struct rng a = rng_new(42), b = rng_new(42), c = rng_new(43);
    bool differs = false;
    for (int i = 0; i < 100; i++) {
        uint64_t x = rng_next(&a);
        assert_true(x == rng_next(&b));
        differs |= x != rng_next(&c);
    }
    assert_true(differs);
}

static void names_have_sequences_of_their_own(void **state)
{
    UNUSED(state);
    struct rng a = rng_for(1, "access/leaver"), b = rng_for(1, "access/leaver"), c = rng_for(1, "access/joiner"),
               d = rng_for(2, "access/leaver");
    uint64_t x = rng_next(&a);
    assert_true(x == rng_next(&b));
    assert_true(x != rng_next(&c));
    assert_true(x != rng_next(&d));
}

static void below_a_bound_everything_comes_equally_often(void **state)
{
    UNUSED(state);
    struct rng rng = rng_new(7);
    unsigned seen[6] = {0};
    for (int i = 0; i < 60000; i++)
        seen[rng_below(&rng, 6)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(seen[i], 9600, 10400); /* four standard deviations */
    for (int i = 0; i < 100; i++) {
        assert_int_equal(rng_below(&rng, 1), 0);
        assert_true(rng_below(&rng, UINT64_MAX) < UINT64_MAX);
    }
}

static void uuids_are_version_4(void **state)
{
    UNUSED(state);
    struct rng rng = rng_new(9);
    char before[37] = "", uuid[37];
    for (int i = 0; i < 1000; i++) {
        rng_uuid(&rng, uuid);
        assert_int_equal(strlen(uuid), 36);
        assert_int_equal(strspn(uuid, "0123456789abcdef-"), 36);
        assert_true(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-');
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_string_not_equal(uuid, before);
        memcpy(before, uuid, sizeof before);
    }
}

static void texts_use_the_alphabet(void **state)
{
    UNUSED(state);
    struct rng rng = rng_new(9);
    char text[201];
    rng_text(&rng, "abc", 200, text);
    assert_int_equal(strlen(text), 200);
    assert_int_equal(strspn(text, "abc"), 200);
    rng_text(&rng, "abc", 0, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequences_are_those_of_the_published_generators),
        cmocka_unit_test(same_seed_same_sequence),
        cmocka_unit_test(names_have_sequences_of_their_own),
        cmocka_unit_test(below_a_bound_everything_comes_equally_often),
        cmocka_unit_test(uuids_are_version_4),
        cmocka_unit_test(texts_use_the_alphabet),
    };
    return tap_run("rng", tests);
}
