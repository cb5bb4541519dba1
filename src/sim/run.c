// src/sim/run.c: processors: which task each takes next, and what happens until the task ends.
#include "sim/engine.h"

// --- queues
// ------------------------------------------------------------------------------------------

void mw_sim_data_ready(mw_sim *s, uint32_t task) {
    s->runs[task].start_us = s->now_us; // until it starts: since when only the processor is missing
    uint32_t at = s->tasks[task].place;
    if (!s->tasks[task].late) {
        uint32_t proc = s->runs[task].proc;
        mw_sim_enqueue(s, &s->procs[proc].queue, task);
        mw_sim_look_at(s, proc);
        return;
    }
    mw_sim_enqueue(s, &s->sets.items[at].queue, task);
    const mw_place *p = &s->plan->places[at];
    for (uint32_t i = 0; i < p->count; i++)
        mw_sim_look_at(s, s->plan->place_procs[p->first + i]);
}

/** The queue whose first task comes first: the processor's own, or one of its sets'; NULL: all are
 * empty. */
static uint32_t *best_queue(mw_sim *s, uint32_t proc) {
    mw_sim_proc *p = &s->procs[proc];
    uint32_t *best = p->queue == MW_NO_ID ? NULL : &p->queue;
    for (uint32_t i = p->first_set; i != MW_NO_ID; i = s->memberships.items[i].next) {
        uint32_t *queue = &s->sets.items[s->memberships.items[i].place].queue;
        if (*queue != MW_NO_ID && (!best || mw_sim_task_before(s, *queue, *best)))
            best = queue;
    }
    return best;
}

static bool cores_are_free(const mw_sim *s, const mw_sim_proc *p) {
    for (uint32_t c = 0; c < p->core_count; c++)
        if (s->procs[p->first_core + c].busy != MW_NO_ID)
            return false;
    return true;
}

static void look_at_groups(mw_sim *s, uint32_t core) {
    const mw_sim_proc *p = &s->procs[core];
    for (uint32_t g = 0; g < p->group_count; g++)
        mw_sim_look_at(s, s->groups[p->first_group + g]);
}

static void look_at_cores(mw_sim *s, uint32_t place) {
    const mw_place *p = &s->plan->places[place];
    for (uint32_t i = 0; i < p->count; i++) {
        const mw_sim_proc *group = &s->procs[s->plan->place_procs[p->first + i]];
        for (uint32_t c = 0; c < group->core_count; c++)
            mw_sim_look_at(s, group->first_core + c);
    }
}

/** The processor, or one of its cores, is free again. */
static void release(mw_sim *s, uint32_t proc, uint32_t task) {
    mw_sim_proc *p = &s->procs[proc];
    p->busy = MW_NO_ID;
    p->last = task;
    mw_sim_look_at(s, proc);
    look_at_groups(s, proc);
    for (uint32_t c = p->first_core; c < p->first_core + p->core_count; c++) {
        s->procs[c].busy = MW_NO_ID;
        s->procs[c].last = task;
        mw_sim_look_at(s, c);
        look_at_groups(s, c);
    }
}

// --- one task on one processor
// -------------------------------------------------------------------------

static void next_event(mw_sim *s, uint32_t proc, mw_sim_phase phase, double after_us) {
    s->procs[proc].phase = phase;
    if (!mw_events_push(&s->events, s->now_us + after_us, MW_EVENT_PROC, proc))
        mw_sim_out_of_memory(s);
}

/** The task that kept the processor, or the last of its cores to be free. */
static uint32_t kept_by(const mw_sim *s, uint32_t proc) {
    const mw_sim_proc *p = &s->procs[proc];
    uint32_t last = p->last;
    for (uint32_t c = p->first_core; c < p->first_core + p->core_count; c++) {
        uint32_t other = s->procs[c].last;
        if (other != MW_NO_ID && (last == MW_NO_ID || s->runs[other].end_us > s->runs[last].end_us))
            last = other;
    }
    return last;
}

static void start(mw_sim *s, uint32_t proc, uint32_t task) {
    mw_sim_proc *p = &s->procs[proc];
    mw_task_run *run = &s->runs[task];
    if (s->now_us > run->start_us && kept_by(s, proc) != MW_NO_ID) {
        run->cause = MW_CAUSE_PROCESSOR;
        run->cause_id = kept_by(s, proc);
    }
    run->proc = proc;
    run->start_us = s->now_us;
    __builtin_prefetch(&s->edges->successors[s->edges->first_successor[task]]); // for its end
    s->start_order[s->started++] = task;
    p->busy = task;
    for (uint32_t c = 0; c < p->core_count; c++)
        s->procs[p->first_core + c].busy = task;
    const mw_sim_site *site = mw_sim_site_of(s, mw_sim_kind_of(s, task), proc);
    if (!site || (site->demands && !mw_sim_accepts(s, task, proc)))
        return; // the status says why
    bool linked = site->linked;
    double launch_us = s->machine->procs[proc].launch_us;
    p->compute_us = mw_sim_work_us(s, task, proc, true);
    if (linked)
        next_event(s, proc, MW_PHASE_LAUNCH, launch_us);
    else
        next_event(s, proc, MW_PHASE_END, launch_us + p->compute_us + s->machine->complete_us);
}

/** The bytes of every argument behind links go over them while the task computes. */
static void pull_all(mw_sim *s, uint32_t proc, uint32_t task) {
    const mw_sim_task *t = &s->tasks[task];
    for (uint32_t i = 0; i < t->access_count && s->status == MW_OK; i++) {
        const mw_access *a = &s->graph->accesses[t->first_access + i];
        uint32_t instance = s->instance_of[t->first_access + i];
        if (instance == MW_NO_ID)
            continue;
        const mw_affinity *reach =
            mw_machine_affinity(s->machine, proc, s->instances.items[instance].mem);
        if (!reach || reach->link_count == 0)
            continue;
        uint32_t flow = mw_sim_flow_to(s, proc, reach);
        uint32_t transfer = flow == MW_NO_ID ? MW_NO_ID : mw_sim_transfer_new(s);
        if (transfer == MW_NO_ID)
            return;
        double bytes = mw_sim_passes(s->graph, mw_sim_kind_of(s, task), a) *
                       (double)s->subregions[a->subregion].bytes;
        s->transfers.items[transfer] =
            (mw_sim_transfer){.bytes = bytes, .flow = flow, .proc = proc, .type = MW_TRANSFER_PULL};
        s->procs[proc].pulls++;
        mw_sim_transfer_start(s, transfer);
    }
}

static void end(mw_sim *s, uint32_t proc) {
    uint32_t task = s->procs[proc].busy;
    s->runs[task].end_us = s->now_us;
    s->tasks[task].stage = MW_STAGE_DONE;
    s->trigger_cause = MW_CAUSE_DEPENDENCY;
    s->trigger_id = s->ended = task;
    s->finished++;
    s->last_end_us = s->now_us;
    release(s, proc, task);
    mw_sim_unmap(s, task);
    mw_sim_predecessor_done(s, task);
    mw_sim_main_task_done(s, task);
}

void mw_sim_proc_event(mw_sim *s, uint32_t proc) {
    mw_sim_proc *p = &s->procs[proc];
    switch (p->phase) {
    case MW_PHASE_LAUNCH:
        next_event(s, proc, MW_PHASE_COMPUTE, p->compute_us);
        pull_all(s, proc, p->busy);
        return;
    case MW_PHASE_COMPUTE:
        p->compute_us = -1; // done; what is left may be pulls
        if (p->pulls == 0)
            next_event(s, proc, MW_PHASE_END, s->machine->complete_us);
        return;
    case MW_PHASE_END: end(s, proc); return;
    }
}

void mw_sim_pull_done(mw_sim *s, uint32_t proc) {
    mw_sim_proc *p = &s->procs[proc];
    if (--p->pulls == 0 && p->compute_us < 0)
        next_event(s, proc, MW_PHASE_END, s->machine->complete_us);
}

/** A core keeps still for its group when the group's next task comes before its own: else a group
 * would wait for as long as any of its cores has work. */
static bool yields(mw_sim *s, const mw_sim_proc *core, uint32_t task) {
    for (uint32_t g = 0; g < core->group_count; g++) {
        const uint32_t *queue = best_queue(s, s->groups[core->first_group + g]);
        if (queue && mw_sim_task_before(s, *queue, task))
            return true;
    }
    return false;
}

void mw_sim_dispatch(mw_sim *s) {
    while (s->status == MW_OK && !mw_ids_empty(&s->idle)) {
        uint32_t proc = mw_ids_take(&s->idle); // lowest first
        mw_sim_proc *p = &s->procs[proc];
        if (p->busy != MW_NO_ID || !cores_are_free(s, p))
            continue; // looked at again when it is free
        uint32_t *queue = best_queue(s, proc);
        if (!queue || (p->group_count > 0 && yields(s, p, *queue)))
            continue;
        uint32_t task = mw_sim_dequeue(s, queue);
        start(s, proc, task);
        if (s->tasks[task].late && p->core_count > 0)
            look_at_cores(s, s->tasks[task].place); // some may have kept still for this task
    }
}
