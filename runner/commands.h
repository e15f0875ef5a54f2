/* commands.h: the program's commands and options: one table (commands.c) that parsing, --help, the man page and completion read.
 *
 * A command's function returns the exit status. Only these files, progress.c and main.c print.
 */
#ifndef RUNNER_COMMANDS_H
#define RUNNER_COMMANDS_H

#include "common/base.h"
#include "common/options.h"

#define SCIMULATOR_VERSION "0.1.0"

struct complaints;
struct dialect;
struct error;
struct selection;

extern const struct program_spec program;

int command_run(struct options *options);
int command_serve(struct options *options);
int command_push(struct options *options);
int command_bench(struct options *options);
int command_list(struct options *options);
int command_show(struct options *options);
int command_export(struct options *options);
int command_why(struct options *options);
int command_verify(struct options *options);
int command_lint(struct options *options);
int command_manual(struct options *options);

/* Shared by the commands: --idp, --dialect, --tag and operands as a selection; a dialect's file (dialect_file.h); saying an
 * error or complaints on standard error, returning the exit status. */
bool command_selection(struct arena *arena, const struct options *options, struct selection *out, struct error *err) MUST_USE;
bool command_read_dialect(struct arena *arena, const char *path, const struct dialect **out, struct error *err) MUST_USE;
int command_fails(const struct error *err);
void command_complain(const struct complaints *complaints);

#endif
