/* policy_security.h: what a sign-in must bring with it, and what is watched (security_integrations). */
#ifndef REFERENCE_SERVER_MODEL_POLICY_SECURITY_H
#define REFERENCE_SERVER_MODEL_POLICY_SECURITY_H

#include "common/base.h"
#include "reference-server/model/policy_reading.h"

enum policy_mfa { MFA_OPTIONAL, MFA_FOR_ADMINS, MFA_FOR_ALL };

struct policy_security {
    enum policy_mfa mfa;
    bool device_trust;           /* only trusted devices sign in */
    bool anomaly_monitoring;     /* a burst of refused sign-ins or tokens raises an alert */
    bool content_classification; /* classified projects need clearance */
};

policy_reader policy_read_security;

#endif
