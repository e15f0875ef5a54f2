/* unicode.h: letter case beyond ASCII, by libunistring (the only file that includes it).
 *
 * RFC 7643 §2.2 makes most string attributes caseExact:false; RFC 7643 §4.1.1 and RFC 7613 (PRECIS) make userName one of them.
 * Comparison is by full Unicode case folding after width mapping and NFC, so "É" equals "é" however either was composed, and full-width letters
 * equal plain ones (RFC 7644 §5 and §7.8; RFC 7613 §3.2 UsernameCaseMapped).
 */
#ifndef COMMON_UNICODE_H
#define COMMON_UNICODE_H

#include "common/base.h"

struct arena;

const char *unicode_fold(struct arena *arena, const char *text); /* the form to index and compare by */
int unicode_compare_fold(const char *a, const char *b);          /* <0, 0, >0 on the folded forms */
bool unicode_equal_fold(const char *a, const char *b);

/* The form of a password to hash (RFC 7644 §5; RFC 7613 §4.2 OpaqueString): every space is U+0020, NFC; case and width stay. What is not UTF-8
 * stays as it is. */
const char *unicode_opaque(struct arena *arena, const char *text);

/* Letter case by the rules of a language ("tr", "lt-LT"; NULL: of none). What is not UTF-8 stays as it is, here and below. */
const char *unicode_lower(struct arena *arena, const char *text, const char *language);
const char *unicode_upper(struct arena *arena, const char *text, const char *language);
/* Each word with a capital first, all else in small letters. separators: the signs between words; NULL: all but letters, digits, marks and
 * apostrophes. */
const char *unicode_words(struct arena *arena, const char *text, const char *separators);
/* Without accents: letters lose their marks, and those that have no plain letter in them (ø, ß, æ) are spelled out. */
const char *unicode_plain(struct arena *arena, const char *text);
struct bytes unicode_utf16(struct arena *arena, const char *text); /* the little end first */

#endif
