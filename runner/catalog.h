/* catalog.h: which scenarios there are, and which of them a command line selects.
 *
 * The suite's own scenarios are carried by the executable; a directory (--scenarios) replaces them, and files named on the
 * command line are added; such a file
 * takes the place of a carried scenario that has its id.
 * Order: by file name, then as named. Every complaint of every file is collected before anything is played.
 */
#ifndef RUNNER_CATALOG_H
#define RUNNER_CATALOG_H

#include "common/base.h"
#include "runner/scenario.h"

struct arena;
struct dialect;
struct error;

#define CATALOG_MAX_SCENARIOS 5000

struct catalog {
    struct scenario **scenarios;
    size_t count;
};

struct selection {
    const char *const *words; /* ids, id prefixes ("lifecycle"), globs ("*.leaver*"), or scenario files; none: all */
    size_t word_count;
    const char *const *tags; /* any of them; none: all */
    size_t tag_count;
    const struct dialect *const *dialects; /* none: all, unless there are own ones */
    size_t dialect_count;
    const struct dialect *const *own; /* from files: played in the scenarios of their presets */
    size_t own_count;
    bool raw; /* cases of raw requests too; they are played as "rfc" */
    bool
        plain; /* "rfc" by name: the plain client (simulator/dialect_rfc.c) plays every story of both providers that has no faults in it, since
                   how a client gets over one is its own affair */
};

struct job {
    const struct scenario *scenario;
    const struct dialect *dialect; /* NULL: raw requests */
};

/* directory NULL: the embedded ones. Files among words are read too. False: complaints, or err when a file can't be read. */
bool catalog_load(struct arena *arena, const char *directory, const struct selection *selection, struct catalog *out,
                  struct complaints *complaints, struct error *err) MUST_USE;

/* The cases to play, in order of the plan. False (ERROR_USAGE) when a word selects nothing, or nothing is left. */
bool catalog_select(struct arena *arena, const struct catalog *catalog, const struct selection *selection, struct job **jobs,
                    size_t *count, struct error *err) MUST_USE;

const struct scenario *catalog_find(const struct catalog *catalog, const char *id);
bool word_is_file(const char *word);

#endif
