#include "common/base.h"
#include "reference-server/scim/names.h"

#include "reference-server/scim/filter.h"
#include "reference-server/scim/schema.h"

/* Inside brackets: names of sub-attributes. */
static const char *unknown_inside(const struct scim_attribute *attribute, const struct scim_filter *filter)
{
    if (filter == NULL)
        return NULL;
    if (filter->name != NULL && scim_schema_sub(attribute, filter->name) == NULL)
        return filter->name;
    const char *left = unknown_inside(attribute, filter->left);
    return left != NULL ? left : unknown_inside(attribute, filter->right);
}

const char *scim_names_unknown(const struct scim_resource_type *type, const struct scim_filter *filter)
{
    struct scim_place place;
    if (filter == NULL)
        return NULL;
    if (filter->name != NULL && !scim_schema_resolve(type, filter->name, &place))
        return filter->name;
    if (filter->kind == SCIM_FILTER_VALUE_PATH && place.attribute != NULL) {
        bool known = filter->sub == NULL || scim_schema_sub(place.attribute, filter->sub) != NULL;
        return known ? unknown_inside(place.attribute, filter->left) : filter->sub;
    }
    const char *left = scim_names_unknown(type, filter->left);
    return left != NULL ? left : scim_names_unknown(type, filter->right);
}
