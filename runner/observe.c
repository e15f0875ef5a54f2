#include "common/base.h"

#include "runner/observe.h"

#include "common/error.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"
#include "common/unicode.h"
#include "runner/place.h"
#include "simulator/directory.h"

#include <string.h>

/* --- reading --- */

static bool seen_before(const struct observation *o, const char *id)
{
    return id[0] != '\0' && (observed_user(o, id) != NULL || observed_group(o, id) != NULL);
}

static void add_user(struct place *place, struct observation *o, const json *resource)
{
    if ((o->user_count & (o->user_count - 1)) == 0) /* full at each power of two */
        o->users =
            arena_grow(place->arena, o->users, o->user_count, o->user_count == 0 ? 1 : 2 * o->user_count, sizeof *o->users);
    const json *active = json_get_nocase(resource, "active");
    const char *user_name = json_text(json_get_nocase(resource, "userName"));
    o->users[o->user_count++] = (struct seen_user){.id = json_get_text(resource, "id", ""),
                                                   .user_name = user_name == NULL ? "" : user_name,
                                                   .active = active == NULL || json_true(active),
                                                   .resource = resource};
}

static void add_group(struct place *place, struct observation *o, const json *resource)
{
    if ((o->group_count & (o->group_count - 1)) == 0)
        o->groups =
            arena_grow(place->arena, o->groups, o->group_count, o->group_count == 0 ? 1 : 2 * o->group_count, sizeof *o->groups);
    const json *members = json_get_nocase(resource, "members");
    const char *name = json_text(json_get_nocase(resource, "displayName"));
    o->groups[o->group_count++] = (struct seen_group){.id = json_get_text(resource, "id", ""),
                                                      .name = name == NULL ? "" : name,
                                                      .members = json_is(members, JSON_ARRAY) ? members : NULL,
                                                      .resource = resource};
}

typedef void add_resource(struct place *place, struct observation *o, const json *resource);

static size_t add_page(struct place *place, struct observation *o, const json *page, add_resource *add)
{
    size_t n = 0;
    const json *list = json_get(page, "Resources");
    for (const json *node = json_is(list, JSON_ARRAY) ? json_first(list) : NULL; node != NULL; node = json_next(node), n++) {
        if (o->user_count + o->group_count == OBSERVE_MAX)
            break;
        if (seen_before(o, json_get_text(node, "id", "")))
            o->repeated = true;
        add(place, o, node);
    }
    return n;
}

/* Any status but 200 makes the SCIM view unreadable; which is right when the plan has no SCIM or the token was revoked. */
static bool read_one(struct place *place, const char *target, struct observation *o, struct reply *reply, struct error *err)
{
    if (!place_read(place, target, reply, err))
        return false;
    o->exchange = reply->exchange;
    if (reply->status != 200 || reply->body == NULL) {
        o->scim = false;
        o->scim_status = reply->status;
    }
    return true;
}

static bool read_all(struct place *place, const char *endpoint, struct observation *o, add_resource *add, struct error *err)
{
    int64_t start = 1, total = 1, promised = 0;
    for (unsigned page = 0; start <= total && o->scim; page++) {
        if (page == OBSERVE_MAX_PAGES || o->user_count + o->group_count == OBSERVE_MAX) {
            o->endless = total > promised; /* else it is only long */
            break;
        }
        struct reply reply;
        const char *target = arena_printf(place->arena, "%s?startIndex=%lld&count=%d", endpoint, (long long)start, OBSERVE_PAGE);
        if (!read_one(place, target, o, &reply, err))
            return false;
        size_t n = o->scim ? add_page(place, o, reply.body, add) : 0;
        total = json_get_integer(reply.body, "totalResults", 0);
        promised = page == 0 ? total : promised;
        if (n == 0)
            break;
        start += (int64_t)n;
    }
    return true;
}

static bool read_own_users(struct place *place, const struct directory *directory, struct observation *o, struct error *err)
{
    for (size_t i = 0; i < directory->user_count && o->scim; i++) {
        const char *name = directory_user_name(directory->users[i]);
        const char *filter = http_escape_component(place->arena, arena_printf(place->arena, "userName eq \"%s\"", name));
        struct reply reply;
        if (!read_one(place, arena_printf(place->arena, "/Users?filter=%s", filter), o, &reply, err))
            return false;
        if (o->scim)
            add_page(place, o, reply.body, add_user);
    }
    return true;
}

/* A group that the provider has not pushed yet may be there all the same, to be linked. */
static bool read_unpushed(struct place *place, const struct directory_group *group, struct observation *o, struct error *err)
{
    struct reply reply;
    const char *filter = http_escape_component(place->arena, arena_printf(place->arena, "displayName eq \"%s\"", group->name));
    if (group->deleted)
        return true;
    if (!place_read(place, arena_printf(place->arena, "/Groups?filter=%s", filter), &reply, err))
        return false;
    if (reply.status == 200 && reply.body != NULL)
        add_page(place, o, reply.body, add_group);
    return true;
}

static bool read_own_groups(struct place *place, const struct directory *directory, struct observation *o, struct error *err)
{
    for (size_t i = 0; i < directory->group_count && o->scim; i++) {
        const char *id = directory->groups[i]->server_id;
        struct reply reply;
        if (id == NULL) {
            if (!read_unpushed(place, directory->groups[i], o, err))
                return false;
            continue;
        }
        if (!place_read(place, arena_printf(place->arena, "/Groups/%s", http_escape_component(place->arena, id)), &reply, err))
            return false;
        if (reply.status == 200 && reply.body != NULL)
            add_group(place, o, reply.body);
    }
    return true;
}

bool observe(struct place *place, const struct directory *directory, struct observation *out, struct error *err)
{
    struct observation o = {.scim = true};
    if (place->organization == NULL) {
        if (!read_own_users(place, directory, &o, err) || !read_own_groups(place, directory, &o, err))
            return false;
        *out = o;
        return true;
    }
    struct reply reply;
    if (!read_all(place, "/Users", &o, add_user, err) || !read_all(place, "/Groups", &o, add_group, err) ||
        !place_admin(place, "GET", "/access", NULL, &reply, err))
        return false;
    if (reply.status == 401 || reply.status == 403)
        return error_set(err, ERROR_CREDENTIALS, "admin door", "check SCIMULATOR_ADMIN_TOKEN",
                         "the access document is refused (%d)", reply.status);
    if (reply.status != 200 || !json_is(reply.body, JSON_OBJECT))
        return error_set(err, ERROR_INVALID, "admin door", "", "the access document can't be read: status %d", reply.status);
    o.access = reply.body;
    *out = o;
    return true;
}

/* --- the SCIM view --- */

const struct seen_user *observed_user(const struct observation *o, const char *id)
{
    for (size_t i = 0; id != NULL && i < o->user_count; i++)
        if (strcmp(o->users[i].id, id) == 0)
            return &o->users[i];
    return NULL;
}

const struct seen_user *observed_user_named(const struct observation *o, const char *user_name, size_t *count)
{
    const struct seen_user *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < o->user_count; i++)
        if (unicode_equal_fold(o->users[i].user_name, user_name)) {
            if (n++ == 0)
                first = &o->users[i];
        }
    if (count != NULL)
        *count = n;
    return first;
}

const struct seen_group *observed_group(const struct observation *o, const char *id)
{
    for (size_t i = 0; id != NULL && i < o->group_count; i++)
        if (strcmp(o->groups[i].id, id) == 0)
            return &o->groups[i];
    return NULL;
}

bool seen_member(const struct seen_group *group, const char *id)
{
    for (const json *node = json_first(group->members); node != NULL; node = json_next(node))
        if (id != NULL && text_equal(json_get_text(node, "value", NULL), id))
            return true;
    return false;
}

/* --- the access document --- */

static const json *find(const json *list, const char *member, const char *value)
{
    for (const json *node = json_first(list); node != NULL; node = json_next(node))
        if (text_equal(json_get_text(node, member, NULL), value))
            return node;
    return NULL;
}

const json *access_user(const json *document, const char *account, const char *user_name)
{
    const json *users = json_get(document, "users");
    if (account != NULL)
        return find(users, "account", account);
    for (const json *node = json_first(users); node != NULL && user_name != NULL; node = json_next(node))
        if (unicode_equal_fold(json_get_text(node, "user", ""), user_name))
            return node;
    return NULL;
}

const json *access_group(const json *document, const char *id)
{
    return id == NULL ? NULL : find(json_get(document, "groups"), "group", id);
}

const json *access_entry(const json *user, const char *resource)
{
    return find(json_get(user, "access"), "resource", resource);
}

const json *access_resource(const json *document, const char *resource)
{
    return find(json_get(document, "resources"), "resource", resource);
}

const char *access_cell(struct arena *arena, const json *entry)
{
    const char *role = json_get_text(entry, "role", "");
    return text_equal(json_get_text(entry, "state", ""), "joinable") ? arena_printf(arena, "%s, joinable", role) : role;
}
