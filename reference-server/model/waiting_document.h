/* waiting_document.h: what waits in an organization, as a document for people: GET /admin/organizations/{}/waiting.
 *
 *     approvals   roles that wait for somebody's word (approval.h)
 *     changes     changes of the provider that wait for their slot (pending.h), the first due first: of a person's profile, or of a membership
 *     departed    who was deleted and can still be restored (departed.h), with the time until which; the longest gone first
 *
 * Of each the first WAITING_SHOWN are in the document, and `counts` says how many there are: an organization may have 100,000 of them, and a person reads
 * a page. What waits for a window of time or for the roll-out is in the access document, at the person or group that it waits for.
 */
#ifndef REFERENCE_SERVER_MODEL_WAITING_DOCUMENT_H
#define REFERENCE_SERVER_MODEL_WAITING_DOCUMENT_H

#include "common/base.h"
#include "common/json.h"

#define WAITING_SHOWN 500

struct arena;
struct organization;

json *waiting_document(struct arena *arena, const struct organization *organization);

#endif
