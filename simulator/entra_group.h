/* entra_group.h: Entra's groups: found or created empty, renamed, then members one by one. Internal to the simulator. */
#ifndef SIMULATOR_ENTRA_GROUP_H
#define SIMULATOR_ENTRA_GROUP_H

#include "common/base.h"
#include "simulator/session.h"

/* Drives the group on the server towards what the directory says; sends nothing when nothing differs. */
enum flow entra_converge_group(struct session *session, struct directory_group *group);

#endif
