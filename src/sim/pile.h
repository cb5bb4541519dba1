// src/sim/pile.h: many small priority queues over one set of items, without allocation. Uses:
// machine (MW_NO_ID). A pairing heap (Fredman, Sedgewick, Sleator, Tarjan 1986) whose links lie in
// one array of records, indexed by item: an item is in at most one pile at a time, a pile is the
// index of its first item, MW_NO_ID when empty. Push O(1), pop O(log n) amortised. `before` must be
// a strict total order, so that equal inputs give equal orders.
#pragma once
#include "machine/machine.h"

typedef struct mw_pile_link {
    uint32_t child, next;
} mw_pile_link;

/** The link of the first record, and the bytes from one record to the next. */
typedef struct mw_pile_links {
    void *first;
    size_t stride;
} mw_pile_links;

typedef bool mw_pile_before(const void *context, uint32_t a, uint32_t b);

#define MW_PILE_INLINE static inline __attribute__((always_inline))

MW_PILE_INLINE mw_pile_link *mw_pile_link_of(mw_pile_links links, uint32_t item) {
    return (mw_pile_link *)((char *)links.first + links.stride * item);
}

MW_PILE_INLINE uint32_t mw_pile_meld(mw_pile_links links, uint32_t a, uint32_t b,
                                     mw_pile_before *before, const void *context) {
    if (before(context, b, a)) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    mw_pile_link_of(links, b)->next = mw_pile_link_of(links, a)->child;
    mw_pile_link_of(links, a)->child = b;
    return a;
}

/** Returns the pile with `item` in it. */
MW_PILE_INLINE uint32_t mw_pile_push(mw_pile_links links, uint32_t pile, uint32_t item,
                                     mw_pile_before *before, const void *context) {
    *mw_pile_link_of(links, item) = (mw_pile_link){MW_NO_ID, MW_NO_ID};
    return pile == MW_NO_ID ? item : mw_pile_meld(links, pile, item, before, context);
}

/** Returns the pile without its first item; the pile must not be empty. */
MW_PILE_INLINE uint32_t mw_pile_pop(mw_pile_links links, uint32_t pile, mw_pile_before *before,
                                    const void *context) {
    uint32_t pairs = MW_NO_ID, a = mw_pile_link_of(links, pile)->child;
    while (a != MW_NO_ID) { // left to right: children in pairs
        uint32_t b = mw_pile_link_of(links, a)->next, rest = MW_NO_ID, pair = a;
        if (b != MW_NO_ID) {
            rest = mw_pile_link_of(links, b)->next;
            pair = mw_pile_meld(links, a, b, before, context);
        }
        mw_pile_link_of(links, pair)->next = pairs;
        pairs = pair;
        a = rest;
    }
    uint32_t root = MW_NO_ID;
    while (pairs != MW_NO_ID) { // right to left: the pairs into one
        uint32_t next = mw_pile_link_of(links, pairs)->next;
        root = root == MW_NO_ID ? pairs : mw_pile_meld(links, root, pairs, before, context);
        pairs = next;
    }
    return root;
}
