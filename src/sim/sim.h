// src/sim/sim.h: what would happen: a plan -> a timeline, by discrete-event simulation. Uses: plan,
// graph/edges. Deterministic: equal inputs give equal bytes. One mw_sim is used by one thread at a
// time; several may share graph and edges. Times are in microseconds since the start of the run.
// docs/simulator.md has the semantics, rule by rule.
#pragma once
#include "graph/edges.h"
#include "plan/plan.h"

typedef struct mw_sim mw_sim; ///< scratch memory for runs of one graph on one machine; nothing is
                              ///< allocated in steady state

/** What-if: the same run with something made faster. All-zero: nothing is changed. */
typedef struct mw_what_if {
    const double
        *kind_speed; ///< [kind_count] durations are divided by it; INFINITY: no time. NULL: all 1
    const double *link_speed; ///< [link_count] likewise. NULL: all 1
    bool free_submission;     ///< submitting costs nothing; synchronisation points still block
} mw_what_if;

typedef enum mw_cause {  ///< why a task did not start earlier
    MW_CAUSE_SUBMISSION, ///< it had not been submitted
    MW_CAUSE_DEPENDENCY, ///< a task it waits for (id in `cause_id`)
    MW_CAUSE_COPY,       ///< a copy (index into copies)
    MW_CAUSE_PROCESSOR,  ///< its processor was busy (with the task in `cause_id`)
    MW_CAUSE_LIMIT,      ///< an instance limit (lifted by the task in `cause_id`)
    MW_CAUSE_MEMORY,     ///< room in a memory (made by the end of the task in `cause_id`)
    MW_CAUSE_SYNC, ///< the main thread was waiting (for the task in `cause_id`, or MW_NO_ID: for a
                   ///< copy to the host); only the first task submitted after a wait has it
} mw_cause;

typedef struct mw_task_run {
    double ready_us; ///< submitted and all it waits for is done
    double start_us; ///< the processor is its own from here
    double end_us;
    uint32_t proc;
    uint32_t cause_id;
    uint8_t cause; ///< mw_cause: the last thing that start_us waited for
} mw_task_run;

typedef struct mw_copy_run {
    double start_us, end_us;
    uint64_t bytes;
    uint32_t subregion, from, to; ///< memories
    uint32_t task;                ///< that needed it; MW_NO_ID: a write-back or a host access
    uint32_t cause_id;
    uint8_t eviction; ///< 1: written back to make room
    uint8_t cause;    ///< mw_cause: the last thing that start_us waited for
} mw_copy_run;

/** The main thread at one synchronisation point. */
typedef struct mw_sync_run {
    double arrive_us, end_us; ///< equal: it did not have to wait
    uint32_t task;            ///< the last task that it waited for; MW_NO_ID: none
    uint32_t copy; ///< ACQUIRE: the copy to home memory that it then waited for; or MW_NO_ID
} mw_sync_run;

typedef struct mw_timeline {
    double makespan_us;
    uint32_t task_count;
    const mw_task_run *tasks; ///< [task_count]
    uint32_t copy_count;
    const mw_copy_run *copies;      ///< in order of start
    const mw_sync_run *syncs;       ///< [graph->sync_count]
    const uint32_t *start_order;    ///< [task_count] tasks in order of start_us
    const uint64_t *mem_peak_bytes; ///< [machine->mem_count]
} mw_timeline;

mw_sim *mw_sim_new(const mw_graph *g, const mw_edges *e,
                   const mw_machine *m); ///< NULL: out of memory; all three must outlive it
void mw_sim_free(mw_sim *s);
/** Runs a plan of this graph on this machine.
 *  @param what_if  NULL: as it is
 *  @param[out] out  valid until the next run of `s`; set only on success
 *  @return MW_OK, MW_ERR_INPUT (a task that can never run: see diags), MW_ERR_NOMEM */
mw_status mw_sim_run(mw_sim *s, const mw_plan *plan, const mw_what_if *what_if, mw_timeline *out,
                     mw_diags *diags);
/** Duration of a task on a processor with its arguments where the plan puts them first, without
 * launch overhead and contention: measured, else the roofline (Williams, Waterman, Patterson 2009):
 * engines.md section 2. < 0: it has no variant for that kind. */
double mw_task_duration_us(const mw_plan *plan, uint32_t task, uint32_t proc);
