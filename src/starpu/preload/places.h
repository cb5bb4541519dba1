// src/starpu/preload/places.h: where the mapper sends a task, and the queue it waits in. Uses:
// launches, queues, plan/mapping.h. A decision is made once per (kind, launch domain, point) and
// looked up afterwards.
#pragma once
#include "starpu/preload/launches.h"
#include "starpu/preload/queues.h"

struct mw_live_place {
    mw_queue *queue; ///< NULL: the mapper failed here
    bool has_priority;
    int32_t priority;
};

/** Reads and checks the mapper file; with errors it says so and the default mapper is used. */
void mw_places_prepare(void);
/** Binds the mapper to the workers. False: it cannot be used (a complaint was made). */
bool mw_places_begin(void);
/** Settles t->place, t->mapped_priority and t->limited. Lock held. */
void mw_places_decide(mw_live_task *t, const mw_live_launch *launch);
