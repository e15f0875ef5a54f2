/* okta_discovery.h: what Okta finds out about roles and entitlements (Okta Identity Governance): GET /ResourceTypes, GET /Schemas when the
 * type of people names an extension that Okta does not know, then every endpoint whose type has the schema of a role or an
 * entitlement. Okta does so when provisioning is saved with entitlement management on, and when it is told to. Internal to the
 * simulator.
 *
 * A role needs id and displayName, an entitlement a type as well, which is the name of its resource type; what lacks them is noted,
 * and so is an endpoint whose pages do not hold as many different ids as its totalResults says. What was found is all that can be
 * granted from then on (`entitle`), and gives a grant the display and type that it was not given by hand. The size of pages is
 * inferred (axis entitlement-page).
 */
#ifndef SIMULATOR_OKTA_DISCOVERY_H
#define SIMULATOR_OKTA_DISCOVERY_H

#include "common/base.h"
#include "simulator/session.h"

#define OKTA_MAX_ENDPOINTS   20   /* of roles and entitlements */
#define OKTA_MAX_ENDPOINT    100  /* bytes in the path of one */
#define OKTA_MAX_DESCRIPTION 1000 /* characters */

enum flow okta_import_entitlements(struct session *session);
/* The test of the connection, then the discovery where entitlements are managed. */
enum flow okta_save_settings(struct session *session);

/* {"roles": [...], "entitlements": [...]} as a User carries them, of what has a value, at most ENTITLE_MAX each. In the arena. */
const json *okta_grants_of(struct arena *arena, const json *resource);
/* Grants with what the discovery knows of them. False: one of them was not found, err set. */
bool okta_complete_grants(struct session *session, json *grants) MUST_USE;

#endif
