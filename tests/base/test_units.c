// tests/base/test_units.c: numbers as people read them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "base/units.h"

static void a_duration_has_three_digits_and_the_unit_that_fits(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    assert_string_equal(mw_unit_us(t, 0), "0 us");
    assert_string_equal(mw_unit_us(t, 0.004), "<0.01 us");
    assert_string_equal(mw_unit_us(t, 0.123), "0.12 us");
    assert_string_equal(mw_unit_us(t, 12.34), "12.3 us");
    assert_string_equal(mw_unit_us(t, 4560), "4.56 ms");
    assert_string_equal(mw_unit_us(t, 7.891e6), "7.89 s");
    assert_string_equal(mw_unit_us(t, 213e6), "213 s");
}

static void rounding_moves_on_to_the_next_unit(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    assert_string_equal(mw_unit_us(t, 999.4), "999 us");
    assert_string_equal(mw_unit_us(t, 999.6), "1.00 ms"); // not "1000 us"
    assert_string_equal(mw_unit_us(t, 9.996), "10.0 us"); // not "10.00 us"
}

static void a_time_that_is_none_is_a_dash(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    assert_string_equal(mw_unit_us(t, -1), "-");
    assert_string_equal(mw_unit_us(t, NAN), "-");
    assert_string_equal(mw_unit_us(t, INFINITY), "-");
    assert_string_equal(mw_unit_speedup(t, 0), "-");
    assert_string_equal(mw_unit_percent(t, NAN), "-");
    assert_string_equal(mw_unit_gbps(t, -3), "-");
}

static void no_number_overflows_its_text(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    const double huge[] = {1e18, 1e100, 1.7e308};
    for (size_t i = 0; i < 3; i++) {
        assert_true(strlen(mw_unit_us(t, huge[i])) < MW_UNIT_TEXT - 1);
        assert_true(strlen(mw_unit_percent(t, huge[i] / 1e3)) < MW_UNIT_TEXT - 1);
        assert_true(strlen(mw_unit_speedup(t, huge[i])) < MW_UNIT_TEXT - 1);
        assert_true(strlen(mw_unit_gbps(t, huge[i])) < MW_UNIT_TEXT - 1);
    }
    assert_string_equal(mw_unit_count(t, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(mw_unit_bytes(t, UINT64_MAX), "16.0 EiB");
}

static void a_size_is_in_binary_units(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    assert_string_equal(mw_unit_bytes(t, 0), "0 B");
    assert_string_equal(mw_unit_bytes(t, 1023), "1023 B");
    assert_string_equal(mw_unit_bytes(t, 1536), "1.50 KiB");
    assert_string_equal(mw_unit_bytes(t, 1023 * 1024), "1023 KiB");
    assert_string_equal(mw_unit_bytes(t, 16ull << 30), "16.0 GiB");
}

static void a_share_and_a_speed_up_and_a_count(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    assert_string_equal(mw_unit_percent(t, 0), "0%");
    assert_string_equal(mw_unit_percent(t, 0.0001), "<0.1%");
    assert_string_equal(mw_unit_percent(t, 0.034), "3.4%");
    assert_string_equal(mw_unit_percent(t, 1), "100%");
    assert_string_equal(mw_unit_percent(t, 2.5), "250%");
    assert_string_equal(mw_unit_speedup(t, 1.337), "1.34x");
    assert_string_equal(mw_unit_speedup(t, 12), "12.0x");
    assert_string_equal(mw_unit_count(t, 999), "999");
    assert_string_equal(mw_unit_count(t, 1048576), "1,048,576");
}

static void an_axis_has_round_ticks_and_enough_of_them(void **state) {
    (void)state;
    char t[MW_UNIT_TEXT];
    assert_float_equal(mw_unit_tick(100, 4), 20, 1e-9); // 25 -> 20: five steps
    assert_float_equal(mw_unit_tick(7, 5), 1, 1e-9);    // 1.4 -> 1
    assert_float_equal(mw_unit_tick(0.3, 6), 0.05, 1e-9);
    assert_string_equal(mw_unit_us_round(t, 20000), "20 ms");
    assert_string_equal(mw_unit_us_round(t, 2500), "2.5 ms");
    assert_string_equal(mw_unit_us_round(t, 200), "200 us"); // those zeros are digits
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duration_has_three_digits_and_the_unit_that_fits),
        cmocka_unit_test(rounding_moves_on_to_the_next_unit),
        cmocka_unit_test(a_time_that_is_none_is_a_dash),
        cmocka_unit_test(no_number_overflows_its_text),
        cmocka_unit_test(a_size_is_in_binary_units),
        cmocka_unit_test(a_share_and_a_speed_up_and_a_count),
        cmocka_unit_test(an_axis_has_round_ticks_and_enough_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
