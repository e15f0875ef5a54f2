/* The admin's actions: tests/tables/access_actions.table. A row: requests, one JSON object a line, each with what is expected behind " -> ": the result
 * as JSON, or "code pointer" of a refusal, which must leave the state as it was. */
#include "common/base.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization_document.h"
#include "reference-server/model/organization_snapshot.h"
#include "tests/table.h"
#include "tests/unit/reference-server/model_random.h"

#include <stdio.h>
#include <string.h>

static int64_t now_ms = 1795369537000; /* 2026-11-22T17:45:37Z */

static json *parse(struct arena *arena, const char *text)
{
    struct error err;
    json *value = json_parse(arena, (struct bytes){text, strlen(text)}, "table", &err);
    if (value == NULL) {
        fail_msg("%s: %s in %s", err.where, err.message, text);
    }
    return value;
}

/* ada, the group Eng with her in it, the workspace Sales with the invite-only folder Pricing. */
static struct organization *setup(struct arena *arena)
{
    static const char document[] =
        "{\"name\": \"Acme\", \"domains\": [\"acme.test\"], \"scimToken\": \"first\", \"accounts\": {\"ada@acme.test\": {}},"
        " \"workspaces\": {\"Sales\": {\"folders\": {\"Pricing\": {\"teamAccess\": \"invite-only\"}}}}}";
    struct organization *organization;
    char token[ORGANIZATION_DOCUMENT_TOKEN];
    counter = 0;
    assert_true(organization_document_read(parse(arena, document), NULL, clock_fixed(&now_ms),
                                           (struct model_random){next_id, next_token, NULL}, &organization, token, NULL));
    json *resource = json_object(arena);
    json_set_text(resource, "displayName", "Eng");
    const char *ids[] = {account_by_user_name(organization, "ada@acme.test")->id};
    struct group *group;
    assert_true(group_create(organization, resource, ids, 1, &group, NULL));
    counter = 100;
    return organization;
}

static void play(struct arena *arena, struct organization *organization, const char *line)
{
    const char *arrow = strstr(line, " -> ");
    if (arrow == NULL) {
        fail_msg("no expectation in %s", line);
        return;
    }
    struct model_failure failure;
    json *result = json_object(arena);
    const char *before = json_print(arena, organization_snapshot(arena, organization));
    bool done = actions_run(organization, parse(arena, arena_strndup(arena, line, (size_t)(arrow - line))), result, &failure);
    const char *seen = done ? json_print(arena, result) : arena_printf(arena, "%s %s", failure.code, failure.pointer);
    if (!text_equal(seen, arrow + 4)) {
        fail_msg("%s\nfound %s %s", line, seen, done ? "" : failure.message);
    }
    if (!done) {
        assert_string_equal(before, json_print(arena, organization_snapshot(arena, organization)));
    }
}

static void row(void **state)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct organization *organization = setup(arena);
    const char *const *lines;
    size_t count = text_split(arena, table_need(*state, "requests"), '\n', &lines);
    for (size_t i = 0; i < count; i++) {
        play(arena, organization, lines[i]);
    }
    organization_free(organization);
}

int main(void)
{
    return tap_table("actions", "tests/tables/access_actions.table", row);
}
