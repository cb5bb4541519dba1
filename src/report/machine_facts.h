// src/report/machine_facts.h: what describe_text.c and describe_json.c both find out about a
// machine. Uses: machine.
#pragma once
#include "machine/machine.h"

/** Processors of one node that are alike, side by side. */
typedef struct mw_proc_group {
    uint32_t first, count; ///< processor ids on node 0
} mw_proc_group;

/** The next group at or after processor `from` of node 0; false: there is none. */
bool mw_proc_group_next(const mw_machine *m, uint32_t from, mw_proc_group *out);

/** How a processor reaches the memories of one kind directly. */
typedef struct mw_reach {
    uint32_t count;          ///< memories on its own node; 0: none
    uint32_t of;             ///< memories of that kind on a node
    double gbps, latency_us; ///< of the best
    bool over_links;         ///< every use of the best crosses a link
} mw_reach;
mw_reach mw_proc_reach(const mw_machine *m, uint32_t proc, mw_mem_kind kind);

/** Copies between memories of two kinds, over all pairs of different memories. */
typedef struct mw_kind_route {
    uint32_t pairs; ///< with a route; 0: none
    double gbps_min, gbps_max, latency_min_us, latency_max_us;
} mw_kind_route;
/** @param across  from node 0 to node 1; else inside node 0 */
mw_kind_route mw_route_between(const mw_machine *m, mw_mem_kind from, mw_mem_kind to, bool across);
/** Memories of a kind on a node; *bytes is the size of the first. */
uint32_t mw_mems_of_kind(const mw_machine *m, mw_mem_kind kind, uint64_t *bytes);
