/* play_provider.h: what the provider's console shows: the expectation `provider` (docs/scenario-format.md): states of the job, of people
 * and group pushes; how long it waited; in Okta people as they are in its directory, and who masters their profiles. */
#ifndef RUNNER_PLAY_PROVIDER_H
#define RUNNER_PLAY_PROVIDER_H

#include "common/base.h"
#include "common/json.h"

struct play;

/* Words of "people": a person in the directory, whatever becomes of the app; and of "sources": who masters the profile. */
#define DIRECTORY_STATES "active", "suspended", "deactivated", "deleted"
#define PROFILE_SOURCES  "okta", "app"

/* A finding of this rule for everything that is not met. */
void provider_expect(struct play *play, const json *wanted, const char *rule, const char *hint);

#endif
