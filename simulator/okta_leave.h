/* okta_leave.h: granular deprovisioning: what becomes of an account beside being deactivated when the assignment ends, at once or so
 * many days later. Internal to the simulator.
 *
 * Okta's release 2026.07.3 names the actions DELETE_USER and REMOVE_ENTITLEMENTS, at once or delayed, for apps that opt in; the form on
 * the wire is published nowhere, so it is off (on-unassign=deactivate), and what is sent is inferred: DELETE of the account, or a profile
 * with empty lists. Inferred, too: with a delay the account is deactivated at once; who gets the app back before the day keeps the
 * account and what was granted; what the day brings is what the setting says on that day.
 *
 * The day comes by the provider's clock (simulator_next, simulator_act). What fails then waits until it is submitted again, as any
 * other task does.
 */
#ifndef SIMULATOR_OKTA_LEAVE_H
#define SIMULATOR_OKTA_LEAVE_H

#include "common/base.h"
#include "simulator/okta_state.h"
#include "simulator/session.h"

/* What the end of an assignment is by the settings, and for somebody whose day has come. */
enum person_ask okta_leave_ask(const struct session *session, const struct directory_user *user);
bool okta_leaves_bare(const struct session *session); /* entitlements go before active does, at once */
void okta_leave_later(const struct session *session, struct directory_user *user); /* has been deactivated */
void okta_leave_cancel(struct directory_user *user);
bool okta_leave_next(struct simulator *simulator, int64_t *due_ms) MUST_USE;
enum flow okta_leave_due(struct session *session);

#endif
