// src/starpu/preload/map.h: a hash table from 64-bit keys (addresses, tags, hashes) to pointers.
// Uses: nothing. Not thread-safe.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mw_map {
    struct mw_map_slot {
        uint64_t key;
        void *value; ///< NULL: an empty slot
    } * slots;
    size_t count, capacity; ///< capacity is a power of two, or 0
} mw_map;

void *mw_map_get(const mw_map *m, uint64_t key); ///< NULL: not there
/** Sets or replaces. `value` is not NULL. False: out of memory, nothing changed. */
bool mw_map_put(mw_map *m, uint64_t key, void *value);
void *mw_map_remove(mw_map *m, uint64_t key); ///< what was there, or NULL
void mw_map_clear(mw_map *m);

static inline uint64_t mw_map_key(const void *address) {
    return (uint64_t)(uintptr_t)address;
}
