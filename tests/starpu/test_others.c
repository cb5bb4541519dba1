// tests/starpu/test_others.c: what other programs took of the processors, from given counters.
#include "starpu/others.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_close(double a, double b) {
    assert_true(fabs(a - b) < 1e-12);
}

static void nothing_is_known_of_no_runs(void **state) {
    (void)state;
    mw_others none = {0};
    assert_true(mw_others_share(&none) < 0);
    mw_others_add(&none, -1, -1, 0, 1); // no /proc/stat
    mw_others_add(&none, 5, 4, 0, 1);   // a counter that went back
    mw_others_add(&none, 5, 6, 0, 0);   // no time passed
    assert_true(mw_others_share(&none) < 0);
}

static void what_is_busy_and_not_ours_is_the_others(void **state) {
    (void)state;
    mw_others sum = {0};
    double all = mw_processors_online();
    mw_others_add(&sum, 100, 100 + all, all - 0.25, 1); // everything busy, a quarter second others'
    assert_close(sum.taken_s, 0.25);
    assert_close(mw_others_share(&sum), 0.25 / all);
    mw_others_add(&sum, 100, 100.5, 0.6, 1); // ticks are coarse: never below nothing
    assert_close(mw_others_share(&sum), 0.25 / (2 * all));
}

static void a_share_is_at_most_all(void **state) {
    (void)state;
    mw_others sum = {0};
    mw_others_add(&sum, 0, 1000, 0, 1);
    assert_true(mw_others_share(&sum) <= 1);
}

static void the_system_counts_forward(void **state) {
    (void)state;
    double before = mw_processors_busy_s(), after = mw_processors_busy_s();
    if (before < 0)
        skip(); // not Linux
    assert_true(after >= before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_of_no_runs),
        cmocka_unit_test(what_is_busy_and_not_ours_is_the_others),
        cmocka_unit_test(a_share_is_at_most_all),
        cmocka_unit_test(the_system_counts_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
