/* registry.h: the schemas of one organization: those of the server, the extension that its custom_mappings name the attributes of, and what it
 * offers to be granted.
 *
 * An attribute that a customer's provider sends beside the standard ones stands in one extension of User, ACCOUNT_URN_CUSTOM (docs/decisions/021). What is
 * mapped is accepted, kept, shown, filtered and in /Schemas; what is not mapped is passed over like any attribute that no schema has. Where a schema
 * file defines that URN the file counts.
 *
 * What the block entitlements offers (model/policy_entitlements.h) are resource types that can be read: in /ResourceTypes and /Schemas, listed, filtered,
 * sorted and paged like any; every write is 405. A type whose name or endpoint a schema file has is the file's.
 */
#ifndef REFERENCE_SERVER_REGISTRY_H
#define REFERENCE_SERVER_REGISTRY_H

#include "common/base.h"

struct exchange;
struct item;
struct list;
struct route;
struct scim_registry;
struct scim_resource_type;

/* Made when the policies have changed, kept by the tenant, so under its lock; the server's own where there is no organization or nothing of its own. */
const struct scim_registry *registry_of(const struct exchange *x);

/* Resources of a type other than User and Group, wherever they are kept. NULL: there is none of that id. */
struct item *registry_item(const struct exchange *x, const struct scim_resource_type *type, const char *id);
const struct list *registry_items(const struct exchange *x, const struct scim_resource_type *type); /* in order of creation */

/* The route of the exchange's target, with those of its organization where it has been entered; parameters and *allow as router_find. */
const struct route *registry_route(struct exchange *x, const char **allow);

#endif
