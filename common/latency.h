/* latency.h: how long many things took, as counts in classes: percentiles of any number of values in fixed memory.
 *
 * A class is at most 1/64 of its value wide, so a percentile is at most 1.6 % too high; values below 128 are exact. Values are whole
 * numbers of any unit; what is beyond LATENCY_MAX counts as that.
 */
#ifndef COMMON_LATENCY_H
#define COMMON_LATENCY_H

#include "common/base.h"

#define LATENCY_BITS    6 /* of a value that count within its power of two */
#define LATENCY_TOP     36
#define LATENCY_MAX     (((uint64_t)1 << LATENCY_TOP) - 1) /* 19 hours in microseconds */
#define LATENCY_CLASSES ((LATENCY_TOP - LATENCY_BITS + 1) << LATENCY_BITS)

struct latency { /* zeroed: nothing yet */
    uint64_t classes[LATENCY_CLASSES];
    uint64_t count, most;
};

void latency_add(struct latency *latency, uint64_t value);
void latency_join(struct latency *latency, const struct latency *other);
/* The smallest class that `percent` of the values are in or below (nearest rank), by its highest value, and never more than the highest
 * of all; 0: there are no values. percent: over 0 to 100. */
uint64_t latency_percentile(const struct latency *latency, double percent);

#endif
