#include "common/base.h"

#include "reference-server/admin.h"

#include "common/http.h"
#include "common/memory.h"

#include "reference-server/exchange.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/credentials_document.h"
#include "reference-server/state.h"

void admin_create_organization(struct exchange *x)
{
    json *document, *introduction;
    struct model_failure failure;
    if (!exchange_object(x, &document))
        return;
    if (tenant_create(x->server, x->arena, document, &introduction, &failure))
        reply_json(x, 201, introduction);
    else
        reply_failure(x, &failure);
}

void admin_list_organizations(struct exchange *x)
{
    json *body = json_object(x->arena);
    json_set_copy(body, "organizations", tenant_ids(x->server, x->arena));
    reply_json(x, 200, body);
}

void admin_delete_organization(struct exchange *x)
{
    if (tenant_delete(x->server, x->parameters[0]))
        reply_empty(x, 204);
    else
        reply_wrong(x, 404, "notFound", NULL, "there is no organization %s", x->parameters[0]);
}

void admin_access(struct exchange *x)
{
    reply_json(x, 200, access_document(x->arena, x->organization));
}

void admin_credentials(struct exchange *x)
{
    reply_json(x, 200, credentials_document(x->arena, x->organization));
}

void admin_action(struct exchange *x)
{
    json *request;
    struct model_failure failure;
    if (!exchange_object(x, &request))
        return;
    json *result = json_object(x->arena);
    if (actions_run(x->organization, request, result, &failure))
        reply_json(x, 200, result);
    else
        reply_failure(x, &failure);
}
