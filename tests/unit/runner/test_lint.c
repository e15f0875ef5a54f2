/* Protocol rules by tests/tables/lint.table. */
#include "common/base.h"

#include "runner/protocol_lint.h"
#include "tests/table.h"

#define BASE "http://t/scim/v2"

static void report(void *context, const struct lint_rule *rule, const struct lint_at *at)
{
    assert_non_null(at->expected);
    assert_non_null(at->actual);
    struct buffer *found = context;
    buffer_printf(found, "%s%s %s", found->n == 0 ? "" : "\n", rule->requirement, rule->level == LEVEL_MUST ? "must" : "should");
}

static void add_headers(struct arena *arena, struct http_headers *headers, const char *text)
{
    const char *const *lines;
    size_t n = text_split(arena, text, '\n', &lines);
    for (size_t i = 0; i < n; i++) {
        const char *colon = strstr(lines[i], ": ");
        assert_non_null(colon);
        http_add_header(arena, headers, arena_strndup(arena, lines[i], (size_t)(colon - lines[i])), colon + 2);
    }
}

static void row(void **state)
{
    const struct table_case *c = *state;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *request_line = table_need(c, "request"), *blank = strchr(request_line, ' '), *body = table_field(c, "body");
    assert_non_null(blank);
    struct http_request request = {.method = arena_strndup(arena, request_line, (size_t)(blank - request_line)),
                                   .target = blank + 1};
    struct http_response response = {.status = atoi(table_need(c, "status"))};
    if (table_field(c, "headers") != NULL)
        add_headers(arena, &response.headers, table_need(c, "headers"));
    if (body != NULL)
        response.body = (struct bytes){body, strlen(body)};
    const json *parsed = body == NULL ? NULL : json_parse(arena, response.body, "reply", NULL);
    struct buffer found = buffer_new(4000);
    protocol_lint(arena, BASE, &request, &response, parsed, report, &found);
    assert_string_equal(buffer_take(&found, arena), table_field(c, "found") == NULL ? "" : table_need(c, "found"));
}

int main(void)
{
    return tap_table("protocol lint", "tests/tables/lint.table", row);
}
