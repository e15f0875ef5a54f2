#include "common/base.h"
#include "reference-server/scim/check.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/syntax.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"

#include <string.h>

struct checker {
    struct arena *arena;
    const char *parent; /* name of the attribute around, "" at the top */
    bool keep_read_only;
    struct scim_error *err;
};

static bool refuse(const struct checker *c, const char *name, const char *what)
{
    return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_VALUE, "%s%s%s %s", c->parent, *c->parent != '\0' ? "." : "", name,
                          what);
}

/* --- one value --- */

static bool check_text(const struct checker *c, const struct scim_attribute *a, const char *name, const char *text)
{
    int64_t instant = 0;
    if (text == NULL)
        return refuse(c, name, "must be a string");
    if (strlen(text) > SCIM_MAX_TEXT)
        return refuse(c, name, "is longer than 65536 bytes");
    if (a->required && text_is_blank(text))
        return refuse(c, name, "is required and must not be empty");
    if (a->type == SCIM_DATETIME && !time_parse(text, &instant))
        return refuse(c, name, "must be a dateTime such as 2026-11-22T17:45:37Z");
    if (a->type == SCIM_BINARY && !syntax_is_base64(text))
        return refuse(c, name, "must be base64");
    if (a->type == SCIM_REFERENCE && a->custom && !syntax_is_uri(text))
        return refuse(c, name, "must be a URI");
    return true;
}

static bool check_simple(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value)
{
    int64_t integer = 0;
    switch (a->type) {
    case SCIM_BOOLEAN:
        return json_is(value, JSON_BOOL) || refuse(c, name, "must be true or false");
    case SCIM_DECIMAL:
        return json_is(value, JSON_NUMBER) || refuse(c, name, "must be a number");
    case SCIM_INTEGER:
        return json_integer(value, &integer) || refuse(c, name, "must be an integer");
    case SCIM_STRING:
    case SCIM_DATETIME:
    case SCIM_REFERENCE:
    case SCIM_BINARY:
        return check_text(c, a, name, json_text(value));
    case SCIM_COMPLEX:
        return false;
    }
    return false;
}

static bool check_any(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value, json **out);

/* Two members of one name in different case would leave the order to decide (A42). */
static bool check_names(const struct checker *c, const json *object)
{
    if (json_count(object) > SCIM_MAX_MEMBERS)
        return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_SYNTAX, "an object has more than %d members", SCIM_MAX_MEMBERS);
    for (const json *a = json_first(object); a != NULL; a = json_next(a))
        for (const json *b = json_next(a); b != NULL; b = json_next(b))
            if (text_equal_nocase(json_key(a), json_key(b)))
                return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_SYNTAX, "%s is there twice", json_key(a));
    return true;
}

static bool check_member(const struct checker *c, const struct scim_attribute *a, const json *member, json *out)
{
    const struct scim_attribute *sub = scim_schema_sub(a, json_key(member));
    json *kept = NULL;
    if (sub == NULL || (sub->mutability == SCIM_READ_ONLY && !c->keep_read_only))
        return true;
    if (!check_any(c, sub, sub->name, member, &kept))
        return false;
    if (kept != NULL)
        json_put(out, sub->name, kept);
    return true;
}

static bool check_complex(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value,
                          json **out)
{
    struct checker inner = *c;
    CLEANUP(json_cleanup) json *object = json_object(NULL);
    inner.parent = name;
    if (!json_is(value, JSON_OBJECT))
        return refuse(c, name, "must be an object");
    if (!check_names(c, value))
        return false;
    for (const json *n = json_first(value); n != NULL; n = json_next(n))
        if (!check_member(&inner, a, n, object))
            return false;
    if (json_count(object) == 0)
        return true;
    *out = object; /* what is required of it is looked at when the resource is whole */
    object = NULL;
    return true;
}

static bool check_single(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value, json **out)
{
    *out = NULL;
    if (json_type(value) == JSON_NULL)
        return true;
    if (a->type == SCIM_COMPLEX)
        return check_complex(c, a, name, value, out);
    if (!check_simple(c, a, name, value))
        return false;
    *out = json_copy(NULL, value);
    return true;
}

/* --- lists --- */

/* The same value with the same type twice is one element (RFC 7643 §2.4). */
static bool is_repeated(const struct checker *c, struct map *seen, const json *element)
{
    const char *value = json_is(element, JSON_OBJECT) ? json_text(json_get(element, "value")) : json_text(element);
    if (value == NULL)
        return false;
    char *key = arena_printf(c->arena, "%s\n%s", value, json_get_text(element, "type", ""));
    if (map_get(seen, key) != NULL)
        return true;
    map_set(seen, key, key);
    return false;
}

static bool check_elements(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value,
                           json *list, struct map *seen)
{
    bool primary = false;
    for (const json *n = json_first(value); n != NULL; n = json_next(n)) {
        json *element = NULL;
        if (!check_single(c, a, name, n, &element))
            return false;
        if (element == NULL)
            continue;
        if (is_repeated(c, seen, element)) {
            json_free(element);
            continue;
        }
        bool is_primary = json_true(json_get(element, "primary"));
        json_push(list, element);
        if (is_primary && primary)
            return refuse(c, name, "has more than one primary value");
        primary = primary || is_primary;
    }
    return true;
}

static bool check_list(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value, json **out)
{
    *out = NULL;
    if (json_type(value) == JSON_NULL)
        return true;
    if (!json_is(value, JSON_ARRAY))
        return refuse(c, name, "must be an array");
    if (json_count(value) > SCIM_MAX_ELEMENTS)
        return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_VALUE, "%s has more than %d values", name, SCIM_MAX_ELEMENTS);
    CLEANUP(json_cleanup) json *list = json_array(NULL);
    struct map *seen = map_new();
    bool good = check_elements(c, a, name, value, list, seen);
    map_free(seen);
    if (!good || json_first(list) == NULL)
        return good;
    *out = list;
    list = NULL;
    return true;
}

static bool check_any(const struct checker *c, const struct scim_attribute *a, const char *name, const json *value, json **out)
{
    return a->multi_valued ? check_list(c, a, name, value, out) : check_single(c, a, name, value, out);
}

bool scim_check_value(struct arena *arena, const struct scim_attribute *attribute, const char *name, const json *value,
                      bool keep_read_only, json **out, struct scim_error *err)
{
    struct checker c = {arena, "", keep_read_only, err};
    return check_any(&c, attribute, name, value, out);
}

bool scim_check_element(struct arena *arena, const struct scim_attribute *attribute, const char *name, const json *value,
                        bool keep_read_only, json **out, struct scim_error *err)
{
    struct checker c = {arena, "", keep_read_only, err};
    return check_single(&c, attribute, name, value, out);
}

/* --- whole resources --- */

static bool check_schemas_member(const struct checker *c, const struct scim_resource_type *type, const json *body)
{
    const json *schemas = json_get_nocase(body, "schemas");
    bool core = false;
    if (!json_is(schemas, JSON_ARRAY))
        return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_SYNTAX, "schemas must be an array that holds %s",
                              type->schema->id);
    for (const json *n = json_first(schemas); n != NULL; n = json_next(n)) {
        const char *urn = json_text(n);
        if (urn == NULL || (!text_equal_nocase(urn, type->schema->id) && scim_schema_extension(type, urn) == NULL))
            return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_SYNTAX, "schemas holds %s, which a %s does not have",
                                  urn != NULL ? urn : "something that is not a URN", type->name);
        core = core || text_equal_nocase(urn, type->schema->id);
    }
    return core || scim_error_set(c->arena, c->err, 400, SCIM_INVALID_SYNTAX, "schemas must hold %s", type->schema->id);
}

/* Takes over one member of a resource or of an extension's container. */
static bool take_attribute(const struct checker *c, const struct scim_attribute *a, const json *member, json *out)
{
    json *kept = NULL;
    if (a == NULL || a->mutability == SCIM_READ_ONLY || text_equal(a->name, "schemas"))
        return true;
    if (!check_any(c, a, a->name, member, &kept))
        return false;
    if (kept != NULL)
        json_put(out, a->name, kept);
    return true;
}

static bool take_extension(const struct checker *c, const struct scim_schema *schema, const json *member, json *out)
{
    if (json_type(member) == JSON_NULL)
        return true;
    if (!json_is(member, JSON_OBJECT))
        return refuse(c, schema->id, "must be an object");
    if (!check_names(c, member))
        return false;
    json *container = json_set_object(out, schema->id);
    for (const json *n = json_first(member); n != NULL; n = json_next(n))
        if (!take_attribute(c, scim_schema_attribute(schema, json_key(n)), n, container))
            return false;
    return true;
}

static bool take_member(const struct checker *c, const struct scim_resource_type *type, const json *member, json *out)
{
    const struct scim_extension *extension = scim_schema_extension(type, json_key(member));
    if (extension != NULL)
        return take_extension(c, extension->schema, member, out);
    const struct scim_attribute *a = scim_schema_common(json_key(member));
    return take_attribute(c, a != NULL ? a : scim_schema_attribute(type->schema, json_key(member)), member, out);
}

static bool check_required(const struct checker *c, const struct scim_schema *schema, const json *holder)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        if (!a->required || a->mutability == SCIM_READ_ONLY)
            continue;
        const json *value = json_get(holder, a->name);
        if (value == NULL || (json_is(value, JSON_STRING) && text_is_blank(json_text(value))))
            return refuse(c, a->name, "is required");
    }
    return true;
}

static const struct scim_attribute *missing_sub(const struct scim_attribute *a, const json *value)
{
    for (size_t i = 0; json_is(value, JSON_OBJECT) && i < a->sub_count; i++)
        if (a->subs[i].required && a->subs[i].mutability != SCIM_READ_ONLY && json_get(value, a->subs[i].name) == NULL)
            return &a->subs[i];
    return NULL;
}

static bool requires_subs(const struct scim_attribute *a)
{
    for (size_t i = 0; i < a->sub_count; i++)
        if (a->subs[i].required)
            return true;
    return false;
}

static bool check_required_subs(const struct checker *c, const struct scim_schema *schema, const json *holder)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        struct checker inner = *c;
        inner.parent = a->name;
        if (!requires_subs(a))
            continue;
        const json *value = json_get(holder, a->name);
        const struct scim_attribute *missing = missing_sub(a, value);
        for (const json *n = json_is(value, JSON_ARRAY) ? json_first(value) : NULL; n != NULL && missing == NULL;
             n = json_next(n))
            missing = missing_sub(a, n);
        if (missing != NULL)
            return refuse(&inner, missing->name, "is required");
    }
    return true;
}

static bool check_primaries(const struct checker *c, const struct scim_schema *schema, const json *holder)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        int primaries = 0;
        if (!a->multi_valued || scim_schema_sub(a, "primary") == NULL)
            continue;
        for (const json *n = json_first(json_get(holder, a->name)); n != NULL; n = json_next(n))
            primaries += json_true(json_get(n, "primary"));
        if (primaries > 1)
            return refuse(c, a->name, "has more than one primary value");
    }
    return true;
}

static bool check_schema(const struct checker *c, const struct scim_schema *schema, const json *holder)
{
    return check_required(c, schema, holder) && check_required_subs(c, schema, holder) && check_primaries(c, schema, holder);
}

bool scim_check_whole(struct arena *arena, const struct scim_resource_type *type, const json *resource, struct scim_error *err)
{
    struct checker c = {arena, "", true, err};
    if (!check_schema(&c, type->schema, resource))
        return false;
    for (size_t i = 0; i < type->extension_count; i++) {
        const struct scim_extension *extension = &type->extensions[i];
        const json *container = json_get(resource, extension->schema->id);
        if (container == NULL && extension->required)
            return refuse(&c, extension->schema->id, "is required");
        if (container != NULL && !check_schema(&c, extension->schema, container))
            return false;
    }
    return true;
}

void scim_check_schemas(const struct scim_resource_type *type, json *resource)
{
    json *schemas = json_set_array(resource, "schemas");
    json_push_text(schemas, type->schema->id);
    for (size_t i = 0; i < type->extension_count; i++) {
        const char *urn = type->extensions[i].schema->id;
        const json *container = json_get(resource, urn);
        if (container != NULL && json_count(container) == 0)
            json_remove(resource, urn);
        else if (container != NULL)
            json_push_text(schemas, urn);
    }
}

static bool take_body(const struct checker *c, const struct scim_resource_type *type, const json *body, json *resource)
{
    if (!json_is(body, JSON_OBJECT))
        return scim_error_set(c->arena, c->err, 400, SCIM_INVALID_SYNTAX, "the body must be a JSON object");
    if (!check_names(c, body) || !check_schemas_member(c, type, body))
        return false;
    json_set_array(resource, "schemas"); /* so that it comes first */
    for (const json *n = json_first(body); n != NULL; n = json_next(n))
        if (!take_member(c, type, n, resource))
            return false;
    scim_check_schemas(type, resource);
    return true;
}

bool scim_check_create(struct arena *arena, const struct scim_resource_type *type, const json *body, json **out,
                       struct scim_error *err)
{
    struct checker c = {arena, "", false, err};
    json *resource = json_object(arena);
    if (!take_body(&c, type, body, resource) || !scim_check_whole(arena, type, resource, err))
        return false;
    *out = resource;
    return true;
}

/* --- replacing --- */

#define UNORDERED_MAX 100 /* elements up to which their order is passed over */

static bool holds(const json *list, const json *element)
{
    for (const json *n = json_first(list); n != NULL; n = json_next(n))
        if (json_equal(n, element))
            return true;
    return false;
}

/* The order of a multi-valued attribute says nothing. */
static bool same_value(const json *a, const json *b)
{
    if (json_equal(a, b) || !json_is(a, JSON_ARRAY) || json_count(a) != json_count(b) || json_count(a) > UNORDERED_MAX)
        return json_equal(a, b);
    for (const json *n = json_first(a); n != NULL; n = json_next(n))
        if (!holds(b, n))
            return false;
    return true;
}

/* What the server or an earlier request put into a single complex value stays, as long as it is the same value. */
static bool keep_subs(const struct checker *c, const struct scim_attribute *a, const json *before, json *after)
{
    bool same = json_equal(json_get(before, "value"), json_get(after, "value"));
    for (size_t i = 0; i < a->sub_count; i++) {
        const struct scim_attribute *sub = &a->subs[i];
        const json *old = json_get(before, sub->name), *new = json_get(after, sub->name);
        if (sub->mutability == SCIM_READ_ONLY && same && old != NULL)
            json_set_copy(after, sub->name, old);
        if (sub->mutability == SCIM_WRITE_ONLY && new == NULL && old != NULL)
            json_set_copy(after, sub->name, old);
        if (sub->mutability == SCIM_IMMUTABLE && old != NULL && !same_value(old, new))
            return scim_error_set(c->arena, c->err, 400, SCIM_MUTABILITY, "%s.%s can't be changed", a->name, sub->name);
    }
    return true;
}

static bool keep_attribute(const struct checker *c, const struct scim_attribute *a, const json *before, json *after)
{
    const json *old = json_get(before, a->name), *new = json_get(after, a->name);
    if (old == NULL)
        return true;
    if (a->mutability == SCIM_READ_ONLY || (a->mutability == SCIM_WRITE_ONLY && new == NULL))
        json_set_copy(after, a->name, old);
    else if (a->mutability == SCIM_IMMUTABLE && !same_value(old, new))
        return scim_error_set(c->arena, c->err, 400, SCIM_MUTABILITY, "%s can't be changed", a->name);
    else if (a->type == SCIM_COMPLEX && !a->multi_valued && new != NULL)
        return keep_subs(c, a, old, json_edit(after, a->name));
    return true;
}

static bool keep_schema(const struct checker *c, const struct scim_schema *schema, const json *before, json *after)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!keep_attribute(c, &schema->attributes[i], before, after))
            return false;
    return true;
}

bool scim_check_replace(struct arena *arena, const struct scim_resource_type *type, const json *body, const json *current,
                        json **out, struct scim_error *err)
{
    static const char *const server_made[] = {"id", "meta"};
    struct checker c = {arena, "", true, err}, reader = {arena, "", false, err};
    json *resource = json_object(arena);
    if (!take_body(&reader, type, body, resource) || !keep_schema(&c, type->schema, current, resource))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(server_made); i++)
        json_set_copy(resource, server_made[i], json_get(current, server_made[i]));
    for (size_t i = 0; i < type->extension_count; i++) {
        const struct scim_schema *schema = type->extensions[i].schema;
        const json *before = json_get(current, schema->id);
        if (before == NULL)
            continue;
        json *after = json_edit(resource, schema->id);
        if (!keep_schema(&c, schema, before, after != NULL ? after : json_set_object(resource, schema->id)))
            return false;
    }
    scim_check_schemas(type, resource);
    if (!scim_check_whole(arena, type, resource, err))
        return false;
    *out = resource;
    return true;
}

static bool check_kept(const struct checker *c, const struct scim_schema *schema, const json *before, const json *after)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        const json *old = json_get(before, a->name), *new = json_get(after, a->name);
        if (a->mutability == SCIM_IMMUTABLE && old != NULL && !same_value(old, new))
            return scim_error_set(c->arena, c->err, 400, SCIM_MUTABILITY, "%s can't be changed", a->name);
        for (size_t k = 0; !a->multi_valued && old != NULL && new != NULL &&k < a->sub_count; k++) {
            const char *sub = a->subs[k].name;
            if (a->subs[k].mutability == SCIM_IMMUTABLE && json_get(old, sub) != NULL &&
                !same_value(json_get(old, sub), json_get(new, sub)))
                return scim_error_set(c->arena, c->err, 400, SCIM_MUTABILITY, "%s.%s can't be changed", a->name, sub);
        }
    }
    return true;
}

bool scim_check_kept(struct arena *arena, const struct scim_resource_type *type, const json *before, const json *after,
                     struct scim_error *err)
{
    struct checker c = {arena, "", true, err};
    if (!check_kept(&c, type->schema, before, after))
        return false;
    for (size_t i = 0; i < type->extension_count; i++) {
        const struct scim_schema *schema = type->extensions[i].schema;
        if (!check_kept(&c, schema, json_get(before, schema->id), json_get(after, schema->id)))
            return false;
    }
    return true;
}
