#include "common/base.h"

#include "runner/pace.h"

#include "common/clock.h"

#include <poll.h>

static bool rest(void *context, int64_t ms, const volatile int *stop)
{
    UNUSED(context);
    uint64_t now = clock_monotonic_us(), end = now + (uint64_t)ms * 1000;
    for (; now < end; now = clock_monotonic_us()) {
        uint64_t left = (end - now) / 1000 + 1;
        if (stop != NULL && __atomic_load_n(stop, __ATOMIC_RELAXED) != 0)
            return false;
        poll(NULL, 0, left < PACE_SLICE_MS ? (int)left : PACE_SLICE_MS);
    }
    return true;
}

const struct pace pace_real = {.rest = rest};
