/* policy_access.h: access that follows from what people are, not from what somebody granted (access_rules); grants that wait for
 * somebody's word (approvals); groups that take effect already (rollout).
 *
 * The documentation names all three and writes none of them down, so their keys are ours, in its manner (docs/reference-server.md). */
#ifndef REFERENCE_SERVER_MODEL_POLICY_ACCESS_H
#define REFERENCE_SERVER_MODEL_POLICY_ACCESS_H

#include "common/base.h"
#include "reference-server/model/policy_reading.h"
#include "reference-server/model/role.h"

#define POLICY_CONDITION_PROJECT                                                                                                 \
    "project" /* instead of a field: paths of projects that the person is assigned to (assignment.h) */

/* A field of the profile (or `project`, or `roles` and `entitlements`: policy_entitlements.h) and the patterns (text_glob) of which its value must match
 * one. */
struct policy_condition {
    const char *field;
    const char *const *patterns;
    size_t count;
};

/* Who meets every condition has the role on the resource, from `starts` until `ends` by the organization's clock. */
struct policy_access_rule {
    const char *name;
    const struct policy_condition *conditions;
    size_t condition_count;
    const char *resource; /* path of a workspace or an invite-only folder */
    enum role role;
    int64_t starts_ms, ends_ms; /* INT64_MIN, INT64_MAX: no limit */
};

struct policy_access_rules {
    const struct policy_access_rule *items;
    size_t count;
};

struct policy_approvals {
    bool there;
    enum role from_role; /* grants of this role and above wait until they are approved */
};

struct policy_rollout {
    bool there;
    const char *const *groups; /* displayNames: only these groups take effect, others are stored and wait */
    size_t count;
};

policy_reader policy_read_access_rules, policy_read_approvals, policy_read_rollout;

#endif
