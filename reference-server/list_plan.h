/* list_plan.h: which resources a filter can be true of, told by the indexes of the model, so that a list need not look at everybody.
 *
 * An index answers `eq` with a text on id, externalId, userName, emails (its value) and a group's displayName, inside `emails[…]` too. Of `and` one side
 * that an index answers is enough, of `or` both are needed. Nothing else is planned. The plan may hold more than what matches, never less: whoever asks
 * still matches each of them.
 */
#ifndef REFERENCE_SERVER_LIST_PLAN_H
#define REFERENCE_SERVER_LIST_PLAN_H

#include "common/base.h"
#include "reference-server/model/list.h"

struct arena;
struct organization;
struct scim_filter;
struct scim_resource_type;

struct list_plan {
    struct arena *arena;
    const struct organization *organization;
    const struct scim_resource_type *type;
    bool users; /* else groups */
};

/* NULL: no index helps. Else struct account * or struct group *, each once, in order of creation; in the arena or the index: until the next write. */
const struct list *list_plan(const struct list_plan *plan, const struct scim_filter *filter);

#endif
