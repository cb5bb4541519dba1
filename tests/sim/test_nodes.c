// tests/sim/test_nodes.c: several nodes: the network, where the program's data are, limits.
#include "base/str.h"
#include "sim/simulated.h"

// Each node sends and receives at 1 GB/s; 3 us on the way.
#define NODES(n) "nodes " #n "; cpu 1; net SYSMEM0 1 3;"
#define BY_POINT "m = Machine(CPU); def at(Task t) { return m[t.ipoint[0], 0]; } IndexTaskMap * at;"

static uint32_t node_of(const simulated *s, uint32_t mem) {
    return s->machine->mems[mem].node;
}

static void data_are_at_home_where_they_are_first_written(void **state) {
    (void)state;
    simulated s = simulated_run(NODES(3),
                                "kind a cpu=10; region x 10000 3; launch a 3; task a[0] rw x[0];"
                                "task a[1] rw x[1]; task a[2] rw x[2]",
                                BY_POINT);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(node_of(&s, s.plan->home[i]), i);
    assert_int_equal(s.line.copy_count, 0); // every node has its own
    assert_makespan(s, 10);
    simulated_end(&s);
}

static void data_that_nobody_writes_are_where_they_are_first_read(void **state) {
    (void)state;
    simulated s = simulated_run(NODES(3),
                                "kind a cpu=10; region x 10000; region y 8; launch a 3;"
                                "task a[1] r x; task a[2] r x",
                                BY_POINT);
    assert_int_equal(node_of(&s, s.plan->home[0]), 1);
    assert_int_equal(node_of(&s, s.plan->home[1]), 0); // nobody uses it
    assert_copy(s, 0, 0, 13);                          // 3 + 10000 / 1000
    assert_int_equal(node_of(&s, s.line.copies[0].from), 1);
    assert_int_equal(node_of(&s, s.line.copies[0].to), 2);
    simulated_end(&s);
}

static void copies_from_one_node_to_two_share_its_way_out(void **state) {
    (void)state;
    simulated s = simulated_run(NODES(3),
                                "kind a cpu=10; kind b cpu=10; region x 10000 2; launch b 1;"
                                "task b[0] w x[0] w x[1]; launch a 3; task a[1] r x[0];"
                                "task a[2] r x[1]",
                                BY_POINT);
    assert_copy(s, 0, 10, 33); // 3 + 10000 / 500
    assert_copy(s, 1, 10, 33);
    simulated_end(&s);
}

static void
copies_to_one_node_share_its_way_in_and_the_ways_do_not_disturb_each_other(void **state) {
    (void)state;
    // 1 -> 0 and 2 -> 0 share node 0's way in; 0 -> 1 goes the other way
    simulated s = simulated_run(NODES(3),
                                "kind a cpu=10; kind b cpu=10; region x 10000 3; launch b 3;"
                                "task b[0] w x[0]; task b[1] w x[1]; task b[2] w x[2]; launch a 3;"
                                "task a[0] r x[1]; task a[0] r x[2]; task a[1] r x[0]",
                                BY_POINT);
    assert_copy(s, 0, 10, 33);
    assert_copy(s, 1, 10, 33);
    assert_copy(s, 2, 10, 23);
    simulated_end(&s);
}

static void a_gpu_on_another_node_is_reached_through_its_node(void **state) {
    (void)state;
    simulated s =
        simulated_run("nodes 2; cpu 1; gpu 1; net SYSMEM0 1 3; link in SYSMEM0 FBMEM0 2 1;"
                      "link out FBMEM0 SYSMEM0 2 1",
                      "kind a gpu=10; kind b cpu=10; region x 10000; launch b 2;"
                      "task b[0] w x; launch a 2; task a[1] r x",
                      "m = Machine(CPU); def at(Task t) { return m[t.ipoint[0], 0]; }"
                      "IndexTaskMap b at; g = Machine(GPU);"
                      "def on(Task t) { return g[t.ipoint[0], 0]; } IndexTaskMap a on;");
    assert_int_equal(s.line.copy_count, 1); // straight through: no instance on the way
    assert_copy(s, 0, 10, 24);              // 3 + 1 + 10000 / 1000
    simulated_end(&s);
}

static void the_default_spreads_a_launch_over_the_nodes(void **state) {
    (void)state;
    simulated s = simulated_run("nodes 2; cpu 2; net SYSMEM0 1 3",
                                "kind a cpu=10; region x 8 4; launch a 4; task a[0] w x[0];"
                                "task a[1] w x[1]; task a[2] w x[2]; task a[3] w x[3]",
                                "");
    for (uint32_t t = 0; t < 4; t++)
        assert_int_equal(s.line.tasks[t].proc, t);
    assert_makespan(s, 10);
    simulated_end(&s);
}

static void a_limit_counts_on_each_node(void **state) {
    (void)state;
    simulated s = simulated_run("nodes 2; cpu 2; net SYSMEM0 1 3",
                                "kind a cpu=10; region x 8 4; launch a 4; task a[0] w x[0];"
                                "task a[1] w x[1]; task a[2] w x[2]; task a[3] w x[3]",
                                "InstanceLimit a 1;");
    assert_start(s, 0, 0);
    assert_start(s, 1, 10);
    assert_start(s, 2, 0);
    assert_start(s, 3, 10);
    simulated_end(&s);
}

static void each_node_holds_its_own_data_only(void **state) {
    (void)state;
    // 30000 bytes in memories of 15000: too much for one node, not for three
    const char *graph = "kind a cpu=10; region x 10000 3; launch a 3; task a[0] rw x[0];"
                        "task a[1] rw x[1]; task a[2] rw x[2]";
    const char *machine = "nodes 3; cpu 1; mem SYSMEM 15000; net SYSMEM0 1 3";
    simulated s = simulated_run(machine, graph, BY_POINT);
    simulated_end(&s);
    s = simulated_try(machine, graph,
                      "m = Machine(CPU); def at(Task t) { return m[0, 0]; } IndexTaskMap * at;");
    assert_int_equal(s.status, MW_ERR_INPUT);
    assert_int_equal(mw_diags_first_error(s.diags)->code, MW_OUT_OF_MEMORY);
    simulated_end(&s);
}

#define FOUR_TASKS                                                                                 \
    "kind a cpu=10; kind b cpu=10; region x 8 4; launch a 4; task a[0] w x[0]; task a[1] w x[1];"  \
    "task a[2] w x[2]; task a[3] w x[3];"
#define TWO_AND_TWO                                                                                \
    "m = Machine(CPU); def at(Task t) { return m[t.ipoint[0] / 2, 0]; } IndexTaskMap a at;"

static void each_node_submits_its_own_tasks(void **state) {
    (void)state;
    simulated s =
        simulated_run("nodes 2; cpu 1; submit 100; net SYSMEM0 1 3", FOUR_TASKS, TWO_AND_TWO);
    assert_start(s, 0, 100);
    assert_start(s, 1, 200);
    assert_start(s, 2, 100); // by node 1
    assert_start(s, 3, 200);
    simulated_end(&s);
}

static void node_0_submits_what_does_not_replicate(void **state) {
    (void)state;
    simulated s = simulated_run("nodes 2; cpu 1; submit 100; net SYSMEM0 1 3", FOUR_TASKS,
                                "ControlReplicate b;" TWO_AND_TWO);
    for (uint32_t t = 0; t < 4; t++)
        assert_start(s, t, 100 * (t + 1));
    simulated_end(&s);
}

static void the_nodes_wait_together(void **state) {
    (void)state;
    // node 0 has submitted its two at 200, and the last of all ends at 210: then both go on
    simulated s = simulated_run("nodes 2; cpu 1; submit 100; net SYSMEM0 1 3",
                                "kind a cpu=10; region x 8 5; launch a 5; task a[0] w x[0];"
                                "task a[1] w x[1]; task a[2] w x[2]; wait; task a[3] w x[3];"
                                "task a[4] w x[4]",
                                "m = Machine(CPU);"
                                "def at(Task t) { return m[t.ipoint[0] / 2 % 2, 0]; }"
                                "IndexTaskMap a at;");
    assert_start(s, 2, 100);
    assert_us(s.line.syncs[0].arrive_us, 200);
    assert_us(s.line.syncs[0].end_us, 210);
    assert_start(s, 3, 310);
    assert_start(s, 4, 310);
    assert_int_equal(s.line.tasks[4].cause, MW_CAUSE_SYNC);
    simulated_end(&s);
}

static void a_thousand_nodes_work_side_by_side(void **state) {
    (void)state;
    mw_str graph = {0};
    mw_str_add(&graph, "kind a cpu=10; region x 10000 1000; launch a 1000;");
    for (int i = 0; i < 1000;
         i++) // each with its left neighbour's, which is written at the time 10
        mw_str_printf(&graph, "task a[%d] w x[%d];", i, i);
    mw_str_add(&graph, "launch a 1000;");
    for (int i = 0; i < 1000; i++)
        mw_str_printf(&graph, "task a[%d] r x[%d];", i, (i + 999) % 1000);
    simulated s =
        simulated_run("nodes 1000; cpu 1; net SYSMEM0 1 3", mw_str_text(&graph), BY_POINT);
    assert_int_equal(s.line.copy_count, 1000);
    assert_makespan(s, 33); // 10, then 13 for the copies, all at once, then 10
    mw_str_clear(&graph);
    simulated_end(&s);
}

int main(void) {
    const struct CMUnitTest nodes[] = {
        cmocka_unit_test(data_are_at_home_where_they_are_first_written),
        cmocka_unit_test(data_that_nobody_writes_are_where_they_are_first_read),
        cmocka_unit_test(copies_from_one_node_to_two_share_its_way_out),
        cmocka_unit_test(
            copies_to_one_node_share_its_way_in_and_the_ways_do_not_disturb_each_other),
        cmocka_unit_test(a_gpu_on_another_node_is_reached_through_its_node),
        cmocka_unit_test(the_default_spreads_a_launch_over_the_nodes),
        cmocka_unit_test(a_limit_counts_on_each_node),
        cmocka_unit_test(each_node_holds_its_own_data_only),
        cmocka_unit_test(each_node_submits_its_own_tasks),
        cmocka_unit_test(node_0_submits_what_does_not_replicate),
        cmocka_unit_test(the_nodes_wait_together),
        cmocka_unit_test(a_thousand_nodes_work_side_by_side),
    };
    return cmocka_run_group_tests(nodes, NULL, NULL);
}
