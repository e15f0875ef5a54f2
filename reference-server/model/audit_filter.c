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

static const char *event_piece(struct arena *arena, const char *member, const char *value)
{
    return value == NULL ? NULL : piece(arena, member, value, false);
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
        .family = event_piece(arena, "family", wish->family),
        .event = event_piece(arena, "event", wish->event),
        .user = event_piece(arena, "user_id", wish->user),
        .user_name = event_piece(arena, "user", wish->user_name),
        .resource = event_piece(arena, "resource", wish->resource),
        .of = event_piece(arena, "of", wish->of),
        .old_role = event_piece(arena, "old_role", wish->role),
        .new_role = event_piece(arena, "new_role", wish->role),
    };
}

/* Within the first n bytes of the line. */
static bool holds(const char *line, size_t n, const char *piece)
{
    const char *found = strstr(line, piece);
    return found != NULL && (size_t)(found - line) < n;
}

/* piece NULL: any will do. */
static bool takes(const char *event, size_t n, const char *piece)
{
    return piece == NULL || holds(event, n, piece);
}

bool audit_filter_takes(const struct audit_filter *filter, const char *event, size_t n)
{
    bool anybody = filter->user == NULL && filter->user_name == NULL;
    bool about = anybody || (filter->user != NULL && holds(event, n, filter->user)) ||
                 (filter->user_name != NULL && holds(event, n, filter->user_name));
    bool role = filter->old_role == NULL || holds(event, n, filter->old_role) || holds(event, n, filter->new_role);
    return about && role && takes(event, n, filter->family) && takes(event, n, filter->event) &&
           takes(event, n, filter->resource) && takes(event, n, filter->of);
}

/* events: from the first one on; NULL: there are none */
static bool has_event(const struct audit_filter *filter, const char *events)
{
    if (filter->family == NULL && filter->event == NULL && filter->user == NULL && filter->user_name == NULL &&
        filter->resource == NULL && filter->of == NULL)
        return true;
    const char *next = NULL;
    for (const char *event = events; event != NULL; event = next) {
        next = strstr(event + 1, AUDIT_EVENT_BEGIN);
        if (audit_filter_takes(filter, event, next == NULL ? strlen(event) : (size_t)(next - event)))
            return true;
    }
    return false;
}

bool audit_filter_passes(const struct audit_filter *filter, const char *line)
{
    const char *time = strstr(line, AUDIT_TIME), *events = strstr(line, AUDIT_EVENT_BEGIN);
    size_t n = events == NULL ? strlen(line) : (size_t)(events - line);
    if (time == NULL || !holds(line, n, filter->actor) || !holds(line, n, filter->action) ||
        (!holds(line, n, filter->id) && !holds(line, n, filter->name)))
        return false;
    time += strlen(AUDIT_TIME);
    return strncmp(time, filter->from, AUDIT_TIME_LETTERS) >= 0 && strncmp(time, filter->to, AUDIT_TIME_LETTERS) < 0 &&
           has_event(filter, events);
}
