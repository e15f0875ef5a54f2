/* item.h: a resource of a type that a schema file defines: a Device, a Room. The product knows nothing about it; it keeps what SCIM writes.
 * What the product offers to be granted is of the same form, and belongs to the policies (policy_entitlements.h).
 *
 * Ids are unique across all resources of the organization, accounts and groups too. Items change by the four functions below and by nothing else.
 */
#ifndef REFERENCE_SERVER_MODEL_ITEM_H
#define REFERENCE_SERVER_MODEL_ITEM_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/list.h"

struct organization;

#define ITEM_TIMELESS INT64_MIN /* of created_ms and modified_ms: it was there before anybody asked */

struct item {
    char *id;
    const char *type; /* name of the resource type */
    json *resource;   /* owned; without id and meta */
    int64_t created_ms, modified_ms;
    uint64_t version; /* from 1; goes up with every change of the resource */
    uint64_t order;   /* of creation, among all that the organization has */
};

/* What an item is made of again after a restart. */
struct item_record {
    const char *id, *type;
    const json *resource;
    int64_t created_ms, modified_ms;
    uint64_t version, order;
};

struct item *item_by_id(const struct organization *organization, const char *type, const char *id); /* NULL: none of that type */
const struct list *items_of(const struct organization *organization, const char *type); /* in order of creation; never NULL */
const struct list *items_by_external_id(const struct organization *organization, const char *type, const char *external_id);

/* Resources are copied. A value that has to be unique and is taken is a conflict. */
bool item_add(struct organization *organization, const char *type, const json *resource, struct item **out,
              struct model_failure *failure) MUST_USE;
/* A resource equal to the old one changes nothing, not even version and modified time. */
bool item_replace(struct organization *organization, struct item *item, const json *resource,
                  struct model_failure *failure) MUST_USE;
void item_remove(struct organization *organization, struct item *item);
/* As it was: what is in a record has been checked when it was written. In order of creation. */
struct item *item_restore(struct organization *organization, const struct item_record *record);

void item_free_all(struct organization *organization); /* for organization_free */

#endif
