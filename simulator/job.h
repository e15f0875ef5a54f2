/* job.h: the provisioning job of an Entra application as a value: its state, and when its cycles come.
 *
 * The states and what leads from one to the other are one table (entra_job.c). Sources: Microsoft's how-provisioning-works (initial
 * and incremental cycles, the watermark, 40 minutes) and its page on quarantine (causes, thresholds, 6 h, 12 h, 24 h, four weeks), its
 * page on accidental deletions (a threshold a cycle, quarantine, allow).
 * The numbers are axes of the dialect (dialect.h).
 */
#ifndef SIMULATOR_JOB_H
#define SIMULATOR_JOB_H

#include "common/base.h"

/* enum, word in scenario files and traces */
#define JOB_STATES(X)                                                                                                            \
    X(JOB_INITIAL, "initial")         /* no cycle has ended well since the start or restart */                                   \
    X(JOB_INCREMENTAL, "incremental") /* only what differs is told */                                                            \
    X(JOB_QUARANTINE, "quarantine")   /* cycles come rarely */                                                                   \
    X(JOB_DISABLED, "disabled")       /* none come any more */

enum job_state {
#define X(code, word) code,
    JOB_STATES(X)
#undef X
        JOB_STATE_COUNT
};

/* What may happen to a job. enum, words for the trace */
#define JOB_CAUSES(X)                                                                                                            \
    X(JOB_ENDED_WELL, "the cycle ended")                                                                                         \
    X(JOB_BROKE_OFF, "the cycle broke off")                                                                                      \
    X(JOB_REFUSED, "the credentials are refused or the service is not compliant")                                                \
    X(JOB_TOO_MANY, "too many operations failed")                                                                                \
    X(JOB_TOO_LONG, "it was in quarantine for too long")                                                                         \
    X(JOB_RESTARTED, "the administrator restarted it")                                                                           \
    X(JOB_RECONFIGURED, "its mappings or its scope have changed")                                                                \
    X(JOB_STAGED, "too many deletions, they wait to be allowed")

enum job_cause {
#define X(code, words) code,
    JOB_CAUSES(X)
#undef X
        JOB_CAUSE_COUNT
};

/* All zero: a job that has just been started. Times by the provider's clock. */
struct provision_job {
    enum job_state state;
    bool scheduled;         /* due_ms is set */
    bool full;              /* restarted: the next cycle matches everything anew */
    bool deletions_allowed; /* by the administrator, for the next cycle that ends well */
    int64_t due_ms;         /* of the next cycle */
    int64_t watermark_ms;   /* start of the last cycle that ended well; 0: none */
    int64_t quarantined_ms; /* since when; in quarantine only */
};

const char *job_state_word(enum job_state state);
bool job_state_find(const char *word, enum job_state *out);
enum job_state job_next(enum job_state state, enum job_cause cause);

#endif
