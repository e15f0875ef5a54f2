/* names.h: does a type have what a filter names? */
#ifndef REFERENCE_SERVER_SCIM_NAMES_H
#define REFERENCE_SERVER_SCIM_NAMES_H

#include "common/base.h"

struct scim_filter;
struct scim_resource_type;

/* The first name in the filter that is no attribute of the type, or inside brackets and behind them no sub-attribute; NULL: there is none. With `ne` and `not`
 * such a name would match everybody, so a search of one type is refused for it (A18). */
const char *scim_names_unknown(const struct scim_resource_type *type, const struct scim_filter *filter);

#endif
