// src/cli/recording.c: a recorded graph and the kernels.json of its application become one file.
#include "cli/recording.h"
#include "graph/kernels.h"
#include "starpu/program.h"
#include <stdlib.h>
#include <string.h>

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

mw_status recording_load(const char *graph, const char *program, const char *kernels, char **used,
                         mw_graph **out, mw_diags *diags) {
    char *file = kernels ? strdup(kernels) : NULL;
    mw_graph *g = NULL;
    mw_status status = kernels && !file ? MW_ERR_NOMEM : mw_graph_load(graph, &g, diags);
    if (status == MW_OK && !file)
        status = mw_program_kernels(program, &file);
    if (status == MW_OK && file)
        status = add_kernels(&g, graph, file, diags);
    if (status == MW_OK)
        *out = g;
    else
        mw_graph_free(g);
    if (status == MW_OK && used)
        *used = file;
    else
        free(file);
    return status;
}
