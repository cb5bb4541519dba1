// tests/plan/test_warn.c: what a mapper says in vain, told with the word that it is about.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "plan/plan.h"
#include "plan/warn.h"
#include "support/tiny.h"

static const char MACHINE[] = "cpu 2; gpu 1; mem FBMEM 1e9; mem ZCMEM 1e9";
static const char GRAPH[] =
    "kind step cpu,gpu; kind report cpu; kind pass_2 cpu; region cells 1000 2;"
    "task step[0] rw cells[0]; task step[1] rw cells[1];"
    "task report r cells[0]; task pass_2 r cells[1]";

/** The warnings as lines "column:width message [hint]", in the order of their places. */
static void assert_warnings(mw_diags *diags, const char *expected) {
    mw_diags_sort(diags);
    mw_str got = {0};
    for (size_t i = 0; i < mw_diags_count(diags); i++) {
        const mw_diag *d = mw_diags_at(diags, i);
        assert_int_equal(d->severity, MW_WARNING);
        mw_str_printf(&got, "%u:%u %s", d->column, d->width, d->message);
        mw_str_printf(&got, d->hint ? " [%s]\n" : "\n", d->hint);
    }
    assert_string_equal(mw_str_text(&got), expected);
    mw_str_clear(&got);
}

/** All warnings about the mapper for the graph and the machine. */
static void assert_told(const char *mapper, const char *expected) {
    mw_diags *diags = mw_diags_new();
    mw_machine *machine = tiny_machine(MACHINE);
    mw_graph *graph = tiny_graph(GRAPH);
    mw_program *program = NULL;
    mw_plan *plan = NULL;
    mw_lang_options options = {0};
    assert_int_equal(mw_program_parse("t", mapper, strlen(mapper), &options, &program, diags),
                     MW_OK);
    assert_int_equal(mw_plan_new(graph, machine, program, &plan, diags), MW_OK);
    mw_warn_graph(program, graph, plan, diags);
    mw_warn_machine(program, machine, diags);
    assert_warnings(diags, expected);
    mw_plan_free(plan);
    mw_program_free(program);
    mw_graph_free(graph);
    mw_machine_free(machine);
    mw_diags_free(diags);
}

static void what_is_there_is_not_told(void **state) {
    (void)state;
    assert_told("Task * GPU, CPU; Task step GPU; Region step cells GPU FBMEM, ZCMEM; "
                "Region * * CPU SYSMEM; Region report 0 * SYSMEM; m = Machine(GPU); "
                "def f(Task t) { return m[0, 0]; } IndexTaskMap step f; "
                "n = Machine(CPU); def g(Task t) { return n[0, 0]; } SingleTaskMap report g; "
                "IndexTaskMap GPU f; InstanceLimit step 3; CollectMemory report cells;",
                "");
}

static void an_unknown_task_is_pointed_at(void **state) {
    (void)state;
    assert_told("Task steps GPU;", "6:5 this never applies: the program has no task 'steps' "
                                   "[did you mean 'step'?]\n");
    assert_told("Task step, other CPU;",
                "12:5 this never applies: the program has no task 'other'\n");
}

static void an_unknown_region_or_argument_is_pointed_at(void **state) {
    (void)state;
    assert_told(
        "Region step cell * SYSMEM;",
        "13:4 this never applies: no such task has a region 'cell' [`mapwright graph stats` "
        "names regions; an argument's position works too]\n");
    assert_told("Region * 7 * SYSMEM;", "1:19 this never applies: no task has an argument 7 "
                                        "[positions count from 0]\n");
}

static void a_map_for_launches_that_never_come_is_told(void **state) {
    (void)state;
    assert_told("m = Machine(CPU); def f(Task t) { return m[0, 0]; } IndexTaskMap report f;",
                "66:6 this never applies: 'report' is only launched as single tasks, so no launch "
                "uses 'f' [SingleTaskMap is for tasks that are launched one by one]\n");
    assert_told(
        "Task * CPU; m = Machine(CPU); def f(Task t) { return m[0, 0]; } SingleTaskMap step f;",
        "79:4 this never applies: 'step' is only launched as index launches, so no launch "
        "uses 'f' [IndexTaskMap is for index launches]\n");
}

static void a_map_for_all_that_no_launch_comes_to_is_told(void **state) {
    (void)state;
    static const char f[] = "m = Machine(CPU); def f(Task t) { return m[0, 0]; } ";
    char text[200];
    snprintf(text, sizeof text, "%sIndexTaskMap CPU f;", f); // step runs on GPU, report is single
    assert_told(text, "66:3 this never applies: no index launch on CPU uses 'f' "
                      "[a map that names the task, and one above for the same, come first]\n");
    snprintf(text, sizeof text, "Task * CPU; %sIndexTaskMap CPU f; SingleTaskMap CPU f;", f);
    assert_told(text, "");
    snprintf(
        text, sizeof text,
        "Task * CPU; %sdef g(Task t) { return m[0, 1]; } IndexTaskMap step f; IndexTaskMap * g;",
        f);
    assert_told(text, "120:16 this never applies: no index launch uses 'g' "
                      "[a map that names the task, and one above for the same, come first]\n");
}

static void a_memory_that_its_processors_do_not_reach_is_told(void **state) {
    (void)state;
    assert_told("Region * * GPU SYSMEM;",
                "16:6 no GPU of machine 'tiny' reaches a SYSMEM [it reaches FBMEM, ZCMEM]\n");
    assert_told("Region * * CPU FBMEM, SYSMEM;",
                "16:5 no CPU of machine 'tiny' reaches a FBMEM [it reaches SYSMEM, ZCMEM]\n");
    assert_told("Region * * * RDMEM;", "14:5 no processor of machine 'tiny' reaches a RDMEM\n");
}

/** The same for the machine alone. */
static void assert_told_of_machine(const char *mapper, const char *expected) {
    mw_diags *diags = mw_diags_new();
    mw_machine *machine = tiny_machine(MACHINE);
    mw_program *program = NULL;
    mw_lang_options options = {0};
    assert_int_equal(mw_program_parse("t", mapper, strlen(mapper), &options, &program, diags),
                     MW_OK);
    mw_warn_machine(program, machine, diags);
    assert_warnings(diags, expected);
    mw_program_free(program);
    mw_machine_free(machine);
    mw_diags_free(diags);
}

static void a_processor_that_the_machine_has_not_is_told(void **state) {
    (void)state;
    assert_told_of_machine("Task step OMP;",
                           "11:3 machine 'tiny' has no OMP [add a kind that the machine has]\n");
    assert_told_of_machine("Task step IO, OMP;",
                           "11:2 machine 'tiny' has no IO, nor the others of the list "
                           "[add a kind that the machine has]\n");
}

/** Lists of kinds, and rules for kinds, are how one mapper serves many machines. */
static void a_portable_mapper_is_not_told_off(void **state) {
    (void)state;
    assert_told("Task step OMP, CPU; Region * * OMP SYSMEM; m = Machine(OMP); "
                "def f(Task t) { return m[0, 0]; } IndexTaskMap OMP f;",
                "");
}

static void names_that_differ_in_a_number_are_no_slip(void **state) {
    (void)state;
    assert_told("Task pass_7 CPU;", "6:6 this never applies: the program has no task 'pass_7'\n");
    assert_told("Task pas_2 CPU;", "6:5 this never applies: the program has no task 'pas_2' "
                                   "[did you mean 'pass_2'?]\n");
}

int main(void) {
    const struct CMUnitTest warnings[] = {
        cmocka_unit_test(what_is_there_is_not_told),
        cmocka_unit_test(an_unknown_task_is_pointed_at),
        cmocka_unit_test(an_unknown_region_or_argument_is_pointed_at),
        cmocka_unit_test(a_map_for_launches_that_never_come_is_told),
        cmocka_unit_test(a_map_for_all_that_no_launch_comes_to_is_told),
        cmocka_unit_test(a_memory_that_its_processors_do_not_reach_is_told),
        cmocka_unit_test(a_processor_that_the_machine_has_not_is_told),
        cmocka_unit_test(a_portable_mapper_is_not_told_off),
        cmocka_unit_test(names_that_differ_in_a_number_are_no_slip),
    };
    return cmocka_run_group_tests(warnings, NULL, NULL);
}
