#include "common/base.h"

#include "reference-server/model/limits.h"

const struct model_limits model_limits_preset = {
    .accounts = MODEL_LIMITS_ACCOUNTS,
    .groups = MODEL_LIMITS_GROUPS,
    .resources = MODEL_LIMITS_RESOURCES,
    .group_members = MODEL_LIMITS_GROUP_MEMBERS,
    .secrets = MODEL_LIMITS_SECRETS,
    .invites = MODEL_LIMITS_INVITES,
    .tokens = MODEL_LIMITS_TOKENS,
    .clients = MODEL_LIMITS_CLIENTS,
};
