/* play.h: one case, from set-up to clean-up: a scenario in one dialect on a place of its own.
 *
 * Whatever the server does becomes findings in the case's result. case_play returns false only for what ends the whole run
 * (the target is gone, refuses our credentials, or we were told to stop); the result is filled with what was learned all the
 * same. A scenario that can't be played (its set-up was refused) is an outcome `error` of its case, with the reason.
 *
 * The case's chance comes from rng_for(seed, "<id>/<dialect>"), so that a case is the same alone, in any order and with any
 * number of workers. Nothing is shared between cases but the target, so cases may be played from several
 * threads.
 */
#ifndef RUNNER_PLAY_H
#define RUNNER_PLAY_H

#include "common/base.h"
#include "reports/result.h"

struct arena;
struct connections;
struct dialect;
struct error;
struct fault_storm;
struct scenario;
struct target;

/* Lets time pass in truth. False: we were told to stop. */
struct pace {
    bool (*rest)(void *context, int64_t ms, const volatile int *stop);
    void *context;
};

struct play_options {
    uint64_t seed;
    struct connections *connections; /* the worker's, kept from case to case; NULL: the case makes its own */
    const volatile int *stop;        /* non-zero: end soon, clean up; may be NULL */
    bool exchanges;          /* keep the exchanges of every case; else only of cases with findings, problems or an error */
    const struct pace *pace; /* what the provider waits for, between its requests too, takes so long; NULL: no time at all */
    const struct fault_storm *storm; /* what happens to requests in every story that has no faults of its own; NULL: nothing */
};

/* dialect NULL: the case "rfc" of a scenario of raw requests. Everything in out lives in the arena. */
bool case_play(const struct target *target, const struct scenario *scenario, const struct dialect *dialect,
               const struct play_options *options, struct arena *arena, struct case_result *out, struct error *err) MUST_USE;

/* Fills id, title, dialect and file of a case that is not played (skipped, or the run ended before it). */
void case_name(const struct scenario *scenario, const struct dialect *dialect, struct case_result *out);

#endif
