/* narrow.h: which accounts or groups may match a filter, asked of the store where a sorted index knows (store/store.h).
 *
 * eq, sw, gt, ge, lt and le on userName, externalId, displayName, emails, meta.created and meta.lastModified, alone or as a side of an `and`. The
 * answer holds everything that matches, and more: the caller still matches each. Texts are bound to the query folded as they are compared,
 * externalId as it is.
 */
#ifndef REFERENCE_SERVER_NARROW_H
#define REFERENCE_SERVER_NARROW_H

#include "common/base.h"

struct exchange;
struct list;
struct scim_filter;
struct scim_resource_type;

/* Of struct account * (users) or struct group *, in order of creation, in the exchange's arena. NULL: no index helps. The organization is locked. */
const struct list *narrow(const struct exchange *x, const struct scim_resource_type *type, bool users,
                          const struct scim_filter *filter);

#endif
