/* play_audit.h: what the audit trail tells of a step: the expectation `audit` (docs/scenario-format.md).
 *
 * The trail is read before a step and behind it, before anything is probed, so that what the suite itself does is no part of it; in stories that say
 * something of it only, and on targets with an admin door. */
#ifndef RUNNER_PLAY_AUDIT_H
#define RUNNER_PLAY_AUDIT_H

#include "common/base.h"
#include "common/json.h"
#include "runner/case.h"

/* Whether the story looks at the trail, and there is one to look at. */
bool audit_used(const struct play *play);
/* Takes what has come since the last time into play->trail. */
bool audit_read(struct play *play, struct error *err) MUST_USE;
/* A finding of this rule for every element of the expectation that is not met. */
void audit_expect(struct play *play, const json *wanted, const char *rule, const char *hint);

#endif
