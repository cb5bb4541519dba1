// src/plan/plan.h: every decision for every task of one graph on one machine. Uses: mapping, graph.
// Invariants: immutable once made. Equal places, and equal argument choices, share one entry.
#pragma once
#include "graph/graph.h"
#include "plan/mapping.h"

typedef struct mw_place {
    uint32_t first,
        count; ///< into place_procs; count > 1 or is_set: the engine picks the least loaded
    bool is_set;
} mw_place;

/** How an instance is laid out: bit 0: last index fastest (C_order), bit 1: array of structs (AOS),
 * from bit 2 on the logarithm of its alignment to the base of 2, where that is more than
 * MW_COMMON_ALIGN; else 0. */
typedef uint8_t mw_packed_layout;
enum {
    MW_LAYOUT_ORDER = 3,     ///< mask: 2 * aos + c_order
    MW_COMMON_ALIGN = 16,    ///< bytes that any allocation is aligned to (malloc on x86-64)
    MW_MOST_ALIGN_LOG2 = 30, ///< 1 GiB: padding stays far from overflow
};
static inline uint64_t mw_layout_align(mw_packed_layout layout) {
    return layout >> 2 ? (uint64_t)1 << (layout >> 2) : MW_COMMON_ALIGN;
}

/** Where the instance of one argument goes when the task runs on one processor. */
typedef struct mw_choice {
    uint32_t mem_count;
    uint32_t
        mems[MW_MEM_KINDS]; ///< memory ids in order of preference, all reachable from the processor
    mw_packed_layout layout[MW_MEM_KINDS]; ///< in that memory
    uint32_t align[MW_MEM_KINDS]; ///< bytes that the mapper fixed; 0: as the kernel likes it
    bool virtual_, collect;
} mw_choice;

typedef struct mw_plan {
    const mw_graph *graph;     ///< borrowed
    const mw_machine *machine; ///< borrowed
    uint32_t place_count;
    const mw_place *places;
    const uint32_t *place_procs;
    const uint32_t *task_place;             ///< [task_count] index into places
    const int32_t *task_priority;           ///< [task_count], higher first
    const uint32_t *kind_limit;             ///< [kind_count] instances in flight per node; 0: none
    const mw_kind_rules *const *kind_rules; ///< [kind_count]
    /** [subregion_count] memory where the program itself keeps the data: the home memory of the
     * node of the first task that writes them, else of the first that reads them (the owner
     * computes) */
    const uint32_t *home;
    struct mw_plan_inner *inner;
} mw_plan;

/** Plans a graph: O(tasks) look-ups, and one evaluation per distinct (kind, launch extents, point).
 *  @return MW_OK, MW_ERR_INPUT (a mapping error: see diags, which name task, point and statement),
 * MW_ERR_NOMEM */
mw_status mw_plan_new(const mw_graph *g, const mw_machine *m, const mw_program *program,
                      mw_plan **out, mw_diags *diags);
void mw_plan_free(mw_plan *p);
/** The choice for argument `argument` of a task of `kind` on processor `proc`. O(1). */
const mw_choice *mw_plan_choice(const mw_plan *p, uint32_t kind, uint32_t argument, uint32_t proc);
