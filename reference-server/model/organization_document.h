/* organization_document.h: a whole organization in one JSON document (docs/reference-server.md, POST /admin/organizations).
 *
 * Strict: an unknown member or value is a failure whose pointer says where. Nothing is half made.
 */
#ifndef REFERENCE_SERVER_MODEL_ORGANIZATION_DOCUMENT_H
#define REFERENCE_SERVER_MODEL_ORGANIZATION_DOCUMENT_H

#include "common/base.h"
#include "common/clock.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/organization.h"

struct arena;

/* id: used when the document names none; NULL: made from the name ("Acme Ltd" gives "acme-ltd"). scim_token (with room for
 * ORGANIZATION_DOCUMENT_TOKEN) is the one given, or one that was made: shown this once. */
#define ORGANIZATION_DOCUMENT_ID      63 /* letters of an organization's id */
#define ORGANIZATION_DOCUMENT_DOMAINS 100
#define ORGANIZATION_DOCUMENT_TOKEN   513 /* TOKEN_MAX_LENGTH of token.h, and the NUL */
bool organization_document_read(const json *document, const char *id, struct clock clock, struct model_random random,
                                struct organization **out, char scim_token[ORGANIZATION_DOCUMENT_TOKEN],
                                struct model_failure *failure) MUST_USE;

/* The id that such a document asks for; NULL: it is no such document. In the arena. */
const char *organization_document_id(struct arena *arena, const json *document);

#endif
