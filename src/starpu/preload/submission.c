// src/starpu/preload/submission.c: a task is being submitted: which one is the program's, what
// kind, launch and point it has, and who wants to know.
#include "starpu/preload/places.h"
#include "starpu/preload/policy.h"
#include "starpu/preload/recorder.h"
#include <string.h>

_Thread_local bool mw_submission_internal;

/** StarPU submits tasks of its own through the same door. What is not marked is known by name. */
static bool starpus_own(const struct starpu_task *task) {
    static const char *const NAMES[] = {"redux_task_between_replicates", "data_cpy"};
    if (mw_submission_internal || task->type != STARPU_TASK_TYPE_NORMAL)
        return true;
    const char *name = task->name ? task->name : task->cl ? task->cl->name : NULL;
    for (size_t i = 0; name && i < MW_COUNT(NAMES); i++)
        if (strcmp(name, NAMES[i]) == 0)
            return true;
    return false;
}

mw_live_task *mw_submission(struct starpu_task *task) {
    bool nowhere = mw_kinds_nowhere(task);
    task->hypervisor_tag = 0;
    if (starpus_own(task) && (!nowhere || !task->cl))
        return NULL;
    if (!nowhere)
        mw_live_submitted();
    if (mw_live.mode == MW_LIVE_SCHEDULE || (nowhere && mw_live.mode == MW_LIVE_MAPPER))
        return NULL;
    mw_live_lock();
    static uint64_t sequence;
    mw_live_task *t = mw_tasks_add(task);
    if (t && !nowhere && !(t->kind = mw_kinds_of(task->cl)))
        t = NULL;
    if (t) {
        const mw_live_launch *launch = NULL;
        t->sequence = sequence;
        t->priority = task->priority;
        if (!nowhere) {
            sequence++;
            t->kind->parallel &= mw_kinds_parallel(task->cl);
            launch = mw_launches_place(t->kind, task, t);
        }
        if (mw_live.mode == MW_LIVE_MAPPER)
            mw_places_decide(t, launch);
        else
            mw_recorder_task(task, t, launch);
    } else {
        mw_live_complain("out of memory: a task was not tracked");
    }
    mw_live_unlock();
    return t;
}
