// tests/profile/checked.h: what must hold of every timeline, found out from the timeline alone: the
// simulator's own accounts are not asked. Each check fails the test with the case's number.
#pragma once
#include "profile/profile.h"
#include <math.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct checked {
    unsigned seed; ///< for messages
    const mw_graph *graph;
    const mw_edges *edges;
    const mw_machine *machine;
    const mw_plan *plan;
    const mw_timeline *line;
} checked;

static const double ROUNDING = 1e-9; ///< relative, of times added up in another order

#define CHECK(c, holds)                                                                            \
    do {                                                                                           \
        if (!(holds))                                                                              \
            fail_msg("case %u: not so: %s", (c)->seed, #holds);                                    \
    } while (0)

static inline const mw_access *checked_accesses(const checked *c, uint32_t task, uint32_t *count) {
    *count = c->graph->tasks[task].access_count;
    return c->graph->accesses + c->graph->tasks[task].first_access;
}

static inline bool checked_overlap(const mw_task_run *a, const mw_task_run *b) {
    return a->start_us < b->end_us && b->start_us < a->end_us;
}

/** Every task once, at a place of its plan, for as long as its costs say at least. */
static inline void check_tasks(const checked *c) {
    bool *seen = calloc(c->line->task_count + 1, sizeof *seen);
    double before_us = 0;
    CHECK(c, c->line->task_count == c->graph->task_count);
    for (uint32_t i = 0; i < c->line->task_count; i++) {
        uint32_t task = c->line->start_order[i];
        CHECK(c, task < c->graph->task_count && !seen[task]);
        seen[task] = true;
        const mw_task_run *run = &c->line->tasks[task];
        CHECK(c, run->start_us >= before_us);
        before_us = run->start_us;
        const mw_place *place = &c->plan->places[c->plan->task_place[task]];
        bool planned = false;
        for (uint32_t p = 0; p < place->count; p++)
            planned |= c->plan->place_procs[place->first + p] == run->proc;
        CHECK(c, planned);
        const mw_cost_class *cost = &c->graph->classes[c->graph->tasks[task].cost_class];
        double least = c->machine->procs[run->proc].launch_us + c->machine->complete_us +
                       fmax(0, (double)cost->us[c->machine->procs[run->proc].kind]);
        CHECK(c, run->end_us - run->start_us >= least * (1 - ROUNDING));
        CHECK(c, run->ready_us <= run->start_us && run->end_us <= c->line->makespan_us);
    }
    free(seen);
}

static inline bool checked_uses(const checked *c, uint32_t proc, uint32_t core) {
    const mw_proc *p = &c->machine->procs[proc], *q = &c->machine->procs[core];
    return proc == core || (p->cores > 0 && q->kind == MW_PROC_CPU && p->node == q->node &&
                            q->index >= p->first_core && q->index < p->first_core + p->cores);
}

/** Never two tasks at once on a processor; a group's cores are taken with it. */
static inline void check_processors(const checked *c) {
    for (uint32_t a = 0; a < c->line->task_count; a++)
        for (uint32_t b = 0; b < a; b++) {
            const mw_task_run *x = &c->line->tasks[a], *y = &c->line->tasks[b];
            bool same = false;
            for (uint32_t p = 0; p < c->machine->proc_count; p++)
                same |= checked_uses(c, x->proc, p) && checked_uses(c, y->proc, p);
            CHECK(c, !same || !checked_overlap(x, y));
        }
}

static inline void check_after(const checked *c, uint32_t node, double ready_us) {
    for (uint64_t i = c->edges->first_predecessor[node]; i < c->edges->first_predecessor[node + 1];
         i++) {
        uint32_t p = c->edges->predecessors[i];
        if (p >= c->graph->task_count)
            check_after(c, p, ready_us);
        else
            CHECK(c, c->line->tasks[p].end_us <= ready_us);
    }
}

/** Predecessors first, commutative updates one at a time, submission at its pace. */
static inline void check_order(const checked *c) {
    for (uint32_t t = 0; t < c->line->task_count; t++) {
        const mw_task_run *run = &c->line->tasks[t];
        check_after(c, t, run->ready_us);
        uint32_t submitted = c->machine->nodes > 1 ? 1 : t + 1; // before it, and itself
        CHECK(c, run->ready_us >= submitted * c->machine->submit_us * (1 - ROUNDING));
        uint32_t count, others;
        const mw_access *a = checked_accesses(c, t, &count);
        for (uint32_t u = 0; u < t; u++) {
            const mw_access *b = checked_accesses(c, u, &others);
            for (uint32_t i = 0; i < count * others; i++)
                CHECK(c, a[i / others].mode != MW_COMMUTE || b[i % others].mode != MW_COMMUTE ||
                             a[i / others].subregion != b[i % others].subregion ||
                             !checked_overlap(run, &c->line->tasks[u]));
        }
    }
    for (uint32_t i = 0; i < c->graph->sync_count; i++) {
        const mw_sync *sync = &c->graph->syncs[i];
        for (uint32_t t = 0; t < c->graph->task_count; t++) {
            bool waited = t < sync->before && (sync->type == MW_SYNC_ALL ||
                                               (sync->type == MW_SYNC_TASK && sync->what == t));
            CHECK(c, !waited || c->line->tasks[t].end_us <= c->line->syncs[i].end_us);
            CHECK(c, t < sync->before || c->line->tasks[t].ready_us >= c->line->syncs[i].end_us);
        }
    }
}

/** Whole subregions, no faster than idle links, no more over a link than it can carry. */
static inline void check_copies(const checked *c) {
    double *crossed = calloc(c->machine->link_count + 1, sizeof *crossed);
    double before_us = 0;
    for (uint32_t i = 0; i < c->line->copy_count; i++) {
        const mw_copy_run *copy = &c->line->copies[i];
        CHECK(c, copy->bytes == c->graph->subregions[copy->subregion].bytes);
        CHECK(c, copy->start_us >= before_us && copy->end_us <= c->line->makespan_us);
        before_us = copy->start_us;
        if (copy->task != MW_NO_ID)
            CHECK(c, copy->end_us <= c->line->tasks[copy->task].start_us);
        if (copy->from == copy->to)
            continue;
        mw_route route = mw_machine_route(c->machine, copy->from, copy->to);
        double alone_us = route.latency_us + (double)copy->bytes / (route.gbps * 1e3);
        CHECK(c, copy->end_us - copy->start_us >= alone_us * (1 - ROUNDING) - ROUNDING);
        for (uint32_t l = 0; l < route.link_count; l++)
            crossed[route.links[l]] += (double)copy->bytes;
    }
    for (uint32_t l = 0; l < c->machine->link_count; l++)
        CHECK(c, crossed[l] <=
                     c->machine->links[l].gbps * 1e3 * c->line->makespan_us * (1 + ROUNDING));
    free(crossed);
}

/** The memory of an argument where the plan leaves no choice; else MW_NO_ID. */
static inline uint32_t checked_mem(const checked *c, uint32_t task, const mw_access *a,
                                   uint8_t *layout) {
    const mw_choice *choice =
        mw_plan_choice(c->plan, c->graph->tasks[task].kind, a->argument, c->line->tasks[task].proc);
    *layout = choice->layout[0];
    return choice->virtual_ || choice->mem_count != 1 ? MW_NO_ID : choice->mems[0];
}

/** Bytes that the tasks running at a time certainly use in a memory. */
static inline uint64_t checked_use(const checked *c, uint32_t mem, double at_us) {
    uint64_t sum = 0;
    uint8_t *counted = calloc(c->graph->subregion_count + 1, 512);
    for (uint32_t i = 0; i < c->graph->subregion_count; i++)
        if (c->plan->home[i] == mem) {
            counted[512 * i] = 1;
            sum += c->graph->subregions[i].bytes;
        }
    for (uint32_t t = 0; t < c->line->task_count; t++) {
        const mw_task_run *run = &c->line->tasks[t];
        uint32_t count;
        const mw_access *a = checked_accesses(c, t, &count);
        for (uint32_t i = 0; i < count && run->start_us <= at_us && at_us < run->end_us; i++) {
            uint8_t layout;
            if (checked_mem(c, t, &a[i], &layout) != mem)
                continue;
            uint8_t *one = &counted[512 * a[i].subregion + layout + 256 * (a[i].mode == MW_REDUCE)];
            sum += *one ? 0 : c->graph->subregions[a[i].subregion].bytes;
            *one = 1;
        }
    }
    free(counted);
    return sum;
}

static inline void check_memories(const checked *c) {
    for (uint32_t m = 0; m < c->machine->mem_count; m++) {
        CHECK(c, c->line->mem_peak_bytes[m] <= c->machine->mems[m].bytes);
        for (uint32_t t = 0; t < c->line->task_count; t++)
            CHECK(c, checked_use(c, m, c->line->tasks[t].start_us) <= c->line->mem_peak_bytes[m]);
    }
}

/** The profile explains every microsecond of every processor and of the critical path. */
static inline void check_profile(const checked *c) {
    mw_profile *p = NULL;
    assert_int_equal(mw_profile_new(c->plan, c->line, &p), MW_OK);
    double end_us = c->line->makespan_us, at_us = 0, slack = end_us * ROUNDING + ROUNDING;
    for (uint32_t i = 0; i < c->machine->proc_count; i++) {
        const mw_proc_use *u = &p->procs[i];
        CHECK(c, fabs(u->busy_us + u->waiting_us + u->idle_us - end_us) <= slack);
        CHECK(c, u->busy_us >= 0 && u->waiting_us >= 0 && u->idle_us >= -slack);
    }
    for (uint32_t i = 0; i < p->segment_count; i++) {
        CHECK(c, fabs(p->segments[i].start_us - at_us) <= slack);
        at_us = p->segments[i].end_us;
    }
    CHECK(c, c->line->task_count == 0 || fabs(at_us - end_us) <= slack);
    mw_profile_free(p);
}

static inline void check_bound(const checked *c) {
    mw_bound bound;
    assert_int_equal(mw_bound_of(c->graph, c->edges, c->machine, &bound), MW_OK);
    CHECK(c, bound.bound_us <= c->line->makespan_us * (1 + ROUNDING));
}
