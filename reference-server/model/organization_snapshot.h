/* organization_snapshot.h: every stored fact of an organization as JSON, in a fixed order, secrets as hashes. Two equal
 * snapshots are the same state. Times are as stored; the virtual clock appears as what it has been moved by. */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_SNAPSHOT_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_SNAPSHOT_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct organization;

json *organization_snapshot(struct arena *arena, const struct organization *organization);

#endif
