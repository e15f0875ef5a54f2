/* why.h: the reasons for an answer of access.h, in plain words: for support, who must tell a customer why somebody gets in, or
 * does not.
 *
 * Pure, like access.h, whose answer it explains; what it says never decides anything. */
#ifndef REFERENCE_SERVER_MODEL_WHY_H
#define REFERENCE_SERVER_MODEL_WHY_H

#include "common/base.h"
#include "reference-server/model/access.h"

struct account;
struct arena;
struct organization;
struct project;
struct resource;

#define WHY_MAX_GROUPS 20 /* groups with a grant that the person is not in, named one by one */

struct why {
    struct access_entry entry; /* entry.role ROLE_NONE: no access */
    const char *const *lines;  /* sentences; the first one is the answer, the others are its reasons, the one that counts first */
    size_t count;
};

struct why why(struct arena *arena, const struct organization *organization, const struct account *account,
               const struct resource *resource);
/* The same for a project: the reasons for its place, and what its classification says; entry.role ROLE_NONE: kept out. */
struct why why_project(struct arena *arena, const struct organization *organization, const struct account *account,
                       const struct project *project);
/* Why somebody has a permission of the organization (standing.h), or has not; *has says which. */
struct why why_permission(struct arena *arena, const struct organization *organization, const struct account *account,
                          const char *permission, bool *has);

#endif
