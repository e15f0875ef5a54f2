/* Expressions of Entra's mappings, of one person: rows of tests/tables/entra_expressions.table. */
#include "common/base.h"

#include "common/rng.h"
#include "simulator/entra_expression.h"
#include "tests/table.h"

#define NOW_MS ((int64_t)1629913278000) /* 8/25/2021 5:41:18 PM, as in Microsoft's table of DateDiff */

static const struct {
    const char *name, *value;
} attributes[] = {{"userPrincipalName", "ada.byron@acme.test"},
                  {"givenName", "Ada"},
                  {"surname", "Byron"},
                  {"department", "Sales"},
                  {"country", "NO"},
                  {"state", "QLD"},
                  {"employeeId", "1042"},
                  {"telephoneNumber", "+91 9998887777"},
                  {"streetAddress", "545 Tremont Street"},
                  {"mailNickname", "john_doe72"},
                  {"extensionAttribute1", "20150123105347.1Z"},
                  {"extensionAttribute5", "One, Two,One"},
                  {"jobTitle", NULL},
                  {"mail", NULL},
                  {"appRoleAssignments", NULL}};

static struct value attribute(const void *context, const char *name)
{
    static const char *const roles[] = {"Admin", "User"};
    UNUSED(context);
    if (text_equal(name, "appRoleAssignments"))
        return (struct value){.kind = VALUE_LIST, .items = roles, .count = 2};
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
        if (text_equal(attributes[i].name, name) && attributes[i].value != NULL)
            return (struct value){.kind = VALUE_TEXT, .text = attributes[i].value};
    return (struct value){0};
}

/* Text in quotes; a list in brackets. */
static const char *shown(struct arena *arena, const struct value *value)
{
    struct buffer out = buffer_new(0);
    if (value->kind == VALUE_LIST) {
        for (size_t i = 0; i < value->count; i++)
            buffer_printf(&out, "%s\"%s\"", i == 0 ? "[" : ", ", value->items[i]);
        buffer_add_char(&out, ']');
    } else {
        const char *text = value_text(arena, value);
        buffer_printf(&out, text == NULL ? "%s" : "\"%s\"", text != NULL ? text : value->ignored ? "ignored" : "nothing");
    }
    return buffer_take(&out, arena);
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena = arena_new();
    struct rng rng = rng_new(7);
    const struct expression_source source = {attribute, NULL, &rng, NOW_MS};
    const struct expression *expression = NULL;
    const char *names[ARRAY_LEN(attributes)], *wrong = table_field(c, "error"), *like = table_field(c, "like");
    struct error err = {0};
    char text[1100];
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
        names[i] = attributes[i].name;
    bool read = expression_read(arena, table_need(c, "in"), names, ARRAY_LEN(names), &expression, &err);
    if (wrong != NULL) {
        assert_false(read);
        if (!text_glob(wrong, error_text(&err, text, sizeof text)))
            fail_msg("%s: %s", c->name, text);
    } else {
        if (!read)
            fail_msg("%s: %s", c->name, error_text(&err, text, sizeof text));
        struct value value = expression_value(arena, expression, &source);
        if (like != NULL)
            assert_true(text_glob(like, shown(arena, &value)));
        else
            assert_string_equal(shown(arena, &value), table_need(c, "out"));
    }
    arena_free(arena);
}

static const struct expression *parsed(struct arena *arena, const char *text)
{
    static const char *const names[] = {"appRoleAssignments", "mail"};
    const struct expression *expression = NULL;
    struct error err;
    assert_true(expression_read(arena, text, names, ARRAY_LEN(names), &expression, &err));
    return expression;
}

static void what_an_expression_is(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    assert_true(expression_is(parsed(arena, "AppRoleAssignmentsComplex([appRoleAssignments])"), "AppRoleAssignmentsComplex",
                              "appRoleAssignments"));
    assert_false(
        expression_is(parsed(arena, "ToLower([appRoleAssignments])"), "AppRoleAssignmentsComplex", "appRoleAssignments"));
    assert_true(expression_draws(parsed(arena, "Append(\"x\", IIF(\"a\"=\"a\", Guid(), \"\"))")));
    assert_false(expression_draws(parsed(arena, "Append(\"x\", Now())")));
    assert_true(expression_lists(parsed(arena, "Split([mail], \"@\")")));
    assert_false(expression_lists(parsed(arena, "Item(Split([mail], \"@\"), 1)")));
    arena_free(arena);
}

/* What doubles with every step ends at the cap instead of eating the memory. */
static void what_grows_has_no_value(void **state)
{
    UNUSED(state);
    struct arena *arena = arena_new();
    const struct expression_source source = {attribute, NULL, NULL, 0};
    const char *text = "ToLower(\"aaaaaaaaaa\")";
    for (int i = 0; i < 14; i++)
        text = arena_printf(arena, "Replace(%s, \"a\", , , \"aaaa\", , )", text);
    struct value value = expression_value(arena, parsed(arena, text), &source);
    assert_int_equal(value.kind, VALUE_NONE);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_an_expression_is), cmocka_unit_test(what_grows_has_no_value)};
    int failed = tap_run("expressions", tests);
    return failed + tap_table("entra expressions", "tests/tables/entra_expressions.table", row);
}
