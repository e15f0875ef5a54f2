#include "common/base.h"

#include "reference-server/model/audit_filter.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

/* `"member":"value"`; NULL: in every line. */
static const char *piece(struct arena *arena, const char *member, const char *value, bool prefix)
{
    struct buffer b = buffer_new(0);
    if (value == NULL)
        return "{";
    buffer_printf(&b, "\"%s\":", member);
    json_write_text(&b, value);
    char *text = buffer_take(&b, arena);
    if (prefix)
        text[strlen(text) - 1] = '\0'; /* without the closing quote */
    return text;
}

struct audit_filter audit_filter_new(struct arena *arena, const struct audit_wish *wish)
{
    return (struct audit_filter){
        .actor = piece(arena, "actor", wish->actor, false),
        .action = piece(arena, "action", wish->action, true),
        .id = piece(arena, "id", wish->target, false),
        .name = piece(arena, "name", wish->target, false),
        .from = wish->from == NULL ? "" : wish->from,
        .to = wish->to == NULL ? "~" : wish->to, /* behind every digit */
    };
}

bool audit_filter_passes(const struct audit_filter *filter, const char *line)
{
    const char *time = strstr(line, AUDIT_TIME);
    if (time == NULL || strstr(line, filter->actor) == NULL || strstr(line, filter->action) == NULL ||
        (strstr(line, filter->id) == NULL && strstr(line, filter->name) == NULL))
        return false;
    time += strlen(AUDIT_TIME);
    return strncmp(time, filter->from, AUDIT_TIME_LETTERS) >= 0 && strncmp(time, filter->to, AUDIT_TIME_LETTERS) < 0;
}
