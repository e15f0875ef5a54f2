/* Defects in who comes in by which door: scopes and lives of tokens, addresses, passwords, second factors; and in what the clock, reviews and approvals
 * make of a decision. By seed. */
#include "common/base.h"

#include "reference-server/defects_rows.h"

#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/app.h"
#include "reference-server/defects.h"
#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/conditional.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/standing.h"
#include "reference-server/router.h"
#include "reference-server/trail.h"

/* --- the SCIM door --- */

bool s4_scopes_request(struct exchange *x)
{
    if (defect_is_action(x, "create-token"))
        json_remove(x->body, "scopes");
    return false;
}

bool s4_client_scopes_request(struct exchange *x)
{
    if (defect_is_action(x, "create-client"))
        json_remove(x->body, "scopes");
    return false;
}

bool s4_access_token_request(struct exchange *x)
{
    if (defect_is_action(x, "create-client"))
        json_remove(x->body, "expiresIn");
    return false;
}

/* The trail tells the token that a rotation has made. */
bool s2_token_told_request(struct exchange *x)
{
    if (!defect_is_action(x, "rotate-token"))
        return false;
    trail_before(x);
    x->route->handle(x);
    const char *token = json_get_text(x->reply, "scimToken", NULL);
    if (token != NULL)
        audit_configuration(x->organization, "token", NULL, token);
    trail_after(x);
    return true;
}

static bool from_anywhere(const struct organization *organization, const char *address, struct model_failure *failure)
{
    UNUSED(organization);
    UNUSED(address);
    UNUSED(failure);
    return true;
}

void s4_anywhere_steps(struct model_steps *steps)
{
    steps->takes_from = from_anywhere;
}

/* --- signing in --- */

/* For this sign-in passwords are as good as ever. */
bool s1_password_request(struct exchange *x)
{
    if (x->route->handle != app_sign_in || x->organization->saml_settings == NULL)
        return false;
    const json *settings = x->organization->saml_settings;
    x->organization->saml_settings = NULL;
    x->route->handle(x);
    x->organization->saml_settings = settings;
    return true;
}

static bool factor_for_admins(const struct organization *organization, const struct account *account,
                              const struct sign_in_context *context, struct model_failure *failure)
{
    bool admin = standing_org_role(organization, account) == ORG_ROLE_ADMIN;
    const struct sign_in_context more = {context->mfa || !admin, context->trusted_device, context->address};
    return conditional_allows(organization, account, &more, failure);
}

void s4_factor_steps(struct model_steps *steps)
{
    steps->allows = factor_for_admins;
}

static bool factor_for_everybody(const struct organization *organization, const struct account *account,
                                 const struct sign_in_context *context, struct model_failure *failure)
{
    bool needed = organization->policies->security.mfa == MFA_FOR_ADMINS && !context->mfa;
    if (needed)
        return model_failure_set(failure, MODEL_FORBIDDEN, "mfaRequired", "", "everybody needs a second factor");
    return conditional_allows(organization, account, context, failure);
}

void s4_factor_for_all_steps(struct model_steps *steps)
{
    steps->allows = factor_for_everybody;
}

/* --- people who come --- */

void s4_default_org_role_stored(struct exchange *x, struct change *change)
{
    bool made = change->current == NULL && text_equal(change->resource, "User");
    struct account *account = made ? account_by_id(x->organization, change->id) : NULL;
    if (account != NULL && account->org_role != ORG_ROLE_USER)
        account_set_org_role(x->organization, account, ORG_ROLE_USER);
}

/* --- the clock, reviews, approvals --- */

bool s4_clock_request(struct exchange *x)
{
    if (!defect_is_action(x, "advance-clock"))
        return false;
    reply_json(x, 200, json_object(x->arena));
    return true;
}

bool s4_review_takes_request(struct exchange *x)
{
    if (defect_is_action(x, "decide-review"))
        json_set_text(x->body, "decision", "revoke");
    return false;
}

bool s4_rejected_request(struct exchange *x)
{
    if (defect_is_action(x, "reject"))
        json_set_text(x->body, "action", "approve");
    return false;
}
