// src/starpu/preload/queues.h: ready tasks, waiting for one worker or for the first free one of a
// set. Uses: live. Invariants: a task leaves its queue once, in order of priority (higher first),
// then of becoming ready; each queue has a lock of its own and there is no other; StarPU's wake
// functions are called after it is given back.
#pragma once
#include "starpu/preload/live.h"

enum { MW_QUEUES_PER_WORKER = 256 };

typedef struct mw_queue mw_queue;

/** The queue of a set of workers, made at its first use. `workers` ascending, each once.
 *  NULL: out of memory, or a worker belongs to MW_QUEUES_PER_WORKER queues already. Lock held. */
mw_queue *mw_queues_of(const int workers[], uint32_t count);
/** The queue of one worker; NULL before mw_queues_begin() or for no worker. */
mw_queue *mw_queues_own(int worker);
/** Makes a queue for each worker. False: out of memory. */
bool mw_queues_begin(uint32_t workers);
const int *mw_queue_workers(const mw_queue *q, uint32_t *count);
bool mw_queue_serves(const mw_queue *q, int worker);
uint32_t mw_queue_length(const mw_queue *q);

/** Hands a ready task over and wakes who may take it. Calls starpu_push_task_end(). Never fails. */
void mw_queue_push(mw_queue *q, struct starpu_task *task, int32_t priority);
/** The best task of all queues that serve the worker; NULL: none. */
struct starpu_task *mw_queues_pop(int worker);
