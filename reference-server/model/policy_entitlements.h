/* policy_entitlements.h: what the product offers to be granted beside access to its places (block entitlements): the roles and entitlements of Okta's
 * governance, each kind a resource type of its own that SCIM reads and does not write (docs/decisions/037).
 *
 *     {"Role":    {"grants": "roles", "values": {"role123": {"displayName": "First Role", "description": "..."}}},
 *      "License": {"endpoint": "/Licenses", "values": {"entitlement123": {"displayName": "First Entitlement"}}}}
 *
 * The key is the name of the resource type, the key of a value its id. `grants` says where a user carries the values: `entitlements` (unless it is
 * said), or `roles`. The endpoint is the name with an s unless it is given.
 *
 * What a user carries is stored and shown whatever it is (RFC 7643 §4.1.2: free values). It counts, which is to say that a condition on `roles` or
 * `entitlements` of an access rule can be met by it, while a type offers it there: the value of one that grants there, and of that name where an
 * entitlement names its type.
 */
#ifndef REFERENCE_SERVER_MODEL_POLICY_ENTITLEMENTS_H
#define REFERENCE_SERVER_MODEL_POLICY_ENTITLEMENTS_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/list.h"
#include "reference-server/model/policy_reading.h"

struct item;
struct policies;

#define OFFERED_URN_ROLE        "urn:okta:scim:schemas:core:1.0:Role"
#define OFFERED_URN_ENTITLEMENT "urn:okta:scim:schemas:core:1.0:Entitlement"

#define OFFERED_MAX_TYPES       20
#define OFFERED_MAX_NAME        64   /* letters of the name of a type, and of its endpoint */
#define OFFERED_MAX_ID          128  /* letters of the id of a value */
#define OFFERED_MAX_TEXT        1000 /* bytes of a description, as Okta takes it */

#define OFFERED_ROLES           "roles" /* attributes of a User, and conditions of access rules */
#define OFFERED_ENTITLEMENTS    "entitlements"

struct policy_offered {
    const char *name, *endpoint; /* "License", "/Licenses" */
    const char *grants;          /* OFFERED_ROLES or OFFERED_ENTITLEMENTS */
    struct list items;           /* of struct item *, in the order of the block */
};

struct policy_entitlements {
    const struct policy_offered *items;
    size_t count;
    struct map *by_id; /* struct item *; NULL: no block */
};

policy_reader policy_read_entitlements;

/* NULL: there is no such type, or value of it. They live as long as the policies. */
const struct policy_offered *policy_offered(const struct policies *policies, const char *type);
struct item *policy_offered_item(const struct policies *policies, const char *type, const char *id);

/* "roles" or "entitlements", else NULL. */
const char *policy_granted_list(const char *name);
/* The value of a grant, an element of that list of a User; NULL: nothing offers it there. */
const char *policy_granted(const struct policies *policies, const char *list, const json *grant);
/* Whether a pattern (text_glob) fits a value that is offered there. */
bool policy_grants_match(const struct policies *policies, const char *list, const char *pattern);

#endif
