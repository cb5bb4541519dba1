// tests/lang/test_explain.c: the examples of `mapwright explain` show what they say.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "base/explain.h"
#include "lang/evaluate.h"

static bool has(const mw_diags *d, mw_diag_code code) {
    for (size_t i = 0; i < mw_diags_count(d); i++)
        if (mw_diags_at(d, i)->code == code)
            return true;
    return false;
}

/** All that is told about a mapper; evaluation too, where it is about that. */
static mw_diags *told(const char *text, mw_diag_code code) {
    mw_diags *diags = mw_diags_new();
    mw_program *program = NULL;
    mw_lang_options options = {.strict = code == MW_EXTENSION || code == MW_LOCAL_REASSIGNED};
    if (mw_program_parse("example", text, strlen(text), &options, &program, diags) == MW_OK &&
        code / 100 == 14)
        evaluate(program, diags);
    mw_program_free(program);
    return diags;
}

static void every_wrong_example_has_its_code(void **state) {
    (void)state;
    int failed = 0;
    for (const mw_explanation *e = mw_explanations_lang; e->fix; e++) {
        if (!e->wrong)
            continue;
        mw_diags *diags = told(e->wrong, e->code);
        if (!has(diags, e->code)) {
            print_error("the example of MW%d does not have it:\n%s\n", e->code, e->wrong);
            mw_diags_print(stderr, diags);
            failed++;
        }
        mw_diags_free(diags);
    }
    assert_int_equal(failed, 0);
}

static void every_right_example_is_right(void **state) {
    (void)state;
    int failed = 0;
    for (const mw_explanation *e = mw_explanations_lang; e->fix; e++) {
        if (!e->right)
            continue;
        mw_diags *diags = told(e->right, e->code);
        if (has(diags, e->code) || mw_diags_errors(diags)) {
            print_error("the better example of MW%d is not right:\n%s\n", e->code, e->right);
            mw_diags_print(stderr, diags);
            failed++;
        }
        mw_diags_free(diags);
    }
    assert_int_equal(failed, 0);
}

static void every_code_of_the_language_is_explained(void **state) {
    (void)state;
    int missing = 0;
#define CODE(number, name, text)                                                                   \
    if (!mw_explain(number)) {                                                                     \
        print_error("src/base/explain_lang.c says nothing about MW%d (%s)\n", number, #name);      \
        missing++;                                                                                 \
    }
    MW_DIAG_LIST_LANG(CODE)
#undef CODE
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest explain[] = {
        cmocka_unit_test(every_wrong_example_has_its_code),
        cmocka_unit_test(every_right_example_is_right),
        cmocka_unit_test(every_code_of_the_language_is_explained),
    };
    return cmocka_run_group_tests(explain, NULL, NULL);
}
