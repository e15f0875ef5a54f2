/* store.h: what makes organizations durable: one interface, two backends.
 *
 * The model in memory is what requests work on; a store keeps its records (model/record.h). Memory keeps nothing. SQLite keeps one file
 * (store_sqlite.h), and what is committed there survives the end of the process and of the machine.
 *
 * Writing: store_write queues a batch and gives a ticket; one thread commits all that is queued at a time (group commit), in the order of the
 * tickets, each batch whole. store_wait returns when everything up to the ticket is on the disk. No reply may leave before it (server.c).
 *
 * Fail-stop: when the disk refuses, the store is done for. Memory is then ahead of the file, so nothing more can be answered truthfully;
 * a restart comes up with what was committed last.
 *
 * Threads: all but open, load and close may be called from any.
 */
#ifndef REFERENCE_SERVER_STORE_STORE_H
#define REFERENCE_SERVER_STORE_STORE_H

#include "common/base.h"
#include "reference-server/model/record.h"

struct arena;
struct error;
struct store;

/* file NULL: memory. Errors: ERROR_FILE with what to do, when the file can't be opened, is no store, belongs to a newer version or is in use. */
struct store *store_open(const char *file, struct error *err);
/* Does the file begin as a store does? False for one that can't be read, NULL and "-". */
bool store_is(const char *file);
void store_close(struct store *store);       /* after all that is queued is written; NULL is fine */
bool store_keeps(const struct store *store); /* false: memory */

/* One record of an organization, in the order in which they came to be. False ends the load with the error that the visitor set. */
typedef bool store_visitor(void *context, const char *organization, const struct record *record, struct error *err);
bool store_load(struct store *store, store_visitor *visit, void *context, struct error *err) MUST_USE;

/* Takes the batch; NULL: nothing. */
uint64_t store_write(struct store *store, struct record_batch *batch);
uint64_t store_newest(struct store *store);                     /* the ticket of the last batch */
bool store_wait(struct store *store, uint64_t ticket) MUST_USE; /* false: the store has failed and this is not on the disk */
/* Why it failed; NULL: it has not. */
const struct error *store_failed(const struct store *store);

/* What accounts and groups may be looked up by (struct record_terms). */
enum store_term { STORE_NAME, STORE_EXTERNAL_ID, STORE_DISPLAY_NAME, STORE_EMAIL, STORE_CREATED, STORE_MODIFIED };

/* A range of one term, both ends included. */
struct store_query {
    const char *organization;
    enum record_kind kind; /* RECORD_ACCOUNT or RECORD_GROUP */
    enum store_term term;
    const char *low, *high;  /* of texts; bytes are compared; NULL: open */
    int64_t low_ms, high_ms; /* of times */
    uint64_t ticket;         /* of what the organization has written last: the answer holds it */
    size_t limit;            /* more than these are no help */
};

/* The keys in order of creation, in the arena. False: no index can tell, or there are too many. */
bool store_find(struct store *store, struct arena *arena, const struct store_query *query, const char *const **keys,
                size_t *count);

/* Entries of the audit trail of an organization (model/audit.h), one after the other from a sequence on. */
struct store_trail {
    const char *organization;
    uint64_t ticket; /* as in a query */
    uint64_t from;   /* that one too */
    bool backwards;  /* to the older ones */
};
/* False ends the reading. */
typedef bool store_trail_reader(void *context, uint64_t sequence, const char *line);
/* False: this is memory, or the store has failed. */
bool store_read_trail(struct store *store, const struct store_trail *query, store_trail_reader *read, void *context);

/* Every entry of every trail, by organization and sequence. Memory has none. */
typedef void store_trail_visitor(void *context, const char *organization, uint64_t sequence, const char *line);
bool store_visit_trails(struct store *store, store_trail_visitor *visit, void *context, struct error *err) MUST_USE;

#endif
