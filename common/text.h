/* text.h: reading and building text.
 *
 * Text is UTF-8 in a `const char *` (see base.h). A struct buffer builds text up to a maximum; an append that would pass the
 * maximum sets `full` and is dropped, so a writer appends freely and looks at `full` once at the end.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include "common/base.h"

struct arena;

struct buffer {
    char *p; /* NUL-terminated once anything was appended; may be NULL before */
    size_t n, capacity, max;
    bool full;
};

#define BUFFER_MAX (64 * MIB)

struct buffer buffer_new(size_t max); /* max 0: BUFFER_MAX */
void buffer_release(struct buffer *b);
void buffer_clear(struct buffer *b); /* empty again, memory kept */
void buffer_add(struct buffer *b, const char *text);
void buffer_add_bytes(struct buffer *b, const void *p, size_t n);
void buffer_add_char(struct buffer *b, char c);
char *buffer_extend(struct buffer *b, size_t n); /* n bytes more, which the caller writes before anything else; NULL: full */
void buffer_printf(struct buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);
const char *buffer_text(const struct buffer *b);          /* never NULL */
char *buffer_take(struct buffer *b, struct arena *arena); /* copy into the arena, buffer released */

bool text_equal(const char *a, const char *b);        /* NULL equals only NULL */
bool text_equal_nocase(const char *a, const char *b); /* ASCII letters: SCIM attribute names, URNs, HTTP header names */
bool text_starts(const char *text, const char *prefix);
bool text_starts_nocase(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_is_blank(const char *text);             /* NULL, "" or white space */
bool text_is_utf8(const char *p, size_t n);       /* valid UTF-8, no NUL */
size_t text_utf8_prefix(const char *p, size_t n); /* bytes before the first that is not */
/* Matches `*` (any run) and `?` (any one byte), ASCII case kept. */
bool text_glob(const char *pattern, const char *text);
/* The candidate nearest to `word` by edit distance, or NULL when none is near: for "did you mean". */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);
/* Whether the word is one of those, which are separated by blanks. */
bool text_has_word(const char *words, const char *word);
/* Splits at `separator`; empty parts are kept. Parts live in the arena. */
size_t text_split(struct arena *arena, const char *text, char separator, const char *const **parts);
/* A whole decimal number without sign or blanks, at most max. */
bool text_to_u64(const char *text, uint64_t max, uint64_t *out);

#endif
