/* push_secret.h: the password of `push DIALECT sync-password PERSON`. It never stands on the command line, which other users of the machine
 * can read: it is $SCIMULATOR_PASSWORD, or where that is not set the first line of standard input.
 *
 * It goes to the server and nowhere else: the call (push_words.h) has no member for it, so no state keeps it, and the redactor knows it.
 */
#ifndef RUNNER_PUSH_SECRET_H
#define RUNNER_PUSH_SECRET_H

#include "common/base.h"
#include "common/json.h"

struct arena;
struct error;

#define PUSH_SECRET_VARIABLE "SCIMULATOR_PASSWORD"
#define PUSH_SECRET_MAX      1024 /* bytes: DIRECTORY_MAX_TEXT */
/* Stands for a password of an earlier call of a --state, when that is played again on the bundled server. */
#define PUSH_SECRET_GONE "Not-kept-0"

/* An event of the call needs one. */
bool push_secret_wanted(const json *call);
/* ERROR_USAGE: there is none, or standard input is a terminal, where it would show; ERROR_LIMIT: it is too long. */
bool push_secret_read(struct arena *arena, const char **out, struct error *err) MUST_USE;

#endif
