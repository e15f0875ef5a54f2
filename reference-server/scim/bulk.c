#include "common/base.h"
#include "reference-server/scim/bulk.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"

#include <string.h>

#define PREFIX     "bulkId:"
#define PREFIX_LEN (sizeof PREFIX - 1)

/* --- the envelope --- */

static bool is_post(const char *method)
{
    return strcmp(method, "POST") == 0;
}

static bool is_method(const char *text)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
    for (size_t i = 0; text != NULL && i < ARRAY_LEN(methods); i++)
        if (strcmp(text, methods[i]) == 0)
            return true;
    return false;
}

/* A member that is text, or not there. */
static bool read_text(const json *node, const char *key, const char **out)
{
    const json *member = json_get(node, key);
    *out = json_text(member);
    return *out != NULL || json_type(member) == JSON_NULL;
}

/* What is the matter with an operation by itself; NULL: nothing. */
static const char *read_operation(const json *node, struct scim_bulk_operation *out)
{
    const char *method = json_text(json_get(node, "method"));
    bool bulk_id = read_text(node, "bulkId", &out->bulk_id), version = read_text(node, "version", &out->version);
    out->path = json_text(json_get(node, "path"));
    out->method = method; /* echoed, whatever it is */
    if (!is_method(method))
        return "method must be POST, PUT, PATCH or DELETE";
    if (out->path == NULL || out->path[0] != '/')
        return "path must be a text such as /Users, relative to the base";
    if (!bulk_id || (is_post(method) && text_is_blank(out->bulk_id)))
        return "bulkId must be a text, and a POST needs one";
    if (!version)
        return "version must be a text";
    if (strcmp(method, "DELETE") == 0)
        return NULL;
    out->data = json_get(node, "data");
    return json_is(out->data, JSON_OBJECT) ? NULL : "data must be an object";
}

static void read_operations(struct arena *arena, const json *list, struct scim_bulk_operation *items)
{
    struct map *taken = map_new();
    for (const json *node = json_first(list); node != NULL; node = json_next(node), items++) {
        const char *wrong = read_operation(node, items);
        if (wrong == NULL && is_post(items->method) && map_get(taken, items->bulk_id) != NULL)
            wrong = "another POST has this bulkId";
        else if (wrong == NULL && is_post(items->method))
            map_set(taken, items->bulk_id, items);
        if (wrong != NULL)
            (void)scim_error_set(arena, &items->wrong, 400, SCIM_INVALID_SYNTAX, "%s", wrong);
    }
    map_free(taken);
}

static bool has_schema(const json *body)
{
    for (const json *n = json_first(json_get(body, "schemas")); n != NULL; n = json_next(n))
        if (json_text(n) != NULL && text_equal_nocase(json_text(n), SCIM_URN_BULK_REQUEST))
            return true;
    return false;
}

bool scim_bulk_read(struct arena *arena, const json *body, size_t max_operations, struct scim_bulk *out, struct scim_error *err)
{
    const json *list = json_get(body, "Operations"), *limit = json_get(body, "failOnErrors");
    int64_t errors = 0;
    if (!json_is(body, JSON_OBJECT) || !has_schema(body))
        return scim_error_set(arena, err, 400, SCIM_INVALID_SYNTAX, "schemas must hold %s", SCIM_URN_BULK_REQUEST);
    if (!json_is(list, JSON_ARRAY))
        return scim_error_set(arena, err, 400, SCIM_INVALID_SYNTAX, "Operations must be an array");
    if (json_type(limit) != JSON_NULL && (!json_integer(limit, &errors) || errors < 1))
        return scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "failOnErrors must be an integer from 1");
    if (json_count(list) > max_operations)
        return scim_error_set(arena, err, 413, NULL, "The number of bulk operations exceeds the maxOperations (%zu).",
                              max_operations);
    struct scim_bulk_operation *items = arena_array(arena, json_count(list) + 1, sizeof *items);
    read_operations(arena, list, items);
    *out = (struct scim_bulk){items, json_count(list), (size_t)errors};
    return true;
}

/* --- references --- */

struct walk {
    struct arena *arena;
    scim_bulk_lookup *lookup;
    void *context;
};

/* Ids in place of the references that stand behind `before` and end at one of `ends`, or at the end. */
static const char *replace_inside(const struct walk *walk, const char *text, const char *before, const char *ends)
{
    struct buffer b = buffer_new(0);
    const char *rest = text, *hit;
    while ((hit = strstr(rest, before)) != NULL) {
        const char *start = hit + strlen(before), *end = start + strcspn(start, ends);
        const char *id = walk->lookup(walk->context, arena_strndup(walk->arena, start, (size_t)(end - start)));
        buffer_add_bytes(&b, rest, (size_t)(hit - rest) + 1); /* with the first of before */
        buffer_add(&b, id != NULL ? id : arena_strndup(walk->arena, hit + 1, (size_t)(end - hit) - 1));
        rest = end;
    }
    buffer_add(&b, rest);
    return buffer_take(&b, walk->arena);
}

/* The address of what is made in the same request: "Devices/bulkId:a", also below the base. */
static bool is_address(const char *text)
{
    const char *hit = strstr(text, "/" PREFIX);
    return hit != NULL && strpbrk(text, " \t\n") == NULL && strchr(hit + 1, '/') == NULL;
}

/* With the id in it; NULL: it has none yet. */
static const char *address_with_id(const struct walk *walk, const char *text)
{
    const char *hit = strstr(text, "/" PREFIX);
    const char *id = walk->lookup(walk->context, hit + 1 + PREFIX_LEN);
    return id == NULL ? NULL : arena_printf(walk->arena, "%.*s/%s", (int)(hit - text), text, id);
}

/* False: the node is an element whose value has no id. */
static bool resolve(const struct walk *walk, json *node)
{
    json *next;
    for (json *child = json_edit_first(node); child != NULL; child = next) {
        const char *text = json_text(child), *key = json_key(child);
        next = json_edit_next(child);
        if (text == NULL) {
            if (!resolve(walk, child))
                json_remove_node(node, child);
            continue;
        }
        bool whole = text_starts(text, PREFIX), address = !whole && is_address(text);
        if (!whole && !address && !text_equal(key, "path"))
            continue;
        const char *now = whole     ? walk->lookup(walk->context, text + PREFIX_LEN)
                          : address ? address_with_id(walk, text)
                                    : replace_inside(walk, text, "\"" PREFIX, "\"");
        if (now != NULL)
            json_replace_node(node, child, json_new_text(NULL, now));
        else if (text_equal(key, "value") || text_equal(key, "$ref"))
            return false;
        else
            json_remove_node(node, child);
    }
    return true;
}

json *scim_bulk_data(struct arena *arena, const json *data, scim_bulk_lookup *lookup, void *context)
{
    struct walk walk = {arena, lookup, context};
    json *out = json_copy(arena, data);
    (void)resolve(&walk, out); /* the whole is no element */
    return out;
}

const char *scim_bulk_path(struct arena *arena, const char *path, scim_bulk_lookup *lookup, void *context)
{
    return replace_inside(&(struct walk){arena, lookup, context}, path, "/" PREFIX, "/?");
}
