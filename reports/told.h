/* told.h: which findings a reader of the console report has seen before.
 *
 * One bug of a server shows in nearly every case. A finding of class protocol or dialect is therefore told in full once; further ones with the same key
 * only refer to the case that told it. Access findings have no key: who could do what differs from case to case, so they are always told in full.
 */
#ifndef REPORTS_TOLD_H
#define REPORTS_TOLD_H

#include "common/base.h"
#include "reports/result.h"

struct arena;

/* From so many letters, digits, - and _ on, with a digit among them, a word is a made-up id, and so is a number that is a segment of a path. */
#define TOLD_ID_MIN 10

/* Class, rule and message, ids in the message left out. What a scenario expects of its own (rules "expect.…") is the same only in that
 * scenario. NULL: always told in full. */
const char *told_key(struct arena *arena, const struct case_result *result, const struct finding *finding);

#endif
