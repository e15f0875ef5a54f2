/* trail_when.h: since when somebody has the role on a place that access.h says, or has none: which entry of the trail changed it, and who caused that.
 *
 * The newest entry with a permission_changes of this access counts (model/audit_event.h). Access that depends on the clock, or on policies, changes
 * without the person being touched: then the entry tells of the last change before, and the newest change of policies behind it is named as well. Of a
 * project it is told since when the role on its place is what it is, and who classified it last. No more than TRAIL_SCANNED entries are looked at.
 */
#ifndef REFERENCE_SERVER_TRAIL_WHEN_H
#define REFERENCE_SERVER_TRAIL_WHEN_H

#include "common/base.h"
#include "common/json.h"

struct account;
struct exchange;
struct project;
struct resource;

struct when {
    const json *
        changed; /* {"time","sequence","request","actor"?,"action","target"?,"old_role","new_role"}; NULL: no entry tells of a change */
    const char *const *lines; /* sentences */
    size_t count;
};

#define WHEN_LINES 3

/* About the access to a workspace or folder, or with a project (which may be NULL) in it to that. False: the store can't be read. */
bool trail_when(struct exchange *x, const struct account *account, const struct resource *resource, const struct project *project,
                struct when *out) MUST_USE;

/* The same for a permission of the organization: the newest event of "permission" with it, or a later one of the org role that has
 * it. has: what standing.h says now. */
bool trail_when_permitted(struct exchange *x, const struct account *account, const char *permission, bool has,
                          struct when *out) MUST_USE;

#endif
