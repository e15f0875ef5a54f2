/* compat_value.h: the rewrites of compat.h that concern one value or one filter. Only compat*.c uses it. */
#ifndef REFERENCE_SERVER_SCIM_COMPAT_VALUE_H
#define REFERENCE_SERVER_SCIM_COMPAT_VALUE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/scim/compat.h"

struct scim_attribute;
struct scim_place;

/* A value written to an attribute (a list when it is multi-valued): an owned tree (arena NULL in json.h's sense). arena: for scratch. */
json *compat_value(struct arena *arena, struct scim_compat compat, const struct scim_attribute *attribute, const json *value);
/* True when a complex attribute with `value` is written "" or {"value":""}: what Entra sends to clear a manager. */
bool compat_is_empty(const struct scim_attribute *attribute, const json *value);
/* The filter of a value path of this attribute. */
const struct scim_filter *compat_element_filter(struct arena *arena, struct scim_compat compat,
                                                const struct scim_attribute *attribute, const struct scim_filter *filter);
/* Resolves a name; with short-name also an extension's attribute without its URN: *name then gets it. */
bool compat_resolve(struct arena *arena, struct scim_compat compat, const struct scim_resource_type *type, const char **name,
                    struct scim_place *out);

#endif
