/* Organization documents: tests/tables/access_setup.table, and the access document that answers. */
#include "common/base.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/model/organization_settings.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/model/token.h"
#include "tests/table.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <string.h>

static int64_t now_ms = 1795369537000; /* 2026-11-22T17:45:37Z */

static const json *parse(struct arena *arena, const char *text)
{
    struct error err;
    const json *value = json_parse(arena, (struct bytes){text, strlen(text)}, "document", &err);
    if (value == NULL) {
        fail_msg("%s: %s", err.where, err.message);
    }
    return value;
}

/* document, then either pointer (refused there) or some of: access, id, token, set + pointer. */
static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct organization *organization = NULL;
    struct model_failure failure = {.code = ""};
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    counter = 0;
    bool read =
        organization_document_read(parse(arena, table_need(c, "document")), table_field(c, "given-id"), clock_fixed(&now_ms),
                                   (struct model_random){next_id, next_token, NULL}, &organization, token, &failure);
    const char *set = table_field(c, "set"), *pointer = table_field(c, "pointer");
    if (read && set != NULL) {
        const char *before = json_print(arena, organization_snapshot(arena, organization));
        read = organization_settings_set(organization, parse(arena, set), &failure);
        if (!read) {
            assert_string_equal(before, json_print(arena, organization_snapshot(arena, organization)));
        }
    }
    if (read != (pointer == NULL)) {
        fail_msg("line %u: %s: %s", c->line, failure.pointer, failure.message);
    }
    if (pointer != NULL) {
        assert_string_equal(failure.pointer, pointer);
        assert_string_equal(failure.code, table_field(c, "code") == NULL ? "invalid" : table_need(c, "code"));
    }
    if (table_field(c, "id") != NULL) {
        assert_string_equal(organization->id, table_need(c, "id"));
    }
    if (table_field(c, "token") != NULL) {
        assert_string_equal(token, table_need(c, "token"));
        assert_true(token_valid(organization, token));
    }
    if (table_field(c, "access") != NULL) {
        const json *wanted = parse(arena, table_need(c, "access"));
        const char *seen = json_print(arena, access_document(arena, organization));
        if (!text_equal(seen, json_print(arena, wanted))) {
            fail_msg("expected\n%s\nfound\n%s", json_print(arena, wanted), seen);
        }
    }
    organization_free(organization);
}

int main(void)
{
    return tap_table("organization document", "tests/tables/access_setup.table", row) |
           tap_table("policy blocks", "tests/tables/organization_policies.table", row);
}
