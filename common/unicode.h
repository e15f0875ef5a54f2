/* unicode.h: letter case beyond ASCII, by libunistring (the only file that includes it).
 *
 * RFC 7643 §2.2 makes most string attributes caseExact:false; RFC 7643 §4.1.1 and RFC 7613 (PRECIS) make userName one of them.
 * Comparison is by full Unicode case folding after NFC, so "É" equals "é" however either was composed.
 */
#ifndef COMMON_UNICODE_H
#define COMMON_UNICODE_H

#include "common/base.h"

struct arena;

const char *unicode_fold(struct arena *arena, const char *text); /* the form to index and compare by */
int unicode_compare_fold(const char *a, const char *b);          /* <0, 0, >0 on the folded forms */
bool unicode_equal_fold(const char *a, const char *b);

#endif
