// src/base/hash.c: eight bytes at a time through the SplitMix64 finaliser; bytes are read
// little-endian.
#include "base/hash.h"

static uint64_t load(const unsigned char *p, size_t n) {
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)p[i] << (8 * i);
    return word;
}

uint64_t mw_hash(const void *bytes, size_t len, uint64_t seed) {
    const unsigned char *p = bytes;
    uint64_t h = mw_hash_mix(seed ^ (0x9E3779B97F4A7C15u * (len + 1)));
    for (; len >= 8; p += 8, len -= 8)
        h = mw_hash_mix(h ^ load(p, 8)) + 0x9E3779B97F4A7C15u;
    return mw_hash_mix(h ^ load(p, len) ^ ((uint64_t)len << 56));
}
