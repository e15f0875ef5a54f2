#include "common/base.h"
#include "reference-server/scim/compat.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/compat_value.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/match.h"
#include "reference-server/scim/patch_lists.h"
#include "reference-server/scim/path.h"
#include "reference-server/scim/schema.h"

#include <string.h>

const struct scim_rewrite_row scim_compat_rows[SCIM_REWRITE_COUNT] = {
#define X(bit, name, who, text, strict) [bit] = {name, who, text, strict},
    SCIM_REWRITES(X)
#undef X
};

bool scim_compat_on(struct scim_compat compat, enum scim_rewrite rewrite)
{
    return (compat.off & (UINT32_C(1) << rewrite)) == 0;
}

bool scim_compat_switch(struct scim_compat *compat, const char *name, bool on)
{
    for (unsigned i = 0; i < SCIM_REWRITE_COUNT; i++)
        if (text_equal(scim_compat_rows[i].name, name)) {
            compat->off = on ? compat->off & ~(UINT32_C(1) << i) : compat->off | (UINT32_C(1) << i);
            return true;
        }
    return false;
}

struct rewriter {
    struct arena *arena;
    struct scim_compat compat;
    const struct scim_resource_type *type;
};

/* Objects above the cap are left alone for check.c and patch.c to refuse. */
static bool is_fit_object(const json *value)
{
    return json_is(value, JSON_OBJECT) && json_count(value) <= SCIM_MAX_MEMBERS;
}

static bool on(const struct rewriter *r, enum scim_rewrite rewrite)
{
    return scim_compat_on(r->compat, rewrite);
}

/* An attribute at the top of a resource, by its plain name. */
static const struct scim_attribute *plain_attribute(const struct rewriter *r, const char *name)
{
    const struct scim_attribute *a = scim_schema_common(name);
    return a != NULL ? a : scim_schema_attribute(r->type->schema, name);
}

/* Whether an object's key is really a path that its rewrite is on for: name.givenName, urn:…:User:department. */
static bool is_path_key(const struct rewriter *r, const char *key)
{
    if (scim_schema_extension(r->type, key) != NULL || plain_attribute(r, key) != NULL)
        return false;
    if (text_starts_nocase(key, "urn:"))
        return on(r, SCIM_REWRITE_URN_KEYS);
    return strpbrk(key, ".[") != NULL && on(r, SCIM_REWRITE_DOTTED_KEYS);
}

/* Sets a member to a value for an attribute; to null when it says that there is none. */
static void put_value(const struct rewriter *r, json *holder, const char *key, const struct scim_attribute *a, const json *value)
{
    if (a == NULL) {
        json_set_copy(holder, key, value);
        return;
    }
    json *rewritten = compat_value(r->arena, r->compat, a, value);
    bool clears = !a->multi_valued && on(r, SCIM_REWRITE_EMPTY_VALUE) && compat_is_empty(a, rewritten);
    json_put(holder, key, rewritten);
    if (clears)
        json_set_null(holder, key);
}

static json *member_object(json *holder, const char *name)
{
    json *object = json_edit_nocase(holder, name);
    return json_is(object, JSON_OBJECT) ? object : json_set_object(holder, name);
}

/* An extension's container, which may be half there already by keys that were paths. */
static void put_container(const struct rewriter *r, json *out, const struct scim_schema *schema, const json *value)
{
    if (!is_fit_object(value)) {
        json_set_copy(out, schema->id, value);
        return;
    }
    json *container = member_object(out, schema->id);
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        const struct scim_attribute *a = scim_schema_attribute(schema, json_key(n));
        put_value(r, container, json_key(n), a, n);
    }
}

/* --- the body of a POST or PUT --- */

static void copy_known_schemas(const struct rewriter *r, const json *list, json *out)
{
    json *schemas = json_set_array(out, "schemas");
    for (const json *n = json_first(list); n != NULL; n = json_next(n)) {
        const char *urn = json_text(n);
        bool known = urn == NULL || text_equal_nocase(urn, r->type->schema->id) || scim_schema_extension(r->type, urn) != NULL;
        if (known || !on(r, SCIM_REWRITE_EXTRA_SCHEMAS))
            json_push_copy(schemas, n);
    }
}

/* A key that is a path: its value goes where the path says. */
static void put_at_path(const struct rewriter *r, json *out, const char *key, const json *value)
{
    struct scim_place place;
    if (!scim_schema_resolve(r->type, key, &place) || place.attribute == NULL ||
        (place.sub != NULL && place.attribute->multi_valued))
        return;
    json *holder = place.extension != NULL ? member_object(out, place.extension->id) : out;
    if (place.sub != NULL)
        holder = member_object(holder, place.attribute->name);
    const struct scim_attribute *leaf = scim_schema_leaf(&place);
    put_value(r, holder, leaf->name, leaf, value);
}

json *scim_compat_resource(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type,
                           const json *body)
{
    struct rewriter r = {arena, compat, type};
    if (!is_fit_object(body))
        return json_copy(arena, body);
    json *out = json_object(arena);
    for (const json *n = json_first(body); n != NULL; n = json_next(n)) {
        const char *key = json_key(n);
        const struct scim_extension *extension = scim_schema_extension(type, key);
        const struct scim_attribute *a = plain_attribute(&r, key);
        if (extension != NULL)
            put_container(&r, out, extension->schema, n);
        else if (text_equal_nocase(key, "schemas") && json_is(n, JSON_ARRAY))
            copy_known_schemas(&r, n, out);
        else if (a != NULL)
            put_value(&r, out, key, a, n);
        else if (is_path_key(&r, key))
            put_at_path(&r, out, key, n);
        else
            json_set_copy(out, key, n);
    }
    return out;
}

/* --- PATCH, first step: keys that are paths --- */

struct steps {
    struct scim_operation *items;
    size_t count, capacity;
};

static void add_step(const struct rewriter *r, struct steps *s, const char *op, const char *path, const json *value)
{
    if (s->count == s->capacity) {
        size_t more = s->capacity == 0 ? 4 : s->capacity * 2;
        s->items = arena_grow(r->arena, s->items, s->count, more, sizeof *s->items);
        s->capacity = more;
    }
    s->items[s->count++] = (struct scim_operation){.op = op, .path = path, .value = value};
}

static const char *canonical_op(const struct rewriter *r, const char *op)
{
    static const char *const names[] = {"add", "remove", "replace"};
    for (size_t i = 0; i < ARRAY_LEN(names) && on(r, SCIM_REWRITE_OP_CASE); i++)
        if (text_equal_nocase(op, names[i]))
            return names[i];
    return op;
}

/* A key that names an extension's attribute without its URN: department. */
static bool is_short_key(const struct rewriter *r, const char *key)
{
    struct scim_place place;
    const char *name = key;
    return plain_attribute(r, key) == NULL && scim_schema_extension(r->type, key) == NULL && strpbrk(key, ".:[") == NULL &&
           compat_resolve(r->arena, r->compat, r->type, &name, &place);
}

struct scim_patch scim_compat_split(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type,
                                    const struct scim_operation *operation)
{
    struct rewriter r = {arena, compat, type};
    struct steps s = {0};
    const char *op = canonical_op(&r, operation->op);
    bool writes = text_equal(op, "add") || text_equal(op, "replace");
    if (operation->path != NULL || !writes || !is_fit_object(operation->value)) {
        add_step(&r, &s, op, operation->path, operation->value);
        return (struct scim_patch){s.items, s.count};
    }
    json *rest = json_object(arena);
    add_step(&r, &s, op, NULL, rest);
    for (const json *n = json_first(operation->value); n != NULL; n = json_next(n)) {
        const char *key = json_key(n);
        bool echo = text_equal_nocase(key, "schemas") || text_equal_nocase(key, "meta");
        if (echo && on(&r, SCIM_REWRITE_ECHO))
            continue;
        const struct scim_extension *extension = scim_schema_extension(type, key);
        const struct scim_attribute *a = plain_attribute(&r, key);
        if (is_path_key(&r, key) || is_short_key(&r, key))
            add_step(&r, &s, op, key, n);
        else if (extension != NULL)
            put_container(&r, rest, extension->schema, n);
        else
            put_value(&r, rest, key, a, n);
    }
    return (struct scim_patch){s.items, s.count};
}

/* --- PATCH, second step: one operation, with the resource as it stands --- */

struct situation {
    const struct rewriter *r;
    json *current;
    struct patch_lists *lists;
    const char *op;
    const char *name; /* of the attribute, with its URN where it needs one */
    const struct scim_filter *filter;
    const char *sub; /* behind the bracket */
    struct scim_place place;
    const struct scim_attribute *leaf;
    json *value; /* rewritten; NULL: none */
};

static json *current_value(const struct situation *s)
{
    json *holder = s->place.extension != NULL ? json_edit(s->current, s->place.extension->id) : s->current;
    return json_edit(holder, s->place.attribute->name);
}

static const char *path_text(const struct situation *s)
{
    struct scim_path path = {s->name, s->filter, s->sub};
    return scim_path_print(s->r->arena, &path);
}

/* Whether the filter selects any of the values there are; unreadable filters count as yes, so that patch.c refuses them. */
static bool selects(const struct situation *s)
{
    const struct scim_matcher *matcher = NULL;
    json *value = current_value(s);
    if (!scim_match_compile_element(s->r->arena, s->place.attribute, s->filter, &matcher, NULL))
        return true;
    if (!json_is(value, JSON_ARRAY))
        return value != NULL && scim_match(matcher, value);
    return patch_lists_match(s->lists, s->place.attribute, value, matcher).count > 0;
}

/* manager[value eq "x"]: the one value, if it is that. True when nothing is left to do. */
static bool rewrite_single_filter(struct situation *s)
{
    const struct scim_attribute *a = s->place.attribute;
    if (s->filter == NULL || a->multi_valued || a->type != SCIM_COMPLEX || !on(s->r, SCIM_REWRITE_SINGLE_FILTER))
        return false;
    if (!selects(s))
        return text_equal(s->op, "remove");
    s->filter = NULL;
    if (s->sub != NULL)
        s->name = arena_printf(s->r->arena, "%s.%s", s->name, s->sub);
    s->sub = NULL;
    return false;
}

static bool rewrite_remove_values(const struct situation *s, struct steps *out)
{
    const struct scim_attribute *a = s->place.attribute;
    bool listed = json_is(s->value, JSON_ARRAY) && text_equal(s->op, "remove") && s->filter == NULL && s->place.sub == NULL;
    if (!listed || !a->multi_valued || !on(s->r, SCIM_REWRITE_REMOVE_VALUES))
        return false;
    if (json_first(s->value) == NULL)
        return true;
    add_step(s->r, out, s->op, s->name, s->value);
    out->items[out->count - 1].listed = true;
    return true;
}

static bool rewrite_empty(const struct situation *s, struct steps *out)
{
    bool single = !s->leaf->multi_valued && s->filter == NULL && compat_is_empty(s->leaf, s->value);
    bool nothing = s->value != NULL && (json_type(s->value) == JSON_NULL || text_equal(json_text(s->value), ""));
    bool element = s->filter != NULL && s->sub != NULL && nothing;
    if (text_equal(s->op, "remove") || (!single && !element) || !on(s->r, SCIM_REWRITE_EMPTY_VALUE))
        return false;
    add_step(s->r, out, "remove", path_text(s), NULL);
    return true;
}

/* The element that a filter without match describes, with the value on it; NULL when it describes none. */
static json *described_element(const struct situation *s)
{
    json *element = s->filter != NULL ? scim_filter_literals(s->r->arena, s->filter) : json_object(s->r->arena);
    const char *sub = s->filter != NULL ? s->sub : s->place.sub->name;
    if (element == NULL || s->value == NULL || json_type(s->value) == JSON_NULL)
        return NULL;
    if (sub != NULL) {
        json_set_copy(element, sub, s->value);
        return element;
    }
    if (!is_fit_object(s->value))
        return NULL;
    for (const json *n = json_first(s->value); n != NULL; n = json_next(n))
        json_set_copy(element, json_key(n), n);
    return element;
}

static bool rewrite_miss(const struct situation *s, struct steps *out)
{
    const struct scim_attribute *a = s->place.attribute;
    bool place = a->multi_valued && a->type == SCIM_COMPLEX && a->mutability != SCIM_READ_ONLY;
    if (!place || text_equal(s->op, "remove") || !on(s->r, SCIM_REWRITE_CREATE_ON_MISS))
        return false;
    bool hit =
        s->filter != NULL ? s->place.sub != NULL || selects(s) : s->place.sub == NULL || json_first(current_value(s)) != NULL;
    if (hit)
        return false;
    json *element = described_element(s);
    if (element == NULL)
        return false;
    json *list = json_array(s->r->arena);
    json_push_copy(list, element);
    struct scim_place whole = {s->place.extension, a, NULL};
    add_step(s->r, out, "add", scim_schema_place_name(s->r->arena, &whole), list);
    return true;
}

/* Reads the path. False: not one we know anything about. */
static bool read_situation(struct situation *s, const struct scim_operation *operation)
{
    struct scim_path path;
    s->op = operation->op;
    if (!scim_path_parse(s->r->arena, operation->path, &path, NULL))
        return false;
    s->name = path.name;
    s->sub = path.sub;
    if (!compat_resolve(s->r->arena, s->r->compat, s->r->type, &s->name, &s->place) || s->place.attribute == NULL)
        return false;
    s->leaf = path.sub != NULL ? scim_schema_sub(s->place.attribute, path.sub) : scim_schema_leaf(&s->place);
    s->filter = path.filter;
    if (s->filter != NULL)
        s->filter = compat_element_filter(s->r->arena, s->r->compat, s->place.attribute, s->filter);
    return s->leaf != NULL;
}

static json *kept_value(const struct situation *s, const json *value)
{
    return json_keep(s->r->arena, compat_value(s->r->arena, s->r->compat, s->leaf, value));
}

/* An element that a filter selects is one value, though its attribute is multi-valued. */
static json *situation_value(const struct situation *s, const json *value)
{
    if (value == NULL || s->filter == NULL || s->sub != NULL || !s->leaf->multi_valued)
        return value == NULL ? NULL : kept_value(s, value);
    json *list = kept_value(s, value);
    bool single =
        json_is(list, JSON_ARRAY) && json_count(list) == 1 && (!json_is(value, JSON_ARRAY) || on(s->r, SCIM_REWRITE_UNWRAP));
    return single ? json_copy(s->r->arena, json_first(list)) : list;
}

static void rewrite_path(struct situation *s, struct steps *out)
{
    if (rewrite_single_filter(s) || rewrite_remove_values(s, out) || rewrite_empty(s, out) || rewrite_miss(s, out))
        return;
    add_step(s->r, out, s->op, path_text(s), s->value);
}

struct scim_patch scim_compat_operation(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type,
                                        json *current, struct patch_lists *lists, const struct scim_operation *operation)
{
    struct rewriter r = {arena, compat, type};
    struct steps out = {0};
    struct situation s = {.r = &r, .current = current, .lists = lists};
    if (operation->path != NULL && read_situation(&s, operation)) {
        s.value = situation_value(&s, operation->value);
        rewrite_path(&s, &out);
    } else {
        add_step(&r, &out, operation->op, operation->path, operation->value);
    }
    return (struct scim_patch){out.items, out.count};
}
