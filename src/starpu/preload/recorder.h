// src/starpu/preload/recorder.h: what was submitted, kept in memory in program order and written as
// a graph at the end. Uses: launches, regions. Invariants: lock held in every call. Recording a
// task copies a few words and formats nothing; everything dear happens in mw_recorder_write().
#pragma once
#include "starpu/preload/launches.h"
#include "starpu/preload/regions.h"

/** In a dry run the modes of a task's reductions are replaced before StarPU sees it: bit i of
 * `arguments` says that argument i was one, for this thread's next task. Needs no lock. */
void mw_recorder_reductions(const struct starpu_task *task, uint64_t arguments);
/** Keeps a task that StarPU has just accepted, with its accesses and dependencies. */
void mw_recorder_task(const struct starpu_task *task, mw_live_task *t,
                      const mw_live_launch *launch);
/** task->deps_array: `task` waits for `earlier`, both as yet submitted or not. */
void mw_recorder_depends(const struct starpu_task *task, uint32_t count,
                         struct starpu_task *const earlier[]);
/** The task that carries the tag `id` waits for those that carry the others. */
void mw_recorder_tag_depends(starpu_tag_t id, uint32_t count, const starpu_tag_t earlier[]);
void mw_recorder_tag_removed(starpu_tag_t id);
/** The main thread waits. */
void mw_recorder_wait_all(void);
void mw_recorder_wait_task(const struct starpu_task *task);
void mw_recorder_wait_tag(starpu_tag_t id);
void mw_recorder_wait_data(starpu_data_handle_t handle, mw_mode mode);

// --- read by graph.c
// ------------------------------------------------------------------------------

typedef struct mw_record_access {
    uint32_t subregion;
    uint16_t argument, mode;
} mw_record_access;

typedef struct mw_record_subregion {
    const mw_live_region *region;
    uint64_t bytes;
    uint32_t element_bytes;
    uint32_t rank;
    int32_t point[MW_POINT_RANK];
} mw_record_subregion;

typedef struct mw_record_launch {
    const mw_live_kind *kind;
    mw_live_launch at; ///< as it stood last
} mw_record_launch;

typedef struct mw_record_sync {
    uint32_t before; ///< stored tasks (empty ones included) before it
    mw_sync_type type;
    mw_mode mode;
    uint32_t what; ///< stored task, or subregion
} mw_record_sync;

/** A dependency on a task that may not have been submitted when it was declared. */
typedef struct mw_record_promise {
    uint32_t task; ///< stored task, or MW_NO_ID: never submitted
} mw_record_promise;

typedef struct mw_records {
    const mw_record_access *accesses;
    const mw_record_subregion *subregions;
    uint32_t subregion_count;
    const mw_record_launch *launches;
    uint32_t launch_count;
    const mw_record_sync *syncs;
    uint32_t sync_count;
    const uint32_t *dependencies; ///< promises
    const mw_record_promise *promises;
    bool out_of_memory; ///< something could not be kept: there is no graph
} mw_records;

mw_records mw_recorder_records(void);
/** Writes the graph file. False: it could not be written (a complaint was made). */
bool mw_recorder_write(const char *path);
