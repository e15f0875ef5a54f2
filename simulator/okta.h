/* okta.h: what Okta sends when something has changed in its directory or its console. One job a person or group, at once; what
 * fails waits until somebody submits it again. The directory (session->user, ->group) has been changed already. Internal to the
 * simulator.
 *
 * Every event becomes a question to the state machine of a person (okta_user.h) or of a group push (okta_group.h).
 */
#ifndef SIMULATOR_OKTA_H
#define SIMULATOR_OKTA_H

#include "common/base.h"
#include "simulator/session.h"

enum flow okta_test_connection(struct session *session); /* also when provisioning settings are saved */
/* lookup, then create or link; then the pushed groups that waited for the person */
enum flow okta_assign(struct session *session);
enum flow okta_unassign(struct session *session); /* also deactivation and deletion: active=false, once */
enum flow okta_update(struct session *session);
enum flow okta_sync_password(struct session *session);
enum flow okta_suspend(struct session *session); /* nothing is sent */
enum flow okta_unsuspend(struct session *session);
enum flow okta_assign_group(struct session *session);   /* whoever has the app by it */
enum flow okta_unassign_group(struct session *session); /* whoever has it no longer */
enum flow okta_push_group(struct session *session);
enum flow okta_link_group(struct session *session);
enum flow okta_push_now(struct session *session);
enum flow okta_unlink_group(struct session *session);
enum flow okta_deactivate_push(struct session *session);
enum flow okta_activate_push(struct session *session);
enum flow okta_push_rule(struct session *session);
enum flow okta_end_push_rule(struct session *session);
enum flow okta_change_members(
    struct session *session); /* those of the event that are (not) pushed yet: removals, then one add, in one request */
enum flow okta_rename_group(struct session *session);
enum flow okta_delete_group(struct session *session);
enum flow okta_sync(struct session *session);    /* push now of every pushed group; people are not touched */
enum flow okta_restart(struct session *session); /* every failed task is submitted again */
/* profiles of who is there and not mastered by the app; nothing for who is not */
enum flow okta_force_sync(struct session *session);

#endif
