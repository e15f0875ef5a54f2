/* Paths, and what the simulated providers' PATCH does to a resource. */
#include "common/base.h"

#include "runner/foresight.h"

#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"

#include <string.h>

#define EQUALS " eq \""

/* urn:...:User:addresses[type eq "work"].locality */
struct spot {
    const char *extension; /* NULL: the resource itself */
    const char *attribute;
    const char *by, *value; /* NULL: no filter */
    const char *sub;        /* NULL: none */
};

/* A text in quotes. Okta escapes in it, Entra leaves a quote alone. */
static const char *unquoted(struct arena *arena, const char *p, size_t n)
{
    const json *text = json_parse(arena, (struct bytes){p, n}, "filter", NULL);
    if (json_is(text, JSON_STRING))
        return json_text(text);
    return n < 2 ? "" : arena_strndup(arena, p + 1, n - 2);
}

static const char *last_colon(const char *p, size_t n)
{
    while (n > 0 && p[n - 1] != ':')
        n--;
    return n == 0 ? NULL : p + n - 1;
}

static bool read_filter(struct arena *arena, const char *open, const char *close, struct spot *out)
{
    const char *equals = strstr(open, EQUALS);
    if (close == NULL || equals == NULL || equals > close)
        return false;
    const char *value = equals + strlen(EQUALS) - 1;
    out->by = arena_strndup(arena, open + 1, (size_t)(equals - open - 1));
    out->value = unquoted(arena, value, (size_t)(close - value));
    return true;
}

static bool read_spot(struct arena *arena, const char *path, struct spot *out)
{
    const char *colon = text_starts_nocase(path, "urn:") ? last_colon(path, strcspn(path, "[")) : NULL;
    *out = (struct spot){0};
    if (colon != NULL && !text_starts_nocase(path, "urn:ietf:params:scim:schemas:core:"))
        out->extension = arena_strndup(arena, path, (size_t)(colon - path));
    path = colon != NULL ? colon + 1 : path;
    size_t n = strcspn(path, ".[");
    out->attribute = arena_strndup(arena, path, n);
    path += n;
    if (*path == '[') {
        const char *close = strrchr(path, ']');
        if (!read_filter(arena, path, close, out))
            return false;
        path = close + 1;
    }
    out->sub = *path == '.' ? path + 1 : NULL;
    return n > 0;
}

/* --- changing --- */

enum op { OP_ADD, OP_REPLACE, OP_REMOVE, OP_NONE };

static enum op read_op(const json *operation)
{
    static const char *const names[] = {"add", "replace", "remove"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_equal_nocase(json_get_text(operation, "op", ""), names[i]))
            return (enum op)i;
    return OP_NONE;
}

static json *part(json *holder, const char *name)
{
    json *found = json_edit_nocase(holder, name);
    return json_is(found, JSON_OBJECT) ? found : json_set_object(holder, found != NULL ? json_key(found) : name);
}

static void set(json *holder, const char *name, const json *value)
{
    const json *found = json_get_nocase(holder, name);
    const char *text = json_text(value), *key = found != NULL ? json_key(found) : name;
    if (value == NULL || json_type(value) == JSON_NULL)
        json_remove(holder, key);
    else if (text_equal(name, "active") && (text_equal_nocase(text, "true") || text_equal_nocase(text, "false")))
        json_set_bool(holder, key, text_equal_nocase(text, "true"));
    else if (text_equal(name, "manager") && text != NULL)
        json_set_text(json_set_object(holder, key), "value", text);
    else
        json_set_copy(holder, key, value);
}

static json *element(json *list, const char *by, const char *value)
{
    for (json *item = json_edit_first(list); item != NULL; item = json_edit_next(item))
        if (text_equal(json_get_text(item, by, NULL), value))
            return item;
    return NULL;
}

/* Who is named in list, by value, is taken out of members, or put into them once. */
static void change_list(json *members, const json *list, bool remove)
{
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *value = json_get_text(item, "value", NULL);
        json *there = value == NULL ? NULL : element(members, "value", value);
        if (remove && there != NULL)
            json_remove_node(members, there);
        else if (!remove && there == NULL)
            json_push_copy(members, item);
    }
}

static void change_element(json *holder, const struct spot *spot, enum op op, const json *value)
{
    json *list = json_edit_nocase(holder, spot->attribute);
    if (json_is(list, JSON_OBJECT) && op == OP_REMOVE && text_equal(json_get_text(list, spot->by, NULL), spot->value)) {
        json_remove_node(holder, list); /* manager[value eq "…"] */
        return;
    }
    if (!json_is(list, JSON_ARRAY) && op != OP_REMOVE)
        list = json_set_array(holder, list != NULL ? json_key(list) : spot->attribute);
    json *item = json_is(list, JSON_ARRAY) ? element(list, spot->by, spot->value) : NULL;
    if (op == OP_REMOVE && item != NULL && spot->sub == NULL)
        json_remove_node(list, item);
    else if (op == OP_REMOVE && item != NULL)
        set(item, spot->sub, NULL);
    if (op == OP_REMOVE)
        return;
    if (item == NULL) {
        item = json_push_object(list);
        json_set_text(item, spot->by, spot->value);
    }
    if (spot->sub != NULL)
        set(item, spot->sub, value);
    bool whole = spot->sub == NULL && json_is(value, JSON_OBJECT);
    for (const json *member = whole ? json_first(value) : NULL; member != NULL; member = json_next(member))
        set(item, json_key(member), member);
}

static void change_attribute(json *holder, const char *name, enum op op, const json *value)
{
    json *there = json_edit_nocase(holder, name);
    bool lists = json_is(there, JSON_ARRAY) && json_is(value, JSON_ARRAY);
    if (lists && op != OP_REPLACE)
        change_list(there, value, op == OP_REMOVE);
    else if (op != OP_REMOVE && json_is(there, JSON_OBJECT) && json_is(value, JSON_OBJECT))
        for (const json *member = json_first(value); member != NULL; member = json_next(member))
            set(there, json_key(member), member);
    else
        set(holder, name, op == OP_REMOVE ? NULL : value);
}

static void change(struct arena *arena, json *resource, const char *path, enum op op, const json *value)
{
    struct spot spot;
    if (!read_spot(arena, path, &spot))
        return;
    json *holder = spot.extension == NULL ? resource : part(resource, spot.extension);
    if (spot.by != NULL)
        change_element(holder, &spot, op, value);
    else if (spot.sub != NULL)
        set(part(holder, spot.attribute), spot.sub, op == OP_REMOVE ? NULL : value);
    else
        change_attribute(holder, spot.attribute, op, value);
}

void foresight_patch(struct arena *arena, json *resource, const json *body)
{
    for (const json *item = json_first(json_get(body, "Operations")); item != NULL; item = json_next(item)) {
        enum op op = read_op(item);
        const char *path = json_get_text(item, "path", NULL);
        const json *value = json_get(item, "value");
        if (op == OP_NONE)
            continue;
        if (path != NULL)
            change(arena, resource, path, op, value);
        bool whole = path == NULL && json_is(value, JSON_OBJECT);
        for (const json *member = whole ? json_first(value) : NULL; member != NULL; member = json_next(member))
            if (json_is(member, JSON_OBJECT)) /* an extension, or name */
                change_attribute(resource, json_key(member), op, member);
            else
                change(arena, resource, json_key(member), op, member);
    }
}

/* --- looking --- */

static bool holds(const json *node, const char *sub, const char *value)
{
    if (json_is(node, JSON_OBJECT))
        node = json_get_nocase(node, sub == NULL ? "value" : sub);
    return json_text(node) != NULL && unicode_equal_fold(json_text(node), value);
}

static bool holds_at(const json *resource, const struct spot *spot, const char *value)
{
    const json *holder = spot->extension == NULL ? resource : json_get_nocase(resource, spot->extension);
    const json *node = json_get_nocase(holder, spot->attribute);
    if (!json_is(node, JSON_ARRAY))
        return holds(node, spot->sub, value);
    for (const json *item = json_first(node); item != NULL; item = json_next(item))
        if ((spot->by == NULL || text_equal_nocase(json_get_text(item, spot->by, NULL), spot->value)) &&
            holds(item, spot->sub, value))
            return true;
    return false;
}

bool foresight_matches(struct arena *arena, const json *resource, const char *filter, bool *lookup)
{
    struct spot spot;
    const char *equals = strstr(filter, EQUALS), *open = strchr(filter, '['), *close = strchr(filter, ']');
    if (equals != NULL && open != NULL && open < equals)
        equals = close == NULL ? NULL : strstr(close, EQUALS);
    *lookup = equals != NULL && filter[strlen(filter) - 1] == '"' &&
              read_spot(arena, arena_strndup(arena, filter, (size_t)(equals - filter)), &spot) &&
              strchr(spot.attribute, ' ') == NULL;
    return *lookup &&
           holds_at(resource, &spot, unquoted(arena, equals + strlen(EQUALS) - 1, strlen(equals) - strlen(EQUALS) + 1));
}
