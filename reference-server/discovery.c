/* Discovery (RFC 7644 §4): what this server is, and no more than what is true. Query parameters are ignored, but a filter is 403. */
#include "common/base.h"

#include "reference-server/registry.h"
#include "reference-server/scim_service.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/organization.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"

static bool refuse_filter(struct exchange *x)
{
    if (http_query(&x->target, "filter") == NULL)
        return false;
    reply_refusal(x, 403, NULL, "%s takes no filter", x->target.path); /* RFC 7644 §4 */
    return true;
}

static void add_meta(const struct exchange *x, json *resource, const char *type, const char *path)
{
    json *meta = json_set_object(resource, "meta");
    json_set_text(meta, "resourceType", type);
    const char *base = tenant_scim_base(x->server, x->organization, x->arena);
    json_set_text(meta, "location", arena_printf(x->arena, "%s/%s", base, path));
}

static void reply_one(struct exchange *x, json *resource)
{
    reply_json(x, 200, resource);
    reply_header(x, "Content-Location", json_get_text(json_get(resource, "meta"), "location", ""));
}

/* --- /ServiceProviderConfig --- */

static json *feature(json *config, const char *name, bool supported)
{
    json *object = json_set_object(config, name);
    json_set_bool(object, "supported", supported);
    return object;
}

static json *add_scheme(json *schemes, const char *type, const char *name, const char *description, const char *specification)
{
    json *scheme = json_push_object(schemes);
    json_set_text(scheme, "type", type);
    json_set_text(scheme, "name", name);
    json_set_text(scheme, "description", description);
    json_set_text(scheme, "specUri", specification);
    return scheme;
}

/* Those that this organization has, no others. */
static void add_schemes(const struct exchange *x, json *schemes)
{
    json *bearer =
        add_scheme(schemes, "oauthbearertoken", "Bearer token", "The organization's SCIM token in the Authorization header",
                   "https://www.rfc-editor.org/rfc/rfc6750");
    json_set_bool(bearer, "primary", true);
    if (x->organization->clients.count > 0)
        add_scheme(schemes, "oauth2", "OAuth 2.0 client credentials",
                   arena_printf(x->arena, "An access token from %s/organizations/%s/oauth/token in the Authorization header",
                                x->server->base_url, x->organization->id),
                   "https://www.rfc-editor.org/rfc/rfc6749#section-4.4");
    if (x->organization->basic != NULL)
        add_scheme(schemes, "httpbasic", "HTTP Basic", "User and password in the Authorization header",
                   "https://www.rfc-editor.org/rfc/rfc7617");
    if (x->server->client_certificates && x->organization->certificates.count > 0)
        add_scheme(schemes, "tlsclientauth", "TLS client certificate",
                   "A certificate that the organization names, in the TLS handshake",
                   "https://www.rfc-editor.org/rfc/rfc7644#section-2"); /* RFC 7643 §5 has no value for it: docs/decisions/011 */
}

void discovery_config(struct exchange *x)
{
    if (refuse_filter(x))
        return;
    json *config = json_object(x->arena);
    json_push_text(json_set_array(config, "schemas"), SCIM_URN_SERVICE_PROVIDER_CONFIG);
    const struct limits *limits = &x->server->limits;
    feature(config, "patch", true);
    json *bulk = feature(config, "bulk", true);
    json_set_integer(bulk, "maxOperations", (int64_t)limits->scim.bulk_operations);
    json_set_integer(bulk, "maxPayloadSize", (int64_t)limits->bulk_bytes);
    json_set_integer(feature(config, "filter", true), "maxResults", (int64_t)limits->page_max);
    feature(config, "changePassword", true);
    feature(config, "sort", true);
    feature(config, "etag", true);
    add_schemes(x, json_set_array(config, "authenticationSchemes"));
    json *pagination = json_set_object(config, "pagination"); /* RFC 9865 §4 */
    json_set_bool(pagination, "cursor", true);
    json_set_bool(pagination, "index", true);
    json_set_text(pagination, "defaultPaginationMethod", "index");
    json_set_integer(pagination, "defaultPageSize", (int64_t)limits->page);
    json_set_integer(pagination, "maxPageSize", (int64_t)limits->page_max);
    json_set_integer(pagination, "cursorTimeout", (int64_t)limits->cursor_s);
    add_meta(x, config, "ServiceProviderConfig", "ServiceProviderConfig");
    reply_one(x, config);
}

/* --- /ResourceTypes and /Schemas --- */

static json *type_document(const struct exchange *x, struct arena *arena, const struct scim_resource_type *type)
{
    json *document = json_copy(arena, type->document);
    add_meta(x, document, "ResourceType", arena_printf(x->arena, "ResourceTypes/%s", type->name));
    return document;
}

static json *schema_document(const struct exchange *x, struct arena *arena, const struct scim_schema *schema)
{
    json *document = json_copy(arena, schema->document);
    add_meta(x, document, "Schema", arena_printf(x->arena, "Schemas/%s", schema->id));
    return document;
}

static void reply_list(struct exchange *x, json *resources)
{
    reply_json(x, 200, scim_message_list(x->arena, resources, (int64_t)json_count(resources), 1));
}

void discovery_types(struct exchange *x)
{
    if (refuse_filter(x))
        return;
    json *resources = json_array(NULL);
    for (size_t i = 0; i < registry_of(x)->type_count; i++)
        json_push(resources, type_document(x, NULL, &registry_of(x)->types[i]));
    reply_list(x, resources);
}

void discovery_schemas(struct exchange *x)
{
    if (refuse_filter(x))
        return;
    json *resources = json_array(NULL);
    for (size_t i = 0; i < registry_of(x)->schema_count; i++)
        json_push(resources, schema_document(x, NULL, &registry_of(x)->schemas[i]));
    reply_list(x, resources);
}

void discovery_type(struct exchange *x)
{
    const struct scim_resource_type *type = scim_schema_type(registry_of(x), x->parameters[1]);
    if (type == NULL)
        reply_refusal(x, 404, NULL, "there is no resource type %s", x->parameters[1]);
    else if (!refuse_filter(x))
        reply_one(x, type_document(x, x->arena, type));
}

void discovery_schema(struct exchange *x)
{
    const struct scim_schema *schema = scim_schema_find(registry_of(x), x->parameters[1]);
    if (schema == NULL)
        reply_refusal(x, 404, NULL, "there is no schema %s", x->parameters[1]);
    else if (!refuse_filter(x))
        reply_one(x, schema_document(x, x->arena, schema));
}
