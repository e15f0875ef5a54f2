#include "common/base.h"
#include "common/map.h"

#include "common/memory.h"

#include <stdio.h>
#include <string.h>

#include "tests/tap.h"

static int values[100000];

static void keeps_replaces_and_removes(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    assert_null(map_get(map, "a"));
    assert_null(map_remove(map, "a"));
    map_set(map, "a", &values[1]);
    map_set(map, "b", &values[2]);
    map_set(map, "", &values[3]);
    assert_ptr_equal(map_get(map, "a"), &values[1]);
    assert_ptr_equal(map_get(map, ""), &values[3]);
    assert_null(map_get(map, "A"));
    map_set(map, "a", &values[4]);
    assert_ptr_equal(map_get(map, "a"), &values[4]);
    assert_int_equal(map_count(map), 3);
    assert_ptr_equal(map_remove(map, "a"), &values[4]);
    assert_null(map_get(map, "a"));
    assert_null(map_remove(map, "a"));
    assert_int_equal(map_count(map), 2);
    map_free(map);
    map_free(NULL);
}

static void keys_are_copied(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    char key[] = "ada";
    map_set(map, key, &values[1]);
    key[0] = 'x';
    assert_ptr_equal(map_get(map, "ada"), &values[1]);
    assert_null(map_get(map, "xda"));
    map_free(map);
}

static void iterates_in_order_of_insertion(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    char seen[64] = "";
    const char *key;
    void *value;
    for (const char *k = "zebra"; *k != '\0'; k++)
        map_set(map, (char[]){*k, '\0'}, &values[0]);
    map_remove(map, "e");
    map_set(map, "z", &values[1]); /* a replaced value keeps its place */
    map_set(map, "e", &values[2]); /* what comes back comes last */
    for (size_t i = 0; map_at(map, &i, &key, &value);)
        strncat(seen, key, 1);
    assert_string_equal(seen, "zbrae");
    map_free(map);
}

static void an_empty_map_has_nothing_to_iterate(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    const char *key;
    void *value;
    size_t i = 0;
    assert_false(map_at(map, &i, &key, &value));
    map_set(map, "a", &values[0]);
    map_remove(map, "a");
    i = 0;
    assert_false(map_at(map, &i, &key, &value));
    map_free(map);
}

static const char *name(char text[32], int i)
{
    snprintf(text, 32, "user-%d@example.com", i);
    return text;
}

static void holds_a_hundred_thousand_keys(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    char text[32];
    for (int i = 0; i < 100000; i++)
        map_set(map, name(text, i), &values[i]);
    assert_int_equal(map_count(map), 100000);
    for (int i = 0; i < 100000; i++)
        assert_ptr_equal(map_get(map, name(text, i)), &values[i]);
    for (int i = 0; i < 100000; i += 2)
        assert_ptr_equal(map_remove(map, name(text, i)), &values[i]);
    for (int i = 0; i < 100000; i++)
        assert_ptr_equal(map_get(map, name(text, i)), i % 2 == 0 ? NULL : &values[i]);
    const char *key;
    void *value;
    int expected = 1;
    for (size_t i = 0; map_at(map, &i, &key, &value); expected += 2)
        assert_ptr_equal(value, &values[expected]);
    assert_int_equal(expected, 100001);
    map_free(map);
}

static void endless_coming_and_going_needs_no_more_room(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    char text[32];
    for (int i = 0; i < 100000; i++) {
        map_set(map, name(text, i), &values[i]);
        if (i >= 3)
            assert_ptr_equal(map_remove(map, name(text, i - 3)), &values[i - 3]);
    }
    assert_int_equal(map_count(map), 3);
    size_t cursor = 0;
    const char *key;
    void *value;
    assert_true(map_at(map, &cursor, &key, &value));
    assert_true(cursor < 64); /* removed entries have been dropped on the way */
    map_free(map);
}

/* 200,000 of them: by looking at what was removed over and over again it would take minutes. */
/* Others that share a way with it are found as before, whatever has come and gone in between. */
static void what_comes_and_goes_leaves_the_others_where_they_are(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    char key[16];
    for (int i = 0; i < 300; i++) {
        (void)snprintf(key, sizeof key, "k%d", i);
        map_set(map, key, &values[i]);
    }
    for (int round = 0; round < 2000; round++) {
        (void)snprintf(key, sizeof key, "k%d", round % 50);
        assert_ptr_equal(map_remove(map, key), &values[round % 50]);
        assert_null(map_get(map, key));
        map_set(map, key, &values[round % 50]);
    }
    for (int i = 0; i < 300; i++) {
        (void)snprintf(key, sizeof key, "k%d", i);
        assert_ptr_equal(map_get(map, key), &values[i]);
    }
    assert_int_equal(map_count(map), 300);
    map_free(map);
}

static void a_map_is_emptied_from_the_front(void **state)
{
    UNUSED(state);
    struct map *map = map_new();
    char text[32];
    const char *key;
    void *value;
    int removed = 0;
    for (int i = 0; i < 200000; i++)
        map_set(map, name(text, i), &values[i % 100000]);
    for (size_t i = 0; map_at(map, &i, &key, &value); i = 0, removed++) {
        assert_string_equal(key, name(text, removed));
        assert_ptr_equal(map_remove(map, text), value);
    }
    assert_int_equal(removed, 200000);
    map_set(map, "again", &values[1]);
    assert_ptr_equal(map_get(map, "again"), &values[1]);
    map_free(map);
}

static void to_readers_no_map_is_an_empty_one(void **state)
{
    UNUSED(state);
    struct map *map = NULL;
    const char *key;
    void *value;
    size_t i = 0;
    assert_null(map_get(map, "a"));
    assert_null(map_remove(map, "a"));
    assert_int_equal(map_count(map), 0);
    assert_false(map_at(map, &i, &key, &value));
    map_put(&map, "a", &values[1]);
    map_put(&map, "b", &values[2]);
    assert_ptr_equal(map_get(map, "a"), &values[1]);
    assert_int_equal(map_count(map), 2);
    map_free(map);
}

/* Sizes around the one from which a table is needed; with and without gaps. */
static void every_small_size_works(void **state)
{
    UNUSED(state);
    char text[32];
    for (int size = 0; size < 40; size++) {
        struct map *map = map_new();
        for (int i = 0; i < size; i++)
            map_set(map, name(text, i), &values[i]);
        for (int i = 0; i < size; i += 3)
            assert_ptr_equal(map_remove(map, name(text, i)), &values[i]);
        for (int i = 0; i < size; i += 3)
            map_set(map, name(text, i), &values[i + 100]);
        assert_int_equal(map_count(map), size);
        for (int i = 0; i < size; i++)
            assert_ptr_equal(map_get(map, name(text, i)), &values[i % 3 == 0 ? i + 100 : i]);
        assert_null(map_get(map, name(text, size)));
        map_free(map);
    }
}

static void a_folding_map_does_not_tell_case_apart(void **state)
{
    UNUSED(state);
    struct map *map = map_new_with(true, false);
    char longer[600];
    memset(longer, 'A', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    map_set(map, "Ada@Acme.test", &values[1]);
    map_set(map, "\xC3\x89mile", &values[2]); /* É */
    map_set(map, longer, &values[3]);
    assert_ptr_equal(map_get(map, "ada@ACME.test"), &values[1]);
    assert_ptr_equal(map_get(map, "\xC3\xA9MILE"), &values[2]);  /* é */
    assert_ptr_equal(map_get(map, "e\xCC\x81mile"), &values[2]); /* e and an accent */
    memset(longer, 'a', sizeof longer - 1);
    assert_ptr_equal(map_get(map, longer), &values[3]);
    assert_null(map_get(map, "emile"));
    map_set(map, "ADA@acme.test", &values[4]);
    assert_int_equal(map_count(map), 3);
    assert_ptr_equal(map_remove(map, "ada@acme.test"), &values[4]);
    assert_null(map_get(map, "Ada@Acme.test"));
    map_free(map);
}

static void a_borrowing_map_keeps_the_key_it_was_given_last(void **state)
{
    UNUSED(state);
    struct map *map = map_new_with(false, true);
    char first[] = "ada", second[] = "ada";
    const char *key;
    void *value;
    size_t i = 0;
    map_set(map, first, &values[1]);
    map_set(map, second, &values[2]);
    first[0] = 'x';
    assert_ptr_equal(map_get(map, "ada"), &values[2]);
    assert_true(map_at(map, &i, &key, &value));
    assert_ptr_equal(key, second);
    assert_ptr_equal(map_remove(map, "ada"), &values[2]);
    map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_replaces_and_removes),
        cmocka_unit_test(keys_are_copied),
        cmocka_unit_test(iterates_in_order_of_insertion),
        cmocka_unit_test(an_empty_map_has_nothing_to_iterate),
        cmocka_unit_test(holds_a_hundred_thousand_keys),
        cmocka_unit_test(endless_coming_and_going_needs_no_more_room),
        cmocka_unit_test(what_comes_and_goes_leaves_the_others_where_they_are),
        cmocka_unit_test(a_map_is_emptied_from_the_front),
        cmocka_unit_test(to_readers_no_map_is_an_empty_one),
        cmocka_unit_test(every_small_size_works),
        cmocka_unit_test(a_folding_map_does_not_tell_case_apart),
        cmocka_unit_test(a_borrowing_map_keeps_the_key_it_was_given_last),
    };
    return tap_run("map", tests);
}
