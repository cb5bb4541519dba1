// src/graph/edges.h: which task waits for which: computed once per graph, whatever the mapper.
// Uses: graph. Sequential consistency per subregion, as StarPU has it: a reader waits for the last
// writer; a writer for the last writer and the readers since; consecutive reductions (and
// consecutive commutative updates) do not wait for one another, what follows waits for all of them.
// Node ids >= task_count are joins: no work, there only to keep m-to-n groups at m + n edges.
#pragma once
#include "graph/graph.h"

typedef struct mw_edges {
    uint32_t node_count; ///< tasks, then joins
    uint64_t edge_count;
    const uint64_t *first_successor; ///< [node_count + 1]
    const uint32_t *successors;
    const uint32_t *predecessor_count; ///< [node_count]
    const uint64_t *first_predecessor; ///< [node_count + 1]
    const uint32_t *predecessors;
} mw_edges;

/** O(accesses + edges). NULL: out of memory. The graph must outlive it. */
mw_edges *mw_edges_new(const mw_graph *g);
void mw_edges_free(mw_edges *e);
