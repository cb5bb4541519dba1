// tests/sim/test_waits.c: the main thread waits for all tasks, for one, or for data to use itself.
#include "sim/simulated.h"

#define ONE_GPU "cpu 2; gpu 1; submit 2; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 0.5;"

static void waiting_for_all_holds_back_submission(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a cpu=10; region x 8 2; task a w x[0]; wait;"
                                "task a w x[1]",
                                "");
    assert_end(s, 0, 12);
    assert_us(s.line.syncs[0].arrive_us, 2);
    assert_us(s.line.syncs[0].end_us, 12);
    assert_int_equal(s.line.syncs[0].task, 0);
    assert_start(s, 1, 14);
    assert_int_equal(s.line.tasks[1].cause, MW_CAUSE_SYNC);
    assert_makespan(s, 24);
    simulated_end(&s);
}

static void waiting_for_one_task_lets_others_run_on(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a cpu=10; kind b cpu=50; region x 8 3; task b w x[0];"
                                "task a w x[1]; wait 1; task a w x[2]",
                                "m = Machine(CPU); def f(Task t) { return m[0, 1]; }"
                                "SingleTaskMap a f;");
    assert_end(s, 1, 14);
    assert_start(s, 2, 16);
    assert_end(s, 0, 52);
    simulated_end(&s);
}

static void a_wait_for_what_is_done_takes_no_time(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; submit 20",
                                "kind a cpu=10; region x 8 3; task a w x[0];"
                                "task a w x[1]; wait 0; wait 0; task a w x[2]",
                                "");
    assert_us(s.line.syncs[0].end_us, s.line.syncs[0].arrive_us);
    assert_start(s, 2, 60);
    simulated_end(&s);
}

static void acquired_data_come_home_when_their_writer_is_done(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a gpu=10; region x 10000; region y 8; task a w x;"
                                "acquire r x; task a w y; task a r x",
                                "");
    assert_end(s, 0, 12);
    assert_copy(s, 0, 12, 32); // 10000 / 500
    assert_us(s.line.syncs[0].end_us, 32);
    assert_int_equal(s.line.syncs[0].copy, 0);
    assert_start(s, 1, 34);
    assert_start(s, 2, 44); // the GPU's instance is still good
    assert_int_equal(s.line.copy_count, 1);
    simulated_end(&s);
}

static void acquired_for_writing_they_are_good_at_home_only(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a gpu=10; region x 10000; task a w x; acquire rw x;"
                                "task a r x",
                                "");
    assert_copy(s, 0, 12, 32);
    assert_copy(s, 1, 34, 44);
    assert_start(s, 1, 44);
    simulated_end(&s);
}

static void acquired_for_overwriting_they_need_not_come(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a gpu=10; region x 10000; task a w x; acquire w x;"
                                "task a r x",
                                "");
    assert_us(s.line.syncs[0].end_us, 12);
    assert_int_equal(s.line.copy_count, 1); // back in
    assert_copy(s, 0, 14, 24);
    simulated_end(&s);
}

static void reading_waits_for_writers_and_writing_for_readers_too(void **state) {
    (void)state;
    const char *read = "kind a cpu=10; kind b cpu=50; region x 8; task a w x; task b r x;"
                       "acquire r x; task a w x";
    simulated s = simulated_run(ONE_GPU, read, "");
    assert_us(s.line.syncs[0].end_us, 12);
    simulated_end(&s);
    const char *write = "kind a cpu=10; kind b cpu=50; region x 8; task a w x; task b r x;"
                        "acquire rw x; task a w x";
    s = simulated_run(ONE_GPU, write, "");
    assert_us(s.line.syncs[0].end_us, 62);
    simulated_end(&s);
}

static void a_task_with_two_accesses_to_acquired_data_is_waited_for_once(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a cpu=10; region x 8; task a rw x r x; acquire rw x;"
                                "task a r x",
                                "");
    assert_us(s.line.syncs[0].end_us, 12);
    simulated_end(&s);
}

static void acquiring_folds_a_reduction(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a gpu=10; region x 10000; task a red x; acquire r x;"
                                "task a r x",
                                "");
    assert_copy(s, 0, 12, 62); // 20 out, 3 * 10000 bytes at 1 GB/s to add
    assert_us(s.line.syncs[0].end_us, 62);
    simulated_end(&s);
}

static void a_wait_at_the_end_is_part_of_the_run(void **state) {
    (void)state;
    simulated s =
        simulated_run(ONE_GPU, "kind a gpu=10; region x 10000; task a w x; acquire r x", "");
    assert_makespan(s, 32);
    simulated_end(&s);
}

static void free_submission_is_a_what_if_and_waits_stay(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU,
                                "kind a cpu=10; region x 8 2; task a w x[0]; wait;"
                                "task a w x[1]",
                                "");
    mw_what_if free_submission = {.free_submission = true};
    assert_int_equal(mw_sim_run(s.sim, s.plan, &free_submission, &s.line, NULL), MW_OK);
    assert_start(s, 0, 0);
    assert_start(s, 1, 10);
    simulated_end(&s);
}

static void what_if_a_kind_or_a_link_were_faster(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU, "kind a gpu=10; region x 10000; task a r x", "");
    assert_makespan(s, 22); // 2 + 10 + 10
    const double kind_speed[] = {2}, link_speed[] = {4, 1};
    mw_what_if faster = {.kind_speed = kind_speed};
    assert_int_equal(mw_sim_run(s.sim, s.plan, &faster, &s.line, NULL), MW_OK);
    assert_makespan(s, 17);
    faster = (mw_what_if){.link_speed = link_speed};
    assert_int_equal(mw_sim_run(s.sim, s.plan, &faster, &s.line, NULL), MW_OK);
    assert_makespan(s, 14.5);
    simulated_end(&s);
}

int main(void) {
    const struct CMUnitTest waits[] = {
        cmocka_unit_test(waiting_for_all_holds_back_submission),
        cmocka_unit_test(waiting_for_one_task_lets_others_run_on),
        cmocka_unit_test(a_wait_for_what_is_done_takes_no_time),
        cmocka_unit_test(acquired_data_come_home_when_their_writer_is_done),
        cmocka_unit_test(acquired_for_writing_they_are_good_at_home_only),
        cmocka_unit_test(acquired_for_overwriting_they_need_not_come),
        cmocka_unit_test(reading_waits_for_writers_and_writing_for_readers_too),
        cmocka_unit_test(a_task_with_two_accesses_to_acquired_data_is_waited_for_once),
        cmocka_unit_test(acquiring_folds_a_reduction),
        cmocka_unit_test(a_wait_at_the_end_is_part_of_the_run),
        cmocka_unit_test(free_submission_is_a_what_if_and_waits_stay),
        cmocka_unit_test(what_if_a_kind_or_a_link_were_faster),
    };
    return cmocka_run_group_tests(waits, NULL, NULL);
}
