#include "common/base.h"

#include "reference-server/model/organization_people.h"

#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/access.h"
#include "reference-server/model/account.h"
#include "reference-server/model/grant.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/model/profile_edit.h"
#include "reference-server/model/resource.h"

#include <stdio.h>
#include <string.h>

static const struct place root;

/* --- ids --- */

static bool id_valid(const char *id)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;
    while (id[i] != '\0' && form[i] != '\0' && (form[i] == '-' ? id[i] == '-' : strchr("0123456789abcdef", id[i]) != NULL)) {
        i++;
    }
    return id[i] == '\0' && form[i] == '\0';
}

static bool read_id(const struct organization *organization, const struct place *at, const json *entry, const char **out,
                    struct model_failure *failure)
{
    if (!place_text(at, entry, "id", 36, out, failure) || *out == NULL) {
        return *out == NULL && json_get(entry, "id") == NULL;
    }
    if (!id_valid(*out)) {
        return place_refuse(at, "id", failure, "an id is a UUID in lower case: \"2819c223-7f76-453a-919d-413861904646\"");
    }
    if (account_by_id(organization, *out) != NULL || group_by_id(organization, *out) != NULL) {
        return place_refuse(at, "id", failure, "this id is somebody else's already");
    }
    return true;
}

static void given_id(void *context, char out[37])
{
    (void)snprintf(out, 37, "%s", (const char *)context);
}

struct model_random organization_people_random(struct model_random random, const char *id)
{
    if (id != NULL && id_valid(id)) {
        memcpy(&random.context, &id, sizeof random.context); /* given_id reads it only */
        random.id = given_id;
    }
    return random;
}

/* --- people --- */

static json *resource_of(const json *entry, const json *scim, bool active)
{
    json *resource = json_copy(NULL, scim);
    json_set_text(resource, "userName", json_key(entry));
    json_set_bool(resource, "active", active);
    return resource;
}

static bool read_identity(struct organization *organization, const struct place *at, const json *entry, struct account *account,
                          struct model_failure *failure)
{
    const char *login = NULL;
    bool managed = json_get(entry, "scim") != NULL;
    if (!place_bool(at, entry, "managed", &managed, failure) ||
        !place_text(at, entry, "login", ACCOUNT_MAX_NAME, &login, failure)) {
        return false;
    }
    account->managed = managed;
    return login == NULL || account_set_login(organization, account, login, failure) || place_mark(at, "login", failure);
}

/* Nobody is linked: each entry of a document is somebody else. */
static bool add_pushed(struct organization *organization, const struct place *at, const json *entry, const json *scim,
                       const struct account_person *person, struct account **out, struct model_failure *failure)
{
    const struct place place = {at, "scim"};
    json *resource CLEANUP(json_cleanup) = resource_of(entry, scim, person->active);
    bool linked = false;
    if (!account_create(organization, resource, out, &linked, failure)) {
        return place_mark(at, NULL, failure);
    }
    if (linked) {
        return place_refuse(&place, "emails", failure, "the address of this person is that of %.200s", (*out)->login);
    }
    account_set_org_role(organization, *out, person->org_role);
    return true;
}

bool organization_people_add(struct organization *organization, const struct place *at, const json *entry,
                             const struct account_person *person, struct account **out, struct model_failure *failure)
{
    const json *scim = json_get(entry, "scim");
    const char *id = NULL;
    if (!read_id(organization, at, entry, &id, failure)) {
        return false;
    }
    const struct model_random random = organization->random;
    organization->random = organization_people_random(random, id);
    bool made = scim != NULL ? add_pushed(organization, at, entry, scim, person, out, failure)
                             : account_add(organization, person, out, failure) || place_mark(at, NULL, failure);
    organization->random = random;
    return made && read_identity(organization, at, entry, *out, failure);
}

bool organization_people_describe(struct organization *organization, const struct place *at, const json *entry,
                                  struct account *account, struct model_failure *failure)
{
    const json *scim = json_get(entry, "scim");
    const char *id = json_get_text(entry, "id", account->id);
    if (strcmp(id, account->id) != 0) {
        return place_refuse(at, "id", failure, "an id is a UUID in lower case: \"2819c223-7f76-453a-919d-413861904646\"");
    }
    json *resource CLEANUP(json_cleanup) = scim == NULL ? NULL : resource_of(entry, scim, true);
    if (resource != NULL && !account_replace(organization, account, resource, failure)) {
        return place_mark(at, NULL, failure);
    }
    return read_identity(organization, at, entry, account, failure);
}

bool organization_people_joined(struct organization *organization, const json *document, struct model_failure *failure)
{
    const struct place accounts = {&root, "accounts"};
    for (const json *entry = json_first(json_get(document, "accounts")); entry != NULL; entry = json_next(entry)) {
        const struct place at = {&accounts, json_key(entry)};
        struct account *account = account_by_user_name(organization, json_key(entry));
        const json *joined = NULL;
        if (!place_value(&at, entry, "joined", JSON_ARRAY, &joined, failure)) {
            return false;
        }
        for (const json *path = json_first(joined); path != NULL; path = json_next(path)) {
            struct resource *resource = json_text(path) == NULL ? NULL : resource_find(organization, json_text(path));
            if (resource == NULL) {
                return place_refuse(&at, "joined", failure, "every entry must be a workspace or folder of this document");
            }
            access_join(organization, account, resource);
        }
        access_settle(organization, account);
    }
    return true;
}

bool organization_people_edited(struct organization *organization, const json *document, struct model_failure *failure)
{
    const struct place accounts = {&root, "accounts"};
    for (const json *entry = json_first(json_get(document, "accounts")); entry != NULL; entry = json_next(entry)) {
        const struct place up = {&accounts, json_key(entry)}, at = {&up, "edits"};
        const json *edits = json_get(entry, "edits");
        struct account *account = account_by_user_name(organization, json_key(entry));
        if (!place_object(&at, edits, NULL, failure) ||
            (json_count(edits) > 0 && !profile_edit(organization, account, &at, edits, false, failure))) {
            return false;
        }
    }
    return true;
}

/* --- groups --- */

static bool read_group(struct organization *organization, const struct place *up, const json *entry,
                       struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    const json *scim = NULL;
    const char *id = NULL;
    struct group *group;
    if (!place_object(&at, entry, "id scim members groups", failure) || !read_id(organization, &at, entry, &id, failure) ||
        !place_value(&at, entry, "scim", JSON_OBJECT, &scim, failure)) {
        return false;
    }
    json *resource CLEANUP(json_cleanup) = scim == NULL ? json_object(NULL) : json_copy(NULL, scim);
    if (json_get(resource, "schemas") == NULL) {
        json_push_text(json_set_array(resource, "schemas"), GROUP_URN);
    }
    json_set_text(resource, "displayName", json_key(entry));
    const struct model_random random = organization->random;
    organization->random = organization_people_random(random, id);
    bool made = group_create(organization, resource, NULL, 0, &group, failure);
    organization->random = random;
    return made || place_mark(&at, NULL, failure);
}

static const char *person_id(const struct organization *organization, const char *name)
{
    const struct account *account = name == NULL ? NULL : account_by_user_name(organization, name);
    return account == NULL ? NULL : account->id;
}

static const char *group_id(const struct organization *organization, const char *name)
{
    const struct group *group = name == NULL ? NULL : group_by_name(organization, name);
    return group == NULL ? NULL : group->id;
}

/* The ids of those whom the list names, behind the count that there are already. */
static bool collect(struct organization *organization, const struct place *at, const json *entry, const char *key,
                    const char *(*find)(const struct organization *, const char *), struct list *ids,
                    struct model_failure *failure)
{
    const json *names = NULL;
    if (!place_value(at, entry, key, JSON_ARRAY, &names, failure)) {
        return false;
    }
    for (const json *name = json_first(names); name != NULL; name = json_next(name)) {
        const char *id = find(organization, json_text(name));
        if (id == NULL) {
            (void)place_refuse(at, key, failure, "\"%.200s\" is not among the %s of this document",
                               json_text(name) == NULL ? "" : json_text(name), find == person_id ? "accounts" : "groups");
            return place_advise(failure, "add it there, or name one that is there");
        }
        list_push(ids, mem_strdup(id));
    }
    return true;
}

static bool read_members(struct organization *organization, const struct place *up, const json *entry,
                         struct model_failure *failure)
{
    const struct place at = {up, json_key(entry)};
    struct list ids = {0};
    bool good = collect(organization, &at, entry, "members", person_id, &ids, failure) &&
                collect(organization, &at, entry, "groups", group_id, &ids, failure);
    struct group *group = group_by_name(organization, json_key(entry));
    if (good && !group_add_members(organization, group, (const char *const *)ids.items, ids.count, failure)) {
        good = place_mark(&at, NULL, failure);
    }
    for (size_t i = 0; i < ids.count; i++) {
        mem_free(ids.items[i]);
    }
    list_release(&ids);
    return good;
}

bool organization_people_groups(struct organization *organization, const json *document, struct model_failure *failure)
{
    static bool (*const passes[])(struct organization *, const struct place *, const json *,
                                  struct model_failure *) = {read_group, read_members};
    const struct place at = {&root, "groups"};
    const json *groups = json_get(document, "groups");
    if (!place_object(&at, groups, NULL, failure)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(passes); i++) {
        for (const json *entry = json_first(groups); entry != NULL; entry = json_next(entry)) {
            if (!passes[i](organization, &at, entry, failure)) {
                return false;
            }
        }
    }
    return true;
}
