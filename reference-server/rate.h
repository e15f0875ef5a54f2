/* rate.h: how many requests a second: a bucket of tokens, one for each request, that fills up at an even pace to what one second allows.
 *
 * The caller holds a lock and hands in the real time; a clock that is set back fills nothing.
 */
#ifndef REFERENCE_SERVER_RATE_H
#define REFERENCE_SERVER_RATE_H

#include "common/base.h"

struct rate {
    int64_t used_ms; /* of the bucket, in milliseconds times requests per second: 0 is full */
    int64_t last_ms;
};

/* May one more come now? 0: yes. Else nothing is taken, and it may in so many seconds. per_second 0: always. */
unsigned rate_take(struct rate *rate, size_t per_second, int64_t now_ms);

#endif
