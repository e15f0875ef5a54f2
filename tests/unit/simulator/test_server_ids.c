/* Ids of any form come back byte for byte, and the usual form takes 17 bytes. */
#include "common/base.h"

#include "common/memory.h"
#include "simulator/server_ids.h"
#include "tests/tap.h"

#include <string.h>

static const char *const texts[] = {"2819c223-7f76-453a-919d-413861904646",
                                    "ffffffff-ffff-ffff-ffff-ffffffffffff",
                                    "00000000-0000-0000-0000-000000000000",
                                    "2819C223-7F76-453A-919D-413861904646", /* upper case is another id */
                                    "2819c2237f76453a919d413861904646",
                                    "2819c223-7f76-453a-919d-41386190464-",
                                    "2819c223_7f76-453a-919d-413861904646",
                                    "2819c223-7f76-453a-919d-4138619046466",
                                    "1",
                                    "",
                                    "exactly15bytes!",
                                    "sixteen bytes!!!",
                                    "ünïcödé/with?marks",
                                    "00u1a2b3c4d5e6f7g8h9"};

static void every_id_comes_back(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct server_ids *ids = server_ids_new(ARRAY_LEN(texts));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        assert_null(server_ids_get(ids, i, arena));
        server_ids_set(ids, i, texts[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_string_equal(server_ids_get(ids, i, arena), texts[i]);
    assert_int_equal(server_ids_known(ids), ARRAY_LEN(texts));
    server_ids_free(ids);
}

static void an_id_takes_the_place_of_another(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct server_ids *ids = server_ids_new(3);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        server_ids_set(ids, 1, texts[i]);
        assert_string_equal(server_ids_get(ids, 1, arena), texts[i]);
        assert_null(server_ids_get(ids, 0, arena));
        assert_null(server_ids_get(ids, 2, arena));
    }
    server_ids_set(ids, 1, NULL);
    assert_null(server_ids_get(ids, 1, arena));
    assert_int_equal(server_ids_known(ids), 0);
    server_ids_free(ids);
}

static void a_million_uuids_take_17_mb(void **state)
{
    UNUSED(state);
    enum { COUNT = 1000000 };
    struct server_ids *ids = server_ids_new(COUNT);
    for (size_t i = 0; i < COUNT; i++)
        server_ids_set(ids, i, texts[i % 3]);
    assert_true(server_ids_bytes(ids) < 17 * (size_t)COUNT + KIB);
    server_ids_set(ids, 7, "an id that is longer than a slot");
    assert_true(server_ids_bytes(ids) > 17 * (size_t)COUNT + 32);
    server_ids_free(ids);
    server_ids_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_id_comes_back),
        cmocka_unit_test(an_id_takes_the_place_of_another),
        cmocka_unit_test(a_million_uuids_take_17_mb),
    };
    return tap_run("server_ids", tests);
}
