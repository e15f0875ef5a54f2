/* policy_groups.h: org roles by the name of a group (group_mappings), and groups above groups with the permissions that pass down (group_hierarchy).
 *
 * A parent is above its groups and a group above its members; nothing is above itself.
 *
 * Both go by displayName without regard to case: after a rename the mapping of the new name counts and the one of the old name no longer does. */
#ifndef REFERENCE_SERVER_MODEL_POLICY_GROUPS_H
#define REFERENCE_SERVER_MODEL_POLICY_GROUPS_H

#include "common/base.h"
#include "reference-server/model/policy_reading.h"
#include "reference-server/model/role.h"

#define MAPPING_PERMISSIONS(X)                                                                                                   \
    X(MAPPING_ALL, "all")                                                                                                        \
    X(MAPPING_CREATE_PROJECTS, "create_projects")                                                                                \
    X(MAPPING_MANAGE_USERS, "manage_users")                                                                                      \
    X(MAPPING_VIEW_REPORTS, "view_reports")                                                                                      \
    X(MAPPING_BASIC_ACCESS, "basic_access")

enum mapping_permission {
#define X(permission, word) permission,
    MAPPING_PERMISSIONS(X)
#undef X
};

struct policy_group_mapping {
    const char *group; /* displayName */
    enum org_role role;
    uint32_t permissions;          /* bits of mapping_permission */
    const char *const *workspaces; /* patterns of names (text_glob) */
    size_t workspace_count;
    bool all; /* workspaces say "all"; "assigned_only" adds none */
};

struct policy_group_mappings {
    const struct policy_group_mapping *items;
    size_t count;
};

struct policy_hierarchy_group {
    const char *group;          /* displayName */
    const char *parent;         /* displayName; NULL: none */
    const char *const *members; /* displayNames of groups (pushed, or of the hierarchy), or people as standing.h says */
    size_t member_count;
    const char *const *inherited; /* permissions that pass to the groups below */
    size_t inherited_count;
    const char *const *specific; /* permissions that stay */
    size_t specific_count;
};

struct policy_group_hierarchy {
    const struct policy_hierarchy_group *items;
    size_t count;
};

policy_reader policy_read_group_mappings, policy_read_group_hierarchy;

#endif
