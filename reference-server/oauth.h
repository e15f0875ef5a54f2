/* oauth.h: the token endpoint, POST /organizations/{org}/oauth/token: OAuth 2.0 client credentials (RFC 6749 §4.4).
 *
 * The client says who it is by HTTP Basic (§2.3.1 client_secret_basic, what Entra sends) or by client_id and client_secret in the form
 * (client_secret_post), not by both. Replies and errors are those of §5.1 and §5.2, never to be stored.
 */
#ifndef REFERENCE_SERVER_OAUTH_H
#define REFERENCE_SERVER_OAUTH_H

#include "common/base.h"

struct exchange;

#define OAUTH_MAX_FORM (16 * KIB)

void oauth_token(struct exchange *x);

/* An error of §5.2. */
void oauth_refuse(struct exchange *x, int status, const char *error, const char *description);

#endif
