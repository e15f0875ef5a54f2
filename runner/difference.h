/* difference.h: two states in words, reduced to what differs, so that a finding shows what changed and not all that stayed.
 *
 * A state is a list of parts with "; " between them: "active; sign-in allowed; Roadmap: editor". Pure.
 */
#ifndef RUNNER_DIFFERENCE_H
#define RUNNER_DIFFERENCE_H

#include "common/base.h"
#include "common/json.h"

struct arena;

#define STATE_MAX 4000 /* bytes of a state */

/* Leaves out what both have, part by part; "" is left of a state that lost nothing. Both stay whole when only their order
 * differs. */
void difference(struct arena *arena, const char **was, const char **is);
/* A JSON value as a state: members or elements are its parts; who is known by a "display" is called by it; "$ref" is left
 * out. NULL: "(absent)". */
const char *difference_state(struct arena *arena, const json *value);
/* States of two values that are not equal; as JSON when they read the same in words ("7" and 7). */
void difference_json(struct arena *arena, const json *was, const json *is, const char **was_text, const char **is_text);

#endif
