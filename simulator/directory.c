#include "common/base.h"
#include "simulator/directory.h"

#include "common/error.h"
#include "common/map.h"
#include "common/memory.h"
#include "common/rng.h"
#include "common/text.h"
#include "common/unicode.h"
#include "simulator/attribute.h"
#include "simulator/directory_nested.h"

#include <string.h>

#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* What loading needs everywhere. */
struct loading {
    struct directory *directory;
    bool okta_ids;
    struct rng *rng;
    struct map *names; /* folded user names to people, so that loading many stays quick */
    struct error *err;
};

/* --- looking --- */

struct directory_user *directory_user(const struct directory *directory, const char *key)
{
    for (size_t i = 0; i < directory->user_count; i++)
        if (text_equal(directory->users[i]->key, key))
            return directory->users[i];
    return NULL;
}

struct directory_group *directory_group(const struct directory *directory, const char *key)
{
    for (size_t i = 0; i < directory->group_count; i++)
        if (text_equal(directory->groups[i]->key, key))
            return directory->groups[i];
    return NULL;
}

static size_t position(struct directory_user *const *list, size_t count, const struct directory_user *user)
{
    size_t i = 0;
    while (i < count && list[i] != user)
        i++;
    return i;
}

bool directory_is_member(const struct directory_group *group, const struct directory_user *user)
{
    return position(group->members, group->member_count, user) < group->member_count;
}

bool directory_is_pushed_member(const struct directory_group *group, const struct directory_user *user)
{
    return position(group->pushed_members, group->pushed_member_count, user) < group->pushed_member_count;
}

const char *directory_text(const struct directory_user *user, const char *attribute)
{
    return json_get_text(user->profile, attribute, NULL);
}

const char *directory_principal_name(const struct directory_user *user)
{
    const char *name = directory_text(user, "userName");
    return name != NULL ? name : json_get_text(user->profile, "email", "");
}

const char *directory_user_name(const struct directory_user *user)
{
    return user->app_name != NULL ? user->app_name : directory_principal_name(user);
}

void directory_told(struct directory *directory, struct directory_user *user, const json *changes)
{
    json *cleared = json_object(directory->arena);
    for (const json *item = json_first(user->cleared); item != NULL; item = json_next(item))
        if (directory_text(user, json_key(item)) == NULL)
            json_set_bool(cleared, json_key(item), true);
    for (const json *change = json_first(changes); change != NULL; change = json_next(change))
        if (json_type(change) == JSON_NULL)
            json_set_bool(cleared, json_key(change), true);
    user->cleared = cleared;
}

const struct directory_user *directory_manager(const struct directory *directory, const struct directory_user *user)
{
    const char *key = directory_text(user, "manager");
    return key != NULL ? directory_user(directory, key) : NULL;
}

const char *directory_app_name(const struct directory_group *group)
{
    return group->target != NULL ? group->target : group->name;
}

bool directory_has_app_by_group(const struct directory *directory, const struct directory_user *user)
{
    for (size_t i = 0; i < directory->group_count; i++) {
        const struct directory_group *group = directory->groups[i];
        if (group->assigned && !group->deleted && directory_is_member(group, user))
            return true;
    }
    return false;
}

bool directory_name_starts(const struct directory *directory, const struct directory_group *group, const char *start)
{
    return text_starts(group->name, start == NULL ? "" : directory_prefixed(directory, start));
}

/* --- changing --- */

static void insert(struct arena *arena, struct directory_user ***list, size_t *count, struct directory_user *user)
{
    if (position(*list, *count, user) < *count)
        return;
    *list = arena_grow(arena, *list, *count, *count + 1, sizeof **list);
    (*list)[(*count)++] = user;
}

static void extract(struct directory_user **list, size_t *count, const struct directory_user *user)
{
    size_t at = position(list, *count, user);
    if (at == *count)
        return;
    memmove(list + at, list + at + 1, (*count - at - 1) * sizeof *list);
    --*count;
}

void directory_add_member(struct directory *directory, struct directory_group *group, struct directory_user *user)
{
    insert(directory->arena, &group->members, &group->member_count, user);
}

void directory_remove_member(struct directory_group *group, const struct directory_user *user)
{
    extract(group->members, &group->member_count, user);
}

void directory_push_member(struct directory *directory, struct directory_group *group, struct directory_user *user)
{
    insert(directory->arena, &group->pushed_members, &group->pushed_member_count, user);
}

void directory_unpush_member(struct directory_group *group, const struct directory_user *user)
{
    extract(group->pushed_members, &group->pushed_member_count, user);
}

void directory_unpush_everywhere(struct directory *directory, const struct directory_user *user)
{
    for (size_t i = 0; i < directory->group_count; i++)
        directory_unpush_member(directory->groups[i], user);
}

static const char *new_id(struct arena *arena, bool okta, const char *okta_prefix, struct rng *rng)
{
    char text[37];
    if (!okta) {
        rng_uuid(rng, text);
        return arena_strdup(arena, text);
    }
    rng_text(rng, LETTERS_AND_DIGITS, 17, text);
    return arena_printf(arena, "%s%s", okta_prefix, text);
}

void directory_purge(const struct directory *directory, struct directory_user *user)
{
    user->state = USER_DELETED;
    for (size_t i = 0; i < directory->group_count; i++)
        directory_remove_member(directory->groups[i], user);
}

void directory_recreate(struct directory *directory, struct directory_user *user, bool okta_ids, struct rng *rng)
{
    user->id = new_id(directory->arena, okta_ids, "00u", rng);
    user->state = USER_ACTIVE;
    user->assigned = user->pushed_active = false;
    user->server_id = user->known_manager = user->last_error = NULL;
    user->known = user->entitlements = user->untold = user->failed_create = NULL;
    user->suspended = user->by_group = user->sourced = false;
    user->leaves_ms = 0;
    user->password = user->app_name = NULL;
    user->okta = 0;
    directory_unpush_everywhere(directory, user);
    user->role_count = user->known_role_count = 0;
}

void directory_set_roles(struct directory *directory, struct directory_user *user, const char *const *roles, size_t count,
                         struct rng *rng)
{
    const char **copy = arena_array(directory->arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = arena_strdup(directory->arena, roles[i]);
        if (directory_role_id(directory, roles[i]) == NULL)
            json_set_text(directory->role_ids, copy[i], new_id(directory->arena, false, "", rng));
    }
    user->roles = copy;
    user->role_count = count;
}

const char *directory_role_id(const struct directory *directory, const char *role)
{
    return json_get_text(directory->role_ids, role, NULL);
}

/* --- checks of one value --- */

static bool attribute_unknown(const char *where, const char *key, struct error *err)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < attribute_count && count < ARRAY_LEN(names); i++)
        if (attributes[i].profile)
            names[count++] = attributes[i].key;
    const char *near = text_nearest(key, names, count);
    char remedy[128] =
        "attributes of a person: givenName, familyName, email, userName, displayName, title, department, manager, phone, ...";
    if (near != NULL) {
        struct buffer text = buffer_new(sizeof remedy - 1);
        buffer_printf(&text, "did you mean \"%s\"?", near);
        strncpy(remedy, buffer_text(&text), sizeof remedy - 1);
        buffer_release(&text);
    }
    return error_set(err, ERROR_INVALID, where, remedy, "a person has no attribute \"%.80s\"", key);
}

static bool check_text(const char *where, const json *value, struct error *err)
{
    const char *text = json_text(value);
    if (text == NULL)
        return error_set(err, ERROR_INVALID, where, "write it in quotes", "is %s, must be text",
                         json_type_name(json_type(value)));
    if (text[0] == '\0')
        return error_set(err, ERROR_INVALID, where, "leave the attribute out, or write null in an update", "is empty");
    if (strlen(text) > DIRECTORY_MAX_TEXT)
        return error_set(err, ERROR_LIMIT, where, "shorten it", "is longer than %d bytes", DIRECTORY_MAX_TEXT);
    return true;
}

static const struct directory_user *namesake(const struct directory *directory, const struct directory_user *self)
{
    for (size_t i = 0; i < directory->user_count; i++) {
        const struct directory_user *other = directory->users[i];
        if (other != self && other->state != USER_DELETED &&
            unicode_equal_fold(directory_principal_name(other), directory_principal_name(self)))
            return other;
    }
    return NULL;
}

static bool check_user_name(const struct directory_user *user, const struct directory_user *other, const char *where,
                            struct error *err)
{
    const char *name = directory_principal_name(user);
    if (name[0] == '\0')
        return error_set(err, ERROR_INVALID, where, "give an email or a userName", "the person has no address to be known by");
    if (other != NULL)
        return error_set(err, ERROR_INVALID, where, "give every person an address of their own",
                         "\"%.200s\" is the address of \"%.80s\" too", name, other->key);
    return true;
}

/* Addresses and group names with the prefix that keeps runs on one target apart. */
const char *directory_prefixed(const struct directory *directory, const char *text)
{
    return directory->prefix != NULL && text != NULL ? arena_printf(directory->arena, "%s%s", directory->prefix, text) : text;
}

static bool is_address(const char *attribute)
{
    return text_equal(attribute, "email") || text_equal(attribute, "userName");
}

static void set_attribute(const struct directory *directory, json *profile, const char *key, const char *value)
{
    json_set_text(profile, key, is_address(key) ? directory_prefixed(directory, value) : value); /* no value removes */
}

void directory_rename(struct directory *directory, struct directory_group *group, const char *name)
{
    group->name = arena_strdup(directory->arena, directory_prefixed(directory, name));
}

/* --- loading people --- */

static const char *user_place(const struct loading *l, const char *key, const char *attribute)
{
    return arena_printf(l->directory->arena, "directory.users.%s%s%s", key, attribute != NULL ? "." : "",
                        attribute != NULL ? attribute : "");
}

/* Both directories hold a display name for everybody; who gives none gets given and family name. */
static void fill_display_name(struct arena *arena, json *profile)
{
    if (json_get(profile, "displayName") != NULL)
        return;
    const char *given = json_get_text(profile, "givenName", NULL), *family = json_get_text(profile, "familyName", NULL);
    if (given != NULL && family != NULL)
        json_set_text(profile, "displayName", arena_printf(arena, "%s %s", given, family));
    else if (given != NULL || family != NULL)
        json_set_text(profile, "displayName", given != NULL ? given : family);
}

static const char *nickname(struct arena *arena, const struct directory_user *user)
{
    const char *name = directory_principal_name(user);
    return arena_strndup(arena, name, strcspn(name, "@"));
}

static bool load_profile(const struct loading *l, const json *spec, json *profile)
{
    for (const json *value = json_first(spec); value != NULL; value = json_next(value)) {
        const char *where = user_place(l, json_key(spec), json_key(value));
        if (attribute_find(json_key(value)) == NULL)
            return attribute_unknown(where, json_key(value), l->err);
        if (!check_text(where, value, l->err))
            return false;
        set_attribute(l->directory, profile, json_key(value), json_text(value));
    }
    fill_display_name(l->directory->arena, profile);
    return true;
}

static bool load_user(const struct loading *l, const json *spec)
{
    struct arena *arena = l->directory->arena;
    const char *place = user_place(l, json_key(spec), NULL);
    if (!json_is(spec, JSON_OBJECT))
        return error_set(l->err, ERROR_INVALID, place, "write {\"email\": ...}", "is %s, must be an object",
                         json_type_name(json_type(spec)));
    struct directory_user *user = arena_alloc(arena, sizeof *user);
    user->key = arena_strdup(arena, json_key(spec));
    user->profile = json_object(arena);
    if (!load_profile(l, spec, user->profile))
        return false;
    const char *folded = unicode_fold(arena, directory_principal_name(user));
    if (!check_user_name(user, map_get(l->names, folded), place, l->err))
        return false;
    map_set(l->names, folded, user);
    user->id = new_id(arena, l->okta_ids, "00u", l->rng);
    user->nickname = nickname(arena, user);
    l->directory->users[l->directory->user_count++] = user;
    return true;
}

static bool check_managers(const struct loading *l)
{
    for (size_t i = 0; i < l->directory->user_count; i++) {
        const struct directory_user *user = l->directory->users[i];
        const char *key = directory_text(user, "manager");
        if (key != NULL && directory_user(l->directory, key) == NULL)
            return error_set(l->err, ERROR_INVALID, user_place(l, user->key, "manager"),
                             "name the key of a person in directory.users", "there is no person \"%.80s\"", key);
    }
    return true;
}

/* --- loading groups --- */

static bool load_members(const struct loading *l, struct directory_group *group, const json *members)
{
    const char *place = arena_printf(l->directory->arena, "directory.groups.%s.members", group->key);
    if (members == NULL)
        return true;
    if (!json_is(members, JSON_ARRAY))
        return error_set(l->err, ERROR_INVALID, place, "write [\"ada\", \"bob\"]", "is %s, must be an array",
                         json_type_name(json_type(members)));
    for (const json *item = json_first(members); item != NULL; item = json_next(item)) {
        const char *key = json_text(item);
        if (key == NULL)
            return error_set(l->err, ERROR_INVALID, place, "name keys of people in directory.users", "holds %s, must hold texts",
                             json_type_name(json_type(item)));
        struct directory_user *user = directory_user(l->directory, key);
        if (user == NULL)
            return error_set(l->err, ERROR_INVALID, place, "name keys of people in directory.users",
                             "there is no person \"%.80s\"", key);
        if (directory_is_member(group, user))
            return error_set(l->err, ERROR_INVALID, place, "name everybody once", "\"%.80s\" stands there twice", key);
        directory_add_member(l->directory, group, user);
    }
    return true;
}

static bool load_group(const struct loading *l, const json *spec)
{
    struct arena *arena = l->directory->arena;
    const char *key = json_key(spec), *place = arena_printf(arena, "directory.groups.%s", key);
    if (!json_is(spec, JSON_OBJECT))
        return error_set(l->err, ERROR_INVALID, place, "write {\"name\": ..., \"members\": [...]}", "is %s, must be an object",
                         json_type_name(json_type(spec)));
    for (const json *item = json_first(spec); item != NULL; item = json_next(item))
        if (!text_equal(json_key(item), "name") && !text_equal(json_key(item), "members") &&
            !text_equal(json_key(item), "groups"))
            return error_set(l->err, ERROR_INVALID, place, "a group has name, members and groups", "unknown member \"%.80s\"",
                             json_key(item));
    if (!check_text(arena_printf(arena, "%s.name", place), json_get(spec, "name"), l->err))
        return false;
    struct directory_group *group = arena_alloc(arena, sizeof *group);
    group->key = arena_strdup(arena, key);
    group->id = new_id(arena, l->okta_ids, "00g", l->rng);
    directory_rename(l->directory, group, json_get_text(spec, "name", ""));
    if (!load_members(l, group, json_get(spec, "members")))
        return false;
    l->directory->groups[l->directory->group_count++] = group;
    return true;
}

/* --- the whole --- */

static bool check_part(const json *part, const char *where, size_t max, struct error *err)
{
    if (part != NULL && !json_is(part, JSON_OBJECT))
        return error_set(err, ERROR_INVALID, where, "write {\"key\": {...}}", "is %s, must be an object",
                         json_type_name(json_type(part)));
    if (json_count(part) > max)
        return error_set(err, ERROR_LIMIT, where, "take fewer", "has %zu members, at most %zu are allowed", json_count(part),
                         max);
    return true;
}

static bool check_spec(const json *spec, struct error *err)
{
    if (!json_is(spec, JSON_OBJECT))
        return error_set(err, ERROR_INVALID, "directory", "write {\"users\": {...}, \"groups\": {...}}",
                         "is %s, must be an object", json_type_name(json_type(spec)));
    for (const json *part = json_first(spec); part != NULL; part = json_next(part))
        if (!text_equal(json_key(part), "users") && !text_equal(json_key(part), "groups"))
            return error_set(err, ERROR_INVALID, "directory", "a directory has users and groups", "unknown member \"%.80s\"",
                             json_key(part));
    return check_part(json_get(spec, "users"), "directory.users", DIRECTORY_MAX_USERS, err) &&
           check_part(json_get(spec, "groups"), "directory.groups", DIRECTORY_MAX_GROUPS, err);
}

/* The arrays have room for what comes. */
static void make_room(struct directory *directory, size_t users, size_t groups)
{
    struct arena *arena = directory->arena;
    directory->users =
        arena_grow(arena, directory->users, directory->user_count, directory->user_count + users + 1, sizeof *directory->users);
    directory->groups = arena_grow(arena, directory->groups, directory->group_count, directory->group_count + groups + 1,
                                   sizeof *directory->groups);
}

static bool check_new_keys(const struct directory *directory, const json *users, const json *groups, struct error *err)
{
    for (const json *user = json_first(users); user != NULL; user = json_next(user))
        if (directory_user(directory, json_key(user)) != NULL)
            return error_set(err, ERROR_INVALID, "directory.users", "take another key", "there is a person \"%.80s\" already",
                             json_key(user));
    for (const json *group = json_first(groups); group != NULL; group = json_next(group))
        if (directory_group(directory, json_key(group)) != NULL)
            return error_set(err, ERROR_INVALID, "directory.groups", "take another key", "there is a group \"%.80s\" already",
                             json_key(group));
    return true;
}

static bool load_all(const struct loading *l, const json *users, const json *groups)
{
    struct directory *directory = l->directory;
    make_room(directory, json_count(users), json_count(groups));
    for (size_t i = 0; i < directory->user_count; i++)
        map_set(l->names, unicode_fold(directory->arena, directory_principal_name(directory->users[i])), directory->users[i]);
    for (const json *user = json_first(users); user != NULL; user = json_next(user))
        if (!load_user(l, user))
            return false;
    if (!check_managers(l))
        return false;
    for (const json *group = json_first(groups); group != NULL; group = json_next(group))
        if (!load_group(l, group))
            return false;
    for (const json *group = json_first(groups); group != NULL; group = json_next(group))
        if (!directory_read_inner(directory, group, l->okta_ids, l->err))
            return false;
    return true;
}

bool directory_add(struct directory *directory, const json *spec, bool okta_ids, struct rng *rng, struct error *err)
{
    const json *users = json_get(spec, "users"), *groups = json_get(spec, "groups");
    if (!check_spec(spec, err) || !check_new_keys(directory, users, groups, err))
        return false;
    struct loading l = {directory, okta_ids, rng, map_new(), err};
    size_t user_count = directory->user_count, group_count = directory->group_count;
    bool loaded = load_all(&l, users, groups);
    map_free(l.names);
    if (!loaded) {
        directory->user_count = user_count;
        directory->group_count = group_count;
    }
    return loaded;
}

bool directory_load(struct arena *arena, const json *spec, bool okta_ids, const char *prefix, struct rng *rng,
                    struct directory **out, struct error *err)
{
    struct directory *directory = arena_alloc(arena, sizeof *directory);
    directory->arena = arena;
    directory->role_ids = json_object(arena);
    directory->prefix = prefix != NULL ? arena_strdup(arena, prefix) : NULL;
    if (!directory_add(directory, spec, okta_ids, rng, err))
        return false;
    *out = directory;
    return true;
}

static bool check_change(const struct directory *directory, const struct directory_user *user, const json *value,
                         struct error *err)
{
    const char *key = json_key(value);
    const char *where = arena_printf(directory->arena, "update %s.%s", user->key, key);
    if (attribute_find(key) == NULL)
        return attribute_unknown(where, key, err);
    if (json_type(value) == JSON_NULL)
        return true;
    if (!check_text(where, value, err))
        return false;
    if (text_equal(key, "manager") && directory_user(directory, json_text(value)) == NULL)
        return error_set(err, ERROR_INVALID, where, "name the key of a person in directory.users", "there is no person \"%.80s\"",
                         json_text(value));
    return true;
}

bool directory_update(struct directory *directory, struct directory_user *user, const json *changes, struct error *err)
{
    for (const json *value = json_first(changes); value != NULL; value = json_next(value))
        if (!check_change(directory, user, value, err))
            return false;
    json *before = user->profile;
    user->profile = json_copy(directory->arena, before);
    for (const json *value = json_first(changes); value != NULL; value = json_next(value))
        set_attribute(directory, user->profile, json_key(value), json_text(value));
    const char *where = arena_printf(directory->arena, "update %s", user->key);
    if (check_user_name(user, namesake(directory, user), where, err))
        return true;
    user->profile = before;
    return false;
}
