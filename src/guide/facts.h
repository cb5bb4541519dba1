// src/guide/facts.h: what a mapper decides for each task kind and argument, and what of the time it
// costs. Uses: lab. Internal to the layer.
#pragma once
#include "guide/lab.h"

typedef struct mw_kind_facts {
    const char *name;  ///< as a statement calls it; NULL: none can, or it has no tasks
    uint32_t kind;     ///< the first of that name
    mw_proc_kind proc; ///< where its tasks run
    uint32_t variants; ///< bit per mw_proc_kind that it has code for and the machine has
    uint32_t tasks;
    uint32_t rank; ///< least over its index launches; 0: it has none
    bool single;   ///< it has single tasks
    uint32_t limit;
    bool replicated; ///< every node submits its own of them
    double critical; ///< share of the makespan: its tasks running on the critical path
    double work;     ///< share of all processors' busy time
    double on_one;   ///< share of its own time on the processor that runs most of it
    double rank_us;  ///< mean time from its tasks' start to the end of what waits for them
} mw_kind_facts;

typedef struct mw_argument_facts {
    uint32_t subject;  ///< into mw_facts.kinds
    uint32_t position; ///< from 0
    const char *name;  ///< as a statement calls it: a name, or the position
    uint32_t region;   ///< the region, or what it is a part of, that its first task touches
    bool read_only;
    uint64_t bytes;  ///< over all tasks
    double copies;   ///< share of all copy time: copies that this argument asked for
    int mem;         ///< mw_mem_kind that comes first; MW_MEM_KINDS: none, or not known
    unsigned layout; ///< 2 * aos + c_order there
    bool mems_reached[MW_MEM_KINDS]; ///< by its kind's processors
} mw_argument_facts;

typedef struct mw_facts {
    const mw_lab *lab;
    const mw_graph *graph;
    const mw_machine *machine;
    mw_arena *arena;
    bool ran;
    double makespan_us;
    uint32_t kind_count;
    mw_kind_facts *kinds; ///< those with a name
    uint32_t argument_count;
    mw_argument_facts *arguments;
    double copying; ///< share of the makespan: copies on the critical path
    double limits, memory, submission, processor; ///< likewise: waiting for these
} mw_facts;

/** Of the mapper that is loaded, which must have been parsed. O(tasks + edges).
 *  @param arena  of the arrays and names
 *  @return MW_OK or MW_ERR_NOMEM */
mw_status mw_facts_of(const mw_lab *lab, mw_arena *arena, mw_facts *out);
/** "nodes", "region 3" where it has no name. */
const char *mw_facts_region(const mw_facts *f, uint32_t region);
