/* schema_file.h: schemas and resource types of one's own, read from files (RFC 7643 §6, §7).
 *
 * A file is a JSON object; comments are allowed. Both members are optional; `$schema` is for editors:
 *     {"schemas": [Schema documents], "resourceTypes": [ResourceType documents]}
 * Documents have the form in which /Schemas and /ResourceTypes return them; `schemas` and `meta` in them are passed over, so that what another server
 * returns can be taken as it is. All files make one set: a resource type may name a schema of another file. docs/schemas.schema.json is the shape,
 * docs/device.schemas.json an example.
 *
 * A resource type called User or Group adds its schemaExtensions to the one there is; any other name is a new type at its own endpoint.
 * A multi-valued complex attribute without subAttributes has value, display, type, primary and $ref (RFC 7643 §2.4). What is left out has the defaults of
 * RFC 7643 §2.2, a writeOnly attribute is returned never; all of it is written out in what /Schemas returns.
 * Refused, with file:line:column and a remedy, is what cannot be true: a member or word that SCIM does not know, a sub-attribute that is complex
 * (§2.3.8), uniqueness or caseExact where the type has none (§2.3), an id, name or endpoint that something else has, a schema that nothing uses.
 */
#ifndef REFERENCE_SERVER_SCIM_SCHEMA_FILE_H
#define REFERENCE_SERVER_SCIM_SCHEMA_FILE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;
struct scim_registry;

#define SCHEMA_FILE_MAX_BYTES   MIB
#define SCHEMA_FILE_MAX_FILES   50
#define SCHEMA_FILE_MAX_SCHEMAS 100 /* in all files together */
#define SCHEMA_FILE_MAX_TYPES   50  /* likewise */
#define SCHEMA_FILE_MAX_NAME    64  /* bytes of the name of an attribute, a resource type or an endpoint */
#define SCHEMA_FILE_MAX_URN     200
#define SCHEMA_FILE_MAX_TEXT    2048 /* of a name or description for people */

/* The registry of the built-in types and of what the files (none is fine) add to them. */
bool schema_file_load(struct arena *arena, const struct json_document *files, size_t count, const struct scim_registry **out,
                      struct error *err) MUST_USE;

#endif
