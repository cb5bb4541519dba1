// src/graph/edges.c: dependencies from accesses. The accesses to one subregion fall into groups in
// program order: one writer, or any number of readers, of reductions, or of commutative updates.
// Every member of a group waits for all members of the group before; that the one before waited for
// the one before it makes the rest.
#include "graph/edges.h"
#include "base/vec.h"
#include <string.h>

/** A task in a group; lists, since members of different groups come interleaved. */
typedef struct member {
    uint32_t task, next; ///< next: index into members, MW_NO_ID ends
} member;

typedef struct group {
    uint32_t first, last, count; ///< into members
} group;

typedef struct history {
    group before, now;
    uint8_t mode;       ///< of `now`; 0: nothing has touched the subregion
    uint32_t seen_by;   ///< task + 1 that touched it last
    uint32_t seen_slot; ///< which of the merged accesses of that task it was
} history;

typedef struct pair {
    uint32_t from, to;
} pair;

typedef struct work {
    const mw_graph *g;
    history *histories; ///< [subregion_count]
    member *members;    ///< [access_count], used up in order
    uint32_t member_count;
    uint32_t node_count;
    MW_VEC(pair) pairs;
} work;

static bool add(work *w, uint32_t from, uint32_t to) {
    return MW_PUSH(&w->pairs, (pair){from, to});
}

/** All of `now` wait for all of `before`: directly, or through a join where that is fewer edges. */
static bool connect(work *w, const group *before, const group *now) {
    uint64_t direct = (uint64_t)before->count * now->count;
    if (direct > (uint64_t)before->count + now->count) {
        if (w->node_count == MW_NO_ID)
            return false;
        uint32_t join = w->node_count++;
        for (uint32_t i = before->first; i != MW_NO_ID; i = w->members[i].next)
            if (!add(w, w->members[i].task, join))
                return false;
        for (uint32_t i = now->first; i != MW_NO_ID; i = w->members[i].next)
            if (!add(w, join, w->members[i].task))
                return false;
        return true;
    }
    if (direct == 0)
        return true;
    for (uint32_t i = now->first; i != MW_NO_ID; i = w->members[i].next)
        for (uint32_t j = before->first; j != MW_NO_ID; j = w->members[j].next)
            if (!add(w, w->members[j].task, w->members[i].task))
                return false;
    return true;
}

static void append(work *w, group *g, uint32_t task) {
    uint32_t at = w->member_count++;
    w->members[at] = (member){task, MW_NO_ID};
    if (g->count++ == 0)
        g->first = at;
    else
        w->members[g->last].next = at;
    g->last = at;
}

static bool touch(work *w, uint32_t subregion, uint32_t task, uint32_t mode) {
    history *h = &w->histories[subregion];
    bool together = mode == MW_READ || mode == MW_REDUCE || mode == MW_COMMUTE;
    if (h->mode != mode || !together) {
        if (!connect(w, &h->before, &h->now))
            return false;
        h->before = h->now;
        h->now = (group){MW_NO_ID, MW_NO_ID, 0};
        h->mode = (uint8_t)mode;
    }
    append(w, &h->now, task);
    return true;
}

/** Several accesses of one task to one subregion order it as one does that is as strong as all. */
static uint32_t merged(uint32_t a, uint32_t b) {
    return a == b ? a : MW_READ_WRITE;
}

static bool add_task(work *w, uint32_t task) {
    const mw_task *t = &w->g->tasks[task];
    struct {
        uint32_t subregion, mode;
    } own[MW_MAX_ARGUMENTS];
    uint32_t own_count = 0;
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_access *a = &w->g->accesses[t->first_access + i];
        history *h = &w->histories[a->subregion];
        if (h->seen_by == task + 1) {
            own[h->seen_slot].mode = merged(own[h->seen_slot].mode, a->mode);
            continue;
        }
        h->seen_by = task + 1;
        h->seen_slot = own_count;
        own[own_count].subregion = a->subregion;
        own[own_count++].mode = a->mode;
    }
    for (uint32_t i = 0; i < own_count; i++)
        if (!touch(w, own[i].subregion, task, own[i].mode))
            return false;
    for (uint32_t i = 0; i < t->dependency_count; i++)
        if (!add(w, w->g->dependencies[t->first_dependency + i], task))
            return false;
    return true;
}

static bool find_pairs(work *w) {
    for (uint32_t s = 0; s < w->g->subregion_count; s++)
        w->histories[s].before.first = w->histories[s].now.first = MW_NO_ID;
    for (uint32_t t = 0; t < w->g->task_count; t++)
        if (!add_task(w, t))
            return false;
    for (uint32_t s = 0; s < w->g->subregion_count; s++)
        if (!connect(w, &w->histories[s].before, &w->histories[s].now))
            return false;
    return true;
}

// --- pairs to arrays -----------------------------------------------------------------------------

/** Turns counts in at[i + 1] into starts. */
static void accumulate(uint64_t *at, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        at[i + 1] += at[i];
}

/** first/to by node from pairs (counting sort, stable). `next` is scratch [n + 1]. */
static void bucket(const pair *pairs, uint64_t count, uint32_t n, uint64_t *first, uint64_t *next,
                   uint32_t *to) {
    for (uint64_t i = 0; i < count; i++)
        first[pairs[i].from + 1]++;
    accumulate(first, n);
    memcpy(next, first, sizeof *next * n);
    for (uint64_t i = 0; i < count; i++)
        to[next[pairs[i].from]++] = pairs[i].to;
}

/** The same arrays the other way round; lists come out in ascending order. */
static void transpose(uint32_t n, const uint64_t *first, const uint32_t *list, uint64_t *back_first,
                      uint64_t *next, uint32_t *back) {
    memset(back_first, 0, sizeof *back_first * ((size_t)n + 1));
    for (uint64_t i = 0; i < first[n]; i++)
        back_first[list[i] + 1]++;
    accumulate(back_first, n);
    memcpy(next, back_first, sizeof *next * n);
    for (uint32_t a = 0; a < n; a++)
        for (uint64_t i = first[a]; i < first[a + 1]; i++)
            back[next[list[i]]++] = a;
}

/** Drops repeated entries of ascending lists, in place. */
static void drop_repeats(uint32_t n, uint64_t *first, uint32_t *list) {
    uint64_t kept = 0, from = 0;
    for (uint32_t a = 0; a < n; a++) {
        uint64_t end = first[a + 1], start = kept;
        for (; from < end; from++)
            if (kept == start || list[kept - 1] != list[from])
                list[kept++] = list[from];
        first[a + 1] = kept;
    }
}

static mw_edges *arrays_of(const work *w) {
    uint32_t n = w->node_count;
    uint64_t count = w->pairs.count;
    mw_edges *e = calloc(1, sizeof *e);
    uint64_t *next = malloc(sizeof *next * ((size_t)n + 1));
    uint64_t *forth_first = calloc((size_t)n + 1, sizeof *forth_first);
    uint64_t *back_first = malloc(sizeof *back_first * ((size_t)n + 1));
    uint32_t *forth = malloc(sizeof *forth * (count + 1));
    uint32_t *back = malloc(sizeof *back * (count + 1));
    uint32_t *waits = malloc(sizeof *waits * ((size_t)n + 1));
    if (e)
        *e = (mw_edges){n, 0, forth_first, forth, waits, back_first, back};
    if (!e || !next || !forth_first || !back_first || !forth || !back || !waits) {
        if (e) {
            mw_edges_free(e);
        } else {
            free(forth_first);
            free(back_first);
            free(forth);
            free(back);
            free(waits);
        }
        free(next);
        return NULL;
    }
    bucket(w->pairs.items, count, n, forth_first, next, forth);
    transpose(n, forth_first, forth, back_first, next, back);
    drop_repeats(n, back_first, back);
    transpose(n, back_first, back, forth_first, next, forth);
    e->edge_count = back_first[n];
    for (uint32_t i = 0; i < n; i++)
        waits[i] = (uint32_t)(back_first[i + 1] - back_first[i]);
    free(next);
    return e;
}

mw_edges *mw_edges_new(const mw_graph *g) {
    work w = {.g = g, .node_count = g->task_count};
    w.histories = calloc((size_t)g->subregion_count + 1, sizeof *w.histories);
    w.members = malloc(sizeof *w.members * ((size_t)g->access_count + 1));
    mw_edges *e = w.histories && w.members && find_pairs(&w) ? arrays_of(&w) : NULL;
    MW_VEC_CLEAR(&w.pairs);
    free(w.members);
    free(w.histories);
    return e;
}

void mw_edges_free(mw_edges *e) {
    if (!e)
        return;
    free((void *)e->first_successor);
    free((void *)e->successors);
    free((void *)e->predecessor_count);
    free((void *)e->first_predecessor);
    free((void *)e->predecessors);
    free(e);
}
