/* log.h: what the program says about itself, for people who run it: one line per event, on a file descriptor.
 *
 * Quiet until log_setup. Every line passes the redactor. Text lines:
 *     2026-11-22T17:45:37.000Z warning http: connection refused
 * JSON lines: {"time":"...","level":"warning","component":"http","message":"connection refused"}
 * Control characters in a message become blanks, so an event is always one line. Longer messages than LOG_MAX_LINE are cut.
 *
 * Threads: log_write may be called from any; a line is one write. log_setup and log_teardown belong to main, before and after the threads.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include "common/base.h"
#include "common/clock.h"

struct redactor;

#define LOG_MAX_LINE ((size_t)8000)

enum log_level { LOG_OFF, LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

struct log_options {
    enum log_level level; /* this and what is graver */
    bool json;
    int fd;                    /* usually 2, standard error */
    struct redactor *redactor; /* outlives the log; NULL: only in tests */
    struct clock clock;
};

void log_setup(const struct log_options *options);
void log_teardown(void); /* quiet again */
bool log_enabled(enum log_level level);
void log_write(enum log_level level, const char *component, const char *format, ...) PRINTF_LIKE(3, 4);

const char *log_level_name(enum log_level level); /* "off", "error", "warning", "info", "debug" */
bool log_level_parse(const char *name, enum log_level *level);

#endif
