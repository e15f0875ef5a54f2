/* Records of the organization itself and of what opens its SCIM door. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/account.h"
#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/client.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/token.h"

#include <stdio.h>
#include <string.h>

/* --- the organization --- */

static void put_networks(json *array, const struct allowed_networks *networks)
{
    for (size_t i = 0; i < networks->count; i++) {
        char text[NETWORK_MAX_TEXT];
        json_push_text(array, network_format(&networks->items[i], text));
    }
}

bool record_put_organization(const struct record_put *put)
{
    const struct organization *organization = put->organization;
    const struct organization_settings *settings = &organization->settings;
    json_set_text(put->data, "name", organization->name);
    json *domains = json_set_array(put->data, "domains");
    for (size_t i = 0; i < organization->domains.count; i++) {
        json_push_text(domains, organization->domains.items[i]);
    }
    json_set_text(put->data, "plan", organization->plan->name);
    json_set_integer(put->data, "scimFeature", organization->scim_feature);
    json_set_bool(put->data, "saml", organization->saml);
    json_set_copy(put->data, "samlSettings", organization->saml_settings);
    json_set_bool(put->data, "membersCreateWorkspaces", settings->members_create_workspaces);
    json_set_integer(put->data, "seats", (int64_t)settings->seats);
    json_set_text(put->data, "defaultOrgRole", org_role_name(settings->default_org_role));
    put_networks(json_set_array(put->data, "scimAllowedAddresses"), &settings->scim_networks);
    put_networks(json_set_array(put->data, "signInAllowedAddresses"), &settings->sign_in_networks);
    clearance_write_levels(&settings->classifications, json_set_array(put->data, "classifications"));
    json_set_text(put->data, "breakGlassOwner", organization->break_glass->id);
    json_set_integer(put->data, "clockOffset", organization->clock_offset_ms);
    json_set_integer(put->data, "windowsSeen", organization->window_seen_ms);
    return true;
}

static bool read_networks(const json *array, struct allowed_networks *out)
{
    for (const json *n = json_first(array); n != NULL; n = json_next(n)) {
        if (out->count >= ORGANIZATION_MAX_NETWORKS || json_text(n) == NULL ||
            !network_parse(json_text(n), &out->items[out->count++])) {
            return false;
        }
    }
    return true;
}

bool record_read_organization(const struct record_read *read)
{
    struct organization *organization = read->organization;
    struct organization_settings *settings = &organization->settings;
    int64_t feature = json_get_integer(read->data, "scimFeature", -1);
    for (const json *n = json_first(json_get(read->data, "domains")); n != NULL; n = json_next(n)) {
        list_push(&organization->domains, mem_strdup(json_text(n) == NULL ? "" : json_text(n)));
    }
    mem_free(organization->name);
    organization->name = mem_strdup(json_get_text(read->data, "name", ""));
    organization->plan = plan_find(json_get_text(read->data, "plan", NULL));
    organization->scim_feature = (enum feature)feature;
    organization->saml = json_get_bool(read->data, "saml", false);
    json_free_packed(organization->saml_settings);
    organization->saml_settings = json_pack(json_get(read->data, "samlSettings"));
    organization->clock_offset_ms = json_get_integer(read->data, "clockOffset", 0);
    organization->window_seen_ms = json_get_integer(read->data, "windowsSeen", 0);
    settings->members_create_workspaces = json_get_bool(read->data, "membersCreateWorkspaces", false);
    settings->seats = (size_t)json_get_integer(read->data, "seats", 0);
    read->restore->break_glass = arena_strdup(read->restore->arena, json_get_text(read->data, "breakGlassOwner", ""));
    return organization->plan != NULL && feature >= FEATURE_BY_PLAN && feature <= FEATURE_ON &&
           org_role_read(json_get_text(read->data, "defaultOrgRole", ""), &settings->default_org_role) &&
           read_networks(json_get(read->data, "scimAllowedAddresses"), &settings->scim_networks) &&
           read_networks(json_get(read->data, "signInAllowedAddresses"), &settings->sign_in_networks) &&
           clearance_read_levels(&(const struct place){NULL, NULL}, read->data, &settings->classifications, NULL);
}

bool record_put_policy(const struct record_put *put)
{
    json *all CLEANUP(json_cleanup) = json_object(NULL);
    policies_write(put->organization, all);
    const json *block = json_get(all, put->key);
    json_set_copy(put->data, "block", block);
    return block != NULL;
}

bool record_read_policy(const struct record_read *read)
{
    return policies_restore(read->organization, read->key, json_get(read->data, "block"));
}

bool record_put_sequence(const struct record_put *put)
{
    json_set_integer(put->data, "next", (int64_t)put->organization->sequence);
    json_set_integer(put->data, "audit", (int64_t)put->organization->audit.next);
    json_set_text(put->data, "hash", put->organization->audit.hash);
    return true;
}

bool record_read_sequence(const struct record_read *read)
{
    read->organization->sequence = (uint64_t)json_get_integer(read->data, "next", 0);
    read->organization->audit.next = (uint64_t)json_get_integer(read->data, "audit", 0);
    read->organization->audit.stored = read->organization->audit.next;
    const char *hash = json_get_text(read->data, "hash", "");
    (void)snprintf(read->organization->audit.hash, sizeof read->organization->audit.hash, "%s", hash);
    return read->organization->sequence > 0 && read->organization->audit.next > 0 && strlen(hash) == 64;
}

bool record_put_audit(const struct record_put *put)
{
    uint64_t sequence;
    const char *line = text_to_u64(put->key, UINT64_MAX, &sequence) ? audit_line(put->organization, sequence) : NULL;
    put->record->data = line == NULL ? NULL : arena_strdup(put->arena, line);
    return line != NULL;
}

/* --- tokens --- */

static void put_token(json *out, const struct token *token)
{
    json_set_integer(out, "scopes", token->scopes);
    json_set_integer(out, "created", token->created_ms);
    if (token->expires_ms != TOKEN_NEVER) {
        json_set_integer(out, "expires", token->expires_ms);
    }
}

static bool read_token(const json *data, const char *hash, struct list *list)
{
    if (hash == NULL || strlen(hash) >= sizeof((struct token *)NULL)->hash) {
        return false;
    }
    const char *name = json_get_text(data, "name", NULL);
    struct token *token = mem_alloc(sizeof *token);
    token->name = name == NULL ? NULL : mem_strdup(name);
    (void)snprintf(token->hash, sizeof token->hash, "%s", hash);
    token->scopes = (unsigned)json_get_integer(data, "scopes", 0);
    token->created_ms = json_get_integer(data, "created", 0);
    token->expires_ms = json_get_integer(data, "expires", TOKEN_NEVER);
    token->previous = json_get_bool(data, "previous", false);
    list_push(list, token);
    return true;
}

bool record_put_token(const struct record_put *put)
{
    const struct list *tokens = &put->organization->scim_tokens;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = tokens->items[i];
        if (strcmp(token->hash, put->key) == 0) {
            json_set_text(put->data, "name", token->name);
            put_token(put->data, token);
            json_set_bool(put->data, "previous", token->previous);
            return true;
        }
    }
    return false;
}

bool record_read_token(const struct record_read *read)
{
    return json_get_text(read->data, "name", NULL) != NULL && read_token(read->data, read->key, &read->organization->scim_tokens);
}

/* --- clients --- */

bool record_put_client(const struct record_put *put)
{
    const struct client *client = NULL;
    for (size_t i = 0; i < put->organization->clients.count; i++) {
        const struct client *other = put->organization->clients.items[i];
        client = strcmp(other->id, put->key) == 0 ? other : client;
    }
    if (client == NULL) {
        return false;
    }
    json_set_text(put->data, "hash", client->hash);
    json_set_integer(put->data, "scopes", client->scopes);
    json_set_integer(put->data, "created", client->created_ms);
    json_set_integer(put->data, "life", client->life_ms);
    if (client->previous_hash[0] != '\0') {
        json_set_text(put->data, "previousHash", client->previous_hash);
        if (client->previous_until_ms != TOKEN_NEVER) {
            json_set_integer(put->data, "previousUntil", client->previous_until_ms);
        }
    }
    json *tokens = json_set_array(put->data, "tokens");
    for (size_t i = 0; i < client->tokens.count; i++) {
        const struct token *token = client->tokens.items[i];
        json *out = json_push_object(tokens);
        json_set_text(out, "hash", token->hash);
        put_token(out, token);
    }
    return true;
}

bool record_read_client(const struct record_read *read)
{
    const char *hash = json_get_text(read->data, "hash", ""), *previous = json_get_text(read->data, "previousHash", "");
    struct client *client = mem_alloc(sizeof *client);
    client->id = mem_strdup(read->key);
    (void)snprintf(client->hash, sizeof client->hash, "%s", hash);
    client->scopes = (unsigned)json_get_integer(read->data, "scopes", 0);
    client->created_ms = json_get_integer(read->data, "created", 0);
    client->life_ms = json_get_integer(read->data, "life", 0);
    (void)snprintf(client->previous_hash, sizeof client->previous_hash, "%s", previous);
    client->previous_until_ms = *previous == '\0' ? 0 : json_get_integer(read->data, "previousUntil", TOKEN_NEVER);
    list_push(&read->organization->clients, client);
    bool good = strlen(hash) + 1 == sizeof client->hash;
    for (const json *n = json_first(json_get(read->data, "tokens")); n != NULL; n = json_next(n)) {
        good = good && read_token(n, json_get_text(n, "hash", NULL), &client->tokens);
    }
    return good;
}

/* --- client certificates --- */

bool record_put_certificate(const struct record_put *put)
{
    const struct certificate *certificate = certificate_named(put->organization, put->key);
    if (certificate == NULL) {
        return false;
    }
    json_set_text(put->data, "fingerprint", certificate->fingerprint);
    json_set_text(put->data, "subject", certificate->subject);
    json_set_integer(put->data, "scopes", certificate->scopes);
    json_set_integer(put->data, "created", certificate->created_ms);
    return true;
}

bool record_read_certificate(const struct record_read *read)
{
    const char *fingerprint = json_get_text(read->data, "fingerprint", NULL),
               *subject = json_get_text(read->data, "subject", NULL);
    if ((fingerprint == NULL) == (subject == NULL) || certificate_named(read->organization, read->key) != NULL) {
        return false;
    }
    struct certificate *certificate = mem_alloc(sizeof *certificate);
    certificate->name = mem_strdup(read->key);
    certificate->fingerprint = fingerprint == NULL ? NULL : mem_strdup(fingerprint);
    certificate->subject = subject == NULL ? NULL : mem_strdup(subject);
    certificate->scopes = (unsigned)json_get_integer(read->data, "scopes", 0);
    certificate->created_ms = json_get_integer(read->data, "created", 0);
    list_push(&read->organization->certificates, certificate);
    return true;
}

/* --- Basic --- */

bool record_put_basic(const struct record_put *put)
{
    const struct basic *basic = put->organization->basic;
    if (basic == NULL) {
        return false;
    }
    json_set_text(put->data, "user", basic->user);
    json_set_text(put->data, "hash", basic->hash);
    json_set_integer(put->data, "scopes", basic->scopes);
    json_set_integer(put->data, "created", basic->created_ms);
    return true;
}

bool record_read_basic(const struct record_read *read)
{
    const char *hash = json_get_text(read->data, "hash", "");
    if (read->organization->basic != NULL) {
        return false;
    }
    struct basic *basic = mem_alloc(sizeof *basic);
    basic->user = mem_strdup(json_get_text(read->data, "user", ""));
    (void)snprintf(basic->hash, sizeof basic->hash, "%s", hash);
    basic->scopes = (unsigned)json_get_integer(read->data, "scopes", 0);
    basic->created_ms = json_get_integer(read->data, "created", 0);
    read->organization->basic = basic;
    return strlen(hash) + 1 == sizeof basic->hash;
}
