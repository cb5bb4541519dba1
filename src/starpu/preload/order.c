// src/starpu/preload/order.c: see order.h.
#include "starpu/preload/order.h"
#include "base/vec.h"
#include <string.h>

typedef MW_VEC(uint32_t) id_list;

/** Who touched a subregion since its contents last came from one place. Kept only when the program
 * has empty tasks with data. */
typedef struct touch {
    uint32_t writer; ///< stored task, or MW_NO_ID
    id_list readers; ///< since then; consecutive reductions and commuting tasks count here
    bool folds;      ///< some of the readers are such
    uint32_t inherited, inherited_count; ///< slice of `sets`: what an empty task hands on
} touch;

struct mw_order_inner {
    touch *touches;          ///< [subregion_count], or NULL
    id_list sets;            ///< lists of stored tasks, one after the other
    uint32_t *first, *count; ///< [stored tasks] an empty task's slice of `sets`
    id_list scratch;
};

static uint32_t resolved(const mw_records *r, uint32_t dependency) {
    return r->promises[r->dependencies[dependency]].task;
}

/** Smallest first, so that program order is kept wherever dependencies allow. */
static void heap_add(uint32_t *heap, uint32_t *size, uint32_t value) {
    uint32_t i = (*size)++;
    for (; i > 0 && heap[(i - 1) / 2] > value; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = value;
}

static uint32_t heap_take(uint32_t *heap, uint32_t *size) {
    uint32_t least = heap[0], value = heap[--*size], i = 0;
    for (uint32_t child; (child = 2 * i + 1) < *size; i = child) {
        child += child + 1 < *size && heap[child + 1] < heap[child];
        if (heap[child] >= value)
            break;
        heap[i] = heap[child];
    }
    heap[i] = value;
    return least;
}

static bool any_forward(const mw_records *r, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const mw_live_task *t = mw_tasks_at(i);
        for (uint32_t d = 0; d < t->dependency_count; d++) {
            uint32_t earlier = resolved(r, t->first_dependency + d);
            if (earlier != MW_NO_ID && earlier > i)
                return true;
        }
    }
    return false;
}

/** A task submitted before one that it waits for (legal with tags) comes after it in the graph
 * (Kahn, 1962). */
static bool sort(mw_order *o, uint32_t count) {
    const mw_records *r = o->records;
    uint32_t *first = calloc((size_t)count + 2, sizeof *first);
    uint32_t *waits = calloc((size_t)count + 1, sizeof *waits);
    uint32_t *heap = calloc((size_t)count + 1, sizeof *heap);
    uint32_t *later = NULL;
    uint32_t size = 0, done = 0;
    bool ok = first && waits && heap;
    for (uint32_t i = 0; ok && i < count; i++) {
        const mw_live_task *t = mw_tasks_at(i);
        for (uint32_t d = 0; d < t->dependency_count; d++) {
            uint32_t earlier = resolved(r, t->first_dependency + d);
            if (earlier != MW_NO_ID && earlier != i) {
                first[earlier + 2]++;
                waits[i]++;
            }
        }
    }
    for (uint32_t i = 2; ok && i < count + 2; i++)
        first[i] += first[i - 1];
    ok = ok && (later = calloc((size_t)first[count + 1] + 1, sizeof *later));
    for (uint32_t i = 0; ok && i < count; i++) {
        const mw_live_task *t = mw_tasks_at(i);
        for (uint32_t d = 0; d < t->dependency_count; d++) {
            uint32_t earlier = resolved(r, t->first_dependency + d);
            if (earlier != MW_NO_ID && earlier != i)
                later[first[earlier + 1]++] = i;
        }
        if (waits[i] == 0)
            heap_add(heap, &size, i);
    }
    while (ok && size) {
        uint32_t i = heap_take(heap, &size);
        o->tasks[done++] = i;
        for (uint32_t k = first[i]; k < first[i + 1]; k++)
            if (--waits[later[k]] == 0)
                heap_add(heap, &size, later[k]);
    }
    for (uint32_t i = 0; ok && i < count; i++) // a cycle can only be declared, never run
        if (waits[i])
            o->tasks[done++] = i;
    free(first);
    free(waits);
    free(heap);
    free(later);
    return ok;
}

static bool empty_with_data(uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const mw_live_task *t = mw_tasks_at(i);
        if (!t->kind && t->access_count)
            return true;
    }
    return false;
}

bool mw_order_init(mw_order *o, const mw_records *records) {
    uint32_t count = mw_tasks_count();
    *o = (mw_order){.records = records, .count = count};
    o->tasks = calloc((size_t)count + 1, sizeof *o->tasks);
    o->inner = calloc(1, sizeof *o->inner);
    if (!o->tasks || !o->inner)
        return false;
    o->inner->first = calloc((size_t)count + 1, sizeof *o->inner->first);
    o->inner->count = calloc((size_t)count + 1, sizeof *o->inner->count);
    if (!o->inner->first || !o->inner->count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        o->tasks[i] = i;
    if (empty_with_data(count)) {
        o->inner->touches = calloc((size_t)records->subregion_count + 1, sizeof(touch));
        if (!o->inner->touches)
            return false;
        for (uint32_t s = 0; s < records->subregion_count; s++)
            o->inner->touches[s].writer = MW_NO_ID;
    }
    return !any_forward(records, count) || sort(o, count);
}

void mw_order_clear(mw_order *o) {
    struct mw_order_inner *in = o->inner;
    if (in) {
        for (uint32_t s = 0; in->touches && s < o->records->subregion_count; s++)
            MW_VEC_CLEAR(&in->touches[s].readers);
        free(in->touches);
        free(in->first);
        free(in->count);
        MW_VEC_CLEAR(&in->sets);
        MW_VEC_CLEAR(&in->scratch);
    }
    free(in);
    free(o->tasks);
    *o = (mw_order){0};
}

/** Adds a task, or what is behind it when it is empty. Out of memory: left out, and the graph has
 * an edge less; the builder will have run out as well. */
static void add(struct mw_order_inner *in, uint32_t stored) {
    if (stored == MW_NO_ID)
        return;
    if (mw_tasks_at(stored)->kind) {
        (void)MW_PUSH(&in->scratch, stored);
        return;
    }
    for (uint32_t i = 0; i < in->count[stored]; i++)
        (void)MW_PUSH(&in->scratch, in->sets.items[in->first[stored] + i]);
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_unique(id_list *list) {
    if (list->count < 2)
        return;
    qsort(list->items, list->count, sizeof *list->items, ascending);
    size_t kept = 1;
    for (size_t i = 1; i < list->count; i++)
        if (list->items[i] != list->items[kept - 1])
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static void add_inherited(struct mw_order_inner *in, const touch *on) {
    for (uint32_t i = 0; i < on->inherited_count; i++)
        (void)MW_PUSH(&in->scratch, in->sets.items[on->inherited + i]);
}

static void touched_by_task(struct mw_order_inner *in, const mw_record_access *a, uint32_t stored) {
    touch *on = &in->touches[a->subregion];
    add_inherited(in, on);
    bool folds = a->mode == MW_REDUCE || a->mode == MW_COMMUTE;
    if (folds || a->mode == MW_READ) {
        on->folds |= folds;
        (void)MW_PUSH(&on->readers, stored);
        return;
    }
    on->writer = stored;
    on->readers.count = 0;
    on->folds = false;
    on->inherited_count = 0;
}

static void collect_for_empty(struct mw_order_inner *in, const mw_record_access *a) {
    const touch *on = &in->touches[a->subregion];
    add(in, on->writer);
    add_inherited(in, on);
    if (a->mode != MW_READ || on->folds)
        for (size_t i = 0; i < on->readers.count; i++)
            add(in, on->readers.items[i]);
}

static void touched_by_empty(struct mw_order_inner *in, const mw_record_access *a,
                             uint32_t stored) {
    touch *on = &in->touches[a->subregion];
    if (a->mode == MW_READ) {
        for (uint32_t i = 0; i < in->count[stored]; i++)
            (void)MW_PUSH(&on->readers, in->sets.items[in->first[stored] + i]);
        return;
    }
    on->writer = MW_NO_ID;
    on->readers.count = 0;
    on->folds = false;
    on->inherited = in->first[stored];
    on->inherited_count = in->count[stored];
}

mw_order_list mw_order_step(mw_order *o, uint32_t stored) {
    struct mw_order_inner *in = o->inner;
    const mw_live_task *t = mw_tasks_at(stored);
    uint32_t access_count = in->touches ? t->access_count : 0;
    const mw_record_access *accesses = access_count ? o->records->accesses + t->first_access : NULL;
    in->scratch.count = 0;
    for (uint32_t d = 0; d < t->dependency_count; d++)
        add(in, resolved(o->records, t->first_dependency + d));
    for (uint32_t a = 0; a < access_count; a++)
        if (t->kind)
            touched_by_task(in, &accesses[a], stored);
        else
            collect_for_empty(in, &accesses[a]);
    sort_unique(&in->scratch);
    if (!t->kind) {
        in->first[stored] = (uint32_t)in->sets.count;
        for (size_t i = 0; i < in->scratch.count; i++)
            in->count[stored] += MW_PUSH(&in->sets, in->scratch.items[i]);
        for (uint32_t a = 0; a < access_count; a++)
            touched_by_empty(in, &accesses[a], stored);
    }
    return (mw_order_list){in->scratch.items, (uint32_t)in->scratch.count};
}

mw_order_list mw_order_behind(const mw_order *o, uint32_t stored) {
    return (mw_order_list){o->inner->sets.items + o->inner->first[stored], o->inner->count[stored]};
}
