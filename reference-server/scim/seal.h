/* seal.h: what is kept of writeOnly texts of schema files (RFC 7643 §7: "e.g., because the value is a stored hash"): a digest, never the text.
 *
 *     sha256$<salt>$<hash>     hash: SHA-256 over salt, full name of the attribute and text
 *
 * A text that has to be unique has no salt, and is folded unless it is caseExact, so that equal ones have equal digests. Sealed are values of the types
 * string, binary and reference, in lists and complex attributes too. `password` is not among them: the product uses it (account.h).
 * Why no slower hash: docs/decisions/042. */
#ifndef REFERENCE_SERVER_SCIM_SEAL_H
#define REFERENCE_SERVER_SCIM_SEAL_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct scim_resource_type;

/* Whether the type has such attributes. */
bool scim_seal_concerns(const struct scim_resource_type *type);
/* Seals what resource has of them. What the same attribute of before (may be NULL) has already is sealed and stays. salt: no `$` in it. */
void scim_seal(struct arena *arena, const struct scim_resource_type *type, const char *salt, const json *before, json *resource);
/* The same of a resource that an operator brings: what looks sealed was so where it comes from (an export), and stays. */
void scim_seal_trusted(struct arena *arena, const struct scim_resource_type *type, const char *salt, json *resource);

#endif
