#include "common/base.h"

#include "reference-server/model/client.h"

#include "common/digest.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/token.h"

#include <stdio.h>
#include <string.h>

bool client_text_valid(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
    return n > 0 && n <= CLIENT_MAX_TEXT && text[n] == '\0';
}

static struct client *at(const struct organization *organization, size_t i)
{
    return organization->clients.items[i];
}

static struct client *find(const struct organization *organization, const char *id)
{
    for (size_t i = 0; i < organization->clients.count; i++) {
        if (text_equal(at(organization, i)->id, id)) {
            return at(organization, i);
        }
    }
    return NULL;
}

bool client_has_previous(const struct organization *organization, const struct client *client)
{
    return client->previous_hash[0] != '\0' && organization_now(organization) < client->previous_until_ms;
}

struct client *client_authenticate(const struct organization *organization, const char *id, const char *secret)
{
    char hash[65];
    organization_hash(secret == NULL ? "" : secret, hash);
    struct client *found = NULL;
    for (size_t i = 0; i < organization->clients.count; i++) {
        const struct client *client = at(organization, i);
        bool old = digest_equal(client->previous_hash, hash) && client_has_previous(organization, client);
        bool same = digest_equal(client->hash, hash) || old;
        if (text_equal(at(organization, i)->id, id) && same) {
            found = at(organization, i);
        }
    }
    return text_is_blank(secret) ? NULL : found;
}

/* --- access tokens --- */

const struct token *client_token_find(const struct organization *organization, const char *secret)
{
    char hash[65];
    const struct token *found = NULL;
    organization_hash(secret == NULL ? "" : secret, hash);
    for (size_t i = 0; i < organization->clients.count; i++) {
        const struct list *tokens = &at(organization, i)->tokens;
        for (size_t k = 0; k < tokens->count; k++) { /* all of them: the time tells nothing */
            const struct token *token = tokens->items[k];
            found = digest_equal(token->hash, hash) ? token : found;
        }
    }
    return text_is_blank(secret) ? NULL : found;
}

const struct client *client_of_token(const struct organization *organization, const struct token *token)
{
    for (size_t i = 0; i < organization->clients.count; i++) {
        for (size_t k = 0; k < at(organization, i)->tokens.count; k++) {
            if (at(organization, i)->tokens.items[k] == token) {
                return at(organization, i);
            }
        }
    }
    return NULL;
}

static void drop_token(struct client *client, struct token *token)
{
    list_remove(&client->tokens, token);
    mem_free(token);
}

static void drop_expired(const struct organization *organization, struct client *client)
{
    for (size_t i = client->tokens.count; i-- > 0;) {
        if (token_expired(organization, client->tokens.items[i])) {
            drop_token(client, client->tokens.items[i]);
        }
    }
}

void client_issue(struct organization *organization, struct client *client, unsigned scopes, char secret[MODEL_TOKEN_SIZE])
{
    drop_expired(organization, client);
    if (client->tokens.count >= CLIENT_MAX_TOKENS) {
        drop_token(client, client->tokens.items[0]);
    }
    organization->random.token(organization->random.context, secret);
    struct token *token = mem_alloc(sizeof *token);
    token->scopes = scopes;
    token->created_ms = organization_now(organization);
    token->expires_ms = token->created_ms + client->life_ms;
    organization_hash(secret, token->hash);
    list_push(&client->tokens, token);
    change_note(organization, RECORD_CLIENT, client->id);
}

/* --- clients --- */

static void name_client(struct organization *organization, const struct client_wish *wish, char id[CLIENT_MAX_TEXT + 1])
{
    char made[37];
    if (wish->id == NULL) {
        organization->random.id(organization->random.context, made);
        (void)organization_next(organization); /* who makes ids can count on it: record.h */
    }
    (void)snprintf(id, CLIENT_MAX_TEXT + 1, "%s", wish->id == NULL ? made : wish->id);
}

static void choose_secret(struct organization *organization, const char *given, char secret[CLIENT_MAX_TEXT + 1])
{
    if (given != NULL) {
        (void)snprintf(secret, CLIENT_MAX_TEXT + 1, "%s", given);
    } else {
        organization->random.token(organization->random.context, secret);
    }
}

bool client_create(struct organization *organization, const struct client_wish *wish, char secret[CLIENT_MAX_TEXT + 1],
                   const struct client **out, struct model_failure *failure)
{
    if (wish->id != NULL && find(organization, wish->id) != NULL) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "delete it, or take another id",
                                 "there is a client \"%.128s\" already", wish->id);
    }
    if (organization->clients.count >= organization->limits->clients) {
        return model_failure_set(failure, MODEL_CONFLICT, "tooMany", "delete one first",
                                 "an organization has at most %zu clients", organization->limits->clients);
    }
    char id[CLIENT_MAX_TEXT + 1];
    name_client(organization, wish, id);
    choose_secret(organization, wish->secret, secret);
    struct client *client = mem_alloc(sizeof *client);
    client->id = mem_strdup(id);
    client->scopes = wish->scopes;
    client->created_ms = organization_now(organization);
    client->life_ms = wish->life_ms == 0 ? CLIENT_LIFE_MS : wish->life_ms;
    organization_hash(secret, client->hash);
    list_push(&organization->clients, client);
    change_note(organization, RECORD_CLIENT, client->id);
    *out = client;
    return true;
}

static void drop(struct organization *organization, struct client *client)
{
    change_gone(organization, RECORD_CLIENT, client->id);
    list_remove(&organization->clients, client);
    while (client->tokens.count > 0) {
        drop_token(client, client->tokens.items[0]);
    }
    list_release(&client->tokens);
    mem_free(client->id);
    mem_free(client);
}

static bool no_client(const char *id, struct model_failure *failure)
{
    return model_failure_set(failure, MODEL_NOT_FOUND, "notFound", "", "there is no client \"%.128s\"", id);
}

bool client_rotate(struct organization *organization, const struct client_rotation *wish, char secret[CLIENT_MAX_TEXT + 1],
                   struct model_failure *failure)
{
    struct client *client = find(organization, wish->id);
    if (client == NULL) {
        return no_client(wish->id, failure);
    }
    if (wish->secret != NULL && client_authenticate(organization, wish->id, wish->secret) != NULL) {
        return model_failure_set(failure, MODEL_CONFLICT, "taken", "give another, or let one be made",
                                 "this is a secret of the client already");
    }
    choose_secret(organization, wish->secret, secret);
    client->previous_hash[0] = '\0';
    if (wish->keep_old) {
        memcpy(client->previous_hash, client->hash, sizeof client->hash);
        client->previous_until_ms = wish->overlap_ms == 0 ? TOKEN_NEVER : organization_now(organization) + wish->overlap_ms;
    }
    organization_hash(secret, client->hash);
    change_note(organization, RECORD_CLIENT, client->id);
    return true;
}

bool client_delete(struct organization *organization, const char *id, struct model_failure *failure)
{
    struct client *client = find(organization, id);
    if (client == NULL) {
        return no_client(id, failure);
    }
    drop(organization, client);
    return true;
}

void client_free_all(struct organization *organization)
{
    while (organization->clients.count > 0) {
        drop(organization, at(organization, 0));
    }
    list_release(&organization->clients);
}
