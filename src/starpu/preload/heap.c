// src/starpu/preload/heap.c: a binary heap.
#include "starpu/preload/heap.h"

static _Atomic uint64_t arrivals;

uint64_t mw_heap_arrival(void) {
    return atomic_fetch_add_explicit(&arrivals, 1, memory_order_relaxed);
}

static bool before(const mw_ready *a, const mw_ready *b) {
    return a->priority != b->priority ? a->priority > b->priority : a->arrival < b->arrival;
}

bool mw_heap_add(mw_heap *h, mw_ready added) {
    if (!MW_PUSH(h, added))
        return false;
    mw_ready *items = h->items;
    size_t i = h->count - 1;
    for (; i > 0 && before(&added, &items[(i - 1) / 2]); i = (i - 1) / 2)
        items[i] = items[(i - 1) / 2];
    items[i] = added;
    return true;
}

mw_ready mw_heap_take(mw_heap *h) {
    mw_ready *items = h->items;
    mw_ready best = items[0];
    size_t size = --h->count, i = 0;
    mw_ready last = items[size];
    for (size_t child; (child = 2 * i + 1) < size; i = child) {
        child += child + 1 < size && before(&items[child + 1], &items[child]);
        if (!before(&items[child], &last))
            break;
        items[i] = items[child];
    }
    items[i] = last;
    return best;
}
