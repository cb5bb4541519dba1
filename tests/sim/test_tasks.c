// tests/sim/test_tasks.c: when tasks run that have their data where they are. Each number follows
// from the lines that it stands among.
#include "sim/simulated.h"

// Everything of kind a on CPU 0, everything of kind b on CPU 1.
#define A0_B1                                                                                      \
    "m = Machine(CPU); def f0(Task t) { return m[0, 0]; } def f1(Task t) { return m[0, 1]; }"      \
    "SingleTaskMap a f0; SingleTaskMap b f1;"

static void a_chain_takes_the_sum_and_what_the_runtime_costs(void **state) {
    (void)state;
    simulated s =
        simulated_run("cpu 2; submit 1; complete 0.5",
                      "kind a cpu=10; region x 8; task a rw x; task a rw x; task a rw x", "");
    assert_start(s, 0, 1);  // submitted
    assert_end(s, 0, 11.5); // 10 and its completion
    assert_end(s, 1, 22);
    assert_makespan(s, 32.5);
    simulated_end(&s);
}

static void a_fork_runs_side_by_side_and_the_join_waits_for_the_longer(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 2",
                                "kind a cpu=10; kind b cpu=25; region x 8 3; task a w x[0];"
                                "task a r x[0] w x[1]; task b r x[0] w x[2]; task a r x[1] r x[2]",
                                A0_B1);
    assert_start(s, 1, 10);
    assert_start(s, 2, 10);
    assert_end(s, 2, 35);
    assert_start(s, 3, 35);
    assert_int_equal(s.line.tasks[3].cause, MW_CAUSE_DEPENDENCY);
    assert_int_equal(s.line.tasks[3].cause_id, 2);
    assert_makespan(s, 45);
    simulated_end(&s);
}

static void submission_goes_on_while_tasks_run(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; submit 4",
                                "kind a cpu=10; region x 8 3; task a w x[0]; task a w x[1];"
                                "task a w x[2]",
                                "");
    assert_start(s, 0, 4);
    assert_start(s, 1, 14); // there since 8
    assert_start(s, 2, 24);
    assert_us(s.line.tasks[2].ready_us, 12);
    simulated_end(&s);
}

static void slow_submission_is_the_limit(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; submit 30",
                                "kind a cpu=10; region x 8 2; task a w x[0]; task a w x[1]", "");
    assert_start(s, 1, 60);
    assert_int_equal(s.line.tasks[1].cause, MW_CAUSE_SUBMISSION);
    assert_makespan(s, 70);
    simulated_end(&s);
}

static void a_launch_costs_its_processor_time(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1 1 3", "kind a gpu=10; region x 8; task a w x", "");
    assert_start(s, 0, 0);
    assert_end(s, 0, 13);
    simulated_end(&s);
}

static void higher_priority_goes_first_but_interrupts_nobody(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; submit 1",
                                "kind a cpu=10; region x 8 3; task a w x[0]; task a w x[1] prio 1;"
                                "task a w x[2] prio 2",
                                "");
    assert_start(s, 0, 1); // nothing else is there yet
    assert_start(s, 2, 11);
    assert_start(s, 1, 21);
    assert_int_equal(s.line.tasks[1].cause, MW_CAUSE_PROCESSOR);
    assert_int_equal(s.line.tasks[1].cause_id, 2);
    simulated_end(&s);
}

static void a_mappers_priority_replaces_the_programs(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1",
                                "kind a cpu=10; region x 8 2; launch a 2; task a[0] w x[0] prio 9;"
                                "task a[1] w x[1]",
                                "Priority a task.ipoint[0];");
    assert_start(s, 1, 0);
    assert_start(s, 0, 10);
    simulated_end(&s);
}

static void who_was_ready_first_goes_first(void **state) {
    (void)state;
    // b's tasks end at 3 and 6; both wait for CPU 0, which is busy until 10: what became ready at 3
    // goes before what was submitted earlier but became ready at 6
    simulated s = simulated_run("cpu 2",
                                "kind a cpu=10; kind b cpu=3; region x 8 5; task b w x[0];"
                                "task b w x[1]; task a w x[2]; task a r x[1]; task a r x[0]",
                                A0_B1);
    assert_start(s, 4, 10);
    assert_start(s, 3, 20);
    simulated_end(&s);
}

static void a_set_of_alike_processors_takes_tasks_as_it_becomes_free(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 3",
                                "kind a cpu=10; kind b cpu=4; region x 8 5; task a w x[0];"
                                "task b w x[1]; task a w x[2]; task a w x[3]; task a w x[4]",
                                "m = Machine(CPU); def any(Task t) { return m[0, *]; }"
                                "SingleTaskMap * any;");
    assert_start(s, 2, 0);
    assert_start(s, 3, 4); // where b was
    assert_int_equal(s.line.tasks[3].proc, s.line.tasks[1].proc);
    assert_start(s, 4, 10);
    assert_int_equal(s.line.tasks[4].proc, 0); // of two that are free, the first
    simulated_end(&s);
}

static void of_processors_with_memories_of_their_own_the_least_loaded_is_taken(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 2",
                                "kind a gpu=30; kind b gpu=10; region x 8 4; task a w x[0];"
                                "task b w x[1]; task b w x[2]; task b w x[3]",
                                "m = Machine(GPU); def any(Task t) { return m[0, *]; }"
                                "SingleTaskMap * any;");
    for (uint32_t t = 1; t < 4; t++) {
        assert_int_not_equal(s.line.tasks[t].proc, s.line.tasks[0].proc);
        assert_start(s, t, 10 * (t - 1));
    }
    assert_makespan(s, 30);
    simulated_end(&s);
}

static void a_limit_lets_so_many_tasks_of_a_kind_in(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 4",
                                "kind a cpu=10; region x 8 4; launch a 4; task a[0] w x[0];"
                                "task a[1] w x[1]; task a[2] w x[2]; task a[3] w x[3]",
                                "InstanceLimit a 3;");
    assert_start(s, 2, 0);
    assert_start(s, 3, 10);
    assert_int_equal(s.line.tasks[3].cause, MW_CAUSE_LIMIT);
    assert_makespan(s, 20);
    simulated_end(&s);
}

static void commutative_updates_go_one_by_one_in_order_of_priority(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 3",
                                "kind a cpu=10; region x 8; task a com x; task a com x prio 1;"
                                "task a com x; task a r x",
                                "");
    assert_start(s, 1, 0);
    assert_start(s, 0, 10);
    assert_start(s, 2, 20);
    assert_start(s, 3, 30);
    simulated_end(&s);
}

static void a_commutative_update_that_must_wait_for_one_subregion_holds_no_other(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 3",
                                "kind a cpu=10; region x 8 2; task a com x[0];"
                                "task a com x[0] com x[1]; task a com x[1]",
                                "");
    assert_start(s, 0, 0);
    assert_start(s, 2, 0); // not behind the second, which waits for x[0]
    assert_start(s, 1, 10);
    simulated_end(&s);
}

static void a_group_takes_its_cores_and_they_take_turns(void **state) {
    (void)state;
    // OMP 0 is cores 0 and 1, OMP 1 cores 2 and 3
    simulated s = simulated_run("cpu 4; omp 2",
                                "kind a cpu=10; kind g omp=6; region x 8 4; launch a 2;"
                                "task a[0] w x[0]; task g w x[1]; task g w x[2]; task a[1] w x[3]",
                                "m = Machine(CPU); def f(Task t) { return m[0, 0]; }"
                                "IndexTaskMap a f;");
    assert_start(s, 0, 0);  // core 0
    assert_start(s, 2, 0);  // OMP 1
    assert_start(s, 1, 10); // OMP 0 has waited for core 0
    assert_int_equal(s.line.tasks[1].cause, MW_CAUSE_PROCESSOR);
    assert_int_equal(s.line.tasks[1].cause_id, 0);
    assert_start(s, 3, 16); // submitted after it, on core 0: behind it
    assert_makespan(s, 26);
    simulated_end(&s);
}

static void a_core_with_work_of_higher_priority_does_not_wait_for_its_group(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 2; omp 1",
                                "kind a cpu=10; kind g omp=6; region x 8 4; launch a 2;"
                                "task a[0] w x[0]; task g w x[1]; task a[1] w x[2] prio 1",
                                "m = Machine(CPU); def f(Task t) { return m[0, 0]; }"
                                "IndexTaskMap a f;");
    assert_start(s, 2, 0);
    assert_start(s, 0, 10);
    assert_start(s, 1, 20);
    simulated_end(&s);
}

static void without_a_measurement_the_roofline_says_how_long(void **state) {
    (void)state;
    // shares of the peaks that are assumed of a kernel of which nothing is known
    const mw_kernel k = mw_kernel_default();
    const mw_walk walk = mw_walk_default();
    double flop_share = k.flop_efficiency, byte_share = mw_walk_share(&walk, 0);
    simulated s = simulated_run("cpu 1 2; reach cpu SYSMEM0 4",
                                "kind a cpu; kind b cpu; region x 8000; task a r x flops 100;"
                                "task b rw x flops 100; task a r x flops 1000000",
                                "");
    assert_end(s, 0, 8000 / (4e3 * byte_share)); // read once at 4 GB/s
    assert_start(s, 1, s.line.tasks[0].end_us);
    assert_end(s, 1, s.line.tasks[1].start_us + 2 * 8000 / (4e3 * byte_share)); // and written
    assert_end(s, 2, s.line.tasks[2].start_us + 1e6 / (2e3 * flop_share));      // at 2 GFLOP/s
    simulated_end(&s);
}

static void a_program_without_tasks_takes_no_time(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; submit 5", "kind a cpu", "");
    assert_makespan(s, 0);
    assert_int_equal(s.line.task_count, 0);
    simulated_end(&s);
}

int main(void) {
    const struct CMUnitTest tasks[] = {
        cmocka_unit_test(a_chain_takes_the_sum_and_what_the_runtime_costs),
        cmocka_unit_test(a_fork_runs_side_by_side_and_the_join_waits_for_the_longer),
        cmocka_unit_test(submission_goes_on_while_tasks_run),
        cmocka_unit_test(slow_submission_is_the_limit),
        cmocka_unit_test(a_launch_costs_its_processor_time),
        cmocka_unit_test(higher_priority_goes_first_but_interrupts_nobody),
        cmocka_unit_test(a_mappers_priority_replaces_the_programs),
        cmocka_unit_test(who_was_ready_first_goes_first),
        cmocka_unit_test(a_set_of_alike_processors_takes_tasks_as_it_becomes_free),
        cmocka_unit_test(of_processors_with_memories_of_their_own_the_least_loaded_is_taken),
        cmocka_unit_test(a_limit_lets_so_many_tasks_of_a_kind_in),
        cmocka_unit_test(commutative_updates_go_one_by_one_in_order_of_priority),
        cmocka_unit_test(a_commutative_update_that_must_wait_for_one_subregion_holds_no_other),
        cmocka_unit_test(a_group_takes_its_cores_and_they_take_turns),
        cmocka_unit_test(a_core_with_work_of_higher_priority_does_not_wait_for_its_group),
        cmocka_unit_test(without_a_measurement_the_roofline_says_how_long),
        cmocka_unit_test(a_program_without_tasks_takes_no_time),
    };
    return cmocka_run_group_tests(tasks, NULL, NULL);
}
