/* policy_attributes.h: the fields of the product's profile, where SCIM has them, and how attributes of a customer's own come into them (custom_mappings,
 * transformations). */
#ifndef REFERENCE_SERVER_MODEL_POLICY_ATTRIBUTES_H
#define REFERENCE_SERVER_MODEL_POLICY_ATTRIBUTES_H

#include "common/base.h"
#include "reference-server/model/policy_reading.h"

/* field, SCIM path; "-": SCIM has no attribute of its own for it, the product keeps it. "name" is all of the name. */
#define PROFILE_FIELDS(X)                                                                                                        \
    X("email", "emails")                                                                                                         \
    X("name", "name")                                                                                                            \
    X("firstName", "name.givenName")                                                                                             \
    X("lastName", "name.familyName")                                                                                             \
    X("title", "title")                                                                                                          \
    X("phone", "phoneNumbers")                                                                                                   \
    X("address", "addresses")                                                                                                    \
    X("department", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department")                                     \
    X("manager", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")                                           \
    X("employeeNumber", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber")                             \
    X("costCenter", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter")                                     \
    X("employmentType", "-")                                                                                                     \
    X("location", "-")                                                                                                           \
    X("clearanceLevel", "-")

bool policy_field_known(const char *field);
/* "... is no field of the profile; known are: ...". Returns false. */
bool policy_field_refuse(const struct policy_reading *reading, const struct place *at, const char *key, const char *field);

/* "okta:custom:employeeType": "taskade:employmentType" */
struct policy_custom_mapping {
    const char *attribute; /* of the provider, without "okta:custom:" */
    const char *field;     /* of the profile, without "taskade:" */
};

struct policy_custom_mappings {
    const struct policy_custom_mapping *items;
    size_t count;
};

struct policy_transformation {
    const char *field, *from, *to;
};

struct policy_transformations {
    const struct policy_transformation *items;
    size_t count;
};

policy_reader policy_read_custom_mappings, policy_read_transformations;

#endif
