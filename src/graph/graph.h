// src/graph/graph.h: a recorded program: what was submitted, in program order. Uses: base, machine
// (kinds only). Invariants (checked when a file is loaded): every index is in range, every
// dependency points to an earlier task, names are UTF-8 and '\0'-terminated; immutable, so threads
// may share one.
#pragma once
#include "machine/machine.h"

enum {
    MW_POINT_RANK = 4,      ///< most dimensions of a launch domain
    MW_MAX_ARGUMENTS = 64,  ///< most accesses of one task
    MW_MAX_TASKS = 1 << 28, ///< also the most points of a launch domain
};
#define MW_MAX_SUBREGION_BYTES ((uint64_t)1 << 50)

typedef enum mw_mode {
    MW_READ = 1,
    MW_WRITE = 2, ///< the old contents are dead
    MW_READ_WRITE = 3,
    MW_REDUCE = 4,                  ///< a sum-like update; several tasks may hold it at once
    MW_COMMUTE = 8 | MW_READ_WRITE, ///< in any order, one at a time
} mw_mode;

/** How the kernel of a task kind computes on one kind of processor; from the application's
 * kernels.json (kernels.h). */
typedef struct mw_kernel {
    float flop_efficiency; ///< of peak, (0, 1]
    uint8_t f32;           ///< 1: judged against gflops_f32
    uint8_t zero[3];
} mw_kernel;

/** How the kernel on one kind of processor walks one argument; from kernels.json too. */
typedef struct mw_walk {
    float byte_efficiency[2]
                         [2]; ///< of the affinity's bandwidth, (0, 1]; [SOA, AOS][F_order, C_order]
    uint16_t align;           ///< bytes that the kernel demands, a power of two; 0: none
    uint8_t refused; ///< bit (2 * aos + c_order): the kernel does not accept that layout; < 15
    uint8_t zero;
} mw_walk;

typedef struct mw_argument {
    uint32_t name; ///< string: the region's name at the call site, or "" (0)
    float passes;  ///< bytes moved per byte of the subregion in one task: 1 for R or W, 2 for RW
                   ///< unless the application says
    mw_walk walk[MW_PROC_KINDS];
} mw_argument;

typedef struct mw_kind {
    uint32_t name;           ///< string
    uint32_t variants;       ///< bit per mw_proc_kind
    uint32_t first_argument; ///< into arguments
    uint32_t argument_count; ///< the most that a task of this kind has
    mw_kernel kernel[MW_PROC_KINDS];
} mw_kind;

/** Tasks of one kind and size share what they cost. */
typedef struct mw_cost_class {
    uint32_t kind;
    uint32_t samples[MW_PROC_KINDS]; ///< measured runs behind us[]
    float us[MW_PROC_KINDS]; ///< median measured duration; < 0: not measured, use the roofline
    double flops;            ///< of one task; 0: unknown
} mw_cost_class;

typedef struct mw_region {
    uint32_t name;   ///< string; unique
    uint32_t parent; ///< region it is a partition of (a lower index), or MW_NO_ID
    uint32_t element_bytes, fields;
} mw_region;

typedef struct mw_subregion {
    uint32_t region;
    uint32_t rank; ///< of point; 0: none known
    uint64_t bytes;
    int32_t point[MW_POINT_RANK]; ///< its place in its region's partition
} mw_subregion;

typedef struct mw_launch {
    uint32_t kind;
    uint32_t rank;       ///< of the launch domain; 0 for a single task
    uint32_t task_count; ///< >= 1
    uint32_t first_task; ///< the first submitted; its others need not follow it directly
    int32_t lower[MW_POINT_RANK], extent[MW_POINT_RANK]; ///< all its points are inside; 0 and 1
                                                         ///< beyond the rank
} mw_launch;

typedef struct mw_access {
    uint32_t subregion;
    uint16_t argument; ///< position, from 0
    uint16_t mode;     ///< mw_mode
} mw_access;

typedef struct mw_task {
    uint32_t kind, launch, cost_class;
    uint32_t first_access, first_dependency;
    uint16_t access_count, dependency_count;
    int32_t priority;
    int32_t point[MW_POINT_RANK]; ///< absolute; minus launch.lower is what the language sees
    float measured_us;            ///< < 0: not run
    float measured_start_us;      ///< since the first submission; < 0: not run
    int32_t worker;               ///< that ran it; -1: not run
} mw_task;

typedef enum mw_sync_type {
    MW_SYNC_ALL,     ///< the main thread waits for everything submitted
    MW_SYNC_TASK,    ///< … for one task (index in `what`)
    MW_SYNC_ACQUIRE, ///< … for a subregion, to use it on the host in `mode`; its contents move to
                     ///< home memory
} mw_sync_type;

typedef struct mw_sync {
    uint32_t before; ///< tasks submitted before it
    uint16_t type;   ///< mw_sync_type
    uint16_t mode;   ///< ACQUIRE: mw_mode
    uint32_t what;
} mw_sync;

typedef struct mw_graph {
    uint32_t kind_count, argument_count, class_count, region_count, subregion_count, launch_count,
        task_count, access_count, dependency_count, sync_count;
    const mw_kind *kinds;
    const mw_argument *arguments;
    const mw_cost_class *classes;
    const mw_region *regions;
    const mw_subregion *subregions;
    const mw_launch *launches;
    const mw_task *tasks;
    const mw_access *accesses;
    const uint32_t *dependencies; ///< explicit ones: indices of earlier tasks
    const mw_sync *syncs;         ///< in order of `before`
    const char *strings;          ///< offsets into it name things; offset 0 is ""
    size_t string_bytes;
    const char *program; ///< the command line that was recorded
    double measured_us;  ///< from the first submission to the last end; < 0: kernels were disabled
    uint32_t cpu_workers, gpu_workers; ///< of the recorded run
    struct mw_graph_inner *inner;      ///< the mapping of the file, or the arena
} mw_graph;

static inline const char *mw_graph_string(const mw_graph *g, uint32_t name) {
    return g->strings + name;
}
static inline const char *mw_graph_kind_name(const mw_graph *g, uint32_t kind) {
    return g->strings + g->kinds[kind].name;
}

/** Maps a .mwg file into memory and checks all of it.
 *  @param[out] out  owned by the caller until mw_graph_free(); set only on success
 *  @return MW_OK, MW_ERR_IO, MW_ERR_INPUT (damaged, cut short, another version: see diags),
 * MW_ERR_NOMEM */
mw_status mw_graph_load(const char *path, mw_graph **out, mw_diags *diags);
/** Writes it whole or not at all. */
mw_status mw_graph_save(const mw_graph *g, const char *path, mw_diags *diags);
void mw_graph_free(mw_graph *g);          ///< NULL is allowed.
size_t mw_graph_bytes(const mw_graph *g); ///< all that it holds, in memory as in a file
/** What is assumed of a kernel that nothing is known of. */
mw_kernel mw_kernel_default(void);
mw_walk mw_walk_default(void);
/** "SOA F_order" and so on, by 2 * aos + c_order. */
const char *mw_layout_name(unsigned layout);
/** The share of the affinity's bandwidth at which a kernel reaches an argument in that layout. */
static inline double mw_walk_share(const mw_walk *w, unsigned layout) {
    return (double)w->byte_efficiency[layout >> 1 & 1][layout & 1];
}
double mw_walk_best_share(const mw_walk *w); ///< of the layouts that it accepts
static inline const mw_walk *mw_graph_walk(const mw_graph *g, uint32_t kind, uint32_t argument,
                                           mw_proc_kind on) {
    return &g->arguments[g->kinds[kind].first_argument + argument].walk[on];
}
