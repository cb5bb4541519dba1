// src/plan/warn.h: what a mapper says in vain: about a machine, and about a graph. Uses: plan.
#pragma once
#include "graph/graph.h"
#include "plan/plan.h"

/** Processor kinds that the machine has not, and memories that the processors of a kind do not
 * reach. O(rules). */
void mw_warn_machine(const mw_program *program, const mw_machine *machine, mw_diags *diags);
/** Maps that no launch uses. (Tasks and regions that the graph has not are told by
 * mw_mapping_warn_unused(), as part of planning.) O(rules * names * launches).
 *  @param plan  of this program and graph; NULL: it cannot be planned, and nothing is told of maps
 *               that are for a kind of processor or for all tasks */
void mw_warn_graph(const mw_program *program, const mw_graph *graph, const mw_plan *plan,
                   mw_diags *diags);
