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

#endif
