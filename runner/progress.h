/* progress.h: what a person sees while a run goes on: one line per finished case and, below it, a status line that is redrawn.
 *
 * On standard error, and only when that is a terminal (and not TERM=dumb); elsewhere it does nothing. The caller serialises
 * the calls.
 */
#ifndef RUNNER_PROGRESS_H
#define RUNNER_PROGRESS_H

#include "common/base.h"
#include "reports/report.h"

struct progress {
    bool live;
    struct report_options line;
    size_t total, done, failed;
    uint64_t started_us, drawn_us;
};

struct progress progress_new(size_t total, bool quiet, bool colour);
void progress_case(struct progress *progress, const struct case_result *result);
void progress_end(struct progress *progress); /* takes the status line away */

bool terminal_is(int fd); /* a terminal that can redraw a line */
/* --color: "always", "never", "auto" (NULL): a terminal, no NO_COLOR, or CLICOLOR_FORCE. */
bool terminal_colour(int fd, const char *wish);
unsigned terminal_width(int fd); /* 0 when unknown */

#endif
