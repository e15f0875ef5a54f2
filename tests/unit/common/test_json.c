#include "common/base.h"
#include "common/json.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <math.h>
#include <string.h>

#include "tests/tap.h"

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){text, strlen(text)};
}

static json *parse(struct arena *arena, const char *text)
{
    struct error err;
    json *root = json_parse(arena, bytes_of(text), "test", &err);
    if (root == NULL)
        fail_msg("%s: %s", err.where, err.message);
    return root;
}

#define assert_json(arena, node, text) assert_string_equal(json_print(arena, node), text)

/* --- reading --- */

static const char *const ADA = "{\"userName\":\"ada\",\"active\":true,\"age\":36,\"ratio\":0.5,\"none\":null,"
                               "\"emails\":[{\"value\":\"ada@example.com\"},{\"value\":\"a@example.org\"}]}";

static void values_are_found_by_name(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *ada = parse(arena, ADA);
    assert_string_equal(json_text(json_get(ada, "userName")), "ada");
    assert_null(json_get(ada, "USERNAME"));
    assert_string_equal(json_text(json_get_nocase(ada, "USERNAME")), "ada");
    assert_null(json_get(ada, "emails.value"));
    assert_null(json_get(json_get(ada, "emails"), "value")); /* an array has no members */
    assert_null(json_get(json_get(ada, "age"), "x"));
    assert_null(json_get(NULL, "x"));
    assert_null(json_get_nocase(NULL, "x"));
    assert_int_equal(json_count(ada), 6);
    assert_int_equal(json_count(NULL), 0);
    assert_string_equal(json_key(json_first(ada)), "userName");
    assert_null(json_key(json_first(json_get(ada, "emails"))));
    assert_null(json_key(ada));
    assert_null(json_next(NULL));
}

static void types_are_told_apart(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *ada = parse(arena, ADA);
    assert_int_equal(json_type(ada), JSON_OBJECT);
    assert_int_equal(json_type(json_get(ada, "emails")), JSON_ARRAY);
    assert_int_equal(json_type(json_get(ada, "active")), JSON_BOOL);
    assert_int_equal(json_type(json_get(ada, "age")), JSON_NUMBER);
    assert_int_equal(json_type(json_get(ada, "none")), JSON_NULL);
    assert_int_equal(json_type(NULL), JSON_NULL);
    assert_true(json_is(json_get(ada, "none"), JSON_NULL));
    assert_false(json_is(NULL, JSON_NULL));
    assert_string_equal(json_type_name(JSON_OBJECT), "object");
    assert_null(json_text(json_get(ada, "age")));
    assert_true(json_true(json_get(ada, "active")));
    assert_false(json_true(json_get(ada, "userName")));
    assert_false(json_true(NULL));
}

static void shorthands_fall_back(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *ada = parse(arena, ADA);
    assert_string_equal(json_get_text(ada, "userName", "x"), "ada");
    assert_string_equal(json_get_text(ada, "age", "x"), "x");
    assert_true(json_get_bool(ada, "active", false));
    assert_true(json_get_bool(ada, "absent", true));
    assert_true(json_get_bool(ada, "userName", true));
    assert_int_equal(json_get_integer(ada, "age", 1), 36);
    assert_int_equal(json_get_integer(ada, "ratio", 1), 1);
    assert_int_equal(json_get_integer(ada, "absent", 7), 7);
}

static void integers_are_exact_up_to_two_to_the_53(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        {"3000000000", true, INT64_C(3000000000)},
        {"9007199254740992", true, INT64_C(9007199254740992)},
        {"-9007199254740992", true, INT64_C(-9007199254740992)},
        {"1e3", true, 1000},
        {"1.0", true, 1},
        {"-0", true, 0},
        {"1.5", false, 0},
        {"1e300", false, 0},
        {"9007199254740994.0", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t value = 0;
        assert_int_equal(json_integer(parse(arena, rows[i].text), &value), rows[i].ok);
        assert_int_equal(value, rows[i].value);
    }
    assert_true(json_number(parse(arena, "0.1")) == 0.1);
    assert_true(json_number(NULL) == 0);
}

/* The document and the answers are the example of RFC 6901 §5. */
static void pointers_find_what_rfc_6901_says(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *root = parse(arena, "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
                                    "\"k\\\"l\":6,\" \":7,\"m~n\":8}");
    static const struct {
        const char *pointer, *value;
    } rows[] = {
        {"/foo", "[\"bar\",\"baz\"]"},
        {"/foo/0", "\"bar\""},
        {"/", "0"},
        {"/a~1b", "1"},
        {"/c%d", "2"},
        {"/e^f", "3"},
        {"/g|h", "4"},
        {"/i\\j", "5"},
        {"/k\"l", "6"},
        {"/ ", "7"},
        {"/m~0n", "8"},
    };
    assert_ptr_equal(json_pointer(root, ""), root);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_json(arena, json_pointer(root, rows[i].pointer), rows[i].value);
    static const char *const nothing[] = {
        "foo",      "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/ 0", "/foo/",
        "/foo/0/x", "/m~n",   "/m~2n",  "/m~",     "/fo",     "/fooo",   "/foo/99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
        assert_null(json_pointer(root, nothing[i]));
    assert_null(json_pointer(NULL, ""));
}

static void equality_ignores_the_order_of_members_only(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"{\"a\":1,\"b\":[1,{\"c\":null}]}", "{\"b\":[1,{\"c\":null}],\"a\":1}", true},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,1]", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
        {"{\"a\":1,\"b\":1}", "{\"a\":1}", false},
        {"{\"a\":1}", "{\"A\":1}", false},
        {"{}", "[]", false},
        {"1", "1.0", true},
        {"1", "1.0000000000000002", false},
        {"1", "\"1\"", false},
        {"0", "false", false},
        {"null", "false", false},
        {"true", "false", false},
        {"\"a\"", "\"\\u0061\"", true},
        {"\"a\"", "\"A\"", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (json_equal(parse(arena, rows[i].a), parse(arena, rows[i].b)) != rows[i].equal)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
    assert_true(json_equal(NULL, NULL));
    assert_false(json_equal(NULL, parse(arena, "null")));
}

/* --- caps --- */

static const char *repeat(struct arena *arena, const char *open, const char *middle, const char *closing, int times)
{
    struct buffer b = buffer_new(0);
    for (int i = 0; i < times; i++)
        buffer_add(&b, open);
    buffer_add(&b, middle);
    for (int i = 0; i < times; i++)
        buffer_add(&b, closing);
    return buffer_take(&b, arena);
}

static void nesting_is_capped(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    assert_non_null(parse(arena, repeat(arena, "[", "1", "]", JSON_MAX_DEPTH)));
    assert_non_null(parse(arena, repeat(arena, "{\"a\":", "1", "}", JSON_MAX_DEPTH)));
    assert_null(json_parse(arena, bytes_of(repeat(arena, "[", "1", "]", JSON_MAX_DEPTH + 1)), "deep", &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    assert_string_equal(err.where, "deep:1:65");
    assert_null(json_parse(arena, bytes_of(repeat(arena, "[", "", "", 1000000)), "deep", &err));
    assert_int_equal(err.code, ERROR_LIMIT);
}

static void the_size_is_capped(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    char *text = arena_alloc(arena, JSON_MAX_BYTES + 1);
    memset(text, ' ', JSON_MAX_BYTES + 1);
    text[0] = '1';
    assert_non_null(json_parse(arena, (struct bytes){text, JSON_MAX_BYTES}, "long", &err));
    assert_null(json_parse(arena, (struct bytes){text, JSON_MAX_BYTES + 1}, "long", &err));
    assert_int_equal(err.code, ERROR_LIMIT);
}

static void the_number_of_values_is_capped(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    size_t n = 2 * (size_t)JSON_MAX_VALUES + 1; /* [0,0,...,0]: so many elements, and the array itself is one more value */
    char *text = arena_alloc(arena, n);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 2 == 0 ? ',' : '0';
    text[0] = '[';
    text[n - 1] = ']';
    assert_null(json_parse(arena, (struct bytes){text, n}, "many", &err));
    assert_int_equal(err.code, ERROR_LIMIT);
    text[n - 3] = ']'; /* one element less */
    assert_non_null(json_parse(arena, (struct bytes){text, n - 2}, "many", &err));
}

static void a_big_object_is_searched_for_doubles(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct buffer b = buffer_new(0);
    struct error err;
    for (int i = 0; i < 50000; i++)
        buffer_printf(&b, "%c\n\"k%d\":%d", i == 0 ? '{' : ',', i, i);
    struct buffer twice = buffer_new(0);
    buffer_printf(&twice, "%s,\n \"k777\":1}", buffer_text(&b));
    buffer_add(&b, "}");
    json *big = json_parse(arena, (struct bytes){b.p, b.n}, "big", &err);
    assert_int_equal(json_count(big), 50000);
    assert_null(json_parse(arena, (struct bytes){twice.p, twice.n}, "big", &err));
    assert_string_equal(err.where, "big:50002:2");
    assert_string_equal(err.message, "the member \"k777\" occurs twice in this object");
    buffer_release(&b);
    buffer_release(&twice);
}

static void a_long_name_keeps_the_place(void **state)
{
    UNUSED(state);
    struct error err;
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_null(json_parse(NULL, bytes_of("[\n x"), name, &err));
    assert_true(text_ends(err.where, "n:2:2"));
}

/* --- documents --- */

static void every_node_of_a_document_has_its_place(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    struct json_document document;
    const char *text = "// a story\n"
                       "{\n"
                       "  \"id\": \"é\", /* ö */ \"two\": 2,\n"
                       "  \"steps\": [\n"
                       "    {\"do\": [true]}, // first\n"
                       "    {\"do\": {}}\n"
                       "  ]\n"
                       "}\n";
    assert_true(json_read(arena, bytes_of(text), "story.json", &document, &err));
    static const struct {
        const char *pointer, *where;
    } rows[] = {
        {"", "story.json:2:1"},
        {"/id", "story.json:3:3"},
        {"/two", "story.json:3:22"},
        {"/steps", "story.json:4:3"},
        {"/steps/0", "story.json:5:5"},
        {"/steps/0/do", "story.json:5:6"},
        {"/steps/0/do/0", "story.json:5:13"},
        {"/steps/1", "story.json:6:5"},
        {"/steps/1/do", "story.json:6:6"},
    };
    assert_int_equal(document.count, ARRAY_LEN(rows));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(json_where(arena, &document, json_pointer(document.root, rows[i].pointer)), rows[i].where);
    assert_string_equal(json_where(arena, &document, NULL), "story.json");
    assert_string_equal(json_where(arena, &document, json_object(arena)), "story.json");
    assert_false(json_read(arena, bytes_of("{\"a\": /* x */ }"), "story.json", &document, &err));
    assert_string_equal(err.where, "story.json:1:15");
}

/* --- building --- */

static void members_are_set_in_place(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *object = parse(arena, "{\"a\":1,\"b\":2,\"c\":3}");
    json_set_text(object, "b", "two");
    json_set_integer(object, "a", INT64_C(9007199254740991));
    json_set_bool(object, "c", false);
    json_set_null(object, "d");
    assert_json(arena, object, "{\"a\":9007199254740991,\"b\":\"two\",\"c\":false,\"d\":null}");
    json_set_number(object, "d", 0.25);
    json_set_text(json_set_object(object, "b"), "x", "y");
    json_push_integer(json_set_array(object, "a"), 1);
    json_set_text(object, "c", NULL);
    assert_json(arena, object, "{\"a\":[1],\"b\":{\"x\":\"y\"},\"d\":0.25}");
    json_set_copy(object, "b", json_pointer(object, "/b/x")); /* a part of what it replaces */
    json_set_copy(object, "d", NULL);
    json_set_copy(object, "absent", NULL);
    json_remove(object, "absent");
    assert_json(arena, object, "{\"a\":[1],\"b\":\"y\"}");
    json_remove(object, "a");
    json_remove(object, "b");
    assert_json(arena, object, "{}");
    json_set_integer(object, "again", 1);
    assert_json(arena, object, "{\"again\":1}");
    json_set_text(json_set_object(object, json_key(json_first(object))), "x", "y"); /* the name goes with what is replaced */
    assert_json(arena, object, "{\"again\":{\"x\":\"y\"}}");
    json_push_integer(json_set_array(object, json_key(json_first(object))), 1);
    assert_json(arena, object, "{\"again\":[1]}");
}

static void the_only_first_and_last_child_can_be_replaced(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *array = parse(arena, "[1]");
    json_replace_node(array, json_edit_first(array), json_new_text(NULL, "a"));
    json_push_text(array, "b");
    json_push_text(array, "c");
    json_replace_node(array, json_edit_first(array), json_new_bool(NULL, true));
    json_replace_node(array, json_edit_next(json_edit_next(json_edit_first(array))), json_new_null(NULL));
    json_push_text(array, "d");
    assert_json(arena, array, "[true,\"b\",null,\"d\"]");
    json_remove_node(array, json_edit_next(json_edit_next(json_edit_next(json_edit_first(array)))));
    json_remove_node(array, json_edit_first(array));
    json_push_integer(array, -5);
    assert_json(arena, array, "[\"b\",null,-5]");
    json *object = parse(arena, "{\"k\":1,\"l\":2}");
    json_replace_node(object, json_edit(object, "k"), json_array(NULL));
    assert_json(arena, object, "{\"k\":[],\"l\":2}");
}

static void arrays_grow_at_the_end(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *array = json_array(arena);
    json_set_integer(json_push_object(array), "a", 1);
    json_push_text(json_push_array(array), "x");
    json_push_copy(array, json_first(array));
    json_push(array, json_new_null(NULL));
    assert_json(arena, array, "[{\"a\":1},[\"x\"],{\"a\":1},null]");
}

static void copies_stand_alone(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *object = parse(arena, "{\"a\":{\"b\":[1]}}");
    json *copy = json_copy(arena, json_get(object, "a"));
    assert_null(json_key(copy));
    json_push_integer(json_edit(copy, "b"), 2);
    json_push_integer(json_edit_nocase(copy, "B"), 3);
    assert_json(arena, object, "{\"a\":{\"b\":[1]}}");
    assert_json(arena, copy, "{\"b\":[1,2,3]}");
    json *owned CLEANUP(json_cleanup) = json_copy(NULL, copy);
    json_free(json_copy(NULL, owned));
    assert_null(json_copy(arena, NULL));
}

static void members_are_renamed_in_place(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *object = parse(arena, "{\"a\":1,\"b\":2}");
    json_rename(json_edit(object, "a"), "displayName");
    assert_json(arena, object, "{\"displayName\":1,\"b\":2}");
}

/* What a stranger sent may be of any type; changing it as if it were an object does nothing. */
static void wrong_types_are_left_alone(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *array = parse(arena, "[1]"), *text = parse(arena, "\"x\"");
    json_set_text(array, "a", "b");
    json_set_text(text, "a", "b");
    json_push_text(text, "b");
    json_set_text(NULL, "a", "b");
    json_push_text(NULL, "b");
    assert_null(json_set_object(text, "a"));
    assert_null(json_push_object(text));
    json_remove(array, "a");
    assert_json(arena, array, "[1]");
    assert_json(arena, text, "\"x\"");
}

/* --- writing --- */

static void numbers_are_written_exactly(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-1, "-1"},
        {100000, "100000"},
        {1e15, "1000000000000000"},
        {9007199254740991.0, "9007199254740991"},
        {-9007199254740992.0, "-9007199254740992"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e21, "1e+21"},
        {1.5e-7, "1.5e-07"},
        {5e-324, "4.94065645841247e-324"},
        {9007199254740994.0, "9007199254740994.0"}, /* no integer literal beyond 2^53: our own gate refuses it */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json *object = json_object(arena);
        json_set_number(object, "n", rows[i].value);
        assert_string_equal(json_print(arena, object), arena_printf(arena, "{\"n\":%s}", rows[i].text));
        assert_true(json_number(json_get(parse(arena, json_print(arena, object)), "n")) == rows[i].value);
    }
    json *object = json_object(arena);
    json_set_number(object, "n", (double)INFINITY);
    json_set_number(object, "m", (double)NAN);
    assert_json(arena, object, "{\"n\":null,\"m\":null}");
}

static void texts_are_escaped_where_rfc_8259_demands(void **state)
{
    UNUSED(state);
    struct buffer b = buffer_new(0);
    json_write_text(&b, "a\"\\/\b\f\n\r\t\x01\x1f\x7f é");
    assert_string_equal(buffer_text(&b), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é\"");
    buffer_release(&b);
}

static void pretty_is_for_people(void **state)
{
    UNUSED(state);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json *root = parse(arena, "{\"a\":[1,{\"b\":[]}],\"c\":{}}");
    assert_string_equal(json_print_pretty(arena, root),
                        "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
    struct buffer b = buffer_new(0);
    json_write_pretty(&b, parse(arena, "[1]"), 2);
    assert_string_equal(buffer_text(&b), "[\n      1\n    ]");
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_name),
        cmocka_unit_test(types_are_told_apart),
        cmocka_unit_test(shorthands_fall_back),
        cmocka_unit_test(integers_are_exact_up_to_two_to_the_53),
        cmocka_unit_test(pointers_find_what_rfc_6901_says),
        cmocka_unit_test(equality_ignores_the_order_of_members_only),
        cmocka_unit_test(nesting_is_capped),
        cmocka_unit_test(the_size_is_capped),
        cmocka_unit_test(the_number_of_values_is_capped),
        cmocka_unit_test(a_big_object_is_searched_for_doubles),
        cmocka_unit_test(a_long_name_keeps_the_place),
        cmocka_unit_test(every_node_of_a_document_has_its_place),
        cmocka_unit_test(members_are_set_in_place),
        cmocka_unit_test(the_only_first_and_last_child_can_be_replaced),
        cmocka_unit_test(arrays_grow_at_the_end),
        cmocka_unit_test(copies_stand_alone),
        cmocka_unit_test(members_are_renamed_in_place),
        cmocka_unit_test(wrong_types_are_left_alone),
        cmocka_unit_test(numbers_are_written_exactly),
        cmocka_unit_test(texts_are_escaped_where_rfc_8259_demands),
        cmocka_unit_test(pretty_is_for_people),
    };
    return tap_run("json", tests);
}
