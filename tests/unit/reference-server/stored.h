/* stored.h: a store in a file of its own, and whether it holds what the model holds. */
#ifndef TESTS_UNIT_REFERENCE_SERVER_STORED_H
#define TESTS_UNIT_REFERENCE_SERVER_STORED_H

#include "common/base.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/organization_snapshot.h"
#include "reference-server/model/record.h"
#include "reference-server/store/store.h"

#include "tests/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* In memory where the system has such a folder: what is tested here is not the disk. */
static inline const char *stored_path(struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/scimulator-test-%ld-%s.db", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
                        (long)getpid(), name);
}

static inline struct store *stored_open(const char *path)
{
    struct error err;
    char text[1024];
    struct store *store = store_open(path, &err);
    if (store == NULL)
        fail_msg("%s", error_text(&err, text, sizeof text));
    return store;
}

static inline void stored_remove(struct arena *arena, const char *path)
{
    unlink(path);
    unlink(arena_printf(arena, "%s-wal", path));
    unlink(arena_printf(arena, "%s-shm", path));
}

struct stored_visit {
    struct record_restore *restore;
    const char *organization;
    struct buffer *dump;
};

static inline bool stored_take(void *context, const char *organization, const struct record *record, struct error *err)
{
    const struct stored_visit *visit = context;
    return strcmp(organization, visit->organization) != 0 || record_restore(visit->restore, record, err);
}

static inline bool stored_print(void *context, const char *organization, const struct record *record, struct error *err)
{
    struct buffer *b = context;
    UNUSED(err);
    buffer_printf(b, "%s %s %s ", organization, record_kind_word(record->kind), record->key);
    buffer_add(b, record->data);
    buffer_add(b, record->body == NULL ? "" : record->body);
    buffer_add_char(b, '\n');
    return true;
}

/* The first line in which they differ, short enough for a message. */
static inline const char *stored_difference(struct arena *arena, const char *held, const char *stored)
{
    while (*held != '\0' && *held == *stored) {
        const char *end = strchr(held, '\n'), *other = strchr(stored, '\n');
        if (end == NULL || other == NULL || end - held != other - stored || memcmp(held, stored, (size_t)(end - held)) != 0)
            break;
        held = end + 1;
        stored = other + 1;
    }
    return arena_printf(arena, "it holds   %.*s\n  and stored %.*s", (int)strcspn(held, "\n"), held, (int)strcspn(stored, "\n"),
                        stored);
}

/* Every record, in order. All that was written has to be on the disk. */
static inline const char *stored_dump(struct arena *arena, struct store *store)
{
    struct buffer b = buffer_new(0);
    struct error err;
    assert_true(store_wait(store, store_newest(store)));
    assert_true(store_load(store, stored_print, &b, &err));
    return buffer_take(&b, arena);
}

/* What the organization would be after a restart. */
static inline const char *stored_snapshot(struct arena *arena, struct store *store, const struct organization *like)
{
    struct organization *organization = organization_bare(like->id, like->name, like->clock, like->random);
    struct stored_visit visit = {.restore = record_restore_new(organization), .organization = like->id};
    struct error err;
    char text[1024];
    assert_true(store_wait(store, store_newest(store)));
    if (!store_load(store, stored_take, &visit, &err) || !record_restore_finish(visit.restore, &err))
        fail_msg("%s", error_text(&err, text, sizeof text));
    const char *snapshot = json_print_pretty(arena, organization_snapshot(arena, organization));
    record_restore_free(visit.restore);
    organization_free(organization);
    return snapshot;
}

#endif
