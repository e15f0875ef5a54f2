/* Defects in setting up and in how people come: plan, SAML, tokens, the first create. By seed. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/router.h"
#include "reference-server/scim_service.h"

/* --- plan and SAML --- */

static bool refused_by_plan(const struct exchange *x)
{
    return x->door == DOOR_SCIM && x->organization != NULL && x->response->status == 403 &&
           organization_scim(x->organization) == SCIM_OFF_BY_PLAN;
}

void s2_plan_response(struct exchange *x)
{
    if (refused_by_plan(x))
        x->response->status = 401;
}

void s2_plan_hidden_response(struct exchange *x)
{
    if (refused_by_plan(x))
        x->response->status = 404;
}

void s2_plan_reads_response(struct exchange *x)
{
    if (!refused_by_plan(x) || x->route == NULL || (x->route->flags & ROUTE_READ) == 0)
        return;
    *x->response = (struct http_response){0};
    x->reply = NULL;
    x->route->handle(x);
    x->reply = json_copy(x->arena, x->reply);
}

void s2_plan_mute_response(struct exchange *x)
{
    if (refused_by_plan(x))
        json_set_text(x->reply, "detail", "SCIM is not available");
}

static bool by_plan_alone(const struct organization *organization, struct model_failure *failure)
{
    struct organization plain = *organization;
    plain.scim_feature = FEATURE_BY_PLAN;
    return organization_scim_check(&plain, failure);
}

void s2_override_steps(struct model_steps *steps)
{
    steps->scim = by_plan_alone;
}

static bool saml_or_not(const struct organization *organization, struct model_failure *failure)
{
    return organization_scim(organization) == SCIM_OFF_WITHOUT_SAML || organization_scim_check(organization, failure);
}

void s2_saml_steps(struct model_steps *steps)
{
    steps->scim = saml_or_not;
}

/* --- tokens --- */

bool s2_overlap_request(struct exchange *x)
{
    if (defect_is_action(x, "rotate-token")) {
        json_remove(x->body, "keepOld");
        json_remove(x->body, "overlap");
    }
    return false;
}

bool s2_expiry_request(struct exchange *x)
{
    if (defect_is_action(x, "rotate-token") || defect_is_action(x, "create-token"))
        json_remove(x->body, "expiresIn");
    return false;
}

void s2_quoted_response(struct exchange *x)
{
    const char *sent = http_header(&x->request->headers, "Authorization");
    if (x->response->status == 401 && sent != NULL)
        json_set_text(x->reply, "detail", arena_printf(x->arena, "%s is not known", sent));
}

/* --- people who come --- */

/* Only by linking somebody is created whose login is another. */
void s2_login_stored(struct exchange *x, struct change *change)
{
    struct account *account = change->current == NULL ? account_by_id(x->organization, change->id) : NULL;
    struct model_failure failure;
    if (account != NULL && !text_equal(account->login, account->user_name))
        (void)!account_set_login(x->organization, account, account->user_name, &failure);
}

/* Refused for want of a seat, and there all the same. */
void s2_seatless_response(struct exchange *x)
{
    struct model_failure failure;
    struct account *account;
    if (x->route == NULL || x->route->handle != users_create || x->response->status != 403 ||
        lifecycle_may_take_seat(x->organization, &failure))
        return;
    size_t seats = x->organization->settings.seats;
    json *user = json_copy(x->arena, x->body);
    json_remove(user, "password");
    x->organization->settings.seats = 0;
    (void)!account_create(x->organization, user, &account, NULL, &failure);
    x->organization->settings.seats = seats;
}
