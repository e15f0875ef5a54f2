#include "common/base.h"

#include "reference-server/model/actions_credential.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/client.h"
#include "reference-server/model/place.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"

#include <string.h>

static const struct place root;

/* --- members of a request --- */

/* Absent: *out stays. */
static bool span_of(const struct call *call, const char *key, int64_t *out)
{
    const char *text = NULL;
    if (!place_text(&root, call->request, key, TOKEN_MAX_NAME, &text, call->failure)) {
        return false;
    }
    if (text != NULL && (!duration_parse(text, out) || *out <= 0 || *out > DURATION_MAX_MS)) {
        return place_refuse(&root, key, call->failure, "%s must be a duration such as \"90d\" or \"12h\", a century at most",
                            key);
    }
    return true;
}

static bool wish_of(const struct call *call, struct token_wish *wish)
{
    if (!place_text(&root, call->request, "name", TOKEN_MAX_NAME, &wish->name, call->failure) ||
        !place_text(&root, call->request, "token", TOKEN_MAX_LENGTH, &wish->secret, call->failure) ||
        !span_of(call, "expiresIn", &wish->life_ms)) {
        return false;
    }
    if (wish->secret != NULL && !token_well_formed(wish->secret)) {
        return place_refuse(&root, "token", call->failure, "a token has no blanks and only ASCII characters");
    }
    return true;
}

static void tell(const struct call *call, const struct token *token, const char *secret)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    json_set_text(call->result, "scimToken", secret);
    if (token->expires_ms != TOKEN_NEVER) {
        json_set_text(call->result, "expires", time_format(arena, token->expires_ms));
    }
}

/* --- tokens --- */

bool actions_credential_create(const struct call *call)
{
    struct token_wish wish = {.name = NULL};
    const struct token *token;
    char secret[TOKEN_MAX_LENGTH + 1];
    if (!wish_of(call, &wish) || !scope_read_member(&root, call->request, &wish.scopes, call->failure)) {
        return false;
    }
    if (wish.name == NULL) {
        return place_refuse(&root, "name", call->failure, "name is missing");
    }
    if (!token_create(call->organization, &wish, secret, &token, call->failure)) {
        return false;
    }
    tell(call, token, secret);
    return true;
}

bool actions_credential_rotate(const struct call *call)
{
    struct token_wish wish = {.name = TOKEN_DEFAULT};
    const struct token *token;
    char secret[TOKEN_MAX_LENGTH + 1];
    if (!wish_of(call, &wish) || !place_bool(&root, call->request, "keepOld", &wish.keep_old, call->failure) ||
        !span_of(call, "overlap", &wish.overlap_ms)) {
        return false;
    }
    wish.keep_old = wish.keep_old || wish.overlap_ms > 0;
    if (!token_rotate(call->organization, &wish, secret, &token, call->failure)) {
        return false;
    }
    tell(call, token, secret);
    return true;
}

bool actions_credential_revoke(const struct call *call)
{
    const char *name = NULL, *secret = NULL;
    if (!place_text(&root, call->request, "name", TOKEN_MAX_NAME, &name, call->failure) ||
        !place_text(&root, call->request, "token", TOKEN_MAX_LENGTH, &secret, call->failure)) {
        return false;
    }
    if ((name == NULL) == (secret == NULL)) {
        return place_refuse(&root, name == NULL ? "token" : NULL, call->failure, "give a token or a name, one of the two");
    }
    return name != NULL ? token_revoke_name(call->organization, name, call->failure)
                        : token_revoke(call->organization, secret, call->failure);
}

/* --- OAuth clients --- */

static bool check_secret(const struct call *call, const char *secret)
{
    return secret == NULL || (client_text_valid(secret) && strlen(secret) >= CLIENT_MIN_SECRET) ||
           place_refuse(&root, "clientSecret", call->failure, "a client secret has at least %d letters, digits and -._~ only",
                        CLIENT_MIN_SECRET);
}

static bool check_client(const struct call *call, const struct client_wish *wish)
{
    if (wish->id != NULL && !client_text_valid(wish->id)) {
        return place_refuse(&root, "client", call->failure, "a client id has letters, digits and -._~ only");
    }
    if (!check_secret(call, wish->secret)) {
        return false;
    }
    return wish->life_ms == 0 || (wish->life_ms % 1000 == 0 && wish->life_ms >= CLIENT_MIN_LIFE_MS) ||
           place_refuse(&root, "expiresIn", call->failure, "expiresIn must be whole seconds");
}

bool actions_credential_create_client(const struct call *call)
{
    struct client_wish wish = {.id = NULL};
    const struct client *client;
    char secret[CLIENT_MAX_TEXT + 1];
    if (!place_text(&root, call->request, "client", CLIENT_MAX_TEXT, &wish.id, call->failure) ||
        !place_text(&root, call->request, "clientSecret", CLIENT_MAX_TEXT, &wish.secret, call->failure) ||
        !span_of(call, "expiresIn", &wish.life_ms) || !scope_read_member(&root, call->request, &wish.scopes, call->failure) ||
        !check_client(call, &wish) || !client_create(call->organization, &wish, secret, &client, call->failure)) {
        return false;
    }
    json_set_text(call->result, "client", client->id);
    json_set_text(call->result, "clientSecret", secret);
    return true;
}

bool actions_credential_rotate_client_secret(const struct call *call)
{
    struct client_rotation wish = {.id = NULL};
    char secret[CLIENT_MAX_TEXT + 1];
    if (!place_text(&root, call->request, "client", CLIENT_MAX_TEXT, &wish.id, call->failure) ||
        !place_text(&root, call->request, "clientSecret", CLIENT_MAX_TEXT, &wish.secret, call->failure) ||
        !place_bool(&root, call->request, "keepOld", &wish.keep_old, call->failure) ||
        !span_of(call, "overlap", &wish.overlap_ms) || !check_secret(call, wish.secret)) {
        return false;
    }
    if (wish.id == NULL) {
        return place_refuse(&root, "client", call->failure, "client is missing");
    }
    wish.keep_old = wish.keep_old || wish.overlap_ms > 0;
    if (!client_rotate(call->organization, &wish, secret, call->failure)) {
        return false;
    }
    json_set_text(call->result, "client", wish.id);
    json_set_text(call->result, "clientSecret", secret);
    return true;
}

bool actions_credential_delete_client(const struct call *call)
{
    const char *id = NULL;
    if (!place_text(&root, call->request, "client", CLIENT_MAX_TEXT, &id, call->failure)) {
        return false;
    }
    return id != NULL ? client_delete(call->organization, id, call->failure)
                      : place_refuse(&root, "client", call->failure, "client is missing");
}

/* --- HTTP Basic --- */

bool actions_credential_set_basic(const struct call *call)
{
    const char *user = NULL, *password = NULL;
    unsigned scopes;
    char made[BASIC_MAX_TEXT + 1];
    if (!place_text(&root, call->request, "user", BASIC_MAX_TEXT, &user, call->failure) ||
        !place_text(&root, call->request, "password", BASIC_MAX_TEXT, &password, call->failure) ||
        !scope_read_member(&root, call->request, &scopes, call->failure)) {
        return false;
    }
    if (user == NULL || !basic_text_valid(user, true)) {
        return place_refuse(&root, "user", call->failure, "user must be a text without a colon");
    }
    if (password != NULL && (!basic_text_valid(password, false) || strlen(password) < BASIC_MIN_PASSWORD)) {
        return place_refuse(&root, "password", call->failure, "a password of this kind has %d to %d bytes", BASIC_MIN_PASSWORD,
                            BASIC_MAX_TEXT);
    }
    basic_set(call->organization, user, password, scopes, made);
    json_set_text(call->result, "user", user);
    json_set_text(call->result, "password", made);
    return true;
}

bool actions_credential_remove_basic(const struct call *call)
{
    basic_remove(call->organization);
    return true;
}

/* --- client certificates --- */

static bool certificate_name_of(const struct call *call, const char **out)
{
    return place_text(&root, call->request, "name", CERTIFICATE_MAX_NAME, out, call->failure) &&
           (*out != NULL || place_refuse(&root, "name", call->failure, "name is missing"));
}

bool actions_credential_add_certificate(const struct call *call)
{
    struct certificate_wish wish = {.name = NULL};
    return certificate_name_of(call, &wish.name) && certificate_wish_read(&root, call->request, &wish, call->failure) &&
           certificate_add(call->organization, &wish, call->failure);
}

bool actions_credential_remove_certificate(const struct call *call)
{
    const char *name = NULL;
    return certificate_name_of(call, &name) && certificate_remove(call->organization, name, call->failure);
}
