#include "common/base.h"

#include "reference-server/registry.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"

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

static json *additions_for(struct arena *arena, const struct policy_custom_mappings *mappings)
{
    json *additions = json_object(arena), *schema = json_push_object(json_set_array(additions, "schemas"));
    json_push_text(json_set_array(schema, "schemas"), SCIM_URN_SCHEMA);
    json_set_text(schema, "id", ACCOUNT_URN_CUSTOM);
    json_set_text(schema, "name", "CustomUser");
    json_set_text(schema, "description", "Attributes of the customer's own");
    json *attributes = json_set_array(schema, "attributes");
    for (size_t i = 0; i < mappings->count; i++)
        if (is_first(mappings, i))
            put_attribute(attributes, &mappings->items[i]);
    json *type = json_push_object(json_set_array(additions, "resourceTypes"));
    json_set_text(type, "name", "User");
    json *extension = json_push_object(json_set_array(type, "schemaExtensions"));
    json_set_text(extension, "schema", ACCOUNT_URN_CUSTOM);
    json_set_bool(extension, "required", false);
    return additions;
}

/* It cannot fail: names and number of the attributes were looked at with the policy (POLICY_MAX_CUSTOM). */
static void renew(const struct exchange *x)
{
    struct tenant *tenant = x->tenant;
    const struct scim_registry *base = x->server->registry;
    const struct policy_custom_mappings *mappings = &x->organization->policies->custom_mappings;
    struct error err;
    arena_free(tenant->registry_arena);
    tenant->registry_arena = NULL;
    tenant->registry = base;
    tenant->registry_version = x->organization->policy_version;
    if (mappings->count == 0 || scim_schema_find(base, ACCOUNT_URN_CUSTOM) != NULL)
        return;
    tenant->registry_arena = arena_new();
    if (!scim_schema_load_more(tenant->registry_arena, base, additions_for(tenant->registry_arena, mappings), &tenant->registry,
                               &err))
        tenant->registry = base;
}

const struct scim_registry *registry_of(const struct exchange *x)
{
    if (x->tenant == NULL || x->organization == NULL)
        return x->server->registry;
    if (x->tenant->registry == NULL || x->tenant->registry_version != x->organization->policy_version)
        renew(x);
    return x->tenant->registry;
}
