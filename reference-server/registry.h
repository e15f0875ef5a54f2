/* registry.h: the schemas of one organization: those of the server, and the extension that its custom_mappings name the attributes of.
 *
 * An attribute that a customer's provider sends beside the standard ones stands in one extension of User, ACCOUNT_URN_CUSTOM (docs/decisions/021). What is
 * mapped is accepted, kept, shown, filtered and in /Schemas; what is not mapped is passed over like any attribute that no schema has. Where a schema
 * file defines that URN the file counts.
 */
#ifndef REFERENCE_SERVER_REGISTRY_H
#define REFERENCE_SERVER_REGISTRY_H

#include "common/base.h"

struct exchange;
struct scim_registry;

/* Made when the policies have changed, kept by the tenant, so under its lock; the server's own where there is no organization or no mapping. */
const struct scim_registry *registry_of(const struct exchange *x);

#endif
