#include "common/base.h"

#include "reference-server/model/changes.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/organization.h"

void changes_start(struct organization *organization)
{
    organization->changes = mem_alloc(sizeof *organization->changes);
    organization->changes->latest = map_new();
}

static void release(struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        mem_free(changes->items[i].key);
    }
    mem_free(changes->items);
    map_free(changes->latest);
    *changes = (struct changes){0};
}

void changes_stop(struct organization *organization)
{
    if (organization->changes == NULL) {
        return;
    }
    release(organization->changes);
    mem_free(organization->changes);
    organization->changes = NULL;
}

void changes_clear(struct organization *organization)
{
    if (organization->changes == NULL || organization->changes->count == 0) {
        return;
    }
    release(organization->changes);
    organization->changes->latest = map_new();
}

static void append(struct changes *changes, struct noted noted, const char *name)
{
    if (changes->count == changes->capacity) {
        changes->capacity = changes->capacity == 0 ? 8 : changes->capacity * 2;
        changes->items = mem_grow(changes->items, changes->capacity, sizeof *changes->items);
    }
    changes->items[changes->count++] = noted;
    map_set(changes->latest, name, (void *)(uintptr_t)changes->count);
}

static void note(struct organization *organization, enum record_kind kind, const char *a, const char *b, bool gone)
{
    struct changes *changes = organization->changes;
    if (changes == NULL) {
        return;
    }
    struct buffer name = buffer_new(0);
    buffer_add_char(&name, (char)('A' + (char)kind));
    buffer_add(&name, a);
    if (b != NULL) {
        buffer_add_char(&name, '/');
        buffer_add(&name, b);
    }
    const char *key = buffer_text(&name) + 1;
    uintptr_t place = (uintptr_t)map_get(changes->latest, buffer_text(&name));
    struct noted *latest = place == 0 ? NULL : &changes->items[place - 1];
    if (latest == NULL || latest->gone != gone) {
        if (latest != NULL && gone) { /* what it was need not be stored; that it goes is, and stays before what comes back */
            mem_free(latest->key);
            latest->key = NULL;
        }
        append(changes, (struct noted){kind, gone, mem_strdup(key)}, buffer_text(&name));
    }
    buffer_release(&name);
}

void change_note(struct organization *organization, enum record_kind kind, const char *key)
{
    note(organization, kind, key, NULL, false);
}

void change_gone(struct organization *organization, enum record_kind kind, const char *key)
{
    note(organization, kind, key, NULL, true);
}

void change_note_pair(struct organization *organization, enum record_kind kind, const char *a, const char *b)
{
    note(organization, kind, a, b, false);
}

void change_gone_pair(struct organization *organization, enum record_kind kind, const char *a, const char *b)
{
    note(organization, kind, a, b, true);
}
