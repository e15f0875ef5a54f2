#include "common/base.h"
#include "tests/table.h"

#include "common/json.h"
#include "simulator/dialect.h"
#include "simulator/dialect_file.h"

static const char *value_of(struct arena *arena, const struct dialect *dialect, const char *name)
{
    const struct dialect_axis *axes;
    size_t count = dialect_axes(arena, dialect, &axes);
    for (size_t i = 0; i < count; i++)
        if (text_equal(axes[i].name, name))
            return axes[i].value;
    return "no such axis";
}

static void check_axes(struct arena *arena, const struct dialect *dialect, const char *expected)
{
    const char *const *lines;
    size_t count = text_split(arena, expected, '\n', &lines);
    for (size_t i = 0; i < count; i++) {
        const char *const *words;
        assert_int_equal(text_split(arena, lines[i], ' ', &words), 2);
        assert_string_equal(value_of(arena, dialect, words[0]), words[1]);
    }
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena = arena_new();
    struct error err;
    struct json_document document;
    const struct dialect *dialect = NULL;
    char text[1100];
    const char *in = table_need(c, "in"), *wrong = table_field(c, "error"), *title = table_field(c, "title");
    bool read = json_read(arena, (struct bytes){in, strlen(in)}, "d.json", &document, &err) &&
                dialect_file_read(arena, &document, &dialect, &err);
    if (wrong != NULL) {
        assert_false(read);
        if (!text_glob(wrong, error_text(&err, text, sizeof text)))
            fail_msg("%s: %s", c->name, text);
    } else {
        if (!read)
            fail_msg("%s: %s", c->name, error_text(&err, text, sizeof text));
        check_axes(arena, dialect, table_need(c, "axis"));
        assert_string_equal(dialect_file(dialect), "d.json");
        assert_null(dialect_file(dialect_preset(dialect)));
        assert_true(title == NULL || strcmp(title, dialect_title(dialect)) == 0);
    }
    arena_free(arena);
}

/* --- the published schema has the axes and values of the code, and no others --- */

static bool turns(struct arena *arena, const char *axis, const char *value)
{
    struct error err;
    const struct dialect *turned;
    for (size_t i = 0; i < dialect_count; i++)
        if (dialect_with(arena, dialects[i], axis, value, &turned, &err))
            return true;
    return false;
}

static void the_schema_is_the_table(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    struct error err;
    struct bytes text;
    assert_true(file_read(arena, "docs/dialect.schema.json", MIB, &text, &err));
    const json *schema = json_parse(arena, text, "schema", &err);
    const json *axes = json_pointer(schema, "/properties/axes/properties");
    assert_true(json_count(axes) > 30);
    for (const json *axis = json_first(axes); axis != NULL; axis = json_next(axis)) {
        const json *values = json_get(axis, "enum");
        assert_true(values != NULL || turns(arena, json_key(axis), "7"));
        for (const json *value = json_first(values); value != NULL; value = json_next(value))
            if (!turns(arena, json_key(axis), json_text(value)))
                fail_msg("no dialect takes %s %s", json_key(axis), json_text(value));
    }
    for (size_t i = 0; i < dialect_count; i++) {
        const struct dialect_axis *rows;
        size_t count = dialect_axes(arena, dialects[i], &rows);
        for (size_t k = 0; k < count; k++)
            if (turns(arena, rows[k].name, rows[k].value) && json_get(axes, rows[k].name) == NULL)
                fail_msg("the schema lacks %s", rows[k].name);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_schema_is_the_table)};
    int failed = tap_run("dialect schema", tests);
    return failed + tap_table("dialect file", "tests/tables/dialect_file.table", row);
}
