#include "common/base.h"
#include "common/memory.h"

#include <string.h>

#include "tests/tap.h"

static char order[8];
static size_t order_count;

static void note(void *object)
{
    order[order_count++] = *(const char *)object;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t size = 0; size < 200; size++) {
        unsigned char *p = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
}

static void blocks_do_not_overlap(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    char *texts[500];
    for (int i = 0; i < 500; i++)
        texts[i] = arena_printf(arena, "%0*d", i + 1, i);
    for (int i = 0; i < 500; i++)
        assert_string_equal(texts[i], arena_printf(arena, "%0*d", i + 1, i));
}

static void big_blocks_fit(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    char *small = arena_strdup(arena, "before");
    char *big = arena_array(arena, 3, MIB);
    memset(big, 'x', 3 * MIB);
    assert_string_equal(small, "before");
    assert_string_equal(arena_strdup(arena, "after"), "after");
}

static void deferred_functions_run_newest_first(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    order_count = 0;
    arena_defer(arena, note, arena_strdup(arena, "1"));
    arena_defer(arena, note, arena_strdup(arena, "2"));
    arena_defer(arena, note, arena_strdup(arena, "3"));
    assert_int_equal(order_count, 0);
    arena_free(arena);
    assert_memory_equal(order, "321", 3);
    arena_free(NULL);
}

static void growing_copies_what_was_there(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int *numbers = arena_grow(arena, NULL, 0, 2, sizeof *numbers);
    numbers[0] = 7;
    numbers[1] = 8;
    int *more = arena_grow(arena, numbers, 2, 4, sizeof *more);
    assert_int_equal(more[0], 7);
    assert_int_equal(more[1], 8);
    assert_int_equal(more[3], 0);
    assert_int_equal(numbers[1], 8);
}

static void copies_end_with_a_nul(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    struct bytes copy = arena_bytes(arena, "a\0b", 3);
    assert_int_equal(copy.n, 3);
    assert_memory_equal(copy.p, "a\0b", 4);
    assert_string_equal(arena_bytes(arena, NULL, 0).p, "");
}

static void mem_functions_work_like_their_namesakes(void **state)
{
    UNUSED(state);
    int *numbers = mem_array(4, sizeof *numbers);
    assert_int_equal(numbers[3], 0);
    numbers[3] = 9;
    numbers = mem_grow(numbers, 4000, sizeof *numbers);
    assert_int_equal(numbers[3], 9);
    mem_free(numbers);
    char *copy = mem_strdup("ada");
    assert_string_equal(copy, "ada");
    mem_free(copy);
    mem_free(mem_alloc(0));
    mem_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(blocks_do_not_overlap),
        cmocka_unit_test(big_blocks_fit),
        cmocka_unit_test(deferred_functions_run_newest_first),
        cmocka_unit_test(growing_copies_what_was_there),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(mem_functions_work_like_their_namesakes),
    };
    return tap_run("memory", tests);
}
