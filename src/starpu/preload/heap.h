// src/starpu/preload/heap.h: ready tasks, best first: higher priority, then earlier arrival. Uses:
// live.
#pragma once
#include "base/vec.h"
#include "starpu/preload/live.h"

typedef struct mw_ready {
    int32_t priority;
    uint64_t arrival;
    struct starpu_task *task;
    void *queue; ///< for limits.c: where it goes on to
} mw_ready;

typedef MW_VEC(mw_ready) mw_heap;

bool mw_heap_add(mw_heap *h, mw_ready added); ///< false: out of memory, nothing changed
mw_ready mw_heap_take(mw_heap *h);            ///< the best one; h is not empty
/** Numbers arrivals, for the whole process. */
uint64_t mw_heap_arrival(void);
