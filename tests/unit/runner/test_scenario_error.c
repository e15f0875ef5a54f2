/* Complaints about scenario files by tests/tables/scenario_error.table. */
#include "common/base.h"

#include "runner/scenario.h"
#include "tests/table.h"

static const struct {
    const char *field, *format, *fine;
} parts[] = {
    {"head", "{%s,\n", "\"id\": \"a.b\", \"title\": \"T\", \"why\": \"W\", \"covers\": [\"K01\"], \"tags\": [\"must\"]"},
    {"idp", "\"idp\": %s,\n", "[\"okta-aiw\", \"entra\"]"},
    {"organization", "\"organization\": %s,\n", "{\"workspaces\": {\"Roadmap\": {}}}"},
    {"directory", "\"directory\": %s,\n",
     "{\"users\": {\"ada\": {\"email\": \"ada@acme.test\"}, \"bob\": {\"email\": \"bob@acme.test\"}}, \"groups\": {\"eng\": "
     "{\"name\": \"E\"}}}"},
    {"steps", "\"steps\": %s}\n", "[{\"test-connection\": true}]"},
};

static const char *replace(struct arena *arena, const char *format, const char *value)
{
    const char *hole = strstr(format, "%s");
    return arena_printf(arena, "%.*s%s%s", (int)(hole - format), format, value, hole + 2);
}

static const char *file_of(struct arena *arena, const struct table_case *c)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *value = table_field(c, parts[i].field);
        buffer_add(&b, replace(arena, parts[i].format, value != NULL ? value : parts[i].fine));
    }
    return buffer_take(&b, arena);
}

/* Every complaint of the table is there, and no other. */
static void compare(struct arena *arena, const struct complaints *got, const char *wanted)
{
    const char *const *lines;
    size_t count = wanted == NULL ? 0 : text_split(arena, wanted, '\n', &lines);
    struct buffer all = buffer_new(0);
    char text[1200];
    for (size_t i = 0; i < got->count; i++)
        buffer_printf(&all, "%s\n", error_text(&got->items[i], text, sizeof text));
    const char *said = buffer_take(&all, arena);
    for (size_t i = 0; i < count; i++)
        if (strstr(said, lines[i]) == NULL)
            fail_msg("no complaint \"%s\" among:\n%s", lines[i], said);
    if (got->count != count)
        fail_msg("%zu complaints, not %zu:\n%s", got->count, count, said);
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *text = file_of(arena, c);
    struct complaints *complaints = arena_alloc(arena, sizeof *complaints);
    struct scenario *scenario = NULL;
    bool fine = scenario_load(arena, (struct bytes){text, strlen(text)}, "t.json", &scenario, complaints);
    compare(arena, complaints, table_field(c, "complaints"));
    assert_int_equal(fine, complaints->count == 0);
    assert_int_equal(fine, scenario != NULL);
    for (size_t i = 0; i < complaints->count; i++)
        if (!text_starts(complaints->items[i].where, "t.json:"))
            fail_msg("a complaint without its place: %s", complaints->items[i].message);
}

int main(void)
{
    return tap_table("scenario errors", "tests/tables/scenario_error.table", row);
}
