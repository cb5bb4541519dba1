// apps/common/ranks.h: one program as several processes (StarPU-MPI). Uses: app.h. Started by
// mpirun, all ranks submit all tasks; a task runs on the rank that owns what it writes, and data
// travel to it. Started otherwise, or built without MPI, there is one rank and nothing of this
// happens.
#pragma once
#include "common/app.h"

/** Starts StarPU, and MPI if mpirun started the program. Ends the program when that fails. */
void app_ranks_begin(int *argc, char ***argv);
void app_ranks_end(void);
int app_rank(void);  ///< of this process, from 0
int app_ranks(void); ///< how many there are

/** Data that belong to a rank. All ranks register all data, in the same order. */
void app_rank_owns(starpu_data_handle_t handle, int rank);
/** app_submit_variable() over ranks; `runs_on` owns what the task writes (or, if nothing, reads).
 */
void app_submit_on(const app_task *task, int count, const enum starpu_data_access_mode modes[],
                   int runs_on);
/** Until all that was submitted is done, on all ranks. */
void app_wait_all(void);
/** Brings data to rank 0, which may then acquire them. */
void app_fetch(starpu_data_handle_t handle);
/** Each value becomes its sum over the ranks. */
void app_sum_ranks(double values[], int count);
