/* path.h: attribute paths as PATCH uses them (RFC 7644 §3.5.2, Figure 7).
 *
 *     PATH = attrPath / valuePath [subAttr]
 *     attr   attr.sub   urn:…:attr   urn:…:attr.sub   attr[filter]   attr[filter].sub   urn:…:enterprise:2.0:User (the whole extension, A29)
 *
 * Parsing knows no schemas: the name stays as written (URN and `.sub` included) and scim_schema_resolve() finds out what it means.
 */
#ifndef REFERENCE_SERVER_SCIM_PATH_H
#define REFERENCE_SERVER_SCIM_PATH_H

#include "common/base.h"

struct arena;
struct scim_error;
struct scim_filter;

#define SCIM_PATH_MAX_LENGTH 4096

struct scim_path {
    const char *name;                 /* "emails", "name.givenName", "urn:…:User:department" */
    const struct scim_filter *filter; /* NULL: none */
    const char *sub;                  /* behind the bracket; NULL: none */
};

/* 400 invalidPath for a bad path, 400 invalidFilter for a bad filter inside the brackets; the detail names the position. */
bool scim_path_parse(struct arena *arena, const char *text, struct scim_path *out, struct scim_error *err) MUST_USE;
char *scim_path_print(struct arena *arena, const struct scim_path *path);
/* attrPath of RFC 7644 Figure 1 without a filter: [URI ":"] ATTRNAME *1subAttr. `$ref` counts as a name (erratum 8924). */
bool scim_path_is_name(const char *text, size_t length);

#endif
