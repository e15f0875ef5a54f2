/* The report of what was changed in a period, from the audit trail. */
#include "common/base.h"

#include "reference-server/report_rows.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/audit_filter.h"
#include "reference-server/trail.h"
#include "reference-server/trail_read.h"

#include <string.h>

struct change_of {
    struct exchange *x;
    json *rows;
    const json *entry, *event;
};

static void put(const struct change_of *c, const char *field, const char *old, const char *new)
{
    static const char *const of_entry[] = {"time", "sequence", "request", "actor", "action"};
    static const char *const of_event[] = {"event", "user", "user_id", "group", "resource"};
    json *row = json_push_object(c->rows);
    for (size_t i = 0; i < ARRAY_LEN(of_entry); i++)
        json_set_copy(row, of_entry[i], json_get(c->entry, of_entry[i]));
    for (size_t i = 0; i < ARRAY_LEN(of_event); i++)
        json_set_copy(row, of_event[i], json_get(c->event, of_event[i]));
    json_set_text(row, "field", field);
    json_set_text(row, "old", old);
    json_set_text(row, "new", new);
}

static void put_fields(const struct change_of *c, const char *member)
{
    const json *list = json_get(c->event, member);
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        put(c, json_get_text(n, "field", NULL), json_get_text(n, "old", NULL), json_get_text(n, "new", NULL));
}

static void put_event(const struct change_of *c)
{
    const char *event = json_get_text(c->event, "event", "");
    const char *old = json_get_text(c->event, "old_role", NULL), *new = json_get_text(c->event, "new_role", NULL);
    bool added = text_equal(json_get_text(c->event, "action", NULL), "added");
    if (strcmp(event, audit_event_name(AUDIT_USER_CREATED)) == 0)
        put(c, "account", NULL, "created");
    else if (strcmp(event, audit_event_name(AUDIT_USER_DEPROVISIONED)) == 0)
        put(c, "account", NULL, json_get_text(c->event, "reason", NULL));
    else if (strcmp(event, audit_event_name(AUDIT_PERMISSION_CHANGES)) == 0)
        put(c, json_get_text(c->event, "of", NULL), old, new);
    else if (strcmp(event, audit_event_name(AUDIT_GROUP_MEMBERSHIP)) == 0)
        put(c, "membership", added ? NULL : "member", added ? "member" : NULL);
    else if (strcmp(event, audit_event_name(AUDIT_CONFIGURATION_CHANGES)) == 0)
        put_fields(c, "changes");
    else
        put_fields(c, "changed_fields"); /* of a person or a group; others have none */
}

/* --- the period --- */

static bool read_time(struct exchange *x, const char *name, const char **out)
{
    const char *text = http_query(&x->target, name);
    int64_t ms;
    *out = NULL;
    if (text == NULL)
        return true;
    if (time_parse(text, &ms)) {
        *out = time_format(x->arena, ms);
        return true;
    }
    reply_wrong(x, 400, "invalid", "write 2026-11-22T17:45:37Z; the + of an offset is %2B in a URL",
                "%s must be a time of RFC 3339", name);
    return false;
}

static bool read_number(struct exchange *x, const char *name, uint64_t max, uint64_t *out)
{
    const char *text = http_query(&x->target, name);
    if (text == NULL || text_to_u64(text, max, out))
        return true;
    reply_wrong(x, 400, "invalid", NULL, "%s must be a whole number up to %llu", name, (unsigned long long)max);
    return false;
}

bool report_changes(struct exchange *x, json *body, json *rows)
{
    struct audit_wish wish = {0};
    struct trail_query query = {.limit = TRAIL_PAGE_MAX};
    struct trail_lines lines;
    if (!read_time(x, "from", &wish.from) || !read_time(x, "to", &wish.to) ||
        !read_number(x, "after", INT64_MAX / 2, &query.after) || !read_number(x, "limit", TRAIL_PAGE_MAX, &query.limit))
        return false;
    struct audit_filter filter = audit_filter_new(x->arena, &wish);
    query.filter = &filter;
    if (!trail_read(x, &query, &lines)) {
        reply_wrong(x, 503, "storeFailed", "look after the disk and start again", "the trail can't be read");
        return false;
    }
    for (size_t i = 0; i < lines.count; i++) {
        json *entry CLEANUP(json_cleanup) = json_parse_trusted((struct bytes){lines.items[i], strlen(lines.items[i])});
        for (const json *event = json_first(json_get(entry, "events")); event != NULL; event = json_next(event))
            put_event(&(struct change_of){x, rows, entry, event});
    }
    if (lines.next == 0)
        return true;
    json_set_integer(body, "next", (int64_t)lines.next);
    trail_link_next(x, lines.next);
    return true;
}
