/* actions.h: what an owner does in the product's pages: POST /admin/organizations/{org}/actions (docs/reference-server.md).
 * One row per action. */
#ifndef REFERENCE_SERVER_MODEL_ACTIONS_H
#define REFERENCE_SERVER_MODEL_ACTIONS_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"

#define ACTIONS_MAX_TEXT 2048 /* bytes of a text in a request */

/* request: {"action": "grant", ...}; an unknown action or member is a failure. result: an empty object (of json_object) that
 * is filled on success. */
bool actions_run(struct organization *organization, const json *request, json *result, struct model_failure *failure) MUST_USE;
const char *actions_names(void); /* "grant, revoke, ..." */

#endif
