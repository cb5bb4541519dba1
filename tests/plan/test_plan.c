// tests/plan/test_plan.c: a whole graph planned: places, memories, priorities, and what cannot be
// planned.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "graph/builder.h"
#include "plan/plan.h"

enum { CPU = 1u << MW_PROC_CPU, GPU = 1u << MW_PROC_GPU };

/** Two launches of `step` over 0 … 3, each task updating its own cell, and one single task
 * `report`. */
static mw_graph *steps(uint32_t variants, int32_t lower) {
    mw_builder *b = mw_builder_new();
    uint32_t step = mw_builder_kind(b, "step", variants),
             report = mw_builder_kind(b, "report", CPU);
    uint32_t cells = mw_builder_region(b, "cells", MW_NO_ID, 8, 1), sub[4];
    mw_builder_argument(b, step, 0, "mine", 0);
    for (int32_t i = 0; i < 4; i++)
        sub[i] = mw_builder_subregion(b, cells, 800, 1, &i);
    for (int l = 0; l < 2; l++) {
        uint32_t launch = mw_builder_launch(b, step, 1);
        for (int32_t i = 0; i < 4; i++) {
            int32_t point[1] = {lower + i};
            mw_builder_task(b, launch, point, 7, 100);
            mw_builder_access(b, sub[i], 0, MW_READ_WRITE);
        }
    }
    mw_builder_task(b, mw_builder_launch(b, report, 0), NULL, 0, 0);
    mw_builder_access(b, sub[0], 0, MW_READ);
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    return g;
}

typedef struct planned {
    mw_graph *graph;
    mw_machine *machine;
    mw_program *program;
    mw_plan *plan;
    mw_diags *diags;
    mw_status status;
} planned;

static planned plan_of(mw_graph *graph, const char *mapper) {
    planned p = {.graph = graph, .machine = mw_machine_bare(1, 2, 2, 0), .diags = mw_diags_new()};
    mw_lang_options options = {0};
    assert_int_equal(
        mw_program_parse("t.mapper", mapper, strlen(mapper), &options, &p.program, p.diags), MW_OK);
    p.status = mw_plan_new(p.graph, p.machine, p.program, &p.plan, p.diags);
    return p;
}

static void planned_end(planned *p) {
    mw_plan_free(p->plan);
    mw_program_free(p->program);
    mw_machine_free(p->machine);
    mw_graph_free(p->graph);
    mw_diags_free(p->diags);
}

static uint32_t proc_of(const planned *p, uint32_t task) {
    return p->plan->place_procs[p->plan->places[p->plan->task_place[task]].first];
}

static void equal_launches_get_equal_decisions(void **state) {
    (void)state;
    planned p = plan_of(steps(CPU, 0), "");
    assert_int_equal(p.status, MW_OK);
    for (uint32_t t = 0; t < 4; t++) { // 4 points in blocks over 2 CPUs
        assert_int_equal(proc_of(&p, t), mw_machine_proc(p.machine, MW_PROC_CPU, 0, t / 2));
        assert_int_equal(proc_of(&p, t), proc_of(&p, t + 4));
        assert_int_equal(p.plan->task_priority[t], 7); // the program's own
    }
    planned_end(&p);
}

static void functions_see_points_relative_to_the_lower_corner(void **state) {
    (void)state;
    planned p = plan_of(steps(CPU, -3), "m = Machine(CPU);"
                                        "def f(Task t) { return m[0, t.ipoint[0] % 2]; }"
                                        "IndexTaskMap step f; Priority step task.ipoint[0];");
    assert_int_equal(p.status, MW_OK);
    for (uint32_t t = 0; t < 4; t++) {
        assert_int_equal(proc_of(&p, t), mw_machine_proc(p.machine, MW_PROC_CPU, 0, t % 2));
        assert_int_equal(p.plan->task_priority[t], t);
    }
    planned_end(&p);
}

static void memories_are_those_of_the_processor_that_was_chosen(void **state) {
    (void)state;
    planned p =
        plan_of(steps(CPU | GPU, 0), "Region step mine GPU ZCMEM; Layout step mine ZCMEM AOS;");
    assert_int_equal(p.status, MW_OK);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t gpu = mw_machine_proc(p.machine, MW_PROC_GPU, 0, i);
        const mw_choice *c = mw_plan_choice(p.plan, p.graph->tasks[0].kind, 0, gpu);
        assert_int_equal(c->mem_count, 2);
        assert_int_equal(p.machine->mems[c->mems[0]].kind, MW_MEM_ZCMEM);
        assert_int_equal(p.machine->mems[c->mems[1]].kind, MW_MEM_FBMEM);
        assert_int_equal(p.machine->mems[c->mems[1]].index, i); // its own frame buffer
        assert_int_equal(c->layout[0], 2);
        assert_int_equal(c->layout[1], 0);
    }
    planned_end(&p);
}

static void a_wildcard_gives_a_set(void **state) {
    (void)state;
    planned p = plan_of(steps(CPU, 0), "m = Machine(CPU); def any(Task t) { return m[0, *]; }"
                                       "IndexTaskMap step any;");
    assert_int_equal(p.status, MW_OK);
    const mw_place *place = &p.plan->places[p.plan->task_place[0]];
    assert_true(place->is_set);
    assert_int_equal(place->count, 2);
    planned_end(&p);
}

static void what_cannot_be_planned_is_a_mapping_error(void **state) {
    (void)state;
    static const struct {
        const char *mapper;
        mw_diag_code code;
    } cases[] = {
        {"Task step GPU;", MW_NO_VARIANT}, // on a graph whose tasks have CPU variants only
        {"m = Machine(GPU); def f(Task t) { return m[0, 0]; } IndexTaskMap step f;",
         MW_WRONG_PROCESSOR_KIND},
    };
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        planned p = plan_of(steps(CPU, 0), cases[i].mapper);
        assert_int_equal(p.status, MW_ERR_INPUT);
        assert_null(p.plan);
        assert_int_equal(mw_diags_first_error(p.diags)->code, cases[i].code);
        planned_end(&p);
    }
    planned p =
        plan_of(steps(CPU, 0), "m = Machine(CPU); def f(Task t) { return m[0, t.ipoint[0]]; }"
                               "IndexTaskMap step f;"); // point 2 of 2 processors
    assert_int_equal(p.status, MW_ERR_INPUT);
    assert_int_equal(mw_diags_first_error(p.diags)->line, 1);
    planned_end(&p);
}

static uint32_t told_of_no_effect(uint32_t nodes, const char *mapper) {
    mw_graph *graph = steps(CPU, 0);
    mw_machine *machine = mw_machine_bare(nodes, 2, 0, 0);
    mw_diags *diags = mw_diags_new();
    mw_program *program = NULL;
    mw_plan *plan = NULL;
    assert_int_equal(mw_program_parse("t", mapper, strlen(mapper), NULL, &program, diags), MW_OK);
    assert_int_equal(mw_plan_new(graph, machine, program, &plan, diags), MW_OK);
    uint32_t told = 0;
    for (size_t i = 0; i < mw_diags_count(diags); i++)
        told += mw_diags_at(diags, i)->code == MW_NO_EFFECT_YET;
    mw_plan_free(plan);
    mw_program_free(program);
    mw_diags_free(diags);
    mw_machine_free(machine);
    mw_graph_free(graph);
    return told;
}

static void every_statement_has_its_effect(void **state) {
    (void)state;
    for (uint32_t nodes = 1; nodes <= 2; nodes++) {
        assert_int_equal(told_of_no_effect(nodes, "ControlReplicate step;"), 0);
        assert_int_equal(told_of_no_effect(nodes, "Layout * * * Exact Compact;"), 0); // always so
    }
}

static void alignment_is_rounded_up_to_a_power_of_two_and_bounds_promise_nothing(void **state) {
    (void)state;
    static const struct {
        const char *constraint;
        uint64_t align;
    } cases[] = {
        {"Align == 64", 64},
        {"Align >= 64", 64},
        {"Align > 64", 128},
        {"Align == 48", 64},
        {"Align == 8", 16},
        {"Align <= 256", 16},
        {"Align < 256", 16},
        {"Align != 32", 16},
        {"Align == 0", 16},
        {"Align == 4096", 4096},
        {"Align == 9223372036854775807", 1 << 30},
    };
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        char mapper[100];
        snprintf(mapper, sizeof mapper, "Layout step 0 * AOS %s;", cases[i].constraint);
        planned p = plan_of(steps(CPU, 0), mapper);
        assert_int_equal(p.status, MW_OK);
        mw_packed_layout layout = mw_plan_choice(p.plan, 0, 0, 0)->layout[0];
        assert_int_equal(mw_layout_align(layout), cases[i].align);
        assert_int_equal(layout & MW_LAYOUT_ORDER, 2);
        planned_end(&p);
    }
}

int main(void) {
    const struct CMUnitTest plan[] = {
        cmocka_unit_test(equal_launches_get_equal_decisions),
        cmocka_unit_test(functions_see_points_relative_to_the_lower_corner),
        cmocka_unit_test(memories_are_those_of_the_processor_that_was_chosen),
        cmocka_unit_test(a_wildcard_gives_a_set),
        cmocka_unit_test(what_cannot_be_planned_is_a_mapping_error),
        cmocka_unit_test(every_statement_has_its_effect),
        cmocka_unit_test(alignment_is_rounded_up_to_a_power_of_two_and_bounds_promise_nothing),
    };
    return cmocka_run_group_tests(plan, NULL, NULL);
}
