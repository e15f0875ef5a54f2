/* organization_check.h: what an organization document holds of SCIM resources ("scim" of accounts and groups), checked by the
 * server's schemas as a POST would be: the model takes resources as they are. */
#ifndef REFERENCE_SERVER_ORGANIZATION_CHECK_H
#define REFERENCE_SERVER_ORGANIZATION_CHECK_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct model_failure;
struct server;

/* out: the document with these resources in canonical shape; the document itself when it has none. `schemas` may be left out.
 * userName, active, displayName, members and password have places of their own in the document and are refused here. */
bool organization_check(const struct server *server, struct arena *arena, const json *document, const json **out,
                        struct model_failure *failure) MUST_USE;

#endif
