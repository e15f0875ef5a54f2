/* entra.h: what Entra ID's provisioning service sends. Every object in scope is driven towards what the directory says: match,
 * create or patch what differs, and nothing when nothing does. So a failed object is tried again by the next cycle, of itself.
 * Internal to the simulator.
 *
 * An event is an incremental cycle that sees that one change; EVENT_SYNC looks at everything. On demand, one person or one group
 * with up to five members is looked up and provisioned at a click; what a click can't do (disabling or deleting in the
 * directory, restoring) comes from a cycle.
 */
#ifndef SIMULATOR_ENTRA_H
#define SIMULATOR_ENTRA_H

#include "common/base.h"
#include "simulator/session.h"

enum flow entra_test_connection(struct session *session);
enum flow entra_user(struct session *session);  /* all events of a person */
enum flow entra_group(struct session *session); /* push, members, rename, delete */
/* Drives the person on the server towards what the directory says; the reference to the manager comes with entra_sync. */
enum flow entra_converge_user(struct session *session, struct directory_user *user);
enum flow entra_settings(struct session *session); /* an initial cycle when they ask for one */
enum flow entra_sync(struct session *session); /* a cycle; after a restart it is the initial one, which matches everything anew */

#endif
