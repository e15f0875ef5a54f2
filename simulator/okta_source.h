/* okta_source.h: what an import makes of people: the app as a profile source, and people whom nobody has assigned. Internal to the
 * simulator.
 *
 * Settings of the app, which are axes. profile-source (Okta's page on profile sources): the app masters the profile of who has it; an
 * import takes over what the app shows (also that a value is gone, inferred; of lists the primary element), in Okta the profile can't be
 * changed, and it is not pushed back (inferred). The manager is a link in the directory and stays.
 * source-deactivates: who is inactive in the app, or gone, loses the app and is deactivated in Okta, or suspended, or nothing.
 * source-reactivates: who is active in the app again is so in Okta, if deactivated, suspended, or either.
 * auto-confirm (Okta's page on imports): who stands in the app and does not have it in Okta gets it without a request: a person of that
 * user name, else a new one, whose key is the user name. Without it they wait for the administrator's confirmation, which is not played.
 * Nobody is brought back whose deactivation has failed.
 *
 * On a server that others use too only names with the prefix of the case are people of this directory.
 */
#ifndef SIMULATOR_OKTA_SOURCE_H
#define SIMULATOR_OKTA_SOURCE_H

#include "common/base.h"
#include "common/json.h"
#include "simulator/session.h"

bool okta_source_reads(const struct session *session); /* an import needs more than ids */
/* Of a person who is active in the app by this id. resource: as read; NULL unless okta_source_reads. */
void okta_source_found(struct session *session, struct directory_user *user, const char *id, const json *resource);
void okta_source_lost(struct session *session, struct directory_user *user); /* who had the app and is not there, or not active */
void okta_source_new(struct session *session, const json *resource);         /* whom the directory does not know */
void okta_source_ends(struct session *session);                              /* everybody is mastered by Okta */

#endif
