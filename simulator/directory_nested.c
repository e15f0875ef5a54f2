#include "common/base.h"
#include "simulator/directory_nested.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"
#include "simulator/directory.h"

#include <string.h>

static size_t position(struct directory_group *const *list, size_t count, const struct directory_group *group)
{
    size_t i = 0;
    while (i < count && list[i] != group)
        i++;
    return i;
}

static void insert(struct arena *arena, struct directory_group ***list, size_t *count, struct directory_group *group)
{
    if (position(*list, *count, group) < *count)
        return;
    *list = arena_grow(arena, *list, *count, *count + 1, sizeof **list);
    (*list)[(*count)++] = group;
}

static void extract(struct directory_group **list, size_t *count, const struct directory_group *group)
{
    size_t at = position(list, *count, group);
    if (at == *count)
        return;
    memmove(list + at, list + at + 1, (*count - at - 1) * sizeof *list);
    --*count;
}

bool directory_has_inner(const struct directory_group *group, const struct directory_group *inner)
{
    return position(group->inner, group->inner_count, inner) < group->inner_count;
}

/* Each once, and without recursion: what is inside what is written by people. */
size_t directory_inside(const struct directory *directory, const struct directory_group *group,
                        const struct directory_group *const **out)
{
    const struct directory_group **found = arena_array(directory->arena, directory->group_count + 1, sizeof *found);
    size_t count = 0;
    found[count++] = group;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < found[i]->inner_count; k++) {
            size_t at = 0;
            while (at < count && found[at] != found[i]->inner[k])
                at++;
            if (at == count)
                found[count++] = found[i]->inner[k];
        }
    *out = found;
    return count;
}

static bool is_inside(const struct directory *directory, const struct directory_group *group,
                      const struct directory_group *wanted)
{
    const struct directory_group *const *found;
    for (size_t i = directory_inside(directory, group, &found); i-- > 0;)
        if (found[i] == wanted)
            return true;
    return false;
}

bool directory_add_inner(struct directory *directory, struct directory_group *group, struct directory_group *inner,
                         struct error *err)
{
    if (is_inside(directory, inner, group))
        return error_set(err, ERROR_INVALID, group->key, "put it somewhere else", "\"%.80s\" would be inside itself", inner->key);
    if (group->inner_count == DIRECTORY_MAX_INNER)
        return error_set(err, ERROR_LIMIT, group->key, "take fewer", "a group has more than %d groups inside",
                         DIRECTORY_MAX_INNER);
    insert(directory->arena, &group->inner, &group->inner_count, inner);
    return true;
}

void directory_remove_inner(struct directory_group *group, const struct directory_group *inner)
{
    extract(group->inner, &group->inner_count, inner);
}

void directory_leave_groups(const struct directory *directory, const struct directory_group *inner)
{
    for (size_t i = 0; i < directory->group_count; i++)
        directory_remove_inner(directory->groups[i], inner);
}

bool directory_read_inner(struct directory *directory, const json *spec, bool okta, struct error *err)
{
    const json *keys = json_get(spec, "groups");
    const char *place = arena_printf(directory->arena, "directory.groups.%s.groups", json_key(spec));
    struct directory_group *group = directory_group(directory, json_key(spec));
    if (keys == NULL)
        return true;
    if (okta)
        return error_set(err, ERROR_INVALID, place, "leave Okta's dialects out", "Okta's groups hold people, and no groups");
    if (!json_is(keys, JSON_ARRAY))
        return error_set(err, ERROR_INVALID, place, "write [\"eng\"]", "is %s, must be an array",
                         json_type_name(json_type(keys)));
    for (const json *key = json_first(keys); key != NULL; key = json_next(key)) {
        struct directory_group *inner = json_text(key) == NULL ? NULL : directory_group(directory, json_text(key));
        if (inner == NULL)
            return error_set(err, ERROR_INVALID, place, "name keys of directory.groups", "there is no group \"%.80s\"",
                             json_text(key) == NULL ? "" : json_text(key));
        if (!directory_add_inner(directory, group, inner, err))
            return false;
    }
    return true;
}

bool directory_has_pushed_inner(const struct directory_group *group, const struct directory_group *inner)
{
    return position(group->pushed_inner, group->pushed_inner_count, inner) < group->pushed_inner_count;
}

void directory_push_inner(struct directory *directory, struct directory_group *group, struct directory_group *inner)
{
    insert(directory->arena, &group->pushed_inner, &group->pushed_inner_count, inner);
}

void directory_unpush_inner(struct directory_group *group, const struct directory_group *inner)
{
    extract(group->pushed_inner, &group->pushed_inner_count, inner);
}

void directory_unpush_inner_everywhere(const struct directory *directory, const struct directory_group *inner)
{
    for (size_t i = 0; i < directory->group_count; i++)
        directory_unpush_inner(directory->groups[i], inner);
}
