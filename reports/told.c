#include "common/base.h"
#include "reports/told.h"

#include "common/memory.h"
#include "common/text.h"
#include "reports/view.h"

#include <string.h>

#define DIGITS "0123456789"
#define WORD   DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"

static bool is_id(const char *word, size_t n, bool segment)
{
    size_t digits = 0;
    for (size_t i = 0; i < n; i++)
        digits += word[i] >= '0' && word[i] <= '9';
    return digits > 0 && (n >= TOLD_ID_MIN || (segment && digits == n));
}

static void add_without_ids(struct buffer *b, const char *message)
{
    for (const char *p = message; *p != '\0';) {
        size_t n = strspn(p, WORD);
        if (n > 0 && is_id(p, n, p > message && p[-1] == '/'))
            buffer_add_char(b, '*');
        else
            buffer_add_bytes(b, p, n);
        p += n;
        size_t other = strcspn(p, WORD);
        buffer_add_bytes(b, p, other);
        p += other;
    }
}

const char *told_key(struct arena *arena, const struct case_result *result, const struct finding *finding)
{
    if (finding->class == FINDING_ACCESS)
        return NULL;
    const char *rule = view_or(finding->rule, "?");
    struct buffer b = buffer_new(0);
    buffer_printf(&b, "%s\n%s\n%s\n", finding_class_name(finding->class), rule,
                  text_starts(rule, "expect.") ? view_or(result->id, "?") : "");
    add_without_ids(&b, view_or(finding->message, ""));
    return buffer_take(&b, arena);
}
