// src/search/evaluator.h: what a search asks: a mapper in, an outcome out. Uses: plan, profile.
// A search knows no engine by name: the simulator and the real runs stand behind this interface.
#pragma once
#include "profile/outcome.h"
#include "profile/profile.h"

typedef struct mw_evaluation {
    mw_outcome outcome;
    double makespan_us; ///< PERFORMANCE only
    const mw_profile *
        profile; ///< PERFORMANCE by the simulator, else NULL; valid until the evaluator's next call
    const mw_plan *plan;         ///< likewise
    const mw_timeline *timeline; ///< likewise
} mw_evaluation;

typedef struct mw_evaluator {
    void *self;
    /** @param diags  why it failed, and warnings. @return MW_OK (also for a mapper that fails: see
     * outcome), MW_ERR_NOMEM, MW_ERR_CANCEL */
    mw_status (*evaluate)(void *self, const char *name, const char *mapper, mw_evaluation *out,
                          mw_diags *diags);
    /** Re-simulates the last mapper given to evaluate() with something made faster; ends the life
     * of that evaluation's pointers. NULL where the engine cannot. MW_ERR_RANGE: there is none, or
     * it failed. */
    mw_status (*what_if)(void *self, const mw_what_if *change, double *makespan_us);
    /** Only how it ends and the makespan, remembered between calls: for trying many. Leaves the
     * last evaluation alone (but ends the life of its pointers). NULL where the engine has nothing
     * cheaper than evaluate(). */
    mw_status (*predict)(void *self, const char *mapper, mw_outcome *outcome, double *makespan_us);
} mw_evaluator;
