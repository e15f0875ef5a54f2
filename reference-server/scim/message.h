/* message.h: SCIM's own messages (RFC 7644 §3.4.2, §3.4.3, §3.5.2, §3.12): errors, lists, searches and patches.
 *
 * A struct scim_error is a reply for the client, not an error of ours: functions of this folder that can refuse a request return bool and fill one.
 */
#ifndef REFERENCE_SERVER_SCIM_MESSAGE_H
#define REFERENCE_SERVER_SCIM_MESSAGE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct http_target;

#define SCIM_URN_ERROR      "urn:ietf:params:scim:api:messages:2.0:Error"
#define SCIM_URN_LIST       "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define SCIM_URN_SEARCH     "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
#define SCIM_URN_PATCH      "urn:ietf:params:scim:api:messages:2.0:PatchOp"

#define SCIM_MAX_OPERATIONS 1000
#define SCIM_MAX_NAMES      200 /* attributes, excludedAttributes */

/* scimType values (RFC 7644 Table 9) */
#define SCIM_INVALID_FILTER "invalidFilter"
#define SCIM_TOO_MANY       "tooMany"
#define SCIM_UNIQUENESS     "uniqueness"
#define SCIM_MUTABILITY     "mutability"
#define SCIM_INVALID_SYNTAX "invalidSyntax"
#define SCIM_INVALID_PATH   "invalidPath"
#define SCIM_NO_TARGET      "noTarget"
#define SCIM_INVALID_VALUE  "invalidValue"
#define SCIM_INVALID_VERS   "invalidVers"
#define SCIM_SENSITIVE      "sensitive"
/* and of RFC 9865 Table 3 */
#define SCIM_INVALID_CURSOR "invalidCursor"
#define SCIM_EXPIRED_CURSOR "expiredCursor"
#define SCIM_INVALID_COUNT  "invalidCount"

struct scim_error {
    int status;            /* HTTP status */
    const char *scim_type; /* NULL: none */
    const char *detail;    /* one sentence for people, in the arena */
};

/* Fills err and returns false: `return scim_error_set(arena, err, 400, SCIM_INVALID_PATH, "…")`. */
bool scim_error_set(struct arena *arena, struct scim_error *err, int status, const char *scim_type, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* {"schemas":[…:Error],"scimType":…,"detail":…,"status":"400"}: status is text (RFC 7644 §3.12). */
json *scim_message_error(struct arena *arena, const struct scim_error *err);
/* resources: an array made with arena NULL, which is taken; Resources is always there, itemsPerPage is its length (A23). */
json *scim_message_list(struct arena *arena, json *resources, int64_t total, int64_t start_index);

struct scim_names {
    const char *const *items;
    size_t count;
};

struct scim_search {
    const char *filter; /* NULL: none */
    struct scim_names attributes, excluded;
    const char *sort_by; /* NULL: none */
    bool descending;
    int64_t start_index; /* from 1; below 1 becomes 1 */
    int64_t count;       /* -1: not asked for; negative becomes 0 */
    const char *
        cursor; /* RFC 9865. NULL: pages by index; "": the first page by cursor. Not together with startIndex: 400 invalidValue */
};

/* The query of a GET (attribute lists separated by commas), or a SearchRequest body (attribute lists are arrays; one comma-separated text is taken too). */
bool scim_message_read_query(struct arena *arena, const struct http_target *target, struct scim_search *out,
                             struct scim_error *err) MUST_USE;
bool scim_message_read_search(struct arena *arena, const json *body, struct scim_search *out, struct scim_error *err) MUST_USE;

struct scim_operation {
    const char *op;    /* as written */
    const char *path;  /* NULL: none */
    const json *value; /* NULL: none */
    bool listed;       /* made by compat.h: remove of a multi-valued attribute takes just the values that are listed in value */
};

struct scim_patch {
    const struct scim_operation *items;
    size_t count;
};

/* Reads the envelope: schemas holds PatchOp, Operations is an array of 1 to 1000 objects with a text `op`, and a text `path` if any. 400 invalidSyntax
 * (413 above the cap). What op, path and value mean is scim_patch_apply's affair. Points into body. */
bool scim_message_read_patch(struct arena *arena, const json *body, struct scim_patch *out, struct scim_error *err) MUST_USE;

#endif
