/* group_walk.h: a walk through nested groups: breadth first, each once, so that a diamond costs no more than a line. For the group_ files, and for a
 * leaver's team; the walks that others need (group_closure, group_people, group_first_person) stand in group.h. */
#ifndef REFERENCE_SERVER_MODEL_GROUP_WALK_H
#define REFERENCE_SERVER_MODEL_GROUP_WALK_H

#include "common/base.h"

struct arena;
struct map;

/* Begins with nothing but the arena set, and ends with map_free(seen). */
struct group_walk {
    struct arena *arena;
    struct map *seen; /* NULL: a short one */
    struct group_walk_item {
        const char *id;
        void *item;
    } * items; /* in the order in which they were added */
    size_t count, capacity;
};

bool group_walk_has(const struct group_walk *walk, const char *id, const void *item);
void group_walk_add(struct group_walk *walk, const char *id,
                    void *item);             /* the id stays where it is as long as the walk lasts; twice is once */
void group_walk_up(struct group_walk *walk); /* adds everything above the groups that are in it */

#endif
