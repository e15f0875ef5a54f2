#include "common/base.h"

#include "reference-server/model/policy_security.h"

#include "reference-server/model/policies.h"

static const char *const mfa[] = {
    [MFA_OPTIONAL] = "optional", [MFA_FOR_ADMINS] = "required_for_admins", [MFA_FOR_ALL] = "required_for_all"};
static const char *const device[] = {"none", "device_trust_required"};
static const char *const threat[] = {"none", "anomalous_activity_monitoring"};
static const char *const loss[] = {"none", "content_classification"};

bool policy_read_security(const struct policy_reading *reading, const json *block)
{
    const struct place *at = &reading->at;
    struct model_failure *failure = reading->failure;
    size_t factor = MFA_OPTIONAL, trust = 0, watch = 0, classify = 0;
    if (!place_object(at, block, "multi_factor_auth conditional_access threat_detection data_loss_prevention", failure) ||
        !place_choice(at, block, "multi_factor_auth", mfa, ARRAY_LEN(mfa), &factor, failure) ||
        !place_choice(at, block, "conditional_access", device, ARRAY_LEN(device), &trust, failure) ||
        !place_choice(at, block, "threat_detection", threat, ARRAY_LEN(threat), &watch, failure) ||
        !place_choice(at, block, "data_loss_prevention", loss, ARRAY_LEN(loss), &classify, failure)) {
        return false;
    }
    reading->policies->security = (struct policy_security){(enum policy_mfa)factor, trust != 0, watch != 0, classify != 0};
    return true;
}
