// src/lang/space_cache.c: a hash table with atomic bucket heads; entries are only ever added.
#include "lang/space_cache.h"
#include "base/arena.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

void mw_made_spaces_free(mw_made_space *list) {
    while (list) {
        mw_made_space *next = list->next;
        free((void *)(uintptr_t)list->space.origin);
        free(list);
        list = next;
    }
}

void mw_space_cache_clear(mw_space_cache *c) {
    for (size_t i = 0; i < MW_COUNT(c->buckets); i++)
        mw_made_spaces_free(atomic_exchange(&c->buckets[i], NULL));
}

static uint64_t hash_of(const mw_space *in, const mw_space_op *op, const int64_t *arg,
                        uint32_t arg_count) {
    uint64_t hash = (uint64_t)(uintptr_t)in ^ mw_hash_mix((uint64_t)(uintptr_t)op);
    for (uint32_t i = 0; i < arg_count; i++)
        hash = mw_hash_mix(hash + (uint64_t)arg[i]);
    return hash;
}

static mw_made_space *find(mw_made_space *at, uint64_t hash, const mw_space *in,
                           const mw_space_op *op, const int64_t *arg, uint32_t arg_count) {
    for (; at; at = at->next)
        if (at->hash == hash && at->space.from == in && at->space.op == op &&
            at->space.arg_count == arg_count &&
            memcmp(at->space.arg, arg, arg_count * sizeof *arg) == 0)
            return at;
    return NULL;
}

/** Puts a space into its bucket, unless another thread was quicker with the same one: then that
 * one. Of bases and of racing threads' equal spaces one stays in the bucket unused: harmless. */
static const mw_space *publish(mw_space_cache *c, mw_made_space *made) {
    _Atomic(mw_made_space *) *bucket = &c->buckets[made->hash % MW_COUNT(c->buckets)];
    made->shared = true;
    made->next = atomic_load(bucket);
    while (!atomic_compare_exchange_weak(bucket, &made->next, made)) {
    }
    return &made->space;
}

const mw_space *mw_space_cache_base(mw_space_cache *c, const mw_machine *m, mw_proc_kind kind) {
    mw_made_space *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->space = mw_space_base(m, kind);
    return publish(c, made);
}

const mw_space *mw_space_cache_transform(mw_space_cache *c, const mw_space *in,
                                         const mw_space_op *op, const int64_t *arg,
                                         uint32_t arg_count, mw_made_space **owned, bool *nomem,
                                         mw_space_why *why) {
    uint64_t hash = hash_of(in, op, arg, arg_count);
    mw_made_space *known =
        find(atomic_load(&c->buckets[hash % MW_COUNT(c->buckets)]), hash, in, op, arg, arg_count);
    if (known)
        return &known->space;
    mw_space space;
    if (!mw_space_transform(in, op, arg, arg_count, &space, why))
        return NULL;
    mw_made_space *made = calloc(1, sizeof *made);
    if (!made) {
        *nomem = true;
        return NULL;
    }
    made->space = space;
    made->hash = hash;
    // a shared space must not point at one that a call will free
    bool parent_shared = ((const mw_made_space *)in)->shared;
    if (!parent_shared || atomic_load(&c->count) >= MW_SPACE_CACHE_MAX) {
        made->next = *owned;
        *owned = made;
        return &made->space;
    }
    atomic_fetch_add(&c->count, 1);
    if (space.volume > 0 && space.volume <= MW_SPACE_TABLE_MAX) {
        uint32_t *table = malloc((size_t)space.volume * sizeof *table);
        if (table) // else the space is traced: slower, the same
            mw_space_tabulate(&made->space, table);
    }
    return publish(c, made);
}
