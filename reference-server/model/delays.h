/* delays.h: how long it took from what the provider asked for to its effect (the product's "provisioning speed"), as a histogram.
 *
 * A request that changes something at once counts its own time; a change that waits for the slot of sync_frequency the time from the first request
 * about it to that slot, by the organization's clock. Counters begin with the process. */
#ifndef REFERENCE_SERVER_MODEL_DELAYS_H
#define REFERENCE_SERVER_MODEL_DELAYS_H

#include "common/base.h"

/* Upper bounds of the buckets, in microseconds, up to a day; one bucket more for everything above. */
#define DELAY_BOUNDS 11

extern const uint64_t delay_bounds_us[DELAY_BOUNDS];

struct delays {
    uint64_t counts[DELAY_BOUNDS + 1], total_us;
};

void delays_add(struct delays *delays, uint64_t us);

#endif
