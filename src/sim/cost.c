// src/sim/cost.c: how long a task takes: measured, else the roofline (Williams, Waterman, Patterson
// 2009): the longer of computing and moving bytes, at the kernel's share of what the processor and
// the memory can do.
#include "sim/engine.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>

static double share(float efficiency) {
    return efficiency > 0 ? efficiency : 1; // nothing known: all of it
}

static double best_share(const mw_kernel *kernel) {
    double best = 0;
    for (int layout = 0; layout < 4; layout++) {
        double one = share(kernel->byte_efficiency[layout >> 1][layout & 1]);
        best = one > best ? one : best;
    }
    return best;
}

/** An argument without an instance still passes through the processor: at its best memory. */
static double virtual_rate(const mw_plan *plan, uint32_t kind, uint32_t proc) {
    const mw_kernel *kernel = &plan->graph->kinds[kind].kernel[plan->machine->procs[proc].kind];
    uint32_t count = 0;
    const mw_affinity *reach = mw_machine_affinities(plan->machine, proc, &count);
    return count > 0 ? reach[0].gbps * 1e3 * best_share(kernel) : INFINITY;
}

double mw_sim_rate(const mw_plan *plan, uint32_t kind, uint32_t proc, uint32_t mem,
                   mw_packed_layout layout) {
    const mw_kernel *kernel = &plan->graph->kinds[kind].kernel[plan->machine->procs[proc].kind];
    const mw_affinity *reach = mw_machine_affinity(plan->machine, proc, mem);
    assert(reach); // a plan names reachable memories only
    return reach->gbps * 1e3 * share(kernel->byte_efficiency[layout >> 1 & 1][layout & 1]);
}

static double flop_rate(const mw_plan *plan, uint32_t kind, uint32_t proc) {
    const mw_proc *at = &plan->machine->procs[proc];
    const mw_kernel *kernel = &plan->graph->kinds[kind].kernel[at->kind];
    double peak = kernel->f32 ? at->gflops_f32 : at->gflops_f64;
    return peak > 0 ? peak * 1e3 * share(kernel->flop_efficiency) : INFINITY;
}

double mw_sim_passes(const mw_graph *g, uint32_t kind, const mw_access *access) {
    const mw_kind *k = &g->kinds[kind];
    float given = access->argument < k->argument_count
                      ? g->arguments[k->first_argument + access->argument].passes
                      : 0;
    if (given > 0)
        return given;
    return access->mode == MW_READ || access->mode == MW_WRITE ? 1 : 2;
}

double mw_task_duration_us(const mw_plan *plan, uint32_t task, uint32_t proc) {
    const mw_graph *g = plan->graph;
    const mw_task *t = &g->tasks[task];
    mw_proc_kind on = plan->machine->procs[proc].kind;
    if (!(g->kinds[t->kind].variants >> on & 1) || plan->kind_rules[t->kind]->proc != on)
        return -1;
    const mw_cost_class *cost = &g->classes[t->cost_class];
    if (cost->us[on] >= 0)
        return cost->us[on];
    double bytes_us = 0;
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_access *a = &g->accesses[t->first_access + i];
        const mw_choice *c = mw_plan_choice(plan, t->kind, a->argument, proc);
        double rate = c->virtual_ || c->mem_count == 0
                          ? virtual_rate(plan, t->kind, proc)
                          : mw_sim_rate(plan, t->kind, proc, c->mems[0], c->layout[0]);
        bytes_us += mw_sim_passes(g, t->kind, a) * (double)g->subregions[a->subregion].bytes / rate;
    }
    double flops_us = cost->flops / flop_rate(plan, t->kind, proc);
    return flops_us > bytes_us ? flops_us : bytes_us;
}

static bool add_argument(mw_sim *s, mw_sim_site *site, uint32_t kind, uint32_t argument,
                         uint32_t proc) {
    const mw_choice *c = mw_plan_choice(s->plan, kind, argument, proc);
    mw_sim_site_argument a = {.choice = c, .mem = MW_NO_ID};
    if (c->virtual_ || c->mem_count == 0) {
        a.bytes_per_us = virtual_rate(s->plan, kind, proc);
    } else {
        a.mem = c->mems[0];
        a.layout = c->layout[0];
        a.bytes_per_us = mw_sim_rate(s->plan, kind, proc, a.mem, a.layout);
        for (uint32_t i = 0; i < c->mem_count; i++)
            a.linked |= mw_machine_affinity(s->machine, proc, c->mems[i])->link_count > 0;
        site->linked |= a.linked;
        site->collects |= c->collect;
    }
    return MW_PUSH(&s->site_arguments, a);
}

const mw_sim_site *mw_sim_site_new(mw_sim *s, uint32_t kind, uint32_t proc) {
    uint32_t *at = &s->site_of.items[(size_t)kind * s->machine->proc_count + proc];
    mw_sim_site site = {.first_argument = (uint32_t)s->site_arguments.count,
                        .flops_per_us = flop_rate(s->plan, kind, proc)};
    for (uint32_t a = 0; a < s->graph->kinds[kind].argument_count; a++)
        if (!add_argument(s, &site, kind, a, proc)) {
            mw_sim_out_of_memory(s);
            return NULL;
        }
    if (!MW_PUSH(&s->sites, site)) {
        mw_sim_out_of_memory(s);
        return NULL;
    }
    *at = (uint32_t)s->sites.count - 1;
    return &s->sites.items[*at];
}

double mw_sim_work_us(mw_sim *s, uint32_t task, uint32_t proc, bool placed) {
    const mw_graph *g = s->graph;
    const mw_sim_task *t = &s->tasks[task];
    const mw_cost_class *cost = &g->classes[t->cost_class];
    double us = cost->us[s->machine->procs[proc].kind];
    if (us < 0) {
        const mw_sim_site *site = mw_sim_site_of(s, cost->kind, proc);
        if (!site)
            return 0;
        const mw_sim_site_argument *arguments = s->site_arguments.items + site->first_argument;
        double bytes_us = 0;
        for (uint32_t i = 0; i < t->access_count; i++) {
            const mw_access *a = &g->accesses[t->first_access + i];
            const mw_sim_site_argument *argument = &arguments[a->argument];
            double rate = argument->bytes_per_us;
            uint32_t at = placed ? s->instance_of[t->first_access + i] : MW_NO_ID;
            const mw_sim_instance *in = at == MW_NO_ID ? NULL : &s->instances.items[at];
            if (in && (in->mem != argument->mem || in->layout != argument->layout))
                rate = mw_sim_rate(s->plan, cost->kind, proc, in->mem, in->layout);
            bytes_us +=
                mw_sim_passes(g, cost->kind, a) * (double)s->subregions[a->subregion].bytes / rate;
        }
        double flops_us = cost->flops / site->flops_per_us;
        us = flops_us > bytes_us ? flops_us : bytes_us;
    }
    if (s->what_if && s->what_if->kind_speed)
        us /= s->what_if->kind_speed[cost->kind];
    return us;
}

/** The kernel would fail, as the real one does. */
static void refuse(mw_sim *s, uint32_t task, const mw_access *a, mw_packed_layout layout,
                   const mw_kernel *kernel) {
    static const char *const LAYOUTS[] = {"SOA F_order", "SOA C_order", "AOS F_order",
                                          "AOS C_order"};
    const mw_graph *g = s->graph;
    const char *proc = mw_proc_kind_name(s->machine->procs[s->runs[task].proc].kind);
    const char *kind = mw_graph_kind_name(g, mw_sim_kind_of(s, task));
    const char *region = mw_graph_string(g, g->regions[g->subregions[a->subregion].region].name);
    s->status = MW_ERR_INPUT;
    if (kernel->refused >> (layout & MW_LAYOUT_ORDER) & 1) {
        mw_diag_in(s->diags, MW_ERROR, MW_LAYOUT_REFUSED, NULL, NULL,
                   "ask for another layout with a Layout statement",
                   "the %s kernel of task '%s' does not accept %s for argument %u (region '%s')",
                   proc, kind, LAYOUTS[layout & MW_LAYOUT_ORDER], a->argument, region);
        return;
    }
    char hint[80];
    snprintf(hint, sizeof hint, "add `Align == %u` to a Layout statement", kernel->align);
    mw_diag_in(
        s->diags, MW_ERROR, MW_LAYOUT_REFUSED, NULL, NULL, hint,
        "the %s kernel of task '%s' needs argument %u (region '%s') aligned to %u bytes, but "
        "only %llu are sure",
        proc, kind, a->argument, region, kernel->align,
        (unsigned long long)mw_layout_align(layout));
}

bool mw_sim_accepts(mw_sim *s, uint32_t task, uint32_t proc) {
    const mw_sim_task *t = &s->tasks[task];
    const mw_kernel *kernel =
        &s->graph->kinds[mw_sim_kind_of(s, task)].kernel[s->machine->procs[proc].kind];
    if (kernel->refused == 0 && kernel->align <= MW_COMMON_ALIGN)
        return true;
    for (uint32_t i = 0; i < t->access_count; i++) {
        uint32_t at = s->instance_of[t->first_access + i];
        if (at == MW_NO_ID)
            continue;
        mw_packed_layout layout = s->instances.items[at].layout;
        if (kernel->refused >> (layout & MW_LAYOUT_ORDER) & 1 ||
            kernel->align > mw_layout_align(layout)) {
            refuse(s, task, &s->graph->accesses[t->first_access + i], layout, kernel);
            return false;
        }
    }
    return true;
}
