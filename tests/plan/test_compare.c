// tests/plan/test_compare.c: which decisions two mappers make differently, counted.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <stdlib.h>
#include "base/rng.h"
#include "plan/compare.h"
#include "support/random_mapper.h"
#include "support/tiny.h"

/** Four launches of `step` over 4 points, one of 2; two single tasks `end`. Two GPUs, two CPUs. */
static const char GRAPH[] = "kind step cpu=10,gpu=2; kind end cpu=5; region x 1000 4; region y 8;"
                            "launch step 4;"
                            "task step[0] rw x[0]; task step[1] rw x[1]; task step[2] rw x[2];"
                            "task step[3] rw x[3];"
                            "launch step 4;"
                            "task step[0] rw x[0]; task step[1] rw x[1]; task step[2] rw x[2];"
                            "task step[3] rw x[3];"
                            "launch step 2; task step[0] rw x[0]; task step[1] rw x[1];"
                            "task end r x[0] w y; task end r x[1] w y";
static const char MACHINE[] = "cpu 2; gpu 2; mem FBMEM 1e9; mem FBMEM 1e9; mem ZCMEM 1e9";

typedef struct scene {
    mw_machine *machine;
    mw_graph *graph;
    mw_program *program[2];
    mw_plan *plan[2];
    mw_comparison c;
} scene;

static scene compare(const char *a, const char *b) {
    scene s = {.machine = tiny_machine(MACHINE), .graph = tiny_graph(GRAPH)};
    const char *text[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        mw_diags *diags = mw_diags_new();
        mw_lang_options options = {0};
        mw_status status =
            mw_program_parse("t", text[i], strlen(text[i]), &options, &s.program[i], diags);
        if (status == MW_OK)
            status = mw_plan_new(s.graph, s.machine, s.program[i], &s.plan[i], diags);
        if (status != MW_OK)
            mw_diags_print(stderr, diags);
        assert_int_equal(status, MW_OK);
        mw_diags_free(diags);
    }
    assert_int_equal(mw_plan_compare(s.plan[0], s.plan[1], &s.c), MW_OK);
    return s;
}

static void end(scene *s) {
    mw_comparison_clear(&s->c);
    for (int i = 0; i < 2; i++) {
        mw_plan_free(s->plan[i]);
        mw_program_free(s->program[i]);
    }
    mw_graph_free(s->graph);
    mw_machine_free(s->machine);
}

static void assert_same(const char *a, const char *b) {
    scene s = compare(a, b);
    assert_int_equal(s.c.count, 0);
    assert_int_equal(s.c.moved, 0);
    end(&s);
}

static void how_it_is_said_is_no_decision(void **state) {
    (void)state;
    assert_same("", "Task * GPU, OMP, CPU; Region * * GPU FBMEM, ZCMEM; Layout * * * SOA F_order;");
    assert_same("Task step GPU;", "Task nobody CPU; Task step OMP, GPU;"); // there is no OMP here
    assert_same("m = Machine(GPU); def f(Task t) { return m[0, t.ipoint[0] % 2]; }"
                "IndexTaskMap step f;",
                "g = Machine(GPU).reverse(1); def f(Task t) { return g[0, 1 - t.ipoint[0] % 2]; }"
                "IndexTaskMap GPU f;");
    assert_same("m = Machine(GPU); def f(Task t) { return m[0, *]; } IndexTaskMap step f;",
                "m = Machine(GPU).reverse(1); def f(Task t) { return m[*, *]; } "
                "IndexTaskMap step f;"); // the same set in another order
}

/** Of the default's blocks (0 0 1 1; 0 1) the rest of a division (0 1 0 1; 0 1) moves 1 and 2. */
static void tasks_that_move_are_counted_by_size_of_launch(void **state) {
    (void)state;
    scene s = compare("", "m = Machine(GPU); def f(Task t) { return m[0, t.ipoint[0] % 2]; }"
                          "IndexTaskMap step f;");
    assert_int_equal(s.c.count, 1);
    assert_int_equal(s.c.moved, 4);
    const mw_difference *d = &s.c.items[0];
    assert_int_equal(d->decision, MW_DECISION_PROCESSOR);
    assert_int_equal(d->kind, 0);
    assert_int_equal(d->argument, MW_NO_ID);
    assert_int_equal(d->launch, 0);
    assert_int_equal(d->launch_count, 2);
    assert_int_equal(d->differ, 4);
    assert_int_equal(d->tasks, 8);
    assert_int_equal(d->example_count, 3);
    assert_int_equal(d->examples[0], 1);
    assert_int_equal(d->examples[1], 2);
    assert_int_equal(d->examples[2], 5);
    end(&s);
}

static void a_set_is_not_one_of_its_members(void **state) {
    (void)state;
    scene s =
        compare("", "m = Machine(GPU); def f(Task t) { return m[0, *]; } IndexTaskMap step f;");
    assert_int_equal(s.c.by_decision[MW_DECISION_PROCESSOR], 2); // launches of 4, launch of 2
    assert_int_equal(s.c.moved, 10);
    end(&s);
}

/** A place on another kind of processor is no second difference; the memories follow the kind. */
static void another_kind_of_processor_is_said_once(void **state) {
    (void)state;
    scene s = compare("", "Task step CPU;");
    assert_int_equal(s.c.count, 2);
    assert_int_equal(s.c.items[0].decision, MW_DECISION_PROC_KIND);
    assert_int_equal(s.c.items[0].differ, 10);
    assert_int_equal(s.c.items[0].tasks, 10);
    assert_int_equal(s.c.items[1].decision, MW_DECISION_MEMORY);
    assert_int_equal(s.c.items[1].argument, 0);
    assert_int_equal(s.c.moved, 10);
    end(&s);
}

static void single_tasks_are_compared_too(void **state) {
    (void)state;
    scene s =
        compare("", "m = Machine(CPU); def f(Task t) { return m[0, 1]; } SingleTaskMap end f;");
    assert_int_equal(s.c.count, 1); // in turn they were on 0 and 1
    assert_int_equal(s.c.items[0].decision, MW_DECISION_PROCESSOR);
    assert_int_equal(s.c.items[0].kind, 1);
    assert_int_equal(s.c.items[0].differ, 1);
    assert_int_equal(s.c.items[0].tasks, 2);
    assert_int_equal(s.c.items[0].launch_count, 1);
    end(&s);
}

static void each_decision_of_an_argument_is_its_own(void **state) {
    (void)state;
    scene s = compare("", "Region step x GPU ZCMEM; Layout step x ZCMEM AOS; "
                          "CollectMemory step x; Layout end 1 * C_order;");
    // step: memory; ZCMEM against FBMEM, ZCMEM: the common one has another layout; collection
    assert_int_equal(s.c.count, 4);
    assert_int_equal(s.c.items[0].decision, MW_DECISION_MEMORY);
    assert_int_equal(s.c.items[1].decision, MW_DECISION_LAYOUT);
    assert_int_equal(s.c.items[1].examples[0], MW_MEM_ZCMEM);
    assert_int_equal(s.c.items[1].examples[1], MW_MEM_ZCMEM);
    assert_int_equal(s.c.items[2].decision, MW_DECISION_COLLECT);
    assert_int_equal(s.c.items[3].kind, 1);
    assert_int_equal(s.c.items[3].decision, MW_DECISION_LAYOUT);
    assert_int_equal(s.c.items[3].argument, 1);
    assert_int_equal(s.c.moved, 0);
    end(&s);
}

static void limits_priorities_and_replication_count(void **state) {
    (void)state;
    scene s = compare("", "InstanceLimit step 3; Priority step 5 - task.ipoint[0]; "
                          "ControlReplicate end;");
    // priorities 5 4 3 2 against 0: every task of both sizes; step alone is not replicated any more
    assert_int_equal(s.c.by_decision[MW_DECISION_PRIORITY], 2);
    assert_int_equal(s.c.items[0].decision, MW_DECISION_PRIORITY);
    assert_int_equal(s.c.items[0].differ, 8);
    assert_int_equal(s.c.items[1].differ, 2);
    assert_int_equal(s.c.by_decision[MW_DECISION_LIMIT], 1);
    assert_int_equal(s.c.by_decision[MW_DECISION_REPLICATE], 1);
    end(&s);
}

// --- properties, of random mappers
// -------------------------------------------------------------

/** NULL: the mapper fails for some point. */
static mw_plan *random_plan(const mw_graph *g, const mw_machine *m, uint64_t seed,
                            mw_program **program) {
    uint8_t bytes[400];
    mw_rng rng = {seed};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)mw_rng_next(&rng);
    choices c = {bytes, sizeof bytes, 0};
    mw_str text = {0};
    random_mapper(&text, &c, false);
    mw_lang_options options = {0};
    mw_plan *plan = NULL;
    mw_status status = mw_program_parse("t", mw_str_text(&text), text.len, &options, program, NULL);
    if (status == MW_OK && mw_plan_new(g, m, *program, &plan, NULL) != MW_OK) {
        mw_program_free(*program);
        *program = NULL;
    }
    mw_str_clear(&text);
    return plan;
}

static bool same_members(const mw_plan *a, const mw_plan *b, uint32_t task) {
    const mw_place *x = &a->places[a->task_place[task]], *y = &b->places[b->task_place[task]];
    for (uint32_t i = 0; i < x->count; i++) {
        bool there = false;
        for (uint32_t k = 0; k < y->count; k++)
            there = there || a->place_procs[x->first + i] == b->place_procs[y->first + k];
        if (!there)
            return false;
    }
    return x->count == y->count; // no set holds a processor twice
}

static void assert_mirrored(const mw_plan *a, const mw_plan *b) {
    mw_comparison ab, ba, aa;
    assert_int_equal(mw_plan_compare(a, b, &ab), MW_OK);
    assert_int_equal(mw_plan_compare(b, a, &ba), MW_OK);
    assert_int_equal(mw_plan_compare(a, a, &aa), MW_OK);
    assert_int_equal(aa.count, 0);
    assert_int_equal(ab.moved, ba.moved);
    uint32_t moved = 0;
    for (uint32_t t = 0; t < a->graph->task_count; t++)
        moved += !same_members(a, b, t);
    assert_int_equal(ab.moved, moved);
    assert_memory_equal(ab.by_decision, ba.by_decision, sizeof ab.by_decision);
    mw_comparison_clear(&ab);
    mw_comparison_clear(&ba);
    mw_comparison_clear(&aa);
}

static void differences_are_the_same_from_both_sides(void **state) {
    (void)state;
    mw_machine *machine = tiny_machine(MACHINE);
    mw_graph *graph = tiny_graph(
        "kind a cpu=1,gpu=1; kind stencil gpu=1; kind size cpu=1; region x 100 4; launch a 2x2;"
        "task a[0,0] rw x[0]; task a[0,1] rw x[1]; task a[1,0] rw x[2]; task a[1,1] rw x[3];"
        "launch stencil 3; task stencil[0] r x[0] w x[1]; task stencil[1] r x[1] w x[2];"
        "task stencil[2] r x[2] w x[3]; task size rw x[0]; task size rw x[1]");
    mw_plan *last = NULL;
    mw_program *last_program = NULL;
    int pairs = 0;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        mw_program *program = NULL;
        mw_plan *plan = random_plan(graph, machine, seed, &program);
        if (!plan)
            continue;
        if (last) {
            assert_mirrored(last, plan);
            pairs++;
        }
        mw_plan_free(last);
        mw_program_free(last_program);
        last = plan;
        last_program = program;
    }
    mw_plan_free(last);
    mw_program_free(last_program);
    mw_graph_free(graph);
    mw_machine_free(machine);
    print_message("%d pairs of mappers\n", pairs);
    assert_in_range(pairs, 100, 3000); // enough of them place every point
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_is_said_is_no_decision),
        cmocka_unit_test(tasks_that_move_are_counted_by_size_of_launch),
        cmocka_unit_test(a_set_is_not_one_of_its_members),
        cmocka_unit_test(another_kind_of_processor_is_said_once),
        cmocka_unit_test(single_tasks_are_compared_too),
        cmocka_unit_test(each_decision_of_an_argument_is_its_own),
        cmocka_unit_test(limits_priorities_and_replication_count),
        cmocka_unit_test(differences_are_the_same_from_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
