/* failure.h: why the model refuses something.
 *
 * A refused change leaves the organization byte for byte as it was (access model, invariant 3). The kind decides the HTTP
 * status of every door and the scimType of the SCIM door (RFC 7644 §3.12, Table 9); the code is the stable word of the app and
 * admin doors. */
#ifndef REFERENCE_SERVER_MODEL_FAILURE_H
#define REFERENCE_SERVER_MODEL_FAILURE_H

#include "common/base.h"

/* kind, HTTP status, scimType or NULL. The break-glass owner is 403 mutability (access model, "last active owner"). */
#define MODEL_FAILURES(X)                                                                                                        \
    X(MODEL_INVALID, 400, "invalidValue")                                                                                        \
    X(MODEL_UNAUTHORIZED, 401, NULL)                                                                                             \
    X(MODEL_FORBIDDEN, 403, NULL)                                                                                                \
    X(MODEL_MUTABILITY, 403, "mutability")                                                                                       \
    X(MODEL_SEATS, 403, NULL)                                                                                                    \
    X(MODEL_NOT_FOUND, 404, NULL)                                                                                                \
    X(MODEL_CONFLICT, 409, "uniqueness")

enum model_failure_kind {
#define X(kind, status, scim_type) kind,
    MODEL_FAILURES(X)
#undef X
};

struct model_failure {
    enum model_failure_kind kind;
    const char *code;  /* stable word, static: "notFound", "invalid", "folderNotInviteOnly", ... */
    char message[512]; /* what is wrong, one sentence without a full stop */
    char remedy[256];  /* what to do; may be empty */
    char pointer[256]; /* RFC 6901, into the JSON that was handed in; may be empty */
};

/* Fills failure (NULL: nothing to fill) and returns false: `return model_failure_set(failure, MODEL_NOT_FOUND, "notFound",
 * "remedy", "…")`. */
bool model_failure_set(struct model_failure *failure, enum model_failure_kind kind, const char *code, const char *remedy,
                       const char *format, ...) PRINTF_LIKE(5, 6);
int model_failure_status(const struct model_failure *failure);
const char *model_failure_scim_type(const struct model_failure *failure); /* NULL: none */

#endif
