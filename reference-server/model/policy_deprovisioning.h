/* policy_deprovisioning.h: what else happens when the provider takes somebody out, of the organization or of a group (deprovisioning_rules).
 *
 * What cannot be left out is no action here: a leaver has no way in and no access whatever the rules say (lifecycle.h). */
#ifndef REFERENCE_SERVER_MODEL_POLICY_DEPROVISIONING_H
#define REFERENCE_SERVER_MODEL_POLICY_DEPROVISIONING_H

#include "common/base.h"
#include "reference-server/model/policy_reading.h"

#define USER_REMOVAL_ACTIONS(X)                                                                                                  \
    X(USER_REMOVAL_REVOKE, "revoke_taskade_access")                                                                              \
    X(USER_REMOVAL_TRANSFER, "transfer_ownership")                                                                               \
    X(USER_REMOVAL_ARCHIVE, "archive_user_content")                                                                              \
    X(USER_REMOVAL_NOTIFY, "notify_team_members")

enum user_removal_action {
#define X(action, word) action,
    USER_REMOVAL_ACTIONS(X)
#undef X
};

#define GROUP_REMOVAL_ACTIONS(X)                                                                                                 \
    X(GROUP_REMOVAL_ADJUST, "adjust_permissions")                                                                                \
    X(GROUP_REMOVAL_PROJECTS, "remove_from_projects")                                                                            \
    X(GROUP_REMOVAL_TRANSFER, "transfer_responsibilities")

enum group_removal_action {
#define X(action, word) action,
    GROUP_REMOVAL_ACTIONS(X)
#undef X
};

struct policy_deprovisioning {
    bool there;
    uint32_t user_actions, group_actions; /* bits of the enums above */
    int64_t retention_ms;                 /* how long a deleted account can be restored; 0: it is purged at once */
};

policy_reader policy_read_deprovisioning;

#endif
