/* list.h: a growing list of pointers in order, and an index from text to such lists. Both own their memory, not what they
 * point to. */
#ifndef REFERENCE_SERVER_MODEL_LIST_H
#define REFERENCE_SERVER_MODEL_LIST_H

#include "common/base.h"

struct map;

struct list {
    void **items;
    size_t count, capacity;
};

void list_push(struct list *list, void *item);
bool list_remove(struct list *list, const void *item); /* order kept; false when it isn't there */
/* The quick way to remove from a list whose items have ascending numbers. */
typedef uint64_t list_number(const void *item);
bool list_remove_numbered(struct list *list, list_number *number, const void *item);
void list_release(struct list *list);

/* One key, any number of items, in order of adding: e-mail addresses and externalIds need not be unique. Most keys have one. */
struct index {
    struct map *entries;
};

void index_init(struct index *index, bool folds); /* folds: keys that are equal by case folding are the same */
void index_release(struct index *index);
void index_add(struct index *index, const char *key, void *item); /* key NULL: nothing; twice in a row: once */
void index_remove(struct index *index, const char *key, const void *item);
const struct list *index_get(const struct index *index, const char *key); /* never NULL */
void *index_first(const struct index *index, const char *key);            /* NULL: none */

#endif
