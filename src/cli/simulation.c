// src/cli/simulation.c: one mapper simulated once.
#include "cli/simulation.h"

mw_status simulation_run(simulation *s, const mw_graph *g, const mw_machine *m,
                         const mw_program *program, mw_diags *diags) {
    *s = (simulation){.edges = mw_edges_new(g)};
    if (!s->edges)
        return MW_ERR_NOMEM;
    mw_status status = mw_plan_new(g, m, program, &s->plan, diags);
    if (status != MW_OK)
        return status;
    s->sim = mw_sim_new(g, s->edges, m);
    if (!s->sim)
        return MW_ERR_NOMEM;
    status = mw_sim_run(s->sim, s->plan, NULL, &s->timeline, diags);
    if (status == MW_OK)
        status = mw_profile_new(s->plan, &s->timeline, &s->profile);
    if (status == MW_OK)
        status = mw_bound_of(g, s->edges, m, &s->bound);
    return status;
}

void simulation_clear(simulation *s) {
    mw_profile_free(s->profile);
    mw_sim_free(s->sim);
    mw_plan_free(s->plan);
    mw_edges_free(s->edges);
    *s = (simulation){0};
}

mw_run_view simulation_view(const simulation *s) {
    return (mw_run_view){s->plan, &s->timeline, s->profile, &s->bound};
}
