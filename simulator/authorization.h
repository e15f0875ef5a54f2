/* authorization.h: how a provider's client shows the server who it is: axis `authorization`.
 *
 *   bearer              Authorization: Bearer <token>
 *   raw                 Authorization: <value>, as the administrator has typed it, without a scheme of the provider's
 *   basic               Authorization: Basic base64(user:password) (RFC 7617)
 *   client-credentials  Authorization: Bearer <access token>, which the client fetches of the token endpoint of the server
 *                       (RFC 6749 §4.4), id and secret by HTTP Basic (§2.3.1)
 *
 * A provider offers some of them to some kinds of app, and what it does not offer cannot be turned on:
 *
 *   okta-aiw       bearer [observed in 2026: the console adds the scheme], basic [documented]
 *   okta-template  bearer, raw, basic [documented: one test app of the catalogue each]
 *   okta-oiw       bearer, raw [documented: the wizard's page has no Basic]
 *   entra*         bearer [documented: Secret Token], client-credentials [observed: POST of a form, client_secret_basic]
 *   entra-validator  bearer [inferred: no source tells of another]
 *
 * Okta's OAuth 2 is the authorization code grant alone [documented]: somebody signs in at a browser, and what then goes out is
 * `Bearer <access token>`: bearer with that token.
 */
#ifndef SIMULATOR_AUTHORIZATION_H
#define SIMULATOR_AUTHORIZATION_H

#include "common/base.h"

struct arena;
struct dialect;
struct error;

/* Does the provider have this value of the axis? ERROR_USAGE names those that it has. */
bool authorization_offered(const struct dialect *dialect, int form, struct error *err) MUST_USE;

/* The value of the header. credential: the token, the value as it stands, "user:password", or the access token; NULL is "". */
const char *authorization_value(struct arena *arena, int form, const char *credential);

#endif
