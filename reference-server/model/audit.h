/* audit.h: the trail of an organization: one entry for each change that was answered or refused, appended only, each chained to the one before.
 *
 * An entry is one line of JSON: sequence (from 1, without a gap), time (of the virtual clock), actor (the credential's name), action, target, status,
 * request (what the entries of one request have in common), events and more (audit_event.h; missing when there are none),
 * previous (the hash of the entry before, 64 zeros for the first) and, last, hash: SHA-256 of the line as it would be without `,"hash":"..."`. So nothing
 * can be changed or left out in the middle without breaking every later hash. No secret is in it.
 *
 * The newest AUDIT_KEPT entries stay in memory; a store keeps all of them (record.h), and the place in the chain.
 */
#ifndef REFERENCE_SERVER_MODEL_AUDIT_H
#define REFERENCE_SERVER_MODEL_AUDIT_H

#include "common/base.h"

struct organization;

#define AUDIT_KEPT 2000 /* more than one request can make (SCIM_BULK_MAX_OPERATIONS, circles completed) */

/* Which fields are secrets: their values are left out. NULL function: none. */
struct audit_secrecy {
    bool (*hides)(const void *context, const char *type, const char *field); /* type: "User" or "Group" */
    const void *context;
};

struct audit {
    uint64_t next;             /* sequence of the next entry */
    char hash[65];             /* of the last one */
    char **lines;              /* by sequence; NULL before the first */
    size_t kept;               /* places there: AUDIT_KEPT, or more after a burst that was not stored in between */
    uint64_t stored;           /* what comes before this sequence was collected for the store (record.h) */
    struct audit_notes *notes; /* audit_event.h: of the request that runs; NULL: nobody listens */
    struct audit_secrecy secrecy;
};

struct audit_entry {
    const char *actor, *action;
    const char *kind, *id, *name; /* of what was changed; NULL: not known */
    int status;
    const char *request; /* NULL: its sequence */
};

void audit_init(struct audit *audit);
void audit_free(struct audit *audit);
/* With what was noted since audit_listen(). */
void audit_append(struct organization *organization, const struct audit_entry *entry);
/* NULL: not made yet, or not in memory any more. */
const char *audit_line(const struct organization *organization, uint64_t sequence);

#endif
