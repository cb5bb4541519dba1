// src/starpu/preload/mapper_policy.c: the scheduling policy that obeys a mapper. Decisions are made
// at submission (places.c); here ready tasks go to their queues and workers take them.
#include <limits.h>
#include <stdlib.h>

#include "starpu/preload/limits.h"
#include "starpu/preload/map.h"
#include "starpu/preload/places.h"
#include "starpu/preload/policy.h"
#include "starpu/preload/real.h"
#include "starpu/preload/trace.h"

static _Atomic bool begun;
static _Atomic bool prefetches;             ///< there is more than one memory
static mw_map ending_later;                 ///< tasks not submitted yet; lock held
static _Atomic uint32_t ending_later_count; ///< read without the lock, by every submission

static void init_sched(unsigned context) {
    (void)context;
    atomic_store(&mw_live.policy_started, true);
    // The range that programs see: by default it is 0 to 0, and they send 0 everywhere.
    mw_real()->starpu_sched_set_min_priority(INT_MIN);
    mw_real()->starpu_sched_set_max_priority(INT_MAX);
}

static bool able(int worker, struct starpu_task *task) {
    return mw_real()->starpu_worker_can_execute_task_first_impl((unsigned)worker, task, NULL);
}

/** The able worker with the shortest queue, of those given or (NULL) of all. -1: none. */
static int least_loaded(struct starpu_task *task, const mw_queue *among) {
    int best = -1;
    uint32_t least = UINT32_MAX;
    for (int w = 0; w < (int)(mw_live.cpu_workers + mw_live.gpu_workers); w++) {
        if ((among && !mw_queue_serves(among, w)) || !able(w, task))
            continue;
        uint32_t length = mw_queue_length(mw_queues_own(w));
        if (length < least) {
            least = length;
            best = w;
        }
    }
    return best;
}

/** The queue a task waits in; t->place is NULL afterwards if it is not where the mapper said. */
static mw_queue *queue_for(struct starpu_task *task, mw_live_task *t) {
    if (t && t->place) {
        mw_queue *q = t->place->queue;
        uint32_t count, can = 0;
        const int *workers = mw_queue_workers(q, &count);
        for (uint32_t i = 0; i < count; i++)
            can += able(workers[i], task);
        if (can == count)
            return q;
        if (can > 0)
            return mw_queues_own(least_loaded(task, q));
        mw_live_complain("a task of kind '%s' cannot run on the worker that the mapper gives it "
                         "and goes to the least loaded one",
                         t->kind->name);
        t->place = NULL;
    }
    int worker = least_loaded(task, NULL);
    // StarPU refuses tasks that no worker can run, so there is one; were there none, it would hand
    // the task back to us.
    return mw_queues_own(worker < 0 ? 0 : worker);
}

/** Data travels while the task waits, when it is known where it will run. */
static void prefetch(struct starpu_task *task, const mw_queue *q) {
    uint32_t count;
    const int *workers = mw_queue_workers(q, &count);
    if (count == 1 && atomic_load_explicit(&prefetches, memory_order_relaxed))
        mw_real()->starpu_prefetch_task_input_for(task, (unsigned)workers[0]);
}

static int push_task(struct starpu_task *task) {
    mw_live_task *t = mw_tasks_of(task);
    mw_queue *q = queue_for(task, t);
    int32_t priority = t ? t->mapped_priority : INT32_MAX; // StarPU's own: somebody waits for it
    prefetch(task, q);
    if (t && t->kind->limit && !t->tokenless) {
        atomic_store(&t->limited, true);
        if (!mw_limit_enter(t->kind->limit, task, q, priority))
            return 0;
    }
    mw_queue_push(q, task, priority);
    return 0;
}

static struct starpu_task *pop_task(unsigned context) {
    (void)context;
    int worker = mw_real()->starpu_worker_get_id();
    if (worker < 0 || worker >= MW_LIVE_WORKERS)
        return NULL;
    struct starpu_task *task = mw_queues_pop(worker);
    unsigned implementation;
    if (task && mw_real()->starpu_worker_can_execute_task_first_impl((unsigned)worker, task,
                                                                     &implementation))
        mw_real()->starpu_task_set_implementation(task, implementation);
    return task;
}

static void submit_hook(struct starpu_task *task) {
    mw_live_task *t = mw_submission(task);
    if (!t || !atomic_load_explicit(&ending_later_count, memory_order_acquire))
        return;
    mw_live_lock();
    t->tokenless = mw_map_remove(&ending_later, mw_map_key(task)) != NULL;
    if (t->tokenless)
        atomic_fetch_sub(&ending_later_count, 1);
    mw_live_unlock();
}

void mw_policy_ends_later(struct starpu_task *task) {
    mw_live_task *t = mw_tasks_of(task);
    if (t && atomic_load(&t->task) == task) {
        if (atomic_exchange(&t->limited, false))
            mw_limit_leave(t->kind->limit);
        return;
    }
    mw_live_lock();
    if (!mw_map_get(&ending_later, mw_map_key(task)) &&
        mw_map_put(&ending_later, mw_map_key(task), &ending_later))
        atomic_fetch_add(&ending_later_count, 1);
    mw_live_unlock();
}

static void pre_exec_hook(struct starpu_task *task, unsigned context) {
    (void)context;
    mw_live_task *t = mw_live.trace ? mw_tasks_of(task) : NULL;
    if (t)
        atomic_store_explicit(&t->start_ns, mw_live_now_ns(), memory_order_relaxed);
}

static void post_exec_hook(struct starpu_task *task, unsigned context) {
    (void)context;
    int64_t now = mw_live_now_ns();
    int worker = mw_real()->starpu_worker_get_id();
    mw_live_count(worker, now);
    mw_live_task *t = mw_tasks_of(task);
    if (!t || worker < 0 || worker >= MW_LIVE_WORKERS)
        return;
    bool placed = t->place && mw_queue_serves(t->place->queue, worker);
    mw_live_counts *c = &mw_live.counts[worker];
    atomic_fetch_add_explicit(placed ? &c->placed : &c->fallbacks, 1, memory_order_relaxed);
    if (!placed && task->execute_on_a_specific_worker)
        mw_live_complain("the program itself fixes the worker of tasks of kind '%s'",
                         t->kind->name);
    if (mw_live.trace)
        mw_trace_add(t, worker, now);
    mw_limit *limit = atomic_exchange(&t->limited, false) ? t->kind->limit : NULL;
    mw_tasks_release(task);
    if (limit)
        mw_limit_leave(limit);
}

void mw_policy_prepare(void) {
    static bool prepared;
    if (!prepared)
        mw_places_prepare();
    prepared = true;
}

void mw_policy_begin(void) {
    if (!mw_queues_begin(mw_live.cpu_workers + mw_live.gpu_workers)) {
        mw_live_complain("out of memory: no queues for the workers");
        abort();
    }
    mw_places_begin();
    atomic_store(&prefetches, mw_real()->starpu_memory_nodes_get_count() > 1 &&
                                  mw_real()->starpu_get_prefetch_flag());
    atomic_store(&begun, true);
}

void mw_policy_report(void) {
    if (mw_live.trace)
        mw_trace_write(mw_live.trace);
}

struct starpu_sched_policy *mw_mapper_policy(void) {
    static struct starpu_sched_policy policy = {
        .init_sched = init_sched,
        .push_task = push_task,
        .pop_task = pop_task,
        .submit_hook = submit_hook,
        .pre_exec_hook = pre_exec_hook,
        .post_exec_hook = post_exec_hook,
        .policy_name = "mapwright",
        .policy_description = "obeys a mapper",
        .worker_type = STARPU_WORKER_LIST,
    };
    return &policy;
}
