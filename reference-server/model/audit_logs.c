#include "common/base.h"

#include "reference-server/model/audit_logs.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/audit_filter.h"

#include <string.h>

/* Every name there is, so that a reader finds its place whatever has happened. */
static json *new_document(struct arena *arena)
{
    json *out = json_object(arena), *logs = json_set_object(out, "audit_logs");
    for (size_t i = 0; i < AUDIT_EVENT_COUNT; i++) {
        const char *name = audit_event_family((enum audit_event)i);
        json *family = json_edit(logs, name);
        family = family == NULL ? json_set_object(logs, name) : family;
        json_set_array(family, audit_event_name((enum audit_event)i));
    }
    return out;
}

/* What the guide calls the one who did it. */
static const char *actor_member(const char *event)
{
    static const struct {
        enum audit_event event;
        const char *member;
    } words[] = {{AUDIT_USER_CREATED, "initiator"}, {AUDIT_CONFIGURATION_CHANGES, "changed_by"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal(event, audit_event_name(words[i].event))) {
            return words[i].member;
        }
    }
    return "actor";
}

static void put_event(json *list, const json *entry, const json *event)
{
    json *out = json_push_object(list);
    json_set_text(out, "timestamp", json_get_text(entry, "time", NULL));
    json_set_integer(out, "sequence", json_get_integer(entry, "sequence", 0));
    json_set_text(out, "request", json_get_text(entry, "request", NULL));
    json_set_text(out, actor_member(json_get_text(event, "event", "")), json_get_text(entry, "actor", NULL));
    for (const json *m = json_first(event); m != NULL; m = json_next(m)) {
        if (!text_equal(json_key(m), "family") && !text_equal(json_key(m), "event")) {
            json_set_copy(out, json_key(m), m);
        }
    }
}

bool audit_logs_takes(struct arena *arena, const json *event, const struct audit_filter *filter)
{
    const char *text = filter == NULL ? NULL : json_print(arena, event);
    return text == NULL || audit_filter_takes(filter, text, strlen(text));
}

json *audit_logs(struct arena *arena, const char *const *lines, size_t count, const struct audit_filter *filter)
{
    json *out = new_document(arena), *logs = json_edit(out, "audit_logs");
    for (size_t i = 0; i < count; i++) {
        json *entry CLEANUP(json_cleanup) = json_parse_trusted((struct bytes){lines[i], strlen(lines[i])});
        for (const json *event = json_first(json_get(entry, "events")); event != NULL; event = json_next(event)) {
            json *family = json_edit(logs, json_get_text(event, "family", ""));
            json *list = json_edit(family, json_get_text(event, "event", ""));
            if (list != NULL && audit_logs_takes(arena, event, filter)) {
                put_event(list, entry, event);
            }
        }
    }
    return out;
}
