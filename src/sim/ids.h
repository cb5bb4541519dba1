// src/sim/ids.h: a set of small numbers that gives back its least. Uses: arena.
// A tree of 64-bit words: a bit of an upper word says that the word below it is not zero. Add and
// take O(log64 n).
#pragma once
#include "base/arena.h"

enum { MW_IDS_LEVELS = 6 }; ///< 64^6 > 2^32

typedef struct mw_ids {
    uint32_t levels;
    uint64_t *words[MW_IDS_LEVELS]; ///< [0] has a bit per number
} mw_ids;

/** An empty set of numbers below `limit`. False: out of memory. */
static inline bool mw_ids_init(mw_ids *s, mw_arena *arena, uint32_t limit) {
    size_t count = limit;
    do {
        count = (count + 63) / 64;
        count = count ? count : 1;
        s->words[s->levels] = MW_NEW_ARRAY(arena, uint64_t, count);
        if (!s->words[s->levels++])
            return false;
    } while (count > 1);
    return true;
}

static inline bool mw_ids_has(const mw_ids *s, uint32_t id) {
    return s->words[0][id / 64] >> (id % 64) & 1;
}

static inline void mw_ids_add(mw_ids *s, uint32_t id) {
    for (uint32_t l = 0; l < s->levels; l++, id /= 64)
        s->words[l][id / 64] |= (uint64_t)1 << (id % 64);
}

static inline bool mw_ids_empty(const mw_ids *s) {
    return s->words[s->levels - 1][0] == 0;
}

/** Takes out the least; the set must not be empty. */
static inline uint32_t mw_ids_take(mw_ids *s) {
    uint32_t id = 0;
    for (uint32_t l = s->levels; l-- > 0;)
        id = id * 64 + (uint32_t)__builtin_ctzll(s->words[l][id]);
    uint32_t at = id;
    for (uint32_t l = 0; l < s->levels; l++, at /= 64)
        if (s->words[l][at / 64] &= ~((uint64_t)1 << (at % 64)))
            break;
    return id;
}
