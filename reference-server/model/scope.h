/* scope.h: what a credential of the SCIM door allows, as words (RFC 6749 §3.3) and as a set. A scope does not include another: writing alone cannot
 * read, though a write is answered with the resource. */
#ifndef REFERENCE_SERVER_MODEL_SCOPE_H
#define REFERENCE_SERVER_MODEL_SCOPE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct model_failure;
struct place;

#define SCOPES(X)                                                                                                                \
    X(SCOPE_READ, 1, "scim.read") /* GET, and the searches */                                                                    \
    X(SCOPE_WRITE, 2, "scim.write")

enum scope {
#define X(scope, bit, name) scope = bit,
    SCOPES(X)
#undef X
        SCOPE_ALL = 3
};

bool scope_add(const char *name, unsigned *scopes); /* false: there is no such scope */
bool scope_read(struct arena *arena, const char *text,
                unsigned *scopes); /* "scim.read scim.write"; false: something else is in it, or nothing */
/* The member "scopes" of a document, a list of names; absent: all of them. */
bool scope_read_member(const struct place *place, const json *object, unsigned *scopes, struct model_failure *failure) MUST_USE;
const char *scope_text(unsigned scopes); /* "scim.read scim.write" */
void scope_list(unsigned scopes, json *array);

#endif
