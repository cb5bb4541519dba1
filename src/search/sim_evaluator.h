// src/search/sim_evaluator.h: the simulator behind the evaluator interface. Uses: evaluator.
// Parses, plans, simulates and profiles mappers for one graph on one machine. Deterministic. One is
// used by one thread at a time; several may share graph, edges and machine.
#pragma once
#include "search/evaluator.h"

typedef struct mw_sim_evaluator mw_sim_evaluator;

typedef struct mw_sim_evaluator_counts {
    uint64_t evaluations; ///< evaluate() calls that simulated
    uint64_t what_ifs;    ///< what_if() and predict() calls that simulated
    uint64_t remembered;  ///< calls answered from memory
} mw_sim_evaluator_counts;

/** @param[out] out  owned by the caller until mw_sim_evaluator_free(); graph, edges and machine
 * must outlive it. @return MW_OK or MW_ERR_NOMEM */
mw_status mw_sim_evaluator_new(const mw_graph *g, const mw_edges *e, const mw_machine *m,
                               mw_sim_evaluator **out);
void mw_sim_evaluator_free(mw_sim_evaluator *e); ///< NULL is allowed.
/** What searches call. Lives as long as `e`. */
const mw_evaluator *mw_sim_evaluator_interface(mw_sim_evaluator *e);
mw_sim_evaluator_counts mw_sim_evaluator_count(const mw_sim_evaluator *e);
