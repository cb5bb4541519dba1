// tests/search/test_sim_evaluator.c: a mapper in, an outcome out; what was asked before is
// remembered.
#include "search/planted.h"

typedef struct fixture {
    planted p;
    const mw_evaluator *engine;
    mw_diags *diags;
} fixture;

static const char CYCLIC[] = "m = Machine(CPU);\n"
                             "def cyclic(Task task) { return m[0, task.ipoint[0] % m.size[1]]; }\n"
                             "IndexTaskMap ramp cyclic;\n";
static const char OUTSIDE[] = "m = Machine(CPU);\n"
                              "def outside(Task task) { return m[0, task.ipoint[0]]; }\n"
                              "IndexTaskMap ramp outside;\n";

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->p = planted_on(mw_machine_bare(1, 2, 0, 0), planted_ramp(4));
    f->engine = mw_sim_evaluator_interface(f->p.simulator);
    f->diags = mw_diags_new();
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    mw_diags_free(f->diags);
    planted_free(&f->p);
    free(f);
    return 0;
}

static mw_evaluation ask(fixture *f, const char *mapper) {
    mw_evaluation got = {0};
    mw_diags_reset(f->diags);
    assert_int_equal(f->engine->evaluate(f->engine->self, "asked", mapper, &got, f->diags), MW_OK);
    return got;
}

static mw_sim_evaluator_counts counts(const fixture *f) {
    return mw_sim_evaluator_count(f->p.simulator);
}

static void a_mapper_that_runs_has_plan_timeline_and_profile(void **state) {
    fixture *f = *state;
    mw_evaluation got = ask(f, "");
    assert_int_equal(got.outcome, MW_OUTCOME_PERFORMANCE);
    // tasks of 10, 20, 30, 40 us in blocks of two on two processors: 30 + 40 on the second, and
    // whatever the runtime costs
    assert_true(got.makespan_us >= 70);
    assert_non_null(got.plan);
    assert_int_equal(got.timeline->task_count, 4);
    assert_true(got.profile->makespan_us == got.makespan_us);
}

static void text_that_is_no_mapper_is_a_compile_error_with_a_place(void **state) {
    fixture *f = *state;
    mw_evaluation got = ask(f, "Task ramp;\n");
    assert_int_equal(got.outcome, MW_OUTCOME_COMPILE_ERROR);
    assert_null(got.profile);
    assert_string_equal(mw_diags_first_error(f->diags)->file, "asked");
    assert_int_equal(mw_diags_first_error(f->diags)->line, 1);
}

static void a_place_outside_the_machine_is_a_mapping_error(void **state) {
    fixture *f = *state;
    assert_int_equal(ask(f, OUTSIDE).outcome, MW_OUTCOME_MAPPING_ERROR);
    assert_non_null(mw_diags_first_error(f->diags));
}

static void a_failure_asked_again_is_told_again_without_work(void **state) {
    fixture *f = *state;
    ask(f, OUTSIDE);
    size_t said = mw_diags_count(f->diags);
    mw_sim_evaluator_counts before = counts(f);
    assert_int_equal(ask(f, OUTSIDE).outcome, MW_OUTCOME_MAPPING_ERROR);
    assert_int_equal(mw_diags_count(f->diags), said);
    assert_int_equal(counts(f).evaluations, before.evaluations);
    assert_int_equal(counts(f).remembered, before.remembered + 1);
}

static void predictions_equal_evaluations_and_are_counted_apart(void **state) {
    fixture *f = *state;
    mw_outcome outcome;
    double us;
    assert_int_equal(f->engine->predict(f->engine->self, CYCLIC, &outcome, &us), MW_OK);
    assert_int_equal(counts(f).what_ifs, 1);
    assert_int_equal(counts(f).evaluations, 0);
    assert_int_equal(outcome, MW_OUTCOME_PERFORMANCE);
    assert_true(ask(f, CYCLIC).makespan_us == us);
    assert_int_equal(counts(f).evaluations, 1);
    assert_int_equal(f->engine->predict(f->engine->self, CYCLIC, &outcome, &us), MW_OK);
    assert_int_equal(counts(f).what_ifs, 1);
    assert_int_equal(counts(f).remembered, 1);
}

static void a_prediction_leaves_the_last_evaluation_for_what_ifs(void **state) {
    fixture *f = *state;
    double default_us = ask(f, "").makespan_us, us;
    mw_outcome outcome;
    assert_int_equal(f->engine->predict(f->engine->self, CYCLIC, &outcome, &us), MW_OK);
    mw_what_if nothing = {0};
    double same_us;
    assert_int_equal(f->engine->what_if(f->engine->self, &nothing, &same_us), MW_OK);
    assert_true(same_us == default_us);
    mw_evaluation again = ask(f, ""); // the timeline is made anew, since others ran in between
    assert_true(again.makespan_us == default_us);
    assert_true(again.timeline->makespan_us == default_us);
}

static void twice_as_fast_a_kernel_takes_half_the_time_of_it(void **state) {
    fixture *f = *state;
    double whole_us = ask(f, "").makespan_us, faster_us;
    const double speed[] = {2};
    mw_what_if faster = {.kind_speed = speed};
    assert_int_equal(f->engine->what_if(f->engine->self, &faster, &faster_us), MW_OK);
    assert_true(faster_us <= whole_us - 34.9 && faster_us >= whole_us - 35.1); // half of 30 + 40
}

static void without_an_evaluation_there_is_no_what_if(void **state) {
    fixture *f = *state;
    mw_what_if nothing = {0};
    double us;
    assert_int_equal(f->engine->what_if(f->engine->self, &nothing, &us), MW_ERR_RANGE);
    ask(f, OUTSIDE);
    assert_int_equal(f->engine->what_if(f->engine->self, &nothing, &us), MW_ERR_RANGE);
}

#define EVALUATOR_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        EVALUATOR_TEST(a_mapper_that_runs_has_plan_timeline_and_profile),
        EVALUATOR_TEST(text_that_is_no_mapper_is_a_compile_error_with_a_place),
        EVALUATOR_TEST(a_place_outside_the_machine_is_a_mapping_error),
        EVALUATOR_TEST(a_failure_asked_again_is_told_again_without_work),
        EVALUATOR_TEST(predictions_equal_evaluations_and_are_counted_apart),
        EVALUATOR_TEST(a_prediction_leaves_the_last_evaluation_for_what_ifs),
        EVALUATOR_TEST(twice_as_fast_a_kernel_takes_half_the_time_of_it),
        EVALUATOR_TEST(without_an_evaluation_there_is_no_what_if),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
