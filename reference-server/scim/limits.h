/* limits.h: how much the SCIM engine takes from a client.
 *
 * The functions of this folder stop at the numbers of their headers whatever they are told;
 * what is here may be set lower, and for filters higher, by whoever runs the server (reference-server/limits.h has the table).
 */
#ifndef REFERENCE_SERVER_SCIM_LIMITS_H
#define REFERENCE_SERVER_SCIM_LIMITS_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct scim_error;
struct scim_patch;
struct scim_search;

struct scim_limits {
    size_t filter_bytes, filter_depth, filter_terms; /* of a search */
    size_t search_results;                           /* that match a filter */
    size_t path_bytes;
    size_t names; /* attributes, excludedAttributes */
    size_t patch_operations, bulk_operations;
    size_t elements; /* of one array */
    size_t text_bytes;
};

extern const struct scim_limits scim_limits_preset;

/* A request's body, before anything looks at it: arrays and texts, wherever they are. 400 invalidValue. `Operations` have a cap of their own. */
bool scim_limits_body(struct arena *arena, const struct scim_limits *limits, const json *body, struct scim_error *err) MUST_USE;
/* 400 invalidValue for the names. The filter is scim_filter_parse_within's affair. */
bool scim_limits_search(struct arena *arena, const struct scim_limits *limits, const struct scim_search *search,
                        struct scim_error *err) MUST_USE;
/* 413 for the operations, 400 invalidPath for a path. */
bool scim_limits_patch(struct arena *arena, const struct scim_limits *limits, const struct scim_patch *patch,
                       struct scim_error *err) MUST_USE;

#endif
