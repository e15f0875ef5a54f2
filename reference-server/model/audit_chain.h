/* audit_chain.h: whether a trail (audit.h) is what was written: takes its lines one after the other and remembers the first bad place.
 *
 * A trail may begin in the middle (a page of it): then what was before its first entry is not judged. That the newest entries are missing shows only
 * when somebody else has kept the end of the chain (audit_chain_end). Whoever rewrites every entry behind his change, and that end too, isn't seen:
 * compare with a hash that was kept elsewhere.
 */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_CHAIN_H
#define REFERENCE_SERVER_MODEL_AUDIT_CHAIN_H

#include "common/base.h"

struct buffer;

enum audit_fault {
    AUDIT_WHOLE,
    AUDIT_NO_ENTRY,  /* the line is none */
    AUDIT_EDITED,    /* its hash is of another text */
    AUDIT_REMOVED,   /* a sequence is skipped, and comes nowhere later */
    AUDIT_REORDERED, /* a sequence comes later than its place, or again */
    AUDIT_RELINKED,  /* `previous` is not the hash of the entry before: one of the two was written anew */
    AUDIT_CUT        /* the newest are missing, or the last is not what was last */
};

struct audit_chain {
    size_t lines, good;   /* taken; of them before the first bad place */
    uint64_t first, next; /* the first sequence (0: none yet), and the one that has to come */
    char hash[65];        /* of the last good one */
    enum audit_fault fault;
    uint64_t found; /* sequence at the bad place; 0: the line tells none */
};

/* whole: the trail has to begin with its first entry, sequence 1. */
struct audit_chain audit_chain_new(bool whole);
void audit_chain_take(struct audit_chain *chain, struct bytes line);
/* What is known to be the end: the sequence that would come next, and the hash of the last entry. */
void audit_chain_end(struct audit_chain *chain, uint64_t next, const char *hash);
/* "9 entries are good", or that and what is bad, where; one sentence without a newline. */
void audit_chain_tell(const struct audit_chain *chain, struct buffer *out);

#endif
