// tests/sim/test_copies.c: contents on their way: links, their shares, routes, sources, layouts and
// reductions. 1 GB/s is 1000 bytes in a microsecond.
#include "sim/simulated.h"

// One GPU: 1 GB/s and 2 us on the way in, 0.5 GB/s on the way out.
#define ONE_GPU "cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1 2; link out FBMEM0 SYSMEM0 0.5;"
#define TWO_GPUS                                                                                   \
    "cpu 1; gpu 2; link root SYSMEM0 hub 1; link in0 hub FBMEM0 1; link in1 hub FBMEM1 1;"         \
    "link out0 FBMEM0 SYSMEM0 1; link out1 FBMEM1 SYSMEM0 1;"
#define BOTH_GPUS                                                                                  \
    "m = Machine(GPU); def own(Task t) { return m[0, t.ipoint[0]]; } IndexTaskMap * own;"

static void a_copy_takes_the_latency_and_its_bytes(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU, "kind a gpu=5; region x 10000; task a r x", "");
    assert_int_equal(s.line.copy_count, 1);
    assert_copy(s, 0, 0, 12); // 2 + 10000 / 1000
    assert_start(s, 0, 12);
    assert_int_equal(s.line.tasks[0].cause, MW_CAUSE_COPY);
    assert_end(s, 0, 17);
    assert_int_equal(s.line.copies[0].bytes, 10000);
    assert_int_equal(s.line.copies[0].task, 0);
    simulated_end(&s);
}

static void what_is_there_is_not_copied_again_and_what_is_overwritten_not_at_all(void **state) {
    (void)state;
    simulated s = simulated_run(
        ONE_GPU, "kind a gpu=5; region x 10000; task a w x; task a rw x; task a r x", "");
    assert_int_equal(s.line.copy_count, 0);
    assert_makespan(s, 15);
    simulated_end(&s);
}

static void a_result_is_copied_to_whoever_reads_it_elsewhere(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a gpu=5; kind b cpu=5; region x 10000; task a w x;"
                                "task b r x; task b rw x; task a r x",
                                "");
    assert_copy(s, 0, 5, 25); // out: 10000 / 500
    assert_start(s, 1, 25);
    assert_end(s, 2, 35);
    assert_copy(s, 1, 35, 47); // in again: the CPU has changed it
    assert_makespan(s, 52);
    simulated_end(&s);
}

static void two_copies_at_once_get_half_of_the_link_each(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=5; region x 10000 2; task a r x[0]; task a r x[1]", "");
    assert_copy(s, 0, 0, 20);
    assert_copy(s, 1, 0, 20);
    assert_start(s, 0, 20);
    assert_start(s, 1, 25);
    simulated_end(&s);
}

static void a_copy_that_ends_gives_its_share_back(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=5; region x 10000; region y 30000; task a r x;"
                                "task a r y",
                                "");
    assert_copy(s, 0, 0, 20);
    assert_copy(s, 1, 0, 40); // 10000 of it by 20, 20000 more alone
    simulated_end(&s);
}

static void a_copy_that_comes_later_takes_its_share(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1; submit 6; link in SYSMEM0 FBMEM0 1;"
                                "link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=5; region x 10000 2; task a r x[0]; task a r x[1]", "");
    assert_copy(s, 0, 6, 20);  // 6000 by 12, the last 4000 at half the rate
    assert_copy(s, 1, 12, 26); // 4000 by 20, 6000 more alone
    simulated_end(&s);
}

static void copies_overlap_with_computing(void **state) {
    (void)state;
    // one is copied while the one before it computes
    simulated s = simulated_run("cpu 1; gpu 1; submit 10; link in SYSMEM0 FBMEM0 1;"
                                "link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=10; region x 10000 3; task a r x[0]; task a r x[1];"
                                "task a r x[2]",
                                "");
    for (uint32_t i = 0; i < 3; i++) {
        assert_copy(s, i, 10 * (i + 1), 10 * (i + 2));
        assert_start(s, i, 10 * (i + 2));
    }
    assert_makespan(s, 50);
    simulated_end(&s);
}

static void the_two_directions_of_a_link_do_not_disturb_each_other(void **state) {
    (void)state;
    // both at 10: y comes in while x goes out
    simulated s = simulated_run("cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=10; kind b cpu=10; region x 10000; region y 10000;"
                                "task a w x; task b w y; task b r x; task a r y",
                                "");
    assert_copy(s, 0, 10, 20);
    assert_copy(s, 1, 10, 20);
    simulated_end(&s);
}

static void a_route_has_its_slowest_links_rate_and_all_its_latencies(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1; link a SYSMEM0 hub 4 1; link b hub FBMEM0 1 2;"
                                "link c FBMEM0 SYSMEM0 1",
                                "kind a gpu=5; region x 10000; task a r x", "");
    assert_copy(s, 0, 0, 13); // 1 + 2 + 10000 / 1000
    simulated_end(&s);
}

static void two_gpus_behind_one_root_share_it(void **state) {
    (void)state;
    simulated s = simulated_run(TWO_GPUS,
                                "kind a gpu=5; region x 10000 2; launch a 2; task a[0] r x[0];"
                                "task a[1] r x[1]",
                                BOTH_GPUS);
    assert_copy(s, 0, 0, 20);
    assert_copy(s, 1, 0, 20);
    assert_makespan(s, 25);
    simulated_end(&s);
}

static void the_source_is_where_the_copy_would_arrive_first(void **state) {
    (void)state;
    // FBMEM0 -> FBMEM1 directly takes 1 + 5; from SYSMEM0 it would take 10
    simulated s =
        simulated_run("cpu 1; gpu 2; link in0 SYSMEM0 FBMEM0 1; link in1 SYSMEM0 FBMEM1 1;"
                      "link out0 FBMEM0 SYSMEM0 1; link out1 FBMEM1 SYSMEM0 1;"
                      "link peer FBMEM0 FBMEM1 2 1; link back FBMEM1 FBMEM0 2 1",
                      "kind a gpu=5; region x 10000; region y 8; launch a 2;"
                      "task a[0] r x w y; task a[1] r x r y",
                      "m = Machine(GPU); def own(Task t) { return m[0, t.ipoint[0]]; }"
                      "IndexTaskMap * own; Region a 1 * VIRTUAL;");
    assert_copy(s, 0, 0, 10);
    assert_int_equal(s.machine->mems[s.line.copies[1].from].kind, MW_MEM_FBMEM);
    assert_copy(s, 1, 15, 21);
    simulated_end(&s);
}

static void two_tasks_that_need_one_instance_share_its_copy(void **state) {
    (void)state;
    simulated s =
        simulated_run(ONE_GPU, "kind a gpu=5; region x 10000; task a r x; task a r x", "");
    assert_int_equal(s.line.copy_count, 1);
    assert_start(s, 0, 12);
    assert_start(s, 1, 17);
    simulated_end(&s);
}

static void another_layout_costs_a_transposition(void **state) {
    (void)state;
    // 12 us of copying, then reading and writing 10000 bytes at 1 GB/s in the GPU's memory
    simulated s =
        simulated_run(ONE_GPU, "kind a gpu=5; region x 10000; task a r x", "Layout a * FBMEM AOS;");
    assert_copy(s, 0, 0, 32);
    simulated_end(&s);
}

static void another_layout_in_the_same_memory_is_an_instance_of_its_own(void **state) {
    (void)state;
    simulated s =
        simulated_run("cpu 1; reach cpu SYSMEM0 4",
                      "kind a cpu=5; kind b cpu=5; region x 10000; task a r x; task b r x",
                      "Layout a * * C_order; Layout b * * F_order;");
    assert_int_equal(s.line.copy_count, 1); // b reads what is at home as it is
    assert_copy(s, 0, 0, 5);                // 20000 / 4000
    assert_int_equal(s.line.copies[0].from, s.line.copies[0].to);
    assert_int_equal(s.line.mem_peak_bytes[0], 20000);
    simulated_end(&s);
}

static void a_virtual_argument_is_not_copied(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU, "kind a gpu=5; region x 10000; task a r x",
                                "Region a x GPU VIRTUAL;");
    assert_int_equal(s.line.copy_count, 0);
    assert_makespan(s, 5);
    simulated_end(&s);
}

static void reductions_run_side_by_side_and_fold_when_someone_reads(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=10; kind b cpu=10; region x 10000; task a red x;"
                                "task b red x; task b r x",
                                "");
    assert_start(s, 0, 0);
    assert_start(s, 1, 0);
    // the GPU's part: 10 us over the link; both parts: reading two and writing one, 30 us at 1 GB/s
    assert_copy(s, 0, 10, 40);
    assert_copy(s, 1, 10, 50);
    assert_start(s, 2, 50);
    assert_end(s, 2, 60);
    simulated_end(&s);
}

static void a_fold_elsewhere_also_brings_the_old_contents(void **state) {
    (void)state;
    // the reader's memory gets the old contents and the part that was made there: two copies, the
    // second within the memory
    simulated s = simulated_run("cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1",
                                "kind a gpu=10; region x 10000; task a red x; task a r x", "");
    assert_int_equal(s.line.copy_count, 2);
    assert_copy(s, 0, 10, 20);
    assert_copy(s, 1, 10, 40); // 3 * 10000 bytes
    assert_start(s, 1, 40);
    simulated_end(&s);
}

static void an_overwritten_reduction_is_never_folded(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a gpu=10; kind b cpu=10; region x 10000; task a red x;"
                                "task b w x; task b r x",
                                "");
    assert_int_equal(s.line.copy_count, 0);
    assert_makespan(s, 30);
    simulated_end(&s);
}

int main(void) {
    const struct CMUnitTest copies[] = {
        cmocka_unit_test(a_copy_takes_the_latency_and_its_bytes),
        cmocka_unit_test(what_is_there_is_not_copied_again_and_what_is_overwritten_not_at_all),
        cmocka_unit_test(a_result_is_copied_to_whoever_reads_it_elsewhere),
        cmocka_unit_test(two_copies_at_once_get_half_of_the_link_each),
        cmocka_unit_test(a_copy_that_ends_gives_its_share_back),
        cmocka_unit_test(a_copy_that_comes_later_takes_its_share),
        cmocka_unit_test(copies_overlap_with_computing),
        cmocka_unit_test(the_two_directions_of_a_link_do_not_disturb_each_other),
        cmocka_unit_test(a_route_has_its_slowest_links_rate_and_all_its_latencies),
        cmocka_unit_test(two_gpus_behind_one_root_share_it),
        cmocka_unit_test(the_source_is_where_the_copy_would_arrive_first),
        cmocka_unit_test(two_tasks_that_need_one_instance_share_its_copy),
        cmocka_unit_test(another_layout_costs_a_transposition),
        cmocka_unit_test(another_layout_in_the_same_memory_is_an_instance_of_its_own),
        cmocka_unit_test(a_virtual_argument_is_not_copied),
        cmocka_unit_test(reductions_run_side_by_side_and_fold_when_someone_reads),
        cmocka_unit_test(a_fold_elsewhere_also_brings_the_old_contents),
        cmocka_unit_test(an_overwritten_reduction_is_never_folded),
    };
    return cmocka_run_group_tests(copies, NULL, NULL);
}
