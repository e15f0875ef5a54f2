#include "common/base.h"

#include "reference-server/registry.h"

#include "common/embedded.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/item.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/router.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"

#define OFFERED_SCHEMAS "reference-server/schemas/okta-entitlements.json"

/* --- custom attributes --- */

static bool is_first(const struct policy_custom_mappings *mappings, size_t which)
{
    for (size_t i = 0; i < which; i++)
        if (text_equal(mappings->items[i].attribute, mappings->items[which].attribute))
            return false;
    return true;
}

static void put_attribute(json *attributes, const struct policy_custom_mapping *mapping)
{
    json *out = json_push_object(attributes);
    json_set_text(out, "name", mapping->attribute);
    json_set_text(out, "type", "string");
    json_set_bool(out, "multiValued", mapping->many);
    json_set_text(out, "description", "An attribute of the customer's own.");
    json_set_bool(out, "required", false);
    json_set_bool(out, "caseExact", false);
    json_set_text(out, "mutability", "readWrite");
    json_set_text(out, "returned", "default");
    json_set_text(out, "uniqueness", "none");
}

static void add_custom(json *schemas, json *types, const struct policy_custom_mappings *mappings)
{
    json *schema = json_push_object(schemas);
    json_push_text(json_set_array(schema, "schemas"), SCIM_URN_SCHEMA);
    json_set_text(schema, "id", ACCOUNT_URN_CUSTOM);
    json_set_text(schema, "name", "CustomUser");
    json_set_text(schema, "description", "Attributes of the customer's own");
    json *attributes = json_set_array(schema, "attributes");
    for (size_t i = 0; i < mappings->count; i++)
        if (is_first(mappings, i))
            put_attribute(attributes, &mappings->items[i]);
    json *type = json_push_object(types);
    json_set_text(type, "name", "User");
    json *extension = json_push_object(json_set_array(type, "schemaExtensions"));
    json_set_text(extension, "schema", ACCOUNT_URN_CUSTOM);
    json_set_bool(extension, "required", false);
}

/* --- what is offered --- */

static bool is_free(const struct scim_registry *base, const struct policy_offered *offered)
{
    bool free = scim_schema_type(base, offered->name) == NULL;
    for (size_t i = 0; i < base->type_count; i++)
        free = free && !text_equal_nocase(base->types[i].endpoint, offered->endpoint);
    return free;
}

static const char *urn_of(const struct policy_offered *offered)
{
    return text_equal(offered->grants, OFFERED_ROLES) ? OFFERED_URN_ROLE : OFFERED_URN_ENTITLEMENT;
}

static void add_schema(json *schemas, const struct scim_registry *base, const char *urn)
{
    const struct embedded_file *file = embedded_find(OFFERED_SCHEMAS);
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const json *documents = file == NULL ? NULL : json_parse(arena, file->data, OFFERED_SCHEMAS, NULL);
    bool there = scim_schema_find(base, urn) != NULL;
    for (const json *n = json_first(schemas); n != NULL; n = json_next(n))
        there = there || text_equal(json_get_text(n, "id", NULL), urn);
    for (const json *n = json_first(documents); n != NULL && !there; n = json_next(n))
        if (text_equal(json_get_text(n, "id", NULL), urn))
            json_push_copy(schemas, n);
}

static void add_offered(json *schemas, json *types, const struct scim_registry *base, const struct policy_offered *offered)
{
    add_schema(schemas, base, urn_of(offered));
    json *type = json_push_object(types);
    json_push_text(json_set_array(type, "schemas"), SCIM_URN_RESOURCE_TYPE);
    json_set_text(type, "id", offered->name);
    json_set_text(type, "name", offered->name);
    json_set_text(type, "endpoint", offered->endpoint);
    json_set_text(type, "description", offered->name);
    json_set_text(type, "schema", urn_of(offered));
    json_set_array(type, "schemaExtensions");
}

/* --- both --- */

static const json *additions_for(struct arena *arena, const struct scim_registry *base, const struct policies *policies)
{
    json *additions = json_object(arena), *schemas = json_set_array(additions, "schemas");
    json *types = json_set_array(additions, "resourceTypes");
    if (policies->custom_mappings.count > 0 && scim_schema_find(base, ACCOUNT_URN_CUSTOM) == NULL)
        add_custom(schemas, types, &policies->custom_mappings);
    for (size_t i = 0; i < policies->entitlements.count; i++)
        if (is_free(base, &policies->entitlements.items[i]))
            add_offered(schemas, types, base, &policies->entitlements.items[i]);
    return json_count(types) > 0 ? additions : NULL;
}

/* It cannot fail: names and number of attributes and types were looked at with the policy (POLICY_MAX_CUSTOM, OFFERED_MAX_TYPES). */
static void renew(const struct exchange *x)
{
    struct tenant *tenant = x->tenant;
    const struct scim_registry *base = x->server->registry;
    const struct policies *policies = x->organization->policies;
    struct error err;
    arena_free(tenant->registry_arena);
    tenant->registry_arena = NULL;
    tenant->registry = base;
    tenant->routes = (struct routes){0};
    tenant->registry_version = x->organization->policy_version;
    if (policies->custom_mappings.count + policies->entitlements.count == 0)
        return;
    tenant->registry_arena = arena_new();
    const json *additions = additions_for(tenant->registry_arena, base, policies);
    if (additions == NULL || !scim_schema_load_more(tenant->registry_arena, base, additions, &tenant->registry, &err))
        tenant->registry = base;
    else
        tenant->routes = router_rows_offered(tenant->registry_arena, tenant->registry, base->type_count);
}

const struct scim_registry *registry_of(const struct exchange *x)
{
    if (x->tenant == NULL || x->organization == NULL)
        return x->server->registry;
    if (x->tenant->registry == NULL || x->tenant->registry_version != x->organization->policy_version)
        renew(x);
    return x->tenant->registry;
}

/* Types of the server's own stand before those of the organization. */
static bool is_offered(const struct exchange *x, const struct scim_resource_type *type)
{
    const struct scim_registry *registry = registry_of(x);
    return type >= registry->types + x->server->registry->type_count && type < registry->types + registry->type_count;
}

struct item *registry_item(const struct exchange *x, const struct scim_resource_type *type, const char *id)
{
    return is_offered(x, type) ? policy_offered_item(x->organization->policies, type->name, id)
                               : item_by_id(x->organization, type->name, id);
}

const struct list *registry_items(const struct exchange *x, const struct scim_resource_type *type)
{
    const struct policy_offered *offered = is_offered(x, type) ? policy_offered(x->organization->policies, type->name) : NULL;
    return offered != NULL ? &offered->items : items_of(x->organization, type->name);
}

const struct route *registry_route(struct exchange *x, const char **allow)
{
    const struct route *route = router_find(x->arena, x->server->routes, &x->target, x->request->method, x->parameters, allow);
    if (route != NULL || *allow != NULL || x->organization == NULL || registry_of(x) == x->server->registry)
        return route;
    return router_find(x->arena, x->tenant->routes, &x->target, x->request->method, x->parameters, allow);
}
