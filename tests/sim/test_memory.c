// tests/sim/test_memory.c: memories of limited size: eviction and write-back, preferences, what can
// never fit, collection, and memories that a processor reads in place.
#include "sim/simulated.h"

// In at 1 GB/s, out at 0.5 GB/s; tasks are 100 us apart, so that each finds the links idle.
#define LINKS "link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 0.5;"
#define SMALL "cpu 1; gpu 1; submit 100; mem FBMEM 20000;" LINKS

static uint32_t kind_of(const simulated *s, uint32_t mem) {
    return s->machine->mems[mem].kind;
}

static void a_full_memory_drops_what_was_used_longest_ago(void **state) {
    (void)state;
    simulated s = simulated_run(SMALL,
                                "kind a gpu=5; region x 10000 3; task a r x[0]; task a r x[1];"
                                "task a r x[0]; task a r x[2]; task a r x[0]; task a r x[1]",
                                "");
    // x[2] takes the place of x[1], not of x[0], which was used again
    assert_int_equal(s.line.copy_count, 4);
    assert_copy(s, 2, 400, 410);
    assert_start(s, 4, 500);     // x[0] is still there
    assert_copy(s, 3, 600, 610); // x[1] is not
    assert_int_equal(s.line.mem_peak_bytes[s.line.copies[0].to], 20000);
    simulated_end(&s);
}

static void an_only_copy_is_written_back_first(void **state) {
    (void)state;
    simulated s = simulated_run(SMALL,
                                "kind a gpu=5; region x 10000 3; task a rw x[0]; task a r x[1];"
                                "task a r x[2]",
                                "");
    assert_copy(s, 2, 300, 320); // 10000 bytes out
    assert_int_equal(s.line.copies[2].eviction, 1);
    assert_int_equal(s.line.copies[2].subregion, 0);
    assert_copy(s, 3, 320, 330); // and the new ones in
    assert_start(s, 2, 330);
    simulated_end(&s);
}

static void contributions_to_a_reduction_are_evicted_by_adding_them_at_home(void **state) {
    (void)state;
    simulated s = simulated_run(SMALL,
                                "kind a gpu=5; kind b cpu=5; region x 10000 3; task a red x[0];"
                                "task a r x[1]; task a r x[2]; task b r x[0]",
                                "");
    assert_copy(s, 1, 300, 350); // 20 out, and 3 * 10000 bytes at 1 GB/s to add them
    assert_int_equal(s.line.copies[1].eviction, 1);
    assert_copy(s, 2, 350, 360);
    assert_start(s, 3, 400); // nothing is left to fold
    assert_int_equal(s.line.copy_count, 3);
    simulated_end(&s);
}

static void a_task_waits_for_room_that_others_use(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 1; mem FBMEM 20000;" LINKS,
                                "kind a gpu=5; region x 10000 3; task a r x[0] r x[1];"
                                "task a r x[2]",
                                "");
    assert_start(s, 0, 20); // two copies over one link
    assert_copy(s, 2, 25, 35);
    assert_int_equal(s.line.copies[2].cause, MW_CAUSE_MEMORY);
    assert_int_equal(s.line.copies[2].cause_id, 0);
    assert_start(s, 1, 35);
    simulated_end(&s);
}

#define WITH_ZC                                                                                    \
    "cpu 1; gpu 1; mem FBMEM 15000; mem ZCMEM 1000000;" LINKS "link zc> SYSMEM0 ZCMEM0 1;"         \
    "link zc< ZCMEM0 SYSMEM0 1; link pcie ZCMEM0 FBMEM0 1; reach gpu FBMEM0 10;"                   \
    "reach gpu ZCMEM0 1 2 over pcie;"

static void the_next_memory_of_a_list_is_taken_where_the_first_has_no_room(void **state) {
    (void)state;
    simulated s = simulated_run(WITH_ZC, "kind a gpu=5; region x 10000 2; task a r x[0] r x[1]",
                                "Region a * GPU FBMEM, ZCMEM;");
    assert_int_equal(kind_of(&s, s.line.copies[0].to), MW_MEM_FBMEM);
    assert_int_equal(kind_of(&s, s.line.copies[1].to), MW_MEM_ZCMEM);
    simulated_end(&s);
}

static void the_next_memory_is_also_taken_while_others_use_the_first(void **state) {
    (void)state;
    simulated s = simulated_run(WITH_ZC,
                                "kind a gpu=50; region x 10000 2; task a r x[0];"
                                "task a r x[1]",
                                "Region a * GPU FBMEM, ZCMEM;");
    assert_int_equal(kind_of(&s, s.line.copies[0].to), MW_MEM_FBMEM);
    assert_int_equal(kind_of(&s, s.line.copies[1].to), MW_MEM_ZCMEM);
    assert_start(s, 1, 60);
    simulated_end(&s);
}

static void eviction_comes_before_the_next_memory(void **state) {
    (void)state;
    simulated s = simulated_run("submit 100;" WITH_ZC,
                                "kind a gpu=5; region x 10000 2; task a r x[0]; task a r x[1]",
                                "Region a * GPU FBMEM, ZCMEM;");
    assert_int_equal(kind_of(&s, s.line.copies[1].to), MW_MEM_FBMEM);
    simulated_end(&s);
}

static void what_can_never_fit_is_an_error_with_need_and_capacity(void **state) {
    (void)state;
    simulated s = simulated_try("cpu 1; gpu 1; mem FBMEM 15000;" LINKS,
                                "kind a gpu=5; region x 10000 2; task a r x[0] r x[1]", "");
    assert_int_equal(s.status, MW_ERR_INPUT);
    const mw_diag *d = mw_diags_first_error(s.diags);
    assert_int_equal(d->code, MW_OUT_OF_MEMORY);
    assert_non_null(strstr(d->message, "'a'"));
    assert_non_null(strstr(d->message, "20000 bytes in FBMEM 0 of node 0"));
    assert_non_null(strstr(d->message, "15000"));
    simulated_end(&s);
}

static void a_program_larger_than_its_home_is_an_error(void **state) {
    (void)state;
    simulated s = simulated_try("cpu 1; mem SYSMEM 15000",
                                "kind a cpu=5; region x 10000 2; task a r x[0]", "");
    assert_int_equal(s.status, MW_ERR_INPUT);
    const mw_diag *d = mw_diags_first_error(s.diags);
    assert_int_equal(d->code, MW_OUT_OF_MEMORY);
    assert_non_null(strstr(d->message, "20000 bytes"));
    assert_non_null(strstr(d->message, "15000"));
    simulated_end(&s);
}

static void a_failed_run_leaves_the_simulator_good_for_the_next(void **state) {
    (void)state;
    simulated s = simulated_try("cpu 1; gpu 1; mem FBMEM 15000;" LINKS,
                                "kind a gpu=5,cpu=7; region x 10000 2; task a r x[0] r x[1]", "");
    assert_int_equal(s.status, MW_ERR_INPUT);
    mw_program *cpu = NULL;
    mw_plan *plan = NULL;
    assert_int_equal(mw_program_parse("test", "Task a CPU;", 11, NULL, &cpu, s.diags), MW_OK);
    assert_int_equal(mw_plan_new(s.graph, s.machine, cpu, &plan, s.diags), MW_OK);
    assert_int_equal(mw_sim_run(s.sim, plan, NULL, &s.line, s.diags), MW_OK);
    assert_makespan(s, 7);
    mw_plan_free(plan);
    mw_program_free(cpu);
    simulated_end(&s);
}

static void collected_instances_are_gone_after_the_task(void **state) {
    (void)state;
    const char *graph = "kind a gpu=5; region x 10000; region y 10000; task a r x r y;"
                        "task a r x r y";
    simulated s = simulated_run(SMALL, graph, "CollectMemory a x;");
    assert_int_equal(s.line.copy_count, 3); // x twice
    assert_int_equal(s.line.copies[2].subregion, 0);
    assert_copy(s, 2, 200, 210);
    simulated_end(&s);
}

static void an_only_copy_is_never_collected(void **state) {
    (void)state;
    simulated s = simulated_run(SMALL,
                                "kind a gpu=5; kind b gpu=5; region x 10000; task a w x;"
                                "task b r x; task b r x",
                                "CollectMemory * *;");
    assert_int_equal(s.line.copy_count, 0);
    assert_makespan(s, 305);
    simulated_end(&s);
}

static void a_memory_read_in_place_is_read_at_every_use(void **state) {
    (void)state;
    simulated s = simulated_run(WITH_ZC, "kind a gpu=5; region x 10000; task a r x; task a r x",
                                "Region a * GPU ZCMEM;");
    assert_int_equal(s.line.copy_count, 1); // into zero-copy memory, once
    assert_copy(s, 0, 0, 10);
    assert_start(s, 0, 10);
    assert_end(s, 0, 22); // 5 of computing inside 2 + 10000 / 1000 over the link
    assert_end(s, 1, 34);
    simulated_end(&s);
}

static void computing_longer_than_reading_hides_it(void **state) {
    (void)state;
    simulated s = simulated_run(WITH_ZC, "kind a gpu=50; region x 10000; task a r x",
                                "Region a * GPU ZCMEM;");
    assert_end(s, 0, 60);
    simulated_end(&s);
}

static void two_processors_that_read_in_place_share_the_link(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; gpu 2; mem ZCMEM 1000000; link pcie ZCMEM0 hub 1;"
                                "link zc> SYSMEM0 ZCMEM0 1; link zc< ZCMEM0 SYSMEM0 1;"
                                "link a hub FBMEM0 1; link b hub FBMEM1 1; link c FBMEM0 SYSMEM0 1;"
                                "link d FBMEM1 SYSMEM0 1; reach gpu ZCMEM0 1 0 over pcie;"
                                "reach gpu0 FBMEM0 10; reach gpu1 FBMEM1 10",
                                "kind a gpu=5; kind b cpu=1; region x 10000 2; task b w x[0];"
                                "task b w x[1]; launch a 2; task a[0] r x[0]; task a[1] r x[1]",
                                "Region b * CPU ZCMEM; Region a * GPU ZCMEM;"
                                "m = Machine(GPU); def own(Task t) { return m[0, t.ipoint[0]]; }"
                                "IndexTaskMap a own;");
    assert_int_equal(s.line.copy_count, 0);
    // from 1 alone on the link, from 2 two at half the rate: 9000 bytes are left of the first
    assert_start(s, 2, 1);
    assert_start(s, 3, 2);
    assert_end(s, 2, 20);
    assert_end(s, 3, 21);
    simulated_end(&s);
}

int main(void) {
    const struct CMUnitTest memory[] = {
        cmocka_unit_test(a_full_memory_drops_what_was_used_longest_ago),
        cmocka_unit_test(an_only_copy_is_written_back_first),
        cmocka_unit_test(contributions_to_a_reduction_are_evicted_by_adding_them_at_home),
        cmocka_unit_test(a_task_waits_for_room_that_others_use),
        cmocka_unit_test(the_next_memory_of_a_list_is_taken_where_the_first_has_no_room),
        cmocka_unit_test(the_next_memory_is_also_taken_while_others_use_the_first),
        cmocka_unit_test(eviction_comes_before_the_next_memory),
        cmocka_unit_test(what_can_never_fit_is_an_error_with_need_and_capacity),
        cmocka_unit_test(a_program_larger_than_its_home_is_an_error),
        cmocka_unit_test(a_failed_run_leaves_the_simulator_good_for_the_next),
        cmocka_unit_test(collected_instances_are_gone_after_the_task),
        cmocka_unit_test(an_only_copy_is_never_collected),
        cmocka_unit_test(a_memory_read_in_place_is_read_at_every_use),
        cmocka_unit_test(computing_longer_than_reading_hides_it),
        cmocka_unit_test(two_processors_that_read_in_place_share_the_link),
    };
    return cmocka_run_group_tests(memory, NULL, NULL);
}
