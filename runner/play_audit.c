/* The expectation `audit`: what the audit trail tells of a step. */
#include "common/base.h"

#include "runner/play_audit.h"

#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "runner/target.h"
#include "simulator/directory.h"

#include <string.h>

#define PAGE 1000

/* --- reading --- */

bool audit_used(const struct play *play)
{
    for (size_t i = 0; i < play->scenario->step_count; i++)
        if (json_get(play->scenario->steps[i].expect, "audit") != NULL)
            return play->place.target->admin_base != NULL;
    return false;
}

static int64_t take_page(struct play *play, const json *logs, json *out)
{
    int64_t last = play->trail_seen;
    for (const json *family = json_first(logs); family != NULL; family = json_next(family)) {
        for (const json *list = json_first(family); list != NULL; list = json_next(list)) {
            for (const json *event = json_first(list); event != NULL; event = json_next(event)) {
                json *copy = json_push_object(out);
                json_set_text(copy, "event", json_key(list));
                for (const json *member = json_first(event); member != NULL; member = json_next(member))
                    json_set_copy(copy, json_key(member), member);
                int64_t sequence = json_get_integer(event, "sequence", 0);
                last = sequence > last ? sequence : last;
            }
        }
    }
    return last;
}

bool audit_read(struct play *play, struct error *err)
{
    json *events = json_array(play->arena);
    for (int64_t last = -1; last != play->trail_seen;) {
        struct reply reply;
        const char *path =
            arena_printf(play->arena, "/audit?format=audit_logs&limit=%d&after=%lld", PAGE, (long long)play->trail_seen);
        if (!place_admin(&play->place, "GET", path, NULL, &reply, err))
            return false;
        last = play->trail_seen;
        play->trail_seen = take_page(play, json_get(reply.body, "audit_logs"), events);
    }
    play->trail = events;
    return true;
}

/* --- comparing --- */

/* A text is a pattern; null: nothing, or the role "none". */
static bool text_fits(const json *wanted, const json *found)
{
    const char *text = json_is(found, JSON_STRING) ? json_text(found) : NULL;
    if (json_is(wanted, JSON_NULL))
        return found == NULL || text_equal(text, "none");
    return text != NULL && text_glob(json_text(wanted), text);
}

static bool person_fits(const struct play *play, const json *wanted, const json *event)
{
    const char *name = json_get_text(event, "user", NULL), *id = person_id(play, json_text(wanted));
    bool same = id != NULL && text_equal(id, json_get_text(event, "user_id", NULL));
    return same || (name != NULL && unicode_equal_fold(name, person_name(play, json_text(wanted))));
}

static bool group_fits(const struct play *play, const json *wanted, const json *event)
{
    const struct directory_group *group = directory_group(play->directory, json_text(wanted));
    const char *name = json_get_text(event, "group", NULL), *id = group == NULL ? NULL : group->server_id;
    return (id != NULL && text_equal(id, json_get_text(event, "group_id", NULL))) ||
           (group != NULL && text_equal(name, group->name));
}

/* One of the changes is of that field, with these values. */
static bool change_fits(const json *wanted, const json *changes)
{
    for (const json *change = json_first(changes); change != NULL; change = json_next(change)) {
        const json *old = json_get(wanted, "old"), *now = json_get(wanted, "new");
        if (text_fits(json_get(wanted, "field"), json_get(change, "field")) &&
            (old == NULL || text_fits(old, json_get(change, "old"))) && (now == NULL || text_fits(now, json_get(change, "new"))))
            return true;
    }
    return false;
}

static bool event_fits(const struct play *play, const json *wanted, const json *event)
{
    static const char *const others[] = {"field", "old", "new", "not"};
    const json *changes = json_get(event, "changed_fields");
    changes = changes == NULL ? json_get(event, "changes") : changes;
    bool fits = json_get(wanted, "field") == NULL || change_fits(wanted, changes);
    for (const json *n = json_first(wanted); fits && n != NULL; n = json_next(n)) {
        bool other = false;
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
            other = other || strcmp(others[i], json_key(n)) == 0;
        if (other)
            continue;
        const char *key = json_key(n);
        fits = strcmp(key, "user") == 0    ? person_fits(play, n, event)
               : strcmp(key, "group") == 0 ? group_fits(play, n, event)
                                           : text_fits(n, json_get(event, key));
    }
    return fits;
}

static const json *find(const struct play *play, const json *wanted)
{
    for (const json *event = json_first(play->trail); event != NULL; event = json_next(event))
        if (event_fits(play, wanted, event))
            return event;
    return NULL;
}

/* Reads of the suite itself leave none; that a request came is an operation, and no effect. */
static const json *any_effect(const struct play *play)
{
    for (const json *event = json_first(play->trail); event != NULL; event = json_next(event))
        if (!text_equal(json_get_text(event, "event", ""), "sync_operations"))
            return event;
    return NULL;
}

/* The event that is nearest: of the same name. */
static const char *nearest(const struct play *play, const json *wanted)
{
    struct buffer b = buffer_new(1000);
    for (const json *event = json_first(play->trail); event != NULL; event = json_next(event))
        if (text_equal(json_get_text(event, "event", ""), json_get_text(wanted, "event", "")))
            buffer_printf(&b, "%s%s", b.n == 0 ? "" : ", ", json_print(play->arena, event));
    return b.n == 0 ? "no such event in this step" : buffer_take(&b, play->arena);
}

static bool meets(const struct play *play, const json *wanted, const char **expected, const char **actual)
{
    bool nothing = json_get(wanted, "nothing") != NULL, not = json_get_bool(wanted, "not", false);
    const json *found = nothing ? any_effect(play) : find(play, wanted);
    *expected = json_print(play->arena, wanted);
    *actual = found == NULL ? nearest(play, wanted) : json_print(play->arena, found);
    return (found == NULL) == (nothing || not );
}

void audit_expect(struct play *play, const json *wanted, const char *rule, const char *hint)
{
    for (const json *node = json_first(wanted); node != NULL; node = json_next(node)) {
        const char *expected, *actual;
        if (meets(play, node, &expected, &actual))
            continue;
        finding_add(play,
                    (struct finding){.class = rule_class(rule),
                                     .rule = rule,
                                     .level = rule_level(rule),
                                     .message = "the audit trail does not tell of this step what it should",
                                     .expected = expected,
                                     .actual = actual,
                                     .hint = hint,
                                     .exchange = -1},
                    arena_printf(play->arena, "%zu %s", play->step, expected));
    }
}
