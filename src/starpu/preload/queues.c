// src/starpu/preload/queues.c: a heap and a lock per set of workers.
#include "starpu/preload/queues.h"
#include "starpu/preload/heap.h"
#include "starpu/preload/real.h"
#include <pthread.h>
#include <string.h>

struct mw_queue {
    _Alignas(64) pthread_mutex_t lock;
    mw_heap heap;
    struct starpu_task *overflow; ///< chained by task->next, newest first: the heap could not grow
    _Atomic uint32_t length;      ///< of both; read without the lock by idle workers
    _Atomic int32_t
        best_priority; ///< of the top of the heap, a hint for workers with several queues
    _Atomic uint64_t best_arrival;
    uint32_t worker_count;
    int workers[MW_LIVE_WORKERS];
};

typedef struct served {
    _Atomic uint32_t count;
    mw_queue *_Atomic queues[MW_QUEUES_PER_WORKER]; ///< its own first
} served;

static served by_worker[MW_LIVE_WORKERS];

static mw_queue *queue_new(const int workers[], uint32_t count) {
    mw_queue *q = aligned_alloc(64, sizeof *q);
    if (!q)
        return NULL;
    memset(q, 0, sizeof *q);
    pthread_mutex_init(&q->lock, NULL);
    q->worker_count = count;
    memcpy(q->workers, workers, count * sizeof *workers);
    for (uint32_t i = 0; i < count; i++) {
        served *s = &by_worker[workers[i]];
        uint32_t at = atomic_load(&s->count);
        atomic_store(&s->queues[at], q);
        atomic_store_explicit(&s->count, at + 1, memory_order_release);
    }
    return q;
}

bool mw_queues_begin(uint32_t workers) {
    for (int w = 0; w < (int)workers && w < MW_LIVE_WORKERS; w++)
        if (!mw_queues_own(w) && !queue_new(&w, 1))
            return false;
    return true;
}

mw_queue *mw_queues_own(int worker) {
    if (worker < 0 || worker >= MW_LIVE_WORKERS)
        return NULL;
    return atomic_load_explicit(&by_worker[worker].count, memory_order_acquire)
               ? atomic_load(&by_worker[worker].queues[0])
               : NULL;
}

mw_queue *mw_queues_of(const int workers[], uint32_t count) {
    if (count == 1)
        return mw_queues_own(workers[0]);
    const served *s = &by_worker[workers[0]];
    for (uint32_t i = 0; i < atomic_load(&s->count); i++) {
        mw_queue *q = atomic_load(&s->queues[i]);
        if (q->worker_count == count && memcmp(q->workers, workers, count * sizeof *workers) == 0)
            return q;
    }
    for (uint32_t i = 0; i < count; i++)
        if (atomic_load(&by_worker[workers[i]].count) == MW_QUEUES_PER_WORKER)
            return NULL;
    return queue_new(workers, count);
}

const int *mw_queue_workers(const mw_queue *q, uint32_t *count) {
    *count = q->worker_count;
    return q->workers;
}

bool mw_queue_serves(const mw_queue *q, int worker) {
    for (uint32_t i = 0; i < q->worker_count; i++)
        if (q->workers[i] == worker)
            return true;
    return false;
}

uint32_t mw_queue_length(const mw_queue *q) {
    return atomic_load_explicit(&q->length, memory_order_relaxed);
}

static void publish_best(mw_queue *q) {
    if (q->heap.count == 0)
        return;
    atomic_store_explicit(&q->best_priority, q->heap.items[0].priority, memory_order_relaxed);
    atomic_store_explicit(&q->best_arrival, q->heap.items[0].arrival, memory_order_relaxed);
}

void mw_queue_push(mw_queue *q, struct starpu_task *task, int32_t priority) {
    mw_ready added = {.priority = priority, .arrival = mw_heap_arrival(), .task = task};
    pthread_mutex_lock(&q->lock);
    if (!mw_heap_add(&q->heap, added)) { // a task must never be lost, whatever happens
        task->next = q->overflow;
        q->overflow = task;
    }
    publish_best(q);
    atomic_fetch_add_explicit(&q->length, 1, memory_order_release);
    mw_real()->starpu_push_task_end(task); // before anyone can take it
    pthread_mutex_unlock(&q->lock);
    for (uint32_t i = 0; i < q->worker_count; i++)
        mw_real()->starpu_wake_worker_relax_light(q->workers[i]);
}

static struct starpu_task *take(mw_queue *q) {
    struct starpu_task *task = NULL;
    pthread_mutex_lock(&q->lock);
    if (q->heap.count) {
        task = mw_heap_take(&q->heap).task;
    } else if (q->overflow) {
        task = q->overflow;
        q->overflow = task->next;
        task->next = NULL;
    }
    publish_best(q);
    if (task)
        atomic_fetch_sub_explicit(&q->length, 1, memory_order_relaxed);
    pthread_mutex_unlock(&q->lock);
    return task;
}

static bool better(const mw_queue *a, const mw_queue *b) {
    int32_t pa = atomic_load_explicit(&a->best_priority, memory_order_relaxed);
    int32_t pb = atomic_load_explicit(&b->best_priority, memory_order_relaxed);
    if (pa != pb)
        return pa > pb;
    return atomic_load_explicit(&a->best_arrival, memory_order_relaxed) <
           atomic_load_explicit(&b->best_arrival, memory_order_relaxed);
}

struct starpu_task *mw_queues_pop(int worker) {
    served *s = &by_worker[worker];
    for (;;) { // ends: another turn means that another worker of the set took a task
        mw_queue *best = NULL;
        uint32_t count = atomic_load_explicit(&s->count, memory_order_acquire);
        for (uint32_t i = 0; i < count; i++) {
            mw_queue *q = atomic_load_explicit(&s->queues[i], memory_order_relaxed);
            if (atomic_load_explicit(&q->length, memory_order_acquire) &&
                (!best || better(q, best)))
                best = q;
        }
        if (!best)
            return NULL;
        struct starpu_task *task = take(best);
        if (task)
            return task;
    }
}
