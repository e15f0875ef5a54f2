/* entra_cycle.h: what every activity of Entra's provisioning service has around it: the opening probe, the quarantine. Internal
 * to the simulator.
 */
#ifndef SIMULATOR_ENTRA_CYCLE_H
#define SIMULATOR_ENTRA_CYCLE_H

#include "common/base.h"
#include "simulator/session.h"

/* The event is a click on "Provision on demand", not a change that the cycle finds. */
bool cycle_on_demand(const struct session *session);
bool cycle_in_scope(const struct directory_user *user); /* assigned, and not disabled or deleted in the directory */

/* The object's turn, as session_begin: false when it is in escrow and this cycle comes too early for it. */
bool cycle_begin(struct session *session, const char **last_error, struct escrow *escrow);

/* A lookup of a random GUID among the people, and (both) among the groups: 200 with an empty list, or the cycle ends. */
enum flow cycle_probe(struct session *session, bool both);
enum flow cycle_open(struct session *session); /* the opening probe, once an event */
/* A request of the cycle: opens it, and ends it when the credentials are refused. demand: other than 2xx is a refusal. */
enum flow cycle_call(struct session *session, const char *method, const char *target, const json *body, struct reply *reply);
enum flow cycle_demand(struct session *session, const char *method, const char *target, const json *body, struct reply *reply);

#endif
