// src/cli/recording.h: what follows a recording, for `record` and `tune`. Uses: graph, starpu.
#pragma once
#include "graph/graph.h"

/** Loads a graph that was just recorded, adds what the application says about its kernels, and
 * writes it again with that.
 *  @param program  as it was called: kernels.json is looked for beside its executable
 *  @param kernels  a file to use instead; NULL: none was named
 *  @param[out] used  the file whose data were added, freed by the caller, NULL: none; may be NULL
 *  @param[out] out   owned by the caller until mw_graph_free(); set only on success
 *  @return MW_OK, MW_ERR_IO or MW_ERR_INPUT (see diags; the graph stays as it was recorded),
 * MW_ERR_NOMEM */
mw_status recording_load(const char *graph, const char *program, const char *kernels, char **used,
                         mw_graph **out, mw_diags *diags);
