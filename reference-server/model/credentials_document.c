#include "common/base.h"

#include "reference-server/model/credentials_document.h"

#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/client.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/token.h"

static const char *state_of(const struct organization *organization, const struct token *token)
{
    return token_expired(organization, token) ? "expired" : token->previous ? "previous" : "current";
}

static void put_tokens(struct arena *arena, json *array, const struct organization *organization)
{
    for (size_t i = 0; i < organization->scim_tokens.count; i++) {
        const struct token *token = organization->scim_tokens.items[i];
        json *out = json_push_object(array);
        json_set_text(out, "name", token->name);
        json_set_text(out, "state", state_of(organization, token));
        json_set_text(out, "created", time_format(arena, token->created_ms));
        if (token->expires_ms != TOKEN_NEVER) {
            json_set_text(out, "expires", time_format(arena, token->expires_ms));
        }
        scope_list(token->scopes, json_set_array(out, "scopes"));
    }
}

static void put_clients(struct arena *arena, json *array, const struct organization *organization)
{
    for (size_t i = 0; i < organization->clients.count; i++) {
        const struct client *client = organization->clients.items[i];
        size_t good = 0;
        for (size_t k = 0; k < client->tokens.count; k++) {
            good += !token_expired(organization, client->tokens.items[k]);
        }
        json *out = json_push_object(array);
        json_set_text(out, "client", client->id);
        json_set_text(out, "created", time_format(arena, client->created_ms));
        json_set_integer(out, "expiresIn", client->life_ms / 1000);
        scope_list(client->scopes, json_set_array(out, "scopes"));
        json_set_integer(out, "accessTokens", (int64_t)good);
        if (client_has_previous(organization, client)) {
            json *previous = json_set_object(out, "previousSecret");
            if (client->previous_until_ms != TOKEN_NEVER) {
                json_set_text(previous, "expires", time_format(arena, client->previous_until_ms));
            }
        }
    }
}

static void put_certificates(struct arena *arena, json *array, const struct organization *organization)
{
    for (size_t i = 0; i < organization->certificates.count; i++) {
        const struct certificate *certificate = organization->certificates.items[i];
        json *out = json_push_object(array);
        json_set_text(out, "name", certificate->name);
        if (certificate->fingerprint != NULL) {
            json_set_text(out, "fingerprint", certificate->fingerprint);
        } else {
            json_set_text(out, "subject", certificate->subject);
        }
        json_set_text(out, "created", time_format(arena, certificate->created_ms));
        scope_list(certificate->scopes, json_set_array(out, "scopes"));
    }
}

static void put_basic(struct arena *arena, json *out, const struct basic *basic)
{
    json_set_text(out, "user", basic->user);
    json_set_text(out, "created", time_format(arena, basic->created_ms));
    scope_list(basic->scopes, json_set_array(out, "scopes"));
}

json *credentials_document(struct arena *arena, const struct organization *organization)
{
    json *out = json_object(arena);
    json_set_text(out, "organization", organization->id);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    put_tokens(arena, json_set_array(out, "tokens"), organization);
    put_clients(arena, json_set_array(out, "clients"), organization);
    put_certificates(arena, json_set_array(out, "certificates"), organization);
    json *networks = json_set_array(out, "scimAllowedAddresses");
    for (size_t i = 0; i < organization->settings.scim_networks.count; i++) {
        char text[NETWORK_MAX_TEXT];
        json_push_text(networks, network_format(&organization->settings.scim_networks.items[i], text));
    }
    if (organization->basic != NULL) {
        put_basic(arena, json_set_object(out, "basic"), organization->basic);
    }
    return out;
}
