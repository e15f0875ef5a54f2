/* changes.h: what events of the consoles do to the directory before anything is sent: assignment by group, suspension, links, rules,
 * settings. Each returns false when the event can't be: the session's err says why, and nothing has changed. Internal to the
 * simulator.
 */
#ifndef SIMULATOR_CHANGES_H
#define SIMULATOR_CHANGES_H

#include "common/base.h"
#include "simulator/session.h"

#define ENTITLE_MAX 100 /* roles, and entitlements, of one person */

typedef bool change_event(struct session *session);
change_event change_assign_group, change_unassign_group, change_suspend, change_unsuspend, change_sync_password,
    change_link_group, change_unlink_group, change_push_rule, change_end_push_rule, change_entitle, change_settings,
    change_push_state;

/* Members have come to a group or left it: session->affected becomes who has gained or lost the app by that. */
void change_gain(struct session *session, struct directory_user *const *users, size_t count);
void change_lose(struct session *session, struct directory_user *const *users, size_t count);
/* A group that has another name may fit the rule now, and keeps its name on the server until that is told. */
void change_follow_name(struct session *session, const char *before);

#endif
