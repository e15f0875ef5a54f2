#include "common/base.h"

#include "reference-server/oauth.h"

#include "common/error.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/auth.h"
#include "reference-server/exchange.h"
#include "reference-server/model/client.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/scope.h"

#include <string.h>

/* RFC 6749 §5.2: no quote, no backslash, ASCII only. */
static const char *plain(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *p = copy; *p != '\0'; p++)
        if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
            *p = '?';
    return copy;
}

void oauth_refuse(struct exchange *x, int status, const char *error, const char *description)
{
    json *body = json_object(x->arena);
    json_set_text(body, "error", error);
    json_set_text(body, "error_description", plain(x->arena, description));
    reply_json(x, status, body);
}

static bool refuse(struct exchange *x, const char *error, const char *description)
{
    oauth_refuse(x, 400, error, description);
    return false;
}

static bool refuse_client(struct exchange *x)
{
    oauth_refuse(x, 401, "invalid_client", "there is no such client, or its secret is another");
    reply_header(x, "WWW-Authenticate", arena_printf(x->arena, "Basic realm=\"oauth %s\"", x->organization->id));
    return false;
}

/* --- the form --- */

static bool read_form(struct exchange *x, struct http_headers *form)
{
    const struct http_request *request = x->request;
    struct error err;
    if (!http_media_type_is(&request->headers, "application/x-www-form-urlencoded"))
        return refuse(x, "invalid_request", "the body has to be application/x-www-form-urlencoded");
    if (request->body.n > OAUTH_MAX_FORM)
        return refuse(x, "invalid_request", arena_printf(x->arena, "the form has more than %zu bytes", OAUTH_MAX_FORM));
    if (!http_parse_form(x->arena, request->body, form, &err))
        return refuse(x, "invalid_request", "the form is not well encoded");
    for (size_t i = 0; i < form->count; i++) /* §3.2: parameters must not occur more than once */
        for (size_t k = 0; k < i; k++)
            if (strcmp(form->items[i].name, form->items[k].name) == 0)
                return refuse(x, "invalid_request", "a parameter occurs more than once");
    return true;
}

/* NULL: not there; §3.2 treats an empty one as absent. */
static const char *field(const struct http_headers *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(form->items[i].name, name) == 0)
            return form->items[i].value[0] == '\0' ? NULL : form->items[i].value;
    return NULL;
}

/* --- who it is --- */

static bool read_basic(struct exchange *x, const char **id, const char **secret)
{
    const char *raw_id, *raw_secret;
    return auth_basic(x, &raw_id, &raw_secret) && http_unescape_form(x->arena, raw_id, id) &&
           http_unescape_form(x->arena, raw_secret, secret);
}

static bool read_client(struct exchange *x, const struct http_headers *form, struct client **out)
{
    const char *id = field(form, "client_id"), *secret = field(form, "client_secret");
    const size_t headers = http_header_count(&x->request->headers, "Authorization");
    if (headers > 1 || (headers == 1 && secret != NULL))
        return refuse(x, "invalid_request", "the client says more than once who it is");
    if (headers == 1) {
        const char *named = id;
        if (!read_basic(x, &id, &secret))
            return refuse_client(x);
        if (named != NULL && strcmp(named, id) != 0)
            return refuse(x, "invalid_request", "client_id is not the one in the Authorization header");
    }
    *out = client_authenticate(x->organization, id, secret);
    return *out != NULL || refuse_client(x);
}

/* --- what it gets --- */

static bool read_scopes(struct exchange *x, const struct http_headers *form, const struct client *client, unsigned *scopes)
{
    const char *text = field(form, "scope");
    *scopes = client->scopes;
    if (text == NULL)
        return true;
    if (!scope_read(x->arena, text, scopes))
        return refuse(x, "invalid_scope", arena_printf(x->arena, "scopes are %s", scope_text(SCOPE_ALL)));
    if ((*scopes & ~client->scopes) != 0)
        return refuse(x, "invalid_scope", arena_printf(x->arena, "this client may have %s", scope_text(client->scopes)));
    return true;
}

static bool check_grant(struct exchange *x, const struct http_headers *form)
{
    const char *grant = field(form, "grant_type");
    if (grant == NULL)
        return refuse(x, "invalid_request", "grant_type is missing");
    return strcmp(grant, "client_credentials") == 0 ||
           refuse(x, "unsupported_grant_type", "the one grant_type here is client_credentials");
}

static void grant(struct exchange *x, struct client *client, unsigned scopes)
{
    char secret[MODEL_TOKEN_SIZE];
    client_issue(x->organization, client, scopes, secret);
    x->actor = client->id;
    json *body = json_object(x->arena);
    json_set_text(body, "access_token", secret);
    json_set_text(body, "token_type", "Bearer");
    json_set_integer(body, "expires_in", client->life_ms / 1000);
    json_set_text(body, "scope", scope_text(scopes));
    reply_json(x, 200, body);
}

void oauth_token(struct exchange *x)
{
    struct http_headers form = {0};
    struct client *client = NULL;
    unsigned scopes = 0;
    if (read_form(x, &form) && check_grant(x, &form) && read_client(x, &form, &client) && read_scopes(x, &form, client, &scopes))
        grant(x, client, scopes);
}
