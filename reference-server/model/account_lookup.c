/* Finding accounts, and what is known of one. */
#include "common/base.h"

#include "reference-server/model/account.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/unicode.h"
#include "reference-server/model/organization.h"

/* --- lookup --- */

struct account *account_by_id(const struct organization *organization, const char *id)
{
    return id == NULL ? NULL : map_get(organization->accounts_by_id, id);
}

struct account *account_by_user_name(const struct organization *organization, const char *user_name)
{
    return user_name == NULL ? NULL : map_get(organization->accounts_by_name, user_name);
}

const struct list *accounts_by_external_id(const struct organization *organization, const char *external_id)
{
    return index_get(&organization->accounts_by_external_id, external_id);
}

const struct list *accounts_by_email(const struct organization *organization, const char *address)
{
    return index_get(&organization->accounts_by_email, address);
}

struct account *account_by_address(const struct organization *organization, const char *address)
{
    struct account *account = account_by_user_name(organization, address);
    return account != NULL || address == NULL ? account : map_get(organization->accounts_by_login, address);
}

struct account *account_find(const struct organization *organization, const char *name_or_id)
{
    struct account *account = account_by_id(organization, name_or_id);
    return account != NULL ? account : account_by_address(organization, name_or_id);
}

struct account *account_by_any_address(const struct organization *organization, const char *address)
{
    struct account *account = account_by_address(organization, address);
    if (account != NULL) {
        return account;
    }
    const struct list *list = accounts_by_email(organization, address);
    return list->count == 1 ? list->items[0] : NULL;
}

const char *account_email_value(const json *element)
{
    return json_is(element, JSON_STRING) ? json_text(element) : json_get_text(element, "value", NULL);
}

struct addresses {
    struct arena *arena;
    struct map *seen;
    const char **items;
    size_t count;
};

static void add_address(struct addresses *addresses, const char *address)
{
    const char *folded = address == NULL ? NULL : unicode_fold(addresses->arena, address);
    if (folded == NULL || map_get(addresses->seen, folded) != NULL) {
        return;
    }
    map_set(addresses->seen, folded, addresses);
    addresses->items[addresses->count++] = folded;
}

size_t account_addresses(struct arena *arena, const struct account *account, const char *const **out)
{
    const json *emails = json_get(account->resource, "emails");
    struct addresses addresses = {.arena = arena, .seen = map_new()};
    addresses.items = arena_array(arena, json_count(emails) + 2, sizeof *addresses.items);
    add_address(&addresses, account->user_name);
    add_address(&addresses, account->login);
    for (const json *e = json_first(emails); e != NULL; e = json_next(e)) {
        add_address(&addresses, account_email_value(e));
    }
    map_free(addresses.seen);
    *out = addresses.items;
    return addresses.count;
}

/* --- what is known of a person --- */

bool account_has_seat(const struct account *account)
{
    return account->active; /* a seat is taken by becoming active and freed by a deactivation */
}

const char *account_display(const struct account *account)
{
    const char *name = account->full_name != NULL ? account->full_name : account->user_name;
    name = json_get_text(json_get(account->resource, "name"), "formatted", name);
    return json_get_text(account->resource, "displayName", name);
}

const char *account_email_in(const json *resource, bool only_if_certain)
{
    const json *emails = json_get(resource, "emails");
    for (const json *e = json_first(emails); e != NULL; e = json_next(e)) {
        if (json_true(json_get(e, "primary"))) {
            return account_email_value(e);
        }
    }
    return json_count(emails) > 1 && only_if_certain ? NULL : account_email_value(json_first(emails));
}

const char *account_email(const struct account *account)
{
    return account_email_in(account->resource, false);
}

struct account *account_manager(const struct organization *organization, const struct account *account)
{
    const json *manager = json_get(json_get_nocase(account->resource, ACCOUNT_URN_ENTERPRISE), "manager");
    const char *value = json_get_text(manager, "value", NULL);
    return value == NULL ? NULL : account_find(organization, value);
}
