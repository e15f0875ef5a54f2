/* trail.h: writes the audit trail (model/audit.h) of requests, and shows it.
 *
 * Each answered change has one entry, at whichever door; of a bulk job each operation. It holds the events that the model noted meanwhile
 * (model/audit_event.h), of a SCIM request sync_operations, of an admin's setting configuration_changes. What is refused changes nothing else and has
 * an entry with error_conditions, when it is known who asked; who isn't known is counted by health.h and leaves no entry, so that strangers can't
 * fill the trail. An attempt to sign in to an account that there is has one in any case.
 */
#ifndef REFERENCE_SERVER_TRAIL_H
#define REFERENCE_SERVER_TRAIL_H

#include "common/base.h"
#include "common/json.h"

struct exchange;

/* Around the handler of a route: the name of what is deleted is known only before. */
void trail_before(struct exchange *x);
void trail_after(struct exchange *x);
/* For what is answered without a handler: a body that is no JSON, SCIM that is off. */
void trail_refused(struct exchange *x);

/* trail_settings.c: what an organization has decided, as {"plan": "v7.team", "settings.seats": "10", "sync_config": "{…}"}; and what was changed of
 * it, as notes. */
json *trail_settings(const struct exchange *x);
bool trail_note_settings(struct exchange *x, const json *before); /* false: nothing */

/* GET /admin/organizations/{}/audit: JSON Lines or CSV, oldest first; docs/reference-server.md tells the parameters. */
void trail_show(struct exchange *x);

#define TRAIL_REQUEST_LETTERS 128 /* letters of an X-Request-ID that is taken over */
#define TRAIL_PAGE            100
#define TRAIL_PAGE_MAX        1000

#define TRAIL_EXPORT_MAX      (256 * MIB) /* a file with an exported trail, to be verified */

#endif
