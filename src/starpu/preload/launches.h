// src/starpu/preload/launches.h: which launch a task belongs to, its index point and the launch
// domain. Uses: kinds, regions. Recorder and policy both ask here, so that they agree.
// The point of a task is, in this order:
//   0. what mapwright_point() said, or, in a launch that mapwright_launch() announced, what 1 or 2
//      give when it lies in the announced domain, else the task's row-major place among the launch;
//   1. the "[i,j]" or "(i,j)" at the end of the task's name;
//   2. the place of the first handle it writes that has one (regions.h);
//   3. its position, from 0, in an unbroken run of submissions of one kind.
// A launch, when not announced, is made of tasks of one kind with points of one rank, without a
// wait of the main thread between them; a point that comes again, or another domain, starts the
// next one. Its domain is the box of all places known in the region of rule 2's handle, when the
// point is of its rank and inside; else the box of the points of its tasks. By rule 3 a new launch
// starts whenever another kind was submitted in between; one task alone is a single task, without a
// point. Invariants: lock held in every call.
#pragma once
#include "starpu/preload/kinds.h"

typedef struct mw_live_launch {
    uint32_t ordinal; ///< among the launches of its kind, from 0
    uint32_t rank;    ///< of the domain
    bool positional;  ///< rule 3: rank 1; 0 if it stays alone
    bool known;       ///< the domain is known now; else it is the box of the points to come
    int32_t lower[MW_POINT_RANK], extent[MW_POINT_RANK]; ///< if known; else the box so far
    uint32_t tasks;                                      ///< so far
} mw_live_launch;

/** Settles launch, rank and point of a task that is being submitted.
 *  @param[out] t  launch, rank, point
 *  @return the launch as it stands now, owned by the kind, changed by the next call; NULL: out of
 *  memory */
const mw_live_launch *mw_launches_place(mw_live_kind *kind, const struct starpu_task *task,
                                        mw_live_task *t);
/** mapwright_launch() */
void mw_launches_announce(mw_live_kind *kind, uint32_t rank, const int extent[], uint32_t tasks);
/** mapwright_point(): for this thread's next submission. Needs no lock. */
void mw_launches_point(uint32_t rank, const int point[]);
/** The main thread waited for something. */
void mw_launches_wait(void);
