/* scim_service.h: the handlers of the SCIM door (RFC 7644 §3, §4), one per row of the router's table.
 *
 * Called with the organization locked, the token, the plan and SAML checked and the body parsed. What they promise beyond the RFC:
 *  - PATCH of a user answers 200 with the user, PATCH of a group 204 unless `attributes` or `excludedAttributes` ask for something:
 *    Entra prefers 204 for groups, and a group may be big.
 *  - A userName is unique among the organization's accounts, whatever its case; externalId is not unique (RFC 7643 §3.1).
 *  - An account that was there before SCIM, with the same userName or work address, becomes the one that is created: 201 with its id, and it keeps
 *    what it had. A second POST of a managed one is 409 uniqueness.
 *  - A member id that is no account or group of the organization is 400 invalidValue, the id named, nothing changed.
 *  - No seat left: 403, nothing changed.
 *  - What is sent in `groups` of a user is passed over; it is derived from the groups' members, nested ones included.
 */
#ifndef REFERENCE_SERVER_SCIM_SERVICE_H
#define REFERENCE_SERVER_SCIM_SERVICE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct exchange;
struct scim_error;
struct scim_projection;
struct scim_resource_type;

void users_create(struct exchange *x);
void users_replace(struct exchange *x);
void users_patch(struct exchange *x);
void users_delete(struct exchange *x);

void groups_create(struct exchange *x);
void groups_replace(struct exchange *x);
void groups_patch(struct exchange *x);
void groups_delete(struct exchange *x);

/* Of the types that schema files define: PATCH answers 200 with the resource. */
void items_create(struct exchange *x);
void items_replace(struct exchange *x);
void items_patch(struct exchange *x);
void items_delete(struct exchange *x);

void scim_read(struct exchange *x);       /* one resource */
void scim_list(struct exchange *x);       /* GET /Users, /Groups, … */
void scim_list_all(struct exchange *x);   /* GET of the root: users, groups, then other types (RFC 7644 §3.4.2.1) */
void scim_search(struct exchange *x);     /* POST /Users/.search, /Groups/.search, … */
void scim_search_all(struct exchange *x); /* POST /.search */

void discovery_config(struct exchange *x);
void discovery_types(struct exchange *x);
void discovery_type(struct exchange *x);
void discovery_schemas(struct exchange *x);
void discovery_schema(struct exchange *x);

void scim_bulk(struct exchange *x); /* POST /Bulk */
void scim_me(struct exchange *x);   /* 501: the credentials are no user */

#endif
