// src/base/rng.h: random numbers from a seed, the same on every machine. Uses: hash.
// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
#pragma once
#include "base/hash.h"

typedef struct mw_rng {
    uint64_t state;
} mw_rng;

static inline uint64_t mw_rng_next(mw_rng *r) {
    r->state += 0x9E3779B97F4A7C15u;
    return mw_hash_mix(r->state);
}
/** Uniform in [0, n); n >= 1. Unbiased (Lemire 2019, the rejection step included). */
static inline uint64_t mw_rng_below(mw_rng *r, uint64_t n) {
    uint64_t floor = (0 - n) % n;
    for (;;) {
        uint64_t x = mw_rng_next(r);
        if (x >= floor)
            return x % n;
    }
}
/** Uniform in [0, 1), 53 bits. */
static inline double mw_rng_unit(mw_rng *r) {
    return (double)(mw_rng_next(r) >> 11) * 0x1p-53;
}
