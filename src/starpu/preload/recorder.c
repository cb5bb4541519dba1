// src/starpu/preload/recorder.c: keeps what was submitted.
#include "starpu/preload/recorder.h"
#include "base/vec.h"
#include "starpu/preload/map.h"
#include "starpu/preload/real.h"
#include <string.h>

typedef MW_VEC(uint32_t) id_list;

static MW_VEC(mw_record_access) accesses;
static MW_VEC(mw_record_subregion) subregions;
static MW_VEC(mw_record_launch) launches;
static MW_VEC(mw_record_sync) syncs;
static MW_VEC(mw_record_promise) promises;
static id_list dependencies;
static bool out_of_memory;

/** What is known of a tag. */
typedef struct tag {
    uint32_t promise; ///< its newest task, or the one to come
    bool submitted;   ///< the promise is kept
    id_list earlier;  ///< promises of the tags it waits for
} tag;

static mw_map declared; ///< task -> id_list of promises, until it is submitted
static mw_map promised; ///< task -> promise index + 1, until it is submitted
static mw_map tags;     ///< tag -> tag

mw_records mw_recorder_records(void) {
    return (mw_records){
        .accesses = accesses.items,
        .subregions = subregions.items,
        .subregion_count = (uint32_t)subregions.count,
        .launches = launches.items,
        .launch_count = (uint32_t)launches.count,
        .syncs = syncs.items,
        .sync_count = (uint32_t)syncs.count,
        .dependencies = dependencies.items,
        .promises = promises.items,
        .out_of_memory = out_of_memory,
    };
}

static bool kept(bool ok) {
    out_of_memory |= !ok;
    return ok;
}

static uint32_t promise_new(uint32_t task) {
    mw_record_promise p = {task};
    return kept(MW_PUSH(&promises, p)) ? (uint32_t)promises.count - 1 : MW_NO_ID;
}

/** The stored task of a submitted one; MW_NO_ID: none. */
static uint32_t stored(const struct starpu_task *task) {
    return mw_tasks_of(task) ? (uint32_t)task->hypervisor_tag - 1 : MW_NO_ID;
}

static uint32_t element_bytes(starpu_data_handle_t handle) {
    switch (mw_real()->starpu_data_get_interface_id(handle)) {
    case STARPU_VECTOR_INTERFACE_ID: return (uint32_t)mw_real()->starpu_vector_get_elemsize(handle);
    case STARPU_MATRIX_INTERFACE_ID: return (uint32_t)mw_real()->starpu_matrix_get_elemsize(handle);
    case STARPU_BLOCK_INTERFACE_ID: return (uint32_t)mw_real()->starpu_block_get_elemsize(handle);
    default: return 1;
    }
}

static uint32_t subregion(mw_live_data *d) {
    if (d->subregion != MW_NO_ID)
        return d->subregion;
    uint32_t element = element_bytes(d->handle);
    mw_record_subregion s = {.region = d->region,
                             .bytes = mw_real()->starpu_data_get_size(d->handle),
                             .element_bytes = element ? element : 1,
                             .rank = d->rank};
    memcpy(s.point, d->point, sizeof s.point);
    if (kept(MW_PUSH(&subregions, s)))
        d->subregion = (uint32_t)subregions.count - 1;
    return d->subregion;
}

/** 0: no access that orders tasks (scratch memory). */
static uint16_t graph_mode(enum starpu_data_access_mode mode) {
    if (mode & STARPU_SCRATCH)
        return 0;
    if (mode & STARPU_REDUX)
        return MW_REDUCE;
    if (mode & STARPU_COMMUTE && mode & STARPU_W)
        return MW_COMMUTE;
    return (uint16_t)((mode & STARPU_R ? MW_READ : 0) | (mode & STARPU_W ? MW_WRITE : 0));
}

static _Thread_local struct {
    const struct starpu_task *task;
    uint64_t arguments;
} reductions;

void mw_recorder_reductions(const struct starpu_task *task, uint64_t arguments) {
    reductions.task = task;
    reductions.arguments = arguments;
}

static bool was_reduction(const struct starpu_task *task, unsigned argument) {
    return reductions.task == task && argument < 64 && reductions.arguments >> argument & 1;
}

static void keep_accesses(const struct starpu_task *task, mw_live_task *t) {
    unsigned count = STARPU_TASK_GET_NBUFFERS(task);
    t->first_access = (uint32_t)accesses.count;
    for (unsigned i = 0; i < count; i++) {
        uint16_t mode =
            was_reduction(task, i) ? MW_REDUCE : graph_mode(STARPU_TASK_GET_MODE(task, i));
        mw_live_data *d = mode ? mw_regions_of(STARPU_TASK_GET_HANDLE(task, i)) : NULL;
        if (!d)
            continue;
        mw_record_access access = {subregion(d), (uint16_t)i, mode};
        if (!kept(access.subregion != MW_NO_ID && MW_PUSH(&accesses, access)))
            return;
        t->access_count++;
    }
    if (t->kind && count > t->kind->argument_count)
        t->kind->argument_count = count;
}

static void keep_dependencies(const id_list *earlier, mw_live_task *t) {
    for (size_t i = 0; i < earlier->count; i++)
        if (kept(MW_PUSH(&dependencies, earlier->items[i])))
            t->dependency_count++;
}

static tag *tag_of(starpu_tag_t id) {
    tag *known = mw_map_get(&tags, id);
    if (known)
        return known;
    known = calloc(1, sizeof *known);
    if (!kept(known && mw_map_put(&tags, id, known))) {
        free(known);
        return NULL;
    }
    known->promise = promise_new(MW_NO_ID);
    return known;
}

static void keep_explicit(const struct starpu_task *task, mw_live_task *t, uint32_t index) {
    t->first_dependency = (uint32_t)dependencies.count;
    id_list *own = declared.count ? mw_map_remove(&declared, mw_map_key(task)) : NULL;
    if (own) {
        keep_dependencies(own, t);
        MW_VEC_CLEAR(own);
        free(own);
    }
    uintptr_t promise = promised.count ? (uintptr_t)mw_map_remove(&promised, mw_map_key(task)) : 0;
    if (promise)
        promises.items[promise - 1].task = index;
    tag *known = task->use_tag ? tag_of(task->tag_id) : NULL;
    if (!known)
        return;
    keep_dependencies(&known->earlier, t);
    if (known->submitted) // restarted: what depends on it from now on depends on the newer task
        known->promise = promise_new(index);
    else if (known->promise != MW_NO_ID)
        promises.items[known->promise].task = index;
    known->submitted = true;
}

void mw_recorder_task(const struct starpu_task *task, mw_live_task *t,
                      const mw_live_launch *launch) {
    uint32_t index = stored(task);
    t->flops = task->flops;
    t->priority = task->priority;
    if (launch) {
        uint32_t record = t->kind->launch_record;
        if (launch->tasks == 1) {
            mw_record_launch fresh = {.kind = t->kind};
            record = kept(MW_PUSH(&launches, fresh)) ? (uint32_t)launches.count - 1 : MW_NO_ID;
            t->kind->launch_record = record;
        }
        t->launch_record = record;
        if (record != MW_NO_ID)
            launches.items[record].at = *launch;
    }
    if (task->cl)
        keep_accesses(task, t);
    keep_explicit(task, t, index);
    if (task->synchronous)
        mw_recorder_wait_task(task);
}

void mw_recorder_depends(const struct starpu_task *task, uint32_t count,
                         struct starpu_task *const earlier[]) {
    id_list *list = mw_map_get(&declared, mw_map_key(task));
    if (!list) {
        list = calloc(1, sizeof *list);
        if (!kept(list && mw_map_put(&declared, mw_map_key(task), list))) {
            free(list);
            return;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t promise;
        if (stored(earlier[i]) != MW_NO_ID) {
            promise = promise_new(stored(earlier[i]));
        } else {
            uintptr_t known = (uintptr_t)mw_map_get(&promised, mw_map_key(earlier[i]));
            promise = known ? (uint32_t)known - 1 : promise_new(MW_NO_ID);
            if (!known && promise != MW_NO_ID)
                kept(mw_map_put(&promised, mw_map_key(earlier[i]),
                                (void *)((uintptr_t)promise + 1)));
        }
        if (promise != MW_NO_ID)
            kept(MW_PUSH(list, promise));
    }
}

void mw_recorder_tag_depends(starpu_tag_t id, uint32_t count, const starpu_tag_t earlier[]) {
    tag *known = tag_of(id);
    for (uint32_t i = 0; known && i < count; i++) {
        const tag *other = tag_of(earlier[i]);
        if (other && other->promise != MW_NO_ID)
            kept(MW_PUSH(&known->earlier, other->promise));
    }
}

void mw_recorder_tag_removed(starpu_tag_t id) {
    tag *known = mw_map_remove(&tags, id);
    if (known)
        MW_VEC_CLEAR(&known->earlier);
    free(known);
}

static void wait(mw_sync_type type, uint32_t what, mw_mode mode) {
    mw_record_sync s = {mw_tasks_count(), type, mode, what};
    kept(MW_PUSH(&syncs, s));
}

void mw_recorder_wait_all(void) {
    wait(MW_SYNC_ALL, 0, 0);
}

void mw_recorder_wait_task(const struct starpu_task *task) {
    if (stored(task) != MW_NO_ID)
        wait(MW_SYNC_TASK, stored(task), 0);
}

void mw_recorder_wait_tag(starpu_tag_t id) {
    const tag *known = mw_map_get(&tags, id);
    if (known && known->submitted && known->promise != MW_NO_ID)
        wait(MW_SYNC_TASK, promises.items[known->promise].task, 0);
}

void mw_recorder_wait_data(starpu_data_handle_t handle, mw_mode mode) {
    const mw_live_data *d = mw_regions_known(handle);
    if (d && d->subregion != MW_NO_ID)
        wait(MW_SYNC_ACQUIRE, d->subregion, mode);
}
