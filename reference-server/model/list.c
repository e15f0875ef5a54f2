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

static void remove_at(struct list *list, size_t i)
{
    memmove(&list->items[i], &list->items[i + 1], (list->count - i - 1) * sizeof *list->items);
    list->count--;
}

bool list_remove(struct list *list, const void *item)
{
    /* What leaves is more often new than old. */
    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i] == item) {
            remove_at(list, i);
            return true;
        }
    }
    return false;
}

bool list_remove_numbered(struct list *list, list_number *number, const void *item)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (number(list->items[middle]) < number(item)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == list->count || list->items[low] != item) {
        return false;
    }
    remove_at(list, low);
    return true;
}

void list_release(struct list *list)
{
    mem_free(list->items);
    *list = (struct list){0};
}

/* The list of a key, its first item and the key itself in one block. */
struct index_entry {
    struct list list; /* items: `one`, until there are more */
    void *one;
    char key[];
};

void index_init(struct index *index, bool folds)
{
    index->entries = map_new_with(folds, true);
}

static void free_entry(struct index_entry *entry)
{
    if (entry->list.items != &entry->one) {
        mem_free(entry->list.items);
    }
    mem_free(entry);
}

void index_release(struct index *index)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(index->entries, &i, &key, &value);) {
        free_entry(value);
    }
    map_free(index->entries);
    index->entries = NULL;
}

static struct index_entry *new_entry(const char *key, void *item)
{
    size_t n = strlen(key) + 1;
    struct index_entry *entry = mem_alloc(sizeof *entry + n);
    entry->one = item;
    entry->list = (struct list){&entry->one, 1, 1};
    memcpy(entry->key, key, n);
    return entry;
}

void index_add(struct index *index, const char *key, void *item)
{
    if (key == NULL) {
        return;
    }
    struct index_entry *entry = map_get(index->entries, key);
    if (entry == NULL) {
        entry = new_entry(key, item);
        map_set(index->entries, entry->key, entry);
        return;
    }
    if (entry->list.items[entry->list.count - 1] == item) {
        return;
    }
    if (entry->list.items == &entry->one) {
        entry->list = (struct list){0};
        list_push(&entry->list, entry->one);
    }
    list_push(&entry->list, item);
}

void index_remove(struct index *index, const char *key, const void *item)
{
    struct index_entry *entry = key == NULL ? NULL : map_get(index->entries, key);
    if (entry == NULL || !list_remove(&entry->list, item) || entry->list.count > 0) {
        return;
    }
    map_remove(index->entries, key);
    free_entry(entry);
}

const struct list *index_get(const struct index *index, const char *key)
{
    static const struct list empty;
    const struct index_entry *entry = key == NULL ? NULL : map_get(index->entries, key);
    return entry == NULL ? &empty : &entry->list;
}

void *index_first(const struct index *index, const char *key)
{
    const struct list *list = index_get(index, key);
    return list->count == 0 ? NULL : list->items[0];
}
