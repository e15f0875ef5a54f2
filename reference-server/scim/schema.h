/* schema.h: which attributes exist, and how they behave (RFC 7643 §2, §7).
 *
 * The registry is loaded once, from the documents embedded in the executable (reference-server/schemas/, written in the form of RFC 7643 §7 and §6)
 * plus what schema files add (schema_file.h), and is read-only from then on: any number of threads may share it.
 *
 * Names are ASCII case-blind everywhere (RFC 7643 §2.1), schema URNs too. A name that begins with a URN is split by the longest schema id that
 * it starts with, never at the first dot: `urn:ietf:params:scim:schemas:core:2.0:User:name.givenName` has a dot in `2.0` (RFC 7644 §3.10).
 */
#ifndef REFERENCE_SERVER_SCIM_SCHEMA_H
#define REFERENCE_SERVER_SCIM_SCHEMA_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;

#define SCIM_URN_USER                    "urn:ietf:params:scim:schemas:core:2.0:User"
#define SCIM_URN_GROUP                   "urn:ietf:params:scim:schemas:core:2.0:Group"
#define SCIM_URN_ENTERPRISE_USER         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define SCIM_URN_SERVICE_PROVIDER_CONFIG "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
#define SCIM_URN_RESOURCE_TYPE           "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
#define SCIM_URN_SCHEMA                  "urn:ietf:params:scim:schemas:core:2.0:Schema"

enum scim_type {
    SCIM_STRING,
    SCIM_BOOLEAN,
    SCIM_DECIMAL,
    SCIM_INTEGER,
    SCIM_DATETIME,
    SCIM_REFERENCE,
    SCIM_BINARY,
    SCIM_COMPLEX
};
enum scim_mutability { SCIM_READ_WRITE, SCIM_READ_ONLY, SCIM_IMMUTABLE, SCIM_WRITE_ONLY };
enum scim_returned { SCIM_RETURNED_DEFAULT, SCIM_RETURNED_ALWAYS, SCIM_RETURNED_NEVER, SCIM_RETURNED_REQUEST };
enum scim_uniqueness { SCIM_UNIQUE_NONE, SCIM_UNIQUE_SERVER, SCIM_UNIQUE_GLOBAL };

/* RFC 7643 §2.2 and §7: what is not written in the document has these defaults: string, not required, caseExact false, readWrite, default, none.
 * References and binaries are always case-exact (RFC 7643 §2.3.6, §2.3.7). */
struct scim_attribute {
    const char *name; /* as the schema spells it: the spelling that is stored and returned */
    enum scim_type type;
    bool multi_valued, required, case_exact;
    bool custom; /* from a schema file: its references have to be URIs whoever sends them; of others formats.h decides */
    enum scim_mutability mutability;
    enum scim_returned returned;
    enum scim_uniqueness uniqueness;
    const char *const *canonical_values; /* suggestions: unknown ones are stored as well (RFC 7643 §7) */
    size_t canonical_count;
    const char *const *reference_types;
    size_t reference_count;
    const struct scim_attribute *subs; /* of a complex attribute */
    size_t sub_count;
};

struct scim_schema {
    const char *id; /* URN */
    const char *name;
    const struct scim_attribute *attributes;
    size_t count;
    const json *document; /* as written: what /Schemas returns, without meta */
    bool custom;          /* from a schema file */
};

struct scim_extension {
    const struct scim_schema *schema;
    bool required;
};

struct scim_resource_type {
    const char *name;     /* "User" */
    const char *endpoint; /* "/Users" */
    const struct scim_schema *schema;
    const struct scim_extension *extensions;
    size_t extension_count;
    const json *document; /* as written: what /ResourceTypes returns, without meta */
    bool custom;          /* from a schema file; else User or Group */
    bool on_request;      /* has an attribute that is returned on request */
};

struct scim_registry {
    const struct scim_schema
        *schemas; /* in the order of /Schemas: User, EnterpriseUser, Group, then additions, then the three of discovery */
    size_t schema_count;
    const struct scim_resource_type *types;
    size_t type_count;
    const json *additions; /* what it was loaded with; NULL: nothing */
};

#define SCIM_SCHEMA_MAX_ATTRIBUTES 512 /* per schema, sub-attributes included */

/* additions (may be NULL): {"schemas": [...], "resourceTypes": [...]}, documents as /Schemas and /ResourceTypes return them, held against the rules before
 * (schema_file.h). A resource type that is there already, User and Group, gets the schemaExtensions that are named. The registry lives in the arena. */
bool scim_schema_load(struct arena *arena, const json *additions, const struct scim_registry **out, struct error *err) MUST_USE;

/* Another registry: that one's additions and these. It shares nothing with the other one. */
bool scim_schema_load_more(struct arena *arena, const struct scim_registry *base, const json *additions,
                           const struct scim_registry **out, struct error *err) MUST_USE;

const struct scim_schema *scim_schema_find(const struct scim_registry *registry, const char *id);
const struct scim_resource_type *scim_schema_type(const struct scim_registry *registry, const char *name); /* "User" */
const struct scim_resource_type *scim_schema_type_at(const struct scim_registry *registry,
                                                     const char *endpoint);                             /* "Users", "/Users" */
const struct scim_attribute *scim_schema_attribute(const struct scim_schema *schema, const char *name); /* top level; NULL */
const struct scim_attribute *scim_schema_sub(const struct scim_attribute *attribute, const char *name); /* NULL */
/* id, externalId, meta, schemas: every resource has them (RFC 7643 §3.1). NULL for any other name. */
const struct scim_attribute *scim_schema_common(const char *name);
/* The extension of the type with this URN; NULL. */
const struct scim_extension *scim_schema_extension(const struct scim_resource_type *type, const char *id);

/* Where a name points in a resource of a type. */
struct scim_place {
    const struct scim_schema *extension;    /* not NULL: below the member of that URN; NULL: at the top */
    const struct scim_attribute *attribute; /* NULL: the extension's container itself */
    const struct scim_attribute *sub;       /* NULL: the attribute itself */
};

/* name: "userName", "name.givenName", "urn:…:User:name.givenName", "urn:…:enterprise:2.0:User" (the container). False when the type does not have it.
 * An attribute of an extension needs its URN (RFC 7644 §3.10). */
bool scim_schema_resolve(const struct scim_resource_type *type, const char *name, struct scim_place *out);
/* The attribute a place ends at: the sub-attribute, else the attribute, else NULL (a container). */
const struct scim_attribute *scim_schema_leaf(const struct scim_place *place);
/* Full name for messages: "name.givenName", "urn:…:User:department". */
const char *scim_schema_place_name(struct arena *arena, const struct scim_place *place);

const char *scim_schema_type_name(enum scim_type type); /* "string", "dateTime", … */
/* ATTRNAME (RFC 7643 §2.1), or $ref. NULL is none. */
bool scim_schema_is_name(const char *name);
/* Never to be seen from outside, not even by what a filter or an order gives away: returned "never", or writeOnly (RFC 7643 §7). */
bool scim_schema_is_hidden(const struct scim_attribute *attribute);

#endif
