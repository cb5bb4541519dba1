// src/sim/copies.c: contents from one instance to another: sources, folds of reductions,
// write-backs, and who waits.
#include "sim/engine.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static bool wait_for(mw_sim *s, uint32_t instance, uint32_t who) {
    uint32_t fresh = s->free_waiter;
    mw_sim_waiter waiter = {who, s->instances.items[instance].first_waiter};
    if (fresh != MW_NO_ID) {
        s->free_waiter = s->waiters.items[fresh].next;
        s->waiters.items[fresh] = waiter;
    } else {
        if (!MW_PUSH(&s->waiters, waiter)) {
            mw_sim_out_of_memory(s);
            return true;
        }
        fresh = (uint32_t)s->waiters.count - 1;
    }
    s->instances.items[instance].first_waiter = fresh;
    return true;
}

/** Passes over the destination's memory that are needed beside what moves over links: reading and
 * writing it once more to transpose, or to copy within one memory; reading both and writing one to
 * add. */
static double tail_us(const mw_sim *s, const mw_sim_instance *from, const mw_sim_instance *to,
                      bool add) {
    bool transposes = ((from->layout ^ to->layout) & MW_LAYOUT_ORDER) != 0;
    bool within = from->mem == to->mem && !add;
    double count = (transposes || within ? 2 : 0) + (add ? 3 : 0);
    if (count == 0)
        return 0;
    return count * (double)s->subregions[to->subregion].bytes / s->mems[to->mem].best_bytes_per_us;
}

/** Time that a copy would take on idle links. */
static double alone_us(mw_sim *s, const mw_sim_instance *from, const mw_sim_instance *to) {
    double us = tail_us(s, from, to, false);
    if (from->mem == to->mem)
        return us;
    uint32_t flow = mw_sim_flow_between(s, from->mem, to->mem);
    if (flow == MW_NO_ID)
        return INFINITY;
    const mw_sim_flow *f = &s->flows.items[flow];
    double rate = INFINITY;
    for (uint32_t i = 0; i < f->link_count; i++)
        rate = fmin(rate, s->links[f->links[i]].bytes_per_us);
    return us + f->latency_us + (double)s->subregions[to->subregion].bytes / rate;
}

/** The valid instance whose copy would arrive first on idle links (ties: lower memory, then
 * layout); MW_NO_ID if none is valid now. */
static uint32_t best_source(mw_sim *s, uint32_t to) {
    uint32_t best = MW_NO_ID;
    double best_us = INFINITY;
    uint32_t at = s->subregions[s->instances.items[to].subregion].first;
    for (; at != MW_NO_ID; at = s->instances.items[at].next) {
        const mw_sim_instance *in = &s->instances.items[at];
        if (at == to || in->contents != MW_CONTENTS_VALID)
            continue;
        if (best == MW_NO_ID && in->next == MW_NO_ID)
            return at; // the only one: the usual case
        double us = alone_us(s, in, &s->instances.items[to]);
        const mw_sim_instance *b = best == MW_NO_ID ? NULL : &s->instances.items[best];
        bool lower = b && (in->mem < b->mem || (in->mem == b->mem && in->layout < b->layout));
        if (!b || us < best_us || (us == best_us && lower)) {
            best = at;
            best_us = us;
        }
    }
    return best;
}

/** Starts a copy between two instances; its record says why it did not start before. */
static uint32_t start(mw_sim *s, uint32_t from, uint32_t to, mw_sim_transfer_type type, bool add,
                      uint32_t task) {
    uint32_t transfer = mw_sim_transfer_new(s);
    if (transfer == MW_NO_ID)
        return MW_NO_ID;
    const mw_sim_instance *source = &s->instances.items[from];
    mw_sim_instance *target = &s->instances.items[to];
    uint32_t flow = MW_NO_ID;
    if (source->mem != target->mem &&
        (flow = mw_sim_flow_between(s, source->mem, target->mem)) == MW_NO_ID)
        return MW_NO_ID;
    if (!MW_RESERVE(&s->copies, s->copies.count + 1)) {
        mw_sim_out_of_memory(s);
        return MW_NO_ID;
    }
    uint32_t run = (uint32_t)s->copies.count++;
    mw_copy_run *r = &s->copies.items[run];
    memset(r, 0, sizeof *r); // padding too: equal inputs give equal bytes
    r->start_us = s->now_us;
    r->bytes = s->subregions[target->subregion].bytes;
    r->subregion = target->subregion;
    r->from = source->mem;
    r->to = target->mem;
    r->task = type == MW_TRANSFER_EVICTION ? MW_NO_ID : task;
    r->eviction = type == MW_TRANSFER_EVICTION;
    r->cause = task < s->graph->task_count ? s->runs[task].cause : s->trigger_cause;
    r->cause_id = task < s->graph->task_count ? s->runs[task].cause_id : s->trigger_id;
    mw_sim_transfer *t = &s->transfers.items[transfer];
    *t = (mw_sim_transfer){.bytes = (double)r->bytes,
                           .tail_us = tail_us(s, source, target, add),
                           .flow = flow,
                           .from = from,
                           .to = to,
                           .run = run,
                           .type = type};
    mw_sim_pin(s, from);
    mw_sim_pin(s, to);
    s->instances.items[to].arriving++;
    mw_sim_transfer_start(s, transfer);
    return run;
}

/** The instance that will be valid first of those on their way; MW_NO_ID: none is. */
static uint32_t arriving_source(const mw_sim *s, uint32_t to) {
    uint32_t at = s->subregions[s->instances.items[to].subregion].first;
    while (at != MW_NO_ID && (at == to || s->instances.items[at].contents != MW_CONTENTS_ARRIVING))
        at = s->instances.items[at].next;
    return at;
}

/** Starts the copy that brings the contents, now or as soon as they are valid somewhere. */
static void bring(mw_sim *s, uint32_t to, uint32_t task) {
    uint32_t source = best_source(s, to);
    if (source != MW_NO_ID) {
        start(s, source, to, MW_TRANSFER_COPY, false, task);
        return;
    }
    source = arriving_source(s, to); // a fold elsewhere is not complete: the copy follows it
    assert(source != MW_NO_ID);
    mw_sim_pin(s, to);
    mw_sim_pin(s, source);
    s->instances.items[to].arriving++;
    wait_for(s, source, MW_WAITER_COPY + to);
}

/** Brings the contributions to a reduction together in `to`, and the old contents if it has not got
 * them. */
static void fold(mw_sim *s, uint32_t to, uint32_t task) {
    uint32_t subregion = s->instances.items[to].subregion;
    if (s->instances.items[to].contents == MW_CONTENTS_NONE)
        bring(s, to, task);
    uint32_t at = s->subregions[subregion].first;
    while (at != MW_NO_ID && s->status == MW_OK) {
        uint32_t next = s->instances.items[at].next;
        if (s->instances.items[at].contents == MW_CONTENTS_PARTIAL)
            start(s, at, to, MW_TRANSFER_COPY, true, task);
        at = next;
    }
    mw_sim_drop_reductions(s, subregion); // freed when their copies have left
    mw_sim_make_only(s, subregion, to);
    s->instances.items[to].contents = MW_CONTENTS_ARRIVING;
}

bool mw_sim_fetch_missing(mw_sim *s, uint32_t instance, uint32_t who) {
    const mw_sim_instance *in = &s->instances.items[instance];
    uint32_t task = who == MW_WAITER_MAIN ? MW_NO_ID : who;
    if (s->subregions[in->subregion].reductions > 0) {
        fold(s, instance, task);
    } else if (in->contents != MW_CONTENTS_ARRIVING) {
        bring(s, instance, task);
        s->instances.items[instance].contents = MW_CONTENTS_ARRIVING;
    }
    return wait_for(s, instance, who);
}

void mw_sim_write_back(mw_sim *s, uint32_t instance, uint32_t task) {
    mw_sim_instance *in = &s->instances.items[instance];
    uint32_t home = in->subregion; // the program's own instance has the subregion's index
    in->evicting = 1;
    s->mems[in->mem].evicting += in->bytes;
    start(s, instance, home, MW_TRANSFER_EVICTION, false, task);
    s->instances.items[home].contents = MW_CONTENTS_ARRIVING;
}

void mw_sim_fold_back(mw_sim *s, uint32_t instance, uint32_t task) {
    mw_sim_instance *in = &s->instances.items[instance];
    uint32_t home = in->subregion;
    in->evicting = 1;
    in->contents = MW_CONTENTS_NONE; // unpinning frees it
    s->subregions[in->subregion].reductions--;
    s->mems[in->mem].evicting += in->bytes;
    if (s->instances.items[home].contents == MW_CONTENTS_NONE)
        bring(s, home, MW_NO_ID);
    start(s, instance, home, MW_TRANSFER_EVICTION, true, task);
    mw_sim_make_only(s, in->subregion, home);
    s->instances.items[home].contents = MW_CONTENTS_ARRIVING;
}

void mw_sim_copy_moved(mw_sim *s, uint32_t transfer) {
    const mw_sim_transfer *t = &s->transfers.items[transfer];
    // also without a tail: whoever is woken by the arrival is woken by an event of its own
    if (!mw_events_push(&s->events, s->now_us + t->tail_us, MW_EVENT_ARRIVAL, transfer))
        mw_sim_out_of_memory(s);
}

static void wake(mw_sim *s, uint32_t who, uint32_t instance, uint32_t copy) {
    if (who == MW_WAITER_MAIN) {
        mw_sim_main_copy_done(s, copy);
    } else if (who >= MW_WAITER_COPY) {
        uint32_t to = who - MW_WAITER_COPY;
        start(s, instance, to, MW_TRANSFER_COPY, false, MW_NO_ID);
        s->instances.items[to].arriving--; // of the promise; start() has counted the copy itself
        mw_sim_unpin(s, to);
        mw_sim_unpin(s, instance);
    } else if (--s->tasks[who].pending == 0) {
        s->runs[who].cause = MW_CAUSE_COPY;
        s->runs[who].cause_id = copy;
        mw_sim_data_ready(s, who);
    }
}

/** The last copy to an instance is there. */
static void complete(mw_sim *s, uint32_t instance, uint32_t copy) {
    mw_sim_instance *in = &s->instances.items[instance];
    if (in->contents == MW_CONTENTS_ARRIVING)
        in->contents = MW_CONTENTS_VALID;
    uint32_t at = in->first_waiter, in_order = MW_NO_ID;
    in->first_waiter = MW_NO_ID;
    while (at != MW_NO_ID) { // who came first is woken first
        uint32_t next = s->waiters.items[at].next;
        s->waiters.items[at].next = in_order;
        in_order = at;
        at = next;
    }
    while (in_order != MW_NO_ID) {
        mw_sim_waiter waiter = s->waiters.items[in_order];
        s->waiters.items[in_order].next = s->free_waiter;
        s->free_waiter = in_order;
        in_order = waiter.next;
        wake(s, waiter.who, instance, copy);
    }
}

void mw_sim_copy_arrived(mw_sim *s, uint32_t transfer) {
    const mw_sim_transfer t = s->transfers.items[transfer];
    mw_sim_transfer_free(s, transfer);
    s->copies.items[t.run].end_us = s->now_us;
    s->trigger_cause = MW_CAUSE_COPY;
    s->trigger_id = t.run;
    if (--s->instances.items[t.to].arriving == 0)
        complete(s, t.to, t.run);
    mw_sim_unpin(s, t.to);
    mw_sim_instance *from = &s->instances.items[t.from];
    if (t.type == MW_TRANSFER_EVICTION) {
        from->evicting = 0;
        s->mems[from->mem].evicting -= from->bytes;
        if (from->pins == 1 && from->contents == MW_CONTENTS_VALID &&
            !mw_sim_is_only_copy(s, t.from))
            from->contents = MW_CONTENTS_NONE; // nothing uses it again: unpinning frees it
    }
    mw_sim_unpin(s, t.from);
}
