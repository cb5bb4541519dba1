// src/starpu/preload/live.h: what all parts of the preloaded library share: its mode, its lock, and
// a task as it lives from submission to end. Uses: base, machine, StarPU's headers.
// Invariants: everything that submission touches (kinds, regions, launches, records, the mapping)
// is guarded by one lock, mw_live_lock(); StarPU functions that submit, push, wake or wait are
// never called while it is held; the hooks of a running task take no lock.
#pragma once
#include "base/diag.h"
#include "graph/graph.h"
#include <starpu.h>
#include <stdatomic.h>

#define MW_EXPORT __attribute__((visibility("default")))

typedef enum mw_live_mode {
    MW_LIVE_OFF, ///< not started by Mapwright, or another process acts: everything passes through
    MW_LIVE_SCHEDULE, ///< one of StarPU's schedulers, timed and counted
    MW_LIVE_RECORD,   ///< the same, and the graph is kept
    MW_LIVE_DRY,      ///< the graph with kernels disabled
    MW_LIVE_MAPPER,   ///< our policy
} mw_live_mode;

typedef struct mw_live_kind mw_live_kind;
typedef struct mw_live_place mw_live_place;

/** One submitted task of the program. */
typedef struct mw_live_task {
    mw_live_kind *kind; ///< NULL: an empty task, kept for the dependencies that pass through it
    uint64_t sequence;  ///< among the program's tasks, from 0
    uint32_t launch;    ///< of its kind, from 0
    uint32_t rank;      ///< of point; 0: a single task
    int32_t point[MW_POINT_RANK];
    int32_t priority; ///< the program's own
    // Set by the worker that runs it.
    _Atomic int64_t start_ns, end_ns; ///< 0: not yet
    _Atomic int32_t worker;
    // Recording: slices of the recorder's arrays.
    uint32_t first_access, access_count, first_dependency, dependency_count;
    uint32_t launch_record;
    double flops;
    // Mapper: what was decided, and whether it counts against its kind's limit.
    const mw_live_place *place; ///< NULL: the mapper failed for it
    int32_t mapped_priority;
    _Atomic bool limited;                   ///< it holds one of its kind's tokens
    bool tokenless;                         ///< it never takes one
    const struct starpu_task *_Atomic task; ///< while it lives
    uint32_t next_free;
} mw_live_task;

enum {
    MW_LIVE_WORKERS = STARPU_NMAXWORKERS,
    MW_LIVE_CHUNK = 1 << 12,                ///< tasks per block of the task store
    MW_LIVE_COORDINATE_MAX = (1 << 30) - 1, ///< so that extents fit into 32 bits
};

/** Counted by the worker itself; its own cache line. */
typedef struct mw_live_counts {
    _Alignas(64) _Atomic uint64_t tasks;
    _Atomic uint64_t placed, fallbacks;
    _Atomic int64_t last_end_ns;
} mw_live_counts;

typedef struct mw_live_state {
    mw_live_mode mode;
    const char *scheduler, *mapper, *graph_in, *graph_out, *result, *trace; ///< NULL: not given
    const char *policy;              ///< the name of the policy that is in force
    _Atomic bool policy_started;     ///< init_sched ran
    _Atomic int64_t first_submit_ns; ///< 0: nothing submitted yet
    uint32_t cpu_workers, gpu_workers;
    mw_live_counts counts[MW_LIVE_WORKERS];
} mw_live_state;

extern mw_live_state mw_live;

void mw_live_lock(void);
void mw_live_unlock(void);
int64_t mw_live_now_ns(void);
/** Tells the user once: on stderr now, and in the result file. Later complaints are dropped. */
void mw_live_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** A line on stderr only. */
void mw_live_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/** "worker" is a CPU worker, or drives a GPU (CUDA or OpenCL). */
mw_proc_kind mw_live_worker_kind(int worker);

// --- live.c: start and end --------------------------------------------------------------------

/** Reads the environment and claims the result file. Later calls do nothing. */
void mw_live_start(void);
/** Writes graph, trace and result. May be called again when StarPU is started again. */
void mw_live_finish(void);
/** StarPU is up: counts its workers; without kernels, prepares for a failed self-check. */
void mw_live_workers(void);
/** From the first accepted submission to the last task's end, over all that ran; -1: nothing ran.
 */
double mw_live_makespan_us(void);
/** A worker (this thread) has finished a task of the program. */
void mw_live_count(int worker, int64_t end_ns);
/** A task of the program is being accepted. */
void mw_live_submitted(void);

// --- tasks.c: the task store --------------------------------------------------------------------

/** A fresh task, remembered in task->hypervisor_tag. NULL: out of memory. Lock held. */
mw_live_task *mw_tasks_add(struct starpu_task *task);
/** What a StarPU task is to us; NULL: nothing (StarPU's own, or submitted before we came). For a
 * task that has been submitted: before that, its field may hold anything. */
mw_live_task *mw_tasks_of(const struct starpu_task *task);
mw_live_task *mw_tasks_at(uint32_t index);
uint32_t mw_tasks_count(void); ///< stored ones
/** Gives a finished task's place in the store back. From any thread. */
void mw_tasks_release(const struct starpu_task *task);

// --- identifiers
// ----------------------------------------------------------------------------------

/** Turns any text into a name that a mapper can write: other characters become '_', a leading digit
 * or a reserved word gets a '_'. `out` has room for `size` bytes; never empty. */
void mw_live_identifier(const char *text, size_t len, char *out, size_t size);
/** Reads a "[1,2]" or "(1,2)" at the end of a text.
 *  @param[out] base  length of what stands before it. @return its rank; 0: there is none */
uint32_t mw_live_suffix(const char *text, int32_t point[MW_POINT_RANK], size_t *base);
