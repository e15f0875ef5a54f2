/* entra_group.h: Entra's groups: found or created empty, renamed, then members one by one. Internal to the simulator. */
#ifndef SIMULATOR_ENTRA_GROUP_H
#define SIMULATOR_ENTRA_GROUP_H

#include "common/base.h"
#include "simulator/session.h"

/* Drive the group on the server towards what the directory says; nothing is sent when nothing differs. In a cycle all groups come
 * first, then the members of all: the first function is the group itself, the second its members, which stay when the group has
 * just been refused. */
enum flow entra_converge_group(struct session *session, struct directory_group *group);
enum flow entra_converge_members(struct session *session, struct directory_group *group);

#endif
