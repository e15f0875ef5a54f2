/* credentials_document.h: what opens an organization's SCIM door, without secrets: GET /admin/organizations/{org}/credentials. */
#ifndef REFERENCE_SERVER_MODEL_CREDENTIALS_DOCUMENT_H
#define REFERENCE_SERVER_MODEL_CREDENTIALS_DOCUMENT_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct organization;

json *credentials_document(struct arena *arena, const struct organization *organization);

#endif
