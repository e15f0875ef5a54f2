/* trail_read.h: reading the audit trail of a locked organization, from memory or from the store, oldest or newest first.
 *
 * A reading looks at no more than TRAIL_SCANNED entries, since the organization is locked meanwhile; it says where the next one goes on.
 */
#ifndef REFERENCE_SERVER_TRAIL_READ_H
#define REFERENCE_SERVER_TRAIL_READ_H

#include "common/base.h"

struct arena;
struct audit_filter;
struct exchange;

#define TRAIL_SCANNED 20000

struct trail_query {
    uint64_t after;                    /* oldest first: those behind it */
    bool newest_first;                 /* then `after` counts nothing */
    uint64_t limit;                    /* entries that pass */
    const struct audit_filter *filter; /* NULL: all pass */
};

struct trail_lines {
    const char *const *items; /* in the arena */
    size_t count;
    uint64_t next; /* the last sequence that was looked at, when there is more behind it; else 0 */
};

/* False: the store can't be read. */
bool trail_read(const struct exchange *x, const struct trail_query *query, struct trail_lines *out) MUST_USE;

/* A Link header (RFC 8288) to the same question behind this sequence. In trail_show.c. */
void trail_link_next(struct exchange *x, uint64_t next);

#endif
