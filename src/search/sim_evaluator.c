// src/search/sim_evaluator.c: text -> program -> plan -> timeline -> profile, with the last of each
// kept, and the outcome of every text remembered.
#include "search/sim_evaluator.h"
#include "search/known.h"
#include <string.h>

/** One mapper on its way through the simulator. */
typedef struct run {
    uint64_t key; ///< of its text; 0: none
    mw_outcome outcome;
    mw_program *program;
    mw_plan *plan;
    mw_timeline timeline;
    mw_profile *profile;
    mw_diags *diags; ///< what was said about it, for when it is asked again
} run;

struct mw_sim_evaluator {
    mw_evaluator interface;
    const mw_graph *graph;
    const mw_edges *edges;
    const mw_machine *machine;
    mw_sim *sim;
    run last;       ///< of evaluate()
    bool last_live; ///< the simulator's memory still holds the timeline of `last`
    mw_known known;
    mw_sim_evaluator_counts counts;
};

static void run_clear(run *r) {
    mw_profile_free(r->profile);
    mw_plan_free(r->plan);
    mw_program_free(r->program);
    mw_diags_free(r->diags);
    *r = (run){0};
}

/** Simulates a planned mapper and profiles it if asked. */
static mw_status simulate(mw_sim_evaluator *e, run *r, bool profile) {
    e->last_live = false;
    mw_status status = mw_sim_run(e->sim, r->plan, NULL, &r->timeline, r->diags);
    if (status == MW_ERR_INPUT) { // it does not fit into the machine's memories
        r->outcome = MW_OUTCOME_MAPPING_ERROR;
        return MW_OK;
    }
    if (status == MW_OK && profile)
        status = mw_profile_new(r->plan, &r->timeline, &r->profile);
    r->outcome = MW_OUTCOME_PERFORMANCE;
    return status;
}

/** Takes a text as far as it goes. MW_OK also for a mapper that fails: see r->outcome. */
static mw_status take(mw_sim_evaluator *e, const char *name, const char *mapper, bool profile,
                      run *r) {
    r->diags = mw_diags_new();
    if (!r->diags)
        return MW_ERR_NOMEM;
    mw_status status = mw_program_parse(name, mapper, strlen(mapper), NULL, &r->program, r->diags);
    if (status == MW_ERR_INPUT) {
        r->outcome = MW_OUTCOME_COMPILE_ERROR;
        return MW_OK;
    }
    if (status == MW_OK)
        status = mw_plan_new(e->graph, e->machine, r->program, &r->plan, r->diags);
    if (status == MW_ERR_INPUT) {
        r->outcome = MW_OUTCOME_MAPPING_ERROR;
        return MW_OK;
    }
    return status == MW_OK ? simulate(e, r, profile) : status;
}

static bool remember(mw_sim_evaluator *e, uint64_t key, const run *r) {
    double us = r->outcome == MW_OUTCOME_PERFORMANCE ? r->timeline.makespan_us : -1;
    return mw_known_add(&e->known, key, r->outcome, us);
}

static mw_status evaluate(void *self, const char *name, const char *mapper, mw_evaluation *out,
                          mw_diags *diags) {
    mw_sim_evaluator *e = self;
    uint64_t key = mw_known_key(mapper);
    run *r = &e->last;
    mw_status status = MW_OK;
    if (r->key == key && (e->last_live || r->outcome != MW_OUTCOME_PERFORMANCE)) {
        e->counts.remembered++;
    } else {
        run_clear(r);
        e->counts.evaluations++;
        status = take(e, name, mapper, true, r);
        if (status == MW_OK && !remember(e, key, r))
            status = MW_ERR_NOMEM;
        if (status != MW_OK) {
            run_clear(r);
            return status;
        }
        r->key = key;
        e->last_live = r->outcome == MW_OUTCOME_PERFORMANCE;
    }
    for (size_t i = 0; i < mw_diags_count(r->diags); i++)
        mw_diag_copy(diags, mw_diags_at(r->diags, i));
    *out = (mw_evaluation){.outcome = r->outcome};
    if (r->outcome == MW_OUTCOME_PERFORMANCE)
        *out =
            (mw_evaluation){r->outcome, r->timeline.makespan_us, r->profile, r->plan, &r->timeline};
    return MW_OK;
}

static mw_status what_if(void *self, const mw_what_if *change, double *makespan_us) {
    mw_sim_evaluator *e = self;
    if (e->last.key == 0 || e->last.outcome != MW_OUTCOME_PERFORMANCE)
        return MW_ERR_RANGE;
    mw_timeline timeline;
    e->last_live = false;
    e->counts.what_ifs++;
    mw_status status = mw_sim_run(e->sim, e->last.plan, change, &timeline, NULL);
    if (status == MW_OK)
        *makespan_us = timeline.makespan_us;
    return status;
}

static mw_status predict(void *self, const char *mapper, mw_outcome *outcome, double *makespan_us) {
    mw_sim_evaluator *e = self;
    uint64_t key = mw_known_key(mapper);
    const mw_known_mapper *known = mw_known_find(&e->known, key);
    if (known) {
        e->counts.remembered++;
        *outcome = (mw_outcome)known->outcome;
        *makespan_us = known->makespan_us;
        return MW_OK;
    }
    run r = {0};
    e->counts.what_ifs++;
    mw_status status = take(e, "what-if", mapper, false, &r);
    if (status == MW_OK && !remember(e, key, &r))
        status = MW_ERR_NOMEM;
    if (status == MW_OK) {
        *outcome = r.outcome;
        *makespan_us = r.outcome == MW_OUTCOME_PERFORMANCE ? r.timeline.makespan_us : -1;
    }
    run_clear(&r);
    return status;
}

mw_status mw_sim_evaluator_new(const mw_graph *g, const mw_edges *e, const mw_machine *m,
                               mw_sim_evaluator **out) {
    mw_sim_evaluator *made = calloc(1, sizeof *made);
    mw_sim *sim = made ? mw_sim_new(g, e, m) : NULL;
    if (!sim) {
        free(made);
        return MW_ERR_NOMEM;
    }
    *made = (mw_sim_evaluator){.graph = g, .edges = e, .machine = m, .sim = sim};
    made->interface = (mw_evaluator){made, evaluate, what_if, predict};
    *out = made;
    return MW_OK;
}

void mw_sim_evaluator_free(mw_sim_evaluator *e) {
    if (!e)
        return;
    run_clear(&e->last);
    mw_sim_free(e->sim);
    mw_known_clear(&e->known);
    free(e);
}

const mw_evaluator *mw_sim_evaluator_interface(mw_sim_evaluator *e) {
    return &e->interface;
}

mw_sim_evaluator_counts mw_sim_evaluator_count(const mw_sim_evaluator *e) {
    return e->counts;
}
