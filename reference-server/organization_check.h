/* organization_check.h: what this server asks of an organization document beyond what the model does: SCIM resources in it ("scim" of accounts and
 * groups) fit the server's schemas as those of a POST do, and there is no more of anything than the limits let in by the other doors. */
#ifndef REFERENCE_SERVER_ORGANIZATION_CHECK_H
#define REFERENCE_SERVER_ORGANIZATION_CHECK_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct model_failure;
struct model_limits;
struct organization;
struct server;

/* out: the document with these resources in canonical shape; the document itself when it has none. `schemas` may be left out.
 * userName, active, displayName, members and password have places of their own in the document and are refused here. */
bool organization_check(const struct server *server, struct arena *arena, const json *document, const json **out,
                        struct model_failure *failure) MUST_USE;

/* Of the organization that came of it: no more accounts, groups, members of a group, workspaces and folders, or projects than that. The failure names the
 * place in the document and the limit. What comes out of a data file is not asked: a limit that was lowered loses nobody. */
bool organization_check_size(const struct organization *organization, const struct model_limits *limits,
                             struct model_failure *failure) MUST_USE;

#endif
