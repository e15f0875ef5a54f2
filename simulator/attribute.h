/* attribute.h: the attributes of a person that the directory holds and the default mappings send, as one table.
 *
 * The order is that of Entra's default mapping table, which is the order of operations in its PATCH. Okta sends those that its
 * default app profile has.
 */
#ifndef SIMULATOR_ATTRIBUTE_H
#define SIMULATOR_ATTRIBUTE_H

#include "common/base.h"
#include "common/json.h"

#define URN_CORE_USER    "urn:ietf:params:scim:schemas:core:2.0:User"
#define URN_CORE_GROUP   "urn:ietf:params:scim:schemas:core:2.0:Group"
#define URN_ENTERPRISE   "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define URN_CUSTOM       "urn:ietf:params:scim:schemas:extension:custom:2.0:User" /* as Microsoft's example has it */
#define URN_PATCH        "urn:ietf:params:scim:api:messages:2.0:PatchOp"
#define URN_ADSCIM_GROUP "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"

/* Where a value lives in the SCIM resource. */
enum attribute_home {
    HOME_TOP,        /* title */
    HOME_NAME,       /* name.givenName */
    HOME_EMAIL,      /* emails[type eq "work"].value */
    HOME_PHONE,      /* phoneNumbers[type eq "mobile"].value */
    HOME_ADDRESS,    /* addresses[type eq "work"].locality */
    HOME_ENTERPRISE, /* urn:...:User:department */
    HOME_CUSTOM,     /* an attribute of the customer's own: urn:...:extension:custom:2.0:User:employeeType */
    HOME_EXTENSION,  /* likewise, of an Entra mapping (entra_mapping.h): of any URN, which is in `type` */
    HOME_MANAGER     /* a reference, sent on its own by Entra */
};

struct attribute {
    const char *key;  /* in the directory's profile */
    const char *name; /* SCIM sub-attribute */
    const char *type; /* of the element: "work", "mobile"; NULL when single-valued */
    enum attribute_home home;
    bool profile; /* may stand in a directory; else derived (active, externalId, name.formatted) */
};

extern const struct attribute attributes[];
extern const size_t attribute_count;
const struct attribute *attribute_find(const char *key);            /* of a profile; NULL */
bool attribute_is_of_okta(const struct attribute *attribute);       /* Okta's default app profile has a place for it */
const char *attribute_container(const struct attribute *attribute); /* "name", "emails", the URN of an extension; NULL: none */
/* PATCH path: "name.givenName", "emails[type eq \"work\"].value", URN with colon. */
const char *attribute_path(struct arena *arena, const struct attribute *attribute);
bool attribute_is_filtered(const struct attribute *attribute); /* its path holds a filter */
/* The value at that place of a resource as text ("true" for booleans), NULL when absent or of another type. */
const char *attribute_read(const json *resource, const struct attribute *attribute);

#endif
