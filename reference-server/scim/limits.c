#include "common/base.h"
#include "reference-server/scim/limits.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/scim/bulk.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/filter.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/path.h"

#include <string.h>

const struct scim_limits scim_limits_preset = {
    .filter_bytes = SCIM_FILTER_MAX_LENGTH,
    .filter_depth = SCIM_FILTER_MAX_DEPTH,
    .filter_terms = SCIM_FILTER_MAX_TERMS,
    .search_results = SCIM_MAX_RESULTS,
    .path_bytes = SCIM_PATH_MAX_LENGTH,
    .names = SCIM_MAX_NAMES,
    .patch_operations = SCIM_MAX_OPERATIONS,
    .bulk_operations = SCIM_BULK_MAX_OPERATIONS,
    .elements = SCIM_MAX_ELEMENTS,
    .text_bytes = SCIM_MAX_TEXT,
};

/* --- bodies --- */

/* As deep as a body may be nested: JSON_MAX_DEPTH. */
static bool check_node(struct arena *arena, const struct scim_limits *limits, const json *node, struct scim_error *err)
{
    const char *name = json_key(node) == NULL ? "an element" : json_key(node), *text = json_text(node);
    if (text != NULL)
        return strlen(text) <= limits->text_bytes ||
               scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "%.100s is longer than %zu bytes", name, limits->text_bytes);
    bool listed = json_is(node, JSON_ARRAY) && !text_equal_nocase(name, "Operations");
    if (listed && json_count(node) > limits->elements)
        return scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "%.100s has more than %zu values", name, limits->elements);
    for (const json *child = json_first(node); child != NULL; child = json_next(child))
        if (!check_node(arena, limits, child, err))
            return false;
    return true;
}

bool scim_limits_body(struct arena *arena, const struct scim_limits *limits, const json *body, struct scim_error *err)
{
    return check_node(arena, limits, body, err);
}

/* --- messages --- */

bool scim_limits_search(struct arena *arena, const struct scim_limits *limits, const struct scim_search *search,
                        struct scim_error *err)
{
    size_t names = search->attributes.count > search->excluded.count ? search->attributes.count : search->excluded.count;
    return names <= limits->names ||
           scim_error_set(arena, err, 400, SCIM_INVALID_VALUE, "attributes and excludedAttributes name at most %zu attributes",
                          limits->names);
}

bool scim_limits_patch(struct arena *arena, const struct scim_limits *limits, const struct scim_patch *patch,
                       struct scim_error *err)
{
    if (patch->count > limits->patch_operations)
        return scim_error_set(arena, err, 413, NULL, "a patch may hold %zu operations, this one holds %zu",
                              limits->patch_operations, patch->count);
    for (size_t i = 0; i < patch->count; i++)
        if (patch->items[i].path != NULL && strlen(patch->items[i].path) > limits->path_bytes)
            return scim_error_set(arena, err, 400, SCIM_INVALID_PATH, "a path is longer than %zu bytes", limits->path_bytes);
    return true;
}
