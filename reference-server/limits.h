/* limits.h: every cap on what a client can make this server take, in one table. Pure.
 *
 * The struct is what is handed down: serve.c reads it from `--limit NAME=VALUE`, the HTTP server, the exchange and the organizations get their part of it.
 * The table (limits_rows) says of each its name, unit, preset, range, what it caps, what the answer is beyond it and where that comes from; it makes
 * `scimulator list limits` and docs/limits.md. A cap that is part of the design and cannot be set has no range. The presets and the fixed ones are the
 * constants of the headers that they belong to.
 */
#ifndef REFERENCE_SERVER_LIMITS_H
#define REFERENCE_SERVER_LIMITS_H

#include "common/base.h"

#include "reference-server/model/limits.h"
#include "reference-server/scim/limits.h"

struct arena;
struct error;

struct limits {
    /* the HTTP server: common/http_server.h */
    size_t connections, idle_s, request_s, reply_s, target_bytes, header_bytes, body_bytes;
    size_t requests_per_second; /* of an organization; 0: as many as it likes */
    size_t organizations;
    size_t page, page_max; /* resources */
    size_t cursor_s;
    size_t bulk_bytes;
    struct scim_limits scim;
    struct model_limits model; /* of an organization */
};

#define LIMIT_FIXED SIZE_MAX

struct limit {
    const char *name; /* "filter-depth" */
    const char *unit; /* "", "bytes", "seconds" */
    size_t preset, smallest, largest;
    const char *caps, *answer, *source;
    size_t offset; /* in struct limits; LIMIT_FIXED: cannot be set */
};

extern const struct limit limits_rows[];
extern const size_t limits_count;

void limits_preset(struct limits *out);
/* "NAME=VALUE"; of bytes also "64KiB" and "2MiB". ERROR_USAGE for a name that is not known (the remedy has the nearest), one that is fixed, or a value
 * out of its range. */
bool limits_set(struct limits *limits, const char *text, struct error *err) MUST_USE;
/* After the last limits_set: what cannot be reached because of another limit gets its value. */
void limits_settle(struct limits *limits);

#endif
