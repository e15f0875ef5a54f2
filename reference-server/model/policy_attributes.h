/* policy_attributes.h: the fields of the product's profile, where SCIM has them, and how attributes of a customer's own come into them (custom_mappings,
 * transformations). What becomes of them: profile.h. */
#ifndef REFERENCE_SERVER_MODEL_POLICY_ATTRIBUTES_H
#define REFERENCE_SERVER_MODEL_POLICY_ATTRIBUTES_H

#include "common/base.h"
#include "reference-server/model/policy_reading.h"

#define POLICY_URN_ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define POLICY_MAX_ATTRIBUTE  64  /* bytes of the name of an attribute or field */
#define POLICY_MAX_CUSTOM     500 /* attributes of a customer's own: fewer than a schema can have */

/* field, SCIM path; "-": SCIM has no attribute of its own for it, the product keeps it. "name" is all of the name. */
#define PROFILE_FIELDS(X)                                                                                                        \
    X("email", "emails")                                                                                                         \
    X("name", "name")                                                                                                            \
    X("firstName", "name.givenName")                                                                                             \
    X("lastName", "name.familyName")                                                                                             \
    X("title", "title")                                                                                                          \
    X("phone", "phoneNumbers")                                                                                                   \
    X("address", "addresses")                                                                                                    \
    X("department", POLICY_URN_ENTERPRISE ":department")                                                                         \
    X("manager", POLICY_URN_ENTERPRISE ":manager")                                                                               \
    X("employeeNumber", POLICY_URN_ENTERPRISE ":employeeNumber")                                                                 \
    X("costCenter", POLICY_URN_ENTERPRISE ":costCenter")                                                                         \
    X("employmentType", "-")                                                                                                     \
    X("location", "-")                                                                                                           \
    X("clearanceLevel", "-")

bool policy_field_known(const char *field);
const char *policy_field_path(const char *field); /* NULL: SCIM has none, or there is no such field */
/* "... is no field of the profile; known are: ...". Returns false. */
bool policy_field_refuse(const struct policy_reading *reading, const struct place *at, const char *key, const char *field);

/* One of these values, without regard to letter case, is in that field. */
struct policy_mapping_condition {
    const char *field; /* one that SCIM has an attribute for, so that no mapping depends on another */
    const char *const *values;
    size_t count;
};

/* "okta:custom:employeeType": "taskade:employmentType", or {"to": "taskade:…", "when": {"department": "Sales"}, "values": "all"}, or a list of such.
 * Of the mappings to one field the first counts whose conditions all hold and whose attribute the person has; two that always hold are refused. */
struct policy_custom_mapping {
    const char *attribute; /* of the provider, without "okta:custom:" */
    const char *field;     /* of the profile, without "taskade:" */
    const struct policy_mapping_condition *conditions;
    size_t condition_count;
    bool many; /* the attribute is a list: "values" is there */
    bool all;  /* "values": "all": the field has each of them; else "first" */
};

struct policy_custom_mappings {
    const struct policy_custom_mapping *items;
    size_t count;
};

/* "employmentType": {"contractor": "external"}: what is not in the table stays as it is. {"lookup": {"4711": "Sales"}, "otherwise": "Other"}: what is
 * not in the table is `otherwise`, and nothing without one. */
struct policy_transformation {
    const char *field;
    const struct policy_word {
        const char *from, *to;
    } * words;
    size_t count;
    bool lookup;
    const char *otherwise; /* NULL: nothing */
};

struct policy_transformations {
    const struct policy_transformation *items;
    size_t count;
};

policy_reader policy_read_custom_mappings, policy_read_transformations;

#endif
