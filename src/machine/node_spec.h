// src/machine/node_spec.h: one node of a machine as plain arrays, and how nodes become a machine.
// Uses: machine. Internal to the layer. Needs no JSON code: mw_machine_bare() is made of it too.
#pragma once
#include "machine/machine.h"

enum {
    MW_SPEC_MAX_LINKS = 4096,       ///< directed pieces on one node, both ways of each NIC included
    MW_SPEC_MAX_EDGES = 1 << 16,    ///< ordered pairs of places that links join, on one node
    MW_MACHINE_MAX_PARTS = 1 << 22, ///< processors, memories, links, affinities: of each, all nodes
};

typedef mw_way mw_spec_edge;

typedef struct mw_spec_affinity {
    uint32_t proc;
    bool over_route; ///< crosses the route from the memory to the one nearest to the processor
    bool gbps_given, latency_given; ///< else over_route fills them in
    mw_affinity affinity;           ///< ids as on node 0
} mw_spec_affinity;

/** Everything is borrowed and copied. Processors are in id order, with node 0. */
typedef struct mw_node_spec {
    const char *name, *description;
    uint32_t nodes;
    double submit_us, complete_us;
    uint32_t proc_count, mem_count, link_count, switch_count, affinity_count, edge_count;
    const mw_proc *procs;
    const mw_mem *mems;
    const mw_link *links;
    const char *const *place_names; ///< [mem_count + switch_count]; NULL: they have none
    mw_spec_affinity *affinities;   ///< sorted and completed in place
    mw_spec_edge *edges;            ///< sorted in place; network: to place mem_count + switch_count
                                    ///< and from the place after it
} mw_node_spec;

/** Why a node is no node; all other fields are set as far as they matter. */
typedef enum mw_spec_flaw {
    MW_SPEC_GOOD,
    MW_SPEC_NO_MEMORY,   ///< of this computer
    MW_SPEC_TOO_LARGE,   ///< a count times the nodes is beyond the limits
    MW_SPEC_NO_ROUTE,    ///< from memory a to memory b
    MW_SPEC_NO_NETWORK,  ///< from memory a to the network, or from it
    MW_SPEC_NO_NEAREST,  ///< processor a reaches no memory of its own
    MW_SPEC_TWICE,       ///< processor a has two affinities to memory b
    MW_SPEC_UNREACHABLE, ///< processor a reaches no memory at all
} mw_spec_flaw;
typedef struct mw_spec_verdict {
    mw_spec_flaw flaw;
    uint32_t a, b;
} mw_spec_verdict;

/** Makes the machine: routes, affinities, every node. `out` is set only when the verdict is good.
 */
mw_spec_verdict mw_node_spec_assemble(mw_node_spec *spec, mw_machine **out);

/** What mw_machine hides. Link ids in the tables are those of node 0. */
struct mw_machine_inner {
    mw_arena *arena;
    uint32_t links_per_node, switch_count, way_count;
    const mw_way *ways;                         ///< sorted by (from, link, to)
    const char *const *place_names;             ///< [mems_per_node + switch_count + 2]
    uint32_t first_proc_of_kind[MW_PROC_KINDS]; ///< on a node
    const uint32_t *first_affinity;             ///< [procs_per_node + 1], on a node
    uint32_t affinities_per_node;
    const mw_affinity *affinities; ///< [nodes * affinities_per_node], ids of that node
    const mw_route *routes;        ///< [mems_per_node][mems_per_node], from, to
    const mw_route *out, *in;      ///< [mems_per_node] to and from the network
};

/** Routes from one place to all: widest first, then fewest links, then lowest link ids. Passes
 * through switches only; where that leads nowhere, through memories too (a copy that is staged).
 *  @param edges  sorted by (from, link, to); first_edge [places + 1]
 *  @param[out] routes  [places]; link_count 0: none within MW_ROUTE_MAX_LINKS
 *  @return false: out of memory */
bool mw_routes_from(const mw_node_spec *spec, const uint32_t *first_edge, uint32_t source,
                    mw_route *routes);
