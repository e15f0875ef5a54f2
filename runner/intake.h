/* intake.h: what of a push the organization of a story does not take in, or not yet, by its own rules.
 *
 * provisioning_rules and sync_config (docs/reference-server.md) may keep attributes and memberships out, or waiting. What they keep out is no fault of the
 * server, so convergence (judge_convergence.c) is not judged there: the story says itself what has to be seen. What they let in is judged as ever.
 */
#ifndef RUNNER_INTAKE_H
#define RUNNER_INTAKE_H

#include "common/base.h"
#include "common/json.h"

struct attribute;

/* organization: the story's, as written; NULL: no rules. */
bool intake_takes_attribute(const json *organization, const struct attribute *attribute);
bool intake_takes_members(const json *organization);

#endif
