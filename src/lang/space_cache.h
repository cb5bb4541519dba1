// src/lang/space_cache.h: processor spaces made once and shared by all calls on a binding. Uses:
// space.
// Invariants: spaces in the cache stay until it is freed; looking one up and adding one is
// lock-free, so any number of threads may do it; the cache stops growing at a fixed size, and what
// does not fit belongs to the call that made it.
#pragma once
#include "machine/space.h"
#include <stdatomic.h>

enum {
    MW_SPACE_CACHE_MAX = 8192,
    MW_SPACE_TABLE_MAX = 512, ///< larger spaces are traced point by point: bounds the memory
};

typedef struct mw_made_space {
    mw_space space; ///< first: a const mw_space * made here is a const mw_made_space *
    struct mw_made_space *next;
    uint64_t hash;
    bool shared; ///< in the cache; else owned by one call
} mw_made_space;

typedef struct mw_space_cache {
    _Atomic(mw_made_space *) buckets[1024];
    atomic_uint count;
} mw_space_cache;

void mw_space_cache_clear(mw_space_cache *c);
/** Adds a space that came from nowhere. NULL: out of memory. */
const mw_space *mw_space_cache_base(mw_space_cache *c, const mw_machine *m, mw_proc_kind kind);
/** The transformed space, found or made. `in` was made by this cache.
 *  @param[in,out] owned  the list that a space goes to when the cache is full
 *  @param[out] nomem  set when NULL means out of memory; else NULL means impossible, see why */
const mw_space *mw_space_cache_transform(mw_space_cache *c, const mw_space *in,
                                         const mw_space_op *op, const int64_t *arg,
                                         uint32_t arg_count, mw_made_space **owned, bool *nomem,
                                         mw_space_why *why);
void mw_made_spaces_free(mw_made_space *list);
