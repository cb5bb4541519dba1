// src/base/hash.h: a 64-bit hash of bytes, the same on every machine. Uses: nothing.
#pragma once
#include <stddef.h>
#include <stdint.h>

/** A fast hash with good avalanche, not for security. `seed` chains calls over several pieces. */
uint64_t mw_hash(const void *bytes, size_t len, uint64_t seed);
/** Mixes one word (finaliser of SplitMix64: Steele, Lea, Flood 2014). */
static inline uint64_t mw_hash_mix(uint64_t x) {
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9u;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
