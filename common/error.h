/* error.h: the one error type.
 *
 * An error is something that stops the tool from doing what it was told: a file it can't read, a server it can't reach, a bug.
 * It says where, what is wrong, and what to do. A finding about the server under test is never an error (reports/result.h).
 *
 * The code decides the exit status (docs: exit codes); the text is for people.
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include "common/base.h"

/* code, name, exit status */
#define ERROR_CODES(X)                                                                                                           \
    X(ERROR_NONE, "none", 0)                                                                                                     \
    X(ERROR_USAGE, "usage", 2)               /* option, operand, selection */                                                    \
    X(ERROR_FILE, "file", 2)                 /* can't read or write */                                                           \
    X(ERROR_SYNTAX, "syntax", 2)             /* not JSON, not a filter, not a URL */                                             \
    X(ERROR_INVALID, "invalid", 2)           /* well-formed, but says something impossible */                                    \
    X(ERROR_LIMIT, "limit", 2)               /* over a documented cap */                                                         \
    X(ERROR_UNREACHABLE, "unreachable", 3)   /* no connection, time-out, connection broken */                                    \
    X(ERROR_REPLY, "reply", 3)               /* a server answers, but more or else than can be read */                           \
    X(ERROR_CREDENTIALS, "credentials", 3)   /* the target refuses the token */                                                  \
    X(ERROR_INTERRUPTED, "interrupted", 130) /* stopped by a signal */                                                           \
    X(ERROR_INTERNAL, "internal", 5)         /* a bug of ours */

enum error_code {
#define X(code, name, status) code,
    ERROR_CODES(X)
#undef X
};

struct error {
    enum error_code code;
    char where[256];   /* file:line:column, option or URL; may be empty */
    char message[512]; /* what is wrong, one sentence without a full stop at the end */
    char remedy[256];  /* what to do about it; may be empty */
};

/* Fills err (NULL: nothing to fill) and returns false, so that a check reads `return error_set(...)`. */
bool error_set(struct error *err, enum error_code code, const char *where, const char *remedy, const char *format, ...)
    PRINTF_LIKE(5, 6);
const char *error_name(enum error_code code);
int error_exit_status(enum error_code code);
/* "where: message (remedy)": one line without a newline. Returns out. */
const char *error_text(const struct error *err, char *out, size_t size);

#endif
