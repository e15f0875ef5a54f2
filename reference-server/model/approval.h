/* approval.h: roles that wait for somebody's word (policy_access.h, the block approvals).
 *
 * A grant of the set role or above is asked for until it is approved; so is what a group mapping or an access rule gives to somebody. For a group's
 * grant one word is enough for all its members. An approval counts for the role that was approved, and below: a higher one waits again. What
 * was given before the block was there stays as it is, and when the block ends, or asks for less, what waited comes into force: grants for good.
 * Ownership that passes on by itself (lifecycle.h) never waits.
 *
 * The answer about a grant is in the grant. About what a mapping or rule gives to somebody it is kept with the person, by source, and ends when the source
 * gives them nothing any more: who comes back is asked about again. A deactivation ends what waits; what was approved stays.
 */
#ifndef REFERENCE_SERVER_MODEL_APPROVAL_H
#define REFERENCE_SERVER_MODEL_APPROVAL_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/access.h"
#include "reference-server/model/failure.h"

struct account;
struct grant;
struct group;
struct organization;

/* An answer about what a mapping or rule gives. */
struct approval {
    enum role role; /* that was approved, or refused */
    char *resource; /* of a rule; NULL: of a mapping, wherever it gives it */
    bool given;
};

bool approval_needed(const struct organization *organization, enum role role);
/* WAIT_NONE, WAIT_APPROVAL or WAIT_REJECTED of a mapping's or rule's result. */
enum access_wait approval_wait(const struct organization *organization, const struct account *account,
                               const struct resource *resource, const struct access_via *via);
/* "rule:NAME", "mapping:GROUP ID": how answers are kept. In the arena. */
const char *approval_source(struct arena *arena, const struct access_via *via);

/* The answer to what waits. notFound when nothing does. One of account and group is set. */
bool approval_answer_grant(struct organization *organization, struct account *account, struct group *group,
                           struct resource *resource, bool given, struct model_failure *failure) MUST_USE;
/* rule NULL: what the mapping of `group` gives to the account. */
bool approval_answer_result(struct organization *organization, struct account *account, const char *rule,
                            const struct group *group, bool given, struct model_failure *failure) MUST_USE;
/* All that wait: objects with resource, role, and user or group, in order of people and of grants. */
void approval_list(const struct organization *organization, json *array);

void approval_tell(struct organization *organization, const struct grant *grant, enum role role); /* the admins */
void approval_release(struct organization *organization);                                         /* policies have changed */
void approval_end(struct organization *organization, struct account *account); /* a step of model_steps: somebody leaves */
/* Answers whose source gives the account nothing any more; sources: those that still do. */
void approval_settle(struct organization *organization, struct account *account, const char *const *sources, size_t count);
void approval_forget(struct organization *organization,
                     struct account *account);   /* every answer about somebody who goes for good */
void approval_free_all(struct account *account); /* for account_free */

/* For record.h: resource taken. */
void approval_restore(struct account *account, const char *source, const struct approval *stored);

#endif
