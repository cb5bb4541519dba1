// src/sim/cost.c: how long a task takes: measured, else the roofline (Williams, Waterman, Patterson
// 2009): the longer of computing and moving bytes, at the kernel's share of what the processor and
// the memory can do.
#include "sim/engine.h"
#include <assert.h>
#include <math.h>

/** An argument without an instance still passes through the processor: at its best memory. */
static double virtual_rate(const mw_plan *plan, uint32_t kind, uint32_t argument, uint32_t proc) {
    const mw_walk *walk =
        mw_graph_walk(plan->graph, kind, argument, plan->machine->procs[proc].kind);
    uint32_t count = 0;
    const mw_affinity *reach = mw_machine_affinities(plan->machine, proc, &count);
    return count > 0 ? reach[0].gbps * 1e3 * mw_walk_best_share(walk) : INFINITY;
}

double mw_sim_rate(const mw_plan *plan, uint32_t kind, uint32_t argument, uint32_t proc,
                   uint32_t mem, mw_packed_layout layout) {
    const mw_walk *walk =
        mw_graph_walk(plan->graph, kind, argument, plan->machine->procs[proc].kind);
    const mw_affinity *reach = mw_machine_affinity(plan->machine, proc, mem);
    assert(reach); // a plan names reachable memories only
    return reach->gbps * 1e3 * mw_walk_share(walk, layout);
}

static double flop_rate(const mw_plan *plan, uint32_t kind, uint32_t proc) {
    const mw_proc *at = &plan->machine->procs[proc];
    const mw_kernel *kernel = &plan->graph->kinds[kind].kernel[at->kind];
    double peak = kernel->f32 ? at->gflops_f32 : at->gflops_f64;
    return peak > 0 ? peak * 1e3 * (double)kernel->flop_efficiency : INFINITY;
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
                          ? virtual_rate(plan, t->kind, a->argument, proc)
                          : mw_sim_rate(plan, t->kind, a->argument, proc, c->mems[0], c->layout[0]);
        bytes_us += mw_sim_passes(g, t->kind, a) * (double)g->subregions[a->subregion].bytes / rate;
    }
    double flops_us = cost->flops / flop_rate(plan, t->kind, proc);
    return flops_us > bytes_us ? flops_us : bytes_us;
}

static bool add_argument(mw_sim *s, mw_sim_site *site, uint32_t kind, uint32_t argument,
                         uint32_t proc) {
    const mw_choice *c = mw_plan_choice(s->plan, kind, argument, proc);
    mw_sim_site_argument a = {.choice = c, .mem = MW_NO_ID};
    const mw_walk *walk = mw_graph_walk(s->graph, kind, argument, s->machine->procs[proc].kind);
    site->demands |= walk->refused || walk->align;
    if (c->virtual_ || c->mem_count == 0) {
        a.bytes_per_us = virtual_rate(s->plan, kind, argument, proc);
    } else {
        a.mem = c->mems[0];
        a.layout = c->layout[0];
        a.bytes_per_us = mw_sim_rate(s->plan, kind, argument, proc, a.mem, a.layout);
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
                rate = mw_sim_rate(s->plan, cost->kind, a->argument, proc, in->mem, in->layout);
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

/** "SOA F_order or AOS F_order" */
static void add_accepted(mw_str *out, const mw_walk *walk) {
    const char *between = "";
    for (unsigned layout = 0; layout < 4; layout++)
        if (!(walk->refused >> layout & 1)) {
            mw_str_printf(out, "%s%s", between, mw_layout_name(layout));
            between = " or ";
        }
}

/** What the kernel wants and what it got, as one mapping error. */
static bool refuse(mw_sim *s, uint32_t task, const mw_access *a, mw_proc_kind on, unsigned layout,
                   uint32_t align) {
    const mw_task *t = &s->graph->tasks[task];
    const mw_walk *walk = mw_graph_walk(s->graph, t->kind, a->argument, on);
    const char *region = mw_graph_string(
        s->graph, s->graph->regions[s->graph->subregions[a->subregion].region].name);
    bool by_layout = walk->refused >> layout & 1;
    mw_str wanted = {0}, got = {0}, hint = {0};
    if (by_layout) {
        mw_str_add(&wanted, "in ");
        add_accepted(&wanted, walk);
        mw_str_add(&got, mw_layout_name(layout));
        unsigned first = 0;
        while (walk->refused >> first & 1)
            first++;
        mw_str_printf(&hint, "for instance: Layout %s %u * %s;",
                      mw_graph_kind_name(s->graph, t->kind), a->argument, mw_layout_name(first));
    } else {
        mw_str_printf(&wanted, "aligned to %u bytes", walk->align);
        mw_str_printf(&got, "Align==%u", align);
        mw_str_printf(&hint, "leave Align out, or ask for a multiple of %u", walk->align);
    }
    mw_diag_in(s->diags, MW_ERROR, MW_LAYOUT_REFUSED, NULL, NULL, mw_str_text(&hint),
               "the %s kernel of task '%s' wants argument %u (region '%s') %s, and got %s",
               mw_proc_kind_name(on), mw_graph_kind_name(s->graph, t->kind), a->argument, region,
               mw_str_text(&wanted), mw_str_text(&got));
    mw_str_clear(&wanted);
    mw_str_clear(&got);
    mw_str_clear(&hint);
    s->status = MW_ERR_INPUT;
    return false;
}

/** The alignment that the mapper fixed for an argument in a memory; 0: none. */
static uint32_t fixed_align(const mw_choice *c, uint32_t mem) {
    for (uint32_t i = 0; i < c->mem_count; i++)
        if (c->mems[i] == mem)
            return c->align[i];
    return 0;
}

bool mw_sim_accepts(mw_sim *s, uint32_t task, uint32_t proc) {
    const mw_sim_task *t = &s->tasks[task];
    uint32_t kind = mw_sim_kind_of(s, task);
    mw_proc_kind on = s->machine->procs[proc].kind;
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_access *a = &s->graph->accesses[t->first_access + i];
        const mw_walk *walk = mw_graph_walk(s->graph, kind, a->argument, on);
        uint32_t at = s->instance_of[t->first_access + i];
        if (at == MW_NO_ID || (!walk->refused && !walk->align) ||
            s->graph->subregions[a->subregion].bytes == 0)
            continue;
        const mw_sim_instance *in = &s->instances.items[at];
        uint32_t align = fixed_align(mw_plan_choice(s->plan, kind, a->argument, proc), in->mem);
        unsigned layout = in->layout & MW_LAYOUT_ORDER;
        if (walk->refused >> layout & 1 || (walk->align && align % walk->align != 0))
            return refuse(s, task, a, on, layout, align);
    }
    return true;
}
