#include "common/base.h"
#include "simulator/okta_import.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/attribute.h"
#include "simulator/dialect.h"
#include "simulator/directory.h"
#include "simulator/okta_discovery.h"
#include "simulator/okta_source.h"

#include <string.h>

/* --- pages --- */

enum flow okta_read_page(struct session *s, const char *target, int64_t *total, size_t *count, okta_take *take, void *context)
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

enum flow okta_read_pages(struct session *s, const char *endpoint, int size, okta_take *take, void *context, int64_t *total)
{
    size_t count = 0;
    for (int page = 0; page < OKTA_MAX_PAGES; page++) {
        int64_t start = (int64_t)page * size + 1;
        const char *target = arena_printf(s->sim->arena, "%s?startIndex=%lld&count=%d", endpoint, (long long)start, size);
        enum flow flow = okta_read_page(s, target, total, &count, take, context);
        if (flow != FLOW_DONE)
            return flow;
        int64_t left = *total - start + 1;
        if (left > 0 && (int64_t)count < (left < size ? left : size))
            session_note(s, COMPLAINT_PAGE_SHORT);
        if (left <= size)
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

/* What the server has not taken yet is newer. */
static void settle_grants(const struct import *import, size_t i)
{
    struct directory_user *user = import->s->sim->directory->users[i];
    bool managed = session_axis(import->s, AXIS_ENTITLEMENTS) == SETTING_ON;
    if (managed && user->assigned && import->ids[i] != NULL && user->untold == NULL)
        user->entitlements = json_copy(import->s->sim->arena, okta_grants_of(import->s->sim->arena, import->resources[i]));
}

static void settle_person(const struct import *import, size_t i)
{
    settle_grants(import, i);
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
    int64_t total = 0;
    enum flow flow = okta_read_pages(session, "/Users", session_axis(session, AXIS_PAGE_SIZE), take_user, &import, &total);
    if (flow == FLOW_DONE && session_axis(session, AXIS_GROUP_IMPORT) == GROUP_IMPORT_ON) {
        flow = okta_read_pages(session, "/Groups", session_axis(session, AXIS_PAGE_SIZE), take_group, &import, &total);
        if (flow == FLOW_DONE)
            session->sim->imported_groups = import.groups;
    }
    if (flow == FLOW_DONE)
        settle(&import);
    return flow;
}
