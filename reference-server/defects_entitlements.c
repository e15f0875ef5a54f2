/* Defects of what is offered to be granted, and of the schemas that say what can be pushed. */
#include "common/base.h"

#include "reference-server/defects.h"

#include "common/http.h"
#include "common/text.h"

#include "reference-server/defects_rows.h"
#include "reference-server/exchange.h"
#include "reference-server/router.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim_service.h"

static json *first_resource(struct exchange *x)
{
    bool list = x->door == DOOR_SCIM && x->response->status == 200 && json_get(x->reply, "totalResults") != NULL;
    return list ? json_edit_first(json_edit(x->reply, "Resources")) : NULL;
}

/* Only types of the organization's own have one at the top. */
void k22_untyped_response(struct exchange *x)
{
    bool people = x->route == NULL || x->route->handle != scim_list || text_equal(x->route->resource, "User");
    for (json *item = people ? NULL : first_resource(x); item != NULL; item = json_edit_next(item))
        json_remove(item, "type");
}

bool k94_start_request(struct exchange *x)
{
    if (x->route->handle == scim_list)
        http_remove_header(&x->target.query, "startIndex");
    return false;
}

void k101_read_only_response(struct exchange *x)
{
    bool schemas = x->route != NULL && x->route->handle == discovery_schemas;
    for (json *item = schemas ? first_resource(x) : NULL; item != NULL; item = json_edit_next(item)) {
        json *attribute =
            text_equal(json_get_text(item, "id", ""), SCIM_URN_USER) ? json_edit_first(json_edit(item, "attributes")) : NULL;
        for (; attribute != NULL; attribute = json_edit_next(attribute))
            json_set_text(attribute, "mutability", "readOnly");
    }
}
