/* rng.h: chance as a value that is handed in. Same seed, same sequence, on every machine. Not for secrets: see digest.h. */
#ifndef COMMON_RNG_H
#define COMMON_RNG_H

#include "common/base.h"

struct rng {
    uint64_t state[4];
};

struct rng rng_new(uint64_t seed);
struct rng rng_for(uint64_t seed,
                   const char *name); /* an independent sequence per name: a case does not depend on its neighbours */
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t bound);                       /* bound > 0 */
void rng_uuid(struct rng *rng, char out[37]);                              /* version 4, lower case */
void rng_text(struct rng *rng, const char *alphabet, size_t n, char *out); /* n letters and a NUL */

#endif
