/* pool.h: plays jobs with several workers.
 *
 * Workers take jobs in order of the plan; results stand in order of the plan, whatever order they ended in, so a report does
 * not depend on the number of
 * workers. The first error that ends the run (target gone, credentials refused, interrupted) stops the others after their
 * case; what was not played is skipped
 * with the reason. Of a case without findings only the line in the report is kept, unless play.exchanges asks for its evidence.
 */
#ifndef RUNNER_POOL_H
#define RUNNER_POOL_H

#include "common/base.h"
#include "runner/catalog.h"
#include "runner/play.h"

#define POOL_MAX_WORKERS 64

struct pool_options {
    unsigned workers; /* 1 to POOL_MAX_WORKERS */
    bool fail_fast;   /* after the first failed case no new one starts */
    struct play_options play;
    void (*finished)(void *context, const struct case_result *result); /* called one at a time; may be NULL */
    void *context;
};

/* results: count of them, zeroed; each lives in an arena of its own that dies with `arena`. False: err says what ended the
 * run. */
bool pool_play(struct arena *arena, const struct target *target, const struct job *jobs, size_t count,
               const struct pool_options *options, struct case_result *results, struct error *err) MUST_USE;

#endif
