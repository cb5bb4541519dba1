// src/cli/simulation.h: one mapper simulated once, with its profile and bound, for `simulate` and
// `describe`. Uses: profile.
#pragma once
#include "profile/profile.h"
#include "report/profile_text.h"

typedef struct simulation {
    mw_edges *edges;
    mw_plan *plan;
    mw_sim *sim;
    mw_timeline timeline; ///< of sim
    mw_profile *profile;
    mw_bound bound;
} simulation;

/** program NULL: the default mapper. Everything given must outlive it. `s` is to be cleared even
 * after a failure. @return MW_OK, MW_ERR_INPUT (see diags), MW_ERR_NOMEM */
mw_status simulation_run(simulation *s, const mw_graph *g, const mw_machine *m,
                         const mw_program *program, mw_diags *diags);
void simulation_clear(simulation *s);
mw_run_view simulation_view(const simulation *s);
