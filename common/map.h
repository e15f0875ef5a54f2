/* map.h: a hash map from text to pointers; iterates in order of insertion. Keys are copied. Values are the caller's.
 * The hash is seeded per process, so strangers can't choose colliding keys. */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include "common/base.h"

struct map;

struct map *map_new(void);
void map_free(struct map *map); /* keys and table, not the values */
void *map_get(const struct map *map, const char *key);
void map_set(struct map *map, const char *key, void *value); /* replaces */
void *map_remove(struct map *map, const char *key);          /* the value that was there, or NULL */
size_t map_count(const struct map *map);
/* Iterate: for (size_t i = 0; map_at(map, &i, &key, &value);). Setting or removing during it is not allowed. */
bool map_at(const struct map *map, size_t *cursor, const char **key, void **value);

#endif
