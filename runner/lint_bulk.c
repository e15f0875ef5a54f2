/* Protocol rules about the reply to POST /Bulk (RFC 7644 §3.7). */
#include "common/base.h"

#include "runner/protocol_lint.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/matcher.h"

#define URN_BULK "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

static const json *first_result(const struct lint_at *at)
{
    const json *list = json_get(at->body, "Operations");
    return json_is(list, JSON_ARRAY) ? json_first(list) : NULL;
}

static const char *where(const struct lint_at *at, size_t index, const char *what)
{
    return arena_printf(at->arena, "Operations[%zu]: %s", index, what);
}

bool lint_bulk_schema(struct lint_at *at)
{
    for (const json *n = json_first(json_get(at->body, "schemas")); n != NULL; n = json_next(n))
        if (text_equal_nocase(json_text(n), URN_BULK))
            return true;
    return lint_fails(at, "schemas: [\"" URN_BULK "\"]", matcher_show(at->arena, json_get(at->body, "schemas")));
}

bool lint_bulk_operations(struct lint_at *at)
{
    const json *list = json_get(at->body, "Operations");
    return json_is(list, JSON_ARRAY) || lint_fails(at, "an array Operations", matcher_show(at->arena, list));
}

bool lint_bulk_no_limit(struct lint_at *at)
{
    const json *limit = json_get(at->body, "failOnErrors");
    return limit == NULL || lint_fails(at, "no failOnErrors", matcher_show(at->arena, limit));
}

/* The examples of §3.7.2 still have an object with a code. */
static const char *code_of(const json *result)
{
    const json *status = json_get(result, "status");
    return json_is(status, JSON_OBJECT) ? json_get_text(status, "code", NULL) : json_text(status);
}

bool lint_bulk_status(struct lint_at *at)
{
    size_t i = 0;
    for (const json *n = first_result(at); n != NULL; n = json_next(n), i++)
        if (code_of(n) == NULL)
            return lint_fails(at, where(at, i, "a text status"), matcher_show(at->arena, json_get(n, "status")));
    return true;
}

bool lint_bulk_status_text(struct lint_at *at)
{
    size_t i = 0;
    for (const json *n = first_result(at); n != NULL; n = json_next(n), i++)
        if (json_is(json_get(n, "status"), JSON_OBJECT))
            return lint_fails(at, where(at, i, "a text status"), matcher_show(at->arena, json_get(n, "status")));
    return true;
}

static bool is_good(const json *result)
{
    return code_of(result) != NULL && code_of(result)[0] == '2';
}

bool lint_bulk_location(struct lint_at *at)
{
    size_t i = 0;
    for (const json *n = first_result(at); n != NULL; n = json_next(n), i++) {
        bool may_lack = !is_good(n); /* whose path could not be read has none either */
        if (!may_lack && json_text(json_get(n, "location")) == NULL)
            return lint_fails(at, where(at, i, "a location"), matcher_show(at->arena, json_get(n, "location")));
    }
    return true;
}

bool lint_bulk_error(struct lint_at *at)
{
    size_t i = 0;
    for (const json *n = first_result(at); n != NULL; n = json_next(n), i++)
        if (code_of(n) != NULL && !is_good(n) && !json_is(json_get(n, "response"), JSON_OBJECT))
            return lint_fails(at, where(at, i, "the error as response"), matcher_show(at->arena, json_get(n, "response")));
    return true;
}
