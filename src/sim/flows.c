// src/sim/flows.c: transfers over shared links. A link is shared equally by the transfers that
// cross it; a transfer moves at the least of its shares. (Where it cannot use a share, nobody else
// gets the rest: exact when every transfer has the same bottleneck, cautious otherwise.)
#include "sim/engine.h"
#include <assert.h>
#include <math.h>

static mw_pile_links transfer_links(const mw_sim *s) {
    return (mw_pile_links){s->transfer_links.items, sizeof *s->transfer_links.items};
}

static bool first_to_finish(const void *context, uint32_t a, uint32_t b) {
    const mw_sim_transfer *transfers = context;
    double fa = transfers[a].finish_bytes, fb = transfers[b].finish_bytes;
    return fa < fb || (fa == fb && transfers[a].run < transfers[b].run);
}

static double link_speed(const mw_sim *s, uint32_t link) {
    return s->what_if && s->what_if->link_speed ? s->what_if->link_speed[link] : 1;
}

/** What-if reaches latencies too: all of a route's, link by link; of an affinity by its slowest
 * link. */
static void set_latency(const mw_sim *s, mw_sim_flow *f) {
    double sum = 0, slowest = INFINITY;
    for (uint32_t i = 0; i < f->link_count; i++) {
        double speed = link_speed(s, f->links[i]);
        sum += s->machine->links[f->links[i]].latency_us / speed;
        slowest = speed < slowest ? speed : slowest;
    }
    f->latency_us = f->base_latency_us < 0 ? sum : f->base_latency_us / slowest;
}

static uint32_t add_flow(mw_sim *s, uint32_t *first, uint32_t to, const uint32_t *links,
                         uint32_t link_count, double base_latency_us) {
    mw_sim_flow f = {.link_count = link_count,
                     .to = to,
                     .next = *first,
                     .base_latency_us = base_latency_us,
                     .first = MW_NO_ID,
                     .timed = MW_NO_ID};
    uint32_t index = (uint32_t)s->flows.count;
    for (uint32_t i = 0; i < link_count; i++) {
        f.links[i] = links[i];
        mw_sim_flow_user user = {index, s->links[links[i]].first_user};
        if (!MW_PUSH(&s->flow_users, user)) {
            mw_sim_out_of_memory(s);
            return MW_NO_ID;
        }
        s->links[links[i]].first_user = (uint32_t)s->flow_users.count - 1;
    }
    set_latency(s, &f);
    if (!MW_PUSH(&s->flows, f)) {
        mw_sim_out_of_memory(s);
        return MW_NO_ID;
    }
    return *first = index;
}

static uint32_t find_flow(const mw_sim *s, uint32_t first, uint32_t to) {
    while (first != MW_NO_ID && s->flows.items[first].to != to)
        first = s->flows.items[first].next;
    return first;
}

uint32_t mw_sim_flow_between(mw_sim *s, uint32_t from_mem, uint32_t to_mem) {
    uint32_t found = find_flow(s, s->flow_from[from_mem], to_mem);
    if (found != MW_NO_ID)
        return found;
    mw_route route = mw_machine_route(s->machine, from_mem, to_mem);
    assert(route.link_count > 0); // a machine joins all its memories
    return add_flow(s, &s->flow_from[from_mem], to_mem, route.links, route.link_count, -1);
}

uint32_t mw_sim_flow_to(mw_sim *s, uint32_t proc, const mw_affinity *affinity) {
    uint32_t found = find_flow(s, s->flow_of[proc], affinity->mem);
    if (found != MW_NO_ID)
        return found;
    return add_flow(s, &s->flow_of[proc], affinity->mem, affinity->links, affinity->link_count,
                    affinity->latency_us);
}

void mw_sim_flows_reset(mw_sim *s) {
    for (uint32_t l = 0; l < s->machine->link_count; l++) {
        s->links[l].bytes_per_us = s->machine->links[l].gbps * 1e3 * link_speed(s, l);
        s->links[l].active = 0;
        s->links[l].dirty = false;
    }
    for (size_t i = 0; i < s->flows.count; i++) {
        mw_sim_flow *f = &s->flows.items[i];
        f->rate = f->done_bytes = f->since_us = 0;
        f->event = 0;
        f->active = 0;
        f->first = f->timed = MW_NO_ID;
        f->touched = false;
        set_latency(s, f);
    }
    s->dirty_links.count = 0;
    s->transfers.count = s->transfer_links.count = 0;
    s->free_transfer = MW_NO_ID;
}

uint32_t mw_sim_transfer_new(mw_sim *s) {
    uint32_t fresh = s->free_transfer;
    if (fresh != MW_NO_ID) {
        s->free_transfer = s->transfer_links.items[fresh].next;
        return fresh;
    }
    mw_pile_link link = {MW_NO_ID, MW_NO_ID};
    mw_sim_transfer transfer = {0};
    if (!MW_PUSH(&s->transfers, transfer) || !MW_PUSH(&s->transfer_links, link)) {
        mw_sim_out_of_memory(s);
        return MW_NO_ID;
    }
    return (uint32_t)s->transfers.count - 1;
}

void mw_sim_transfer_free(mw_sim *s, uint32_t transfer) {
    s->transfer_links.items[transfer].next = s->free_transfer;
    s->free_transfer = transfer;
}

void mw_sim_transfer_start(mw_sim *s, uint32_t transfer) {
    mw_sim_transfer *t = &s->transfers.items[transfer];
    double latency_us = t->flow == MW_NO_ID ? 0 : s->flows.items[t->flow].latency_us;
    if (latency_us <= 0)
        mw_sim_transfer_move(s, transfer);
    else if (!mw_events_push(&s->events, s->now_us + latency_us, MW_EVENT_LATENCY, transfer))
        mw_sim_out_of_memory(s);
}

/** Brings a flow's account up to now. */
static void advance(const mw_sim *s, mw_sim_flow *f) {
    if (s->now_us > f->since_us && f->active > 0)
        f->done_bytes += f->rate * (s->now_us - f->since_us);
    f->since_us = s->now_us;
}

/** One transfer more or less on each of the flow's links. */
static void count(mw_sim *s, mw_sim_flow *f, int change) {
    f->active += (uint32_t)change;
    f->touched = true;
    for (uint32_t i = 0; i < f->link_count; i++) {
        mw_sim_link *l = &s->links[f->links[i]];
        l->active += (uint32_t)change;
        if (!l->dirty && !MW_PUSH(&s->dirty_links, f->links[i]))
            mw_sim_out_of_memory(s);
        l->dirty = true;
    }
}

void mw_sim_transfer_move(mw_sim *s, uint32_t transfer) {
    mw_sim_transfer *t = &s->transfers.items[transfer];
    if (t->flow == MW_NO_ID) { // within one memory: only what comes after the bytes
        mw_sim_copy_moved(s, transfer);
        return;
    }
    mw_sim_flow *f = &s->flows.items[t->flow];
    advance(s, f);
    t->finish_bytes = f->done_bytes + t->bytes;
    f->first =
        mw_pile_push(transfer_links(s), f->first, transfer, first_to_finish, s->transfers.items);
    count(s, f, 1);
}

void mw_sim_flow_event(mw_sim *s, const mw_event *event) {
    uint32_t index = event->id;
    mw_sim_flow *f = &s->flows.items[index];
    if (event->seq != f->event)
        return; // shares have changed since
    f->event = 0;
    f->done_bytes = s->transfers.items[f->first].finish_bytes; // no rounding left over
    f->since_us = s->now_us;
    while (f->first != MW_NO_ID && s->transfers.items[f->first].finish_bytes <= f->done_bytes) {
        uint32_t transfer = f->first;
        f->first = mw_pile_pop(transfer_links(s), transfer, first_to_finish, s->transfers.items);
        count(s, f, -1);
        if (s->transfers.items[transfer].type == MW_TRANSFER_PULL) {
            uint32_t proc = s->transfers.items[transfer].proc;
            mw_sim_transfer_free(s, transfer);
            mw_sim_pull_done(s, proc);
        } else {
            mw_sim_copy_moved(s, transfer);
        }
        f = &s->flows.items[index]; // what was woken may have made flows
    }
}

/** The flow's rate from its links' shares, and the event of its next finish. */
static void settle(mw_sim *s, uint32_t index) {
    mw_sim_flow *f = &s->flows.items[index];
    if (f->active == 0) {
        f->rate = f->done_bytes = 0;
        f->event = 0;
        f->timed = MW_NO_ID;
        f->touched = false;
        return;
    }
    double rate = INFINITY;
    for (uint32_t i = 0; i < f->link_count; i++) {
        const mw_sim_link *l = &s->links[f->links[i]];
        double part = l->bytes_per_us / l->active;
        rate = part < rate ? part : rate;
    }
    bool same = rate == f->rate && f->first == f->timed && f->event != 0;
    f->touched = false;
    if (same)
        return;
    advance(s, f);
    f->rate = rate;
    f->timed = f->first;
    double left = s->transfers.items[f->first].finish_bytes - f->done_bytes;
    double at = s->now_us + (left > 0 ? left / rate : 0);
    f->event = mw_events_push(&s->events, at, MW_EVENT_FLOW, index);
    if (!f->event)
        mw_sim_out_of_memory(s);
}

void mw_sim_flows_settle(mw_sim *s) {
    for (size_t i = 0; i < s->dirty_links.count; i++) {
        mw_sim_link *l = &s->links[s->dirty_links.items[i]];
        l->dirty = false;
        for (uint32_t u = l->first_user; u != MW_NO_ID; u = s->flow_users.items[u].next) {
            uint32_t index = s->flow_users.items[u].flow;
            const mw_sim_flow *f = &s->flows.items[index];
            if (f->active > 0 || f->touched)
                settle(s, index);
        }
    }
    s->dirty_links.count = 0;
}
