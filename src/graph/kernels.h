// src/graph/kernels.h: what an application says about its kernels (kernels.json), put into a
// recorded graph, so that it can be simulated where it never ran. Uses: graph, json. The format is
// in docs/graph-format.md.
#pragma once
#include "graph/graph.h"

/** Makes a copy of a graph in which task kinds have the flops, passes, efficiencies and layout
 * demands that the text gives; what it does not mention stays. Kinds that it mentions and the graph
 * has not are left out (a program need not submit all its kinds), with a warning when the name
 * looks like a slip. O(bytes of the graph).
 *  @param file  for messages
 *  @param[out] out  owned by the caller until mw_graph_free(); set only on success
 *  @return MW_OK, MW_ERR_INPUT (see diags: JSON path and expectation), MW_ERR_NOMEM */
mw_status mw_kernels_apply(const mw_graph *g, const char *file, const char *json, size_t len,
                           mw_graph **out, mw_diags *diags);
/** The same from a file. MW_ERR_IO: it cannot be read. */
mw_status mw_kernels_load(const mw_graph *g, const char *path, mw_graph **out, mw_diags *diags);
