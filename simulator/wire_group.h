/* wire_group.h: a group of the directory as SCIM JSON. Members are resources the server knows: callers pass only people with a
 * server id.
 */
#ifndef SIMULATOR_WIRE_GROUP_H
#define SIMULATOR_WIRE_GROUP_H

#include "common/base.h"
#include "common/json.h"

struct directory_group;
struct directory_user;
struct simulator;

struct people {
    struct directory_user **items;
    size_t count;
};

/* Okta: schemas, displayName, members with value and display. Entra: schemas, externalId, displayName, meta, no members. */
json *wire_group_create(const struct simulator *simulator, const struct directory_group *group, struct people members);
/* Okta: schemas, id, displayName, the full list of members; nothing of the server's own, unlike the PUT of a person. */
json *wire_group_put(const struct simulator *simulator, const struct directory_group *group, struct people members);
json *wire_group_flat(const struct simulator *simulator,
                      const struct directory_group *group); /* Entra: displayName, externalId */
json *wire_group_read(const struct simulator *simulator, const json *resource);
void wire_members(json *array, struct people members); /* {"value": id, "display": userName} each */

#endif
