/* Protocol rules about lists that are walked by cursor (RFC 9865 §2). What a single reply can tell; walks are for scenarios. */
#include "common/base.h"

#include "runner/protocol_lint.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/matcher.h"

#include <ctype.h>
#include <string.h>

/* RFC 3986 §2.3 */
static bool unreserved(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (!isalnum((unsigned char)*p) && strchr("-._~", *p) == NULL)
            return false;
    return *text != '\0';
}

/* The member that the row names; absent is fine, and so is null, which is the same (RFC 7643 §2.5). */
bool lint_cursor_letters(struct lint_at *at)
{
    const json *cursor = json_get(at->body, at->argument);
    if (cursor == NULL || json_is(cursor, JSON_NULL))
        return true;
    const char *text = json_text(cursor);
    return (text != NULL && unreserved(text)) ||
           lint_fails(at, "text of letters, digits and -._~", matcher_show(at->arena, cursor));
}

static bool present(const struct lint_at *at, const char *member)
{
    return json_is(json_get(at->body, member), JSON_STRING);
}

/* An empty cursor, or none, asks for the first page. */
static bool first_page(const struct lint_at *at)
{
    const char *cursor = http_query(&at->target, "cursor"), *start = http_query(&at->target, "startIndex");
    return text_equal(at->request->method, "GET") && start == NULL && text_is_blank(cursor);
}

bool lint_cursor_first(struct lint_at *at)
{
    return !first_page(at) || !present(at, "previousCursor") ||
           lint_fails(at, "no previousCursor on the first page", matcher_show(at->arena, json_get(at->body, "previousCursor")));
}

/* On the first page of a walk the total says whether there is more. A cursor that leads to an empty page is allowed. */
bool lint_cursor_next(struct lint_at *at)
{
    int64_t total;
    const json *list = json_get(at->body, "Resources");
    size_t returned = json_is(list, JSON_ARRAY) ? json_count(list) : 0;
    bool walk = first_page(at) && http_query(&at->target, "cursor") != NULL && returned > 0;
    if (!walk || !json_integer(json_get(at->body, "totalResults"), &total) || total < (int64_t)returned)
        return true;
    return total == (int64_t)returned || present(at, "nextCursor") ||
           lint_fails(at, arena_printf(at->arena, "a nextCursor: %zu of %lld are here", returned, (long long)total),
                      "no nextCursor");
}
