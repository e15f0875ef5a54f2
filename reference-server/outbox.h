/* outbox.h: GET /admin/organizations/{}/notifications: what the product has told people (model/notification.h), oldest first.
 *
 * Parameters, each at most once: after=SEQUENCE, limit=1..OUTBOX_PAGE_MAX, kind=WORD, to=PERSON, about=PERSON. A person is an id, or the userName as it
 * was then without regard to letter case; `to=administrators` is what goes to the organization's admins. `next` is there when there is more: it is the
 * `after` of the next page. An unknown parameter or kind is refused, so that a slip never answers with everything. */
#ifndef REFERENCE_SERVER_OUTBOX_H
#define REFERENCE_SERVER_OUTBOX_H

#include "common/base.h"

struct exchange;

#define OUTBOX_PAGE     100
#define OUTBOX_PAGE_MAX 1000

void outbox_show(struct exchange *x);

#endif
