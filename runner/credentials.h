/* credentials.h: what opens the SCIM door of a server: of a target file, or made for a case by the admin door.
 *
 *   token          Authorization: Bearer <token>
 *   authorization  Authorization: <authorization>, as it stands
 *   user, password Authorization: Basic (RFC 7617)
 *   client         clientId, clientSecret, tokenEndpoint, scope: client credentials (RFC 6749 §4.4) as Entra asks for them: POST of a form,
 *                  id and secret by HTTP Basic (§2.3.1), observed. The access token goes out as a bearer token.
 *
 * Which of them a dialect uses its axis `authorization` says; whoever has none (raw requests, the judge) takes the first that is there.
 *
 * An access token is fetched anew before it ends: of expires_in (§5.1) a tenth, at most TOKEN_MARGIN_MS, is left unused. Time is what
 * has passed in truth and what was let pass for the organization and the provider. Without expires_in it does not end by itself. After a
 * 401 the next event begins with a new one; that is inferred: Microsoft says that a token is looked at in each cycle and request.
 */
#ifndef RUNNER_CREDENTIALS_H
#define RUNNER_CREDENTIALS_H

#include "common/base.h"
#include "common/http.h"

struct arena;
struct error;
struct http_client;
struct redactor;

#define TOKEN_MARGIN_MS 10000

struct credentials {
    const char *token, *authorization, *user, *password;
    const char *client, *secret, *endpoint, *scope; /* scope NULL: none asked for */
};

struct access_token {
    const char *text; /* NULL: none yet */
    int64_t life_ms;  /* 0: does not end by itself */
    int64_t aged_ms;  /* let pass since; whoever moves a clock adds to it */
    uint64_t since_us;
    bool refused; /* the server has answered 401 to it */
};

/* Every secret, also as it stands in a header. */
void credentials_hide(const struct credentials *credentials, struct redactor *redactor);
bool credentials_have(const struct credentials *credentials, int form); /* for this value of the axis */
int credentials_first(const struct credentials *credentials);           /* value of the axis; bearer when there is nothing */
/* ERROR_USAGE: the target has not what the form takes; name is the dialect's. */
bool credentials_suit(const struct credentials *credentials, int form, const char *name, struct error *err) MUST_USE;
/* What the simulator takes for this form: "user:password". NULL: there is none, or it has to be fetched. */
const char *credentials_text(struct arena *arena, const struct credentials *credentials, int form);

/* The request for an access token; *base: of the URL that it goes to. */
const struct http_request *token_request(struct arena *arena, const struct credentials *credentials, const char **base);
/* ERROR_CREDENTIALS: it is no access token; what the endpoint says in `error` is told, nothing else of its reply. */
bool token_read(struct arena *arena, const struct credentials *credentials, const struct http_response *reply,
                struct access_token *out, struct error *err) MUST_USE;
bool token_ended(const struct access_token *token);

#endif
