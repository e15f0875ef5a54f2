/* entra_reference.h: Entra asks whether a reference is written already (axis reference-check). Internal to the simulator.
 *
 *     GET /Groups?filter=id+eq+%22{group}%22+and+members+eq+%22{user}%22&attributes=id
 *
 * Microsoft's tutorial says in words that group members and managers are asked about so, and prints the query of the manager; no capture
 * holds one, so it is off unless the axis is turned. Whoever finds nobody writes; what is there already is not written again.
 */
#ifndef SIMULATOR_ENTRA_REFERENCE_H
#define SIMULATOR_ENTRA_REFERENCE_H

#include "simulator/session.h"

struct reference {
    const char *endpoint, *id;     /* of the resource: "/Groups", its server id */
    const char *attribute, *value; /* "members", the other's server id */
    bool remove;                   /* the reference is to be taken away */
};

/* *already: nothing is left to write; always false with the axis off, and nothing is sent then. */
enum flow reference_check(struct session *session, const struct reference *reference, bool *already);

#endif
