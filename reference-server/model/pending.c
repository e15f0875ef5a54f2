#include "common/base.h"

#include "reference-server/model/pending.h"

#include "common/map.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"

#include <stdio.h>
#include <string.h>

#define KEY_BYTES 128 /* two ids and a slash */

size_t pending_count(const struct organization *organization)
{
    return map_count(organization->pending);
}

const struct pending *pending_at(const struct organization *organization, size_t *cursor)
{
    const char *key;
    void *value;
    return map_at(organization->pending, cursor, &key, &value) ? value : NULL;
}

const struct pending *pending_first(const struct organization *organization)
{
    size_t cursor = 0;
    return pending_at(organization, &cursor);
}

const struct pending *pending_of(const struct organization *organization, const char *key)
{
    return map_get(organization->pending, key);
}

static const char *key_of(char out[KEY_BYTES], const char *group, const char *member)
{
    (void)snprintf(out, KEY_BYTES, "%s/%s", group, member);
    return out;
}

const struct pending *pending_of_member(const struct organization *organization, const char *group, const char *member)
{
    char key[KEY_BYTES];
    return pending_of(organization, key_of(key, group, member));
}

static void release(struct pending *pending)
{
    json_free(pending->resource);
    mem_free(pending->key);
    mem_free(pending);
}

static struct pending *entry(struct organization *organization, const char *key, int64_t due_ms)
{
    struct pending *pending = map_get(organization->pending, key);
    if (pending == NULL) {
        pending = mem_alloc(sizeof *pending);
        pending->key = mem_strdup(key);
        pending->due_ms = due_ms;
        pending->asked_ms = organization_now(organization);
        map_put(&organization->pending, pending->key, pending);
    }
    change_note(organization, RECORD_PENDING, key);
    return pending;
}

void pending_put_profile(struct organization *organization, const char *account, json *resource, bool whole, int64_t due_ms)
{
    struct pending *pending = entry(organization, account, due_ms);
    json_free(pending->resource);
    pending->resource = resource;
    pending->whole = pending->whole || whole;
}

void pending_put_member(struct organization *organization, const char *group, const char *member, bool joins, int64_t due_ms)
{
    char key[KEY_BYTES];
    entry(organization, key_of(key, group, member), due_ms)->joins = joins;
}

void pending_remove(struct organization *organization, const char *key)
{
    struct pending *pending = map_get(organization->pending, key);
    if (pending != NULL) {
        map_remove(organization->pending, key);
        change_gone(organization, RECORD_PENDING, pending->key);
        release(pending);
    }
}

static bool is_about(const struct pending *pending, const char *id)
{
    size_t n = strlen(id);
    const char *slash = strchr(pending->key, '/');
    bool first = strncmp(pending->key, id, n) == 0 && (pending->key[n] == '\0' || pending->key[n] == '/');
    return first || (slash != NULL && strcmp(slash + 1, id) == 0);
}

void pending_forget(struct organization *organization, const char *id)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    const char **keys = arena_array(arena, pending_count(organization) + 1, sizeof *keys);
    const struct pending *pending;
    size_t count = 0;
    for (size_t i = 0; (pending = pending_at(organization, &i)) != NULL;) {
        if (is_about(pending, id)) {
            keys[count++] = pending->key;
        }
    }
    for (size_t i = 0; i < count; i++) {
        pending_remove(organization, keys[i]);
    }
}

void pending_set_due(struct organization *organization, int64_t due_ms)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(organization->pending, &i, &key, &value);) {
        ((struct pending *)value)->due_ms = due_ms;
        change_note(organization, RECORD_PENDING, key);
    }
}

void pending_free_all(struct organization *organization)
{
    const char *key;
    void *value;
    for (size_t i = 0; map_at(organization->pending, &i, &key, &value);) {
        release(value);
    }
    map_free(organization->pending);
}

void pending_restore(struct organization *organization, const struct pending *stored)
{
    struct pending *pending = mem_alloc(sizeof *pending);
    *pending = *stored;
    pending->key = mem_strdup(stored->key);
    map_put(&organization->pending, pending->key, pending);
}
