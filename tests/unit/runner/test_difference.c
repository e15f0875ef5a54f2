/* What a finding about a changed state shows: only what differs, in words. */
#include "common/base.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "runner/difference.h"

#include "tests/tap.h"

#include <string.h>

static const struct {
    const char *was, *is, *lost, *gained;
} states[] = {
    {"active; seat; Roadmap: editor", "active; seat", "Roadmap: editor", ""},
    {"active; seat", "inactive; seat; Sales: owner", "active", "inactive; Sales: owner"},
    {"Eng; member ada; member ada", "Eng; member ada", "member ada", ""}, /* twice is not once */
    {"a; b", "b; a", "a; b", "b; a"},                                     /* only the order: whole */
    {"active; seat", "gone", "active; seat", "gone"},
    {"", "grant Sales as owner", "", "grant Sales as owner"},
    {"one; ", "one; ", "one; ", "one; "},
};

static void only_what_differs(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        const char *was = states[i].was, *is = states[i].is;
        difference(arena, &was, &is);
        assert_string_equal(was, states[i].lost);
        assert_string_equal(is, states[i].gained);
    }
}

static const json *parsed(struct arena *arena, const char *text)
{
    struct error err = {0};
    const json *value = text == NULL ? NULL : json_parse(arena, (struct bytes){text, strlen(text)}, "test", &err);
    assert_true(text == NULL || value != NULL);
    return value;
}

static const struct {
    const char *json, *state;
} values[] = {
    {NULL, "(absent)"},
    {"{\"givenName\":\"Ada\",\"familyName\":\"Byron\"}", "givenName: Ada; familyName: Byron"},
    {"[{\"value\":\"42\",\"$ref\":\"http://h/Groups/"
     "42\",\"display\":\"Eng\",\"type\":\"direct\"},{\"value\":\"43\",\"type\":\"x\"}]",
     "Eng (42); value: 43, type: x"},
    {"\"Ada\"", "Ada"},
    {"true", "true"},
    {"{\"a\":[1,{\"b\":null}]}", "a: 1, b: null"},
    {"[]", ""},
};

static void json_in_words(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        assert_string_equal(difference_state(arena, parsed(arena, values[i].json)), values[i].state);
}

static void values_that_read_the_same_show_as_json(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *was, *is;
    difference_json(arena, parsed(arena, "\"7\""), parsed(arena, "7"), &was, &is);
    assert_string_equal(was, "\"7\"");
    assert_string_equal(is, "7");
    difference_json(arena, parsed(arena, "[\"a\"]"), NULL, &was, &is);
    assert_string_equal(was, "a");
    assert_string_equal(is, "(absent)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_differs),
        cmocka_unit_test(json_in_words),
        cmocka_unit_test(values_that_read_the_same_show_as_json),
    };
    return tap_run("difference", tests);
}
