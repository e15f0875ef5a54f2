/* Lists and indexes of the model. */
#include "common/base.h"

#include "reference-server/model/list.h"
#include "tests/tap.h"

#define COUNT 1000

struct numbered {
    uint64_t number;
};

static struct numbered things[COUNT];

static uint64_t number_of(const void *item)
{
    return ((const struct numbered *)item)->number;
}

static void fill(struct list *list)
{
    for (size_t i = 0; i < COUNT; i++) {
        things[i].number = i * 3;
        list_push(list, &things[i]);
    }
}

static void any_item_is_removed_by_its_number(void **state)
{
    UNUSED(state);
    struct list list = {0};
    fill(&list);
    for (size_t i = 0; i < COUNT; i += 2) {
        assert_true(list_remove_numbered(&list, number_of, &things[i]));
        assert_false(list_remove_numbered(&list, number_of, &things[i]));
    }
    assert_int_equal(list.count, COUNT / 2);
    for (size_t i = 0; i < list.count; i++) {
        assert_ptr_equal(list.items[i], &things[2 * i + 1]);
    }
    for (size_t i = COUNT; i-- > 0;) {
        assert_int_equal(list_remove_numbered(&list, number_of, &things[i]), i % 2 == 1);
    }
    assert_int_equal(list.count, 0);
    list_release(&list);
}

static void who_is_not_in_the_list_is_not_removed(void **state)
{
    UNUSED(state);
    struct list list = {0};
    const struct numbered twin = {3}, between = {4}, behind = {COUNT * 3};
    assert_false(list_remove_numbered(&list, number_of, &things[0]));
    fill(&list);
    assert_false(list_remove_numbered(&list, number_of, &twin));
    assert_false(list_remove_numbered(&list, number_of, &between));
    assert_false(list_remove_numbered(&list, number_of, &behind));
    assert_int_equal(list.count, COUNT);
    list_release(&list);
}

/* The text of a key need not stay: whoever came first may go first. */
static void an_index_keeps_its_keys(void **state)
{
    UNUSED(state);
    struct index index;
    char key[] = "x1";
    index_init(&index, false);
    index_add(&index, key, &things[0]);
    index_add(&index, key, &things[0]);
    assert_int_equal(index_get(&index, "x1")->count, 1);
    index_add(&index, "x1", &things[1]);
    index_add(&index, NULL, &things[1]);
    key[0] = 'y';
    assert_int_equal(index_get(&index, "x1")->count, 2);
    assert_int_equal(index_get(&index, key)->count, 0);
    index_remove(&index, "x1", &things[0]);
    assert_ptr_equal(index_first(&index, "x1"), &things[1]);
    index_remove(&index, "x1", &things[0]);
    index_add(&index, "x1", &things[2]);
    assert_int_equal(index_get(&index, "x1")->count, 2);
    index_remove(&index, "x1", &things[2]);
    index_remove(&index, "x1", &things[1]);
    index_remove(&index, "x1", &things[1]);
    assert_null(index_first(&index, "x1"));
    index_add(&index, "x1", &things[3]);
    assert_ptr_equal(index_first(&index, "x1"), &things[3]);
    index_release(&index);
}

static void a_folding_index_does_not_tell_case_apart(void **state)
{
    UNUSED(state);
    struct index index;
    index_init(&index, true);
    index_add(&index, "Ada@acme.test", &things[0]);
    index_add(&index, "ada@ACME.test", &things[1]);
    assert_int_equal(index_get(&index, "ADA@acme.test")->count, 2);
    index_remove(&index, "ada@acme.TEST", &things[0]);
    assert_ptr_equal(index_first(&index, "Ada@acme.test"), &things[1]);
    index_release(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_item_is_removed_by_its_number),
        cmocka_unit_test(who_is_not_in_the_list_is_not_removed),
        cmocka_unit_test(an_index_keeps_its_keys),
        cmocka_unit_test(a_folding_index_does_not_tell_case_apart),
    };
    return tap_run("model list", tests);
}
