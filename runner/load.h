/* load.h: a provider's first synchronization (first_sync.h) of very many people and groups, over several connections at once, and how fast the server
 * answered.
 *
 * The plan is cut into chunks (crowd.h). Connections take chunks in order; each plays its chunk object by object, in an arena that
 * goes with it, so memory does not grow with the number of people but by the ids that the server gave. What is sent for one person,
 * and in which order within a chunk, follows from the seed; how the connections interleave does not. A part begins when the one before
 * has ended.
 *
 * On a target with an admin door this plays in an organization of its own, which goes at the end. On any other server names carry a
 * prefix, and what was made is deleted at the end, one by one, whether the load went well or not, unless the server is gone.
 *
 * A refusal is counted and told, and the rest goes on; so is a reply that never came from a server that still answers. 401, and a
 * server that does not answer any more, end it all. After a 429 the provider waits in truth, as long as its dialect would; after a 5xx
 * it does not try again. When somebody interrupts, writes that have been sent are waited for.
 */
#ifndef RUNNER_LOAD_H
#define RUNNER_LOAD_H

#include "common/base.h"
#include "common/latency.h"
#include "simulator/crowd.h"
#include "simulator/first_sync.h"

struct arena;
struct buffer;
struct dialect;
struct error;
struct target;

#define LOAD_MAX_CONNECTIONS 64
#define LOAD_TICK_MS         100

/* Where it stands, for people who wait. */
struct load_status {
    const char *part; /* "people" */
    size_t done, total, refused;
    uint64_t us; /* since the part began */
};

struct load_options {
    const struct dialect *dialect;
    const struct target *target;
    struct crowd crowd;   /* okta_ids, domain and prefix are set by load_play */
    unsigned connections; /* 1 to LOAD_MAX_CONNECTIONS */
    const volatile int *stop;
    void (*tick)(void *context, const struct load_status *status); /* every LOAD_TICK_MS, in the caller's thread; may be NULL */
    void *context;
};

struct load_part {
    size_t total, done; /* objects; done: had their turn */
    size_t refused;     /* of these: the provider gave them up */
    uint64_t us;
    struct latency latency; /* of replies, in microseconds */
};

struct load_result {
    struct load_part parts[FIRST_PART_COUNT];
    size_t requests, lost; /* lost: without a reply */
    size_t waits;          /* after a 429 */
    const char *refusal;   /* the first, in the words of the administrator's console; NULL: none */
    const char *prefix;    /* of names, on a server that is not ours; NULL */
    size_t removed, left;  /* there, at the end */
};

/* False: err says what ended it; the result tells what was done until then. */
bool load_play(struct arena *arena, const struct load_options *options, struct load_result *out, struct error *err) MUST_USE;

/* --- as text (load_text.c) --- */

/* "people [#####.....] 12,345 of 100,000  5,300/s  17 s left", cut to the width. */
void load_tell_status(const struct load_status *status, unsigned width, struct buffer *out);
/* The table, and what was refused, waited for and left. memory_kib: the most that this program took; 0: not known. */
void load_tell_result(struct arena *arena, const struct load_result *result, size_t memory_kib, struct buffer *out);
const char *load_number(struct arena *arena, uint64_t number); /* 1,234,567 */

#endif
