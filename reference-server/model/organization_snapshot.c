#include "common/base.h"

#include "reference-server/model/organization_snapshot.h"

#include "common/map.h"
#include "reference-server/model/account.h"
#include "reference-server/model/approval.h"
#include "reference-server/model/basic.h"
#include "reference-server/model/certificate.h"
#include "reference-server/model/client.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/item.h"
#include "reference-server/model/pending.h"
#include "reference-server/model/policies.h"
#include "reference-server/model/resource.h"
#include "reference-server/model/review.h"
#include "reference-server/model/scope.h"
#include "reference-server/model/signin.h"
#include "reference-server/model/token.h"

static void put_times(json *out, int64_t created_ms, int64_t modified_ms, uint64_t version)
{
    json_set_integer(out, "created", created_ms);
    json_set_integer(out, "modified", modified_ms);
    json_set_integer(out, "version", (int64_t)version);
}

static void put_order(json *out, uint64_t order)
{
    json_set_integer(out, "order", (int64_t)order);
}

static void put_keys(json *out, const char *name, const struct map *map)
{
    json *array = json_set_array(out, name);
    const char *key;
    void *value;
    for (size_t i = 0; map_at(map, &i, &key, &value);) {
        json_push_text(array, key);
    }
}

static void put_secrets(json *out, const struct account *account)
{
    json *sessions = json_set_array(out, "sessions");
    for (size_t i = 0; i < account->sessions.count; i++) {
        const struct session *session = account->sessions.items[i];
        json *entry = json_push_object(sessions);
        json_set_text(entry, "hash", session->hash);
        json_set_integer(entry, "entry", session->entry);
        json_set_bool(entry, "mfa", session->mfa);
        json_set_bool(entry, "trustedDevice", session->trusted_device);
        json_set_text(entry, "address", session->address);
        json_set_integer(entry, "created", session->created_ms);
    }
    json *keys = json_set_array(out, "apiKeys");
    for (size_t i = 0; i < account->api_keys.count; i++) {
        const struct api_key *key = account->api_keys.items[i];
        json *entry = json_push_object(keys);
        json_set_text(entry, "hash", key->hash);
        json_set_text(entry, "name", key->name);
        json_set_integer(entry, "created", key->created_ms);
    }
    json_set_text(out, "password", account->password);
}

static void put_approvals(json *array, const struct map *approvals)
{
    const char *source;
    void *value;
    for (size_t i = 0; map_at(approvals, &i, &source, &value);) {
        const struct approval *answer = value;
        json *out = json_push_object(array);
        json_set_text(out, "source", source);
        json_set_text(out, "role", role_name(answer->role));
        json_set_text(out, "resource", answer->resource);
        json_set_bool(out, "given", answer->given);
    }
}

static void put_account(json *out, const struct account *account)
{
    json_set_text(out, "id", account->id);
    json_set_text(out, "login", account->login);
    json_set_bool(out, "active", account->active);
    json_set_bool(out, "managed", account->managed);
    json_set_text(out, "orgRole", org_role_name(account->org_role));
    put_times(out, account->created_ms, account->modified_ms, account->version);
    put_order(out, account->order);
    put_keys(out, "groups", account->groups);
    put_keys(out, "grants", account->grants);
    put_keys(out, "joined", account->joined);
    put_keys(out, "assigned", account->assigned);
    put_approvals(json_set_array(out, "approvals"), account->approvals);
    put_secrets(out, account);
    if (account->edits != NULL) {
        json_set_copy(out, "edits", account->edits);
    }
    if (account->rules_wait) {
        json_set_bool(out, "rulesWait", true);
    }
    json_set_copy(out, "resource", account->resource);
}

static void put_group(json *out, const struct group *group)
{
    json_set_text(out, "id", group->id);
    put_times(out, group->created_ms, group->modified_ms, group->version);
    put_order(out, group->order);
    put_keys(out, "members", group->members);
    put_keys(out, "parents", group->parents);
    put_keys(out, "grants", group->grants);
    json_set_copy(out, "resource", group->resource);
}

static void put_resource(json *array, const struct resource *resource)
{
    json *out = json_push_object(array);
    json_set_text(out, "path", resource->path);
    json_set_text(out, "id", resource->id);
    put_order(out, resource->order);
    json_set_bool(out, "managed", resource->managed);
    json_set_text(out, "teamAccess", team_access_name(resource->team_access));
    put_keys(out, "joined", resource->joined);
    json *grants = json_set_object(out, "grants");
    const char *key;
    void *value;
    for (size_t i = 0; map_at(resource->grants, &i, &key, &value);) {
        const struct grant *grant = value;
        json *entry = json_set_object(grants, key);
        json_set_text(entry, "role", role_name(grant->role));
        json_set_text(entry, "asked", role_name(grant->asked));
        if (grant->timed) {
            json_set_integer(entry, "starts", grant->window.starts_ms);
            json_set_integer(entry, "ends", grant->window.ends_ms);
        }
        put_order(entry, grant->order);
    }
    for (size_t i = 0; i < resource->folders.count; i++) {
        put_resource(array, resource->folders.items[i]);
    }
}

static void put_networks(json *array, const struct allowed_networks *networks)
{
    for (size_t i = 0; i < networks->count; i++) {
        char text[NETWORK_MAX_TEXT];
        json_push_text(array, network_format(&networks->items[i], text));
    }
}

static void put_settings(json *out, const struct organization *organization)
{
    json_set_text(out, "id", organization->id);
    json_set_text(out, "name", organization->name);
    json *domains = json_set_array(out, "domains");
    for (size_t i = 0; i < organization->domains.count; i++) {
        json_push_text(domains, organization->domains.items[i]);
    }
    json_set_text(out, "plan", organization->plan->name);
    json_set_integer(out, "scimFeature", organization->scim_feature);
    json_set_bool(out, "saml", organization->saml);
    json_set_copy(out, "samlSettings", organization->saml_settings);
    json_set_bool(out, "membersCreateWorkspaces", organization->settings.members_create_workspaces);
    json_set_integer(out, "seats", (int64_t)organization->settings.seats);
    json_set_integer(out, "seatsUsed", (int64_t)organization->seats_used);
    put_networks(json_set_array(out, "scimAllowedAddresses"), &organization->settings.scim_networks);
    put_networks(json_set_array(out, "signInAllowedAddresses"), &organization->settings.sign_in_networks);
    json_set_text(out, "defaultOrgRole", org_role_name(organization->settings.default_org_role));
    clearance_write_levels(&organization->settings.classifications, json_set_array(out, "classifications"));
    policies_write(organization, json_set_object(out, "policies"));
    json_set_text(out, "breakGlassOwner", organization->break_glass->id);
    json_set_integer(out, "clockOffset", organization->clock_offset_ms);
    json_set_integer(out, "sequence", (int64_t)organization->sequence);
    json_set_integer(out, "auditNext", (int64_t)organization->audit.next);
    json_set_text(out, "auditHash", organization->audit.hash);
}

static void put_tokens(json *array, const struct list *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = tokens->items[i];
        json *out = json_push_object(array);
        json_set_text(out, "name", token->name);
        json_set_text(out, "hash", token->hash);
        json_set_text(out, "scopes", scope_text(token->scopes));
        json_set_integer(out, "created", token->created_ms);
        if (token->expires_ms != TOKEN_NEVER) {
            json_set_integer(out, "expires", token->expires_ms);
        }
        json_set_bool(out, "previous", token->previous);
    }
}

static void put_clients(json *array, const struct organization *organization)
{
    for (size_t i = 0; i < organization->clients.count; i++) {
        const struct client *client = organization->clients.items[i];
        json *out = json_push_object(array);
        json_set_text(out, "id", client->id);
        json_set_text(out, "hash", client->hash);
        if (client->previous_hash[0] != '\0') {
            json_set_text(out, "previousHash", client->previous_hash);
            if (client->previous_until_ms != TOKEN_NEVER) {
                json_set_integer(out, "previousUntil", client->previous_until_ms);
            }
        }
        json_set_text(out, "scopes", scope_text(client->scopes));
        json_set_integer(out, "created", client->created_ms);
        json_set_integer(out, "life", client->life_ms);
        put_tokens(json_set_array(out, "tokens"), &client->tokens);
    }
}

static void put_basic(json *out, const struct basic *basic)
{
    json_set_text(out, "user", basic->user);
    json_set_text(out, "hash", basic->hash);
    json_set_text(out, "scopes", scope_text(basic->scopes));
    json_set_integer(out, "created", basic->created_ms);
}

static void put_items(json *array, const struct organization *organization)
{
    const char *id;
    void *value;
    for (size_t i = 0; map_at(organization->items_by_id, &i, &id, &value);) {
        const struct item *item = value;
        json *out = json_push_object(array);
        json_set_text(out, "id", item->id);
        json_set_text(out, "type", item->type);
        put_times(out, item->created_ms, item->modified_ms, item->version);
        json_set_copy(out, "resource", item->resource);
    }
}

static void put_certificates(json *array, const struct organization *organization)
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
        json_set_text(out, "scopes", scope_text(certificate->scopes));
        json_set_integer(out, "created", certificate->created_ms);
    }
}

static void put_invites(json *array, const struct organization *organization)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(organization->invites, &i, &key, &value);) {
        const struct invite *invite = value;
        json *out = json_push_object(array);
        json_set_text(out, "hash", invite->hash);
        json_set_text(out, "address", invite->address);
        json_set_text(out, "resource", invite->resource->path);
        json_set_text(out, "role", role_name(invite->role));
        json_set_integer(out, "created", invite->created_ms);
    }
}

static void put_pending(json *array, const struct organization *organization)
{
    const struct pending *pending;
    for (size_t i = 0; (pending = pending_at(organization, &i)) != NULL;) {
        json *out = json_push_object(array);
        json_set_text(out, "key", pending->key);
        json_set_integer(out, "due", pending->due_ms);
        json_set_integer(out, "asked", pending->asked_ms);
        json_set_bool(out, "whole", pending->whole);
        json_set_bool(out, "joins", pending->joins);
        json_set_copy(out, "resource", pending->resource);
    }
}

static void put_notifications(json *array, const struct organization *organization)
{
    const struct notification *n;
    for (size_t i = 0; (n = notification_at(organization, &i)) != NULL;) {
        json *out = json_push_object(array);
        json_set_integer(out, "sequence", (int64_t)n->sequence);
        json_set_text(out, "kind", notification_kind_word(n->kind));
        json_set_text(out, "to", n->to);
        json_set_text(out, "toName", n->to_name);
        json_set_text(out, "about", n->about);
        json_set_text(out, "aboutName", n->about_name);
        json_set_text(out, "text", n->text);
        json_set_integer(out, "time", n->time_ms);
    }
}

static void put_reviews(json *array, const struct organization *organization)
{
    for (size_t i = 0; i < organization->reviews.count; i++) {
        const struct review *review = organization->reviews.items[i];
        json *out = json_push_object(array);
        json_set_text(out, "id", review->id);
        review_write(review, out);
    }
}

json *organization_snapshot(struct arena *arena, const struct organization *organization)
{
    json *out = json_object(arena);
    put_settings(out, organization);
    put_tokens(json_set_array(out, "scimTokens"), &organization->scim_tokens);
    put_clients(json_set_array(out, "clients"), organization);
    if (organization->basic != NULL) {
        put_basic(json_set_object(out, "basic"), organization->basic);
    }
    put_certificates(json_set_array(out, "certificates"), organization);
    put_items(json_set_array(out, "items"), organization);
    json *accounts = json_set_array(out, "accounts");
    for (size_t i = 0; i < organization->accounts.count; i++) {
        put_account(json_push_object(accounts), organization->accounts.items[i]);
    }
    json *groups = json_set_array(out, "groups");
    for (size_t i = 0; i < organization->groups.count; i++) {
        put_group(json_push_object(groups), organization->groups.items[i]);
    }
    json *resources = json_set_array(out, "resources");
    for (size_t i = 0; i < organization->workspaces.count; i++) {
        put_resource(resources, organization->workspaces.items[i]);
    }
    json *projects = json_set_array(out, "projects");
    for (size_t i = 0; i < organization->projects.count; i++) {
        const struct project *project = organization->projects.items[i];
        json *entry = json_push_object(projects);
        json_set_text(entry, "path", project->path);
        json_set_text(entry, "owner", project->owner->id);
        json_set_bool(entry, "archived", project->archived);
        project_work_write(project, entry);
        json_set_bool(entry, "leftBehind", project->left_behind);
        json_set_text(entry, "classification", project->classification);
        put_keys(entry, "assigned", project->assigned);
    }
    put_invites(json_set_array(out, "invites"), organization);
    put_pending(json_set_array(out, "pending"), organization);
    put_notifications(json_set_array(out, "notifications"), organization);
    put_reviews(json_set_array(out, "reviews"), organization);
    return out;
}
