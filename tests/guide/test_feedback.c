// tests/guide/test_feedback.c: the four endings, the three levels, and the advice that the paper's
// AutoGuide gives for its best-known failures.
#include "base/explain.h"
#include "guide/asked.h"

static asked any_program(void) {
    return asked_on("cpu 2; gpu 2",
                    "kind step cpu=100,gpu=10; region x 8 4; launch step 4; task step[0] rw x[0];"
                    "task step[1] rw x[1]; task step[2] rw x[2]; task step[3] rw x[3]",
                    NULL);
}

static void says(const mw_feedback *f, const char *words) {
    mw_str text = {0};
    mw_feedback_text(f, &text);
    if (!strstr(mw_str_text(&text), words))
        fail_msg("'%s' is not said:\n%s", words, mw_str_text(&text));
    mw_str_clear(&text);
}

/** The mended mapper runs in the time that is predicted. */
static void first_mends(const asked *a, const char *words) {
    assert_true(a->said->suggestion_count > 0);
    const mw_suggestion *s = &a->said->suggestions[0];
    assert_non_null(s->mapper);
    assert_non_null(strstr(s->mapper, words));
    assert_true(s->predicted_us > 0 && s->predicted_us == asked_time(a, s->mapper));
}

// --- the paper's failures
// --------------------------------------------------------------------------

static void a_colon_after_a_function_head(void **state) {
    (void)state;
    asked a = any_program();
    const mw_feedback *f = asked_about(
        &a, "m = Machine(GPU);\ndef f(Task t):\n    return m[0, 0];\nIndexTaskMap step f;",
        MW_FEEDBACK_SUGGEST);
    assert_int_equal(f->outcome, MW_OUTCOME_COMPILE_ERROR);
    assert_int_equal(f->suggestions[0].code, MW_COLON_AFTER_DEF);
    says(f, "line 2: def f(Task t):");
    first_mends(&a, "def f(Task t) {");
    asked_end(&a);
}

static void a_map_above_its_function(void **state) {
    (void)state;
    asked a = any_program();
    const mw_feedback *f = asked_about(
        &a, "m = Machine(GPU);\nIndexTaskMap step f;\ndef f(Task t) { return m[0, 0]; }",
        MW_FEEDBACK_SUGGEST);
    assert_int_equal(f->outcome, MW_OUTCOME_COMPILE_ERROR);
    assert_int_equal(f->suggestions[0].code, MW_USED_BEFORE_DEFINITION);
    says(f, "move the definition up");
    asked_end(&a);
}

static void an_index_out_of_bounds(void **state) {
    (void)state;
    asked a = any_program();
    const mw_feedback *f = asked_about(&a,
                                       "m = Machine(GPU);\ndef f(Task t) {\n    return m[0, "
                                       "t.ipoint[0] + 1];\n}\nIndexTaskMap step f;",
                                       MW_FEEDBACK_SUGGEST);
    assert_int_equal(f->outcome, MW_OUTCOME_MAPPING_ERROR);
    assert_int_equal(f->suggestions[0].situation, MW_SITUATION_INDEX_MAP);
    says(f, "end each index with % m.size[d]");
    first_mends(&a, "m[0, (t.ipoint[0] + 1) % m.size[1]]");
    asked_end(&a);
}

static const mw_feedback *after_a_run(asked *a, const char *mapper, const char *printed) {
    mw_diags *run = mw_diags_new();
    mw_diag_in(run, MW_ERROR, MW_PROGRAM_FAILED, "./app", NULL, printed,
               "the program failed with exit status 1");
    mw_feedback_question q = {
        .name = "test", .mapper = mapper, .run = run, .level = MW_FEEDBACK_SUGGEST};
    assert_int_equal(mw_feedback_new(a->lab, &q, &a->said), MW_OK);
    mw_diags_free(run);
    assert_int_equal(a->said->outcome, MW_OUTCOME_EXECUTION_ERROR);
    return a->said;
}

static void a_stride_or_dgemm_parameter_error(void **state) {
    (void)state;
    static const char *const PRINTED[] = {"Assertion failed: stride does not match expected value",
                                          " ** On entry to DGEMM parameter number 8 had an "
                                          "illegal value"};
    for (int i = 0; i < 2; i++) {
        asked a = any_program();
        const mw_feedback *f = after_a_run(&a, "Layout * * * AOS C_order;", PRINTED[i]);
        assert_int_equal(f->suggestions[0].situation, MW_SITUATION_LAYOUT);
        says(f, "the memory layout is not the one that the kernel expects");
        says(f, "another kind of processor");
        says(f, PRINTED[i]); // the raw outcome is there too
        asked_end(&a);
    }
}

static void a_failed_event_under_an_instance_limit(void **state) {
    (void)state;
    const char *printed = "Assertion `event.exists()' failed";
    asked a = any_program();
    const mw_feedback *f = after_a_run(&a, "InstanceLimit step 1;", printed);
    assert_int_equal(f->suggestions[0].situation, MW_SITUATION_LIMIT);
    says(f, "avoid that InstanceLimit");
    asked_end(&a);
    a = any_program(); // without a limit it is something else
    f = after_a_run(&a, "", printed);
    for (uint32_t i = 0; i < f->suggestion_count; i++)
        assert_int_not_equal(f->suggestions[i].situation, MW_SITUATION_LIMIT);
    asked_end(&a);
}

static void a_slow_run(void **state) {
    (void)state;
    asked a = any_program();
    asked_about(&a, "Task * CPU;", MW_FEEDBACK_SUGGEST);
    asked_first_is(&a, MW_SITUATION_PROCESSOR, "Task step GPU;");
    says(a.said, "run step on GPU");
    asked_end(&a);
}

// --- levels and forms
// ------------------------------------------------------------------------------

static void each_level_says_what_the_one_before_says_and_more(void **state) {
    (void)state;
    asked a = any_program();
    mw_str text[3] = {{0}};
    for (int level = 0; level < 3; level++) {
        const mw_feedback *f = asked_about(&a, "Task * CPU;", (mw_feedback_level)level);
        assert_int_equal(f->reason_count > 0, level >= MW_FEEDBACK_EXPLAIN);
        assert_int_equal(f->suggestion_count > 0, level >= MW_FEEDBACK_SUGGEST);
        mw_feedback_text(f, &text[level]);
    }
    for (int level = 1; level < 3; level++) {
        assert_true(text[level].len > text[level - 1].len);
        assert_memory_equal(text[level].text, text[level - 1].text, text[level - 1].len);
    }
    for (int level = 0; level < 3; level++)
        mw_str_clear(&text[level]);
    asked_end(&a);
}

static void it_is_compared_with_the_default_and_the_best(void **state) {
    (void)state;
    asked a = any_program(); // default: 4 tasks of 10 us on 2 GPUs
    mw_feedback_question q = {.name = "test", .mapper = "Task * CPU;", .best_us = 100};
    assert_int_equal(mw_feedback_new(a.lab, &q, &a.said), MW_OK);
    assert_true(a.said->makespan_us == 200);
    assert_true(a.said->default_us == asked_time(&a, ""));
    says(a.said, "0.50 times as fast as the best so far");
    asked_end(&a);
}

static void equal_questions_get_equal_bytes(void **state) {
    (void)state;
    char *text[2];
    for (int i = 0; i < 2; i++) {
        asked a = any_program();
        json_t *json = mw_feedback_json(asked_about(&a, "Task * CPU;", MW_FEEDBACK_SUGGEST));
        assert_non_null(json);
        assert_true(json_array_size(json_object_get(json, "suggestions")) > 0);
        assert_string_equal(json_string_value(json_object_get(json, "outcome")), "performance");
        text[i] = json_dumps(json, JSON_COMPACT);
        json_decref(json);
        asked_end(&a);
    }
    assert_string_equal(text[0], text[1]);
    free(text[0]);
    free(text[1]);
}

static void one_line_names_the_outcome_and_the_first_suggestion(void **state) {
    (void)state;
    asked a = any_program();
    mw_str line = {0};
    mw_feedback_line(asked_about(&a, "Task * CPU;", MW_FEEDBACK_SUGGEST), &line);
    assert_null(strchr(mw_str_text(&line), '\n'));
    assert_int_equal(strncmp(mw_str_text(&line), "performance: 200 us", 19), 0);
    assert_non_null(strstr(mw_str_text(&line), "wrong processor kind: run step on GPU"));
    mw_str_clear(&line);
    asked_end(&a);
}

static void names_that_the_mapper_has_are_not_taken(void **state) {
    (void)state;
    asked a = any_program();
    asked_about(&a,
                "guide_gpu = Machine(CPU);\ndef guide_block_first_gpu(Task t) { return "
                "guide_gpu[0, 0]; }\nTask * CPU;\nIndexTaskMap * guide_block_first_gpu;",
                MW_FEEDBACK_SUGGEST);
    asked_first_is(&a, MW_SITUATION_PROCESSOR, "guide1_");
    asked_end(&a);
}

static void what_the_mapper_says_in_vain_is_told(void **state) {
    (void)state;
    asked a = any_program();
    says(asked_about(&a, "Task stp GPU;", MW_FEEDBACK_EXPLAIN), "the program has no task 'stp'");
    asked_end(&a);
}

/** Whatever a mapper or a run of it can bring about has an explanation that says what to do. */
static void every_code_that_reaches_an_optimizer_is_explained(void **state) {
    (void)state;
    static const int CODES[] = {
#define CODE(number, name, text) number,
        MW_DIAG_LIST_LANG(CODE) MW_DIAG_LIST_PLAN(CODE) MW_DIAG_LIST_SIM(CODE)
            MW_DIAG_LIST_RUN(CODE)
#undef CODE
    };
    for (size_t i = 0; i < MW_COUNT(CODES); i++) {
        const mw_explanation *e = mw_explain(CODES[i]);
        if (!e || !*e->fix)
            fail_msg("MW%d is not explained", CODES[i]);
    }
}

int main(void) {
    const struct CMUnitTest feedback[] = {
        cmocka_unit_test(a_colon_after_a_function_head),
        cmocka_unit_test(a_map_above_its_function),
        cmocka_unit_test(an_index_out_of_bounds),
        cmocka_unit_test(a_stride_or_dgemm_parameter_error),
        cmocka_unit_test(a_failed_event_under_an_instance_limit),
        cmocka_unit_test(a_slow_run),
        cmocka_unit_test(each_level_says_what_the_one_before_says_and_more),
        cmocka_unit_test(it_is_compared_with_the_default_and_the_best),
        cmocka_unit_test(equal_questions_get_equal_bytes),
        cmocka_unit_test(one_line_names_the_outcome_and_the_first_suggestion),
        cmocka_unit_test(names_that_the_mapper_has_are_not_taken),
        cmocka_unit_test(what_the_mapper_says_in_vain_is_told),
        cmocka_unit_test(every_code_that_reaches_an_optimizer_is_explained),
    };
    return cmocka_run_group_tests(feedback, NULL, NULL);
}
