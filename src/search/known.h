// src/search/known.h: what is known about mappers that were tried, by the hash of their text. Uses:
// base. Invariants: at most MW_KNOWN_MAX texts are kept; beyond, new ones are simply not
// remembered.
#pragma once
#include "search/evaluator.h"

enum { MW_KNOWN_MAX = 1 << 20 };

typedef struct mw_known_mapper {
    uint64_t key; ///< mw_known_key(); 0: an empty slot
    double makespan_us;
    uint8_t outcome; ///< mw_outcome
    bool proposed;   ///< spent an iteration on it
} mw_known_mapper;

typedef struct mw_known {
    mw_known_mapper *slots; ///< [slot_count], a power of two or 0
    uint32_t slot_count, used;
} mw_known;

/** Never 0. Two texts share a key with probability 2^-64 a pair. */
uint64_t mw_known_key(const char *text);
/** NULL if it is not known. Valid until the next addition. */
mw_known_mapper *mw_known_find(const mw_known *k, uint64_t key);
/** Adds or replaces. False: out of memory. */
bool mw_known_add(mw_known *k, uint64_t key, mw_outcome outcome, double makespan_us);
void mw_known_clear(mw_known *k);
