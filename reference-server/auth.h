/* auth.h: credentials of requests: bearer tokens (RFC 6750; RFC 7644 §2), HTTP Basic, client certificates.
 *
 * An Authorization header decides alone. Only without one does the certificate count that the connection has shown.
 *
 * Tokens are kept as SHA-256 and compared in constant time; the token itself is nowhere.
 */
#ifndef REFERENCE_SERVER_AUTH_H
#define REFERENCE_SERVER_AUTH_H

#include "common/base.h"

struct exchange;
struct model_failure;

#define AUTH_MAX_LENGTH 4096 /* of a token */

/* The bearer token of the request. NULL: the reply is made, 401 with WWW-Authenticate, or 400 for two Authorization headers. */
const char *auth_bearer(struct exchange *x, const char *realm);
/* The user and password of `Authorization: Basic` (RFC 7617), as they stand. False: there is no such header, or it is malformed; nothing is
 * replied. */
bool auth_basic(struct exchange *x, const char **user, const char **password);
/* Is the SCIM door open to this request? False: the reply is made, 401 (of a token invalid_token), or 403 insufficient_scope when the credential is
 * good but not for this (RFC 6750 §3.1). */
bool auth_scim(struct exchange *x);
/* 401 that says why (RFC 6750 §3.1: error="invalid_token"). */
void auth_refuse(struct exchange *x, const char *realm, const char *why);
/* Likewise 401, with the code and the remedy of the failure. */
void auth_refuse_failure(struct exchange *x, const char *realm, const struct model_failure *failure);

void auth_hash(const char *token, char out[65]);
bool auth_matches(const char *hash, const char *token);
/* 1 to AUTH_MAX_LENGTH visible ASCII characters: what can stand behind `Bearer`, and more than the b64token of RFC 6750 §2.1, since tokens are given
 * by whoever sets the organization up. */
bool auth_is_token(const char *text);

#endif
