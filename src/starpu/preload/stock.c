// src/starpu/preload/stock.c: one of StarPU's own schedulers, timed and recorded but not changed.
#include <limits.h>
#include <string.h>

#include "starpu/preload/policy.h"
#include "starpu/preload/real.h"

static struct starpu_sched_policy original, wrapped;

static void init_sched(unsigned context) {
    atomic_store(&mw_live.policy_started, true);
    if (original.init_sched)
        original.init_sched(context);
    if (mw_live.mode == MW_LIVE_DRY) {
        // eager tells programs that priorities go from 0 to 0; a mapper's run will not
        mw_real()->starpu_sched_set_min_priority(INT_MIN);
        mw_real()->starpu_sched_set_max_priority(INT_MAX);
    }
}

static void submit_hook(struct starpu_task *task) {
    mw_submission(task);
    if (original.submit_hook)
        original.submit_hook(task);
}

static void pre_exec_hook(struct starpu_task *task, unsigned context) {
    if (original.pre_exec_hook)
        original.pre_exec_hook(task, context);
    mw_live_task *t = mw_live.mode == MW_LIVE_SCHEDULE ? NULL : mw_tasks_of(task);
    // On a combined worker every member comes here; its first one is the task's worker.
    if (!t || mw_real()->starpu_combined_worker_get_rank() != 0)
        return;
    atomic_store_explicit(&t->worker, mw_real()->starpu_worker_get_id(), memory_order_relaxed);
    atomic_store_explicit(&t->start_ns, mw_live_now_ns(), memory_order_relaxed);
}

static void post_exec_hook(struct starpu_task *task, unsigned context) {
    if (mw_real()->starpu_combined_worker_get_rank() == 0) {
        int64_t now = mw_live_now_ns();
        mw_live_task *t = mw_live.mode == MW_LIVE_SCHEDULE ? NULL : mw_tasks_of(task);
        if (t)
            atomic_store_explicit(&t->end_ns, now, memory_order_release);
        mw_live_count(mw_real()->starpu_worker_get_id(), now);
    }
    if (original.post_exec_hook)
        original.post_exec_hook(task, context);
}

static struct starpu_sched_policy *predefined(const char *name) {
    struct starpu_sched_policy **all = mw_real()->starpu_sched_get_predefined_policies();
    for (; *all; all++)
        if (strcmp((*all)->policy_name, name) == 0)
            return *all;
    return NULL;
}

struct starpu_sched_policy *mw_stock_policy(const char *name, struct starpu_sched_policy *own) {
    struct starpu_sched_policy *found = name ? predefined(name) : own;
    if (name && !found)
        mw_live_complain("StarPU has no scheduler '%s'; its default, lws, runs instead", name);
    if (!found)
        found = predefined("lws");
    if (!found)
        return NULL;
    original = *found;
    wrapped = original;
    wrapped.init_sched = init_sched;
    wrapped.submit_hook = submit_hook;
    wrapped.pre_exec_hook = pre_exec_hook;
    wrapped.post_exec_hook = post_exec_hook;
    return &wrapped;
}
