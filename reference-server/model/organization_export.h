/* organization_export.h: an organization as the document that sets it up again (organization_document.h): written down, shared,
 * and loaded elsewhere, it has the same people, groups, places, grants, rules and ids, and gives everybody the same access.
 *
 * No secret is in it: no token, password, session, key or invite, so that whoever loads it hands out new ones; of writeOnly texts it has what is
 * kept of them (scim/seal.h). Sign-ins, the
 * audit trail and what waits for somebody's word or for its time stay behind, too. Custom resources of schema files are not part
 * of it. */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_EXPORT_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_EXPORT_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct json_out;
struct organization;

/* Written, not built: it may be large. */
void organization_export(struct json_out *out, const struct organization *organization);
const char *organization_export_text(struct arena *arena, const struct organization *organization); /* compact */
/* Its rules alone, in force now: {"organization", "time", "settings": {…}, "policies": {"approvals": {…}, …}}: GET /admin/organizations/{}/policies. */
json *organization_rules(struct arena *arena, const struct organization *organization);

#endif
