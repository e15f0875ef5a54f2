/* access_document.h: the access state as JSON (docs/reference-server.md, GET /admin/organizations/{org}/access). Order is
 * fixed: users by userName, access, resources and projects by path, groups by displayName, then id. */
#ifndef REFERENCE_SERVER_MODEL_ACCESS_DOCUMENT_H
#define REFERENCE_SERVER_MODEL_ACCESS_DOCUMENT_H

#include "common/base.h"
#include "common/json.h"

struct account;
struct arena;
struct organization;

json *access_document(struct arena *arena, const struct organization *organization);
/* One element of its `users`. */
json *access_document_user(struct arena *arena, const struct organization *organization, const struct account *account);

#endif
