// src/starpu/preload/limits.c: see limits.h.
#include "starpu/preload/limits.h"
#include "starpu/preload/heap.h"
#include "starpu/preload/real.h"
#include <pthread.h>
#include <stdlib.h>

struct mw_limit {
    pthread_mutex_t lock;
    int64_t free; ///< tokens; < 0: so many went on without one, for lack of memory
    mw_heap waiting;
};

mw_limit *mw_limits_new(int64_t limit) {
    mw_limit *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    pthread_mutex_init(&l->lock, NULL);
    l->free = limit;
    return l;
}

bool mw_limit_enter(mw_limit *l, struct starpu_task *task, mw_queue *queue, int32_t priority) {
    mw_ready held = {priority, mw_heap_arrival(), task, queue};
    pthread_mutex_lock(&l->lock);
    bool waits = l->free <= 0 && mw_heap_add(&l->waiting, held);
    if (waits)
        mw_real()->starpu_push_task_end(task);
    else
        l->free--; // out of memory: a task beyond the limit is better than a task lost
    pthread_mutex_unlock(&l->lock);
    return !waits;
}

void mw_limit_leave(mw_limit *l) {
    mw_ready next = {0};
    pthread_mutex_lock(&l->lock);
    if (l->free >= 0 && l->waiting.count)
        next = mw_heap_take(&l->waiting);
    else
        l->free++;
    pthread_mutex_unlock(&l->lock);
    if (next.task)
        mw_queue_push(next.queue, next.task, next.priority);
}
