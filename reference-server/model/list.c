#include "common/base.h"

#include "reference-server/model/list.h"

#include "common/map.h"
#include "common/memory.h"

#include <string.h>

void list_push(struct list *list, void *item)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        list->items = mem_grow(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = item;
}

bool list_remove(struct list *list, const void *item)
{
    /* What leaves is more often new than old. */
    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i] == item) {
            memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof *list->items);
            list->count--;
            return true;
        }
    }
    return false;
}

void list_release(struct list *list)
{
    mem_free(list->items);
    *list = (struct list){0};
}

void index_init(struct index *index)
{
    index->lists = map_new();
}

void index_release(struct index *index)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(index->lists, &i, &key, &value);) {
        list_release(value);
        mem_free(value);
    }
    map_free(index->lists);
    index->lists = NULL;
}

void index_add(struct index *index, const char *key, void *item)
{
    if (key == NULL) {
        return;
    }
    struct list *list = map_get(index->lists, key);
    if (list == NULL) {
        list = mem_alloc(sizeof *list);
        map_set(index->lists, key, list);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            return;
        }
    }
    list_push(list, item);
}

void index_remove(struct index *index, const char *key, const void *item)
{
    struct list *list = key == NULL ? NULL : map_get(index->lists, key);
    if (list == NULL || !list_remove(list, item) || list->count > 0) {
        return;
    }
    map_remove(index->lists, key);
    list_release(list);
    mem_free(list);
}

const struct list *index_get(const struct index *index, const char *key)
{
    static const struct list empty;
    const struct list *list = key == NULL ? NULL : map_get(index->lists, key);
    return list == NULL ? &empty : list;
}

void *index_first(const struct index *index, const char *key)
{
    const struct list *list = index_get(index, key);
    return list->count == 0 ? NULL : list->items[0];
}
