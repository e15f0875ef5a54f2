/* schema_rules.h: what schema files say that the SCIM engine alone cannot keep: values that are unique in the organization, and references to its resources. */
#ifndef REFERENCE_SERVER_SCHEMA_RULES_H
#define REFERENCE_SERVER_SCHEMA_RULES_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct exchange;
struct scim_error;
struct scim_registry;
struct scim_resource_type;
struct unique_rules;

/* The attributes of schema files that have to be unique, for organization.unique_rules. Lives in the arena. */
const struct unique_rules *schema_rules_unique(struct arena *arena, const struct scim_registry *registry);

/* Whether the references of a resource that is about to be stored point somewhere (RFC 7643 §2.3.7): an attribute of a schema file whose referenceTypes are
 * resource types alone takes {base}/Endpoint/id or Endpoint/id, relative to the base, of a resource that this organization has. What current (NULL: a new
 * resource) has already is not asked about again, so that a resource may be written when what it refers to has gone. 400 invalidValue. */
bool schema_rules_references(const struct exchange *x, const struct scim_resource_type *type, const json *current,
                             const json *resource, struct scim_error *err) MUST_USE;

#endif
