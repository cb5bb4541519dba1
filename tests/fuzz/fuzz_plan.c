// tests/fuzz/fuzz_plan.c: two mappers that the input chooses, planned for a small program on a
// machine that it chooses too, compared, and simulated.
// Held to: every decision is one that the machine and the kernels allow; a comparison is the same
// from both sides; a simulation ends, with every task run once, or says why not.
#include "plan/compare.h"
#include "sim/sim.h"
#include "support/random_mapper.h"
#include "support/tiny.h"
#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** The kinds are those that random mappers speak of. */
static const char GRAPH[] =
    "kind a cpu=1,gpu=1,omp=2; kind stencil gpu=1,cpu=9; kind size cpu=1; region x 100 4;"
    "region big 1000000 2; launch a 2x2;"
    "task a[0,0] rw x[0]; task a[0,1] rw x[1] r big[0]; task a[1,0] rw x[2]; task a[1,1] rw x[3];"
    "launch stencil 3; task stencil[0] r x[0] w x[1]; task stencil[1] r x[1] w x[2] rw big[1];"
    "task stencil[2] r x[2] w x[3]; task size rw x[0]; wait; task size red x[1]; task size red "
    "x[1]";

typedef struct mapper {
    mw_program *program;
    mw_plan *plan; ///< NULL: it does not fit
} mapper;

static void hold(bool invariant) {
    if (!invariant)
        abort();
}

static mw_machine *machine_from(choices *c) {
    static const uint32_t COUNTS[] = {2, 1, 0, 3, 4, 8};
    uint32_t nodes = 1 + choose(c, 3), cpus = 1 + choose(c, 6);
    uint32_t gpus = COUNTS[choose(c, MW_COUNT(COUNTS))];
    return mw_machine_bare(nodes, cpus, gpus, COUNTS[choose(c, MW_COUNT(COUNTS))]);
}

static mapper mapper_from(choices *c, const mw_graph *g, const mw_machine *m) {
    mapper made = {NULL, NULL};
    mw_str text = {0};
    mw_diags *diags = mw_diags_new();
    mw_lang_options options = {0};
    random_mapper(&text, c, false);
    mw_status status =
        mw_program_parse("fuzz", mw_str_text(&text), text.len, &options, &made.program, diags);
    if (status == MW_OK)
        status = mw_plan_new(g, m, made.program, &made.plan, diags);
    hold(status == MW_OK || (status == MW_ERR_INPUT && mw_diags_errors(diags) > 0));
    mw_diags_free(diags);
    mw_str_clear(&text);
    return made;
}

static void assert_allowed(const mw_plan *p) {
    const mw_machine *m = p->machine;
    for (uint32_t t = 0; t < p->graph->task_count; t++) {
        const mw_task *task = &p->graph->tasks[t];
        const mw_kind *kind = &p->graph->kinds[task->kind];
        const mw_place *place = &p->places[p->task_place[t]];
        hold(place->count >= 1);
        for (uint32_t i = 0; i < place->count; i++) {
            uint32_t proc = p->place_procs[place->first + i];
            hold(proc < m->proc_count && kind->variants >> m->procs[proc].kind & 1);
            hold(m->procs[proc].kind == p->kind_rules[task->kind]->proc);
            for (uint32_t a = 0; a < kind->argument_count; a++) {
                const mw_choice *choice = mw_plan_choice(p, task->kind, a, proc);
                hold(choice->virtual_ || choice->mem_count > 0);
                for (uint32_t k = 0; k < choice->mem_count; k++)
                    hold(mw_machine_affinity(m, proc, choice->mems[k]) != NULL);
            }
        }
    }
}

static void compare(const mw_plan *a, const mw_plan *b) {
    mw_comparison ab, ba;
    hold(mw_plan_compare(a, b, &ab) == MW_OK && mw_plan_compare(b, a, &ba) == MW_OK);
    hold(ab.count == ba.count && ab.moved == ba.moved);
    mw_comparison_clear(&ab);
    mw_comparison_clear(&ba);
}

static bool is_member(const mw_plan *p, uint32_t task, uint32_t proc) {
    const mw_place *place = &p->places[p->task_place[task]];
    for (uint32_t i = 0; i < place->count; i++)
        if (p->place_procs[place->first + i] == proc)
            return true;
    return false;
}

static void simulate(const mw_plan *p) {
    mw_edges *edges = mw_edges_new(p->graph);
    mw_sim *sim = mw_sim_new(p->graph, edges, p->machine);
    mw_diags *diags = mw_diags_new();
    mw_timeline timeline;
    mw_status status = mw_sim_run(sim, p, NULL, &timeline, diags);
    hold(status == MW_OK || (status == MW_ERR_INPUT && mw_diags_errors(diags) > 0));
    if (status == MW_OK) {
        hold(isfinite(timeline.makespan_us) && timeline.makespan_us > 0);
        for (uint32_t t = 0; t < p->graph->task_count; t++) {
            const mw_task_run *run = &timeline.tasks[t];
            hold(run->start_us >= 0 && run->end_us <= timeline.makespan_us * (1 + 1e-9));
            hold(is_member(p, t, run->proc));
        }
    }
    mw_diags_free(diags);
    mw_sim_free(sim);
    mw_edges_free(edges);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static mw_graph *graph; // the same for all inputs
    choices c = {data, size, 0};
    if (!graph)
        graph = tiny_graph(GRAPH);
    mw_machine *machine = machine_from(&c);
    mapper one = mapper_from(&c, graph, machine), other = mapper_from(&c, graph, machine);
    if (one.plan) {
        assert_allowed(one.plan);
        simulate(one.plan);
    }
    if (one.plan && other.plan)
        compare(one.plan, other.plan);
    mw_plan_free(one.plan);
    mw_plan_free(other.plan);
    mw_program_free(one.program);
    mw_program_free(other.program);
    mw_machine_free(machine);
    return 0;
}
