/* project.h: attributes and excludedAttributes (RFC 7644 §3.4.2.5, §3.9; RFC 7643 §7 "returned").
 *
 *  - always: in every reply. never, and whatever is writeOnly: in none. default: unless excluded, or not among the attributes asked for. request: only
 *    when asked for by name, and in the reply to a write that names it, unless that asks for other attributes.
 *  - A complex attribute asked for comes whole (but for never and request); a sub-attribute asked for comes with the sub-attributes returned always.
 *  - An element that keeps nothing is left out, and so is an attribute; `schemas` is returned always, since a client can't read a resource without it (A27).
 *  - A bare extension URN means all of it (A29). Names the type doesn't have are passed over (A18). Both lists at once: 400 invalidValue (A28).
 */
#ifndef REFERENCE_SERVER_SCIM_PROJECT_H
#define REFERENCE_SERVER_SCIM_PROJECT_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/scim/message.h"

struct arena;
struct scim_resource_type;
struct scim_projection; /* read-only once made */

bool scim_project_prepare(struct arena *arena, const struct scim_resource_type *type, struct scim_names attributes,
                          struct scim_names excluded, const struct scim_projection **out, struct scim_error *err) MUST_USE;
/* For the reply to a write: the projection (may be NULL) plus the attributes returned on request that the body, a resource or a PatchOp, names. */
const struct scim_projection *scim_project_written(struct arena *arena, const struct scim_resource_type *type,
                                                   const struct scim_projection *projection, const json *body);
/* The resource as the client gets it, for reading only: it shares the values of the resource. arena as in json.h: NULL gives an owned root.
 * projection NULL: no lists. */
json *scim_project(struct arena *arena, const struct scim_resource_type *type, const struct scim_projection *projection,
                   const json *resource);
/* Whether the projection could show this attribute ("members"): a store may skip making it. */
bool scim_project_wants(const struct scim_resource_type *type, const struct scim_projection *projection, const char *name);

#endif
