/* patch_members.h: which members of a group a PATCH is about.
 *
 * A group may be very big, and nearly all patches name the few members that come and go: add with a list, remove with a value filter or (Entra) with a
 * list. Such a patch does to the group what it does to one that has only those members. So a store need not bring up the others: it applies the patch
 * (scim_patch_apply) to the resource with the named members alone, and carries out the difference.
 */
#ifndef REFERENCE_SERVER_SCIM_PATCH_MEMBERS_H
#define REFERENCE_SERVER_SCIM_PATCH_MEMBERS_H

#include "common/base.h"
#include "reference-server/scim/message.h"

struct arena;
struct scim_resource_type;

/* True: what the patch does, and whether and how it is refused, depends on no other members than those whose `value` is among *out without regard to
 * case; other texts may be among them as well, and some twice. False: it is about all of them, or it is not understood here: members are replaced or
 * cleared, selected by other filters, or changed in their sub-attributes. Reads the operations as they came, before compat.h. */
bool scim_patch_members(struct arena *arena, const struct scim_resource_type *type, const struct scim_patch *patch,
                        struct scim_names *out);

#endif
