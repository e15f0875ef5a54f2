#include "common/base.h"

#include "reference-server/model/audit.h"

#include "common/digest.h"
#include "common/json_out.h"
#include "common/memory.h"
#include "common/text.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/lifecycle.h"
#include "reference-server/model/organization.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void audit_init(struct audit *audit)
{
    audit->next = audit->stored = 1;
    memset(audit->hash, '0', sizeof audit->hash - 1);
}

void audit_free(struct audit *audit)
{
    for (size_t i = 0; audit->lines != NULL && i < audit->kept; i++) {
        mem_free(audit->lines[i]);
    }
    mem_free(audit->lines);
}

static void put_text(struct json_out *out, const char *name, const char *value)
{
    if (value != NULL) {
        json_out_text(out, name, value);
    }
}

static void put_events(struct json_out *out, const json *events, size_t more)
{
    if (json_count(events) > 0) {
        json_out_json(out, "events", events);
    }
    if (more > 0) {
        json_out_integer(out, "more", (int64_t)more);
    }
}

static void write_entry(struct buffer *buffer, const struct organization *organization, const struct audit_entry *entry,
                        const json *events, size_t more)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct json_out out = json_out_new(buffer);
    json_out_object(&out, NULL);
    json_out_integer(&out, "sequence", (int64_t)organization->audit.next);
    json_out_text(&out, "time", time_format(arena, organization_now(organization)));
    put_text(&out, "actor", entry->actor);
    put_text(&out, "action", entry->action);
    json_out_object(&out, "target");
    put_text(&out, "kind", entry->kind);
    put_text(&out, "id", entry->id);
    put_text(&out, "name", entry->name);
    json_out_end(&out);
    json_out_integer(&out, "status", entry->status);
    json_out_text(&out, "request",
                  entry->request != NULL ? entry->request : arena_printf(arena, "%" PRIu64, organization->audit.next));
    put_events(&out, events, more);
    json_out_text(&out, "previous", organization->audit.hash);
    json_out_end(&out);
}

/* The entry with its hash as the last member. */
static char *close_line(const struct buffer *entry, const char *hash)
{
    char end[sizeof(((struct audit *)NULL)->hash) + 16];
    size_t n = (size_t)snprintf(end, sizeof end, ",\"hash\":\"%s\"}", hash);
    char *line = mem_alloc(entry->n + n);
    memcpy(line, entry->p, entry->n - 1); /* without the brace */
    memcpy(line + entry->n - 1, end, n + 1);
    return line;
}

/* What is to be stored and was not yet must not go: the clock may have made more entries at once than a request can. */
static void make_room(const struct organization *organization, struct audit *audit)
{
    bool full = audit->next - audit->stored >= audit->kept && organization->changes != NULL;
    if (audit->lines != NULL && !full) {
        return;
    }
    size_t before = audit->kept, kept = before == 0 ? AUDIT_KEPT : before * 2;
    char **lines = mem_array(kept, sizeof *lines);
    for (uint64_t i = audit->next > before ? audit->next - before : 0; before > 0 && i < audit->next; i++) {
        lines[i % kept] = audit->lines[i % before];
    }
    mem_free(audit->lines);
    audit->lines = lines;
    audit->kept = kept;
}

static void append(struct organization *organization, const struct audit_entry *entry, const json *events, size_t more)
{
    struct audit *audit = &organization->audit;
    struct buffer text = buffer_new(SIZE_MAX / 4); /* what it is made of is bounded */
    char sequence[24];
    write_entry(&text, organization, entry, events, more);
    digest_sha256_hex((struct bytes){text.p, text.n}, audit->hash);
    make_room(organization, audit);
    char **line = &audit->lines[audit->next % audit->kept];
    mem_free(*line);
    *line = close_line(&text, audit->hash);
    buffer_release(&text);
    (void)snprintf(sequence, sizeof sequence, "%" PRIu64, audit->next++);
    change_note(organization, RECORD_AUDIT, sequence);
    change_note(organization, RECORD_SEQUENCE, "");
}

void audit_append(struct organization *organization, const struct audit_entry *entry)
{
    size_t more;
    json *events = audit_events_told(organization, &more);
    if (organization->steps->tells == NULL || organization->steps->tells(organization, entry, events)) {
        append(organization, entry, events, more);
    }
    audit_forget(organization);
}

const char *audit_line(const struct organization *organization, uint64_t sequence)
{
    const struct audit *audit = &organization->audit;
    bool there = audit->lines != NULL && sequence > 0 && sequence < audit->next && audit->next - sequence <= audit->kept;
    return there ? audit->lines[sequence % audit->kept] : NULL;
}
