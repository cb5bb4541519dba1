// src/starpu/record.h: a program run once to get its graph. Uses: launch, graph.
#pragma once
#include "graph/graph.h"
#include "starpu/launch.h"

typedef struct mw_record_spec {
    char *const *argv;       ///< as in mw_run_spec
    const char *out;         ///< .mwg file to write
    const char *kernels;     ///< what is known about its kernels, a JSON file; NULL: kernels.json
                             ///< beside the program where there is one
    const char *scheduler;   ///< StarPU's scheduler to record under; NULL: the program's own
    const char *starpu_home; ///< as in mw_run_spec
    double time_limit_s;     ///< 0: none
    bool dry;                ///< kernels disabled: nothing is computed or measured
} mw_record_spec;

/** Runs the program, adds what is known about its kernels, writes the graph whole or not at all.
 *  A program that fails is an error here (MW_ERR_INPUT), explained in diags as mw_run_explain()
 *  does; one that the user interrupted is MW_ERR_CANCEL. `out` then keeps its old contents.
 *  @param[out] run    what the run gave, or NULL; cleared by the caller on any return
 *  @param[out] graph  as it was written, owned by the caller, or NULL; set only on success
 *  @return MW_OK, MW_ERR_INPUT, MW_ERR_IO, MW_ERR_NOMEM, MW_ERR_CANCEL */
mw_status mw_record(const mw_record_spec *spec, mw_run_result *run, mw_graph **graph,
                    mw_diags *diags);
