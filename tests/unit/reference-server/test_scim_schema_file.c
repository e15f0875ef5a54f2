/* tests/tables/schema_files.table.
 *   file:  a schema file; a blank member list {} stands for nothing
 *   second: another one, loaded behind it
 *   error: "file:line:column", and
 *   says:  a part of the message or of the remedy; several lines: all of them
 *   types: names of all resource types, when it is accepted
 *   look:  lines "/pointer JSON": what /ResourceTypes and /Schemas then show, as {"schemas": [...], "resourceTypes": [...]}
 */
#include "tests/unit/reference-server/test_scim.h"

#include "reference-server/scim/schema_file.h"

static struct json_document read_document(struct arena *arena, const char *text, const char *name)
{
    struct json_document document;
    struct error err = {0};
    char message[1024];
    if (!json_read(arena, (struct bytes){text, strlen(text)}, name, &document, &err))
        fail_msg("%s", error_text(&err, message, sizeof message));
    return document;
}

static json *show(struct arena *arena, const struct scim_registry *registry)
{
    json *out = json_object(arena), *schemas = json_set_array(out, "schemas"), *types = json_set_array(out, "resourceTypes");
    for (size_t i = 0; i < registry->schema_count; i++)
        if (registry->schemas[i].custom)
            json_push_copy(schemas, registry->schemas[i].document);
    for (size_t i = 0; i < registry->type_count; i++)
        json_push_copy(types, registry->types[i].document);
    return out;
}

static void look(struct arena *arena, const json *shown, const char *lines)
{
    const char *const *items;
    size_t count = text_split(arena, lines, '\n', &items);
    for (size_t i = 0; i < count; i++) {
        const char *blank = strchr(items[i], ' ');
        assert_non_null(blank);
        const json *found = json_pointer(shown, arena_strndup(arena, items[i], (size_t)(blank - items[i])));
        const json *expected = test_parse(arena, blank + 1, "look");
        if (found == NULL || !json_equal(found, expected))
            fail_msg("%s\nis %s", items[i], found == NULL ? "missing" : json_print(arena, found));
    }
}

static void check_refusal(struct arena *arena, const struct table_case *c, const struct error *err)
{
    const char *const *items;
    char text[1024];
    if (table_field(c, "error") == NULL)
        fail_msg("refused: %s", error_text(err, text, sizeof text));
    assert_string_equal(err->where, table_field(c, "error"));
    size_t count = text_split(arena, table_need(c, "says"), '\n', &items);
    for (size_t i = 0; i < count; i++)
        if (strstr(error_text(err, text, sizeof text), items[i]) == NULL)
            fail_msg("%s\ndoes not say %s", text, items[i]);
    assert_true(err->remedy[0] != '\0');
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct scim_registry *registry = NULL;
    struct error err = {0};
    const char *second = table_field(c, "second");
    struct json_document files[2] = {read_document(arena, table_need(c, "file"), "file")};
    if (second != NULL)
        files[1] = read_document(arena, second, "second");
    if (!schema_file_load(arena, files, second == NULL ? 1 : 2, &registry, &err)) {
        check_refusal(arena, c, &err);
        return;
    }
    if (table_field(c, "error") != NULL)
        fail_msg("accepted, but should have been refused at %s", table_field(c, "error"));
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < registry->type_count; i++)
        buffer_printf(&b, "%s%s", i == 0 ? "" : " ", registry->types[i].name);
    assert_string_equal(buffer_take(&b, arena), table_need(c, "types"));
    if (table_field(c, "look") != NULL)
        look(arena, show(arena, registry), table_field(c, "look"));
}

int main(void)
{
    return tap_table("scim schema files", "tests/tables/schema_files.table", row);
}
