// tests/plan/test_plan_launch.c: launches large enough to be mapped as a whole: every task where
// its point goes, and no complaint about points that no task has.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "graph/builder.h"
#include "plan/plan.h"

enum { EXTENT = 12, TASKS = EXTENT * EXTENT };

/** Two launches of `t` over EXTENT x EXTENT, the second backwards; without the last point of each
 * unless `full`. */
static mw_graph *squares(bool full) {
    mw_builder *b = mw_builder_new();
    uint32_t kind = mw_builder_kind(b, "t", 1u << MW_PROC_GPU);
    const int32_t lower[] = {5, -3}, extent[] = {EXTENT, EXTENT};
    for (int l = 0; l < 2; l++) {
        uint32_t launch = mw_builder_launch(b, kind, 2);
        mw_builder_launch_domain(b, launch, lower, extent);
        for (int32_t i = 0; i < TASKS; i++) {
            int32_t at = l ? TASKS - 1 - i : i;
            int32_t point[] = {lower[0] + at / EXTENT, lower[1] + at % EXTENT};
            if (full || at != TASKS - 1)
                mw_builder_task(b, launch, point, at, 0);
        }
    }
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    return g;
}

/** Rows over 3 nodes, columns over 4 GPUs; the last point is outside. */
static const char MAPPER[] = "m = Machine(GPU);\n"
                             "def f(Task t) {\n"
                             "    p = t.ipoint;\n"
                             "    node = p[0] + p[1] == 22 ? 3 : p[0] / 4;\n"
                             "    return p[1] == 7 ? m[node, *] : m[node, p[1] % 4];\n"
                             "}\n"
                             "IndexTaskMap t f;\n";

static mw_status plan(bool full, mw_graph **g, mw_machine **m, mw_program **program, mw_plan **p,
                      mw_diags *diags) {
    *g = squares(full);
    *m = mw_machine_bare(3, 0, 4, 0);
    *p = NULL;
    assert_int_equal(mw_program_parse("t.mapper", MAPPER, strlen(MAPPER), NULL, program, diags),
                     MW_OK);
    return mw_plan_new(*g, *m, *program, p, diags);
}

static void every_task_goes_where_its_point_does(void **state) {
    (void)state;
    mw_diags *diags = mw_diags_new();
    mw_graph *g;
    mw_machine *m;
    mw_program *program;
    mw_plan *p;
    assert_int_equal(plan(false, &g, &m, &program, &p, diags), MW_OK);
    assert_int_equal(mw_diags_count(diags), 0);
    assert_int_equal(g->task_count, 2 * (TASKS - 1));
    for (uint32_t t = 0; t < g->task_count; t++) {
        uint32_t at = (uint32_t)g->tasks[t].priority, row = at / EXTENT, column = at % EXTENT;
        const mw_place *place = &p->places[p->task_place[t]];
        bool set = column == 7;
        assert_int_equal(place->count, set ? 4 : 1);
        for (uint32_t i = 0; i < place->count; i++)
            assert_int_equal(p->place_procs[place->first + i],
                             mw_machine_proc(m, MW_PROC_GPU, row / 4, set ? i : column % 4));
        assert_int_equal(p->task_priority[t], at);
    }
    mw_plan_free(p);
    mw_program_free(program);
    mw_machine_free(m);
    mw_graph_free(g);
    mw_diags_free(diags);
}

static void a_point_that_has_a_task_and_no_place_is_reported(void **state) {
    (void)state;
    mw_diags *diags = mw_diags_new();
    mw_graph *g;
    mw_machine *m;
    mw_program *program;
    mw_plan *p;
    assert_int_equal(plan(true, &g, &m, &program, &p, diags), MW_ERR_INPUT);
    const mw_diag *d = mw_diags_first_error(diags);
    assert_int_equal(d->code, MW_OUTSIDE_SPACE);
    assert_non_null(strstr(d->message, "GPU[3, 3] is outside the space of 3 x 4"));
    assert_non_null(strstr(d->message, "point (11, 11) of (12, 12)"));
    mw_plan_free(p);
    mw_program_free(program);
    mw_machine_free(m);
    mw_graph_free(g);
    mw_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_goes_where_its_point_does),
        cmocka_unit_test(a_point_that_has_a_task_and_no_place_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
