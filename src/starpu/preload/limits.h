// src/starpu/preload/limits.h: how many tasks of one kind may be mapped and unfinished at once.
// Uses: queues. Those beyond the limit are held back; the end of a task hands its token to the best
// of them. No deadlock: whoever holds a token is ready and waits for nothing, except a task that
// waits at its end for others (starpu_task_end_dep_add), which gives its token up.
#pragma once
#include "starpu/preload/queues.h"

typedef struct mw_limit mw_limit;

mw_limit *mw_limits_new(int64_t limit); ///< limit >= 1. NULL: out of memory (no limit then)
/** A task is ready. True: it may go on and holds a token. False: it is held back and will be pushed
 * to `queue` later. */
bool mw_limit_enter(mw_limit *l, struct starpu_task *task, mw_queue *queue, int32_t priority);
/** A token comes back. */
void mw_limit_leave(mw_limit *l);
