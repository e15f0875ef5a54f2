/* The gate's rows: tests/tables/json_gate.table says what RFC 8259 and our caps make of a text. */
#include "common/base.h"
#include "common/json.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "tests/table.h"

static struct bytes input(struct arena *arena, const struct table_case *c)
{
    const char *text = table_field(c, "text");
    return text != NULL ? arena_bytes(arena, text, strlen(text)) : table_bytes(arena, table_need(c, "bytes"));
}

static bool parse(struct arena *arena, const struct table_case *c, json **root, struct error *err)
{
    struct bytes text = input(arena, c);
    struct json_document document;
    if (table_field(c, "comments") == NULL)
        return (*root = json_parse(arena, text, "t", err)) != NULL;
    if (!json_read(arena, text, "t", &document, err))
        return false;
    *root = document.root;
    return true;
}

/* written, written-bytes: the value in compact form. error: "syntax t:1:2". says: a part of the message. */
static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct error err;
    json *root;
    if (parse(arena, c, &root, &err)) {
        const char *bytes = table_field(c, "written-bytes");
        assert_string_equal(json_print(arena, root), bytes != NULL ? table_bytes(arena, bytes).p : table_need(c, "written"));
        return;
    }
    assert_string_equal(arena_printf(arena, "%s %s", error_name(err.code), err.where), table_need(c, "error"));
    if (table_field(c, "says") != NULL && strstr(err.message, table_field(c, "says")) == NULL)
        fail_msg("the message is: %s", err.message);
}

int main(void)
{
    return tap_table("json_gate", "tests/tables/json_gate.table", row);
}
