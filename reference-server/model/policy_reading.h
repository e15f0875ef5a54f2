/* policy_reading.h: what a block of policies.h is read with. For the policy_ files. */
#ifndef REFERENCE_SERVER_MODEL_POLICY_READING_H
#define REFERENCE_SERVER_MODEL_POLICY_READING_H

#include "common/base.h"
#include "common/json.h"
#include "reference-server/model/failure.h"
#include "reference-server/model/place.h"

struct organization;
struct policies;

/* The block lives as long as the policies do, so that its texts need no copy; lists go into the policies' arena. */
struct policy_reading {
    struct policies *policies; /* the new ones, with the blocks read before this one */
    /* For what a block may name only if it is there, such as the workspaces of a pattern; NULL: the block was accepted before and comes from a store. */
    const struct organization *organization;
    struct place at; /* of the block */
    struct model_failure *failure;
};

#define POLICY_MAX_NAME    256  /* bytes of a name in a block */
#define POLICY_MAX_ENTRIES 1000 /* of a list or an object in a block */

/* A list of names, each not blank; count is 0 when it is not there. false: refused. */
bool policy_names(const struct policy_reading *reading, const struct place *at, const json *object, const char *key,
                  const char *const **out, size_t *count) MUST_USE;
/* An object (or list) with at most POLICY_MAX_ENTRIES members. */
bool policy_not_too_many(const struct policy_reading *reading, const struct place *at, const json *value) MUST_USE;
/* "30_days", "12_hours", "4_weeks": a member; absent leaves *ms as it is. At most 100 years. */
bool policy_period(const struct policy_reading *reading, const struct place *at, const json *object, const char *key,
                   int64_t *ms) MUST_USE;

typedef bool policy_reader(const struct policy_reading *reading, const json *block);

#endif
