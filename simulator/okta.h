/* okta.h: what Okta sends when something has changed in its directory. One job a person or group, at once; what fails waits
 * until somebody submits it again. The directory (session->user, ->group) has been changed already. Internal to the simulator.
 */
#ifndef SIMULATOR_OKTA_H
#define SIMULATOR_OKTA_H

#include "common/base.h"
#include "simulator/session.h"

enum flow okta_test_connection(struct session *session);
enum flow
okta_assign(struct session *session); /* lookup, then create or link; then the pushed groups that waited for the person */
enum flow okta_unassign(struct session *session); /* also deactivation and deletion: active=false, once */
enum flow okta_update(struct session *session);
enum flow okta_push_group(struct session *session);
enum flow okta_change_members(struct session *session); /* those of the event that are (not) pushed yet */
enum flow okta_rename_group(struct session *session);
enum flow okta_delete_group(struct session *session);
enum flow okta_sync(struct session *session);
enum flow okta_restart(struct session *session);
/* every failed task is submitted again */ /* push now of every pushed group; people are not touched */

#endif
