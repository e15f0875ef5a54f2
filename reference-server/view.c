#include "common/base.h"

#include "reference-server/registry.h"
#include "reference-server/view.h"

#include "common/clock.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"

#include "reference-server/exchange.h"
#include "reference-server/model/account.h"
#include "reference-server/model/item.h"
#include "reference-server/model/group.h"
#include "reference-server/model/organization.h"
#include "reference-server/scim/check.h"
#include "reference-server/scim/message.h"
#include "reference-server/scim/project.h"
#include "reference-server/scim/schema.h"
#include "reference-server/state.h"

#include <stdio.h>
#include <string.h>

#define LOCATION_MAX 4096

/* Locations are many: built on the stack. */
static const char *locate(char out[LOCATION_MAX], const struct exchange *x, const char *endpoint, const char *id)
{
    snprintf(out, LOCATION_MAX, "%s/organizations/%s/scim/v2/%s/%s", x->server->base_url, x->organization->id, endpoint, id);
    return out;
}

static uint64_t version_of(struct subject subject)
{
    return subject.account != NULL ? subject.account->version
           : subject.group != NULL ? subject.group->version
                                   : subject.item->version;
}

static const char *id_of(struct subject subject)
{
    return subject.account != NULL ? subject.account->id : subject.group != NULL ? subject.group->id : subject.item->id;
}

static const char *type_of(struct subject subject)
{
    return subject.account != NULL ? "User" : subject.group != NULL ? "Group" : subject.item->type;
}

const struct scim_resource_type *view_type(const struct exchange *x, struct subject subject)
{
    return scim_schema_type(registry_of(x), type_of(subject));
}

const char *view_etag(struct arena *arena, struct subject subject)
{
    return arena_printf(arena, "W/\"%llu\"", (unsigned long long)version_of(subject));
}

char *view_location(const struct exchange *x, struct arena *arena, struct subject subject)
{
    char location[LOCATION_MAX];
    return arena_strdup(arena, locate(location, x, view_type(x, subject)->endpoint + 1, id_of(subject)));
}

static void add_meta(const struct exchange *x, json *out, struct subject subject)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    int64_t created = subject.account != NULL ? subject.account->created_ms
                      : subject.group != NULL ? subject.group->created_ms
                                              : subject.item->created_ms;
    int64_t modified = subject.account != NULL ? subject.account->modified_ms
                       : subject.group != NULL ? subject.group->modified_ms
                                               : subject.item->modified_ms;
    json *meta = json_set_object(out, "meta");
    json_set_text(meta, "resourceType", type_of(subject));
    if (created != ITEM_TIMELESS) {
        json_set_text(meta, "created", time_format(arena, created));
        json_set_text(meta, "lastModified", time_format(arena, modified));
    }
    json_set_text(meta, "location", view_location(x, arena, subject));
    json_set_text(meta, "version", view_etag(arena, subject));
}

static void add_reference(const struct exchange *x, json *element, const char *endpoint, const char *id)
{
    char location[LOCATION_MAX];
    json_set_text(element, "$ref", locate(location, x, endpoint, id));
}

static void add_groups(const struct exchange *x, json *out, const struct account *account)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct group *const *groups;
    size_t count = group_closure(arena, account, &groups);
    if (count == 0)
        return;
    json *list = json_set_array(out, "groups");
    for (size_t i = 0; i < count; i++) {
        json *element = json_push_object(list);
        json_set_text(element, "value", groups[i]->id);
        add_reference(x, element, "Groups", groups[i]->id);
        json_set_text(element, "display", groups[i]->display_name);
        json_set_text(element, "type", group_has_member(groups[i], account->id) ? "direct" : "indirect");
    }
}

static void add_members(const struct exchange *x, json *out, const struct group *group)
{
    if (group_member_count(group) == 0)
        return;
    json *list = json_set_array(out, "members");
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(group, &i)) != NULL;) {
        json *element = json_object(NULL);
        bool nested = member_is_group(member);
        json_set_text(element, "value", member_id(member));
        add_reference(x, element, nested ? "Groups" : "Users", member_id(member));
        json_set_text(element, "display", member_display(member));
        json_set_text(element, "type", nested ? "Group" : "User");
        json_push(list, element);
    }
}

static void add_manager(const struct exchange *x, json *out, const struct account *account)
{
    const json *stored = json_get(out, SCIM_URN_ENTERPRISE_USER);
    const struct account *boss = stored == NULL ? NULL : account_manager(x->organization, account);
    if (boss == NULL)
        return;
    json_set_copy(out, SCIM_URN_ENTERPRISE_USER, stored); /* it is changed */
    json *manager = json_edit(json_edit(out, SCIM_URN_ENTERPRISE_USER), "manager");
    add_reference(x, manager, "Users", boss->id);
    json_set_text(manager, "displayName", account_display(boss));
}

static void add_derived(const struct exchange *x, json *out, struct subject subject)
{
    if (subject.account != NULL)
        add_groups(x, out, subject.account);
    else if (subject.group != NULL)
        add_members(x, out, subject.group);
}

const json *view_stored(struct subject subject)
{
    return subject.account != NULL ? subject.account->resource
           : subject.group != NULL ? subject.group->resource
                                   : subject.item->resource;
}

typedef void put_member(json *out, const char *key, const json *value);

/* RFC 7643 §3: `schemas` names the extensions that have values. What is stored may be from a time with other schema files. */
static bool names_schemas(const struct scim_resource_type *type, const json *stored, const json *schemas)
{
    const json *n = json_first(schemas);
    bool good = text_equal(json_text(n), type->schema->id);
    for (size_t i = 0; good && i < type->extension_count; i++) {
        const char *urn = type->extensions[i].schema->id;
        if (json_get(stored, urn) == NULL)
            continue;
        n = json_next(n);
        good = text_equal(json_text(n), urn);
    }
    return good && json_next(n) == NULL;
}

/* What is stored and the id, in the order of a reply. */
static json *base_of(const struct exchange *x, struct arena *arena, struct subject subject, put_member *put)
{
    const struct scim_resource_type *type = view_type(x, subject);
    const json *stored = view_stored(subject), *schemas = json_get(stored, "schemas");
    json *out = json_object(arena);
    if (names_schemas(type, stored, schemas))
        put(out, "schemas", schemas);
    else
        json_set_array(out, "schemas"); /* its place */
    json_set_text(out, "id", id_of(subject));
    for (const json *member = json_first(stored); member != NULL; member = json_next(member))
        if (member != schemas)
            put(out, json_key(member), member);
    if (json_first(json_get(out, "schemas")) == NULL)
        scim_check_schemas(type, out);
    return out;
}

json *view_resource(const struct exchange *x, struct arena *arena, struct subject subject, bool derived)
{
    json *out = base_of(x, arena, subject, json_set_shared);
    if (subject.account != NULL)
        add_manager(x, out, subject.account);
    if (derived)
        add_derived(x, out, subject);
    add_meta(x, out, subject);
    return out;
}

json *view_current(const struct exchange *x, struct arena *arena, struct subject subject)
{
    json *out = base_of(x, arena, subject, json_set_copy);
    add_meta(x, out, subject);
    if (subject.group == NULL || group_member_count(subject.group) == 0)
        return out;
    json *list = json_set_array(out, "members");
    const struct member *member;
    for (size_t i = 0; (member = group_member_at(subject.group, &i)) != NULL;)
        json_set_text(json_push_object(list), "value", member_id(member));
    return out;
}

json *view_current_named(const struct exchange *x, struct arena *arena, struct subject subject, const struct scim_names *names)
{
    json *out = base_of(x, arena, subject, json_set_copy), *list = json_array(NULL);
    struct map *seen = map_new();
    add_meta(x, out, subject);
    for (size_t i = 0; i < names->count; i++) {
        const char *id = unicode_fold(arena, names->items[i]); /* as ids are made (organization.h) */
        if (!group_has_member(subject.group, id) || map_get(seen, id) != NULL)
            continue;
        map_set(seen, id, out);
        json_set_text(json_push_object(list), "value", id);
    }
    map_free(seen);
    if (json_first(list) != NULL)
        json_put(out, "members", list);
    else
        json_free(list);
    return out;
}

json *view_projected(const struct exchange *x, struct arena *arena, struct subject subject,
                     const struct scim_projection *projection)
{
    const struct scim_resource_type *type = view_type(x, subject);
    bool derived = subject.item == NULL && scim_project_wants(type, projection, subject.account != NULL ? "groups" : "members");
    return scim_project(arena, type, projection, view_resource(x, x->arena, subject, derived));
}

void view_strip(json *resource)
{
    static const char *const names[] = {"id", "meta", "groups", "members", "password"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        json_remove(resource, names[i]);
}
