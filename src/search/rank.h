// src/search/rank.h: how far each task is from the end, and priorities that say so. Uses: space.
#pragma once
#include "graph/edges.h"
#include "search/space.h"

/** Upward rank: the longest way from the start of a task to the end of the program, over
 * dependencies, copies free (Topcuoglu, Hariri, Wu, "Performance-effective and low-complexity task
 * scheduling for heterogeneous computing", IEEE TPDS 2002, with the durations of one processor).
 *  @param duration_us  [edges->node_count]; joins: 0
 *  @param[out] rank_us [edges->node_count]
 *  @return MW_OK, MW_ERR_NOMEM, MW_ERR_INPUT (the edges have a cycle) */
mw_status mw_upward_ranks(const mw_edges *edges, const double duration_us[], double rank_us[]);
/** Priorities for every subject from the ranks of its tasks, scaled so that the largest rank is
 * MW_PRIORITY_MAX: their mean, or (linear) the least-squares fit of a constant and a slope per
 * index, rounded to integers. O(tasks).
 *  @param[out] out  [space->subject_count] */
mw_status mw_priorities_fit(const mw_space *s, const double rank_us[], bool linear,
                            mw_priority_choice out[]);
