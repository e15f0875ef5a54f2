#include "common/base.h"
#include "reference-server/scim/patch.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/patch_lists.h"
#include "reference-server/scim/patch_value.h"
#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"

#include <string.h>

struct patcher {
    struct arena *arena;
    const struct scim_resource_type *type;
    struct scim_compat compat;
    json *resource; /* the copy that is changed */
    struct patch_lists *lists;
    struct scim_error *err;
};

/* --- places that are not plain attributes --- */

static const struct scim_attribute *core_attribute(const struct patcher *p, const char *name)
{
    const struct scim_attribute *a = scim_schema_common(name);
    return a != NULL ? a : scim_schema_attribute(p->type->schema, name);
}

/* `schemas` follows from the extensions that have values; naming what the type has is no change, anything else can't be done. */
static bool write_schemas(const struct patcher *p, const struct patch_edit *e)
{
    const json *first = json_is(e->value, JSON_ARRAY) ? json_first(e->value) : e->value;
    if (e->op == PATCH_REMOVE)
        return scim_error_set(p->arena, p->err, 400, SCIM_MUTABILITY, "schemas can't be removed");
    for (const json *n = first; n != NULL; n = json_is(e->value, JSON_ARRAY) ? json_next(n) : NULL) {
        const char *urn = json_text(n);
        if (urn == NULL || (!text_equal_nocase(urn, p->type->schema->id) && scim_schema_extension(p->type, urn) == NULL))
            return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_VALUE, "schemas names a schema that a %s does not have",
                                  p->type->name);
    }
    return true;
}

static bool write_attribute(const struct patcher *p, const struct patch_edit *e, json *holder, const struct scim_attribute *a)
{
    return text_equal(a->name, "schemas") ? write_schemas(p, e) : patch_attribute(e, holder, a);
}

static json *extension_holder(const struct patcher *p, const struct scim_schema *extension)
{
    json *holder = extension == NULL ? p->resource : json_edit(p->resource, extension->id);
    return holder != NULL ? holder : json_set_object(p->resource, extension->id);
}

static bool remove_container(const struct patcher *p, const struct scim_schema *schema, json *holder)
{
    struct patch_edit e = {.arena = p->arena, .op = PATCH_REMOVE, .lists = p->lists, .err = p->err};
    bool required = scim_schema_extension(p->type, schema->id)->required;
    for (size_t i = 0; i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        /* What an extension requires may go with all of it, unless the type requires the extension (RFC 7643 §6). */
        if (!required && a->required && (a->mutability == SCIM_READ_WRITE || a->mutability == SCIM_WRITE_ONLY))
            json_remove(holder, a->name);
        else if (!patch_attribute(&e, holder, a))
            return false;
    }
    return true;
}

static bool check_members(const struct patcher *p, const json *object)
{
    return json_count(object) <= SCIM_MAX_MEMBERS ||
           scim_error_set(p->arena, p->err, 400, SCIM_INVALID_SYNTAX, "an object has more than %d members", SCIM_MAX_MEMBERS);
}

/* A whole extension: its attributes one by one. */
static bool write_container(const struct patcher *p, const struct patch_edit *e, const struct scim_schema *schema)
{
    json *holder = extension_holder(p, schema);
    if (e->op == PATCH_REMOVE || (e->op == PATCH_REPLACE && e->value != NULL && json_type(e->value) == JSON_NULL))
        return remove_container(p, schema, holder);
    if (!json_is(e->value, JSON_OBJECT))
        return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_VALUE, "%s must be an object", schema->id);
    if (!check_members(p, e->value))
        return false;
    for (const json *n = json_first(e->value); n != NULL; n = json_next(n)) {
        const struct scim_attribute *a = scim_schema_attribute(schema, json_key(n));
        struct patch_edit one = *e;
        one.value = n;
        if (a != NULL && !patch_attribute(&one, holder, a))
            return false;
    }
    return true;
}

/* --- without a path --- */

static bool write_member(const struct patcher *p, const struct patch_edit *e, const char *key)
{
    const struct scim_extension *extension = scim_schema_extension(p->type, key);
    if (extension != NULL)
        return write_container(p, e, extension->schema);
    if (strpbrk(key, ".:[") != NULL)
        return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_PATH, "%s is not the name of an attribute", key);
    const struct scim_attribute *a = core_attribute(p, key);
    return a == NULL || write_attribute(p, e, p->resource, a);
}

static bool apply_object(const struct patcher *p, enum patch_op op, const json *value)
{
    if (op == PATCH_REMOVE)
        return scim_error_set(p->arena, p->err, 400, SCIM_NO_TARGET, "remove needs a path");
    if (!json_is(value, JSON_OBJECT))
        return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_VALUE, "without a path, value must be an object of attributes");
    if (!check_members(p, value))
        return false;
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        struct patch_edit e = {.arena = p->arena, .op = op, .value = n, .lists = p->lists, .err = p->err};
        if (!write_member(p, &e, json_key(n)))
            return false;
    }
    return true;
}

/* --- with a path --- */

static bool apply_filtered(const struct patcher *p, const struct patch_edit *e, const struct scim_path *path,
                           const struct scim_place *place)
{
    const struct scim_matcher *matcher = NULL;
    const struct scim_attribute *a = place->attribute, *sub = NULL;
    if (a == NULL || place->sub != NULL || !a->multi_valued || a->type != SCIM_COMPLEX)
        return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_PATH, "%s has no elements that a filter could select",
                              path->name);
    if (path->sub != NULL && (sub = scim_schema_sub(a, path->sub)) == NULL)
        return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_PATH, "%s has no sub-attribute %s", a->name, path->sub);
    if (!scim_match_compile_element(p->arena, a, path->filter, &matcher, p->err))
        return false;
    return patch_elements(e, extension_holder(p, place->extension), a, matcher, sub);
}

static bool apply_path(const struct patcher *p, enum patch_op op, const struct scim_operation *operation)
{
    struct patch_edit e = {p->arena, op, operation->value, operation->listed, p->lists, p->err};
    struct scim_path path;
    struct scim_place place;
    if (!scim_path_parse(p->arena, operation->path, &path, p->err))
        return false;
    if (!scim_schema_resolve(p->type, path.name, &place))
        return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_PATH, "a %s has no attribute %s", p->type->name, path.name);
    if (path.filter != NULL)
        return apply_filtered(p, &e, &path, &place);
    if (place.attribute == NULL)
        return write_container(p, &e, place.extension);
    json *holder = extension_holder(p, place.extension);
    if (place.sub != NULL)
        return patch_sub(&e, holder, place.attribute, place.sub);
    return write_attribute(p, &e, holder, place.attribute);
}

/* --- operations --- */

static bool read_op(const struct patcher *p, const char *text, enum patch_op *out)
{
    static const char *const names[] = {[PATCH_ADD] = "add", [PATCH_REMOVE] = "remove", [PATCH_REPLACE] = "replace"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_equal(text, names[i])) {
            *out = (enum patch_op)i;
            return true;
        }
    return scim_error_set(p->arena, p->err, 400, SCIM_INVALID_SYNTAX, "op must be add, remove or replace");
}

static bool apply_one(const struct patcher *p, const struct scim_operation *operation)
{
    enum patch_op op = PATCH_ADD;
    if (!read_op(p, operation->op, &op))
        return false;
    if (operation->path == NULL)
        return apply_object(p, op, operation->value);
    return apply_path(p, op, operation);
}

static bool apply_rewritten(const struct patcher *p, const struct scim_operation *operation)
{
    struct scim_patch parts = scim_compat_split(p->arena, p->compat, p->type, operation);
    for (size_t i = 0; i < parts.count; i++) {
        struct scim_patch steps = scim_compat_operation(p->arena, p->compat, p->type, p->resource, p->lists, &parts.items[i]);
        for (size_t k = 0; k < steps.count; k++)
            if (!apply_one(p, &steps.items[k]) || !patch_lists_bearable(p->lists, p->err))
                return false;
    }
    return true;
}

bool scim_patch_apply(struct arena *arena, const struct scim_resource_type *type, struct scim_compat compat, const json *resource,
                      const struct scim_patch *patch, json **out, bool *changed, struct scim_error *err)
{
    struct patcher p = {arena, type, compat, json_copy(arena, resource), patch_lists_new(arena), err};
    for (size_t i = 0; i < patch->count; i++)
        if (!apply_rewritten(&p, &patch->items[i]))
            return false;
    scim_check_schemas(type, p.resource);
    if (!scim_check_whole(arena, type, p.resource, err) || !scim_check_kept(arena, type, resource, p.resource, err))
        return false;
    *out = p.resource;
    *changed = !json_equal(resource, p.resource);
    return true;
}
