/* limits.h: how much one organization holds. organization.h has the pointer; reference-server/limits.h has the table. */
#ifndef REFERENCE_SERVER_MODEL_LIMITS_H
#define REFERENCE_SERVER_MODEL_LIMITS_H

#include "common/base.h"

struct model_limits {
    size_t accounts, groups;
    size_t resources;     /* workspaces and folders; as many projects */
    size_t group_members; /* of one group */
    size_t secrets;       /* sessions, and API keys, of one account; the oldest session makes room, one key more is refused */
    size_t invites;       /* pending ones */
    size_t tokens, clients;
};

#define MODEL_LIMITS_ACCOUNTS      ((size_t)500000)
#define MODEL_LIMITS_GROUPS        ((size_t)100000)
#define MODEL_LIMITS_RESOURCES     ((size_t)20000)
#define MODEL_LIMITS_GROUP_MEMBERS ((size_t)200000)
#define MODEL_LIMITS_SECRETS       ((size_t)1000)
#define MODEL_LIMITS_INVITES       ((size_t)100000)
#define MODEL_LIMITS_TOKENS        ((size_t)20) /* names */
#define MODEL_LIMITS_CLIENTS       ((size_t)20)

extern const struct model_limits model_limits_preset;

#endif
