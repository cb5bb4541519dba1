// src/sim/map.c: a ready task gets its turn among commutative updates, its place under an instance
// limit, its processor, and an instance in memory for every argument; then its copies start.
#include "sim/engine.h"
#include <assert.h>

static const mw_access *accesses_of(const mw_sim *s, uint32_t task) {
    return s->graph->accesses + s->tasks[task].first_access;
}

// --- commutative updates: one at a time
// ------------------------------------------------------------

/** Someone else may take a turn that this task could not use. */
static void pass_turn_on(mw_sim *s, uint32_t subregion) {
    mw_sim_subregion *sub = &s->subregions[subregion];
    if (sub->holder == MW_NO_ID && sub->waiting != MW_NO_ID) {
        uint32_t next = mw_sim_dequeue(s, &sub->waiting);
        mw_sim_resume(s, next, MW_CAUSE_DEPENDENCY, s->ended);
    }
}

/** All turns that the task needs, or none. */
static bool take_turns(mw_sim *s, uint32_t task) {
    const mw_access *a = accesses_of(s, task);
    uint32_t count = s->tasks[task].access_count;
    for (uint32_t i = 0; i < count; i++) {
        mw_sim_subregion *sub = &s->subregions[a[i].subregion];
        if (a[i].mode != MW_COMMUTE || sub->holder == MW_NO_ID)
            continue;
        mw_sim_enqueue(s, &sub->waiting, task);
        for (uint32_t j = 0; j < count; j++)
            if (a[j].mode == MW_COMMUTE)
                pass_turn_on(s, a[j].subregion);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        if (a[i].mode == MW_COMMUTE)
            s->subregions[a[i].subregion].holder = task;
    return true;
}

static void give_turns_back(mw_sim *s, uint32_t task) {
    const mw_access *a = accesses_of(s, task);
    for (uint32_t i = 0; i < s->tasks[task].access_count; i++)
        if (a[i].mode == MW_COMMUTE && s->subregions[a[i].subregion].holder == task) {
            s->subregions[a[i].subregion].holder = MW_NO_ID;
            pass_turn_on(s, a[i].subregion);
        }
}

// --- placement
// -------------------------------------------------------------------------------------

static bool same_choice(const mw_choice *a, const mw_choice *b) {
    if (a->virtual_ != b->virtual_ || a->mem_count != b->mem_count)
        return false;
    for (uint32_t i = 0; i < a->mem_count; i++)
        if (a->mems[i] != b->mems[i] || a->layout[i] != b->layout[i])
            return false;
    return true;
}

/** Would every processor of a set keep a kind's arguments in the same memories? Then it need not be
 * known yet which of them runs the task. */
static bool is_late(mw_sim *s, uint32_t place, uint32_t kind) {
    mw_sim_set *set = &s->sets.items[place];
    if (set->kind == kind)
        return set->late;
    const mw_place *p = &s->plan->places[place];
    const uint32_t *procs = s->plan->place_procs + p->first;
    bool late = true;
    for (uint32_t a = 0; a < s->graph->kinds[kind].argument_count && late; a++) {
        const mw_choice *first = mw_plan_choice(s->plan, kind, a, procs[0]);
        for (uint32_t i = 1; i < p->count && late; i++)
            late = same_choice(first, mw_plan_choice(s->plan, kind, a, procs[i]));
    }
    for (uint32_t i = 1; i < p->count && late; i++)
        late = s->machine->procs[procs[i]].node == s->machine->procs[procs[0]].node;
    set->kind = kind;
    return set->late = late;
}

static double overhead_us(const mw_sim *s, uint32_t proc) {
    return s->machine->procs[proc].launch_us + s->machine->complete_us;
}

/** The processor, or for a late set the one that stands for all of them. */
static void place(mw_sim *s, uint32_t task) {
    uint32_t at = s->tasks[task].place;
    const mw_place *p = &s->plan->places[at];
    const uint32_t *procs = s->plan->place_procs + p->first;
    uint32_t best = procs[0];
    s->tasks[task].late = p->count > 1 && is_late(s, at, mw_sim_kind_of(s, task));
    if (p->count > 1 && !s->tasks[task].late) {
        for (uint32_t i = 1; i < p->count; i++) {
            double mine = s->procs[procs[i]].load_us, least = s->procs[best].load_us;
            if (mine < least || (mine == least && procs[i] < best))
                best = procs[i];
        }
        s->work_us[task] = mw_sim_work_us(s, task, best, false) + overhead_us(s, best);
        s->procs[best].load_us += s->work_us[task];
    } else if (s->has_sets && p->count == 1) {
        s->work_us[task] = mw_sim_work_us(s, task, best, false) + overhead_us(s, best);
        s->procs[best].load_us += s->work_us[task];
    }
    s->runs[task].proc = best;
}

// --- instance limits
// -------------------------------------------------------------------------------

/** Where a limited kind's tasks are counted on the node of the task's processor. */
static size_t limit_row(const mw_sim *s, uint32_t task) {
    uint32_t node = s->machine->procs[s->runs[task].proc].node;
    return (size_t)mw_sim_kind_of(s, task) * s->machine->nodes + node;
}

static bool within_limit(mw_sim *s, uint32_t task) {
    uint32_t limit = s->plan->kind_limit[mw_sim_kind_of(s, task)];
    if (limit == 0)
        return true;
    size_t row = limit_row(s, task);
    if (s->limit_count.items[row] >= limit) {
        mw_sim_enqueue(s, &s->limit_queue.items[row], task);
        return false;
    }
    s->limit_count.items[row]++;
    return true;
}

static void lift_limit(mw_sim *s, uint32_t task) {
    if (s->plan->kind_limit[mw_sim_kind_of(s, task)] == 0)
        return;
    size_t row = limit_row(s, task);
    s->limit_count.items[row]--;
    if (s->limit_queue.items[row] != MW_NO_ID)
        mw_sim_resume(s, mw_sim_dequeue(s, &s->limit_queue.items[row]), MW_CAUSE_LIMIT, task);
}

// --- instances
// -------------------------------------------------------------------------------------

/** Undoes a claim that failed half-way. What it frees was not there for anyone before it: nobody
 * need try again. */
static void give_back(mw_sim *s, uint32_t task) {
    s->undoing = true;
    uint32_t *in = s->instance_of + s->tasks[task].first_access;
    for (uint32_t i = 0; i < s->tasks[task].access_count; i++)
        if (in[i] != MW_NO_ID) {
            mw_sim_unpin(s, in[i]);
            in[i] = MW_NO_ID;
        }
    s->undoing = false;
}

/** Bytes that the task's arguments use in a memory, beside the program's own data. */
static uint64_t own_bytes(const mw_sim *s, uint32_t task, uint32_t mem) {
    const uint32_t *in = s->instance_of + s->tasks[task].first_access;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < s->tasks[task].access_count; i++) {
        bool counts = in[i] != MW_NO_ID && in[i] >= s->graph->subregion_count &&
                      s->instances.items[in[i]].mem == mem;
        for (uint32_t j = 0; j < i && counts; j++)
            counts = in[j] != in[i];
        if (counts)
            sum += s->instances.items[in[i]].bytes;
    }
    return sum;
}

static void never_fits(mw_sim *s, uint32_t task, const mw_access *a, const mw_choice *c) {
    const mw_mem *mem = &s->machine->mems[c->mems[0]];
    uint64_t need =
        own_bytes(s, task, c->mems[0]) + mw_sim_instance_bytes(s, a->subregion, c->layout[0]);
    uint64_t most = s->mems[c->mems[0]].capacity - s->mems[c->mems[0]].fixed;
    give_back(s, task);
    mw_diag_in(
        s->diags, MW_ERROR, MW_OUT_OF_MEMORY, NULL, NULL,
        "name another memory after it in the Region statement, or use smaller tasks",
        "task %u ('%s') needs %llu bytes in %s %u of node %u for its arguments up to the one "
        "on region '%s', but only %llu of its %llu bytes are for instances",
        task, mw_graph_kind_name(s->graph, mw_sim_kind_of(s, task)), (unsigned long long)need,
        mw_mem_kind_name(mem->kind), mem->index, mem->node,
        mw_graph_string(s->graph,
                        s->graph->regions[s->graph->subregions[a->subregion].region].name),
        (unsigned long long)most, (unsigned long long)mem->bytes);
    s->status = MW_ERR_INPUT;
}

/** A pinned instance for one argument in the first memory of its choice that has room. Where none
 * has, the task waits for the first that can ever have it; where none can, the run ends. */
static bool claim_one(mw_sim *s, uint32_t task, const mw_access *a, const mw_choice *c,
                      uint32_t *out) {
    bool reduction = a->mode == MW_REDUCE, soon = false;
    uint32_t wait_at = MW_NO_ID;
    for (uint32_t k = 0; k < c->mem_count && !soon; k++) {
        *out = mw_sim_instance_find(s, a->subregion, c->mems[k], c->layout[k], reduction);
        if (*out != MW_NO_ID) {
            mw_sim_pin(s, *out);
            return true;
        }
        mw_sim_memory *m = &s->mems[c->mems[k]];
        uint64_t bytes = mw_sim_instance_bytes(s, a->subregion, c->layout[k]);
        bool fits = m->waiting == MW_NO_ID && bytes <= m->capacity - m->used; // the usual case
        mw_sim_room room = MW_ROOM;
        if (!fits)
            room = mw_sim_make_room(s, c->mems[k], bytes, own_bytes(s, task, c->mems[k]), task);
        if (room == MW_ROOM) {
            *out = mw_sim_instance_new(s, a->subregion, c->mems[k], c->layout[k], reduction);
            return *out != MW_NO_ID;
        }
        soon = room == MW_ROOM_SOON;
        if (soon || (room == MW_ROOM_LATER && wait_at == MW_NO_ID))
            wait_at = c->mems[k];
    }
    if (wait_at == MW_NO_ID) {
        never_fits(s, task, a, c);
        return false;
    }
    give_back(s, task);
    mw_sim_enqueue(s, &s->mems[wait_at].waiting, task);
    return false;
}

/** A pinned instance for every argument, or none. Those that are there already first, so that
 * making room for one argument does not evict another. */
static bool claim(mw_sim *s, uint32_t task, const mw_sim_site_argument *arguments) {
    const mw_sim_task *t = &s->tasks[task];
    const mw_access *a = s->graph->accesses + t->first_access;
    uint32_t *in = s->instance_of + t->first_access;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_sim_site_argument *argument = &arguments[a[i].argument];
        in[i] = MW_NO_ID;
        if (argument->mem == MW_NO_ID)
            continue;
        in[i] = mw_sim_instance_find(s, a[i].subregion, argument->mem, argument->layout,
                                     a[i].mode == MW_REDUCE);
        if (in[i] != MW_NO_ID)
            mw_sim_pin(s, in[i]);
        else
            missing++;
    }
    for (uint32_t i = 0; i < t->access_count && missing > 0; i++)
        if (in[i] == MW_NO_ID && arguments[a[i].argument].mem != MW_NO_ID &&
            !claim_one(s, task, &a[i], arguments[a[i].argument].choice, &in[i]))
            return false;
    return true;
}

/** Starts the copies that the task needs. What it reads before what it overwrites, should it do
 * both with one subregion. */
static void fetch_all(mw_sim *s, uint32_t task) {
    const mw_sim_task *t = &s->tasks[task];
    const mw_access *a = s->graph->accesses + t->first_access;
    const uint32_t *in = s->instance_of + t->first_access;
    uint8_t pending = 0;
    bool overwrites = false;
    for (uint32_t i = 0; i < t->access_count && s->status == MW_OK; i++) {
        if (in[i] == MW_NO_ID)
            continue;
        if (a[i].mode & MW_READ) {
            pending += mw_sim_fetch(s, in[i], task);
        } else if (a[i].mode == MW_WRITE) {
            overwrites = true;
        } else if (s->instances.items[in[i]].contents == MW_CONTENTS_NONE) { // a first contribution
            s->instances.items[in[i]].contents = MW_CONTENTS_PARTIAL;
            s->subregions[a[i].subregion].reductions++;
        }
    }
    for (uint32_t i = 0; i < t->access_count && overwrites; i++) {
        if (in[i] == MW_NO_ID || a[i].mode != MW_WRITE)
            continue;
        mw_sim_drop_reductions(s, a[i].subregion);
        mw_sim_make_only(s, a[i].subregion, in[i]);
        if (s->instances.items[in[i]].contents == MW_CONTENTS_NONE)
            s->instances.items[in[i]].contents = MW_CONTENTS_VALID;
    }
    s->tasks[task].pending = pending;
    s->tasks[task].stage = MW_STAGE_MAPPED;
    if (pending == 0)
        mw_sim_data_ready(s, task);
}

/** As far as the task gets now. */
static void proceed(mw_sim *s, uint32_t task) {
    mw_sim_task *t = &s->tasks[task];
    if (t->stage == MW_STAGE_LOCK) {
        if (s->tasks[task].commutes && !take_turns(s, task))
            return;
        place(s, task);
        t->stage = MW_STAGE_LIMIT;
    }
    if (t->stage == MW_STAGE_LIMIT) {
        if (!within_limit(s, task))
            return;
        t->stage = MW_STAGE_MEMORY;
    }
    const mw_sim_site *site = mw_sim_site_of(s, mw_sim_kind_of(s, task), s->runs[task].proc);
    if (site && claim(s, task, s->site_arguments.items + site->first_argument))
        fetch_all(s, task);
}

static void retry_waiting(mw_sim *s, uint32_t mem) {
    mw_sim_memory *m = &s->mems[mem];
    m->dirty = false;
    s->retrying = mem;
    while (m->waiting != MW_NO_ID && s->status == MW_OK) {
        uint32_t task = mw_sim_dequeue(s, &m->waiting);
        s->runs[task].cause = m->freed_cause;
        s->runs[task].cause_id = m->freed_id;
        proceed(s, task);
        if (m->waiting == task)
            break; // first in line again: nothing has changed for it, nor for those behind it
    }
    s->retrying = MW_NO_ID;
}

void mw_sim_map(mw_sim *s) {
    while (s->status == MW_OK) {
        if (s->dirty_mems.count > 0) // who waits already comes first
            retry_waiting(s, s->dirty_mems.items[--s->dirty_mems.count]);
        else if (s->ready != MW_NO_ID)
            proceed(s, mw_sim_dequeue(s, &s->ready));
        else
            return;
    }
}

/** Drops what a CollectMemory statement wants dropped, except only copies. */
static void collect(mw_sim *s, uint32_t task, const mw_sim_site *site) {
    const mw_sim_task *t = &s->tasks[task];
    const mw_access *a = s->graph->accesses + t->first_access;
    const uint32_t *in = s->instance_of + t->first_access;
    for (uint32_t i = 0; i < t->access_count; i++) {
        bool asked = s->site_arguments.items[site->first_argument + a[i].argument].choice->collect;
        if (!asked || a[i].mode != MW_READ || in[i] == MW_NO_ID ||
            in[i] < s->graph->subregion_count)
            continue;
        mw_sim_instance *instance = &s->instances.items[in[i]];
        if (instance->pins == 1 && instance->contents == MW_CONTENTS_VALID &&
            !mw_sim_is_only_copy(s, in[i]))
            instance->contents = MW_CONTENTS_NONE; // unpinning frees it
    }
}

void mw_sim_unmap(mw_sim *s, uint32_t task) {
    const mw_sim_task *t = &s->tasks[task];
    const mw_access *a = s->graph->accesses + t->first_access;
    const uint32_t *in = s->instance_of + t->first_access;
    const mw_sim_site *site = mw_sim_site_of(s, mw_sim_kind_of(s, task), s->runs[task].proc);
    for (uint32_t i = 0; i < t->access_count; i++) {
        if (in[i] == MW_NO_ID || !(a[i].mode & MW_WRITE))
            continue;
        mw_sim_instance *instance = &s->instances.items[in[i]];
        bool alone = s->subregions[a[i].subregion].first == in[i] && instance->next == MW_NO_ID;
        if (!alone)
            mw_sim_make_only(s, a[i].subregion, in[i]);
        // Of two instances of one subregion that a task writes, the last argument's has the result.
        instance->contents = MW_CONTENTS_VALID;
    }
    if (site && site->collects)
        collect(s, task, site);
    for (uint32_t i = 0; i < t->access_count; i++)
        if (in[i] != MW_NO_ID)
            mw_sim_unpin(s, in[i]);
    if (s->has_sets)
        s->procs[s->runs[task].proc].load_us -= s->work_us[task];
    lift_limit(s, task);
    if (s->tasks[task].commutes)
        give_turns_back(s, task);
}
