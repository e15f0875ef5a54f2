/* push_state.h: the file of `scimulator push --state`: what was pushed so far, and what the server answered.
 *
 * The provider's memory (ids, what it has told whom) is not written down: it follows from the events and the replies, so the
 * next call plays them again without sending anything, and goes on from there. The file holds no credentials; it holds people's
 * names, so it is written with mode 600.
 *
 *     { "push": 1, "dialect": "okta-aiw", "seed": "1", "target": "https://scim.example.com/v2",
 *       "calls": [{ ...push_words.h..., "replies": [{"request": "GET /Users?filter=...", "status": 200, "body": "..."}] }] }
 *
 * A reply of status 0 is one that never came.
 */
#ifndef RUNNER_PUSH_STATE_H
#define RUNNER_PUSH_STATE_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;

#define PUSH_STATE_MAX       (16 * MIB)
#define PUSH_STATE_MAX_CALLS 1000

struct push_state {
    const char *path; /* NULL: nothing is kept */
    json *root;
};

/* A file that is not there is an empty state. ERROR_INVALID: it is something else, or of another dialect or target; seed
 * becomes the state's when it has one. */
bool push_state_open(struct arena *arena, const char *path, const char *dialect, const char *target, uint64_t *seed,
                     struct push_state *out, struct error *err) MUST_USE;
const json *push_state_calls(const struct push_state *state);
/* Everybody whom the calls have named, as push_words_read takes it. */
json *push_state_known(struct arena *arena, const struct push_state *state);
/* The call is added and the file written. */
bool push_state_keep(struct arena *arena, struct push_state *state, const json *call, struct error *err) MUST_USE;

#endif
