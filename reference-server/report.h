/* report.h: reports about an organization for people who must account for it: GET /admin/organizations/{}/reports/{}, as JSON or CSV.
 *
 *     access    who has access to what, now, and why; ?user= and ?resource= for one of them
 *     changes   what was changed in a period: of people, memberships, roles, grants and settings, from the audit trail (trail_read.h); ?from=,
 *               ?to=, ?after=, ?limit=
 *     speed     how long it took from the identity provider's request until what it asked for was in effect: SCIM writes that changed an
 *               account, a membership or somebody's access
 *     success   how many SCIM operations succeeded
 * Each is a table: a list of rows with the same members, in CSV a line each. The last two come from counters that begin with the process (health.h).
 */
#ifndef REFERENCE_SERVER_REPORT_H
#define REFERENCE_SERVER_REPORT_H

#include "common/base.h"

struct exchange;

void report_show(struct exchange *x);

#endif
