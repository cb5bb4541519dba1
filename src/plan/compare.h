// src/plan/compare.h: which decisions differ between two plans of one graph on one machine. Uses:
// plan. Invariants: differences come by task kind, then by decision, argument and launch; what is
// no decision (how a mapper's text says it, rules that decide nothing here) makes no difference.
#pragma once
#include "plan/plan.h"

typedef enum mw_decision {
    MW_DECISION_PROC_KIND, ///< the kind of processor
    MW_DECISION_PROCESSOR, ///< which processor, or set of them; only where the kind is the same
    MW_DECISION_PRIORITY,
    MW_DECISION_LIMIT,     ///< tasks of the kind in flight on a node
    MW_DECISION_REPLICATE, ///< ControlReplicate
    MW_DECISION_MEMORY,    ///< memories of an argument, in order of preference, or none (VIRTUAL)
    MW_DECISION_LAYOUT,  ///< of an argument in a memory that both choose, else in their first ones
    MW_DECISION_COLLECT, ///< whether the instance is dropped after the task
    MW_DECISIONS
} mw_decision;

enum { MW_COMPARISON_EXAMPLES = 3 };

typedef struct mw_difference {
    mw_decision decision;
    uint32_t kind;     ///< task kind
    uint32_t argument; ///< MEMORY, LAYOUT, COLLECT: its position; else MW_NO_ID
    /** PROCESSOR, PRIORITY: the first of the kind's launches of this size in which tasks differ
     * (single tasks are launches of rank 0 and count as one size); else MW_NO_ID. */
    uint32_t launch;
    uint32_t launch_count; ///< PROCESSOR, PRIORITY: how many of that size have tasks that differ
    uint32_t differ;       ///< tasks that it is about
    uint32_t tasks; ///< of those: PROCESSOR, PRIORITY: in launches of that size; else of the kind
    uint32_t example_count;
    /** PROCESSOR, PRIORITY: the first tasks that differ. MEMORY: a processor of each plan where the
     * choice differs. LAYOUT: the memory kind in each plan. */
    uint32_t examples[MW_COMPARISON_EXAMPLES];
} mw_difference;

typedef struct mw_comparison {
    const mw_plan *a, *b; ///< borrowed
    uint32_t count;
    const mw_difference *items;
    uint32_t by_decision[MW_DECISIONS]; ///< how many of them
    uint32_t moved;                     ///< tasks that run on another processor or set
} mw_comparison;

/** Compares two plans of the same graph and machine, which must outlive the result.
 * O(tasks + kinds * arguments * processors).
 *  @param[out] out  owned by the caller until mw_comparison_clear(); set only on success
 *  @return MW_OK or MW_ERR_NOMEM */
mw_status mw_plan_compare(const mw_plan *a, const mw_plan *b, mw_comparison *out);
void mw_comparison_clear(mw_comparison *c);
