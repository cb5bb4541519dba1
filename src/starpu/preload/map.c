// src/starpu/preload/map.c: linear probing with backward-shift deletion (no tombstones).
#include "starpu/preload/map.h"
#include "base/hash.h"
#include <stdlib.h>

static size_t home(const mw_map *m, uint64_t key) {
    return (size_t)mw_hash_mix(key) & (m->capacity - 1);
}

static struct mw_map_slot *find(const mw_map *m, uint64_t key) {
    size_t i = home(m, key);
    while (m->slots[i].value && m->slots[i].key != key)
        i = (i + 1) & (m->capacity - 1);
    return &m->slots[i];
}

void *mw_map_get(const mw_map *m, uint64_t key) {
    return m->count ? find(m, key)->value : NULL;
}

static bool grow(mw_map *m) {
    mw_map bigger = {.capacity = m->capacity ? 2 * m->capacity : 64};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].value)
            *find(&bigger, m->slots[i].key) = m->slots[i];
    bigger.count = m->count;
    free(m->slots);
    *m = bigger;
    return true;
}

bool mw_map_put(mw_map *m, uint64_t key, void *value) {
    if (2 * (m->count + 1) > m->capacity && !grow(m))
        return false;
    struct mw_map_slot *slot = find(m, key);
    if (!slot->value)
        m->count++;
    *slot = (struct mw_map_slot){key, value};
    return true;
}

void *mw_map_remove(mw_map *m, uint64_t key) {
    if (!m->count)
        return NULL;
    struct mw_map_slot *slot = find(m, key);
    void *value = slot->value;
    if (!value)
        return NULL;
    size_t hole = (size_t)(slot - m->slots), mask = m->capacity - 1;
    for (size_t i = (hole + 1) & mask; m->slots[i].value; i = (i + 1) & mask)
        if (((i - home(m, m->slots[i].key)) & mask) >= ((i - hole) & mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    m->slots[hole].value = NULL;
    m->count--;
    return value;
}

void mw_map_clear(mw_map *m) {
    free(m->slots);
    *m = (mw_map){0};
}
