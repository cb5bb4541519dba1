// tests/guide/test_lab.c: what-ifs: each answer is the time of a run that could be made apart.
#include "guide/asked.h"

#define MACHINE "cpu 2; gpu 1; submit 5; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1"

static asked loaded(const char *graph, const char *mapper) {
    asked a = asked_on(MACHINE, graph, NULL);
    assert_int_equal(mw_lab_load(a.lab, "test", mapper, NULL), MW_OK);
    return a;
}

static void a_statement_on_top_of_the_mapper_decides(void **state) {
    (void)state;
    asked a = loaded("kind k cpu=100,gpu=10; region x 1000; task k w x", "Task k CPU;");
    mw_lab_run run;
    assert_true(mw_lab_now(a.lab).makespan_us == 105); // submitted in 5
    assert_int_equal(mw_lab_with(a.lab, "Task k GPU;", &run), MW_OK);
    assert_true(run.makespan_us == 15);
    assert_true(mw_lab_now(a.lab).makespan_us == 105); // nothing that is loaded changes
    asked_end(&a);
}

static void another_mapper_stands_by_itself(void **state) {
    (void)state;
    asked a = loaded("kind k cpu=100,gpu=10; region x 1000; task k w x", "Task k CPU;");
    mw_lab_run run;
    assert_int_equal(mw_lab_instead(a.lab, "", &run), MW_OK);
    assert_true(run.makespan_us == 15);
    asked_end(&a);
}

static void a_link_a_kernel_and_submission_can_cost_nothing(void **state) {
    (void)state;
    // 5 to submit, 1 to copy 1000 bytes at 1 GB/s, 10 to run
    asked a = loaded("kind k gpu=10; region x 1000; task k r x", "");
    double us;
    assert_true(mw_lab_now(a.lab).makespan_us == 16);
    assert_int_equal(mw_lab_now(a.lab).copied_bytes, 1000);
    assert_int_equal(mw_lab_fast_link(a.lab, MW_NO_ID, &us), MW_OK);
    assert_true(us == 15);
    assert_int_equal(mw_lab_fast_link(a.lab, 0, &us), MW_OK);
    double in_us = us;
    assert_int_equal(mw_lab_fast_link(a.lab, 1, &us), MW_OK);
    assert_true(in_us + us == 15 + 16); // one of the two carries it
    assert_int_equal(mw_lab_fast_kernel(a.lab, 0, &us), MW_OK);
    assert_true(us == 6);
    assert_int_equal(mw_lab_free_submission(a.lab, &us), MW_OK);
    assert_true(us == 11);
    asked_end(&a);
}

static void what_cannot_be_asked_is_refused(void **state) {
    (void)state;
    asked a = loaded("kind k gpu=10; region x 1000; task k r x", "");
    mw_lab_run run = {.makespan_us = -7};
    double us = -7;
    assert_int_equal(mw_lab_fast_link(a.lab, 99, &us), MW_ERR_RANGE);
    assert_int_equal(mw_lab_fast_kernel(a.lab, 1, &us), MW_ERR_RANGE);
    assert_int_equal(mw_lab_with(a.lab, "Task k", &run), MW_ERR_INPUT);      // no statement
    assert_int_equal(mw_lab_with(a.lab, "Task k CPU;", &run), MW_ERR_INPUT); // no variant
    assert_int_equal(mw_lab_load(a.lab, "test", "Task k CPU;", NULL), MW_ERR_INPUT);
    assert_int_equal(mw_lab_free_submission(a.lab, &us), MW_ERR_RANGE); // it did not run
    assert_true(us == -7 && run.makespan_us == -7);
    assert_string_equal(mw_lab_mapper(a.lab), "Task k CPU;");
    asked_end(&a);
}

int main(void) {
    const struct CMUnitTest labs[] = {
        cmocka_unit_test(a_statement_on_top_of_the_mapper_decides),
        cmocka_unit_test(another_mapper_stands_by_itself),
        cmocka_unit_test(a_link_a_kernel_and_submission_can_cost_nothing),
        cmocka_unit_test(what_cannot_be_asked_is_refused),
    };
    return cmocka_run_group_tests(labs, NULL, NULL);
}
