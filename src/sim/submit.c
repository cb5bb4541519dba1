// src/sim/submit.c: the main thread: it submits tasks in program order and waits at synchronisation
// points; and what follows when a task has no predecessor left. On several nodes each has a main
// thread that runs the whole program and submits the tasks of its node (node 0's those that do not
// replicate, too); they wait at synchronisation points together.
#include "sim/engine.h"
#include <assert.h>
#include <math.h>
#include <string.h>

// --- which tasks an ACQUIRE waits for, found once per graph
// ----------------------------------------

typedef struct node {
    uint32_t task, next;
} node;

/** Of one subregion: those that a later access may have to wait for. */
typedef struct accessors {
    uint32_t writers, readers; ///< lists of nodes; readers: since those writers
    uint8_t group;             ///< mode that the writers share; 0: they are one plain writer
} accessors;

typedef struct finder {
    accessors *of; ///< [subregion_count]
    bool *wanted;  ///< [subregion_count] some ACQUIRE is about it
    MW_VEC(node) nodes;
} finder;

static bool note(finder *f, uint32_t *list, uint32_t task) {
    node fresh = {task, *list};
    if (!MW_PUSH(&f->nodes, fresh))
        return false;
    *list = (uint32_t)f->nodes.count - 1;
    return true;
}

static bool note_access(finder *f, uint32_t task, const mw_access *access) {
    accessors *a = &f->of[access->subregion];
    if (access->mode == MW_READ)
        return note(f, &a->readers, task);
    uint8_t group =
        access->mode == MW_REDUCE || access->mode == MW_COMMUTE ? (uint8_t)access->mode : 0;
    if (group == 0 || group != a->group || a->readers != MW_NO_ID)
        a->writers = a->readers = MW_NO_ID;
    a->group = group;
    return note(f, &a->writers, task);
}

static bool list_tasks(mw_sim *s, const finder *f, uint32_t list) {
    for (; list != MW_NO_ID; list = f->nodes.items[list].next)
        if (!MW_PUSH(&s->sync_tasks, f->nodes.items[list].task))
            return false;
    return true;
}

/** What one ACQUIRE waits for; the next one need not wait for it again. */
static bool list_acquire(mw_sim *s, finder *f, const mw_sync *sync) {
    accessors *a = &f->of[sync->what];
    bool ok = list_tasks(s, f, a->writers);
    a->writers = MW_NO_ID;
    a->group = 0;
    if (sync->mode == MW_READ)
        return ok;
    ok = ok && list_tasks(s, f, a->readers);
    a->readers = MW_NO_ID;
    return ok;
}

static bool scan(mw_sim *s, finder *f) {
    const mw_graph *g = s->graph;
    uint32_t task = 0;
    bool ok = true;
    for (uint32_t i = 0; i < g->sync_count && ok; i++) {
        const mw_sync *sync = &g->syncs[i];
        for (; task < sync->before && task < g->task_count && ok; task++) {
            const mw_task *t = &g->tasks[task];
            for (uint32_t a = t->first_access; a < t->first_access + t->access_count && ok; a++)
                if (f->wanted[g->accesses[a].subregion])
                    ok = note_access(f, task, &g->accesses[a]);
        }
        s->sync_first[i] = (uint32_t)s->sync_tasks.count;
        if (ok && sync->type == MW_SYNC_ACQUIRE)
            ok = list_acquire(s, f, sync);
        s->sync_first[i + 1] = (uint32_t)s->sync_tasks.count;
    }
    return ok;
}

bool mw_sim_syncs_new(mw_sim *s) {
    const mw_graph *g = s->graph;
    bool any = false;
    for (uint32_t i = 0; i < g->sync_count; i++)
        any |= g->syncs[i].type == MW_SYNC_ACQUIRE;
    if (!any)
        return true;
    finder f = {.of = calloc((size_t)g->subregion_count + 1, sizeof *f.of),
                .wanted = calloc((size_t)g->subregion_count + 1, sizeof *f.wanted)};
    bool ok = f.of && f.wanted;
    for (uint32_t i = 0; ok && i < g->subregion_count; i++)
        f.of[i].writers = f.of[i].readers = MW_NO_ID;
    for (uint32_t i = 0; ok && i < g->sync_count; i++)
        if (g->syncs[i].type == MW_SYNC_ACQUIRE)
            f.wanted[g->syncs[i].what] = true;
    ok = ok && scan(s, &f);
    MW_VEC_CLEAR(&f.nodes);
    free(f.of);
    free(f.wanted);
    return ok;
}

// --- the main thread
// -------------------------------------------------------------------------------

/** On several nodes: which of its node's tasks since `from` each task is. @return the largest */
static uint32_t rank_tasks(mw_sim *s, uint32_t from, uint32_t to, uint32_t *rank) {
    const mw_plan *plan = s->plan;
    uint32_t *of_node = s->submit_count, most = 0;
    memset(of_node, 0, sizeof *of_node * s->machine->nodes);
    for (uint32_t t = from; t < to; t++) {
        const mw_place *place = &plan->places[s->tasks[t].place];
        bool replicates = plan->kind_rules[mw_sim_kind_of(s, t)]->control_replicate;
        uint32_t node = replicates ? s->machine->procs[plan->place_procs[place->first]].node : 0;
        rank[t] = ++of_node[node];
        most = rank[t] > most ? rank[t] : most;
    }
    return most;
}

/** The tasks between two waits in the order in which the nodes submit them: by rank, then in
 * program order. `rank` is of the tasks before, of the order after. */
static void order_tasks(mw_sim *s, uint32_t from, uint32_t to) {
    uint32_t *rank = s->submit_rank, most = rank_tasks(s, from, to, rank), at = from;
    uint32_t *first = s->submit_count;
    memset(first, 0, sizeof *first * (most + 1));
    for (uint32_t t = from; t < to; t++)
        first[rank[t]]++;
    for (uint32_t r = 0; r <= most; r++) {
        uint32_t count = first[r];
        first[r] = at;
        at += count;
    }
    for (uint32_t t = from; t < to; t++)
        s->submit_order[first[rank[t]]++] = t;
    for (uint32_t r = 1, i = from; r <= most; r++) // first[r] is now where the next rank begins
        for (; i < first[r]; i++)
            rank[i] = r;
}

static void order_all(mw_sim *s) {
    const mw_graph *g = s->graph;
    uint32_t from = 0;
    for (uint32_t i = 0; i <= g->sync_count; i++) {
        uint32_t to = i < g->sync_count ? g->syncs[i].before : g->task_count;
        to = to < g->task_count ? to : g->task_count;
        if (to > from)
            order_tasks(s, from, to);
        from = to > from ? to : from;
    }
}

/** When submission `i` is, if nothing holds it back. */
static double submitted_us(const mw_sim *s, uint32_t i) {
    const mw_sim_main *m = &s->main;
    return m->base_us + (s->submit_rank ? s->submit_rank[i] : i + 1 - m->first) * m->submit_us;
}

/** Nothing in front of the main thread until the next synchronisation point. */
static void plan_next(mw_sim *s) {
    mw_sim_main *m = &s->main;
    bool all = m->next >= s->graph->task_count;
    m->next_us = m->blocked || all ? INFINITY : submitted_us(s, m->next);
}

/** When it has submitted all before `next`. */
static double reached_us(const mw_sim *s) {
    return s->main.next > s->main.first ? submitted_us(s, s->main.next - 1) : s->main.base_us;
}

static bool is_done(const mw_sim *s, uint32_t task) {
    return s->tasks[task].stage == MW_STAGE_DONE;
}

static void watch(mw_sim *s, uint32_t task) {
    if (is_done(s, task) || s->tasks[task].watched) // a task is listed once an access
        return;
    s->tasks[task].watched = 1;
    s->main.waits++;
}

/** The host's part of an ACQUIRE whose tasks are done. True: a copy is on its way. */
static bool acquire(mw_sim *s, const mw_sync *sync) {
    uint32_t home = sync->what; // the program's own instance has the subregion's index
    if (sync->mode == MW_WRITE)
        mw_sim_drop_reductions(s, sync->what);
    else if (mw_sim_fetch(s, home, MW_WAITER_MAIN))
        return true;
    if (sync->mode != MW_READ) {
        mw_sim_make_only(s, sync->what, home);
        s->instances.items[home].contents = MW_CONTENTS_VALID;
    }
    return false;
}

/** Begins to wait at a point; false: there is nothing to wait for. */
static bool wait_at(mw_sim *s, uint32_t at) {
    mw_sim_main *m = &s->main;
    const mw_sync *sync = &s->graph->syncs[at];
    m->waits = 0;
    switch ((mw_sync_type)sync->type) {
    case MW_SYNC_ALL: m->waits_for_all = s->finished < m->next; return m->waits_for_all;
    case MW_SYNC_TASK:
        if (sync->what < m->next)
            watch(s, sync->what);
        return m->waits > 0;
    case MW_SYNC_ACQUIRE:
        for (uint32_t i = s->sync_first[at]; i < s->sync_first[at + 1]; i++)
            watch(s, s->sync_tasks.items[i]);
        m->waits_for_copy = m->waits == 0 && acquire(s, sync);
        return m->waits > 0 || m->waits_for_copy;
    }
    return false;
}

/** Passes the points at which there is nothing to wait for; stops at the first other, or submits
 * on. */
static void go_on(mw_sim *s) {
    mw_sim_main *m = &s->main;
    const mw_graph *g = s->graph;
    m->blocked = false;
    while (!m->blocked && m->sync < g->sync_count && g->syncs[m->sync].before <= m->next) {
        mw_sync_run *run = &s->sync_runs[m->sync];
        run->arrive_us = run->end_us = m->end_us = reached_us(s);
        run->task = run->copy = MW_NO_ID;
        m->blocked = wait_at(s, m->sync);
        m->sync += !m->blocked;
    }
    if (m->next >= g->task_count && !m->blocked) // points beyond the last task
        m->end_us = reached_us(s);
    plan_next(s);
}

/** The point that it waited at is passed, now. */
static void pass(mw_sim *s) {
    mw_sim_main *m = &s->main;
    s->sync_runs[m->sync].end_us = m->base_us = m->end_us = s->now_us;
    m->lifted_by = s->sync_runs[m->sync].task;
    m->first = m->next;
    m->sync++;
    m->waits_for_all = m->waits_for_copy = false;
    go_on(s);
}

void mw_sim_main_task_done(mw_sim *s, uint32_t task) {
    mw_sim_main *m = &s->main;
    if (s->tasks[task].watched) {
        s->tasks[task].watched = 0;
        s->sync_runs[m->sync].task = task;
        if (--m->waits > 0)
            return;
        const mw_sync *sync = &s->graph->syncs[m->sync];
        if (sync->type == MW_SYNC_ACQUIRE && (m->waits_for_copy = acquire(s, sync)))
            return;
        pass(s);
    } else if (m->waits_for_all && s->finished == m->next) {
        s->sync_runs[m->sync].task = task;
        pass(s);
    }
}

void mw_sim_main_copy_done(mw_sim *s, uint32_t copy) {
    const mw_sync *sync = &s->graph->syncs[s->main.sync];
    assert(s->main.waits_for_copy);
    s->sync_runs[s->main.sync].copy = copy;
    if (sync->mode != MW_READ)
        mw_sim_make_only(s, sync->what, sync->what);
    pass(s);
}

void mw_sim_main_reset(mw_sim *s) {
    s->main = (mw_sim_main){
        .submit_us = s->what_if && s->what_if->free_submission ? 0 : s->machine->submit_us};
    if (s->submit_order)
        order_all(s);
    go_on(s);
}

void mw_sim_submit_due(mw_sim *s) {
    mw_sim_main *m = &s->main;
    while (m->next_us <= s->now_us) {
        uint32_t at = m->next++, task = s->submit_order ? s->submit_order[at] : at;
        bool after_sync =
            m->base_us > 0 && (s->submit_rank ? s->submit_rank[at] == 1 : at == m->first);
        s->trigger_cause = after_sync ? MW_CAUSE_SYNC : MW_CAUSE_SUBMISSION;
        s->trigger_id = after_sync ? m->lifted_by : MW_NO_ID;
        if (m->sync < s->graph->sync_count && s->graph->syncs[m->sync].before <= m->next)
            go_on(s);
        else if (m->next >= s->graph->task_count)
            go_on(s);
        else
            m->next_us = submitted_us(s, m->next);
        mw_sim_task *t = &s->tasks[task];
        if (--t->waits == 0) {
            s->runs[task].ready_us = s->now_us;
            mw_sim_resume(s, task, (mw_cause)s->trigger_cause, s->trigger_id);
        }
    }
}

void mw_sim_predecessor_done(mw_sim *s, uint32_t task) {
    const mw_edges *e = s->edges;
    uint32_t depth = 0, node = task;
    for (;;) {
        for (uint64_t i = e->first_successor[node]; i < e->first_successor[node + 1]; i++) {
            uint32_t next = e->successors[i];
            if (next >= s->graph->task_count) {
                if (--s->join_waits[next - s->graph->task_count] == 0)
                    s->joins[depth++] = next;
                continue;
            }
            uint32_t left = --s->tasks[next].waits;
            if (left == 1) {
                mw_sim_expect(s, next);
            } else if (left == 0) {
                s->runs[next].ready_us = s->now_us;
                mw_sim_resume(s, next, MW_CAUSE_DEPENDENCY, task);
            }
        }
        if (depth == 0)
            return;
        node = s->joins[--depth];
    }
}
