/* policy_provisioning.h: what happens when the provider brings somebody new (provisioning_rules), and which of its later changes count
 * (sync_config). */
#ifndef REFERENCE_SERVER_MODEL_POLICY_PROVISIONING_H
#define REFERENCE_SERVER_MODEL_POLICY_PROVISIONING_H

#include "common/base.h"
#include "reference-server/model/policy_attributes.h"
#include "reference-server/model/policy_reading.h"
#include "reference-server/model/role.h"

/* trigger, word: when the rules of user_creation come into force for somebody */
#define PROVISIONING_TRIGGERS(X)                                                                                                 \
    X(PROVISIONING_USER_ASSIGNED, "user_assigned")        /* with the create */                                                  \
    X(PROVISIONING_ADDED_TO_GROUP, "user_added_to_group") /* with the first membership */

enum provisioning_trigger {
#define X(trigger, word) trigger,
    PROVISIONING_TRIGGERS(X)
#undef X
};

/* What the provider's own profile calls its attributes, and where SCIM has them. "login" is the userName, which always arrives. */
#define PROVIDER_ATTRIBUTES(X)                                                                                                   \
    X("login", "userName")                                                                                                       \
    X("email", "emails")                                                                                                         \
    X("displayName", "displayName")                                                                                              \
    X("firstName", "name.givenName")                                                                                             \
    X("lastName", "name.familyName")                                                                                             \
    X("middleName", "name.middleName")                                                                                           \
    X("nickName", "nickName")                                                                                                    \
    X("title", "title")                                                                                                          \
    X("userType", "userType")                                                                                                    \
    X("primaryPhone", "phoneNumbers")                                                                                            \
    X("postalAddress", "addresses")                                                                                              \
    X("department", POLICY_URN_ENTERPRISE ":department")                                                                         \
    X("division", POLICY_URN_ENTERPRISE ":division")                                                                             \
    X("organization", POLICY_URN_ENTERPRISE ":organization")                                                                     \
    X("costCenter", POLICY_URN_ENTERPRISE ":costCenter")                                                                         \
    X("employeeNumber", POLICY_URN_ENTERPRISE ":employeeNumber")                                                                 \
    X("manager", POLICY_URN_ENTERPRISE ":manager")

/* A field of the profile and what the provider calls its source: "firstName", "user.firstName". */
struct policy_source {
    const char *field, *source;
    const char *path; /* of another attribute whose value the field gets; NULL: the field's own */
};

struct policy_provisioning {
    bool there;
    enum provisioning_trigger trigger;
    const struct policy_source *attributes; /* NULL: all that the provider sends */
    size_t attribute_count;
    bool has_default_role;
    enum org_role default_role;
    bool welcome_email;
};

#define SYNC_TRIGGERS(X)                                                                                                         \
    X(SYNC_PROFILE, "profile_changed")                                                                                           \
    X(SYNC_MEMBERSHIP, "group_membership_changed")                                                                               \
    X(SYNC_MANAGER, "manager_updated")

enum sync_trigger {
#define X(trigger, word) trigger,
    SYNC_TRIGGERS(X)
#undef X
};

#define SYNC_FREQUENCIES(X)                                                                                                      \
    X(SYNC_REAL_TIME, "real_time")                                                                                               \
    X(SYNC_HOURLY, "hourly")                                                                                                     \
    X(SYNC_DAILY, "daily")

enum sync_frequency {
#define X(frequency, word) frequency,
    SYNC_FREQUENCIES(X)
#undef X
};

#define SYNC_CONFLICTS(X)                                                                                                        \
    X(SYNC_OKTA_WINS, "okta_wins")                                                                                               \
    X(SYNC_LOCAL_WINS, "local_wins")

enum sync_conflict {
#define X(conflict, word) conflict,
    SYNC_CONFLICTS(X)
#undef X
};

struct policy_sync {
    bool there;
    uint32_t triggers;             /* bits of sync_trigger; all when not said */
    const char *const *attributes; /* NULL: every attribute follows the provider */
    size_t attribute_count;
    enum sync_frequency frequency;
    enum sync_conflict conflict;
};

policy_reader policy_read_provisioning, policy_read_sync;
/* Once all blocks are read: the sources of fields that SCIM has no attribute for are attributes that custom_mappings map to them. */
bool policy_check_sources(const struct policy_reading *reading) MUST_USE;

#endif
