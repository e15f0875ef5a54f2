#include "common/base.h"

#include "reference-server/registry.h"
#include "reference-server/service.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/item.h"
#include "reference-server/model/group.h"
#include "reference-server/router.h"
#include "reference-server/schema_rules.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/formats.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/patch.h"
#include "reference-server/scim/project.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/seal.h"
#include "reference-server/scim_service.h"
#include "reference-server/state.h"

#include <string.h>

static const struct scim_resource_type *type_of_route(const struct exchange *x)
{
    return scim_schema_type(registry_of(x), x->route->resource);
}

/* --- finding --- */

/* RFC 9110 §8.8.3.2: weak comparison, since all our tags are weak: the opaque part alone counts. */
static bool tag_listed(const char *list, const char *etag)
{
    const char *opaque = etag + strlen("W/");
    size_t length = strlen(opaque);
    for (const char *p = list; (p = strstr(p, opaque)) != NULL; p += length)
        if (p[length] == '\0' || p[length] == ',' || p[length] == ' ')
            return true;
    return strcmp(list, "*") == 0;
}

static bool conditions_hold(struct exchange *x, struct subject subject)
{
    const char *etag = view_etag(x->arena, subject);
    const char *match = http_header(&x->request->headers, "If-Match");
    const char *none = http_header(&x->request->headers, "If-None-Match");
    if (match != NULL && !tag_listed(match, etag)) {
        reply_refusal(x, 412, NULL, "the resource is at version %s now, not at %s", etag, match);
        return false;
    }
    if (none == NULL || !tag_listed(none, etag))
        return true;
    if ((x->route->flags & ROUTE_READ) == 0) {
        reply_refusal(x, 412, NULL, "the resource is at version %s", etag);
        return false;
    }
    reply_empty(x, 304);
    reply_header(x, "ETag", etag);
    reply_header(x, "Content-Location", view_location(x, x->arena, subject)); /* as a 200 would (RFC 9110 §15.4.5) */
    return false;
}

bool service_subject(struct exchange *x, struct subject *out)
{
    const char *id = x->parameters[1];
    *out = (struct subject){0};
    if (strcmp(x->route->resource, "User") == 0)
        out->account = account_by_id(x->organization, id);
    else if (strcmp(x->route->resource, "Group") == 0)
        out->group = group_by_id(x->organization, id);
    else
        out->item = registry_item(x, type_of_route(x), id);
    if (out->account == NULL && out->group == NULL && out->item == NULL) {
        reply_refusal(x, 404, NULL, "there is no %s %s", x->route->resource, id);
        return false;
    }
    return conditions_hold(x, *out);
}

bool service_projection(struct exchange *x, const struct scim_projection **out, bool *asked)
{
    struct scim_error err;
    struct scim_search search;
    if (!scim_message_read_query(x->arena, &x->target, &search, &err) ||
        !scim_limits_search(x->arena, &x->server->limits.scim, &search, &err) ||
        !scim_project_prepare(x->arena, type_of_route(x), search.attributes, search.excluded, out, &err)) {
        reply_scim_error(x, &err);
        return false;
    }
    if (asked != NULL)
        *asked = search.attributes.count + search.excluded.count > 0;
    return true;
}

/* --- the way of a write --- */

/* Nobody will read it again, so it is not kept. */
static void seal(struct exchange *x, const struct change *change)
{
    const struct scim_resource_type *type = type_of_route(x);
    char salt[MODEL_TOKEN_SIZE];
    if (!scim_seal_concerns(type))
        return;
    x->organization->random.token(x->organization->random.context, salt);
    scim_seal(x->arena, type, salt, change->current, change->result);
}

static bool finish(struct exchange *x, struct change *change, bool good, struct scim_error *err)
{
    if (!good || !schema_rules_references(x, type_of_route(x), change->current, change->result, err)) {
        reply_scim_error(x, err);
        return false;
    }
    if (!scim_formats_apply(x->arena, x->compat, type_of_route(x), change->result, err)) {
        reply_scim_error(x, err);
        return false;
    }
    seal(x, change);
    defects_applied(x, change);
    return true;
}

bool service_read_create(struct exchange *x, struct change *change)
{
    const struct scim_resource_type *type = type_of_route(x);
    struct scim_error err;
    if (!exchange_object(x, &change->body))
        return false;
    defects_apply(x, change);
    const json *body = scim_compat_resource(x->arena, x->compat, type, change->body);
    return finish(x, change, scim_check_create(x->arena, type, body, &change->result, &err), &err);
}

bool service_read_replace(struct exchange *x, struct change *change)
{
    const struct scim_resource_type *type = type_of_route(x);
    struct scim_error err;
    if (!exchange_object(x, &change->body))
        return false;
    defects_apply(x, change);
    const json *body = scim_compat_resource(x->arena, x->compat, type, change->body);
    return finish(x, change, scim_check_replace(x->arena, type, body, change->current, &change->result, &err), &err);
}

bool service_read_operations(struct exchange *x, struct change *change, struct scim_patch *out)
{
    struct scim_error err;
    change->patch = true;
    if (!exchange_object(x, &change->body))
        return false;
    defects_apply(x, change);
    if (scim_message_read_patch(x->arena, change->body, out, &err) &&
        scim_limits_patch(x->arena, &x->server->limits.scim, out, &err))
        return true;
    reply_scim_error(x, &err);
    return false;
}

bool service_apply_operations(struct exchange *x, struct change *change, const struct scim_patch *patch)
{
    struct scim_error err;
    bool changed;
    bool good = scim_patch_apply(x->arena, type_of_route(x), x->compat, change->current, patch, &change->result, &changed, &err);
    return finish(x, change, good, &err);
}

bool service_read_patch(struct exchange *x, struct change *change)
{
    struct scim_patch patch;
    return service_read_operations(x, change, &patch) && service_apply_operations(x, change, &patch);
}

void service_reply(struct exchange *x, int status, struct subject subject, const struct scim_projection *projection)
{
    if (x->body != NULL)
        projection = scim_project_written(x->arena, view_type(x, subject), projection, x->body);
    reply_json(x, status, view_projected(x, x->arena, subject, projection));
    reply_header(x, "ETag", view_etag(x->arena, subject));
    const char *location = view_location(x, x->arena, subject);
    reply_header(x, "Content-Location", location); /* what meta.location is (RFC 7643 §3.1) */
    if (status == 201)
        reply_header(x, "Location", location);
}

/* --- what both kinds of resource have --- */

void scim_read(struct exchange *x)
{
    const struct scim_projection *projection;
    struct subject subject;
    if (service_projection(x, &projection, NULL) && service_subject(x, &subject))
        service_reply(x, 200, subject, projection);
}

/* RFC 7644 §3.11: 501 is the answer of who does not have it. */
void scim_me(struct exchange *x)
{
    reply_refusal(x, 501, NULL, "there is no /Me: the token stands for the organization's identity provider, which is no user");
}
