#include "common/base.h"

#include "reference-server/outbox.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"

#include "reference-server/exchange.h"
#include "reference-server/model/notification.h"
#include "reference-server/model/organization.h"

#include <string.h>

struct question {
    uint64_t after, limit;
    const char *kind, *to, *about; /* NULL: any */
};

/* --- the question --- */

static bool read_number(struct exchange *x, const struct http_header *given, uint64_t max, uint64_t *out)
{
    if (text_to_u64(given->value, max, out)) {
        return true;
    }
    reply_wrong(x, 400, "invalid", NULL, "%s must be a whole number up to %llu", given->name, (unsigned long long)max);
    return false;
}

static bool read_kind(struct exchange *x, const char *word, struct question *out)
{
    enum notification_kind kind;
    out->kind = word;
    if (notification_kind_read(word, &kind)) {
        return true;
    }
    reply_wrong(x, 400, "invalid", arena_printf(x->arena, "there are %s", notification_kind_words()),
                "there is no kind of notification \"%.40s\"", word);
    return false;
}

static bool read_parameter(struct exchange *x, const struct http_header *given, struct question *out)
{
    static const char *const names[] = {"after", "limit", "kind", "to", "about"};
    size_t which = 0;
    while (which < ARRAY_LEN(names) && strcmp(given->name, names[which]) != 0) {
        which++;
    }
    switch (which) {
    case 0:
        return read_number(x, given, INT64_MAX, &out->after);
    case 1:
        return read_number(x, given, OUTBOX_PAGE_MAX, &out->limit);
    case 2:
        return read_kind(x, given->value, out);
    case 3:
        out->to = given->value;
        return true;
    case 4:
        out->about = given->value;
        return true;
    default:
        reply_wrong(x, 400, "invalid", "there are after, limit, kind, to, about", "notifications have no such parameter: %.40s",
                    given->name);
        return false;
    }
}

static bool read_question(struct exchange *x, struct question *out)
{
    const struct http_headers *query = &x->target.query;
    *out = (struct question){.limit = OUTBOX_PAGE};
    for (size_t i = 0; i < query->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(query->items[i].name, query->items[k].name) == 0) {
                reply_wrong(x, 400, "invalid", "give each parameter once", "%.40s is there twice", query->items[i].name);
                return false;
            }
        }
        if (!read_parameter(x, &query->items[i], out)) {
            return false;
        }
    }
    if (out->limit == 0) {
        reply_wrong(x, 400, "invalid", NULL, "limit must be at least 1");
        return false;
    }
    return true;
}

/* --- the answer --- */

static bool is_person(const char *wanted, const char *id, const char *name)
{
    return wanted == NULL || (id != NULL && strcmp(wanted, id) == 0) || (name != NULL && unicode_equal_fold(wanted, name));
}

static bool is_wanted(const struct question *question, const struct notification *n)
{
    return n->sequence > question->after &&
           (question->kind == NULL || strcmp(question->kind, notification_kind_word(n->kind)) == 0) &&
           is_person(question->to, n->to, n->to_name) && is_person(question->about, n->about, n->about_name);
}

static void show(struct arena *arena, json *out, const struct notification *n)
{
    json_set_integer(out, "sequence", (int64_t)n->sequence);
    json_set_text(out, "time", time_format(arena, n->time_ms));
    json_set_text(out, "kind", notification_kind_word(n->kind));
    json_set_text(out, "to", n->to_name);
    json_set_text(out, "about", n->about_name);
    json_set_text(out, "text", n->text);
}

void outbox_show(struct exchange *x)
{
    struct question question;
    if (!read_question(x, &question)) {
        return;
    }
    json *body = json_object(x->arena), *list = json_set_array(body, "notifications");
    const struct notification *n;
    uint64_t count = 0, last = question.after;
    for (size_t i = 0; (n = notification_at(x->organization, &i)) != NULL;) {
        if (!is_wanted(&question, n)) {
            continue;
        }
        if (count++ == question.limit) {
            json_set_integer(body, "next", (int64_t)last);
            break;
        }
        show(x->arena, json_push_object(list), n);
        last = n->sequence;
    }
    reply_json(x, 200, body);
}
