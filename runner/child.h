/* child.h: the bundled reference server as a child process.
 *
 * It runs this very executable as `serve --port 0 --empty --until-eof`; its standard input is a pipe that we hold, so it ends
 * when we
 * do, however we end. The admin token goes over the environment, never over the command line.
 */
#ifndef RUNNER_CHILD_H
#define RUNNER_CHILD_H

#include "common/base.h"

struct arena;
struct error;
struct child;

#define CHILD_START_MS 15000 /* until its line must be there (sanitizer builds are slow) */
#define CHILD_STOP_MS  10000

struct child_options {
    const char *const *arguments;   /* behind the program name, NULL-terminated */
    const char *const *environment; /* "NAME=value" set or replaced, NULL-terminated */
};

/* Path of the running executable; NULL when the system does not tell. */
const char *child_own_path(struct arena *arena);

/* Starts it and waits for the first line on its standard output, which is returned without the newline. */
bool child_start(struct arena *arena, const struct child_options *options, struct child **out, const char **line,
                 struct error *err) MUST_USE;
/* Closes its standard input, waits for it, kills it when it takes longer than CHILD_STOP_MS. False when it ended badly
 * (signal or non-zero status). NULL is fine. */
bool child_stop(struct child *child);

#endif
