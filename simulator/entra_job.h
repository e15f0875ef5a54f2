/* entra_job.h: Entra's job at work: which cycle comes when, what a failed object waits for, when the job goes to quarantine.
 * Internal to the simulator.
 *
 * An event or a cycle is played through job_play, which keeps the books. Provision on demand and the test of the connection are no
 * cycles: they neither wait nor change the job.
 */
#ifndef SIMULATOR_ENTRA_JOB_H
#define SIMULATOR_ENTRA_JOB_H

#include "common/base.h"
#include "simulator/session.h"

#define ESCROW_GAP_MAX_MS DAY_MS

int64_t job_now(const struct simulator *simulator); /* 0 when there is no time */
bool job_due(struct simulator *simulator, int64_t *due_ms);
void job_restart(struct session *session);
void job_reconfigure(struct session *session);       /* mappings or scope have changed: an initial cycle follows */
void job_escrow(struct session *session);            /* the object at hand has failed, once a turn */
int64_t job_retry_ms(const struct session *session); /* when the object at hand is tried again, at the earliest */
enum flow job_play(struct session *session, enum flow (*play)(struct session *session));

#endif
