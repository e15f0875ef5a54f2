/* access_document.h: the access state as JSON (docs/reference-server.md, GET /admin/organizations/{org}/access). Order is
 * fixed: users by userName, access, resources and projects by path, groups by displayName, then id. */
#ifndef REFERENCE_SERVER_MODEL_ACCESS_DOCUMENT_H
#define REFERENCE_SERVER_MODEL_ACCESS_DOCUMENT_H

#include "common/base.h"
#include "common/json.h"

struct account;
struct arena;
struct json_out;
struct organization;

/* Straight into bytes, with the reasons of one person at a time: about what printing it costs. */
void access_document_write(struct json_out *out, const struct organization *organization);
const char *access_document_text(struct arena *arena, const struct organization *organization);
/* One element of its `users`. */
void access_document_write_user(struct json_out *out, const struct organization *organization, const struct account *account);

/* The same as trees, for a look at parts of them. */
json *access_document(struct arena *arena, const struct organization *organization);
json *access_document_user(struct arena *arena, const struct organization *organization, const struct account *account);

#endif
