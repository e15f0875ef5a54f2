#include "common/base.h"
#include "simulator/okta_import.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_source.h"

#include <string.h>

#define URN_ROLE        "urn:okta:scim:schemas:core:1.0:Role"
#define URN_ENTITLEMENT "urn:okta:scim:schemas:core:1.0:Entitlement"

/* --- pages --- */

typedef void take_resource(void *context, const json *resource);

static enum flow read_page(struct session *s, const char *target, int64_t *total, size_t *count, take_resource *take,
                           void *context)
{
    struct reply reply;
    struct match match;
    enum flow flow = session_send(s, "GET", target, NULL, &reply);
    if (flow == FLOW_DONE && !reply_ok(&reply))
        return session_refuse(s, &reply); /* a 404 is no empty list here */
    if (flow == FLOW_DONE)
        flow = session_read_list(s, &reply, &match);
    if (flow != FLOW_DONE)
        return flow;
    const json *number = json_get_nocase(reply.body, "totalResults");
    if (!json_integer(number, total))
        *total = 0;
    *count = match.count;
    for (const json *item = match.resource; item != NULL; item = json_next(item))
        take(context, item);
    return FLOW_DONE;
}

/* A short page is noted once; the import goes on as the real one does. */
static enum flow read_pages(struct session *s, const char *endpoint, take_resource *take, void *context)
{
    int64_t total = 0;
    size_t count = 0;
    for (int page = 0; page < OKTA_MAX_PAGES; page++) {
        int64_t start = (int64_t)page * OKTA_PAGE_SIZE + 1;
        const char *target =
            arena_printf(s->sim->arena, "%s?startIndex=%lld&count=%d", endpoint, (long long)start, OKTA_PAGE_SIZE);
        enum flow flow = read_page(s, target, &total, &count, take, context);
        if (flow != FLOW_DONE)
            return flow;
        int64_t left = total - start + 1;
        if (left > 0 && (int64_t)count < (left < OKTA_PAGE_SIZE ? left : OKTA_PAGE_SIZE))
            session_note(s, COMPLAINT_PAGE_SHORT);
        if (left <= OKTA_PAGE_SIZE)
            return FLOW_DONE;
    }
    return session_complain(s, COMPLAINT_PAGE_ENDLESS);
}

/* --- people and groups --- */

struct import {
    struct session *s;
    struct map *known;                   /* "i" and the id, or "n" and the folded user name of who has none: place in ids */
    const char **ids;                    /* by position in the directory: id of the active resource of that person; NULL */
    const json **resources, **strangers; /* likewise the resource; who is nobody of the directory */
    size_t stranger_count, scanned, new_ones;
    json *groups; /* displayName: id */
};

static void free_map(void *map)
{
    map_free(map);
}

static void know(struct import *import)
{
    struct arena *arena = import->s->sim->arena;
    const struct directory *directory = import->s->sim->directory;
    import->ids = arena_array(arena, directory->user_count + 1, sizeof *import->ids);
    import->resources = arena_array(arena, directory->user_count + 1, sizeof *import->resources);
    import->known = map_new();
    arena_defer(arena, free_map, import->known);
    for (size_t i = 0; i < directory->user_count; i++) {
        const struct directory_user *user = directory->users[i];
        const char *key = user->server_id != NULL ? arena_printf(arena, "i%s", user->server_id)
                                                  : arena_printf(arena, "n%s", unicode_fold(arena, directory_user_name(user)));
        if (user->state != USER_DELETED)
            map_set(import->known, key, &import->ids[i]);
    }
}

static void take_user(void *context, const json *resource)
{
    struct import *import = context;
    const char *name = json_get_text(resource, "userName", NULL), *id = json_get_text(resource, "id", NULL);
    const json *active = json_get(resource, "active");
    if (name == NULL || !session_usable_id(id) || (json_is(active, JSON_BOOL) && !json_true(active)))
        return;
    struct arena *arena = import->s->sim->arena;
    const char **place = map_get(import->known, arena_printf(arena, "i%s", id));
    if (place == NULL)
        place = map_get(import->known, arena_printf(arena, "n%s", unicode_fold(arena, name)));
    import->scanned++;
    if (place != NULL) {
        *place = arena_strdup(arena, id);
        import->resources[place - import->ids] = resource; /* lives in the case's arena */
    } else if (okta_source_reads(import->s)) {
        size_t n = import->stranger_count++;
        if (n >= 64 ? (n & (n - 1)) == 0 : n == 0)
            import->strangers = arena_grow(arena, import->strangers, n, n == 0 ? 64 : 2 * n, sizeof *import->strangers);
        import->strangers[n] = resource;
    }
    if (place == NULL || !import->s->sim->directory->users[place - import->ids]->assigned)
        import->new_ones++;
}

static void take_group(void *context, const json *resource)
{
    struct import *import = context;
    const char *name = json_get_text(resource, "displayName", NULL), *id = json_get_text(resource, "id", NULL);
    if (name != NULL && session_usable_id(id))
        json_set_text(import->groups, name, id);
}

static bool is_lost(const struct import *import, size_t i)
{
    const struct directory_user *user = import->s->sim->directory->users[i];
    return user->assigned && user->server_id != NULL && user->pushed_active && import->ids[i] == NULL;
}

static void settle_person(const struct import *import, size_t i)
{
    struct directory_user *user = import->s->sim->directory->users[i];
    if (is_lost(import, i))
        okta_source_lost(import->s, user);
    else if (import->ids[i] != NULL)
        okta_source_found(import->s, user, import->ids[i], import->resources[i]);
}

static void settle(const struct import *import)
{
    const struct session *s = import->s;
    const struct directory *directory = s->sim->directory;
    size_t known = 0, lost = 0, percent = (size_t)session_axis(s, AXIS_IMPORT_SAFEGUARD), count = directory->user_count;
    for (size_t i = 0; i < count; i++) {
        known += directory->users[i]->assigned && directory->users[i]->server_id != NULL;
        lost += is_lost(import, i);
    }
    bool safe = lost * 100 <= known * percent;
    for (size_t i = 0; i < count && safe; i++)
        settle_person(import, i);
    for (size_t i = 0; i < import->stranger_count && safe; i++)
        okta_source_new(import->s, import->strangers[i]);
    session_trace(import->s, arena_printf(s->sim->arena, "import: %zu scanned, %zu new, %zu removed%s", import->scanned,
                                          import->new_ones, safe ? lost : 0, safe ? "" : ", stopped by the import safeguard"));
}

enum flow okta_import(struct session *session)
{
    struct import import = {.s = session, .groups = json_object(session->sim->arena)};
    know(&import);
    enum flow flow = read_pages(session, "/Users", take_user, &import);
    if (flow == FLOW_DONE && session_axis(session, AXIS_GROUP_IMPORT) == GROUP_IMPORT_ON) {
        flow = read_pages(session, "/Groups", take_group, &import);
        if (flow == FLOW_DONE)
            session->sim->imported_groups = import.groups;
    }
    if (flow == FLOW_DONE)
        settle(&import);
    return flow;
}

/* --- roles and entitlements --- */

struct types {
    json *endpoints; /* path: schema, of roles and entitlements */
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
    if (text_equal(schema, URN_ROLE) || text_equal(schema, URN_ENTITLEMENT)) {
        if (is_endpoint(endpoint) && json_count(types->endpoints) < OKTA_MAX_ENDPOINTS)
            json_set_text(types->endpoints, endpoint, schema);
    }
    const json *extensions = json_get(resource, "schemaExtensions");
    for (const json *item = json_first(extensions); item != NULL; item = json_next(item))
        types->extension = types->extension || !text_equal(json_get_text(item, "schema", URN_ENTERPRISE), URN_ENTERPRISE);
}

static void take_nothing(void *context, const json *resource)
{
    UNUSED(context);
    UNUSED(resource);
}

static void count_one(void *context, const json *resource)
{
    UNUSED(resource);
    ++*(size_t *)context;
}

enum flow okta_import_entitlements(struct session *session)
{
    struct types types = {.endpoints = json_object(session->sim->arena)};
    int64_t total = 0;
    size_t count = 0, found = 0;
    enum flow flow = read_page(session, "/ResourceTypes", &total, &count, take_type, &types);
    if (flow == FLOW_DONE && types.extension)
        flow = read_page(session, "/Schemas", &total, &count, take_nothing, NULL);
    for (const json *item = json_first(types.endpoints); item != NULL && flow == FLOW_DONE; item = json_next(item))
        flow = read_pages(session, json_key(item), count_one, &found);
    if (flow == FLOW_DONE)
        session_trace(session, arena_printf(session->sim->arena, "import of entitlements: %zu endpoints, %zu found",
                                            json_count(types.endpoints), found));
    return flow;
}
