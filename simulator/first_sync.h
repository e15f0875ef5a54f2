/* first_sync.h: a provider's first synchronization of a directory that is too large to be held at once: its caller hands over one
 * person or group after the other, each in a chunk of the directory (crowd.h), with the parts in this order.
 *
 * Entra: one initial cycle. The opening probe comes once; everybody is matched and created, then every group, then the members of all.
 * Okta: the app is assigned to everybody, then every group is pushed with its members; there is neither a probe nor a third part.
 *
 * What is sent for one object does not depend on the others of its part, so different simulators may play them at the same time.
 */
#ifndef SIMULATOR_FIRST_SYNC_H
#define SIMULATOR_FIRST_SYNC_H

#include "common/base.h"

struct error;
struct event_outcome;
struct simulator;

/* enum, what it is called */
#define FIRST_PARTS(X)                                                                                                           \
    X(FIRST_PROBE, "probe")                                                                                                      \
    X(FIRST_PEOPLE, "people")                                                                                                    \
    X(FIRST_GROUPS, "groups")                                                                                                    \
    X(FIRST_MEMBERS, "members")

enum first_part {
#define X(code, word) code,
    FIRST_PARTS(X)
#undef X
        FIRST_PART_COUNT
};

const char *first_sync_word(enum first_part part);
/* at: position in the users, or groups, of simulator->directory; of no meaning for the probe. For the members the group has its
 * server_id. As simulator_play: false when there was no reply. */
bool first_sync_play(struct simulator *simulator, enum first_part part, size_t at, struct event_outcome *out,
                     struct error *err) MUST_USE;

#endif
