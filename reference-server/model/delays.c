#include "common/base.h"

#include "reference-server/model/delays.h"

#define SECOND_US UINT64_C(1000000)

const uint64_t delay_bounds_us[DELAY_BOUNDS] = {
    100, 500, 1000, 5000, 25000, 100000, 500000, 2500000, 60 * SECOND_US, 60 * 60 * SECOND_US, 24 * 60 * 60 * SECOND_US};

void delays_add(struct delays *delays, uint64_t us)
{
    size_t bucket = 0;
    while (bucket < DELAY_BOUNDS && us > delay_bounds_us[bucket]) {
        bucket++;
    }
    delays->counts[bucket]++;
    delays->total_us += us;
}
