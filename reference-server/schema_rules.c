#include "common/base.h"

#include "reference-server/registry.h"
#include "reference-server/schema_rules.h"

#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/item.h"
#include "reference-server/model/group.h"
#include "reference-server/model/unique.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"

#include <string.h>

/* --- uniqueness --- */

struct collector {
    struct arena *arena;
    const struct scim_schema *schema;
    const char *container;
    struct unique_rule *rules;
    size_t count;
};

static enum unique_kind kind_of(const struct scim_attribute *a)
{
    if (a->type == SCIM_DECIMAL || a->type == SCIM_INTEGER)
        return UNIQUE_NUMBER;
    if (a->type == SCIM_DATETIME)
        return UNIQUE_INSTANT;
    return a->case_exact ? UNIQUE_EXACT : UNIQUE_FOLDED;
}

static void add_rule(struct collector *c, const struct scim_attribute *a, const struct scim_attribute *sub)
{
    const struct scim_attribute *leaf = sub != NULL ? sub : a;
    if (leaf->uniqueness == SCIM_UNIQUE_NONE)
        return;
    const char *name = sub == NULL ? a->name : arena_printf(c->arena, "%s.%s", a->name, sub->name);
    const char *full = arena_printf(c->arena, "%s:%s", c->schema->id, name);
    c->rules[c->count++] = (struct unique_rule){.name = full,
                                                .label = c->container == NULL ? name : full,
                                                .container = c->container,
                                                .attribute = a->name,
                                                .sub = sub == NULL ? NULL : sub->name,
                                                .kind = kind_of(leaf),
                                                .secret = scim_schema_is_hidden(a) || scim_schema_is_hidden(leaf)};
}

static void add_schema(struct collector *c, const struct scim_schema *schema, bool extension)
{
    if (!schema->custom)
        return;
    c->schema = schema;
    c->container = extension ? schema->id : NULL;
    for (size_t i = 0; i < schema->count; i++) {
        const struct scim_attribute *a = &schema->attributes[i];
        add_rule(c, a, NULL);
        for (size_t k = 0; k < a->sub_count; k++)
            add_rule(c, a, &a->subs[k]);
    }
}

static struct unique_type rules_of(struct arena *arena, const struct scim_resource_type *type)
{
    struct collector c = {.arena = arena};
    c.rules = arena_array(arena, (type->extension_count + 1) * SCIM_SCHEMA_MAX_ATTRIBUTES, sizeof *c.rules);
    add_schema(&c, type->schema, false);
    for (size_t i = 0; i < type->extension_count; i++)
        add_schema(&c, type->extensions[i].schema, true);
    return (struct unique_type){type->name, c.rules, c.count};
}

const struct unique_rules *schema_rules_unique(struct arena *arena, const struct scim_registry *registry)
{
    struct unique_rules *rules = arena_alloc(arena, sizeof *rules);
    struct unique_type *types = arena_array(arena, registry->type_count, sizeof *types);
    for (size_t i = 0; i < registry->type_count; i++)
        types[i] = rules_of(arena, &registry->types[i]);
    *rules = (struct unique_rules){types, registry->type_count};
    return rules;
}

/* --- references --- */

struct walk {
    const struct exchange *x;
    const char *base; /* of this organization */
    struct scim_error *err;
};

/* Points at something outside, so nobody here can tell. */
static bool is_open(const struct scim_attribute *a)
{
    for (size_t i = 0; i < a->reference_count; i++)
        if (text_equal(a->reference_types[i], "external") || text_equal(a->reference_types[i], "uri"))
            return true;
    return false;
}

static bool exists(const struct walk *walk, const char *type, const char *id)
{
    if (strcmp(type, "User") == 0)
        return account_by_id(walk->x->organization, id) != NULL;
    if (strcmp(type, "Group") == 0)
        return group_by_id(walk->x->organization, id) != NULL;
    return item_by_id(walk->x->organization, type, id) != NULL;
}

static bool points_somewhere(const struct walk *walk, const struct scim_attribute *a, const char *reference)
{
    size_t base = text_starts(reference, walk->base) ? strlen(walk->base) : 0;
    const char *path = reference + base;
    if (base > 0 && path[0] != '/')
        return false;
    path += path[0] == '/';
    for (size_t i = 0; i < a->reference_count; i++) {
        const struct scim_resource_type *type = scim_schema_type(registry_of(walk->x), a->reference_types[i]);
        size_t n = type == NULL ? 0 : strlen(type->endpoint) - 1;
        if (n > 0 && strncmp(path, type->endpoint + 1, n) == 0 && path[n] == '/' && exists(walk, type->name, path + n + 1))
            return true;
    }
    return false;
}

static bool holds(const json *node, const char *text)
{
    if (json_is(node, JSON_STRING))
        return text_equal(json_text(node), text);
    for (const json *n = json_first(node); n != NULL; n = json_next(n))
        if (holds(n, text))
            return true;
    return false;
}

static bool check_reference(const struct walk *walk, const struct scim_attribute *a, const json *before, const json *value)
{
    for (const json *n = json_is(value, JSON_ARRAY) ? json_first(value) : value; n != NULL;
         n = json_is(value, JSON_ARRAY) ? json_next(n) : NULL) {
        const char *text = json_text(n);
        if (text != NULL && !holds(before, text) && !points_somewhere(walk, a, text))
            return scim_error_set(walk->x->arena, walk->err, 400, SCIM_INVALID_VALUE,
                                  "%s refers to %.200s, which is no %s of this organization", a->name, text,
                                  a->reference_count == 1 ? a->reference_types[0] : "resource");
    }
    return true;
}

static bool check_attribute(const struct walk *walk, const struct scim_attribute *a, const json *before, const json *value)
{
    if (value == NULL)
        return true;
    if (a->type == SCIM_REFERENCE)
        return is_open(a) || check_reference(walk, a, before, value);
    for (size_t i = 0; i < a->sub_count; i++) {
        if (a->subs[i].type != SCIM_REFERENCE || is_open(&a->subs[i]))
            continue;
        for (const json *n = json_is(value, JSON_ARRAY) ? json_first(value) : value; n != NULL;
             n = json_is(value, JSON_ARRAY) ? json_next(n) : NULL)
            if (!check_reference(walk, &a->subs[i], before, json_get(n, a->subs[i].name)))
                return false;
    }
    return true;
}

static bool check_schema(const struct walk *walk, const struct scim_schema *schema, const json *before, const json *holder)
{
    for (size_t i = 0; schema->custom && i < schema->count; i++) {
        const char *name = schema->attributes[i].name;
        if (!check_attribute(walk, &schema->attributes[i], json_get(before, name), json_get(holder, name)))
            return false;
    }
    return true;
}

bool schema_rules_references(const struct exchange *x, const struct scim_resource_type *type, const json *current,
                             const json *resource, struct scim_error *err)
{
    struct walk walk = {.x = x, .err = err};
    walk.base = tenant_scim_base(x->server, x->organization, x->arena);
    if (!check_schema(&walk, type->schema, current, resource))
        return false;
    for (size_t i = 0; i < type->extension_count; i++) {
        const struct scim_schema *schema = type->extensions[i].schema;
        if (!check_schema(&walk, schema, json_get(current, schema->id), json_get(resource, schema->id)))
            return false;
    }
    return true;
}
