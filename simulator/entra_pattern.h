/* entra_pattern.h: the regular expressions of Replace. Internal to the expressions.
 *
 * .NET's are rewritten as POSIX extended ones: \d \w \s and their opposites, groups with and without a name. What POSIX has not is
 * refused: counts, look-around, lazy repetition, back references, \b; so is a repetition of what may be empty, (a*)*, which glibc
 * may try for ever. Of several ways to match POSIX takes the longest, .NET the first; that differs where an alternative begins
 * another one.
 */
#ifndef SIMULATOR_ENTRA_PATTERN_H
#define SIMULATOR_ENTRA_PATTERN_H

#include "common/base.h"

struct arena;
struct error;
struct pattern;

#define PATTERN_MAX_TEXT   500 /* bytes */
#define PATTERN_MAX_GROUPS 9

/* ERROR_INVALID or ERROR_LIMIT, err.where is empty. */
bool pattern_read(struct arena *arena, const char *text, const struct pattern **out, struct error *err) MUST_USE;
bool pattern_has_group(const struct pattern *pattern, const char *name);

#endif
