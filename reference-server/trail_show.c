/* The trail for readers: pages, filters, JSON Lines and CSV. */
#include "common/base.h"

#include "reference-server/trail.h"

#include "common/clock.h"
#include "common/csv.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_filter.h"
#include "reference-server/model/organization.h"
#include "reference-server/state.h"
#include "reference-server/store/store.h"

#include <string.h>

struct question {
    uint64_t after, limit;
    bool csv;
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

static bool read_actor(struct exchange *x, const char *text, struct question *out)
{
    UNUSED(x);
    out->wish.actor = text;
    return true;
}

static bool read_action(struct exchange *x, const char *text, struct question *out)
{
    UNUSED(x);
    out->wish.action = text;
    return true;
}

static bool read_target(struct exchange *x, const char *text, struct question *out)
{
    UNUSED(x);
    out->wish.target = text;
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
    out->csv = strcmp(text, "csv") == 0;
    if (out->csv || strcmp(text, "jsonl") == 0)
        return true;
    reply_wrong(x, 400, "invalid", "ask for jsonl or csv", "there is no such format");
    return false;
}

static const struct {
    const char *name;
    bool (*read)(struct exchange *x, const char *text, struct question *out);
} parameters[] = {{"after", read_after},   {"limit", read_limit}, {"actor", read_actor}, {"action", read_action},
                  {"target", read_target}, {"from", read_from},   {"to", read_to},       {"format", read_format}};

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
    const char *remedy = near == NULL ? "there are after, limit, actor, action, target, from, to, format"
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

struct lines {
    const char *const *items;
    size_t count;
};

static bool find_kept(const struct exchange *x, const struct question *question, const struct audit_filter *filter,
                      struct lines *out)
{
    const struct audit *audit = &x->organization->audit;
    uint64_t oldest = audit->next > AUDIT_KEPT ? audit->next - AUDIT_KEPT : 1;
    const char **items = arena_array(x->arena, question->limit, sizeof *items), *line;
    for (uint64_t i = question->after < oldest ? oldest : question->after + 1;
         out->count < question->limit && (line = audit_line(x->organization, i)) != NULL; i++)
        if (filter == NULL || audit_filter_passes(filter, line))
            items[out->count++] = line;
    out->items = items;
    return true;
}

static bool find_stored(const struct exchange *x, const struct question *question, const struct audit_filter *filter,
                        struct lines *out)
{
    const struct store_trail query = {x->organization->id, x->tenant->ticket, question->after, question->limit, filter};
    return store_read_trail(x->server->store, x->arena, &query, &out->items, &out->count);
}

static const char *as_json_lines(const struct exchange *x, const struct lines *lines)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < lines->count; i++)
        buffer_printf(&b, "%s\n", lines->items[i]);
    return buffer_take(&b, x->arena);
}

static const char *as_csv(const struct exchange *x, const struct lines *lines)
{
    static const char *const names[] = {"sequence",  "time",        "actor",  "action",   "target.kind",
                                        "target.id", "target.name", "status", "previous", "hash"};
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
        };
        csv_line(&b, cells, ARRAY_LEN(cells));
        json_free(entry);
    }
    return buffer_take(&b, x->arena);
}

void trail_show(struct exchange *x)
{
    struct question question;
    struct lines lines = {0};
    if (!read_question(x, &question))
        return;
    const struct audit_wish *w = &question.wish;
    struct audit_filter filter = audit_filter_new(x->arena, w);
    bool any = w->actor == NULL && w->action == NULL && w->target == NULL && w->from == NULL && w->to == NULL;
    if (!(store_keeps(x->server->store) ? find_stored : find_kept)(x, &question, any ? NULL : &filter, &lines)) {
        reply_wrong(x, 503, "storeFailed", "look after the disk and start again", "the trail can't be read");
        return;
    }
    if (question.csv)
        reply_text(x, "text/csv; charset=utf-8; header=present", as_csv(x, &lines));
    else
        reply_text(x, "application/x-ndjson", as_json_lines(x, &lines));
}
