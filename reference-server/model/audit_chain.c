#include "common/base.h"

#include "reference-server/model/audit_chain.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HASH_LETTERS 64
#define MARK         ",\"hash\":\""
#define TAIL_LETTERS (sizeof MARK - 1 + HASH_LETTERS + 2) /* with the closing quote and brace */

/* What a line says of itself, in an arena. */
struct entry {
    uint64_t sequence; /* 0: it has none */
    const char *previous, *hash;
    bool genuine; /* the hash is its own */
};

struct audit_chain audit_chain_new(bool whole)
{
    struct audit_chain chain = {.next = whole ? 1 : 0};
    memset(chain.hash, '0', HASH_LETTERS);
    return chain;
}

static bool read_entry(struct arena *arena, struct bytes line, struct entry *out)
{
    struct error err;
    int64_t sequence;
    const json *entry = line.n > TAIL_LETTERS ? json_parse(arena, line, "line", &err) : NULL;
    if (!json_integer(json_get(entry, "sequence"), &sequence) || sequence <= 0)
        return false;
    size_t plain = line.n - TAIL_LETTERS;
    const char *tail = line.p + plain;
    char hash[HASH_LETTERS + 1];
    const char *text = arena_printf(arena, "%.*s}", (int)plain, line.p);
    digest_sha256_hex((struct bytes){text, plain + 1}, hash);
    *out = (struct entry){(uint64_t)sequence, json_get_text(entry, "previous", NULL), json_get_text(entry, "hash", NULL), false};
    out->genuine = memcmp(tail, MARK, sizeof MARK - 1) == 0 && text_equal(out->hash, hash);
    return out->previous != NULL && out->hash != NULL;
}

static enum audit_fault judge(const struct audit_chain *chain, const struct entry *entry)
{
    if (!entry->genuine)
        return AUDIT_EDITED;
    if (chain->next != 0 && entry->sequence != chain->next)
        return entry->sequence > chain->next ? AUDIT_REMOVED : AUDIT_REORDERED;
    bool linked = text_equal(entry->previous, chain->hash);
    return linked || (chain->next == 0 && entry->sequence > 1) ? AUDIT_WHOLE : AUDIT_RELINKED;
}

void audit_chain_take(struct audit_chain *chain, struct bytes line)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct entry entry = {0};
    bool read = read_entry(arena, line, &entry);
    if (chain->fault != AUDIT_WHOLE) { /* all that later lines can tell is that what was missing is among them */
        if (chain->fault == AUDIT_REMOVED && entry.sequence == chain->next)
            chain->fault = AUDIT_REORDERED;
        return;
    }
    chain->lines++;
    chain->fault = read ? judge(chain, &entry) : AUDIT_NO_ENTRY;
    chain->found = entry.sequence;
    if (chain->fault != AUDIT_WHOLE)
        return;
    chain->first = chain->first == 0 ? entry.sequence : chain->first;
    chain->next = entry.sequence + 1;
    chain->good++;
    (void)snprintf(chain->hash, sizeof chain->hash, "%s", entry.hash);
}

void audit_chain_end(struct audit_chain *chain, uint64_t next, const char *hash)
{
    if (chain->fault != AUDIT_WHOLE || (chain->next == next && text_equal(chain->hash, hash)))
        return;
    chain->fault = AUDIT_CUT;
    chain->found = next - 1;
}

static void tell_fault(const struct audit_chain *chain, struct buffer *out)
{
    switch (chain->fault) {
    case AUDIT_WHOLE:
        break;
    case AUDIT_NO_ENTRY:
        buffer_add(out, "this is no entry of a trail");
        break;
    case AUDIT_EDITED:
        buffer_add(out, "edited: its hash is of another text");
        break;
    case AUDIT_REMOVED:
        buffer_printf(out, "removed: sequence %" PRIu64 " should stand here", chain->next);
        break;
    case AUDIT_REORDERED:
        buffer_printf(out, "reordered: sequence %" PRIu64 " should stand here", chain->next);
        break;
    case AUDIT_RELINKED:
        buffer_add(out, "edited: `previous` is not the hash of the entry before, so this one or that one was written anew");
        break;
    case AUDIT_CUT:
        buffer_printf(out, "removed: the trail went on to sequence %" PRIu64 ", or its last entry was another", chain->found);
        break;
    }
}

void audit_chain_tell(const struct audit_chain *chain, struct buffer *out)
{
    buffer_printf(out, "%zu %s good", chain->good, chain->good == 1 ? "entry is" : "entries are");
    if (chain->first > 1)
        buffer_printf(out, ", from sequence %" PRIu64 " on (what was before is not here)", chain->first);
    if (chain->fault == AUDIT_WHOLE)
        return;
    buffer_add(out, "; ");
    if (chain->fault == AUDIT_CUT)
        buffer_add(out, "the end: ");
    else if (chain->found == 0)
        buffer_printf(out, "line %zu: ", chain->lines);
    else
        buffer_printf(out, "line %zu, sequence %" PRIu64 ": ", chain->lines, chain->found);
    tell_fault(chain, out);
}
