#include "common/base.h"

#include "reference-server/admin.h"

#include "common/http.h"
#include "common/memory.h"

#include "reference-server/exchange.h"
#include "reference-server/model/access_document.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/actions.h"
#include "reference-server/model/credentials_document.h"
#include "reference-server/model/organization_export.h"
#include "reference-server/model/profile_edit.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/review.h"
#include "reference-server/model/waiting_document.h"
#include "reference-server/model/why.h"
#include "reference-server/state.h"
#include "reference-server/trail_when.h"

#include <string.h>

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
    reply_text(x, "application/json", access_document_text(x->arena, x->organization));
}

void admin_waiting(struct exchange *x)
{
    reply_json(x, 200, waiting_document(x->arena, x->organization));
}

void admin_policies(struct exchange *x)
{
    reply_json(x, 200, organization_rules(x->arena, x->organization));
}

void admin_document(struct exchange *x)
{
    reply_text(x, "application/json", organization_export_text(x->arena, x->organization));
}

/* Since when, and the end of the reply; read: whether the trail could be read. */
static void put_when(struct exchange *x, json *body, bool read, const struct when *when)
{
    if (!read) {
        reply_wrong(x, 503, "storeFailed", "look after the disk and start again", "the trail can't be read");
        return;
    }
    json *lines = json_set_array(body, "when");
    for (size_t i = 0; i < when->count; i++)
        json_push_text(lines, when->lines[i]);
    if (when->changed != NULL)
        json_set_copy(body, "changed", when->changed);
    else
        json_set_null(body, "changed");
    reply_json(x, 200, body);
}

static void put_why(json *body, const struct why *answer)
{
    json *reasons = json_set_array(body, "why");
    for (size_t i = 0; i < answer->count; i++)
        json_push_text(reasons, answer->lines[i]);
}

static void why_permitted(struct exchange *x, const struct account *account, const char *permission)
{
    bool has;
    struct why answer = why_permission(x->arena, x->organization, account, permission, &has);
    json *body = json_object(x->arena);
    json_set_text(body, "user", account->user_name);
    json_set_text(body, "permission", permission);
    json_set_bool(body, "has", has);
    put_why(body, &answer);
    struct when when;
    bool read = trail_when_permitted(x, account, permission, has, &when);
    put_when(x, body, read, &when);
}

/* ?user= */
void admin_profile(struct exchange *x)
{
    const char *user = http_query(&x->target, "user");
    const struct account *account = account_find(x->organization, user == NULL ? "" : user);
    if (account != NULL)
        reply_json(x, 200, profile_document(x->arena, x->organization, account));
    else
        reply_wrong(x, 404, "notFound", "ask with ?user=", "there is no person \"%.300s\"", user == NULL ? "" : user);
}

/* ?user=&resource= or ?user=&permission= */
void admin_why(struct exchange *x)
{
    const char *user = http_query(&x->target, "user"), *resource = http_query(&x->target, "resource");
    const struct account *account = account_find(x->organization, user == NULL ? "" : user);
    const char *permission = http_query(&x->target, "permission");
    const struct resource *place = resource_find(x->organization, resource == NULL ? "" : resource);
    const struct project *project = place == NULL ? project_find(x->organization, resource == NULL ? "" : resource) : NULL;
    if (account != NULL && resource == NULL && permission != NULL) {
        why_permitted(x, account, permission);
        return;
    }
    if (account == NULL || (place == NULL && project == NULL)) {
        bool person = account == NULL;
        const char *name = person ? user : resource;
        reply_wrong(x, 404, "notFound", "ask with ?user= and ?resource=", "there is no %s \"%.300s\"",
                    person ? "person" : "workspace or folder, and no project,", name == NULL ? "" : name);
        return;
    }
    struct why answer =
        place != NULL ? why(x->arena, x->organization, account, place) : why_project(x->arena, x->organization, account, project);
    json *body = json_object(x->arena);
    json_set_text(body, "user", account->user_name);
    json_set_text(body, "resource", place != NULL ? place->path : project->path);
    json_set_text(body, "role", role_name(answer.entry.role));
    put_why(body, &answer);
    struct when when;
    bool read = trail_when(x, account, place != NULL ? place : project->resource, project, &when);
    put_when(x, body, read, &when);
}

/* ?status= */
void admin_reviews(struct exchange *x)
{
    const char *status = http_query(&x->target, "status");
    if (status != NULL && strcmp(status, "open") != 0 && strcmp(status, "closed") != 0) {
        reply_wrong(x, 400, "invalid", "ask for open or closed, or leave it out", "reviews have no such status");
        return;
    }
    reply_json(x, 200, review_document(x->arena, x->organization, status));
}

void admin_approvals(struct exchange *x)
{
    json *body = json_object(x->arena);
    approval_list(x->organization, json_set_array(body, "approvals"));
    reply_json(x, 200, body);
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
