/* entra_scope.h: whom Entra's job provisions, and what becomes of those whom it no longer does. Internal to the simulator.
 *
 * From Microsoft's how-provisioning-works: four things end somebody's place in the app: the assignment goes, a scoping filter is
 * against them, the account is disabled, the account is deleted. Each is told as active=false; 30 days after the deletion, or
 * when somebody empties the recycle bin, comes DELETE. Somebody who had left before is nobody's business any more. The axes
 * out-of-scope, active-source, deprovision, delete-action, update-action and hard-delete change that, one thing each.
 *
 * The guard (Microsoft's page on accidental deletions) counts the disables and deletes of people and the deletes of groups of one
 * cycle. More than the threshold are staged: none is sent, the job goes into quarantine, and the administrator allows them or
 * takes back what caused them. That the rest of the cycle goes on is ours.
 */
#ifndef SIMULATOR_ENTRA_SCOPE_H
#define SIMULATOR_ENTRA_SCOPE_H

#include "common/base.h"
#include "simulator/session.h"

enum leaving { LEAVES_NOT, LEAVES_DISABLED, LEAVES_DELETED };

/* Who is in scope now, who has been in the recycle bin for long enough, and whether the guard holds deletions back. Before every
 * cycle. */
void scope_refresh(struct session *session);

/* What the server is still to be told of somebody out of scope. */
enum leaving scope_leaving(const struct session *session, const struct directory_user *user);
bool scope_group_leaves(const struct session *session, const struct directory_group *group);
bool scope_group_wanted(const struct directory_group *group); /* pushed, there, and no filter is against it */

#endif
