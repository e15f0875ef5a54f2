/* wire_user.h: a person of the directory as SCIM JSON, with the key order of each provider.
 *
 * Okta lays its mapped values over a resource: an empty one for a create, the server's own for a PUT, so that everything the
 * server added (id, meta, nulls, unknown attributes) goes back to it. Entra compares flat values, which its mappings
 * (entra_mapping.h) make, and builds the body in the order of Microsoft's data contracts (wire_contract.h).
 */
#ifndef SIMULATOR_WIRE_USER_H
#define SIMULATOR_WIRE_USER_H

#include "common/base.h"
#include "common/json.h"

struct attribute;
struct dialect;
struct directory_user;
struct simulator;

/* Body of POST /Users in the dialect's form. */
json *wire_user_create(const struct simulator *simulator, const struct directory_user *user);
/* Okta: the app's profile has a place for the attribute, by the axis mappings. What has none is neither sent nor cleared. */
bool wire_user_maps(const struct dialect *dialect, const struct attribute *attribute);

/* Okta: the server's resource with the mapped values laid over it: replaces the whole emails array, overwrites externalId, adds
 * locale and groups when they are not there, sends no password. changes (NULL: none) names attributes that were cleared. */
json *wire_user_merge(const struct simulator *simulator, const struct directory_user *user, const json *resource,
                      const json *changes);
/* Okta: the server's resource with active turned and nothing else changed. */
json *wire_user_with_active(const struct simulator *simulator, const json *resource, bool active);
/* Okta, profile by PATCH: only what changed. */
json *wire_user_changed(const struct simulator *simulator, const struct directory_user *user, const json *changes);

/* Entra: mapped values by attribute key, as text: {"userName": ..., "active": "true", "formatted": ...}. */
json *wire_user_flat(const struct simulator *simulator, const struct directory_user *user, bool active); /* of somebody new */
json *wire_user_wanted(const struct simulator *simulator,
                       const struct directory_user *user); /* of somebody known: what is for new people only stays as it is */
json *wire_user_read(const struct simulator *simulator, const json *resource); /* the same of a resource */

#endif
