// src/cli/tune_search.c: propose, evaluate, keep, observe: the loop that every optimizer shares.
#include "base/units.h"
#include "cli/tune.h"
#include "plan/plan.h"
#include "search/space.h"
#include <stdlib.h>
#include <string.h>

static const char DEFAULT_MAPPER[] = "# The default mapper: an empty program.\n";

static char *diagnostics_text(const mw_diags *diags) {
    mw_str all = {0};
    for (size_t i = 0; i < mw_diags_count(diags); i++)
        mw_diag_format(&all, mw_diags_at(diags, i));
    return mw_str_detach(&all);
}

/** Evaluates one mapper and keeps it; an iteration that the session has already is only evaluated
 * again. */
static mw_status iterate(tune *t, uint32_t index, const mw_proposal *proposal, mw_evaluation *out) {
    const mw_evaluator *engine = mw_sim_evaluator_interface(t->simulator);
    char name[32];
    snprintf(name, sizeof name, "iteration %u", index);
    mw_status status = engine->evaluate(engine->self, name, proposal->mapper, out, t->diags);
    if (status != MW_OK || index < mw_session_count(t->session))
        return status;
    mw_sim_evaluator_counts spent = mw_sim_evaluator_count(t->simulator);
    char *diagnostics = diagnostics_text(t->diags);
    mw_session_iteration it = {.index = index,
                               .outcome = mw_outcome_name(out->outcome),
                               .makespan_us =
                                   out->outcome == MW_OUTCOME_PERFORMANCE ? out->makespan_us : -1,
                               .predicted_us = proposal->predicted_us,
                               .why = proposal->why,
                               .diagnostics = diagnostics ? diagnostics : "",
                               .evaluations = spent.evaluations,
                               .what_ifs = spent.what_ifs};
    status = mw_session_append(t->session, &it, proposal->mapper, t->diags);
    free(diagnostics);
    return status;
}

/** A default mapper that cannot be planned is an error of the program or machine, told in full. */
static mw_status evaluate_default(tune *t) {
    mw_evaluation result = {0};
    mw_proposal proposal = {DEFAULT_MAPPER, "the default mapper", -1};
    mw_status status = iterate(t, 0, &proposal, &result);
    tune_keep_warnings(t);
    return status;
}

static mw_status search(tune *t, const mw_optimizer *optimizer, void *self, uint32_t iterations) {
    for (uint32_t i = 1; i <= iterations; i++) {
        if (mw_run_interrupted())
            return MW_ERR_CANCEL;
        const mw_session_iteration *best =
            mw_session_best(t->session) == MW_SESSION_NONE
                ? NULL
                : mw_session_at(t->session, mw_session_best(t->session));
        char text[MW_UNIT_TEXT];
        tune_step(t, "iteration %u of %u, best so far %s", i, iterations,
                  mw_unit_us(text, best ? best->makespan_us : -1));
        mw_proposal proposal = {.predicted_us = -1};
        mw_status status = optimizer->propose(self, &proposal);
        if (status == MW_ERR_RANGE) { // nothing left to propose
            t->steps_done += iterations - i;
            return MW_OK;
        }
        mw_evaluation result = {0};
        mw_diags_reset(t->diags);
        if (status == MW_OK)
            status = iterate(t, i, &proposal, &result);
        if (status == MW_OK)
            status = optimizer->observe(self, &result, t->diags);
        if (status != MW_OK)
            return status;
        mw_diags_reset(t->diags); // kept in the session; a failed proposal is no failure of ours
    }
    return MW_OK;
}

mw_exit tune_search(tune *t) {
    const mw_session_info *what = mw_session_what(t->session);
    const mw_optimizer *optimizer = mw_optimizer_find(what->optimizer);
    // Under StarPU a program keeps its layouts and memories. Not t->real: a resumed run must search
    // the same space.
    bool real_engine = strcmp(t->machine_name, "local") == 0;
    mw_problem problem = {.graph = t->graph,
                          .edges = t->edges,
                          .machine = t->machine,
                          .model = mw_sim_evaluator_interface(t->simulator),
                          .seed = what->seed,
                          .keep = real_engine ? MW_KEEP_LAYOUTS | MW_KEEP_MEMORIES : 0,
                          .cancelled = mw_run_interrupted};
    void *self = NULL;
    tune_step(t, "simulating the default mapper");
    mw_status status = evaluate_default(t);
    if (status == MW_OK && !optimizer) {
        mw_diag_in(t->diags, MW_ERROR, MW_JSON_TYPE, t->folder, "$.optimizer", NULL,
                   "there is no optimizer '%s'", what->optimizer);
        status = MW_ERR_INPUT;
    }
    if (status == MW_OK)
        status = optimizer->create(&problem, &self);
    if (status == MW_OK) {
        uint32_t iterations = what->iterations;
        uint32_t done = mw_session_count(t->session) - 1; // without the default
        if (t->args->resume && t->args->iterations >= 0)
            iterations =
                (uint32_t)t->args->iterations > done ? (uint32_t)t->args->iterations : done;
        status = search(t, optimizer, self, iterations);
    }
    if (self)
        optimizer->destroy(self);
    return tune_status(t, status);
}
