/* check.h: is a resource well-formed for its type, and in canonical shape (RFC 7643 §2, RFC 7644 §3.3, §3.5.1)?
 *
 * Both functions make a new resource: names in the schema's spelling (input is case-blind), null, [] and {} dropped since they mean unassigned
 * (RFC 7643 §2.5), attributes the type doesn't have dropped (A38), readOnly ones ignored (RFC 7644 §3.3), `schemas` holding the core URN and those
 * of the extensions that have values, and it first.
 * Refused with 400: invalidSyntax when it is no resource (no object, `schemas` missing or without the type's URN, two members of one name in
 * different case), invalidValue for a wrong type, a required attribute without value, a bad dateTime, binary or URI, two primaries (A40).
 * Apply scim_compat_resource() first.
 */
#ifndef REFERENCE_SERVER_SCIM_CHECK_H
#define REFERENCE_SERVER_SCIM_CHECK_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct scim_attribute;
struct scim_error;
struct scim_resource_type;

#define SCIM_MAX_ELEMENTS 200000     /* of one multi-valued attribute; what a group takes at most */
#define SCIM_MAX_MEMBERS  500        /* of one object */
#define SCIM_MAX_TEXT     (64 * KIB) /* of one text value; userName and displayName as any other */

/* What a POST stores: the caller adds id, meta and the like. */
bool scim_check_create(struct arena *arena, const struct scim_resource_type *type, const json *body, json **out,
                       struct scim_error *err) MUST_USE;
/* What a PUT stores in place of current: readOnly attributes come from current, so does a writeOnly one that is left out (nobody can read
 * it to send it back), everything else left out is cleared (A14). An immutable attribute that has a value keeps it: another one, or none,
 * is 400 mutability. Elements of a multi-valued attribute may come and go (A13). */
bool scim_check_replace(struct arena *arena, const struct scim_resource_type *type, const json *body, const json *current,
                        json **out, struct scim_error *err) MUST_USE;

/* One value of an attribute (a whole array when it is multi-valued), normalised, as an owned root (arena NULL in json.h's sense) or NULL for unassigned.
 * name stands in messages. readOnly sub-attributes are kept when keep_read_only. For patch.c. */
bool scim_check_value(struct arena *arena, const struct scim_attribute *attribute, const char *name, const json *value,
                      bool keep_read_only, json **out, struct scim_error *err) MUST_USE;
/* One element of a multi-valued attribute, likewise. */
bool scim_check_element(struct arena *arena, const struct scim_attribute *attribute, const char *name, const json *value,
                        bool keep_read_only, json **out, struct scim_error *err) MUST_USE;
/* The whole resource after a change: required attributes and sub-attributes there, at most one primary per attribute. */
bool scim_check_whole(struct arena *arena, const struct scim_resource_type *type, const json *resource,
                      struct scim_error *err) MUST_USE;
/* After a PATCH: immutable attributes that had a value still have it (RFC 7643 §7). 400 mutability. */
bool scim_check_kept(struct arena *arena, const struct scim_resource_type *type, const json *before, const json *after,
                     struct scim_error *err) MUST_USE;
/* Sets `schemas` of a resource to the core URN plus the extensions that have values, and drops empty extension containers. */
void scim_check_schemas(const struct scim_resource_type *type, json *resource);

#endif
