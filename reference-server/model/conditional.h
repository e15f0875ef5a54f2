/* conditional.h: what a sign-in must bring with it beside the right person (policy_security.h): a second factor, a trusted
 * device, an address that is allowed.
 *
 * Asked at every sign-in and again at every use of its session, so that a rule that comes into force, or somebody who becomes an
 * admin, ends what was signed in without. API keys are for programs and bring neither. */
#ifndef REFERENCE_SERVER_MODEL_CONDITIONAL_H
#define REFERENCE_SERVER_MODEL_CONDITIONAL_H

#include "common/base.h"
#include "reference-server/model/failure.h"

struct account;
struct organization;

/* What a sign-in came with: what the identity provider or the device management vouches for. */
struct sign_in_context {
    bool mfa;
    bool trusted_device;
    const char *address; /* numeric; NULL: not known, which only matters where addresses are limited */
};

/* 403 mfaRequired, deviceNotTrusted, networkNotAllowed. */
bool conditional_allows(const struct organization *organization, const struct account *account,
                        const struct sign_in_context *context, struct model_failure *failure) MUST_USE;

#endif
