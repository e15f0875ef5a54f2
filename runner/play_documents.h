/* play_documents.h: what the admin door tells of the organization as a whole: the expectations `health`, `audit-logs` and `reports`
 * (docs/scenario-format.md). Each is read when it is expected, and compared member by member (matcher.h). */
#ifndef RUNNER_PLAY_DOCUMENTS_H
#define RUNNER_PLAY_DOCUMENTS_H

#include "common/base.h"
#include "common/json.h"

struct error;
struct play;

/* part: named "health", "audit-logs" or "reports". The rule and the hint of the findings. False: the server can't be read. */
bool document_expect(struct play *play, const json *part, const char *rule, const char *hint, struct error *err) MUST_USE;

#endif
