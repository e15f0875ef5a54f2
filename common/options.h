/* options.h: one table from which parsing, --help, the man page and shell completion come.
 *
 * A program has commands, a command has options and operands: `scimulator run --jobs 4 access.leaver`.
 * Accepted forms: --name value, --name=value, -x value, flags --name and -x; `--` ends the options; `-` is an operand.
 * --help (-h) works everywhere, --version (-V) before a command; `help [COMMAND]` is the same as --help.
 * Precedence: command line over environment over the fallback that a getter is given.
 * Everything here is a function from values to values: nothing prints, nothing reads the environment but by the function handed in.
 *
 * Errors are ERROR_USAGE; err->where is the option as it was written or the environment variable, err->remedy a "did you mean".
 */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include "common/base.h"

struct arena;
struct buffer;
struct error;
struct options;

#define OPTIONS_MAX_ARGUMENTS 10000

struct option_spec {
    const char *name;        /* "target": --target */
    char letter;             /* 'j': -j; 0: none */
    const char *placeholder; /* "URL"; NULL: a flag. "FILE" and "DIR" complete to paths */
    const char *help;        /* a phrase without a full stop: "URL of the SCIM base" */
    const char *env; /* variable that gives a default, or NULL; lists are separated by commas; an empty one counts as unset */
    const char *const *choices; /* NULL-terminated, or NULL: what the value may be; of "json=FILE" the part before `=` counts */
    bool repeat;                /* may be given more than once */
    bool env_only;              /* a secret: only by `env`, never as an argument that other users of the machine can read */
};

struct option_example {
    const char *line;   /* "scimulator run --idp okta-aiw" */
    const char *effect; /* "play all scenarios as Okta" */
};

struct command_spec {
    const char *name;        /* "run" */
    const char *summary;     /* "play scenarios" */
    const char *operands;    /* "[SELECT...]"; NULL: takes none */
    const char *description; /* paragraphs, separated by an empty line; may be NULL */
    const struct option_spec *options;
    size_t option_count;
    const struct option_example *examples;
    size_t example_count;
    const char *const *operand_choices;  /* words to offer in completion, NULL-terminated, or NULL */
    int (*run)(struct options *options); /* for the caller; not used here */
};

struct program_spec {
    const char *name, *version, *summary;
    const char *description; /* paragraphs; may be NULL */
    const struct command_spec *commands;
    size_t command_count;
    const struct option_spec *shared; /* options that every command takes */
    size_t shared_count;
    const struct option_example *examples;
    size_t example_count;
    const char *const *exit_statuses; /* "0", "all good", "1", ..., NULL; may be NULL */
};

/* A command line taken apart. */
struct options {
    const struct program_spec *program;
    const struct command_spec *command; /* NULL: no command before --help or --version */
    bool help, version;                 /* asked for; nothing else was checked then */
    const char *const *operands;
    size_t operand_count;
    struct option_value *values; /* private */
    size_t value_count;
};

/* argv as in main. environment: getenv, or NULL for none. No command at all is `help`. Points into argv. */
bool options_parse(struct arena *arena, const struct program_spec *program, int argc, char *const *argv,
                   char *(*environment)(const char *name), struct options *out, struct error *err) MUST_USE;

/* `name` must be an option of the command. */
const char *options_text(const struct options *options, const char *name); /* NULL when not given; of several the last */
bool options_flag(const struct options *options, const char *name);
bool options_u64(const struct options *options, const char *name, uint64_t fallback, uint64_t max, uint64_t *out,
                 struct error *err) MUST_USE;
/* A duration as duration_parse reads it ("250ms", "30s"), in milliseconds. */
bool options_duration(const struct options *options, const char *name, int64_t fallback, int64_t *out,
                      struct error *err) MUST_USE;
const char *const *options_list(const struct options *options, const char *name,
                                size_t *count); /* in order; NULL and 0 when not given */

/* Generators append to the buffer. */
void options_help(struct buffer *b, const struct program_spec *program,
                  const struct command_spec *command);                  /* command NULL: overview */
void options_man(struct buffer *b, const struct program_spec *program); /* section 1, man(7) macros */
bool options_completion(struct buffer *b, const struct program_spec *program, const char *shell,
                        struct error *err) MUST_USE; /* bash, zsh, fish */

#endif
