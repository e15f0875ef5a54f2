/* Resources of the types that schema files define: stored as they are written, nothing in them is derived. */
#include "common/base.h"

#include "reference-server/scim_service.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/item.h"
#include "reference-server/model/failure.h"
#include "reference-server/router.h"
#include "reference-server/service.h"
#include "reference-server/view.h"

/* What the server makes. */
static void strip(json *resource)
{
    json_remove(resource, "id");
    json_remove(resource, "meta");
}

void items_create(struct exchange *x)
{
    struct change change = {.resource = x->route->resource};
    struct model_failure failure;
    struct subject subject = {0};
    const struct scim_projection *projection;
    if (!service_projection(x, &projection, NULL) || !service_read_create(x, &change))
        return;
    strip(change.result);
    if (!item_add(x->organization, x->route->resource, change.result, &subject.item, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    change.id = subject.item->id;
    defects_stored(x, &change);
    service_reply(x, 201, subject, projection);
}

static void update(struct exchange *x, bool (*read)(struct exchange *x, struct change *change))
{
    struct subject subject;
    struct model_failure failure;
    const struct scim_projection *projection;
    if (!service_projection(x, &projection, NULL) || !service_subject(x, &subject))
        return;
    struct change change = {
        .resource = x->route->resource, .id = subject.item->id, .current = view_current(x, x->arena, subject)};
    if (!read(x, &change))
        return;
    strip(change.result);
    if (!item_replace(x->organization, subject.item, change.result, &failure)) {
        reply_failure(x, &failure);
        return;
    }
    defects_stored(x, &change);
    service_reply(x, 200, subject, projection);
}

void items_replace(struct exchange *x)
{
    update(x, service_read_replace);
}

void items_patch(struct exchange *x)
{
    update(x, service_read_patch);
}

void items_delete(struct exchange *x)
{
    struct subject subject;
    if (!service_subject(x, &subject))
        return;
    item_remove(x->organization, subject.item);
    reply_empty(x, 204);
}
