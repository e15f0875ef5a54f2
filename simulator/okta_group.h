/* okta_group.h: one group push of Okta: what is asked goes through the table of okta_state.h. Internal to the simulator.
 *
 * The setting "rename app groups to match group name in Okta" is the axis rename-groups: off, the group on the server keeps its
 * name (directory_group.target).
 */
#ifndef SIMULATOR_OKTA_GROUP_H
#define SIMULATOR_OKTA_GROUP_H

#include "common/base.h"
#include "simulator/okta_state.h"
#include "simulator/session.h"

struct member_change;

/* changes: of a PUSH_ASK_MEMBERS; else none. */
enum flow okta_push(struct session *session, struct directory_group *group, enum push_ask ask,
                    const struct member_change *changes, size_t count);
/* Active, assigned and known to the server: the people that Okta pushes; it skips the others in removals too. */
bool okta_pushable(const struct directory_user *user);

#endif
