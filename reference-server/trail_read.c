#include "common/base.h"

#include "reference-server/trail_read.h"

#include "common/memory.h"

#include "reference-server/exchange.h"
#include "reference-server/model/audit.h"
#include "reference-server/model/audit_filter.h"
#include "reference-server/model/organization.h"
#include "reference-server/state.h"
#include "reference-server/store/store.h"

struct reading {
    struct arena *arena;
    const struct trail_query *query;
    const char **items;
    size_t count, capacity, looked;
    uint64_t last;
};

static void keep(struct reading *reading, const char *line)
{
    if (reading->count == reading->capacity) {
        size_t capacity = reading->capacity == 0 ? 64 : reading->capacity * 2;
        reading->items = arena_grow(reading->arena, reading->items, reading->count, capacity, sizeof *reading->items);
        reading->capacity = capacity;
    }
    reading->items[reading->count++] = arena_strdup(reading->arena, line);
}

static bool look(void *context, uint64_t sequence, const char *line)
{
    struct reading *reading = context;
    const struct audit_filter *filter = reading->query->filter;
    if (filter == NULL || audit_filter_passes(filter, line))
        keep(reading, line);
    reading->last = sequence;
    return reading->count < reading->query->limit && ++reading->looked < TRAIL_SCANNED;
}

static void read_kept(const struct exchange *x, struct reading *reading)
{
    const struct audit *audit = &x->organization->audit;
    uint64_t oldest = audit->next > AUDIT_KEPT ? audit->next - AUDIT_KEPT : 1, after = reading->query->after;
    bool back = reading->query->newest_first;
    uint64_t at = back ? audit->next - 1 : after < oldest ? oldest : after + 1;
    const char *line;
    while ((line = audit_line(x->organization, at)) != NULL && look(reading, at, line))
        at += back ? (uint64_t)-1 : 1;
}

bool trail_read(const struct exchange *x, const struct trail_query *query, struct trail_lines *out)
{
    struct reading reading = {.arena = x->arena, .query = query};
    uint64_t newest = x->organization->audit.next - 1;
    bool good = true;
    const struct store_trail stored = {x->organization->id, x->tenant->ticket, query->newest_first ? newest : query->after + 1,
                                       query->newest_first};
    if (query->limit > 0 && store_keeps(x->server->store))
        good = store_read_trail(x->server->store, &stored, look, &reading);
    else if (query->limit > 0)
        read_kept(x, &reading);
    bool more = query->newest_first ? reading.last > 1 : reading.last != 0 && reading.last < newest;
    *out = (struct trail_lines){reading.items, reading.count, more ? reading.last : 0};
    return good;
}
