/* trail.h: writes the audit trail (model/audit.h) of requests, and shows it.
 *
 * Each answered change has one entry, at whichever door; of a bulk job each operation that was done. What is refused changes nothing and has none.
 */
#ifndef REFERENCE_SERVER_TRAIL_H
#define REFERENCE_SERVER_TRAIL_H

#include "common/base.h"

struct exchange;

/* Around the handler of a route: the name of what is deleted is known only before. */
void trail_before(struct exchange *x);
void trail_after(struct exchange *x);

/* GET /admin/organizations/{}/audit: JSON Lines or CSV, oldest first; docs/reference-server.md tells the parameters. */
void trail_show(struct exchange *x);

#define TRAIL_PAGE       100
#define TRAIL_PAGE_MAX   1000

#define TRAIL_EXPORT_MAX (256 * MIB) /* a file with an exported trail, to be verified */

#endif
