/* clock.h: time as a value that is handed in. Milliseconds since 1970-01-01T00:00:00Z. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include "common/base.h"

struct arena;

struct clock {
    int64_t (*now_ms)(const void *context);
    const void *context;
};

struct clock clock_real(void);
struct clock clock_fixed(const int64_t *now_ms); /* reads the variable, which the caller moves */
int64_t clock_now(struct clock clock);
uint64_t clock_monotonic_us(void); /* for durations only */

#define DAY_MS          ((int64_t)86400000)
#define DURATION_MAX_MS (36525 * DAY_MS) /* a century */

char *time_format(struct arena *arena, int64_t ms); /* RFC 3339, UTC, milliseconds: 2026-11-22T17:45:37.000Z */
bool time_parse(const char *text, int64_t *ms);     /* RFC 3339 / xsd:dateTime with Z, an offset or none (UTC) */
/* "90s", "40m", "12h", "30d", "250ms", also "30_days": a whole number and a unit ms s m h d, or written out. */
bool duration_parse(const char *text, int64_t *ms);

#endif
