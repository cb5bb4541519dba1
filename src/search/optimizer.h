// src/search/optimizer.h: the one interface of all optimizers. Uses: evaluator.
// A new optimizer is one file that defines an mw_optimizer, and a row in optimizer.c.
#pragma once
#include "search/evaluator.h"

/** What every optimizer is told at the start. Borrowed, for as long as the optimizer lives. */
typedef struct mw_problem {
    const mw_graph *graph;
    const mw_edges *edges;
    const mw_machine *machine;
    const mw_evaluator
        *model; ///< a simulator for what-ifs, whose evaluations are counted apart from iterations
    uint64_t seed;
    unsigned keep; ///< choices that the engine cannot obey: bits MW_KEEP_… of space.h
    /** Asked between simulations; true: propose() ends with MW_ERR_CANCEL. NULL: never. */
    bool (*cancelled)(void);
} mw_problem;

typedef struct mw_proposal {
    const char *mapper;  ///< text; valid until the next propose()
    const char *why;     ///< one line: what was changed and what was expected of it
    double predicted_us; ///< < 0: no prediction
} mw_proposal;

typedef struct mw_optimizer {
    const char *name, *summary;
    mw_status (*create)(const mw_problem *problem, void **self); ///< also MW_ERR_CANCEL
    /** MW_ERR_RANGE: nothing left to propose. MW_ERR_CANCEL: see mw_problem.cancelled. */
    mw_status (*propose)(void *self, mw_proposal *out);
    /** What came of the last proposal; before the first one: of the default mapper (optional:
     * without it, the model's word is taken for the default). */
    mw_status (*observe)(void *self, const mw_evaluation *result, const mw_diags *diags);
    void (*destroy)(void *self);
} mw_optimizer;

/** NULL if there is none of that name. */
const mw_optimizer *mw_optimizer_find(const char *name);
const mw_optimizer *const *mw_optimizers(size_t *count);
