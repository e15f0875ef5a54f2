#include "common/base.h"

#include "runner/difference.h"

#include "common/memory.h"
#include "common/text.h"

#include <string.h>

struct parts {
    const char **part;
    size_t count;
};

static struct parts split(struct arena *arena, const char *state)
{
    struct parts parts = {arena_array(arena, strlen(state) / 2 + 2, sizeof(char *)), 0};
    while (*state != '\0') {
        const char *end = strstr(state, "; ");
        size_t n = end == NULL ? strlen(state) : (size_t)(end - state);
        parts.part[parts.count++] = arena_strndup(arena, state, n);
        state += end == NULL ? n : n + 2;
    }
    return parts;
}

/* Each part of the one takes away one of the other. */
static void leave_out_common(struct parts *a, struct parts *b)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            if (!text_equal(a->part[i], b->part[k]) || a->part[i] == NULL)
                continue;
            a->part[i] = b->part[k] = NULL;
            break;
        }
    }
}

static const char *joined(struct arena *arena, const struct parts *parts)
{
    struct buffer b = buffer_new(0);
    for (size_t i = 0; i < parts->count; i++)
        if (parts->part[i] != NULL)
            buffer_printf(&b, "%s%s", b.n == 0 ? "" : "; ", parts->part[i]);
    return buffer_take(&b, arena);
}

void difference(struct arena *arena, const char **was, const char **is)
{
    struct parts before = split(arena, *was), after = split(arena, *is);
    leave_out_common(&before, &after);
    const char *lost = joined(arena, &before), *gained = joined(arena, &after);
    if (*lost == '\0' && *gained == '\0')
        return;
    *was = lost;
    *is = gained;
}

/* --- JSON --- */

static void value_text(struct buffer *b, struct arena *arena, const json *value);

/* "key: value" of a member, the value alone of an element. */
static void entry_text(struct buffer *b, struct arena *arena, const json *entry)
{
    if (json_key(entry) != NULL)
        buffer_printf(b, "%s: ", json_key(entry));
    value_text(b, arena, entry);
}

static void entries_text(struct buffer *b, struct arena *arena, const json *value, const char *separator)
{
    bool first = true;
    for (const json *entry = json_first(value); entry != NULL; entry = json_next(entry)) {
        if (text_equal(json_key(entry), "$ref"))
            continue;
        buffer_add(b, first ? "" : separator);
        entry_text(b, arena, entry);
        first = false;
    }
}

/* The depth of JSON is bounded where it is read. */
static void value_text(struct buffer *b, struct arena *arena, const json *value)
{
    const char *display = json_get_text(value, "display", NULL), *id = json_get_text(value, "value", NULL);
    if (json_is(value, JSON_OBJECT) && display != NULL && id != NULL)
        buffer_printf(b, "%s (%s)", display, id);
    else if (json_is(value, JSON_OBJECT) || json_is(value, JSON_ARRAY))
        entries_text(b, arena, value, ", ");
    else
        buffer_add(b, json_text(value) != NULL ? json_text(value) : json_print(arena, value));
}

const char *difference_state(struct arena *arena, const json *value)
{
    if (value == NULL)
        return "(absent)";
    struct buffer b = buffer_new(STATE_MAX);
    if (json_is(value, JSON_OBJECT) || json_is(value, JSON_ARRAY))
        entries_text(&b, arena, value, "; ");
    else
        value_text(&b, arena, value);
    return buffer_take(&b, arena);
}

void difference_json(struct arena *arena, const json *was, const json *is, const char **was_text, const char **is_text)
{
    *was_text = difference_state(arena, was);
    *is_text = difference_state(arena, is);
    if (!text_equal(*was_text, *is_text))
        return;
    *was_text = was == NULL ? "(absent)" : json_print(arena, was);
    *is_text = is == NULL ? "(absent)" : json_print(arena, is);
}
