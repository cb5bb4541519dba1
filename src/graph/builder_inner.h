// src/graph/builder_inner.h: what a builder holds until it is finished. Uses: builder. Internal to
// the layer.
#pragma once
#include "base/vec.h"
#include "graph/builder.h"

enum {
    MW_STRING_MAX_BYTES = 4096, ///< longer names (a command line) are cut
};
/** No task runs longer (11 days); keeps sums of times finite. */
#define MW_MAX_US 1e12
#define MW_PASSES_MAX 1e6f

typedef struct mw_build_kind {
    mw_kind kind; ///< without its arguments
    MW_VEC(mw_argument) arguments;
    mw_walk walk[MW_PROC_KINDS]; ///< of arguments to come
} mw_build_kind;

typedef struct mw_build_launch {
    uint32_t kind, rank, task_count;
    bool has_box;
    int64_t lower[MW_POINT_RANK], upper[MW_POINT_RANK]; ///< both inclusive
} mw_build_launch;

typedef struct mw_build_task {
    mw_task task; ///< without its cost class
    double flops;
} mw_build_task;

typedef struct mw_sample {
    uint32_t task; ///< finish: its cost class
    uint32_t proc; ///< mw_proc_kind
    float us;
} mw_sample;

/** Open addressing over offsets into strings; 0: free. */
typedef struct mw_name_set {
    uint32_t *slots;
    size_t capacity, count;
} mw_name_set;

struct mw_builder {
    bool failed;   ///< out of memory at some time
    char why[160]; ///< the first limit exceeded, or ""
    MW_VEC(mw_build_kind) kinds;
    MW_VEC(mw_region) regions;
    MW_VEC(mw_subregion) subregions;
    MW_VEC(mw_build_launch) launches;
    MW_VEC(mw_build_task) tasks;
    MW_VEC(mw_access) accesses;
    MW_VEC(uint32_t) dependencies;
    MW_VEC(mw_sync) syncs;
    MW_VEC(mw_sample) samples;
    MW_VEC(char) strings;
    mw_name_set names, region_names;
    uint32_t command_line;
    double measured_us;
    uint32_t cpu_workers, gpu_workers;
};

void mw_builder_reset(mw_builder *b); ///< frees what it holds; it is as new
