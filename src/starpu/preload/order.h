// src/starpu/preload/order.h: which stored tasks wait for which by more than their data: explicit
// dependencies, followed through empty tasks, and the pieces of a partition that wait for the
// whole. Uses: recorder. Empty tasks (no codelet, or one that runs nowhere, such as StarPU's own
// task that switches between a handle and its pieces) are no tasks of the graph; what waits for one
// waits for all that it waited for.
#pragma once
#include "starpu/preload/recorder.h"

typedef struct mw_order_list {
    const uint32_t *items; ///< stored tasks, ascending, none of them empty
    uint32_t count;
} mw_order_list;

typedef struct mw_order {
    const mw_records *records;
    uint32_t count;
    uint32_t *tasks; ///< stored tasks in an order in which explicit dependencies come first
    struct mw_order_inner *inner;
} mw_order;

/** False: out of memory (mw_order_clear() is still due). `records` must outlive it. */
bool mw_order_init(mw_order *o, const mw_records *records);
void mw_order_clear(mw_order *o);
/** To be called once for each task in the order of o->tasks. What it waits for, valid until the
 * next call. */
mw_order_list mw_order_step(mw_order *o, uint32_t stored);
/** What an empty task that was stepped over waits for. */
mw_order_list mw_order_behind(const mw_order *o, uint32_t stored);
