// src/profile/bound.c: a time that no mapper can beat. Every part relaxes the simulator's rules:
// each task at its fastest on any processor, in any layout, with copies and contention for free.
#include "profile/profile.h"
#include <math.h>
#include <stdlib.h>

/** The best that any processor of a kind offers. */
typedef struct best_proc {
    double gflops[2]; ///< f64, f32
    double gbps, launch_us;
    bool there;
} best_proc;

static void find_best(const mw_machine *m, best_proc best[MW_PROC_KINDS]) {
    for (uint32_t i = 0; i < m->proc_count; i++) {
        const mw_proc *p = &m->procs[i];
        best_proc *b = &best[p->kind];
        uint32_t count = 0;
        const mw_affinity *reach = mw_machine_affinities(m, i, &count);
        b->gflops[0] = fmax(b->gflops[0], p->gflops_f64);
        b->gflops[1] = fmax(b->gflops[1], p->gflops_f32);
        b->gbps = count > 0 ? fmax(b->gbps, reach[0].gbps) : b->gbps;
        b->launch_us = b->there ? fmin(b->launch_us, p->launch_us) : p->launch_us;
        b->there = true;
    }
}

static double passes(const mw_graph *g, const mw_kind *kind, const mw_access *a) {
    float given = a->argument < kind->argument_count
                      ? g->arguments[kind->first_argument + a->argument].passes
                      : 0;
    return given > 0 ? given : a->mode == MW_READ || a->mode == MW_WRITE ? 1 : 2;
}

/** On the best processor of a kind, overheads included; INFINITY if it cannot run there. */
static double fastest_on(const mw_graph *g, const mw_machine *m, const best_proc *best,
                         const mw_task *t, mw_proc_kind on) {
    const mw_kind *kind = &g->kinds[t->kind];
    const mw_cost_class *cost = &g->classes[t->cost_class];
    if (!(kind->variants >> on & 1) || !best->there)
        return INFINITY;
    double us = cost->us[on];
    if (us < 0) {
        const mw_kernel *kernel = &kind->kernel[on];
        double peak = best->gflops[kernel->f32 != 0] * 1e3, bytes_us = 0;
        for (uint32_t i = 0; i < t->access_count; i++) {
            const mw_access *a = &g->accesses[t->first_access + i];
            double share = mw_walk_best_share(mw_graph_walk(g, t->kind, a->argument, on));
            if (best->gbps > 0)
                bytes_us += passes(g, kind, a) * (double)g->subregions[a->subregion].bytes /
                            (best->gbps * 1e3 * share);
        }
        double flops_us = peak > 0 ? cost->flops / (peak * (double)kernel->flop_efficiency) : 0;
        us = fmax(flops_us, bytes_us);
    }
    return us + best->launch_us + m->complete_us;
}

typedef struct sums {
    double total_us;               ///< every task at its fastest
    double only_us[MW_PROC_KINDS]; ///< of tasks that can run on that kind alone
    bool used[MW_PROC_KINDS];      ///< some task can run there
} sums;

/** Fills fastest[task]. */
static void find_fastest(const mw_graph *g, const mw_machine *m, double *fastest, sums *out) {
    best_proc best[MW_PROC_KINDS] = {0};
    find_best(m, best);
    for (uint32_t t = 0; t < g->task_count; t++) {
        int kinds = 0, on = 0;
        fastest[t] = INFINITY;
        for (int k = 0; k < MW_PROC_KINDS; k++) {
            double us = fastest_on(g, m, &best[k], &g->tasks[t], (mw_proc_kind)k);
            if (us == INFINITY)
                continue;
            kinds++;
            on = k;
            out->used[k] = true;
            fastest[t] = fmin(fastest[t], us);
        }
        if (kinds == 0)
            fastest[t] = 0; // it cannot run here at all: planning says so
        out->total_us += fastest[t];
        if (kinds == 1)
            out->only_us[on] += fastest[t];
    }
}

/** The longest chain of tasks that are each submitted in their turn; tasks point to later tasks
 * only, joins come after what they join (Kahn 1962). */
static mw_status longest_chain(const mw_edges *e, uint32_t task_count, const double *fastest,
                               const mw_machine *m, double *out) {
    const double submit_us = m->submit_us;
    const uint32_t nodes = m->nodes;
    double *end = calloc((size_t)e->node_count + 1, sizeof *end);
    uint32_t *waits = malloc(((size_t)e->node_count + 1) * sizeof *waits);
    uint32_t *order = malloc(((size_t)e->node_count + 1) * sizeof *order);
    mw_status status = end && waits && order ? MW_OK : MW_ERR_NOMEM;
    uint32_t known = 0;
    *out = 0;
    for (uint32_t n = 0; status == MW_OK && n < e->node_count; n++)
        if ((waits[n] = e->predecessor_count[n]) == 0)
            order[known++] = n;
    for (uint32_t i = 0; status == MW_OK && i < known; i++) {
        uint32_t n = order[i];
        if (n < task_count) {
            // on several nodes, each submits its own: all the earlier ones may be elsewhere
            double submitted_us = (nodes > 1 ? 1 : n + 1) * submit_us;
            end[n] = fmax(end[n], submitted_us) + fastest[n];
        }
        *out = fmax(*out, end[n]);
        for (uint64_t s = e->first_successor[n]; s < e->first_successor[n + 1]; s++) {
            uint32_t next = e->successors[s];
            end[next] = fmax(end[next], end[n]);
            if (--waits[next] == 0)
                order[known++] = next;
        }
    }
    free(end);
    free(waits);
    free(order);
    return status;
}

mw_status mw_bound_of(const mw_graph *g, const mw_edges *e, const mw_machine *m, mw_bound *out) {
    double *fastest = malloc(((size_t)g->task_count + 1) * sizeof *fastest);
    if (!fastest)
        return MW_ERR_NOMEM;
    sums sum = {0};
    mw_bound bound = {.submission_us = m->submit_us * ceil((double)g->task_count / m->nodes)};
    find_fastest(g, m, fastest, &sum);
    mw_status status = longest_chain(e, g->task_count, fastest, m, &bound.critical_path_us);
    free(fastest);
    if (status != MW_OK)
        return status;
    double procs = 0;
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        double of_kind = (double)m->procs_of_kind[k] * m->nodes;
        procs += sum.used[k] ? of_kind : 0;
        if (of_kind > 0)
            bound.work_us = fmax(bound.work_us, sum.only_us[k] / of_kind);
    }
    if (procs > 0)
        bound.work_us = fmax(bound.work_us, sum.total_us / procs);
    bound.bound_us = fmax(fmax(bound.critical_path_us, bound.work_us), bound.submission_us);
    *out = bound;
    return MW_OK;
}
