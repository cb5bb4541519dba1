// src/cli/recording.c: a recorded graph and the kernels.json of its application become one file.
#include "cli/recording.h"
#include "graph/kernels.h"
#include "starpu/program.h"
#include <stdlib.h>

/** Replaces *g by the graph with kernel data, in memory and on disk. */
static mw_status add_kernels(mw_graph **g, const char *path, const char *kernels, mw_diags *diags) {
    mw_graph *full = NULL;
    mw_status status = mw_kernels_load(*g, kernels, &full, diags);
    if (status != MW_OK)
        return status;
    mw_graph_free(*g); // it is mapped from the file that is about to be replaced
    *g = full;
    return mw_graph_save(full, path, diags);
}

mw_status recording_load(const char *graph, const char *program, const char *kernels,
                         mw_graph **out, mw_diags *diags) {
    char *beside = NULL;
    mw_graph *g = NULL;
    mw_status status = mw_graph_load(graph, &g, diags);
    if (status == MW_OK && !kernels)
        status = mw_program_kernels(program, &beside);
    if (status == MW_OK && (kernels || beside))
        status = add_kernels(&g, graph, kernels ? kernels : beside, diags);
    free(beside);
    if (status == MW_OK)
        *out = g;
    else
        mw_graph_free(g);
    return status;
}
