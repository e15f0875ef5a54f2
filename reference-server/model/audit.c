#include "common/base.h"

#include "reference-server/model/audit.h"

#include "common/digest.h"
#include "common/json.h"
#include "common/memory.h"
#include "reference-server/model/audit_event.h"
#include "reference-server/model/changes.h"
#include "reference-server/model/organization.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void audit_init(struct audit *audit)
{
    audit->next = 1;
    memset(audit->hash, '0', sizeof audit->hash - 1);
}

void audit_free(struct audit *audit)
{
    for (size_t i = 0; audit->lines != NULL && i < AUDIT_KEPT; i++) {
        mem_free(audit->lines[i]);
    }
    mem_free(audit->lines);
}

static void put_events(struct arena *arena, struct organization *organization, json *out)
{
    size_t more;
    json_set_copy(out, "events", audit_events_take(organization, arena, &more));
    if (more > 0) {
        json_set_integer(out, "more", (int64_t)more);
    }
}

static char *write_entry(struct arena *arena, struct organization *organization, const struct audit_entry *entry)
{
    json *out = json_object(arena);
    json_set_integer(out, "sequence", (int64_t)organization->audit.next);
    json_set_text(out, "time", time_format(arena, organization_now(organization)));
    json_set_text(out, "actor", entry->actor);
    json_set_text(out, "action", entry->action);
    json *target = json_set_object(out, "target");
    json_set_text(target, "kind", entry->kind);
    json_set_text(target, "id", entry->id);
    json_set_text(target, "name", entry->name);
    json_set_integer(out, "status", entry->status);
    json_set_text(out, "request",
                  entry->request != NULL ? entry->request : arena_printf(arena, "%" PRIu64, organization->audit.next));
    put_events(arena, organization, out);
    json_set_text(out, "previous", organization->audit.hash);
    return json_print(arena, out);
}

void audit_append(struct organization *organization, const struct audit_entry *entry)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct audit *audit = &organization->audit;
    char *text = write_entry(arena, organization, entry), sequence[24];
    size_t n = strlen(text);
    digest_sha256_hex((struct bytes){text, n}, audit->hash);
    if (audit->lines == NULL) {
        audit->lines = mem_array(AUDIT_KEPT, sizeof *audit->lines);
    }
    char **line = &audit->lines[audit->next % AUDIT_KEPT];
    mem_free(*line);
    *line = mem_strdup(arena_printf(arena, "%.*s,\"hash\":\"%s\"}", (int)n - 1, text, audit->hash));
    (void)snprintf(sequence, sizeof sequence, "%" PRIu64, audit->next++);
    change_note(organization, RECORD_AUDIT, sequence);
    change_note(organization, RECORD_SEQUENCE, "");
}

const char *audit_line(const struct organization *organization, uint64_t sequence)
{
    const struct audit *audit = &organization->audit;
    bool there = audit->lines != NULL && sequence > 0 && sequence < audit->next && audit->next - sequence <= AUDIT_KEPT;
    return there ? audit->lines[sequence % AUDIT_KEPT] : NULL;
}
