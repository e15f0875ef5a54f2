/* okta_user.h: the provisioning of one person in Okta: what is asked goes through the table of okta_state.h, which names the task
 * and the state after it. Internal to the simulator.
 *
 * Settings of the console are axes (dialect.h): create-users, update-users, deactivate-users, sync-passwords, on-unassign.
 */
#ifndef SIMULATOR_OKTA_USER_H
#define SIMULATOR_OKTA_USER_H

#include "common/base.h"
#include "simulator/okta_state.h"
#include "simulator/session.h"

/* changes: of a PERSON_ASK_PROFILE, attributes as in an update; else NULL. */
enum flow okta_person(struct session *session, struct directory_user *user, enum person_ask ask, const json *changes);
/* The question that an assignment, its end, or a second try is, by the settings. */
enum person_ask okta_ask_in(const struct session *session, const struct directory_user *user);
enum person_ask okta_ask_out(const struct session *session, const struct directory_user *user);
/* Changes that the server has not taken, or is not told: the next push of the profile holds them. */
void okta_keep_untold(struct session *session, struct directory_user *user, const json *changes);

#endif
