#include "common/base.h"

#include "reference-server/model/group_walk.h"

#include "common/map.h"
#include "common/memory.h"
#include "reference-server/model/account.h"
#include "reference-server/model/group.h"

/* Most walks are short: up to WALK_SHORT items are looked through one by one, and only more are worth a map. */
#define WALK_SHORT 16

bool group_walk_has(const struct group_walk *walk, const char *id, const void *item)
{
    for (size_t i = 0; walk->seen == NULL && i < walk->count; i++) {
        if (walk->items[i].item == item) {
            return true;
        }
    }
    return walk->seen != NULL && map_get(walk->seen, id) != NULL;
}

static void walk_remember(struct group_walk *walk)
{
    size_t first = walk->seen != NULL ? walk->count - 1 : 0;
    if (walk->count > WALK_SHORT && walk->seen == NULL) {
        walk->seen = map_new_with(false, true);
    }
    for (size_t i = first; walk->seen != NULL && i < walk->count; i++) {
        map_set(walk->seen, walk->items[i].id, walk->items[i].item);
    }
}

void group_walk_add(struct group_walk *walk, const char *id, void *item)
{
    if (group_walk_has(walk, id, item)) {
        return;
    }
    if (walk->count == walk->capacity) {
        size_t capacity = walk->capacity == 0 ? 8 : walk->capacity * 2;
        walk->items = arena_grow(walk->arena, walk->items, walk->count, capacity, sizeof *walk->items);
        walk->capacity = capacity;
    }
    walk->items[walk->count++] = (struct group_walk_item){id, item};
    walk_remember(walk);
}

static void walk_add_all(struct group_walk *walk, const struct map *groups)
{
    const char *id;
    void *group;
    for (size_t i = 0; map_at(groups, &i, &id, &group);) {
        group_walk_add(walk, id, group);
    }
}

void group_walk_up(struct group_walk *walk)
{
    for (size_t i = 0; i < walk->count; i++) {
        walk_add_all(walk, ((const struct group *)walk->items[i].item)->parents);
    }
}

size_t group_closure(struct arena *arena, const struct account *account, struct group *const **out)
{
    struct group_walk walk = {.arena = arena};
    walk_add_all(&walk, account->groups);
    group_walk_up(&walk);
    struct group **groups = arena_array(arena, walk.count + 1, sizeof(struct group *));
    for (size_t i = 0; i < walk.count; i++) {
        groups[i] = walk.items[i].item;
    }
    map_free(walk.seen);
    *out = groups;
    return walk.count;
}

size_t group_people(struct arena *arena, const struct group *group, struct account *const **out)
{
    struct group_walk groups = {.arena = arena}, people = {.arena = arena};
    for (size_t i = 0; group != NULL; group = i < groups.count ? groups.items[i++].item : NULL) {
        const struct member *member;
        for (size_t k = 0; (member = group_member_at(group, &k)) != NULL;) {
            if (member->group != NULL) {
                group_walk_add(&groups, member->group->id, member->group);
            } else {
                group_walk_add(&people, member->account->id, member->account);
            }
        }
    }
    struct account **accounts = arena_array(arena, people.count + 1, sizeof(struct account *));
    for (size_t i = 0; i < people.count; i++) {
        accounts[i] = people.items[i].item;
    }
    map_free(groups.seen);
    map_free(people.seen);
    *out = accounts;
    return people.count;
}

struct account *group_first_person(const struct group *group,
                                   bool (*accepts)(const struct account *account, const struct account *other),
                                   const struct account *other)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct group_walk groups = {.arena = arena};
    struct account *first = NULL;
    for (size_t i = 0; group != NULL && first == NULL; group = i < groups.count ? groups.items[i++].item : NULL) {
        const struct member *member;
        for (size_t k = 0; first == NULL && (member = group_member_at(group, &k)) != NULL;) {
            if (member->group != NULL) {
                group_walk_add(&groups, member->group->id, member->group);
            } else if (accepts(member->account, other)) {
                first = member->account;
            }
        }
    }
    map_free(groups.seen);
    return first;
}
