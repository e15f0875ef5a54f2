/* The trail for readers: pages, filters, JSON Lines and CSV. */
#include "common/base.h"

#include "reference-server/trail.h"

#include "common/clock.h"
#include "common/csv.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/audit_filter.h"
#include "reference-server/model/audit_logs.h"
#include "reference-server/model/organization.h"
#include "reference-server/state.h"
#include "reference-server/trail_read.h"

#include <string.h>

enum format { FORMAT_JSON_LINES, FORMAT_CSV, FORMAT_AUDIT_LOGS };

struct question {
    uint64_t after, limit;
    enum format format;
    struct audit_wish wish;
};

/* --- the question --- */

static bool read_number(struct exchange *x, const char *name, const char *text, uint64_t max, uint64_t *out)
{
    if (text_to_u64(text, max, out))
        return true;
    reply_wrong(x, 400, "invalid", NULL, "%s must be a whole number up to %llu", name, (unsigned long long)max);
    return false;
}

static bool read_after(struct exchange *x, const char *text, struct question *out)
{
    return read_number(x, "after", text, INT64_MAX / 2, &out->after);
}

static bool read_limit(struct exchange *x, const char *text, struct question *out)
{
    return read_number(x, "limit", text, TRAIL_PAGE_MAX, &out->limit);
}

#define READ_TEXT(member)                                                                                                        \
    static bool read_##member(struct exchange *x, const char *text, struct question *out)                                        \
    {                                                                                                                            \
        UNUSED(x);                                                                                                               \
        out->wish.member = text;                                                                                                 \
        return true;                                                                                                             \
    }
READ_TEXT(actor)
READ_TEXT(action)
READ_TEXT(target)
READ_TEXT(resource)

/* A name that nothing has would answer with nothing, and look like an answer. */
static bool read_word(struct exchange *x, const char *what, const char *text, const char *(*name)(enum audit_event event),
                      const char **out)
{
    const char *names[AUDIT_EVENT_COUNT];
    for (size_t i = 0; i < AUDIT_EVENT_COUNT; i++) {
        names[i] = name((enum audit_event)i);
        if (strcmp(names[i], text) == 0) {
            *out = text;
            return true;
        }
    }
    const char *near = text_nearest(text, names, AUDIT_EVENT_COUNT);
    reply_wrong(x, 400, "invalid", arena_printf(x->arena, "did you mean %s?", near == NULL ? names[0] : near),
                "there is no %s %.60s", what, text);
    return false;
}

static bool read_family(struct exchange *x, const char *text, struct question *out)
{
    return read_word(x, "family of events", text, audit_event_family, &out->wish.family);
}

static bool read_event(struct exchange *x, const char *text, struct question *out)
{
    return read_word(x, "event", text, audit_event_name, &out->wish.event);
}

/* Who is there is found by the id, whatever the name was; who is gone by either. */
static bool read_user(struct exchange *x, const char *text, struct question *out)
{
    const struct account *account = account_find(x->organization, text);
    out->wish.user = account != NULL ? account->id : text;
    out->wish.user_name = account != NULL ? NULL : text;
    return true;
}

/* As the trail writes times, so that they compare as texts. */
static bool read_time(struct exchange *x, const char *name, const char *text, const char **out)
{
    int64_t ms;
    if (time_parse(text, &ms)) {
        *out = time_format(x->arena, ms);
        return true;
    }
    reply_wrong(x, 400, "invalid", "write 2026-11-22T17:45:37Z; the + of an offset is %2B in a URL",
                "%s must be a time of RFC 3339", name);
    return false;
}

static bool read_from(struct exchange *x, const char *text, struct question *out)
{
    return read_time(x, "from", text, &out->wish.from);
}

static bool read_to(struct exchange *x, const char *text, struct question *out)
{
    return read_time(x, "to", text, &out->wish.to);
}

static bool read_format(struct exchange *x, const char *text, struct question *out)
{
    static const char *const words[] = {[FORMAT_JSON_LINES] = "jsonl", [FORMAT_CSV] = "csv", [FORMAT_AUDIT_LOGS] = "audit_logs"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            out->format = (enum format)i;
            return true;
        }
    }
    reply_wrong(x, 400, "invalid", "ask for jsonl, csv or audit_logs", "there is no such format");
    return false;
}

static const struct {
    const char *name;
    bool (*read)(struct exchange *x, const char *text, struct question *out);
} parameters[] = {{"after", read_after},   {"limit", read_limit}, {"actor", read_actor}, {"action", read_action},
                  {"target", read_target}, {"from", read_from},   {"to", read_to},       {"format", read_format},
                  {"family", read_family}, {"event", read_event}, {"user", read_user},   {"resource", read_resource}};

/* A filter with a slip in its name would answer with entries that nobody asked for: so nothing is passed over. */
static bool read_parameter(struct exchange *x, const struct http_header *given, struct question *out)
{
    const char *names[ARRAY_LEN(parameters)];
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++) {
        names[i] = parameters[i].name;
        if (strcmp(given->name, names[i]) != 0)
            continue;
        if (given->value[0] != '\0')
            return parameters[i].read(x, given->value, out);
        reply_wrong(x, 400, "invalid", "leave it out, or give it a value", "%s is empty", names[i]);
        return false;
    }
    const char *near = text_nearest(given->name, names, ARRAY_LEN(names));
    const char *remedy = near == NULL
                             ? "there are after, limit, actor, action, target, from, to, family, event, user, resource, format"
                             : arena_printf(x->arena, "did you mean %s?", near);
    reply_wrong(x, 400, "invalid", remedy, "the audit trail has no such parameter: %.40s", given->name);
    return false;
}

static bool read_question(struct exchange *x, struct question *out)
{
    const struct http_headers *query = &x->target.query;
    *out = (struct question){.limit = TRAIL_PAGE};
    for (size_t i = 0; i < query->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(query->items[i].name, query->items[k].name) == 0) {
                reply_wrong(x, 400, "invalid", "give each parameter once", "%.40s is there twice", query->items[i].name);
                return false;
            }
        }
        if (!read_parameter(x, &query->items[i], out))
            return false;
    }
    if (out->wish.from == NULL || out->wish.to == NULL || strcmp(out->wish.from, out->wish.to) < 0)
        return true;
    reply_wrong(x, 400, "invalid", "let `to` be later than `from`; it is not in the period itself",
                "the period has no time in it");
    return false;
}

/* --- the answer --- */

static const char *as_json_lines(const struct exchange *x, const struct trail_lines *lines)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < lines->count; i++)
        buffer_printf(&b, "%s\n", lines->items[i]);
    return buffer_take(&b, x->arena);
}

/* Each once, as they come. */
static const char *event_names(const struct exchange *x, const json *entry)
{
    struct buffer b = buffer_new(0);
    for (const json *event = json_first(json_get(entry, "events")); event != NULL; event = json_next(event)) {
        const char *name = json_get_text(event, "event", "");
        if (b.n == 0 || strstr(buffer_text(&b), name) == NULL)
            buffer_printf(&b, "%s%s", b.n == 0 ? "" : " ", name);
    }
    return buffer_take(&b, x->arena);
}

/* "title: Countess -> Engineer" of each change, and "access of ada@acme.test on Sales: none -> editor". Nothing: not said, or a secret. */
static void put_change(struct buffer *b, const char *what, const char *old, const char *new)
{
    buffer_printf(b, "%s%s: %s -> %s", b->n == 0 ? "" : "; ", what, old == NULL ? "" : old, new == NULL ? "" : new);
}

static void put_changes(struct buffer *b, const json *list)
{
    for (const json *change = json_first(list); change != NULL; change = json_next(change))
        put_change(b, json_get_text(change, "field", ""), json_get_text(change, "old", NULL), json_get_text(change, "new", NULL));
}

static const char *changes_of(const struct exchange *x, const json *entry)
{
    struct buffer b = buffer_new(0);
    for (const json *event = json_first(json_get(entry, "events")); event != NULL; event = json_next(event)) {
        const char *of = json_get_text(event, "of", NULL), *place = json_get_text(event, "resource", NULL);
        put_changes(&b, json_get(event, "changed_fields"));
        put_changes(&b, json_get(event, "changes"));
        if (of != NULL)
            put_change(&b,
                       arena_printf(x->arena, "%s of %s%s%s", of, json_get_text(event, "user", json_get_text(event, "group", "")),
                                    place == NULL ? "" : " on ", place == NULL ? "" : place),
                       json_get_text(event, "old_role", NULL), json_get_text(event, "new_role", NULL));
    }
    return buffer_take(&b, x->arena);
}

static const char *as_csv(const struct exchange *x, const struct trail_lines *lines)
{
    static const char *const names[] = {"sequence", "time",     "actor", "action",  "target.kind", "target.id", "target.name",
                                        "status",   "previous", "hash",  "request", "events",      "changes"};
    struct buffer b = buffer_new(0);
    csv_line(&b, names, ARRAY_LEN(names));
    for (size_t i = 0; i < lines->count; i++) {
        json *entry = json_parse_trusted((struct bytes){lines->items[i], strlen(lines->items[i])});
        const json *target = json_get(entry, "target");
        const char *const cells[] = {
            arena_printf(x->arena, "%lld", (long long)json_get_integer(entry, "sequence", 0)),
            json_get_text(entry, "time", NULL),
            json_get_text(entry, "actor", NULL),
            json_get_text(entry, "action", NULL),
            json_get_text(target, "kind", NULL),
            json_get_text(target, "id", NULL),
            json_get_text(target, "name", NULL),
            arena_printf(x->arena, "%lld", (long long)json_get_integer(entry, "status", 0)),
            json_get_text(entry, "previous", NULL),
            json_get_text(entry, "hash", NULL),
            json_get_text(entry, "request", NULL),
            event_names(x, entry),
            changes_of(x, entry),
        };
        csv_line(&b, cells, ARRAY_LEN(cells));
        json_free(entry);
    }
    return buffer_take(&b, x->arena);
}

void trail_link_next(struct exchange *x, uint64_t next)
{
    struct buffer b = buffer_new(0);
    buffer_printf(&b, "<?after=%llu", (unsigned long long)next);
    for (size_t i = 0; i < x->target.query.count; i++) {
        const struct http_header *given = &x->target.query.items[i];
        if (strcmp(given->name, "after") != 0)
            buffer_printf(&b, "&%s=%s", given->name, http_escape_component(x->arena, given->value));
    }
    buffer_add(&b, ">; rel=\"next\"");
    reply_header(x, "Link", buffer_take(&b, x->arena));
}

static void reply_logs(struct exchange *x, const struct trail_lines *lines, const struct audit_filter *filter)
{
    json *body = audit_logs(x->arena, lines->items, lines->count, filter);
    if (lines->next != 0)
        json_set_integer(body, "next", (int64_t)lines->next);
    reply_json(x, 200, body);
}

void trail_show(struct exchange *x)
{
    struct question question;
    struct trail_lines lines;
    if (!read_question(x, &question))
        return;
    struct audit_filter filter = audit_filter_new(x->arena, &question.wish);
    const struct trail_query query = {.after = question.after, .limit = question.limit, .filter = &filter};
    if (!trail_read(x, &query, &lines)) {
        reply_wrong(x, 503, "storeFailed", "look after the disk and start again", "the trail can't be read");
        return;
    }
    switch (question.format) {
    case FORMAT_JSON_LINES:
        reply_text(x, "application/x-ndjson", as_json_lines(x, &lines));
        break;
    case FORMAT_CSV:
        reply_text(x, "text/csv; charset=utf-8; header=present", as_csv(x, &lines));
        break;
    case FORMAT_AUDIT_LOGS:
        reply_logs(x, &lines, &filter);
        break;
    }
    if (lines.next != 0)
        trail_link_next(x, lines.next);
}
