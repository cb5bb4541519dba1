// src/starpu/preload/interpose_task.c: submissions, explicit dependencies and waits, seen on their
// way to StarPU. StarPU's own calls to these functions come by here too; what it does on behalf of
// a call that we have seen already (depth > 0) is not the program's and is not recorded again.
#include <stdarg.h>
#include <stdlib.h>

#include "starpu/preload/interpose.h"
#include "starpu/preload/launches.h"
#include "starpu/preload/policy.h"
#include "starpu/preload/real.h"
#include "starpu/preload/recorder.h"

#undef starpu_task_submit

_Thread_local int mw_interposed_depth;

MW_EXPORT int _starpu_task_submit_internally(struct starpu_task *task);
MW_EXPORT void mapwright_name_arguments(struct starpu_codelet *codelet, const char *names);
MW_EXPORT void mapwright_launch(struct starpu_codelet *codelet, int rank, const int extent[],
                                unsigned tasks);
MW_EXPORT void mapwright_point(int rank, const int point[]);

// --- submission
// -----------------------------------------------------------------------------------

MW_EXPORT int starpu_task_submit(struct starpu_task *task) {
    if (mw_live.mode == MW_LIVE_DRY && !mw_kinds_nowhere(task)) {
        mw_live_lock();
        struct starpu_codelet *dry = mw_kinds_dry(task->cl);
        mw_live_unlock();
        if (!dry) {
            mw_live_complain("out of memory: a kernel could not be disabled");
            abort(); // running it might take hours, or write to memory that is not there
        }
        uint64_t reductions = 0;
        for (unsigned i = 0; i < STARPU_TASK_GET_NBUFFERS(task) && i < 64; i++)
            if (STARPU_TASK_GET_MODE(task, i) & STARPU_REDUX)
                reductions |= (uint64_t)1 << i;
        mw_recorder_reductions(task, reductions);
        task->cl = dry;
        task->where = -1; // every disabled kernel runs on the CPU
        task->execute_on_a_specific_worker = 0;
        if (dry->nbuffers == STARPU_VARIABLE_NBUFFERS)
            for (int i = 0; i < task->nbuffers; i++) {
                enum starpu_data_access_mode *modes =
                    task->dyn_modes ? task->dyn_modes : task->modes;
                modes[i] = modes[i] & STARPU_REDUX ? STARPU_W : modes[i];
            }
    }
    return mw_real()->starpu_task_submit(task);
}

int _starpu_task_submit_internally(struct starpu_task *task) {
    bool before = mw_submission_internal;
    mw_submission_internal = true;
    int result = mw_real()->internal_submit(task);
    mw_submission_internal = before;
    return result;
}

// --- explicit dependencies
// ------------------------------------------------------------------------

MW_EXPORT void starpu_task_declare_deps_array(struct starpu_task *task, unsigned ndeps,
                                              struct starpu_task *task_array[]) {
    if (mw_interposed_records()) {
        mw_live_lock();
        mw_recorder_depends(task, ndeps, task_array);
        mw_live_unlock();
    }
    mw_real()->starpu_task_declare_deps_array(task, ndeps, task_array);
}

MW_EXPORT void starpu_tag_declare_deps_array(starpu_tag_t id, unsigned ndeps, starpu_tag_t *array) {
    if (mw_interposed_records()) {
        mw_live_lock();
        mw_recorder_tag_depends(id, ndeps, array);
        mw_live_unlock();
    }
    mw_real()->starpu_tag_declare_deps_array(id, ndeps, array);
}

MW_EXPORT void starpu_tag_declare_deps(starpu_tag_t id, unsigned ndeps, ...) {
    starpu_tag_t few[16], *all = ndeps > MW_COUNT(few) ? malloc(ndeps * sizeof *all) : few;
    if (!all)
        abort(); // StarPU would do the same
    va_list args;
    va_start(args, ndeps);
    for (unsigned i = 0; i < ndeps; i++)
        all[i] = va_arg(args, starpu_tag_t);
    va_end(args);
    starpu_tag_declare_deps_array(id, ndeps, all);
    if (all != few)
        free(all);
}

MW_EXPORT void starpu_tag_remove(starpu_tag_t id) {
    if (mw_interposed_records()) {
        mw_live_lock();
        mw_recorder_tag_removed(id);
        mw_live_unlock();
    }
    mw_real()->starpu_tag_remove(id);
}

MW_EXPORT void starpu_task_end_dep_add(struct starpu_task *t, int nb_deps) {
    if (mw_live.mode == MW_LIVE_MAPPER)
        mw_policy_ends_later(t);
    mw_real()->starpu_task_end_dep_add(t, nb_deps);
}

// --- waits
// ----------------------------------------------------------------------------------------

/** A wait by the program, not by StarPU inside another call. Lock held on true. */
static bool waits(void) {
    if (mw_interposed_depth > 0 || !mw_interposed_tracks())
        return false;
    mw_live_lock();
    mw_launches_wait();
    return true;
}

MW_EXPORT int starpu_task_wait_for_all(void) {
    if (waits()) {
        if (mw_interposed_records())
            mw_recorder_wait_all();
        mw_live_unlock();
    }
    mw_interposed_depth++;
    int result = mw_real()->starpu_task_wait_for_all();
    mw_interposed_depth--;
    return result;
}

MW_EXPORT int starpu_task_wait(struct starpu_task *task) {
    if (waits()) {
        if (mw_interposed_records())
            mw_recorder_wait_task(task);
        mw_live_unlock();
    }
    mw_interposed_depth++;
    int result = mw_real()->starpu_task_wait(task);
    mw_interposed_depth--;
    return result;
}

static void see_tags(unsigned ntags, const starpu_tag_t *id) {
    if (!waits())
        return;
    for (unsigned i = 0; mw_interposed_records() && i < ntags; i++)
        mw_recorder_wait_tag(id[i]);
    mw_live_unlock();
}

MW_EXPORT int starpu_tag_wait_array(unsigned ntags, starpu_tag_t *id) {
    see_tags(ntags, id);
    mw_interposed_depth++;
    int result = mw_real()->starpu_tag_wait_array(ntags, id);
    mw_interposed_depth--;
    return result;
}

MW_EXPORT int starpu_tag_wait(starpu_tag_t id) {
    see_tags(1, &id);
    mw_interposed_depth++;
    int result = mw_real()->starpu_tag_wait(id);
    mw_interposed_depth--;
    return result;
}

// --- include/mapwright/annotate.h
// -----------------------------------------------------------------

void mapwright_name_arguments(struct starpu_codelet *codelet, const char *names) {
    if (!mw_interposed_tracks() || !codelet || !names)
        return;
    mw_live_lock();
    mw_live_kind *kind = mw_kinds_of(codelet);
    if (kind && kind->named_count == 0)
        mw_kinds_name_arguments(kind, names);
    mw_live_unlock();
}

void mapwright_launch(struct starpu_codelet *codelet, int rank, const int extent[],
                      unsigned tasks) {
    if (!mw_interposed_tracks() || !codelet || rank < 1)
        return;
    mw_live_lock();
    mw_live_kind *kind = mw_kinds_of(codelet);
    if (kind)
        mw_launches_announce(kind, (uint32_t)rank, extent, tasks);
    mw_live_unlock();
}

void mapwright_point(int rank, const int point[]) {
    if (mw_interposed_tracks() && rank > 0)
        mw_launches_point((uint32_t)rank, point);
}
