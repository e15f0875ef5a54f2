/* Records of accounts and what lets them in, of groups and their members. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/signin.h"

#include <string.h>

/* --- terms --- */

static const char *folded(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : unicode_fold(arena, text);
}

static bool is_listed(const char *const *items, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static void put_emails(struct arena *arena, const json *emails, struct record_terms *terms)
{
    const char **items = arena_array(arena, json_count(emails) + 1, sizeof *items);
    for (const json *e = json_first(emails); e != NULL; e = json_next(e)) {
        const char *value = folded(arena, json_get_text(e, "value", NULL));
        if (value != NULL && !is_listed(items, terms->email_count, value)) {
            items[terms->email_count++] = value;
        }
    }
    terms->emails = items;
}

static struct record_terms *terms_of(struct arena *arena, const json *resource)
{
    struct record_terms *terms = arena_alloc(arena, sizeof *terms);
    terms->external_id = json_get_text(resource, "externalId", NULL);
    terms->external_id = terms->external_id == NULL ? NULL : arena_strdup(arena, terms->external_id);
    terms->display_name = folded(arena, json_get_text(resource, "displayName", NULL));
    return terms;
}

/* --- accounts --- */

void record_put_times(json *data, int64_t created_ms, int64_t modified_ms, uint64_t version, uint64_t order)
{
    json_set_integer(data, "created", created_ms);
    json_set_integer(data, "modified", modified_ms);
    json_set_integer(data, "version", (int64_t)version);
    json_set_integer(data, "order", (int64_t)order);
}

bool record_put_account(const struct record_put *put)
{
    const struct account *account = account_by_id(put->organization, put->key);
    if (account == NULL) {
        return false;
    }
    if (strcmp(account->login, account->user_name) != 0) {
        json_set_text(put->data, "login", account->login);
    }
    json_set_bool(put->data, "active", account->active);
    json_set_bool(put->data, "managed", account->managed);
    json_set_text(put->data, "orgRole", org_role_name(account->org_role));
    json_set_text(put->data, "password", account->password);
    if (account->edits != NULL) {
        json_set_copy(put->data, "edits", account->edits);
    }
    if (account->rules_wait) {
        json_set_bool(put->data, "rulesWait", true);
    }
    record_put_times(put->data, account->created_ms, account->modified_ms, account->version, account->order);
    put->record->body = json_print(put->arena, account->resource);
    struct record_terms *terms = terms_of(put->arena, account->resource);
    terms->name = folded(put->arena, account->user_name);
    put_emails(put->arena, json_get(account->resource, "emails"), terms);
    terms->created_ms = account->created_ms;
    terms->modified_ms = account->modified_ms;
    put->record->terms = terms;
    return true;
}

json *record_read_body(const struct record_read *read)
{
    return read->body == NULL ? NULL : json_parse_trusted((struct bytes){read->body, strlen(read->body)});
}

bool record_read_account(const struct record_read *read)
{
    json *resource CLEANUP(json_cleanup) = record_read_body(read);
    const char *password = json_get_text(read->data, "password", NULL), *name = json_get_text(resource, "userName", NULL);
    struct account account = {
        .active = json_get_bool(read->data, "active", false),
        .managed = json_get_bool(read->data, "managed", false),
        .rules_wait = json_get_bool(read->data, "rulesWait", false),
        .created_ms = json_get_integer(read->data, "created", 0),
        .modified_ms = json_get_integer(read->data, "modified", 0),
        .version = (uint64_t)json_get_integer(read->data, "version", 0),
        .order = (uint64_t)json_get_integer(read->data, "order", 0),
    };
    if (name == NULL || !org_role_read(json_get_text(read->data, "orgRole", ""), &account.org_role)) {
        return false;
    }
    account.resource = json_pack(resource);
    account.edits = json_copy(NULL, json_get(read->data, "edits"));
    account.id = mem_strdup(read->key);
    account.login = mem_strdup(json_get_text(read->data, "login", name));
    account.password = password == NULL ? NULL : mem_strdup(password);
    (void)account_restore(read->organization, &account);
    return true;
}

/* --- sessions and API keys --- */

bool record_put_session(const struct record_put *put)
{
    const struct session *session = map_get(put->organization->sessions, put->key);
    if (session == NULL) {
        return false;
    }
    json_set_text(put->data, "account", session->account->id);
    json_set_integer(put->data, "entry", session->entry);
    json_set_bool(put->data, "mfa", session->mfa);
    json_set_bool(put->data, "trustedDevice", session->trusted_device);
    json_set_text(put->data, "address", session->address);
    json_set_integer(put->data, "created", session->created_ms);
    return true;
}

bool record_read_session(const struct record_read *read)
{
    struct account *account = account_by_id(read->organization, json_get_text(read->data, "account", NULL));
    const char *address = json_get_text(read->data, "address", NULL);
    int64_t entry = json_get_integer(read->data, "entry", -1);
    if (account == NULL || entry < ENTRY_SSO || entry > ENTRY_INVITE) {
        return false;
    }
    signin_restore_session(read->organization,
                           &(struct session){.hash = mem_strdup(read->key),
                                             .account = account,
                                             .entry = (enum entry)entry,
                                             .mfa = json_get_bool(read->data, "mfa", false),
                                             .trusted_device = json_get_bool(read->data, "trustedDevice", false),
                                             .address = address == NULL ? NULL : mem_strdup(address),
                                             .created_ms = json_get_integer(read->data, "created", 0)});
    return true;
}

bool record_put_api_key(const struct record_put *put)
{
    const struct api_key *key = map_get(put->organization->api_keys, put->key);
    if (key == NULL) {
        return false;
    }
    json_set_text(put->data, "account", key->account->id);
    json_set_text(put->data, "name", key->name);
    json_set_integer(put->data, "created", key->created_ms);
    return true;
}

bool record_read_api_key(const struct record_read *read)
{
    struct account *account = account_by_id(read->organization, json_get_text(read->data, "account", NULL));
    if (account == NULL) {
        return false;
    }
    signin_restore_api_key(read->organization,
                           &(struct api_key){mem_strdup(read->key), mem_strdup(json_get_text(read->data, "name", "")), account,
                                             json_get_integer(read->data, "created", 0)});
    return true;
}

/* --- groups --- */

bool record_put_group(const struct record_put *put)
{
    const struct group *group = group_by_id(put->organization, put->key);
    if (group == NULL) {
        return false;
    }
    record_put_times(put->data, group->created_ms, group->modified_ms, group->version, group->order);
    put->record->body = json_print(put->arena, group->resource);
    struct record_terms *terms = terms_of(put->arena, group->resource);
    terms->created_ms = group->created_ms;
    terms->modified_ms = group->modified_ms;
    put->record->terms = terms;
    return true;
}

bool record_read_group(const struct record_read *read)
{
    json *resource CLEANUP(json_cleanup) = record_read_body(read);
    if (json_get_text(resource, "displayName", NULL) == NULL) {
        return false;
    }
    (void)group_restore(read->organization, &(struct group){
                                                .id = mem_strdup(read->key),
                                                .resource = json_pack(resource),
                                                .created_ms = json_get_integer(read->data, "created", 0),
                                                .modified_ms = json_get_integer(read->data, "modified", 0),
                                                .version = (uint64_t)json_get_integer(read->data, "version", 0),
                                                .order = (uint64_t)json_get_integer(read->data, "order", 0),
                                            });
    return true;
}

bool record_put_member(const struct record_put *put)
{
    const char *group_id, *id;
    if (!record_split(put->arena, put->key, &group_id, &id)) {
        return false;
    }
    const struct group *group = group_by_id(put->organization, group_id);
    return group != NULL && group_has_member(group, id);
}

bool record_read_member(const struct record_read *read)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char *group_id, *id;
    if (!record_split(arena, read->key, &group_id, &id)) {
        return false;
    }
    struct group *group = group_by_id(read->organization, group_id);
    return group != NULL && group_restore_member(read->organization, group, id);
}
