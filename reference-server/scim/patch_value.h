/* patch_value.h: one PATCH operation on one place of a resource, once the place is known. Only patch.c uses it. */
#ifndef REFERENCE_SERVER_SCIM_PATCH_VALUE_H
#define REFERENCE_SERVER_SCIM_PATCH_VALUE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct patch_lists;
struct scim_attribute;
struct scim_error;
struct scim_matcher;

enum patch_op { PATCH_ADD, PATCH_REMOVE, PATCH_REPLACE };

struct patch_edit {
    struct arena *arena;
    enum patch_op op;
    const json *value; /* NULL: the operation has none */
    bool listed;       /* remove: just the values listed in value */
    struct patch_lists *lists;
    struct scim_error *err;
};

/* holder: the object that holds the attribute: the resource or an extension's container. */
bool patch_attribute(const struct patch_edit *e, json *holder, const struct scim_attribute *attribute) MUST_USE;
/* attribute.sub, of all elements when it is multi-valued. */
bool patch_sub(const struct patch_edit *e, json *holder, const struct scim_attribute *attribute,
               const struct scim_attribute *sub) MUST_USE;
/* attribute[filter], or attribute[filter].sub when sub is not NULL. */
bool patch_elements(const struct patch_edit *e, json *holder, const struct scim_attribute *attribute,
                    const struct scim_matcher *matcher, const struct scim_attribute *sub) MUST_USE;

#endif
