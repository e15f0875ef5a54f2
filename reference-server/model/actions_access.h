/* actions_access.h: the admin's actions on access that are more than a grant: windows, approvals, projects; rows of the table in actions.c.
 *
 * approve, reject: {"user" or "group", "resource"} a grant that waits; {"user", "rule"} what a rule, {"user", "mapping"} what a group's mapping gives.
 * list-approvals answers {"approvals": [...]} (approval.h).
 */
#ifndef REFERENCE_SERVER_MODEL_ACTIONS_ACCESS_H
#define REFERENCE_SERVER_MODEL_ACTIONS_ACCESS_H

#include "common/base.h"
#include "reference-server/model/actions_credential.h"
#include "reference-server/model/grant.h"

struct account;
struct group;
struct resource;

bool actions_access_approve(const struct call *call);
bool actions_access_reject(const struct call *call);
bool actions_access_list_approvals(const struct call *call);
bool actions_access_assign_project(const struct call *call);
bool actions_access_unassign_project(const struct call *call);
bool actions_access_classify_project(const struct call *call);

/* "starts", "ends" (times), "for" (a duration from the start, or from now): of a grant. timed: one of them is there. */
bool actions_access_window(const struct call *call, bool *timed, struct grant_window *out) MUST_USE;

/* Readers of members, in actions.c. */
bool actions_text(const struct call *call, const char *key, const char **out) MUST_USE;
bool actions_person(const struct call *call, const char *key, struct account **out) MUST_USE;
bool actions_resource(const struct call *call, const char *key, struct resource **out) MUST_USE;
bool actions_subject(const struct call *call, struct group **group, struct account **account) MUST_USE;
bool actions_unknown(const struct call *call, const char *key, const char *what, const char *name);

#endif
