#include "common/base.h"

#include "reference-server/auth.h"

#include "common/digest.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/exchange.h"
#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/client.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"
#include "reference-server/router.h"

#include <string.h>

void auth_hash(const char *token, char out[65])
{
    digest_sha256_hex((struct bytes){token, strlen(token)}, out);
}

bool auth_matches(const char *hash, const char *token)
{
    char other[65];
    auth_hash(token, other);
    return digest_equal(hash, other);
}

bool auth_is_token(const char *text)
{
    size_t n = 0;
    while (text[n] > ' ' && text[n] <= '~')
        n++;
    return n > 0 && text[n] == '\0' && n <= AUTH_MAX_LENGTH;
}

static void challenge(struct exchange *x, const char *realm, const char *why)
{
    const char *error = why == NULL ? "" : arena_printf(x->arena, ", error=\"invalid_token\", error_description=\"%s\"", why);
    reply_header(x, "WWW-Authenticate", arena_printf(x->arena, "Bearer realm=\"%s\"%s", realm, error));
}

void auth_refuse(struct exchange *x, const char *realm, const char *why)
{
    challenge(x, realm, why);
    reply_wrong(x, 401, "unauthorized", NULL, "%s", why);
}

void auth_refuse_failure(struct exchange *x, const char *realm, const struct model_failure *failure)
{
    const char *why = arena_strdup(x->arena, failure->message);
    challenge(x, realm, why);
    reply_wrong(x, 401, failure->code, arena_strdup(x->arena, failure->remedy), "%s", why);
}

const char *auth_bearer(struct exchange *x, const char *realm)
{
    const struct http_headers *headers = &x->request->headers;
    if (http_header_count(headers, "Authorization") > 1) {
        reply_wrong(x, 400, "invalid", "send one", "the request has more than one Authorization header");
        return NULL;
    }
    const char *value = http_header(headers, "Authorization");
    if (value == NULL) {
        challenge(x, realm, NULL); /* RFC 6750 §3.1: no error code when nothing was sent */
        reply_wrong(x, 401, "unauthorized", "send Authorization: Bearer and the token", "the request has no credentials");
        return NULL;
    }
    if (!text_starts_nocase(value, "Bearer ")) {
        auth_refuse(x, realm, "the credentials are no bearer token");
        return NULL;
    }
    const char *token = value + strlen("Bearer ");
    token += strspn(token, " ");
    if (!auth_is_token(token)) {
        auth_refuse(x, realm, "the bearer token is malformed");
        return NULL;
    }
    return token;
}

bool auth_basic(struct exchange *x, const char **user, const char **password)
{
    const char *value = http_header(&x->request->headers, "Authorization");
    struct bytes plain;
    if (value == NULL || !text_starts_nocase(value, "Basic "))
        return false;
    value += strlen("Basic ");
    if (!base64_decode(x->arena, value + strspn(value, " "), &plain) || !text_is_utf8(plain.p, plain.n))
        return false;
    const char *colon = strchr(plain.p, ':');
    if (colon == NULL)
        return false;
    *user = arena_strndup(x->arena, plain.p, (size_t)(colon - plain.p));
    *password = colon + 1;
    return true;
}

/* --- the SCIM door --- */

static bool refuse_scope(struct exchange *x, const char *realm, unsigned needed)
{
    const char *scope = scope_text(needed);
    reply_header(x, "WWW-Authenticate",
                 arena_printf(x->arena, "Bearer realm=\"%s\", error=\"insufficient_scope\", scope=\"%s\"", realm, scope));
    reply_wrong(x, 403, "insufficientScope", NULL, "this needs a credential with the scope %s", scope);
    return false;
}

/* Where no route is, nothing will be done. */
static bool check_scope(struct exchange *x, const char *realm, unsigned scopes)
{
    if (x->route == NULL)
        return true;
    unsigned needed = (x->route->flags & ROUTE_READ) != 0 ? SCOPE_READ : SCOPE_WRITE;
    bool open = (x->route->flags & ROUTE_OPEN) != 0;
    return open || (scopes & needed) != 0 || refuse_scope(x, realm, needed);
}

static bool enter_with_token(struct exchange *x, const char *realm)
{
    const char *secret = auth_bearer(x, realm);
    if (secret == NULL)
        return false;
    const struct token *token = token_find(x->organization, secret), *access = client_token_find(x->organization, secret);
    token = token == NULL ? access : token;
    const struct client *client = client_of_token(x->organization, token);
    x->actor = client != NULL ? client->id : token != NULL ? token->name : NULL;
    if (token != NULL && !token_expired(x->organization, token))
        return check_scope(x, realm, token->scopes);
    auth_refuse(x, realm, token == NULL ? "the SCIM token is wrong or was revoked" : "the SCIM token has expired");
    return false;
}

static bool enter_with_basic(struct exchange *x, const char *realm)
{
    const char *user, *password;
    const struct basic *basic = auth_basic(x, &user, &password) ? basic_find(x->organization, user, password) : NULL;
    x->actor = basic == NULL ? NULL : basic->user;
    if (basic != NULL)
        return check_scope(x, realm, basic->scopes);
    challenge(x, realm, NULL);
    reply_wrong(x, 401, "unauthorized", NULL, "user or password is wrong");
    return false;
}

/* What it is called is told: whoever sees this has shown it, and needs the words to have it added. */
static bool enter_with_certificate(struct exchange *x, const char *realm)
{
    const struct http_certificate *shown = x->request->certificate;
    const struct certificate *known = certificate_find(x->organization, shown->fingerprint, shown->subject);
    x->actor = known == NULL ? NULL : known->name;
    if (known != NULL)
        return check_scope(x, realm, known->scopes);
    challenge(x, realm, NULL);
    reply_wrong(x, 401, "unauthorized", "have it added, or send Authorization: Bearer and the token",
                "this organization takes no client certificate with the SHA-256 %s or the subject %s", shown->fingerprint,
                shown->subject == NULL ? "(none)" : shown->subject);
    return false;
}

/* RFC 9110 §11.6.1: every way that there is. */
static void offer_basic(struct exchange *x, const char *realm)
{
    const char *bearer = http_header(&x->response->headers, "WWW-Authenticate");
    if (x->response->status == 401 && bearer != NULL)
        reply_header(x, "WWW-Authenticate", arena_printf(x->arena, "%s, Basic realm=\"%s\", charset=\"UTF-8\"", bearer, realm));
}

bool auth_scim(struct exchange *x)
{
    const struct http_headers *headers = &x->request->headers;
    const char *realm = arena_printf(x->arena, "scim %s", x->organization->id), *value = http_header(headers, "Authorization");
    bool has_basic = x->organization->basic != NULL;
    bool basic =
        has_basic && value != NULL && http_header_count(headers, "Authorization") == 1 && text_starts_nocase(value, "Basic ");
    bool certificate = value == NULL && x->request->certificate != NULL;
    bool entered = certificate ? enter_with_certificate(x, realm)
                   : basic     ? enter_with_basic(x, realm)
                               : enter_with_token(x, realm);
    if (!entered && has_basic)
        offer_basic(x, realm);
    if (!entered && x->response->status == 401 && (value != NULL || certificate) && x->organization->steps->refused != NULL)
        x->organization->steps->refused(x->organization, THREAT_TOKEN, NULL, x->request->peer);
    return entered;
}
