#include "common/base.h"
#include "simulator/okta_discovery.h"

#include "common/error.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/attribute.h"
#include "simulator/changes.h"
#include "simulator/dialect.h"
#include "simulator/okta.h"
#include "simulator/okta_import.h"

#include <string.h>

#define URN_ROLE        "urn:okta:scim:schemas:core:1.0:Role"
#define URN_ENTITLEMENT "urn:okta:scim:schemas:core:1.0:Entitlement"

static const char *const grant_lists[] = {"roles", "entitlements"};
static const char *const grant_texts[] = {"value", "display", "type"};

/* --- resource types --- */

struct types {
    json *endpoints; /* path: name of the type of entitlements; null: roles */
    bool extension;  /* the type of people names a schema that Okta does not know */
};

/* A path of the base, nothing that could lead elsewhere. */
static bool is_endpoint(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/");
    return text[0] == '/' && n > 1 && n < OKTA_MAX_ENDPOINT && text[n] == '\0' && strstr(text, "//") == NULL;
}

static void take_type(void *context, const json *resource)
{
    struct types *types = context;
    const char *schema = json_get_text(resource, "schema", ""), *endpoint = json_get_text(resource, "endpoint", "");
    bool role = text_equal(schema, URN_ROLE);
    bool fits = is_endpoint(endpoint) && json_count(types->endpoints) < OKTA_MAX_ENDPOINTS;
    if (role && fits)
        json_set_null(types->endpoints, endpoint);
    else if (text_equal(schema, URN_ENTITLEMENT) && fits)
        json_set_text(types->endpoints, endpoint, json_get_text(resource, "name", ""));
    const json *extensions = json_get(resource, "schemaExtensions");
    for (const json *item = json_first(extensions); item != NULL; item = json_next(item))
        types->extension = types->extension || !text_equal(json_get_text(item, "schema", URN_ENTERPRISE), URN_ENTERPRISE);
}

static void take_nothing(void *context, const json *resource)
{
    UNUSED(context);
    UNUSED(resource);
}

/* --- what there is at an endpoint --- */

struct found {
    struct session *s;
    const char *type;    /* its name; NULL: roles */
    struct map *offered; /* id -> {"display", "type"} */
    size_t count;        /* different ids of this endpoint */
};

static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void take_offer(void *context, const json *resource)
{
    struct found *found = context;
    const char *id = json_get_text(resource, "id", NULL), *name = json_get_text(resource, "displayName", NULL);
    bool role = found->type == NULL;
    bool typed = role || (!text_is_blank(found->type) && text_equal(json_get_text(resource, "type", NULL), found->type));
    if (!session_usable_id(id) || text_is_blank(name) || !typed ||
        characters(json_get_text(resource, "description", "")) > OKTA_MAX_DESCRIPTION)
        session_note(found->s, COMPLAINT_OFFER);
    if (!session_usable_id(id) || map_get(found->offered, id) != NULL)
        return;
    json *offer = json_object(found->s->sim->arena);
    map_set(found->offered, id, offer);
    json_set_text(offer, "display", name);
    json_set_text(offer, "type", role ? NULL : found->type);
    found->count++;
}

static enum flow read_endpoint(struct found *found, const char *endpoint)
{
    int64_t total = 0;
    int size = session_axis(found->s, AXIS_ENTITLEMENT_PAGE);
    found->count = 0;
    enum flow flow =
        okta_read_pages(found->s, endpoint, size > 0 ? size : session_axis(found->s, AXIS_PAGE_SIZE), take_offer, found, &total);
    if (flow == FLOW_DONE && (int64_t)found->count != total)
        session_note(found->s, COMPLAINT_IMPORT_TOTAL);
    return flow;
}

static void free_map(void *map)
{
    map_free(map);
}

enum flow okta_import_entitlements(struct session *session)
{
    struct arena *arena = session->sim->arena;
    struct types types = {.endpoints = json_object(arena)};
    struct found found = {.s = session, .offered = map_new()};
    int64_t total = 0;
    size_t count = 0;
    arena_defer(arena, free_map, found.offered);
    enum flow flow = okta_read_page(session, "/ResourceTypes", &total, &count, take_type, &types);
    if (flow == FLOW_DONE && types.extension)
        flow = okta_read_page(session, "/Schemas", &total, &count, take_nothing, NULL);
    for (const json *item = json_first(types.endpoints); item != NULL && flow == FLOW_DONE; item = json_next(item)) {
        found.type = json_text(item);
        flow = read_endpoint(&found, json_key(item));
    }
    if (flow != FLOW_DONE)
        return flow;
    session->sim->offered = json_count(types.endpoints) > 0 ? found.offered : NULL;
    session_trace(session, arena_printf(arena, "import of entitlements: %zu endpoints, %zu found", json_count(types.endpoints),
                                        map_count(found.offered)));
    return FLOW_DONE;
}

enum flow okta_save_settings(struct session *session)
{
    enum flow flow = okta_test_connection(session);
    bool managed = session_axis(session, AXIS_ENTITLEMENTS) == SETTING_ON;
    return flow == FLOW_DONE && managed ? okta_import_entitlements(session) : flow;
}

/* --- grants --- */

static void copy_grant(json *list, const json *grant)
{
    if (text_is_blank(json_get_text(grant, "value", NULL)) || json_count(list) == ENTITLE_MAX)
        return;
    json *copy = json_push_object(list);
    for (size_t i = 0; i < ARRAY_LEN(grant_texts); i++)
        json_set_text(copy, grant_texts[i], json_get_text(grant, grant_texts[i], NULL));
}

const json *okta_grants_of(struct arena *arena, const json *resource)
{
    json *grants = json_object(arena);
    for (size_t i = 0; i < ARRAY_LEN(grant_lists); i++) {
        const json *list = json_get(resource, grant_lists[i]);
        json *copy = json_is(list, JSON_ARRAY) ? json_set_array(grants, grant_lists[i]) : NULL;
        for (const json *grant = copy == NULL ? NULL : json_first(list); grant != NULL; grant = json_next(grant))
            copy_grant(copy, grant);
    }
    return grants;
}

static bool complete_grant(struct session *s, json *grant)
{
    const char *value = json_get_text(grant, "value", "");
    const json *offer = map_get(s->sim->offered, value);
    if (offer == NULL)
        return error_set(s->err, ERROR_INVALID, "entitle", "grant what is there, or import-entitlements again",
                         "the last import of entitlements found no \"%.80s\"", value);
    for (size_t i = 1; i < ARRAY_LEN(grant_texts); i++)
        if (json_get(grant, grant_texts[i]) == NULL)
            json_set_text(grant, grant_texts[i], json_get_text(offer, grant_texts[i], NULL));
    return true;
}

bool okta_complete_grants(struct session *session, json *grants)
{
    for (json *list = json_edit_first(grants); list != NULL && session->sim->offered != NULL; list = json_edit_next(list))
        for (json *grant = json_edit_first(list); grant != NULL; grant = json_edit_next(grant))
            if (!complete_grant(session, grant))
                return false;
    return true;
}
