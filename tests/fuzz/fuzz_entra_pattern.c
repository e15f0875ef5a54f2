/* Three lines as Replace of Entra's expressions meets them: a pattern, a text, a replacement. The pattern is refused with a reason, or what comes out
 * is no value or valid UTF-8 within the cap, the same when asked again; of the whole match, and of each of its groups. */
#include "common/base.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/entra_functions.h"
#include "simulator/entra_pattern.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 300 /* bytes: what matters is the pattern */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct value text_value(const char *text)
{
    return text == NULL ? (struct value){0} : (struct value){.kind = VALUE_TEXT, .text = text};
}

static const char *replaced(struct arena *arena, const struct pattern *pattern, const char *text, const char *group,
                            const char *by)
{
    /* source, oldValue, regexPattern, regexGroupName, replacementValue, replacementAttributeName, template */
    const struct value arguments[7] = {
        text_value(by == NULL ? NULL : text), {0}, text_value("x"), text_value(group), text_value(by), text_value(text), {0}};
    const struct call call = {.arena = arena, .arguments = arguments, .count = 7, .pattern = pattern};
    const struct value value = function_replace(&call);
    return value_text(arena, &value);
}

static void check(struct arena *arena, const struct pattern *pattern, const char *text, const char *group, const char *by)
{
    const char *out = replaced(arena, pattern, text, group, by);
    if (out != NULL && (!text_is_utf8(out, strlen(out)) || strlen(out) > EXPRESSION_MAX_RESULT))
        abort();
    if (!text_equal(out, replaced(arena, pattern, text, group, by)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const groups[] = {"1", "2", "9", "a"};
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const struct pattern *pattern = NULL;
    struct error err = {0};
    const char *const *lines = NULL;
    if (!text_is_utf8((const char *)data, size) ||
        text_split(arena, arena_strndup(arena, (const char *)data, size), '\n', &lines) < 3 || strlen(lines[1]) > TEXT_MAX)
        return 0;
    if (!pattern_read(arena, lines[0], &pattern, &err)) {
        if (text_is_blank(err.message) || text_is_blank(err.remedy) || (err.code != ERROR_INVALID && err.code != ERROR_LIMIT))
            abort();
        return 0;
    }
    check(arena, pattern, lines[1], NULL, lines[2]);
    check(arena, pattern, lines[1], NULL, NULL);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        if (pattern_has_group(pattern, groups[i])) {
            check(arena, pattern, lines[1], groups[i], lines[2]);
            check(arena, pattern, lines[1], groups[i], NULL);
        }
    return 0;
}
