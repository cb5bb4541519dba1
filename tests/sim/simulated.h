// tests/sim/simulated.h: a machine, a program and a mapper as texts (tiny.h has their words), run.
// Times are compared exactly: simulated time has no noise, and the tests' numbers are such that
// doubles hold them.
#pragma once
#include "sim/sim.h"
#include "support/tiny.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

typedef struct simulated {
    mw_machine *machine;
    mw_graph *graph;
    mw_edges *edges;
    mw_program *program;
    mw_plan *plan;
    mw_sim *sim;
    mw_diags *diags;
    mw_status status; ///< of the run; of planning where that failed
    mw_timeline line;
} simulated;

/** Plans and runs; the test goes on with s.status. */
static inline simulated simulated_try(const char *machine, const char *graph, const char *mapper) {
    simulated s = {.machine = tiny_machine(machine), .graph = tiny_graph(graph)};
    s.diags = mw_diags_new();
    s.edges = mw_edges_new(s.graph);
    s.sim = s.edges ? mw_sim_new(s.graph, s.edges, s.machine) : NULL;
    assert_non_null(s.sim);
    s.status = mw_program_parse("test", mapper, strlen(mapper), NULL, &s.program, s.diags);
    if (s.status != MW_OK)
        fail_msg("the test's mapper: %s", mw_diags_first_error(s.diags)->message);
    s.status = mw_plan_new(s.graph, s.machine, s.program, &s.plan, s.diags);
    if (s.status == MW_OK)
        s.status = mw_sim_run(s.sim, s.plan, NULL, &s.line, s.diags);
    return s;
}

static inline simulated simulated_run(const char *machine, const char *graph, const char *mapper) {
    simulated s = simulated_try(machine, graph, mapper);
    if (s.status != MW_OK) {
        const mw_diag *first = mw_diags_first_error(s.diags);
        fail_msg("does not run: %s", first ? first->message : "no diagnostic");
    }
    return s;
}

static inline void simulated_end(simulated *s) {
    mw_sim_free(s->sim);
    mw_plan_free(s->plan);
    mw_program_free(s->program);
    mw_edges_free(s->edges);
    mw_graph_free(s->graph);
    mw_machine_free(s->machine);
    mw_diags_free(s->diags);
}

static inline void assert_us_at(double got, double expected, const char *what, int line) {
    if (got != expected)
        fail_msg("line %d: %s is %.17g us, not %.17g", line, what, got, expected);
}
#define assert_us(got, expected) assert_us_at((got), (expected), #got, __LINE__)
#define assert_start(s, task, us) assert_us_at((s).line.tasks[task].start_us, us, "start", __LINE__)
#define assert_end(s, task, us) assert_us_at((s).line.tasks[task].end_us, us, "end", __LINE__)
#define assert_copy(s, copy, from_us, to_us)                                                       \
    do {                                                                                           \
        assert_true((copy) < (s).line.copy_count);                                                 \
        assert_us_at((s).line.copies[copy].start_us, from_us, "copy's start", __LINE__);           \
        assert_us_at((s).line.copies[copy].end_us, to_us, "copy's end", __LINE__);                 \
    } while (0)
#define assert_makespan(s, us) assert_us_at((s).line.makespan_us, us, "makespan", __LINE__)
