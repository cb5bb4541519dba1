// src/profile/path.c: from the last end back to time 0, each step to what the one before it waited
// for.
#include "profile/path.h"
#include "base/vec.h"

typedef struct walk {
    const mw_plan *plan;
    const mw_timeline *line;
    MW_VEC(mw_segment) found; ///< latest first
    double at_us;             ///< all after it is explained
    bool failed;
} walk;

/** [from_us, at_us] is explained; nothing is added for an empty stretch. */
static void add(walk *w, double from_us, mw_cause why, uint32_t task, uint32_t copy) {
    mw_segment s = {from_us, w->at_us, why, task, copy};
    if (from_us >= w->at_us)
        return;
    if (!MW_PUSH(&w->found, s))
        w->failed = true;
    w->at_us = from_us;
}

/** The last synchronisation point that made the main thread wait and was over by now; NULL: none.
 */
static const mw_sync_run *last_wait(const walk *w) {
    const mw_sync_run *last = NULL;
    for (uint32_t i = 0; i < w->plan->graph->sync_count; i++) {
        const mw_sync_run *run = &w->line->syncs[i];
        if (run->end_us > run->arrive_us && run->end_us <= w->at_us)
            last = run;
    }
    return last;
}

/** What a step waited for: a cause and what it names. */
typedef struct reason {
    mw_cause cause;
    uint32_t id;
    uint32_t task; ///< that waited
} reason;

/** The main thread was not there yet: back to the last point where it waited, or to the start. */
static bool step_submission(walk *w, reason *r) {
    const mw_sync_run *wait = last_wait(w);
    add(w, wait ? wait->end_us : 0, MW_CAUSE_SUBMISSION, r->task, MW_NO_ID);
    if (!wait || (wait->copy == MW_NO_ID && wait->task == MW_NO_ID))
        return false;
    bool copy = wait->copy != MW_NO_ID;
    *r = (reason){copy ? MW_CAUSE_COPY : MW_CAUSE_SYNC, copy ? wait->copy : wait->task, r->task};
    return true;
}

/** To the task that it waited for, which ran until then. */
static bool step_task(walk *w, reason *r) {
    if (r->id >= w->line->task_count)
        return false;
    const mw_task_run *run = &w->line->tasks[r->id];
    if (run->end_us > w->at_us)
        return false; // not what it waited for: never the case, and never a reason to go on
    mw_cause gap = r->cause == MW_CAUSE_DEPENDENCY ? MW_CAUSE_PROCESSOR : r->cause;
    add(w, run->end_us, gap, r->task, MW_NO_ID);
    add(w, run->start_us, MW_CAUSE_DEPENDENCY, r->id, MW_NO_ID);
    *r = (reason){(mw_cause)run->cause, run->cause_id, r->id};
    return true;
}

static bool step_copy(walk *w, reason *r) {
    if (r->id >= w->line->copy_count)
        return false;
    const mw_copy_run *run = &w->line->copies[r->id];
    if (run->end_us > w->at_us)
        return false;
    add(w, run->end_us, MW_CAUSE_PROCESSOR, r->task, MW_NO_ID);
    add(w, run->start_us, MW_CAUSE_COPY, r->task, r->id);
    *r = (reason){(mw_cause)run->cause, run->cause_id, r->task};
    return true;
}

static bool step(walk *w, reason *r) {
    switch (r->cause) {
    case MW_CAUSE_COPY: return step_copy(w, r);
    case MW_CAUSE_DEPENDENCY:
    case MW_CAUSE_PROCESSOR:
    case MW_CAUSE_LIMIT:
    case MW_CAUSE_MEMORY: return step_task(w, r);
    case MW_CAUSE_SUBMISSION:
    case MW_CAUSE_SYNC: return step_submission(w, r);
    }
    return false;
}

static uint32_t last_to_end(const mw_timeline *line) {
    uint32_t last = 0;
    for (uint32_t t = 1; t < line->task_count; t++)
        if (line->tasks[t].end_us > line->tasks[last].end_us)
            last = t;
    return last;
}

mw_status mw_path_find(const mw_plan *plan, const mw_timeline *timeline, mw_segment **segments,
                       uint32_t *count) {
    walk w = {.plan = plan, .line = timeline, .at_us = timeline->makespan_us};
    if (timeline->task_count > 0) {
        uint32_t last = last_to_end(timeline);
        add(&w, timeline->tasks[last].end_us, MW_CAUSE_SYNC, last, MW_NO_ID);
        reason r = {MW_CAUSE_DEPENDENCY, last, last};
        uint64_t most = 3 * ((uint64_t)timeline->task_count + timeline->copy_count +
                             plan->graph->sync_count + 1); // zero-length steps are finite, too
        while (w.at_us > 0 && most-- > 0 && step(&w, &r))
            if (r.cause == MW_CAUSE_SYNC &&
                r.id != MW_NO_ID) { // from a wait to the task waited for
                r.cause = MW_CAUSE_DEPENDENCY;
            }
        add(&w, 0, MW_CAUSE_SUBMISSION, r.task, MW_NO_ID);
    }
    if (w.failed) {
        MW_VEC_CLEAR(&w.found);
        return MW_ERR_NOMEM;
    }
    for (size_t i = 0, j = w.found.count; i + 1 < j; i++) {
        mw_segment swap = w.found.items[i];
        w.found.items[i] = w.found.items[--j];
        w.found.items[j] = swap;
    }
    *segments = w.found.items;
    *count = (uint32_t)w.found.count;
    return MW_OK;
}
