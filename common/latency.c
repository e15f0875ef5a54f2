#include "common/base.h"
#include "common/latency.h"

#include <math.h>

#define WIDTH ((uint64_t)1 << LATENCY_BITS)

/* 0 for values below 2 * WIDTH, else how many low bits do not count. */
static unsigned shift_of(uint64_t value)
{
    unsigned shift = 0;
    while (value >> shift >= 2 * WIDTH)
        shift++;
    return shift;
}

/* Classes of one shift follow each other; the first WIDTH are the values below WIDTH. */
static size_t class_of(uint64_t value)
{
    unsigned shift = shift_of(value);
    return ((size_t)shift << LATENCY_BITS) + (size_t)(value >> shift);
}

static uint64_t highest_of(size_t class)
{
    if (class < 2 * WIDTH)
        return class;
    unsigned shift = (unsigned)(class >> LATENCY_BITS) - 1;
    uint64_t lead = class - ((uint64_t)shift << LATENCY_BITS);
    return ((lead + 1) << shift) - 1;
}

void latency_add(struct latency *latency, uint64_t value)
{
    uint64_t counted = value > LATENCY_MAX ? LATENCY_MAX : value;
    latency->classes[class_of(counted)]++;
    latency->count++;
    latency->most = counted > latency->most ? counted : latency->most;
}

void latency_join(struct latency *latency, const struct latency *other)
{
    for (size_t i = 0; i < LATENCY_CLASSES; i++)
        latency->classes[i] += other->classes[i];
    latency->count += other->count;
    latency->most = other->most > latency->most ? other->most : latency->most;
}

uint64_t latency_percentile(const struct latency *latency, double percent)
{
    double rank = ceil((double)latency->count * percent / 100);
    uint64_t wanted = rank < 1 ? 1 : (uint64_t)rank, seen = 0;
    for (size_t i = 0; i < LATENCY_CLASSES && latency->count > 0; i++) {
        seen += latency->classes[i];
        if (seen >= wanted)
            return highest_of(i) < latency->most ? highest_of(i) : latency->most;
    }
    return latency->most;
}
