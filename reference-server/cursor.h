/* cursor.h: cursors of lists (RFC 9865), which hold all there is to know about a walk, so that the server keeps nothing (docs/decisions/009).
 *
 * A cursor names the last resource of its page by place in the order, not by number: what it was sorted by, its type, and when it was created. The next page
 * is what comes behind. So a resource that stays where it is appears exactly once, whatever is written between two pages.
 * Cursors are signed with a secret of the running server, together with path and query: with another query, in another organization or after a restart they are
 * invalidCursor. They live as long as the server's limits say, by the organization's clock, from page to page.
 */
#ifndef REFERENCE_SERVER_CURSOR_H
#define REFERENCE_SERVER_CURSOR_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct exchange;
struct scim_error;
struct scim_search;

#define CURSOR_TIMEOUT_S 3600       /* unless the limits say otherwise */
#define CURSOR_MAX_KEY   KIB        /* bytes of a text that count for the order */
#define CURSOR_MAX       (16 * KIB) /* letters of a cursor: a key may need escapes */

struct cursor {
    const json *key; /* what it is sorted by; NULL: no value, or nothing to sort by */
    size_t part;     /* of the resource types that are searched */
    uint64_t order;  /* of creation */
    /* What was found on the page before, good as long as nothing changes: */
    size_t total;      /* of the whole list */
    uint64_t revision; /* of the organization */
};

/* Letters and digits only (RFC 3986 unreserved). */
const char *cursor_write(const struct exchange *x, const struct scim_search *search, const struct cursor *cursor);
/* search->cursor, which is not empty. 400 invalidCursor, expiredCursor, or invalidCount when count is not what it was. */
bool cursor_read(const struct exchange *x, const struct scim_search *search, struct cursor *out, struct scim_error *err) MUST_USE;

#endif
