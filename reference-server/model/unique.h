/* unique.h: values that no two resources of an organization may share (RFC 7643 §7 "uniqueness"), for attributes that schema files define.
 *
 * The model does not know schemas: the server hands it rules. An index answers who has a value, so that a write does not look at every resource. userName and
 * a group's displayName have indexes of their own (account.h, group.h).
 * "server" and "global" are both kept within the organization: organizations are strictly apart, and nobody can look further.
 */
#ifndef REFERENCE_SERVER_MODEL_UNIQUE_H
#define REFERENCE_SERVER_MODEL_UNIQUE_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"

struct organization;

enum unique_kind { UNIQUE_FOLDED, UNIQUE_EXACT, UNIQUE_INSTANT, UNIQUE_NUMBER }; /* how two values compare */

struct unique_rule {
    const char *name;      /* "urn:…:Device:serialNumber": the same name, the same values, whatever the resource type */
    const char *label;     /* as messages call it */
    const char *container; /* member of the resource that holds the attribute; NULL: the resource itself */
    const char *attribute;
    const char *sub; /* NULL: the attribute itself */
    enum unique_kind kind;
    bool secret; /* messages do not say the value */
};

struct unique_type {
    const char *type; /* resource type: "User" */
    const struct unique_rule *rules;
    size_t count;
};

struct unique_rules {
    const struct unique_type *types;
    size_t count;
};

/* Whether resource may be stored as that of id (NULL: a new one). A conflict names the attribute and the value. */
bool unique_check(const struct organization *organization, const char *type, const json *resource, const char *id,
                  struct model_failure *failure) MUST_USE;
/* Called where a resource enters and leaves its other indexes. */
void unique_add(struct organization *organization, const char *type, const json *resource, const char *id);
void unique_remove(struct organization *organization, const char *type, const json *resource, const char *id);
/* The id of the resource that has the value; NULL: none. *known: there is such a rule, and the index can tell; else only
 * looking at each can: values that were stored before they had to be unique may be shared. */
const char *unique_find(const struct organization *organization, const char *type, const char *container, const char *attribute,
                        const char *text, bool *known);
/* Gives an organization that was made without them its rules. Two resources that share a value are a conflict. */
bool unique_begin(struct organization *organization, const struct unique_rules *rules, struct model_failure *failure) MUST_USE;
void unique_free(struct organization *organization); /* for organization_free */

#endif
