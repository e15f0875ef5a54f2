#include "common/base.h"

#include "runner/case.h"

#include "common/memory.h"
#include "common/text.h"
#include "runner/target.h"

#include <string.h>

static const char *saved(const struct play *play, struct arena *arena, const json *overlay, const char *name)
{
    const json *value = json_get(overlay, name);
    if (value == NULL)
        value = json_get(play->variables, name);
    return value == NULL || json_text(value) != NULL ? json_text(value) : json_print(arena, value);
}

static const char *value_of(const struct play *play, struct arena *arena, const json *overlay, const char *name)
{
    if (text_equal(name, "prefix"))
        return play->place.prefix == NULL ? "" : play->place.prefix;
    if (text_equal(name, "domain"))
        return play->place.target->user_domain == NULL ? "acme.test" : play->place.target->user_domain;
    if (text_starts(name, "user:"))
        return person_id(play, name + strlen("user:"));
    if (text_starts(name, "name:"))
        return person_name(play, name + strlen("name:"));
    if (text_starts(name, "group:")) {
        const struct directory_group *group = directory_group(play->directory, name + strlen("group:"));
        return group == NULL ? NULL : group->server_id;
    }
    return saved(play, arena, overlay, name);
}

bool variables_fill(const struct play *play, struct arena *arena, const json *overlay, const char *text, const char **out,
                    struct error *err)
{
    if (strstr(text, "${") == NULL) {
        *out = text;
        return true;
    }
    struct buffer b = buffer_new(0);
    const char *p = text;
    for (const char *start; (start = strstr(p, "${")) != NULL;) {
        const char *end = strchr(start, '}');
        const char *name = end == NULL ? "" : arena_strndup(arena, start + 2, (size_t)(end - start - 2));
        const char *value = end == NULL ? NULL : value_of(play, arena, overlay, name);
        if (value == NULL) {
            buffer_release(&b);
            return error_set(err, ERROR_INVALID, "", "", "${%s} is not known: the server did not provide it", name);
        }
        buffer_add_bytes(&b, p, (size_t)(start - p));
        buffer_add(&b, value);
        p = end + 1;
    }
    buffer_add(&b, p);
    *out = buffer_take(&b, arena);
    return true;
}

/* The gate has bounded the depth (JSON_MAX_DEPTH). */
static bool fill_children(const struct play *play, struct arena *arena, const json *overlay, json *parent, struct error *err)
{
    for (json *node = json_edit_first(parent), *next; node != NULL; node = next) {
        next = json_edit_next(node);
        const char *text = json_text(node), *filled;
        if (text == NULL) {
            if (!fill_children(play, arena, overlay, node, err))
                return false;
        } else if (!variables_fill(play, arena, overlay, text, &filled, err)) {
            return false;
        } else if (filled != text) {
            json_replace_node(parent, node, json_new_text(NULL, filled));
        }
    }
    return true;
}

bool variables_fill_json(const struct play *play, struct arena *arena, const json *overlay, const json *value, json **out,
                         struct error *err)
{
    const char *filled;
    if (json_text(value) != NULL) {
        if (!variables_fill(play, arena, overlay, json_text(value), &filled, err))
            return false;
        *out = json_new_text(arena, filled);
        return true;
    }
    *out = json_copy(arena, value);
    return fill_children(play, arena, overlay, *out, err);
}
