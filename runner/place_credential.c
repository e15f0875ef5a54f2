/* How the provider gets into a place: what its dialect's axis `authorization` takes is made, fetched and kept fresh. */
#include "common/base.h"

#include "runner/place.h"

#include "common/memory.h"
#include "common/redact.h"
#include "common/text.h"
#include "runner/target.h"
#include "simulator/authorization.h"
#include "simulator/dialect.h"

#define BASIC_USER "scim-client"

static bool act(struct place *place, json *body, struct reply *reply, struct error *err)
{
    if (!place_admin(place, "POST", "/actions", body, reply, err))
        return false;
    return reply->status == 200 ||
           error_set(err, ERROR_INVALID, "authorization", json_get_text(reply->body, "remedy", ""),
                     "the credentials could not be made: %d %s", reply->status, json_get_text(reply->body, "message", ""));
}

static bool make_pair(struct place *place, struct error *err)
{
    struct reply reply;
    json *body = json_object(place->arena);
    json_set_text(body, "action", "set-basic");
    json_set_text(body, "user", BASIC_USER);
    if (!act(place, body, &reply, err))
        return false;
    place->credentials.user = json_get_text(reply.body, "user", BASIC_USER);
    place->credentials.password = json_get_text(reply.body, "password", "");
    return true;
}

static bool make_client(struct place *place, struct error *err)
{
    struct reply reply;
    json *body = json_object(place->arena);
    json_set_text(body, "action", "create-client");
    if (!act(place, body, &reply, err))
        return false;
    place->credentials.client = json_get_text(reply.body, "client", "");
    place->credentials.secret = json_get_text(reply.body, "clientSecret", "");
    place->credentials.endpoint = place_token_endpoint(place);
    return true;
}

/* Recorded as what is no part of SCIM, redacted as all else. */
static bool fetch(struct place *place, struct error *err)
{
    struct http_response reply;
    struct access_token token;
    const char *base;
    if (place->credentials.client == NULL) /* place_authorize has said so */
        return false;
    const struct http_request *request = token_request(place->arena, &place->credentials, &base);
    if (!place_send(place, SIDE_ADMIN, base, request, &reply, NULL, err) ||
        !token_read(place->arena, &place->credentials, &reply, &token, err))
        return false;
    redactor_add(place->redactor, token.text);
    place->access = token;
    return true;
}

bool place_authorize(struct place *place, int form, struct error *err)
{
    bool made = true;
    place->form = form;
    if (place->organization != NULL && form == AUTHORIZATION_BASIC)
        made = make_pair(place, err);
    else if (place->organization != NULL && form == AUTHORIZATION_CLIENT)
        made = make_client(place, err);
    else if (place->organization == NULL)
        made = credentials_suit(&place->credentials, form, place->target->name, err);
    credentials_hide(&place->credentials, place->redactor);
    return made && (form != AUTHORIZATION_CLIENT || fetch(place, err));
}

/* The token of an organization may be another one by now. */
static const char *text_of(const struct place *place, struct arena *arena)
{
    if (place->organization != NULL && place->form == AUTHORIZATION_RAW)
        return authorization_value(arena, AUTHORIZATION_BEARER, place->token);
    if (place->form == AUTHORIZATION_CLIENT)
        return place->access.text;
    return place->form == AUTHORIZATION_BEARER ? place->token : credentials_text(arena, &place->credentials, place->form);
}

const char *place_credential(struct place *place)
{
    struct error ignored; /* the old one goes out then, and is refused */
    bool fetched = place->form == AUTHORIZATION_CLIENT && token_ended(&place->access) && fetch(place, &ignored);
    UNUSED(fetched);
    return text_of(place, place->arena);
}

const char *place_credential_again(struct place *place)
{
    struct error ignored;
    bool fetched = place->form == AUTHORIZATION_CLIENT && place->access.refused && fetch(place, &ignored);
    UNUSED(fetched);
    return place_credential(place);
}

const char *place_authorization(const struct place *place, struct arena *arena)
{
    bool token = place->token != NULL;
    return authorization_value(arena, token ? AUTHORIZATION_BEARER : place->form, token ? place->token : text_of(place, arena));
}
