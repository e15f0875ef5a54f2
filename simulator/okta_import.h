/* okta_import.h: what Okta reads of the other side: a full import of people and groups, and the roles and entitlements that can
 * be granted. Internal to the simulator.
 *
 * Pages: startIndex=1&count=100, then 101, 201, ... by count, whatever the server returned, while totalResults is greater. So a
 * server whose pages hold fewer than 100 loses the rest, silently for the administrator; here it is a complaint. Inactive people
 * are dropped. Who had the app and is not in the import loses it in Okta and nothing is sent, unless that were more than the
 * import safeguard allows (20 %). Groups only with the setting group-import.
 *
 * Somebody assigned who was not there yet is linked. Whether profiles are taken over, and who gets the app by an import, is in
 * okta_source.h.
 */
#ifndef SIMULATOR_OKTA_IMPORT_H
#define SIMULATOR_OKTA_IMPORT_H

#include "common/base.h"
#include "simulator/session.h"

#define OKTA_PAGE_SIZE     100
#define OKTA_MAX_PAGES     1100 /* 110,000 resources */
#define OKTA_MAX_ENDPOINTS 20   /* of roles and entitlements */
#define OKTA_MAX_ENDPOINT  100  /* bytes in the path of one */

enum flow okta_import(struct session *session);
/* /ResourceTypes, /Schemas when a type of people names an extension that Okta does not know, then every endpoint of roles and
 * entitlements. */
enum flow okta_import_entitlements(struct session *session);

#endif
