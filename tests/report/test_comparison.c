// tests/report/test_comparison.c: the difference of two mappers in words, in one line and as JSON.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "report/comparison.h"
#include "support/tiny.h"

static const char MACHINE[] = "cpu 2; gpu 2; mem FBMEM 1e9; mem FBMEM 1e9; mem ZCMEM 1e9";
static const char GRAPH[] = "kind step cpu=10,gpu=2; kind end cpu=5; region x 1000 4;"
                            "launch step 4;"
                            "task step[0] rw x[0]; task step[1] rw x[1]; task step[2] rw x[2];"
                            "task step[3] rw x[3]; task end r x[0];";

typedef struct scene {
    mw_machine *machine;
    mw_graph *graph;
    mw_program *program;
    mw_plan *plan[2];
    mw_comparison c;
} scene;

/** Against the default mapper. */
static scene compare(const char *graph, const char *mapper) {
    scene s = {.machine = tiny_machine(MACHINE), .graph = tiny_graph(graph)};
    mw_lang_options options = {0};
    assert_int_equal(mw_program_parse("t", mapper, strlen(mapper), &options, &s.program, NULL),
                     MW_OK);
    assert_int_equal(mw_plan_new(s.graph, s.machine, NULL, &s.plan[0], NULL), MW_OK);
    assert_int_equal(mw_plan_new(s.graph, s.machine, s.program, &s.plan[1], NULL), MW_OK);
    assert_int_equal(mw_plan_compare(s.plan[0], s.plan[1], &s.c), MW_OK);
    return s;
}

static void end(scene *s) {
    mw_comparison_clear(&s->c);
    mw_plan_free(s->plan[0]);
    mw_plan_free(s->plan[1]);
    mw_program_free(s->program);
    mw_graph_free(s->graph);
    mw_machine_free(s->machine);
}

static void assert_summary(const char *mapper, const char *expected) {
    scene s = compare(GRAPH, mapper);
    mw_str out = {0};
    mw_comparison_summary(&out, &s.c);
    assert_string_equal(mw_str_text(&out), expected);
    mw_str_clear(&out);
    end(&s);
}

static void one_line_says_what_changed_most(void **state) {
    (void)state;
    assert_summary("", "the same decisions");
    assert_summary("Task step CPU;", "step: GPU -> CPU, memory");
    assert_summary("m = Machine(GPU); def f(Task t) { return m[0, t.ipoint[0] % 2]; } "
                   "IndexTaskMap step f; InstanceLimit end 2;",
                   "step: 2 of 4 tasks elsewhere; end: limit");
    assert_summary("Priority * 3; Layout end 0 * AOS;",
                   "step: priorities; end: priorities, layout");
}

static void kinds_beyond_three_are_counted(void **state) {
    (void)state;
    scene s = compare("kind a cpu=1; kind b cpu=1; kind c cpu=1; kind d cpu=1; kind e cpu=1;"
                      "task a; task b; task c; task c; task d; task d; task d; task e;",
                      "InstanceLimit * 2;");
    mw_str out = {0};
    mw_comparison_summary(&out, &s.c);
    assert_string_equal(mw_str_text(&out), "d: limit; c: limit; a: limit; and 2 more task kinds");
    mw_str_clear(&out);
    end(&s);
}

static void people_get_a_block_a_task_kind(void **state) {
    (void)state;
    scene s = compare(GRAPH, "m = Machine(GPU); def f(Task t) { return m[0, t.ipoint[0] % 2]; } "
                             "IndexTaskMap step f; Region step 0 GPU ZCMEM; InstanceLimit end 2;");
    mw_str out = {0};
    mw_look plain = {80, false, false};
    assert_true(mw_comparison_text(&out, &s.c, &plain));
    assert_string_equal(mw_str_text(&out),
                        "step: 4 tasks\n"
                        "  processor       2 of 4 tasks of launches over [4] (1 launch)\n"
                        "                  step[1]: GPU 0 -> GPU 1\n"
                        "                  step[2]: GPU 1 -> GPU 0\n"
                        "  memory          argument 0: FBMEM, ZCMEM -> ZCMEM, FBMEM\n"
                        "\n"
                        "end: 1 task\n"
                        "  instance limit  none -> 2\n"
                        "\n"
                        "step: 2 of 4 tasks elsewhere, memory; end: limit\n");
    mw_str_clear(&out);
    end(&s);
}

static void json_has_the_same(void **state) {
    (void)state;
    scene s = compare(GRAPH, "m = Machine(GPU); def f(Task t) { return m[0, *]; } "
                             "IndexTaskMap step f; Layout step 0 * AOS C_order Align <= 64;");
    json_t *all = mw_comparison_json(&s.c);
    assert_non_null(all);
    assert_true(json_is_false(json_object_get(all, "same")));
    assert_int_equal(json_integer_value(json_object_get(all, "moved")), 4);
    json_t *list = json_object_get(all, "differences"), *first = json_array_get(list, 0);
    assert_int_equal(json_array_size(list), 3); // two memories have another layout
    assert_string_equal(json_string_value(json_object_get(first, "decision")), "processor");
    assert_true(json_is_null(json_object_get(first, "argument")));
    assert_int_equal(json_integer_value(json_array_get(json_object_get(first, "extent"), 0)), 4);
    json_t *example = json_array_get(json_object_get(first, "examples"), 3 - 1);
    assert_string_equal(json_string_value(json_object_get(example, "task")), "step[2]");
    assert_string_equal(json_string_value(json_object_get(example, "a")), "GPU 1");
    assert_string_equal(json_string_value(json_object_get(example, "b")), "GPU 0 | GPU 1");
    json_t *layout = json_array_get(list, 1);
    assert_string_equal(json_string_value(json_object_get(layout, "a")), "SOA F_order in FBMEM");
    assert_string_equal(json_string_value(json_object_get(layout, "b")),
                        "AOS C_order Align <= 64 in FBMEM");
    assert_int_equal(json_integer_value(json_object_get(layout, "argument")), 0);
    json_decref(all);
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_says_what_changed_most),
        cmocka_unit_test(kinds_beyond_three_are_counted),
        cmocka_unit_test(people_get_a_block_a_task_kind),
        cmocka_unit_test(json_has_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
