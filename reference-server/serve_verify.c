/* `scimulator verify`: whether the trails in a data file, or the one in an exported file, are what the server wrote. */
#include "common/base.h"

#include "reference-server/serve.h"

#include "common/error.h"
#include "common/file.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include "reference-server/model/audit_chain.h"
#include "reference-server/store/store.h"
#include "reference-server/trail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- a data file --- */

struct trail_of {
    const char *organization;
    uint64_t next;    /* as the file has it beside the trail; 0: it has not */
    const char *hash; /* likewise */
    struct audit_chain chain;
};

struct trails {
    struct arena *arena;
    struct trail_of *items;
    size_t count, capacity, last; /* the one that was asked for last */
};

static struct trail_of *trail_find(struct trails *trails, const char *organization)
{
    for (size_t i = 0; i < trails->count;
         i++, trails->last = (trails->last + 1) % trails->count) /* entries come by organization */
        if (strcmp(trails->items[trails->last].organization, organization) == 0)
            return &trails->items[trails->last];
    trails->last = trails->count;
    if (trails->count == trails->capacity) {
        trails->capacity = trails->capacity == 0 ? 8 : trails->capacity * 2;
        trails->items = arena_grow(trails->arena, trails->items, trails->count, trails->capacity, sizeof *trails->items);
    }
    struct trail_of *made = &trails->items[trails->count++];
    *made = (struct trail_of){.organization = arena_strdup(trails->arena, organization), .chain = audit_chain_new(true)};
    return made;
}

/* What the server goes on from after a restart. */
static bool take_end(void *context, const char *organization, const struct record *record, struct error *err)
{
    struct trails *trails = context;
    if (record->kind != RECORD_SEQUENCE)
        return true;
    const json *data = json_parse(trails->arena, (struct bytes){record->data, strlen(record->data)}, organization, err);
    if (data == NULL)
        return false;
    struct trail_of *trail = trail_find(trails, organization);
    trail->next = (uint64_t)json_get_integer(data, "audit", 0);
    trail->hash = json_get_text(data, "hash", "");
    return true;
}

static void take_entry(void *context, const char *organization, uint64_t sequence, const char *line)
{
    UNUSED(sequence);
    audit_chain_take(&trail_find(context, organization)->chain, (struct bytes){line, strlen(line)});
}

static void tell(const char *name, const struct audit_chain *chain, struct buffer *out, bool *whole)
{
    buffer_printf(out, "%s: ", name);
    audit_chain_tell(chain, out);
    buffer_add_char(out, '\n');
    *whole &= chain->fault == AUDIT_WHOLE;
}

static bool verify_store(struct arena *arena, const char *file, struct buffer *out, bool *whole, struct error *err)
{
    struct trails trails = {.arena = arena};
    struct store *store = store_open(file, err);
    bool read = store != NULL && store_load(store, take_end, &trails, err) && store_visit_trails(store, take_entry, &trails, err);
    for (size_t i = 0; read && i < trails.count; i++) {
        struct trail_of *trail = &trails.items[i];
        if (trail->next > 0)
            audit_chain_end(&trail->chain, trail->next, trail->hash);
        tell(trail->organization, &trail->chain, out, whole);
    }
    store_close(store);
    if (read && trails.count == 0)
        buffer_printf(out, "%s: no organization is in it\n", file);
    return read;
}

/* --- an exported file --- */

static bool verify_lines(struct arena *arena, const char *file, struct buffer *out, bool *whole, struct error *err)
{
    static const char beginning[] = "{\"sequence\":";
    struct bytes text;
    struct audit_chain chain = audit_chain_new(false);
    if (!file_read(arena, file, TRAIL_EXPORT_MAX, &text, err))
        return false;
    if (text.n < strlen(beginning) || memcmp(text.p, beginning, strlen(beginning)) != 0)
        return error_set(err, ERROR_FILE, file,
                         "name a data file, or a trail as GET /admin/organizations/{organization}/audit answers",
                         "this is no audit trail");
    for (size_t i = 0; i < text.n;) {
        const char *end = memchr(text.p + i, '\n', text.n - i);
        size_t n = end == NULL ? text.n - i : (size_t)(end - text.p) - i;
        audit_chain_take(&chain, (struct bytes){text.p + i, n});
        i += n + 1;
    }
    tell(file, &chain, out, whole);
    return true;
}

bool serve_verify(const char *file, struct buffer *out, bool *whole, struct error *err)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    *whole = true;
    return (store_is(file) ? verify_store : verify_lines)(arena, file, out, whole, err);
}
