// src/search/known.c: an open-addressing table with linear probing, at most half full.
#include "search/known.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

uint64_t mw_known_key(const char *text) {
    uint64_t key = mw_hash(text, strlen(text), 0);
    return key ? key : 1;
}

static mw_known_mapper *slot_of(mw_known_mapper *slots, uint32_t count, uint64_t key) {
    uint32_t at = (uint32_t)(key & (count - 1));
    while (slots[at].key != 0 && slots[at].key != key)
        at = (at + 1) & (count - 1);
    return &slots[at];
}

mw_known_mapper *mw_known_find(const mw_known *k, uint64_t key) {
    if (k->slot_count == 0)
        return NULL;
    mw_known_mapper *slot = slot_of(k->slots, k->slot_count, key);
    return slot->key == key ? slot : NULL;
}

static bool grow(mw_known *k) {
    uint32_t count = k->slot_count ? k->slot_count * 2 : 256;
    mw_known_mapper *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < k->slot_count; i++)
        if (k->slots[i].key != 0)
            *slot_of(slots, count, k->slots[i].key) = k->slots[i];
    free(k->slots);
    k->slots = slots;
    k->slot_count = count;
    return true;
}

bool mw_known_add(mw_known *k, uint64_t key, mw_outcome outcome, double makespan_us) {
    if (k->used >= MW_KNOWN_MAX && !mw_known_find(k, key))
        return true;
    if (2 * (k->used + 1) > k->slot_count && !grow(k))
        return false;
    mw_known_mapper *slot = slot_of(k->slots, k->slot_count, key);
    bool proposed = slot->key == key && slot->proposed;
    k->used += slot->key == 0;
    *slot = (mw_known_mapper){key, makespan_us, (uint8_t)outcome, proposed};
    return true;
}

void mw_known_clear(mw_known *k) {
    free(k->slots);
    *k = (mw_known){0};
}
