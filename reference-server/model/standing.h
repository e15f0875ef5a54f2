/* standing.h: what somebody is in the organization itself: org role and permissions, and why. Pure, like access.h.
 *
 * The org role is the highest of the stored one and of the mappings of the groups that the person is in, by the names these have now. Permissions are
 * those of each of these roles, and those of the group hierarchy: somebody is in a group of the hierarchy who is in the pushed group of that name, or
 * whom it lists: by userName or the part of it before the @ (of an address in the organization's domains, if it has any), by a group they
 * are in, or by another group of the hierarchy that they are in.
 * They have all permissions of that group, and the inherited ones of every group above it. What is outside the roll-out, or waits for approval,
 * gives nothing; and nobody who is inactive has any.
 *
 * What a permission opens in the product (docs/decisions/047): create_projects a project in every place that the person can open, view_reports the
 * reports, manage_users invites to places that the person can open; `all` opens all of it. What roles give is not less without them.
 */
#ifndef REFERENCE_SERVER_MODEL_STANDING_H
#define REFERENCE_SERVER_MODEL_STANDING_H

#include "common/base.h"
#include "reference-server/model/policy_groups.h"
#include "reference-server/model/role.h"

struct account;
struct arena;
struct group;
struct organization;

enum standing_kind { STANDING_ORG_ROLE, STANDING_MAPPING, STANDING_HIERARCHY, STANDING_INHERITED };

/* Why there is a permission. */
struct standing_reason {
    const char *permission;
    enum standing_kind kind;
    const char *group; /* of the mapping, or of the hierarchy that the person is in */
    const char *above; /* STANDING_INHERITED: the group that it comes from */
};

struct standing {
    enum org_role org_role;
    const char *mapped_by;                 /* the group whose mapping gives that role; NULL: it is the stored one */
    const struct standing_reason *reasons; /* by permission: the product's own in its order, then by name */
    size_t count;
};

struct standing standing_of(struct arena *arena, const struct organization *organization, const struct account *account);
enum org_role standing_org_role(const struct organization *organization, const struct account *account);
/* By that word, or by the word all. A step of lifecycle.h: who asks calls that. */
bool standing_permits(const struct organization *organization, const struct account *account, enum mapping_permission permission);
/* Each once, in the order of reasons. In the arena. */
size_t standing_permissions(struct arena *arena, const struct standing *standing, const char *const **out);
/* The first whom a mapping makes admin and whom the function accepts, but for the break-glass owner; NULL: nobody. */
struct account *standing_mapped_admin(const struct organization *organization,
                                      bool (*accepts)(const struct account *account, const struct account *other),
                                      const struct account *other);

#endif
