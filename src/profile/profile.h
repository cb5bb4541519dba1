// src/profile/profile.h: where the time of a timeline went. Uses: sim.
#pragma once
#include "sim/sim.h"

typedef struct mw_proc_use {
    double busy_us, waiting_us, idle_us; ///< running a task; held by one that waits for data;
                                         ///< neither. They sum to the makespan
    uint32_t tasks;
} mw_proc_use;

typedef struct mw_kind_use {
    double time_us;     ///< over all its tasks
    double critical_us; ///< of it, on the critical path
    uint32_t tasks;
    uint32_t on[MW_PROC_KINDS]; ///< of them, by kind of processor
} mw_kind_use;

typedef struct mw_traffic {
    uint32_t from, to; ///< memories
    uint64_t bytes;
    uint32_t copies;
    double time_us;
} mw_traffic;

typedef struct mw_region_use {
    uint64_t bytes; ///< copied
    uint32_t copies;
    double critical_us; ///< of those copies, on the critical path
} mw_region_use;

/** One stretch of the critical path, in order of time; together they are the makespan. */
typedef struct mw_segment {
    double start_us, end_us;
    mw_cause why;  ///< DEPENDENCY here means: the task itself ran
    uint32_t task; ///< that ran or waited
    uint32_t copy; ///< COPY: index into the timeline's copies; else MW_NO_ID
} mw_segment;

typedef struct mw_profile {
    double makespan_us;
    mw_proc_use *procs;     ///< [machine->proc_count]
    mw_kind_use *kinds;     ///< [kind_count]
    mw_region_use *regions; ///< [region_count]
    uint32_t traffic_count;
    mw_traffic *traffic; ///< most bytes first
    uint32_t segment_count;
    mw_segment *segments;
    double critical_by_cause[MW_CAUSE_SYNC + 1]; ///< makespan split over mw_cause
    double imbalance; ///< busiest processor / mean of the used kind's processors, >= 1; of the kind
                      ///< with the most work
} mw_profile;

mw_status mw_profile_new(const mw_plan *plan, const mw_timeline *timeline, mw_profile **out);
void mw_profile_free(mw_profile *p);

/** A time that no mapper can beat for this graph on this machine: the largest of the parts. */
typedef struct mw_bound {
    double critical_path_us; ///< each task at its fastest, submitted in its turn, copies free
    double work_us;          ///< all work over all capacity
    double submission_us;    ///< the runtime's submission cost of a node's share of all tasks
    double traffic_us;       ///< bytes that must cross a link whatever the placement
    double bound_us;         ///< max of the four
} mw_bound;

mw_status mw_bound_of(const mw_graph *g, const mw_edges *e, const mw_machine *m, mw_bound *out);
