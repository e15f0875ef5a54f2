#include "common/base.h"
#include "reference-server/scim/compat_value.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/schema.h"

#include <string.h>

struct rewriter {
    struct arena *arena;
    struct scim_compat compat;
};

static json *rewrite_single(const struct rewriter *r, const struct scim_attribute *a, const json *value);

/* --- values; every function gives an owned tree --- */

static bool boolean_text(const json *value, bool *out)
{
    const char *text = json_text(value);
    *out = text_equal_nocase(text, "true");
    return text != NULL && (*out || text_equal_nocase(text, "false"));
}

static json *rewrite_any(const struct rewriter *r, const struct scim_attribute *a, const json *value)
{
    if (!a->multi_valued)
        return rewrite_single(r, a, value);
    if (json_type(value) == JSON_NULL || (!json_is(value, JSON_ARRAY) && !scim_compat_on(r->compat, SCIM_REWRITE_WRAP)))
        return json_copy(NULL, value);
    json *list = json_array(NULL);
    if (!json_is(value, JSON_ARRAY))
        json_push(list, rewrite_single(r, a, value));
    else
        for (const json *n = json_first(value); n != NULL; n = json_next(n))
            json_push(list, rewrite_single(r, a, n));
    return list;
}

/* {"value":"{\"id\":…,\"value\":\"25\",\"displayName\":\"Role1234\"}"}: the object in the text, over what stands beside it. */
static void unpack_json_text(const struct rewriter *r, json *object)
{
    const char *text = json_get_text(object, "value", "");
    if (*text != '{')
        return;
    const json *inner = json_parse(r->arena, (struct bytes){text, strlen(text)}, "value", NULL);
    if (!json_is(inner, JSON_OBJECT) || json_count(inner) > SCIM_MAX_MEMBERS || json_get(inner, "value") == NULL)
        return;
    for (const json *n = json_first(inner); n != NULL; n = json_next(n))
        json_set_copy(object, json_key(n), n);
}

static void rename_display(const struct scim_attribute *a, json *object)
{
    json *display_name = json_edit_nocase(object, "displayName");
    if (display_name != NULL && scim_schema_sub(a, "displayName") == NULL && json_get_nocase(object, "display") == NULL)
        json_rename(display_name, "display");
}

/* Nothing in it that any rewrite is about: what most values are. */
static bool stays(const struct scim_attribute *a, const json *value)
{
    return !a->multi_valued && a->type != SCIM_COMPLEX && json_is(value, a->type == SCIM_BOOLEAN ? JSON_BOOL : JSON_STRING);
}

static void rewrite_members(const struct rewriter *r, const struct scim_attribute *a, json *object)
{
    for (json *n = json_edit_first(object), *next; n != NULL; n = next) {
        const struct scim_attribute *sub = scim_schema_sub(a, json_key(n));
        next = json_edit_next(n);
        if (sub == NULL)
            continue;
        if (sub->mutability == SCIM_READ_ONLY && a->mutability != SCIM_READ_ONLY && scim_compat_on(r->compat, SCIM_REWRITE_ECHO))
            json_remove_node(object, n);
        else if (!stays(sub, n))
            json_replace_node(object, n, rewrite_any(r, sub, n));
    }
}

static json *rewrite_complex(const struct rewriter *r, const struct scim_attribute *a, const json *value)
{
    bool has_value = scim_schema_sub(a, "value") != NULL, has_display = scim_schema_sub(a, "display") != NULL;
    bool bare = has_value && json_text(value) != NULL && scim_compat_on(r->compat, SCIM_REWRITE_BARE_VALUE);
    if (!bare && !json_is(value, JSON_OBJECT))
        return json_copy(NULL, value);
    json *object = bare ? json_object(NULL) : json_copy(NULL, value);
    if (bare)
        json_set_copy(object, "value", value);
    if (a->multi_valued && has_value && has_display && scim_compat_on(r->compat, SCIM_REWRITE_JSON_TEXT))
        unpack_json_text(r, object);
    if (has_display && scim_compat_on(r->compat, SCIM_REWRITE_DISPLAY_NAME))
        rename_display(a, object);
    rewrite_members(r, a, object);
    return object;
}

static json *rewrite_single(const struct rewriter *r, const struct scim_attribute *a, const json *value)
{
    bool truth = false;
    if (!a->multi_valued && json_is(value, JSON_ARRAY) && json_count(value) <= 1 &&
        scim_compat_on(r->compat, SCIM_REWRITE_UNWRAP))
        value = json_first(value); /* NULL for an empty list: copied as null */
    if (value == NULL)
        return json_new_null(NULL);
    if (a->type == SCIM_COMPLEX)
        return rewrite_complex(r, a, value);
    if (a->type == SCIM_BOOLEAN && scim_compat_on(r->compat, SCIM_REWRITE_BOOLEAN_TEXT) && boolean_text(value, &truth))
        return json_new_bool(NULL, truth);
    return json_copy(NULL, value);
}

json *compat_value(struct arena *arena, struct scim_compat compat, const struct scim_attribute *attribute, const json *value)
{
    struct rewriter r = {arena, compat};
    return rewrite_any(&r, attribute, value);
}

bool compat_is_empty(const struct scim_attribute *attribute, const json *value)
{
    const json *inner = json_get_nocase(value, "value");
    if (attribute->type != SCIM_COMPLEX || scim_schema_sub(attribute, "value") == NULL)
        return false;
    if (json_text(value) != NULL)
        return *json_text(value) == '\0';
    return json_text(inner) != NULL && *json_text(inner) == '\0';
}

/* --- names --- */

bool compat_resolve(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type, const char **name,
                    struct scim_place *out)
{
    if (scim_schema_resolve(type, *name, out))
        return true;
    if (!scim_compat_on(compat, SCIM_REWRITE_SHORT_NAME) || strchr(*name, ':') != NULL)
        return false;
    for (size_t i = 0; i < type->extension_count; i++) {
        const char *full = arena_printf(arena, "%s:%s", type->extensions[i].schema->id, *name);
        if (scim_schema_resolve(type, full, out)) {
            *name = full;
            return true;
        }
    }
    return false;
}

/* --- filters: a new tree, as far as something changes --- */

struct filter_rewriter {
    struct arena *arena;
    struct scim_compat compat;
    const struct scim_resource_type *type; /* for a search filter */
    const struct scim_attribute *element;  /* inside a value path of this attribute */
};

/* What a comparison is about; NULL when unknown. *name may get its URN. */
static const struct scim_attribute *compared(const struct filter_rewriter *r, const char **name)
{
    struct scim_place place = {0};
    if (r->element != NULL)
        return scim_schema_sub(r->element, *name);
    return compat_resolve(r->arena, r->compat, r->type, name, &place) ? scim_schema_leaf(&place) : NULL;
}

static const json *rewrite_literal(const struct filter_rewriter *r, const struct scim_attribute *a, const json *value)
{
    bool truth = false;
    if (a == NULL || a->type != SCIM_BOOLEAN || !scim_compat_on(r->compat, SCIM_REWRITE_BOOLEAN_TEXT) ||
        !boolean_text(value, &truth))
        return value;
    return json_new_bool(r->arena, truth);
}

static const struct scim_filter *rewrite_filter(const struct filter_rewriter *r, const struct scim_filter *f)
{
    struct scim_filter *out = arena_alloc(r->arena, sizeof *out);
    *out = *f;
    if (f->kind == SCIM_FILTER_AND || f->kind == SCIM_FILTER_OR || f->kind == SCIM_FILTER_NOT) {
        out->left = rewrite_filter(r, f->left);
        out->right = f->right != NULL ? rewrite_filter(r, f->right) : NULL;
        return out;
    }
    const struct scim_attribute *a = compared(r, &out->name);
    if (f->kind == SCIM_FILTER_COMPARE) {
        out->value = rewrite_literal(r, a, f->value);
        return out;
    }
    if (a == NULL || r->element != NULL)
        return out;
    out->left = compat_element_filter(r->arena, r->compat, a, f->left);
    out->value = f->sub != NULL ? rewrite_literal(r, scim_schema_sub(a, f->sub), f->value) : f->value;
    return out;
}

const struct scim_filter *compat_element_filter(struct arena *arena, struct scim_compat compat,
                                                const struct scim_attribute *attribute, const struct scim_filter *filter)
{
    struct filter_rewriter r = {.arena = arena, .compat = compat, .element = attribute};
    return rewrite_filter(&r, filter);
}

const struct scim_filter *scim_compat_filter(struct arena *arena, struct scim_compat compat,
                                             const struct scim_resource_type *type, const struct scim_filter *filter)
{
    struct filter_rewriter r = {.arena = arena, .compat = compat, .type = type};
    return rewrite_filter(&r, filter);
}
