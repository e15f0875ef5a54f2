/* bulk.h: bulk messages (RFC 7644 §3.7): the envelope, and references to what other operations create.
 *
 * A reference is a text that is all of `bulkId:x`, anywhere in the data of an operation, or a quoted one in the path of a PATCH:
 * members[value eq "bulkId:x"]. In the operation's own path a segment may be one.
 */
#ifndef REFERENCE_SERVER_SCIM_BULK_H
#define REFERENCE_SERVER_SCIM_BULK_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/scim/message.h"

struct arena;

#define SCIM_URN_BULK_REQUEST    "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
#define SCIM_URN_BULK_RESPONSE   "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

#define SCIM_BULK_MAX_OPERATIONS 1000
#define SCIM_BULK_MAX_PAYLOAD    MIB

struct scim_bulk_operation {
    const char *method, *bulk_id, *path, *version; /* bulk_id, version: NULL: none */
    const json *data;                              /* an object; NULL for DELETE */
    struct scim_error
        wrong; /* status 400: this operation cannot be understood, and what of it could not be read is NULL; else 0 */
};

struct scim_bulk {
    const struct scim_bulk_operation *items;
    size_t count;
    size_t fail_on_errors; /* 0: go on whatever happens */
};

/* 400 invalidSyntax for the envelope, 413 above max_operations. A bulkId that two POSTs have belongs to the first; the second is wrong.
 * Points into body. */
bool scim_bulk_read(struct arena *arena, const json *body, size_t max_operations, struct scim_bulk *out,
                    struct scim_error *err) MUST_USE;

/* The permanent id for a bulkId; NULL: it has none (yet). */
typedef const char *scim_bulk_lookup(void *context, const char *bulk_id);

/* The data with ids in place of references, a new root in the arena. A reference without an id is left out: with the element that it is the value of, else
 * alone. */
json *scim_bulk_data(struct arena *arena, const json *data, scim_bulk_lookup *lookup, void *context);
/* The path likewise; a segment without an id stays. */
const char *scim_bulk_path(struct arena *arena, const char *path, scim_bulk_lookup *lookup, void *context);

#endif
