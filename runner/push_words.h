/* push_words.h: what stands behind `scimulator push DIALECT` as a call: events, and the people and groups that they need.
 *
 *     EVENT                                 test-connection, sync, restart
 *     EVENT PERSON...                       assign, unassign, deactivate, ... one event each
 *     EVENT PERSON ATTRIBUTE=VALUE...       update; nothing behind the = clears
 *     push-group GROUP [PERSON...]          the people are its members (on demand: those that are picked)
 *     EVENT GROUP...                        delete-group, ... one event each
 *     EVENT GROUP PERSON...                 add-members, remove-members
 *     EVENT GROUP NAME                      rename-group
 *     EVENT [PERSON|GROUP] [NAME=VALUE...] [JSON] [WORD...]    events of other operands: settings, texts, what is granted
 *
 * Which form an event has follows from its row in EVENTS (simulator.h), so that a new row works here. `then` stands between
 * events that are pushed by one call. The words of the consoles are known too: hire, create, block, retry, ... (push_synonym). Events that take a
 * secret are refused: other users of the machine read command lines.
 *
 * A person is a key of the directory or an address, a group a key or a name. Who is not in the directory is made up: of
 * ada.byron@acme.test the names are Ada Byron; ATTRIBUTE=VALUE behind a new person says more.
 *
 * A call is JSON, so that a state file can keep it (push_state.h):
 *     { "users": {key: {...}}, "groups": {key: {...}}, "madeUp": [key...],
 *       "events": [{"event": "update", "subject": "ada", "members": [...], "changes": {...}, "name": "..."}] }
 */
#ifndef RUNNER_PUSH_WORDS_H
#define RUNNER_PUSH_WORDS_H

#include "common/base.h"
#include "common/json.h"
#include "simulator/simulator.h"

struct arena;
struct error;

#define PUSH_MAX_EVENTS 100 /* of one call */

/* known: {"users": {...}, "groups": {...}}, everybody whom the directory has so far; the new ones are added to it, and what events
 * change of addresses and names. ERROR_USAGE says what is wrong with the words. */
bool push_words_read(struct arena *arena, const char *const *words, size_t count, json *known, json **call,
                     struct error *err) MUST_USE;

#define PUSH_SECRET 's' /* operands of EVENTS: a person and a password */

/* The last form, for one event: its word comes first. NAME=VALUE and JSON become changes, other words members, the first of them the
 * name too. */
bool push_words_other(struct arena *arena, enum event_kind kind, const char *const *words, size_t count, json *known, json **call,
                      struct error *err) MUST_USE;

/* An event of a call. The texts belong to the call. False: no such event. */
bool push_event_read(struct arena *arena, const json *node, struct event *out) MUST_USE;
const char *push_event_title(struct arena *arena, const json *node); /* "add-members Engineering: ada@acme.test" */

/* The word of an event for a word of a console; NULL: none. */
const char *push_synonym(const char *word);

#endif
