#include "common/base.h"
#include "common/embedded.h"

#include "common/file.h"
#include "common/memory.h"

#include <string.h>

#include "tests/tap.h"

static void files_are_sorted_and_found(void **state)
{
    UNUSED(state);
    for (size_t i = 0; i < embedded_file_count; i++) {
        const struct embedded_file *file = &embedded_files[i];
        assert_ptr_equal(embedded_find(file->name), file);
        assert_true(i == 0 || strcmp(embedded_files[i - 1].name, file->name) < 0);
    }
    assert_null(embedded_find("absent.json"));
    assert_null(embedded_find(""));
    assert_null(embedded_find("~"));
}

static void contents_are_those_of_the_files(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < embedded_file_count; i++) {
        struct bytes data = {0};
        assert_true(file_read(arena, embedded_files[i].name, 16 * MIB, &data, NULL));
        assert_int_equal(embedded_files[i].data.n, data.n);
        assert_memory_equal(embedded_files[i].data.p, data.p, data.n + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_sorted_and_found),
        cmocka_unit_test(contents_are_those_of_the_files),
    };
    return tap_run("embedded", tests);
}
