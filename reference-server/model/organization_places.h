/* organization_places.h: workspaces, folders, projects and grants of an organization document. For organization_document.c: accounts and
 * groups are there already. */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_PLACES_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_PLACES_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"

struct organization;

bool organization_places_read(struct organization *organization, const json *document, struct model_failure *failure) MUST_USE;

#endif
