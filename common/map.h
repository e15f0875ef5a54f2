/* map.h: a hash map from text to pointers; iterates in order of insertion. Values are the caller's.
 * The hash is seeded per process, so strangers can't choose colliding keys.
 *
 * Many maps stay empty, and many hold a few entries: to everything but map_set NULL is an empty map, and a small map needs no table. */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include "common/base.h"

struct map;

struct map *map_new(void); /* keys are copied */
/* Keys that are equal by case folding (unicode.h) are the same. With `borrows` a key is not copied: it has to stay where and what it is until
 * it is removed, or set again with another one. */
struct map *map_new_with(bool folds, bool borrows);
void map_free(struct map *map); /* keys and table, not the values */
void *map_get(const struct map *map, const char *key);
void map_set(struct map *map, const char *key, void *value);  /* replaces */
void map_put(struct map **map, const char *key, void *value); /* sets; *map NULL becomes a new map */
void *map_remove(struct map *map, const char *key);           /* the value that was there, or NULL */
size_t map_count(const struct map *map);
/* Iterate: for (size_t i = 0; map_at(map, &i, &key, &value);). Setting or removing during it is not allowed. */
bool map_at(const struct map *map, size_t *cursor, const char **key, void **value);

#endif
