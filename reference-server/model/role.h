/* role.h: the seven roles and what each may do; the three org roles.
 *
 * Source: the role list and order of the product's SCIM overview, the permission table of its members page. The rank decides
 * which role wins; what a role may do is looked up, never derived from the rank (a collaborator runs automations, a commenter
 * above it does not). */
#ifndef REFERENCE_SERVER_MODEL_ROLE_H
#define REFERENCE_SERVER_MODEL_ROLE_H

#include "common/base.h"

/* permission, name. The names are the actions of the AuthZEN door, too. */
#define PERMISSIONS(X)                                                                                                           \
    X(PERMISSION_READ, "read")                                                                                                   \
    X(PERMISSION_COMPLETE, "complete")                                                                                           \
    X(PERMISSION_COMMENT, "comment")                                                                                             \
    X(PERMISSION_EDIT, "edit")                                                                                                   \
    X(PERMISSION_AUTOMATE, "automate")                                                                                           \
    X(PERMISSION_MANAGE, "manage")                                                                                               \
    X(PERMISSION_OWN, "own") /* billing, ownership, delete */

enum permission {
#define X(permission, name) permission,
    PERMISSIONS(X)
#undef X
};

/* role, name, then yes or no per permission in the order above. Lowest first, so that the higher value is the higher role. */
#define ROLES(X)                                                                                                                 \
    X(ROLE_VIEWER, "viewer", 1, 0, 0, 0, 0, 0, 0)                                                                                \
    X(ROLE_PARTICIPANT, "participant", 1, 1, 1, 0, 0, 0, 0)                                                                      \
    X(ROLE_COLLABORATOR, "collaborator", 1, 1, 1, 0, 1, 0, 0)                                                                    \
    X(ROLE_COMMENTER, "commenter", 1, 0, 1, 0, 0, 0, 0)                                                                          \
    X(ROLE_EDITOR, "editor", 1, 1, 1, 1, 1, 0, 0)                                                                                \
    X(ROLE_MAINTAINER, "maintainer", 1, 1, 1, 1, 1, 1, 0)                                                                        \
    X(ROLE_OWNER, "owner", 1, 1, 1, 1, 1, 1, 1)

enum role {
    ROLE_NONE,
#define X(role, name, ...) role,
    ROLES(X)
#undef X
};

/* Edit / Check / View of the workspace's group dialog, Editor / Checker / Viewer of the folder's: written form, role. Case
 * does not matter. */
#define ROLE_ALIASES(X)                                                                                                          \
    X("edit", ROLE_EDITOR)                                                                                                       \
    X("check", ROLE_PARTICIPANT)                                                                                                 \
    X("checker", ROLE_PARTICIPANT)                                                                                               \
    X("view", ROLE_VIEWER)

const char *role_name(enum role role);             /* ROLE_NONE: "none" */
bool role_read(const char *text, enum role *role); /* a name or an alias */
bool role_may(enum role role, enum permission permission);
const char *permission_name(enum permission permission);
bool permission_read(const char *text, enum permission *permission);

/* org role, name, role it acts as on a workspace (ROLE_NONE: none), pattern of those workspaces (text_glob), permissions as
 * the access document lists them, separated by blanks. It acts in the workspaces that the organization manages. */
#define ORG_ROLES(X)                                                                                                             \
    X(ORG_ROLE_USER, "user", ROLE_NONE, "", "basic_access")                                                                      \
    X(ORG_ROLE_MANAGER, "manager", ROLE_EDITOR, "department_*", "create_projects manage_users view_reports")                     \
    X(ORG_ROLE_ADMIN, "admin", ROLE_MAINTAINER, "*", "all")

enum org_role {
#define X(org_role, name, role, pattern, permissions) org_role,
    ORG_ROLES(X)
#undef X
};

const char *org_role_name(enum org_role org_role);
bool org_role_read(const char *text, enum org_role *org_role);
enum role org_role_acts_as(enum org_role org_role);
enum role org_role_on(enum org_role org_role, const char *workspace); /* by name pattern alone */
const char *org_role_permissions(enum org_role org_role);             /* separated by blanks */
const char *org_role_with(const char *permission);                    /* the one that has it; NULL: none */

#endif
