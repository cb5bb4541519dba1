// src/sim/sim.c: makes a simulation, resets it for each run, and drives it from event to event.
#include "sim/engine.h"
#include <math.h>
#include <string.h>

// --- making
// ------------------------------------------------------------------------------------------

static bool make_groups(mw_sim *s) {
    const mw_machine *m = s->machine;
    uint32_t total = 0;
    for (uint32_t p = 0; p < m->proc_count; p++) {
        uint32_t first = m->procs[p].cores > 0 ? mw_machine_proc(m, MW_PROC_CPU, m->procs[p].node,
                                                                 m->procs[p].first_core)
                                               : MW_NO_ID;
        if (first == MW_NO_ID)
            continue;
        s->procs[p].first_core = first;
        s->procs[p].core_count = m->procs[p].cores;
        for (uint32_t c = first; c < first + m->procs[p].cores; c++)
            s->procs[c].group_count++;
        total += m->procs[p].cores;
    }
    s->groups = MW_NEW_ARRAY(s->arena, uint32_t, total + 1);
    if (!s->groups)
        return false;
    for (uint32_t p = 0, at = 0; p < m->proc_count; p++) {
        s->procs[p].first_group = at;
        at += s->procs[p].group_count;
        s->procs[p].group_count = 0;
    }
    for (uint32_t p = 0; p < m->proc_count; p++)
        for (uint32_t c = s->procs[p].first_core;
             c < s->procs[p].first_core + s->procs[p].core_count; c++)
            s->groups[s->procs[c].first_group + s->procs[c].group_count++] = p;
    return true;
}

static void find_best_rates(mw_sim *s) {
    for (uint32_t p = 0; p < s->machine->proc_count; p++) {
        uint32_t count = 0;
        const mw_affinity *reach = mw_machine_affinities(s->machine, p, &count);
        for (uint32_t i = 0; i < count; i++) {
            double *best = &s->mems[reach[i].mem].best_bytes_per_us;
            *best = reach[i].gbps * 1e3 > *best ? reach[i].gbps * 1e3 : *best;
        }
    }
    for (uint32_t m = 0; m < s->machine->mem_count; m++)
        if (s->mems[m].best_bytes_per_us <= 0)
            s->mems[m].best_bytes_per_us = INFINITY; // nobody computes there: copies only pass
}

static bool make_arrays(mw_sim *s) {
    const mw_graph *g = s->graph;
    const mw_machine *m = s->machine;
    mw_arena *a = s->arena;
    uint32_t tasks = g->task_count;
    s->runs = MW_NEW_ARRAY(a, mw_task_run, tasks + 1);
    s->tasks = MW_NEW_ARRAY(a, mw_sim_task, tasks + 1);
    s->work_us = MW_NEW_ARRAY(a, double, tasks + 1);
    s->join_waits = MW_NEW_ARRAY(a, uint32_t, s->edges->node_count - tasks + 1);
    s->instance_of = MW_NEW_ARRAY(a, uint32_t, g->access_count + 1);
    s->start_order = MW_NEW_ARRAY(a, uint32_t, tasks + 1);
    if (m->nodes > 1) {
        s->submit_order = MW_NEW_ARRAY(a, uint32_t, tasks + 1);
        s->submit_rank = MW_NEW_ARRAY(a, uint32_t, tasks + 1);
        s->submit_count = MW_NEW_ARRAY(a, uint32_t, (size_t)m->nodes + tasks + 2);
    }
    s->sync_runs = MW_NEW_ARRAY(a, mw_sync_run, g->sync_count + 1);
    s->sync_first = MW_NEW_ARRAY(a, uint32_t, g->sync_count + 1);
    s->joins = MW_NEW_ARRAY(a, uint32_t, s->edges->node_count - tasks + 1);
    s->procs = MW_NEW_ARRAY(a, mw_sim_proc, m->proc_count + 1);
    s->mems = MW_NEW_ARRAY(a, mw_sim_memory, m->mem_count + 1);
    s->peaks = MW_NEW_ARRAY(a, uint64_t, m->mem_count + 1);
    s->subregions = MW_NEW_ARRAY(a, mw_sim_subregion, g->subregion_count + 1);
    s->links = MW_NEW_ARRAY(a, mw_sim_link, m->link_count + 1);
    s->flow_from = MW_NEW_ARRAY(a, uint32_t, m->mem_count + 1);
    s->flow_of = MW_NEW_ARRAY(a, uint32_t, m->proc_count + 1);
    return !mw_arena_failed(a) && mw_ids_init(&s->idle, a, m->proc_count + 1) &&
           MW_RESERVE(&s->instances, (size_t)g->subregion_count + 1);
}

static bool make(mw_sim *s) {
    const mw_graph *g = s->graph;
    if (!make_arrays(s) || !make_groups(s))
        return false;
    find_best_rates(s);
    for (uint32_t i = 0; i < g->subregion_count; i++)
        s->subregions[i].bytes = g->subregions[i].bytes;
    for (uint32_t l = 0; l < s->machine->link_count; l++)
        s->links[l].first_user = MW_NO_ID;
    memset(s->flow_from, 0xFF, sizeof *s->flow_from * s->machine->mem_count);
    memset(s->flow_of, 0xFF, sizeof *s->flow_of * s->machine->proc_count);
    for (uint32_t t = 0; t < g->task_count; t++) {
        mw_sim_task *task = &s->tasks[t];
        task->first_access = g->tasks[t].first_access;
        task->cost_class = g->tasks[t].cost_class;
        task->access_count = (uint8_t)g->tasks[t].access_count;
        for (uint32_t i = 0; i < task->access_count; i++)
            task->commutes |= g->accesses[task->first_access + i].mode == MW_COMMUTE;
    }
    return mw_sim_syncs_new(s);
}

mw_sim *mw_sim_new(const mw_graph *g, const mw_edges *e, const mw_machine *m) {
    mw_sim *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->graph = g;
    s->edges = e;
    s->machine = m;
    s->arena = mw_arena_new();
    if (!s->arena || !make(s)) {
        mw_sim_free(s);
        return NULL;
    }
    return s;
}

void mw_sim_free(mw_sim *s) {
    if (!s)
        return;
    MW_VEC_CLEAR(&s->events.heap);
    MW_VEC_CLEAR(&s->sync_tasks);
    MW_VEC_CLEAR(&s->copies);
    MW_VEC_CLEAR(&s->memberships);
    MW_VEC_CLEAR(&s->sets);
    MW_VEC_CLEAR(&s->site_of);
    MW_VEC_CLEAR(&s->sites);
    MW_VEC_CLEAR(&s->site_arguments);
    MW_VEC_CLEAR(&s->limit_count);
    MW_VEC_CLEAR(&s->limit_queue);
    MW_VEC_CLEAR(&s->dirty_mems);
    MW_VEC_CLEAR(&s->instances);
    MW_VEC_CLEAR(&s->waiters);
    MW_VEC_CLEAR(&s->flows);
    MW_VEC_CLEAR(&s->flow_users);
    MW_VEC_CLEAR(&s->dirty_links);
    MW_VEC_CLEAR(&s->transfers);
    MW_VEC_CLEAR(&s->transfer_links);
    mw_arena_free(s->arena);
    free(s);
}

// --- resetting
// -----------------------------------------------------------------------------------------

static bool reset_sets(mw_sim *s) {
    const mw_plan *plan = s->plan;
    if (!MW_RESERVE(&s->sets, (size_t)plan->place_count + 1))
        return false;
    s->memberships.count = 0;
    s->has_sets = false;
    for (uint32_t p = 0; p < s->machine->proc_count; p++)
        s->procs[p].first_set = MW_NO_ID;
    for (uint32_t i = 0; i < plan->place_count; i++) {
        const mw_place *place = &plan->places[i];
        s->sets.items[i] = (mw_sim_set){.queue = MW_NO_ID, .kind = MW_NO_ID};
        s->has_sets |= place->count > 1;
        for (uint32_t k = 0; place->count > 1 && k < place->count; k++) {
            mw_sim_proc *p = &s->procs[plan->place_procs[place->first + k]];
            mw_sim_membership member = {i, p->first_set};
            if (!MW_PUSH(&s->memberships, member))
                return false;
            p->first_set = (uint32_t)s->memberships.count - 1;
        }
    }
    return true;
}

static bool reset_tables(mw_sim *s) {
    size_t sites = (size_t)s->graph->kind_count * s->machine->proc_count;
    size_t limits = (size_t)s->graph->kind_count * s->machine->nodes;
    if (!MW_RESERVE(&s->site_of, sites + 1) || !MW_RESERVE(&s->limit_count, limits + 1) ||
        !MW_RESERVE(&s->limit_queue, limits + 1))
        return false;
    memset(s->site_of.items, 0xFF, sites * sizeof(uint32_t));
    memset(s->limit_count.items, 0, limits * sizeof(uint32_t));
    memset(s->limit_queue.items, 0xFF, limits * sizeof(uint32_t));
    s->sites.count = s->site_arguments.count = 0;
    return true;
}

static bool reset(mw_sim *s) {
    const mw_graph *g = s->graph;
    s->now_us = 0;
    s->status = MW_OK;
    s->ended = s->retrying = MW_NO_ID;
    s->finished = s->started = 0;
    s->events.heap.count = 0;
    s->events.seq = 0;
    s->ready = MW_NO_ID;
    s->copies.count = 0;
    s->last_end_us = 0;
    for (uint32_t t = 0; t < g->task_count; t++) {
        mw_sim_task *task = &s->tasks[t];
        task->waits = s->edges->predecessor_count[t] + 1;
        task->priority = s->plan->task_priority[t];
        task->place = s->plan->task_place[t];
        task->stage = MW_STAGE_LOCK;
        task->watched = task->late = 0;
    }
    for (uint32_t n = g->task_count; n < s->edges->node_count; n++)
        s->join_waits[n - g->task_count] = s->edges->predecessor_count[n];
    for (uint32_t p = 0; p < s->machine->proc_count; p++) {
        mw_sim_proc *proc = &s->procs[p];
        proc->queue = proc->busy = proc->last = MW_NO_ID;
        proc->pulls = 0;
        proc->load_us = 0;
    }
    while (!mw_ids_empty(&s->idle))
        mw_ids_take(&s->idle);
    mw_sim_flows_reset(s);
    mw_sim_memory_reset(s);
    return reset_sets(s) && reset_tables(s);
}

// --- driving
// -------------------------------------------------------------------------------------------

/** The program's own data are in memory before it starts. */
static bool homes_have_room(mw_sim *s) {
    for (uint32_t m = 0; m < s->machine->mem_count; m++) {
        const mw_mem *home = &s->machine->mems[m];
        if (s->mems[m].fixed <= home->bytes)
            continue;
        mw_diag_in(s->diags, MW_ERROR, MW_OUT_OF_MEMORY, NULL, NULL,
                   "use a machine with more memory, or a smaller problem",
                   "the program's data are %llu bytes, but %s of node %u has %llu",
                   (unsigned long long)s->mems[m].fixed, mw_mem_kind_name(home->kind), home->node,
                   (unsigned long long)home->bytes);
        return false;
    }
    return true;
}

static void handle(mw_sim *s, const mw_event *e) {
    switch (e->type) {
    case MW_EVENT_PROC: mw_sim_proc_event(s, e->id); return;
    case MW_EVENT_FLOW: mw_sim_flow_event(s, e); return;
    case MW_EVENT_LATENCY: mw_sim_transfer_move(s, e->id); return;
    case MW_EVENT_ARRIVAL: mw_sim_copy_arrived(s, e->id); return;
    }
}

static void drive(mw_sim *s) {
    while (s->status == MW_OK) {
        mw_sim_submit_due(s);
        mw_sim_map(s);
        mw_sim_dispatch(s);
        mw_sim_flows_settle(s);
        double next_us = s->main.next_us;
        if (s->events.heap.count > 0 && s->events.heap.items[0].time_us < next_us)
            next_us = s->events.heap.items[0].time_us;
        if (next_us == INFINITY)
            return;
        s->now_us = next_us;
        while (s->status == MW_OK && s->events.heap.count > 0 &&
               s->events.heap.items[0].time_us <= next_us) {
            mw_event e = mw_events_pop(&s->events);
            handle(s, &e);
        }
    }
}

static void report_stuck(mw_sim *s) {
    mw_diag_in(s->diags, MW_ERROR, MW_SIMULATION_STUCK, NULL, NULL,
               "raise instance limits, or give the tasks more room in memory",
               "%u of %u tasks wait for one another for ever under this mapper",
               s->graph->task_count - s->finished, s->graph->task_count);
    s->status = MW_ERR_INPUT;
}

mw_status mw_sim_run(mw_sim *s, const mw_plan *plan, const mw_what_if *what_if, mw_timeline *out,
                     mw_diags *diags) {
    s->plan = plan;
    s->what_if = what_if;
    s->diags = diags;
    if (!reset(s))
        return MW_ERR_NOMEM;
    if (!homes_have_room(s))
        return MW_ERR_INPUT;
    mw_sim_main_reset(s);
    drive(s);
    if (s->status == MW_OK && s->finished < s->graph->task_count)
        report_stuck(s);
    if (s->status != MW_OK)
        return s->status;
    for (uint32_t m = 0; m < s->machine->mem_count; m++)
        s->peaks[m] = s->mems[m].peak;
    *out = (mw_timeline){.makespan_us = fmax(s->main.end_us, s->last_end_us),
                         .task_count = s->graph->task_count,
                         .tasks = s->runs,
                         .copy_count = (uint32_t)s->copies.count,
                         .copies = s->copies.items,
                         .syncs = s->sync_runs,
                         .start_order = s->start_order,
                         .mem_peak_bytes = s->peaks};
    return MW_OK;
}
