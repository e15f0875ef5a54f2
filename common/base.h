/* base.h: the first include of every file.
 *
 * Attributes and a few macros, nothing that needs a source file. Include paths start at the top folder
 * ("common/json.h"), so that a look at the includes shows who depends on whom.
 *
 * House rules that every header relies on and does not repeat:
 *  - Ownership: what a function returns lives in the arena passed to it (memory.h) and dies with it. There is no other rule.
 *  - Text is `const char *`: UTF-8, NUL-terminated, without NUL inside (the JSON and HTTP doors refuse it). Bytes that may
 *    be anything are `struct bytes`. Text is built in a `struct buffer`.
 *  - Errors: a function that can fail returns bool, true for success, and takes `struct error *err` last (error.h).
 *    Outputs are set only on success, err only on failure.
 *  - Threads: unless a header says otherwise, a value belongs to one thread at a time.
 */
#ifndef COMMON_BASE_H
#define COMMON_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define MUST_USE                 __attribute__((warn_unused_result))
#define CLEANUP(function)        __attribute__((cleanup(function)))
#define NORETURN                 __attribute__((noreturn))
#define UNUSED(x)                ((void)(x))
#define ARRAY_LEN(a)             (sizeof(a) / sizeof((a)[0]))

#define KIB                      ((size_t)1024)
#define MIB                      ((size_t)1024 * 1024)

/* Bytes that need not be text: HTTP bodies, files. Not NUL-terminated by contract. */
struct bytes {
    const char *p;
    size_t n;
};

#endif
