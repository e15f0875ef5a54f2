#include "common/base.h"

#include "runner/credentials.h"

#include "common/clock.h"
#include "common/digest.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "simulator/authorization.h"
#include "simulator/dialect.h"

#include <string.h>

#define FORM_TYPE     "application/x-www-form-urlencoded"
#define MAX_ERROR     60 /* bytes of `error` that are told */
#define MAX_LIFE_S    (INT64_C(366) * 24 * 3600)
#define TOKEN_MAX     16384
#define MARGIN_DIVIDE 10

/* --- which there are --- */

bool credentials_have(const struct credentials *credentials, int form)
{
    const char *const needed[AUTHORIZATION_COUNT] = {[AUTHORIZATION_BEARER] = credentials->token,
                                                     [AUTHORIZATION_RAW] = credentials->authorization,
                                                     [AUTHORIZATION_BASIC] = credentials->user,
                                                     [AUTHORIZATION_CLIENT] = credentials->client};
    return needed[form] != NULL;
}

int credentials_first(const struct credentials *credentials)
{
    for (int form = 0; form < AUTHORIZATION_COUNT; form++)
        if (credentials_have(credentials, form))
            return form;
    return AUTHORIZATION_BEARER;
}

bool credentials_suit(const struct credentials *credentials, int form, const char *name, struct error *err)
{
    static const char *const remedies[AUTHORIZATION_COUNT] = {
        [AUTHORIZATION_BEARER] = "add \"token\": \"${SCIMULATOR_TOKEN}\" to the target file",
        [AUTHORIZATION_RAW] = "use a target file with \"authorization\": \"${NAME}\"",
        [AUTHORIZATION_BASIC] = "use a target file with \"user\" and \"password\"",
        [AUTHORIZATION_CLIENT] = "use a target file with \"clientId\", \"clientSecret\" and \"tokenEndpoint\"",
    };
    return credentials_have(credentials, form) ||
           error_set(err, ERROR_USAGE, name, remedies[form], "the target has no credentials for the authorization \"%s\"",
                     axis_value_name(AXIS_AUTHORIZATION, form));
}

const char *credentials_text(struct arena *arena, const struct credentials *credentials, int form)
{
    if (form == AUTHORIZATION_RAW)
        return credentials->authorization;
    if (form == AUTHORIZATION_BASIC && credentials->user != NULL)
        return arena_printf(arena, "%s:%s", credentials->user, credentials->password);
    return form == AUTHORIZATION_BEARER ? credentials->token : NULL;
}

/* Id and secret are encoded as in a form before they are joined (RFC 6749 §2.3.1). */
static const char *client_pair(struct arena *arena, const struct credentials *credentials)
{
    const char *pair = arena_printf(arena, "%s:%s", http_escape_form(arena, credentials->client, false),
                                    http_escape_form(arena, credentials->secret, false));
    return base64_encode(arena, (struct bytes){pair, strlen(pair)});
}

void credentials_hide(const struct credentials *credentials, struct redactor *redactor)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *const plain[] = {credentials->token, credentials->authorization, credentials->password, credentials->secret};
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        redactor_add(redactor, plain[i]);
    const char *raw = credentials->authorization == NULL ? "" : credentials->authorization;
    size_t scheme = strcspn(raw, " "), letters = strspn(raw, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (raw[scheme] == ' ')
        redactor_add(redactor, raw + scheme + 1);
    if (letters < scheme)
        redactor_add(redactor, arena_strndup(arena, raw, scheme));
    if (credentials->user != NULL && credentials->password != NULL) {
        const char *pair = credentials_text(arena, credentials, AUTHORIZATION_BASIC);
        redactor_add(redactor, base64_encode(arena, (struct bytes){pair, strlen(pair)}));
    }
    if (credentials->client != NULL && credentials->secret != NULL)
        redactor_add(redactor, client_pair(arena, credentials));
}

/* --- access tokens --- */

const struct http_request *token_request(struct arena *arena, const struct credentials *credentials, const char **base)
{
    struct http_request *request = arena_alloc(arena, sizeof *request);
    const char *url = credentials->endpoint, *host = strstr(url, "://");
    const char *slash = host == NULL ? NULL : strchr(host + 3, '/');
    size_t n = slash == NULL ? strlen(url) : (size_t)(slash - url);
    *base = arena_strndup(arena, url, n);
    *request = (struct http_request){.method = "POST", .target = slash == NULL ? "/" : arena_strdup(arena, slash)};
    http_add_header(arena, &request->headers, "Accept", "application/json");
    http_add_header(arena, &request->headers, "Authorization", arena_printf(arena, "Basic %s", client_pair(arena, credentials)));
    http_add_header(arena, &request->headers, "Content-Type", FORM_TYPE);
    const char *form = "grant_type=client_credentials";
    if (credentials->scope != NULL)
        form = arena_printf(arena, "%s&scope=%s", form, http_escape_form(arena, credentials->scope, false));
    request->body = (struct bytes){form, strlen(form)};
    return request;
}

static bool no_token(const struct credentials *credentials, const char *remedy, const char *what, struct error *err)
{
    return error_set(err, ERROR_CREDENTIALS, credentials->endpoint, remedy, "%s", what);
}

static bool is_word(const char *text, size_t longest)
{
    size_t n = 0;
    while (text[n] > ' ' && text[n] <= '~')
        n++;
    return n > 0 && n <= longest && text[n] == '\0';
}

bool token_read(struct arena *arena, const struct credentials *credentials, const struct http_response *reply,
                struct access_token *out, struct error *err)
{
    const json *body = reply->body.n > 0 ? json_parse(arena, reply->body, "reply", NULL) : NULL;
    if (reply->status != 200) {
        const char *error = json_get_text(body, "error", "");
        return no_token(credentials,
                        "check clientId and clientSecret, and that the endpoint takes a form and the client by HTTP Basic",
                        arena_printf(arena, "the token endpoint answered %d %s", reply->status,
                                     is_word(error, MAX_ERROR) ? error : "without an error code"),
                        err);
    }
    const char *text = json_get_text(body, "access_token", NULL), *type = json_get_text(body, "token_type", NULL);
    if (text == NULL || !is_word(text, TOKEN_MAX))
        return no_token(credentials, "see RFC 6749 section 5.1", "the token endpoint's reply has no usable access_token", err);
    if (type == NULL || !text_equal_nocase(type, "Bearer"))
        return no_token(credentials, "see RFC 6749 section 5.1", "the token endpoint's reply has another token_type than Bearer",
                        err);
    int64_t life_s = json_get_integer(body, "expires_in", 0);
    bool ends = life_s > 0 && life_s <= MAX_LIFE_S;
    *out = (struct access_token){.text = text, .life_ms = ends ? life_s * 1000 : 0, .since_us = clock_monotonic_us()};
    return true;
}

bool token_ended(const struct access_token *token)
{
    int64_t margin = token->life_ms / MARGIN_DIVIDE < TOKEN_MARGIN_MS ? token->life_ms / MARGIN_DIVIDE : TOKEN_MARGIN_MS;
    int64_t age = token->aged_ms + (int64_t)((clock_monotonic_us() - token->since_us) / 1000);
    return token->text == NULL || (token->life_ms > 0 && age >= token->life_ms - margin);
}
