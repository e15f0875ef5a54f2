/* grant.h: (person or group) x (workspace or folder) x role. The only input of access besides memberships, status and org
 * roles.
 *
 * At most one grant per subject and resource; granting again changes the role. A person's grant is a manual role and makes
 * them a member at once. A group's needs a managed workspace and, on a folder, team access invite-only; ownership is a
 * person's, so a group is never owner. */
#ifndef REFERENCE_SERVER_MODEL_GRANT_H
#define REFERENCE_SERVER_MODEL_GRANT_H

#include "common/base.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/role.h"

struct account;
struct group;
struct organization;
struct resource;

struct grant {
    struct resource *resource;
    struct account *account; /* exactly one of account and group is set */
    struct group *group;
    enum role role;
    uint64_t order; /* of granting; kept when the role changes */
};

const struct grant *grant_of_account(const struct resource *resource, const struct account *account); /* NULL: none */
const struct grant *grant_of_group(const struct resource *resource, const struct group *group);

/* Demoting the last active owner of a workspace passes ownership on (lifecycle.h); refused (lastOwner) when nobody but that
 * person could take it. */
bool grant_person(struct organization *organization, struct account *account, struct resource *resource, enum role role,
                  struct model_failure *failure) MUST_USE;
bool grant_group(struct organization *organization, struct group *group, struct resource *resource, enum role role,
                 struct model_failure *failure) MUST_USE;
bool grant_revoke_person(struct organization *organization, struct account *account, struct resource *resource,
                         struct model_failure *failure) MUST_USE; /* notFound when there is none */
bool grant_revoke_group(struct organization *organization, struct group *group, struct resource *resource,
                        struct model_failure *failure) MUST_USE;

/* For this folder: without any check. */
struct grant *grant_put(struct organization *organization, struct resource *resource, struct account *account,
                        struct group *group, enum role role);
void grant_drop(struct organization *organization, struct grant *grant); /* unlinks and frees */

/* For record.h: a grant as it was. */
void grant_restore(const struct grant *stored);

#endif
