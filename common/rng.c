#include "common/base.h"
#include "common/rng.h"

#include <string.h>

/* The generator is xoshiro256** by Blackman and Vigna, its state filled by splitmix64, as its authors advise. */

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct rng rng_new(uint64_t seed)
{
    struct rng rng;
    for (size_t i = 0; i < ARRAY_LEN(rng.state); i++)
        rng.state[i] = splitmix(&seed);
    return rng;
}

struct rng rng_for(uint64_t seed, const char *name)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a */
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001B3);
    return rng_new(splitmix(&seed) ^ hash);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    uint64_t uneven = (UINT64_MAX - bound + 1) % bound; /* 2^64 mod bound: numbers that would favour the small ones */
    uint64_t x;
    do
        x = rng_next(rng);
    while (x < uneven);
    return x % bound;
}

void rng_uuid(struct rng *rng, char out[37])
{
    uint64_t half[2] = {rng_next(rng), rng_next(rng)};
    half[0] = (half[0] & ~UINT64_C(0xF000)) | UINT64_C(0x4000);       /* version 4 (RFC 9562 §5.4) */
    half[1] = (half[1] & ~(UINT64_C(3) << 62)) | (UINT64_C(2) << 62); /* variant 10 */
    size_t n = 0;
    for (int digit = 0; digit < 32; digit++) {
        if (digit == 8 || digit == 12 || digit == 16 || digit == 20)
            out[n++] = '-';
        out[n++] = "0123456789abcdef"[(half[digit / 16] >> (60 - digit % 16 * 4)) & 15];
    }
    out[n] = '\0';
}

void rng_text(struct rng *rng, const char *alphabet, size_t n, char *out)
{
    size_t letters = strlen(alphabet);
    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[rng_below(rng, letters)];
    out[n] = '\0';
}
