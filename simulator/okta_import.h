/* okta_import.h: what Okta reads of the other side: a full import of people and groups. Internal to the simulator.
 *
 * Pages: startIndex=1&count=100, then 101, 201, ... by count, whatever the server returned, while totalResults is greater. So a
 * server whose pages hold fewer than 100 loses the rest, silently for the administrator; here it is a complaint. Inactive people
 * are dropped. Who had the app and is not in the import loses it in Okta and nothing is sent, unless that were more than the
 * import safeguard allows (20 %). Groups only with the setting group-import.
 *
 * Somebody assigned who was not there yet is linked. Whether profiles are taken over, and who gets the app by an import, is in
 * okta_source.h; with entitlement management the roles and entitlements that somebody carries are, since Okta would take
 * them away with its next push otherwise.
 */
#ifndef SIMULATOR_OKTA_IMPORT_H
#define SIMULATOR_OKTA_IMPORT_H

#include "common/base.h"
#include "simulator/session.h"

#define OKTA_MAX_PAGES 1100 /* 110,000 resources in pages of 100 */

enum flow okta_import(struct session *session);

/* Called for each resource of a page. */
typedef void okta_take(void *context, const json *resource);

/* One list, whatever its size. *total: of all pages, *count: on this one. */
enum flow okta_read_page(struct session *session, const char *target, int64_t *total, size_t *count, okta_take *take,
                         void *context);
/* All pages of an endpoint, by size. A short one is noted once; the import goes on as the real one does. */
enum flow okta_read_pages(struct session *session, const char *endpoint, int size, okta_take *take, void *context,
                          int64_t *total);

#endif
