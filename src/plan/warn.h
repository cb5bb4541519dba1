// src/plan/warn.h: what a mapper says in vain: about a machine, and about a graph. Uses: mapping,
// graph.
#pragma once
#include "graph/graph.h"
#include "lang/lang.h"

/** Processor kinds that the machine has not, and memories that the processors of a kind do not
 * reach. O(rules). */
void mw_warn_machine(const mw_program *program, const mw_machine *machine, mw_diags *diags);
/** Maps for launches that no task of the graph has. (Tasks and regions that it has not are told by
 * mw_mapping_warn_unused(), as part of planning.) O(rules * names * kinds). */
void mw_warn_graph(const mw_program *program, const mw_graph *graph, mw_diags *diags);
