#include "common/base.h"

#include "reference-server/model/conditional.h"

#include "reference-server/model/account.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/standing.h"

static bool needs_factor(const struct organization *organization, const struct account *account)
{
    enum policy_mfa mfa = organization->policies->security.mfa;
    return mfa == MFA_FOR_ALL || (mfa == MFA_FOR_ADMINS && standing_org_role(organization, account) == ORG_ROLE_ADMIN);
}

bool conditional_allows(const struct organization *organization, const struct account *account,
                        const struct sign_in_context *context, struct model_failure *failure)
{
    if (needs_factor(organization, account) && !context->mfa) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "mfaRequired", "sign in with a second factor",
                                 "%.200s signs in with a second factor only: multi_factor_auth asks for it", account->user_name);
    }
    if (organization->policies->security.device_trust && !context->trusted_device) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "deviceNotTrusted", "sign in from a trusted device",
                                 "the organization lets in trusted devices only: conditional_access asks for it");
    }
    if (!organization_sign_in_address(organization, context->address)) {
        return model_failure_set(failure, MODEL_FORBIDDEN, "networkNotAllowed", "add the address to signInAllowedAddresses",
                                 "nobody signs in from the address %.60s here",
                                 context->address == NULL ? "of this device, which is not known" : context->address);
    }
    return true;
}
