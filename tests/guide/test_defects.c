// tests/guide/test_defects.c: one defect of each kind, planted in a mapper: the first suggestion
// names it, and taking it gives the time that was predicted.
#include "guide/asked.h"

/** Adds "; launch KIND 8; task KIND[0] ARGS …" with every % in ARGS as the point. */
static void launch(mw_str *text, const char *kind, int points, const char *arguments) {
    mw_str_printf(text, "; launch %s %d", kind, points);
    for (int i = 0; i < points; i++) {
        mw_str_printf(text, "; task %s[%d]", kind, i);
        for (const char *c = arguments; *c; c++)
            if (*c == '%')
                mw_str_printf(text, "%d", i);
            else
                mw_str_add_char(text, *c);
    }
}

/** Asks about `rounds` launches of each of the kinds (the second one may be NULL) and checks the
 * first suggestion. */
static void planted(const char *machine, const char *declared, const char *kernels, int rounds,
                    int points, const char *const kinds[2][2], const char *mapper,
                    mw_situation situation, const char *word) {
    mw_str graph = {0};
    mw_str_add(&graph, declared);
    for (int r = 0; r < rounds; r++)
        for (int k = 0; k < 2 && kinds[k][0]; k++)
            launch(&graph, kinds[k][0], points, kinds[k][1]);
    asked a = asked_on(machine, mw_str_text(&graph), kernels);
    mw_str_clear(&graph);
    asked_about(&a, mapper, MW_FEEDBACK_SUGGEST);
    assert_int_equal(a.said->outcome, MW_OUTCOME_PERFORMANCE);
    asked_first_is(&a, situation, word);
    asked_end(&a);
}

#define TWO_GPUS                                                                                   \
    "cpu 2; gpu 2 1000; mem ZCMEM 1e9; reach gpu ZCMEM0 1; reach gpu0 FBMEM0 1000; "               \
    "reach gpu1 FBMEM1 1000; reach cpu SYSMEM0 100; reach cpu ZCMEM0 100"

static void a_heavy_kind_on_the_slow_kind_of_processor(void **state) {
    (void)state;
    planted(TWO_GPUS, "kind heavy cpu=1000,gpu=10; region x 1000 8", NULL, 4, 8,
            (const char *const[2][2]){{"heavy", " rw x[%]"}}, "Task heavy CPU;",
            MW_SITUATION_PROCESSOR, "Task heavy GPU;");
}

static void its_map_for_the_wrong_kind_of_processor_is_replaced_too(void **state) {
    (void)state;
    planted(TWO_GPUS, "kind heavy cpu=1000,gpu=10; region x 1000 8", NULL, 4, 8,
            (const char *const[2][2]){{"heavy", " rw x[%]"}},
            "m = Machine(CPU);\ndef f(Task t) { return m[0, t.ipoint[0] % m.size[1]]; }\n"
            "Task heavy CPU;\nIndexTaskMap heavy f;",
            MW_SITUATION_PROCESSOR, "IndexTaskMap heavy");
}

static void a_ghost_region_in_a_slow_memory(void **state) {
    (void)state;
    planted(TWO_GPUS, "kind step gpu; region own 1000 8; region ghost 100000 8", NULL, 10, 8,
            (const char *const[2][2]){{"step", " rw own[%] r ghost[%]"}},
            "Region step ghost GPU ZCMEM;", MW_SITUATION_MEMORY, "Region step ghost GPU FBMEM;");
}

static void a_shared_region_copied_to_and_fro(void **state) {
    (void)state;
    planted("cpu 2; gpu 2 1000; mem ZCMEM 1e9; reach gpu ZCMEM0 1000; reach gpu0 FBMEM0 1000; "
            "reach gpu1 FBMEM1 1000; reach cpu SYSMEM0 1000; reach cpu ZCMEM0 1000",
            "kind on_cpu cpu=10; kind on_gpu gpu=10; region shared 100000 4", NULL, 5, 4,
            (const char *const[2][2]){{"on_cpu", " rw shared[%]"}, {"on_gpu", " rw shared[%]"}},
            "Region * * GPU FBMEM;", MW_SITUATION_MEMORY, "Region on_gpu shared GPU ZCMEM;");
}

static void an_index_map_across_the_one_that_made_the_data(void **state) {
    (void)state;
    planted("cpu 1; gpu 4; reach gpu0 FBMEM0 1000; reach gpu1 FBMEM1 1000; "
            "reach gpu2 FBMEM2 1000; reach gpu3 FBMEM3 1000",
            "kind make gpu=10; kind use gpu=10; region x 100000 16", NULL, 6, 16,
            (const char *const[2][2]){{"make", " rw x[%]"}, {"use", " rw x[%]"}},
            "m = Machine(GPU);\n"
            "def rows(Task t) { return m[0, t.ipoint[0] / 4]; }\n"
            "def columns(Task t) { return m[0, t.ipoint[0] % 4]; }\n"
            "IndexTaskMap make rows;\nIndexTaskMap use columns;",
            MW_SITUATION_INDEX_MAP, "IndexTaskMap");
}

static void a_layout_that_the_kernel_walks_slowly(void **state) {
    (void)state;
    planted("cpu 1; mem FBMEM 1e9; gpu 1 1000; reach gpu0 FBMEM0 1",
            "kind walk gpu; region x 100000 4 2",
            "{'kinds': {'walk': {'on': {'GPU': {'compute': 1, 'access': {'SOA': 1, 'AOS': 0.1}, "
            "'why': 'x'}}}}}",
            4, 4, (const char *const[2][2]){{"walk", " rw x[%]"}}, "Layout * * * AOS C_order;",
            MW_SITUATION_LAYOUT, "SOA");
}

static void tasks_that_take_turns_with_another_layout(void **state) {
    (void)state;
    planted("cpu 1; mem FBMEM 1e9; gpu 1 1000; reach gpu0 FBMEM0 1",
            "kind one gpu=10; kind two gpu=10; region x 100000 4 2", NULL, 5, 4,
            (const char *const[2][2]){{"one", " rw x[%]"}, {"two", " rw x[%]"}},
            "Layout one * * SOA F_order;\nLayout two * * AOS C_order;", MW_SITUATION_LAYOUT,
            "Layout");
}

static void an_instance_limit_that_is_too_tight(void **state) {
    (void)state;
    planted("cpu 4", "kind step cpu=100; region x 8 16", NULL, 2, 16,
            (const char *const[2][2]){{"step", " rw x[%]"}}, "InstanceLimit step 1;",
            MW_SITUATION_LIMIT, "InstanceLimit step");
}

static void an_index_map_that_loads_one_processor_more(void **state) {
    (void)state;
    planted("cpu 4", "kind step cpu=100; region x 8 16", NULL, 2, 16,
            (const char *const[2][2]){{"step", " rw x[%]"}},
            "m = Machine(CPU);\ndef f(Task t) { return m[0, t.ipoint[0] < 10 ? 0 : t.ipoint[0] % "
            "3 + 1]; }\nIndexTaskMap step f;",
            MW_SITUATION_IMBALANCE, "IndexTaskMap step");
}

static void everything_on_one_processor(void **state) {
    (void)state;
    planted("cpu 4", "kind step cpu=100; region x 8 16", NULL, 2, 16,
            (const char *const[2][2]){{"step", " rw x[%]"}},
            "m = Machine(CPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap step f;",
            MW_SITUATION_SERIAL, "IndexTaskMap step");
}

static void a_chain_that_is_left_for_last(void **state) {
    (void)state;
    planted("cpu 2", "kind filler cpu=10; kind link cpu=10; region x 8 20; region chain 8", NULL, 1,
            20, (const char *const[2][2]){{"filler", " rw x[%]"}, {"link", " rw chain"}},
            "m = Machine(CPU);\ndef any(Task t) { return m[0, *]; }\nIndexTaskMap * any;",
            MW_SITUATION_SERIAL, "Priority link");
}

static void a_memory_that_is_too_full(void **state) {
    (void)state;
    // 600 kB go through 300 kB again and again, and the other GPU's memory is empty
    planted("cpu 1; gpu 2 1000; mem FBMEM 300000; mem FBMEM 300000; reach gpu0 FBMEM0 1000; "
            "reach gpu1 FBMEM1 1000",
            "kind step gpu=10; region x 100000 6", NULL, 5, 6,
            (const char *const[2][2]){{"step", " rw x[%]"}},
            "m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap step f;",
            MW_SITUATION_ROOM, "IndexTaskMap step");
}

static void one_node_that_submits_for_all(void **state) {
    (void)state;
    planted("nodes 4; cpu 4; submit 20; link l SYSMEM0 nic 10; link m nic SYSMEM0 10; net nic 10",
            "kind step cpu=10; kind other cpu=10; region x 8 16", NULL, 2, 16,
            (const char *const[2][2]){{"step", " rw x[%]"}, {"other", " r x[%]"}},
            "ControlReplicate nothing;", MW_SITUATION_SUBMISSION, "ControlReplicate step, other;");
}

static void a_task_that_does_not_fit_at_all(void **state) {
    (void)state;
    asked a = asked_on("cpu 1; gpu 1 1000; mem FBMEM 100000; reach gpu0 FBMEM0 1000",
                       "kind step cpu=100,gpu=10; region x 1000000 4; launch step 4;"
                       "task step[0] rw x[0]; task step[1] rw x[1]",
                       NULL);
    asked_about(&a, "Task * GPU;", MW_FEEDBACK_SUGGEST);
    assert_int_equal(a.said->outcome, MW_OUTCOME_MAPPING_ERROR);
    assert_int_equal(a.said->suggestions[0].code, MW_OUT_OF_MEMORY);
    asked_first_is(&a, MW_SITUATION_ROOM, "Task step CPU;");
    asked_end(&a);
}

static void a_layout_that_the_kernel_refuses(void **state) {
    (void)state;
    asked a = asked_on("cpu 1; mem FBMEM 1e9; gpu 1 1000; reach gpu0 FBMEM0 1",
                       "kind walk gpu; region x 100000 1 2; task walk rw x",
                       "{'kinds': {'walk': {'on': {'GPU': {'accepts': ['SOA'], 'why': 'x'}}}}}");
    asked_about(&a, "Layout * * * AOS C_order;", MW_FEEDBACK_SUGGEST);
    assert_int_equal(a.said->outcome, MW_OUTCOME_MAPPING_ERROR);
    assert_int_equal(a.said->suggestions[0].code, MW_LAYOUT_REFUSED);
    asked_first_is(&a, MW_SITUATION_LAYOUT, "SOA");
    asked_end(&a);
}

static void nothing_is_suggested_where_nothing_gains(void **state) {
    (void)state;
    asked a = asked_on("cpu 1", "kind step cpu=100; region x 8; task step rw x", NULL);
    asked_about(&a, "", MW_FEEDBACK_SUGGEST);
    assert_int_equal(a.said->suggestion_count, 0);
    asked_end(&a);
}

int main(void) {
    const struct CMUnitTest defects[] = {
        cmocka_unit_test(a_heavy_kind_on_the_slow_kind_of_processor),
        cmocka_unit_test(its_map_for_the_wrong_kind_of_processor_is_replaced_too),
        cmocka_unit_test(a_ghost_region_in_a_slow_memory),
        cmocka_unit_test(a_shared_region_copied_to_and_fro),
        cmocka_unit_test(an_index_map_across_the_one_that_made_the_data),
        cmocka_unit_test(a_layout_that_the_kernel_walks_slowly),
        cmocka_unit_test(tasks_that_take_turns_with_another_layout),
        cmocka_unit_test(an_instance_limit_that_is_too_tight),
        cmocka_unit_test(an_index_map_that_loads_one_processor_more),
        cmocka_unit_test(everything_on_one_processor),
        cmocka_unit_test(a_chain_that_is_left_for_last),
        cmocka_unit_test(a_memory_that_is_too_full),
        cmocka_unit_test(one_node_that_submits_for_all),
        cmocka_unit_test(a_task_that_does_not_fit_at_all),
        cmocka_unit_test(a_layout_that_the_kernel_refuses),
        cmocka_unit_test(nothing_is_suggested_where_nothing_gains),
    };
    return cmocka_run_group_tests(defects, NULL, NULL);
}
