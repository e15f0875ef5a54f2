/* grant.h: (person or group) x (workspace or folder) x role. The only input of access besides memberships, status, org
 * roles and what policies give (policy_groups.h, policy_access.h).
 *
 * At most one lasting grant per subject and resource, and beside it at most one with a window, a temporary elevation: when that ends by the
 * organization's clock, what the lasting one gives is still there. Granting again changes the role, and the window. A person's grant is a manual
 * role and makes them a member at once. A group's needs a managed workspace and, on a folder, team access invite-only; ownership is a
 * person's, so a group is never owner; and it is nothing for a while, so a grant with a window isn't either.
 *
 * A role that needs approval (approval.h) is asked for, and what the grant gave before stays until it is approved. */
#ifndef REFERENCE_SERVER_MODEL_GRANT_H
#define REFERENCE_SERVER_MODEL_GRANT_H

#include "common/base.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/role.h"

struct account;
struct group;
struct organization;
struct resource;

/* From starts_ms until just before ends_ms; INT64_MIN, INT64_MAX: no limit. */
struct grant_window {
    int64_t starts_ms, ends_ms;
};

#define GRANT_ALWAYS ((struct grant_window){INT64_MIN, INT64_MAX})

struct grant {
    struct resource *resource;
    struct account *account; /* exactly one of account and group is set */
    struct group *group;
    enum role role;  /* ROLE_NONE: none yet, only asked for */
    enum role asked; /* waits for approval; ROLE_NONE: none does */
    bool timed;
    struct grant_window window; /* of a timed one */
    uint64_t order;             /* of granting; kept when the role changes */
};

/* The lasting one; NULL: none. */
const struct grant *grant_of_account(const struct resource *resource, const struct account *account);
const struct grant *grant_of_group(const struct resource *resource, const struct group *group);
/* The one with a window. subject: id of an account or group. */
struct grant *grant_timed_of(const struct resource *resource, const char *subject);
const char *grant_subject(const struct grant *grant);                                         /* the id */
enum role grant_role_now(const struct organization *organization, const struct grant *grant); /* ROLE_NONE outside its window */

/* Demoting the last active owner of a workspace passes ownership on (lifecycle.h); refused (lastOwner) when nobody but that
 * person could take it. */
bool grant_person(struct organization *organization, struct account *account, struct resource *resource, enum role role,
                  struct model_failure *failure) MUST_USE;
bool grant_group(struct organization *organization, struct group *group, struct resource *resource, enum role role,
                 struct model_failure *failure) MUST_USE;
/* With a window that is not over yet and ends after it starts; one of account and group. */
bool grant_for_a_while(struct organization *organization, struct account *account, struct group *group, struct resource *resource,
                       enum role role, struct grant_window window, struct model_failure *failure) MUST_USE;
/* Both, the lasting one and the one with a window; notFound when there is neither. */
bool grant_revoke_person(struct organization *organization, struct account *account, struct resource *resource,
                         struct model_failure *failure) MUST_USE;
bool grant_revoke_group(struct organization *organization, struct group *group, struct resource *resource,
                        struct model_failure *failure) MUST_USE;
/* This one alone, with what it asks for; refused as above. */
bool grant_revoke_one(struct organization *organization, struct grant *grant, struct model_failure *failure) MUST_USE;

/* For this folder: a lasting one, without any check and with nothing asked for any more. */
struct grant *grant_put(struct organization *organization, struct resource *resource, struct account *account,
                        struct group *group, enum role role);
/* For departed.h: one that somebody had, with its role, window and order; nothing when the window is over. No check: it was given once. */
void grant_give_back(struct organization *organization, const struct grant *kept);
/* What was asked for is given (the caller knows that it may be), or not given. A grant that then has no role is gone. */
void grant_answer(struct organization *organization, struct grant *grant, bool given);
void grant_drop(struct organization *organization, struct grant *grant); /* unlinks and frees */

/* For record.h: a grant as it was. */
void grant_restore(const struct grant *stored);

#endif
