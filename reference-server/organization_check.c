#include "common/base.h"

#include "reference-server/organization_check.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/memory.h"

#include "reference-server/model/account.h"
#include "reference-server/model/group.h"
#include "reference-server/model/limits.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/place.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/schema.h"
#include "reference-server/scim/seal.h"
#include "reference-server/state.h"

#include <stdio.h>
#include <string.h>

#define SALT_BYTES 32

/* Where such resources stand, their type, what names them, and what the entry says in its own way. */
static const struct {
    const char *list, *type, *urn, *name;
    const char *elsewhere[4];
} kinds[] = {
    {"accounts", "User", ACCOUNT_URN_USER, "userName", {"userName", "active", "password", "groups"}},
    {"groups", "Group", GROUP_URN, "displayName", {"displayName", "members"}},
};

static const struct place root;

/* The URNs of the extensions that have members here come with the core one. */
static void complete(json *resource, const char *urn, const char *name, const char *value)
{
    if (json_get(resource, "schemas") == NULL) {
        json *schemas = json_set_array(resource, "schemas");
        json_push_text(schemas, urn);
        for (const json *member = json_first(resource); member != NULL; member = json_next(member))
            if (json_is(member, JSON_OBJECT) && strncmp(json_key(member), "urn:", strlen("urn:")) == 0)
                json_push_text(schemas, json_key(member));
    }
    json_set_text(resource, name, value);
}

static bool seal(struct arena *arena, const struct scim_resource_type *type, json *resource, struct model_failure *failure)
{
    char *salt;
    struct error err;
    if (!random_token(arena, SALT_BYTES, &salt, &err))
        return model_failure_set(failure, MODEL_FORBIDDEN, "random", err.remedy, "%s", err.message);
    scim_seal_trusted(arena, type, salt, resource);
    return true;
}

static bool check_entry(const struct server *server, struct arena *arena, size_t kind, json *entry, struct model_failure *failure)
{
    const struct place list = {&root, kinds[kind].list}, up = {&list, json_key(entry)}, at = {&up, "scim"};
    json *resource = json_edit(entry, "scim"), *checked;
    struct scim_error err;
    if (resource == NULL)
        return true;
    if (!place_object(&at, resource, NULL, failure))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(kinds[kind].elsewhere); i++)
        if (kinds[kind].elsewhere[i] != NULL && json_get_nocase(resource, kinds[kind].elsewhere[i]) != NULL)
            return place_refuse(&at, kinds[kind].elsewhere[i], failure, "%s does not stand here: the entry says it",
                                kinds[kind].elsewhere[i]);
    complete(resource, kinds[kind].urn, kinds[kind].name, json_key(entry));
    const struct scim_resource_type *type = scim_schema_type(server->registry, kinds[kind].type);
    if (!scim_check_create(arena, type, resource, &checked, &err))
        return place_refuse(&at, NULL, failure, "%s", err.detail);
    if (scim_seal_concerns(type) && !seal(arena, type, checked, failure))
        return place_mark(&at, NULL, failure);
    json_set_copy(entry, "scim", checked);
    return true;
}

static bool has_resources(const json *document)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (const json *entry = json_first(json_get(document, kinds[i].list)); entry != NULL; entry = json_next(entry))
            if (json_get(entry, "scim") != NULL)
                return true;
    return false;
}

bool organization_check(const struct server *server, struct arena *arena, const json *document, const json **out,
                        struct model_failure *failure)
{
    *out = document;
    if (!has_resources(document))
        return true;
    json *copy = json_copy(arena, document);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (json *entry = json_edit_first(json_edit(copy, kinds[i].list)); entry != NULL; entry = json_edit_next(entry))
            if (!check_entry(server, arena, i, entry, failure))
                return false;
    *out = copy;
    return true;
}

/* --- how much there is --- */

static bool refuse_size(const struct place *at, const char *key, const char *what, size_t count, const char *limit, size_t most,
                        struct model_failure *failure)
{
    char remedy[128];
    (void)snprintf(remedy, sizeof remedy, "leave some out, or start the server with --limit %s=%zu", limit, count);
    (void)model_failure_set(failure, MODEL_FORBIDDEN, "limit", remedy, "there are %zu %s; this server takes at most %zu", count,
                            what, most);
    return place_mark(at, key, failure);
}

bool organization_check_size(const struct organization *organization, const struct model_limits *limits,
                             struct model_failure *failure)
{
    const struct {
        size_t count, most;
        const char *key, *what, *limit;
    } rows[] = {
        {organization->accounts.count, limits->accounts, "accounts", "accounts, the break-glass owner's among them", "accounts"},
        {organization->groups.count, limits->groups, "groups", "groups", "groups"},
        {organization->resource_count, limits->resources, "workspaces", "workspaces and folders", "resources"},
        {organization->projects.count, limits->resources, "workspaces", "projects", "resources"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].count > rows[i].most)
            return refuse_size(&root, rows[i].key, rows[i].what, rows[i].count, rows[i].limit, rows[i].most, failure);
    for (size_t i = 0; i < organization->groups.count; i++) {
        const struct group *group = organization->groups.items[i];
        const struct place groups = {&root, "groups"};
        if (group_member_count(group) > limits->group_members)
            return refuse_size(&groups, group->display_name, "members", group_member_count(group), "group-members",
                               limits->group_members, failure);
    }
    return true;
}
