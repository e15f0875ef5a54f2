#include "common/base.h"
#include "simulator/okta_schema.h"

#include "common/memory.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_import.h"

static const char *const grant_lists[] = {"roles", "entitlements"};

/* --- reading --- */

struct schemas {
    json *urns;      /* of User: the core schema, and the extensions that its resource type names */
    json *documents; /* those of them that there are, by URN */
};

static void take_type(void *context, const json *resource)
{
    struct schemas *schemas = context;
    if (!text_equal(json_get_text(resource, "name", ""), "User"))
        return;
    for (const json *item = json_first(json_get(resource, "schemaExtensions")); item != NULL; item = json_next(item))
        if (json_get_text(item, "schema", NULL) != NULL && json_count(schemas->urns) <= OKTA_MAX_EXTENSIONS)
            json_set_bool(schemas->urns, json_get_text(item, "schema", ""), true);
}

static void take_schema(void *context, const json *resource)
{
    struct schemas *schemas = context;
    const char *id = json_get_text(resource, "id", "");
    if (json_get(schemas->urns, id) != NULL)
        json_set_copy(schemas->documents, id, resource);
}

/* --- what is offered --- */

static const json *find(const json *list, const char *name)
{
    for (const json *item = json_is(list, JSON_ARRAY) ? json_first(list) : NULL; item != NULL; item = json_next(item))
        if (text_equal_nocase(json_get_text(item, "name", ""), name))
            return item;
    return NULL;
}

static bool is_writable(const json *attribute)
{
    return attribute != NULL && !text_equal_nocase(json_get_text(attribute, "mutability", "readWrite"), "readOnly");
}

static bool has(const struct schemas *schemas, const char *urn, const char *name, const char *sub)
{
    const json *attribute = find(json_get(json_get(schemas->documents, urn), "attributes"), name);
    const json *subs = json_get(attribute, "subAttributes");
    return is_writable(attribute) && (sub == NULL || subs == NULL || is_writable(find(subs, sub)));
}

static bool offers(const struct schemas *schemas, const struct attribute *attribute)
{
    const char *container = attribute_container(attribute);
    if (container == NULL)
        return has(schemas, URN_CORE_USER, attribute->name, NULL);
    if (text_starts(container, "urn:"))
        return has(schemas, container, attribute->name, NULL);
    return has(schemas, URN_CORE_USER, container, attribute->name);
}

static json *kept_back(struct arena *arena, const struct schemas *schemas)
{
    json *keys = json_object(arena);
    for (size_t i = 0; i < attribute_count; i++)
        if (attributes[i].profile && !text_equal(attributes[i].key, "userName") && !offers(schemas, &attributes[i]))
            json_set_bool(keys, attributes[i].key, true);
    for (size_t i = 0; i < ARRAY_LEN(grant_lists); i++)
        if (!has(schemas, URN_CORE_USER, grant_lists[i], NULL))
            json_set_bool(keys, grant_lists[i], true);
    return keys;
}

enum flow okta_import_schema(struct session *session)
{
    struct arena *arena = session->sim->arena;
    struct schemas schemas = {json_object(arena), json_object(arena)};
    int64_t total = 0;
    size_t count = 0;
    json_set_bool(schemas.urns, URN_CORE_USER, true);
    enum flow flow = okta_read_page(session, "/ResourceTypes", &total, &count, take_type, &schemas);
    if (flow == FLOW_DONE)
        flow = okta_read_page(session, "/Schemas", &total, &count, take_schema, &schemas);
    if (flow == FLOW_DONE && json_get(schemas.documents, URN_CORE_USER) == NULL)
        flow = session_complain(session, COMPLAINT_USER_SCHEMA);
    if (flow != FLOW_DONE)
        return flow;
    session->sim->kept_back = kept_back(arena, &schemas);
    session_trace(session, arena_printf(arena, "import of the schema: %zu attributes are not offered",
                                        json_count(session->sim->kept_back)));
    return FLOW_DONE;
}

/* --- pushing --- */

bool simulator_keeps_back(const struct simulator *simulator, const char *attribute)
{
    return json_get(simulator->kept_back, attribute) != NULL &&
           dialect_value(simulator->dialect, AXIS_AFTER_SCHEMA) == AFTER_SCHEMA_OFFERED;
}

static json *without(const struct simulator *simulator, const json *object)
{
    json *copy = json_object(simulator->arena);
    for (const json *item = json_first(object); item != NULL; item = json_next(item))
        if (!simulator_keeps_back(simulator, json_key(item)))
            json_set_copy(copy, json_key(item), item);
    return copy;
}

const struct directory_user *okta_offered(const struct simulator *simulator, const struct directory_user *user,
                                          struct directory_user *copy)
{
    if (json_count(simulator->kept_back) == 0)
        return user;
    *copy = *user;
    copy->profile = without(simulator, user->profile);
    copy->entitlements = user->entitlements == NULL ? NULL : without(simulator, user->entitlements);
    return copy;
}

bool okta_offers_any(const struct simulator *simulator, const json *changes)
{
    bool any = changes == NULL;
    for (const json *change = json_first(changes); change != NULL; change = json_next(change))
        any = any || !simulator_keeps_back(simulator, json_key(change));
    return any;
}
