#include "common/base.h"

#include "simulator/dialect_file.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/dialect.h"
#include "simulator/entra_mapping.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TITLE_MAX 200

struct reading {
    struct arena *arena;
    const struct json_document *document;
    struct error *err;
};

static bool refuse(const struct reading *r, const json *node, const char *remedy, const char *format, ...) PRINTF_LIKE(4, 5);
static bool refuse(const struct reading *r, const json *node, const char *remedy, const char *format, ...)
{
    char message[512];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    return error_set(r->err, ERROR_INVALID, json_where(r->arena, r->document, node), remedy, "%s", message);
}

bool dialect_file_is(const json *root)
{
    return json_get(root, "base") != NULL;
}

static bool check_members(const struct reading *r)
{
    static const char *const names[] = {"$schema", "name", "title", "base", "axes", "attribute-mappings"};
    if (!json_is(r->document->root, JSON_OBJECT))
        return refuse(r, r->document->root, "begin with {", "a dialect is an object");
    for (const json *member = json_first(r->document->root); member != NULL; member = json_next(member)) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            known = known || text_equal(names[i], json_key(member));
        if (!known)
            return refuse(r, member, text_nearest(json_key(member), names, ARRAY_LEN(names)), "a dialect has no member \"%.80s\"",
                          json_key(member));
    }
    return true;
}

static bool need_text(const struct reading *r, const char *key, size_t longest, const char **out)
{
    const json *node = json_get(r->document->root, key);
    const char *text = json_text(node);
    if (!text_is_blank(text) && strlen(text) <= longest) {
        *out = text;
        return true;
    }
    return refuse(r, node == NULL ? r->document->root : node, "", "\"%s\" must be text of 1 to %zu bytes", key, longest);
}

static bool read_name(const struct reading *r, const char **out)
{
    const char *name;
    if (!need_text(r, "name", DIALECT_MAX_NAME, &name))
        return false;
    const json *node = json_get(r->document->root, "name");
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (name[good] != '\0' || name[0] < 'a')
        return refuse(r, node, "use a-z, 0-9 and -, and begin with a letter", "\"%s\" is no name for a dialect", name);
    if (dialect_find(name) != NULL || text_equal(name, "rfc"))
        return refuse(r, node, "take another name", "%s is built in", name);
    *out = name;
    return true;
}

static bool read_base(const struct reading *r, const struct dialect **out)
{
    const char *name;
    if (!need_text(r, "base", DIALECT_MAX_NAME, &name))
        return false;
    *out = dialect_find(name);
    if (*out != NULL)
        return true;
    const char **names = arena_array(r->arena, dialect_count, sizeof *names);
    for (size_t i = 0; i < dialect_count; i++)
        names[i] = dialect_name(dialects[i]);
    const char *near = text_nearest(name, names, dialect_count);
    return refuse(r, json_get(r->document->root, "base"), near != NULL ? near : "`scimulator list dialects` shows what there is",
                  "there is no dialect \"%s\" to begin with", name);
}

static bool turn_axis(const struct reading *r, const json *node, const struct dialect **dialect)
{
    int64_t number;
    const char *value = json_text(node);
    if (value == NULL && json_integer(node, &number))
        value = arena_printf(r->arena, "%" PRId64, number);
    if (value == NULL)
        return refuse(r, node, "", "%.80s: needs text or a number, not %s", json_key(node), json_type_name(json_type(node)));
    struct error err;
    if (dialect_with(r->arena, *dialect, json_key(node), value, dialect, &err))
        return true;
    return refuse(r, node, arena_strdup(r->arena, err.remedy), "%s: %s", err.where, err.message);
}

static bool read_axes(const struct reading *r, const struct dialect **dialect)
{
    const json *axes = json_get(r->document->root, "axes");
    bool other = json_get(r->document->root, "attribute-mappings") != NULL;
    if (axes == NULL && other)
        return true;
    if (!json_is(axes, JSON_OBJECT) || json_count(axes) == 0)
        return refuse(r, axes == NULL ? r->document->root : axes, "name at least one, as `scimulator show` of the base does",
                      "\"axes\" must be an object");
    for (const json *axis = json_first(axes); axis != NULL; axis = json_next(axis))
        if (!turn_axis(r, axis, dialect))
            return false;
    return true;
}

static bool read_mappings(const struct reading *r, const struct dialect **dialect)
{
    const json *mappings = json_get(r->document->root, "attribute-mappings"), *at = NULL;
    struct error err;
    if (mappings == NULL || entra_mapping_read(r->arena, mappings, *dialect, dialect, &at, &err))
        return true;
    return refuse(r, at, arena_strdup(r->arena, err.remedy), "%s: %s", err.where, err.message);
}

bool dialect_file_read(struct arena *arena, const struct json_document *document, const struct dialect **out, struct error *err)
{
    const struct reading r = {arena, document, err};
    const char *name = NULL, *title = NULL;
    const struct dialect *dialect = NULL;
    if (!check_members(&r) || !read_name(&r, &name) || !read_base(&r, &dialect))
        return false;
    if (json_get(document->root, "title") != NULL && !need_text(&r, "title", TITLE_MAX, &title))
        return false;
    const struct dialect *base = dialect;
    if (!read_axes(&r, &dialect) || !read_mappings(&r, &dialect))
        return false;
    *out = dialect_own(arena, dialect, base, name, title, document->name);
    return true;
}
