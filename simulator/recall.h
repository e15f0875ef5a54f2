/* recall.h: what the provider would remember of somebody whom it provisioned earlier, found again on the server.
 *
 * A client that pushes one change by hand knows nothing of the days before. It asks with the lookups of the real client: people
 * by the matching attribute, groups by displayName; of a group also the resource itself, since whoever takes a member away
 * knows who is one. Nothing is written. What is not found stays as it was: not provisioned.
 */
#ifndef SIMULATOR_RECALL_H
#define SIMULATOR_RECALL_H

#include "common/base.h"

struct directory_group;
struct directory_user;
struct error;
struct event_outcome;
struct simulator;

#define RECALL_MAX_MEMBERS 200 /* of a group, that the directory does not have */

/* What is looked for. Of people (groups) who are made up the directory knows no more than an address (a name), so profile and id
 * become what the server has, as if it all came from here. */
enum recall {
    RECALL_MEMORY,  /* what was provisioned: id, active, the values that the server has */
    RECALL_MADE_UP, /* the same of somebody who is made up */
    RECALL_PROFILE  /* of somebody who is made up: what is known of the person; an account stays to be found by the event */
};

/* out counts what was sent, and holds the refusal of a lookup. False: no reply. */
bool recall_user(struct simulator *simulator, struct directory_user *user, enum recall what, struct event_outcome *out,
                 struct error *err) MUST_USE;
/* Members that the directory does not have are added to it, with what the server says of them. ERROR_LIMIT: more than
 * RECALL_MAX_MEMBERS. */
bool recall_group(struct simulator *simulator, struct directory_group *group, enum recall what, struct event_outcome *out,
                  struct error *err) MUST_USE;

#endif
