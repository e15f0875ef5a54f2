/* okta_schema.h: Okta's Import User Schema: which attributes of people the server offers. GET /ResourceTypes names the extensions of User,
 * GET /Schemas has the core attributes (of urn:ietf:params:scim:schemas:core:2.0:User) and theirs. Internal to the simulator.
 *
 * What is missing there, or readOnly, can't be mapped from then on and is not pushed: neither in a create nor in an update, and a change
 * of nothing else sends nothing (axis after-schema-import: reported, not documented). userName is always sent.
 */
#ifndef SIMULATOR_OKTA_SCHEMA_H
#define SIMULATOR_OKTA_SCHEMA_H

#include "common/base.h"
#include "common/json.h"
#include "simulator/session.h"

struct directory_user;
struct simulator;

#define OKTA_MAX_EXTENSIONS 50 /* of User; the rest is passed over */

enum flow okta_import_schema(struct session *session);

/* The person with nothing but what is pushed; user itself when that is everything. copy is filled in. */
const struct directory_user *okta_offered(const struct simulator *simulator, const struct directory_user *user,
                                          struct directory_user *copy);
/* Whether any of these changes is pushed. NULL: yes. */
bool okta_offers_any(const struct simulator *simulator, const json *changes);

#endif
