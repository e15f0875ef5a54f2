#include "common/base.h"

#include "reference-server/rate.h"

#define SECOND_MS 1000

/* A request costs a second's worth of milliseconds, and each millisecond gives back one for each request that a second allows: whole numbers all the way. */
unsigned rate_take(struct rate *rate, size_t per_second, int64_t now_ms)
{
    if (per_second == 0)
        return 0;
    int64_t pace = (int64_t)per_second, room = pace * SECOND_MS;
    int64_t passed = now_ms - rate->last_ms;
    rate->last_ms = now_ms;
    if (passed > 0)
        rate->used_ms = passed >= SECOND_MS || passed * pace > rate->used_ms ? 0 : rate->used_ms - passed * pace;
    if (rate->used_ms + SECOND_MS <= room) {
        rate->used_ms += SECOND_MS;
        return 0;
    }
    int64_t missing = rate->used_ms + SECOND_MS - room;
    return (unsigned)((missing + room - 1) / room);
}
