// tests/base/test_text.c: arenas, growing text and arrays, names that were probably meant,
// statistics.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"
#include "base/hash.h"
#include "base/near.h"
#include "base/rng.h"
#include "base/stats.h"
#include "base/str.h"
#include "base/vec.h"

static void an_arena_hands_out_zeroed_aligned_memory_that_stays(void **state) {
    (void)state;
    mw_arena *a = mw_arena_new();
    unsigned char *first = mw_arena_alloc(a, 3, 1);
    memset(first, 7, 3);
    for (int i = 0; i < 1000; i++) {
        unsigned char *p = mw_arena_alloc(a, 1000, 16);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (int b = 0; b < 1000; b++)
            assert_int_equal(p[b], 0);
        memset(p, 0xFF, 1000);
    }
    assert_int_equal(first[2], 7);
    assert_false(mw_arena_failed(a));
    mw_arena_free(a);
}

static void an_arena_remembers_that_it_failed(void **state) {
    (void)state;
    mw_arena *a = mw_arena_new();
    assert_null(mw_arena_alloc(a, SIZE_MAX - 8, 1));
    assert_true(mw_arena_failed(a));
    mw_arena_free(a);
}

static void text_grows_and_is_detached(void **state) {
    (void)state;
    mw_str s = {0};
    assert_string_equal(mw_str_text(&s), "");
    for (int i = 0; i < 100; i++)
        mw_str_printf(&s, "%02d", i);
    assert_int_equal(s.len, 200);
    char *text = mw_str_detach(&s);
    assert_memory_equal(text, "0001020304", 10);
    assert_int_equal(strlen(text), 200);
    free(text);
    text = mw_str_detach(&s); // of nothing: still a string
    assert_string_equal(text, "");
    free(text);
}

static void an_array_keeps_its_items_while_it_grows(void **state) {
    (void)state;
    MW_VEC(int) v = {0};
    for (int i = 0; i < 1000; i++)
        assert_true(MW_PUSH(&v, i));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(v.items[i], i);
    MW_VEC_CLEAR(&v);
    assert_null(v.items);
}

static const char *nearest(const char *wanted, const char *const *names) {
    mw_near n = mw_near_to(wanted);
    for (; *names; names++)
        mw_near_offer(&n, *names);
    return n.best;
}

static void the_nearest_name_is_the_one_meant(void **state) {
    (void)state;
    static const char *const names[] = {"block", "cyclic", "stencil", "FBMEM", NULL};
    assert_string_equal(nearest("blok", names), "block");
    assert_string_equal(nearest("stnecil", names), "stencil"); // two neighbours swapped: one step
    assert_string_equal(nearest("fbmem", names), "FBMEM");
    assert_null(nearest("potrf", names));
    assert_null(nearest("", names));
}

static void quartiles_interpolate_between_ranks(void **state) {
    (void)state;
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2};
    mw_stats s = mw_stats_of(odd, 3);
    assert_true(s.median == 3 && s.min == 1 && s.max == 5 && s.mean == 3);
    s = mw_stats_of(even, 4); // ranks at 0.75, 1.5 and 2.25 of 0 … 3
    assert_true(s.q1 == 1.75 && s.median == 2.5 && s.q3 == 3.25);
    assert_true(mw_stats_of(NULL, 0).count == 0);
}

static void hashes_see_every_byte_and_the_length(void **state) {
    (void)state;
    unsigned char bytes[40] = {0};
    uint64_t base = mw_hash(bytes, sizeof bytes, 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        assert_true(mw_hash(bytes, sizeof bytes, 0) != base);
        bytes[i] ^= 1;
        assert_true(mw_hash(bytes, i, 0) != base);
    }
}

static void random_numbers_below_n_reach_all_of_them(void **state) {
    (void)state;
    mw_rng rng = {42}, same = {42};
    int seen[7] = {0};
    for (int i = 0; i < 700; i++) {
        uint64_t x = mw_rng_below(&rng, 7);
        assert_true(x < 7 && x == mw_rng_below(&same, 7));
        seen[x]++;
    }
    for (int i = 0; i < 7; i++)
        assert_true(seen[i] > 50); // of 100 expected; p(fail) < 1e-6, and the seed is fixed
}

static void a_ratio_is_of_pairs_and_its_interval_that_of_the_sign_test(void **state) {
    (void)state;
    // the second run of both was slowed down tenfold: that cancels; the fourth of b failed
    const double a[] = {20, 220, 24, 30, 18}, b[] = {10, 100, 10, -1, 10};
    mw_ratio r;
    assert_true(mw_ratio_of(a, b, 5, 0.95, &r));
    assert_int_equal(r.pairs, 4);
    assert_true(fabs(r.median - 2.1) < 1e-12); // of 1.8, 2, 2.2, 2.4
    assert_false(r.has_bounds);                // 1 - 2 / 16 < 95%
    double up[20], one[20];
    for (int i = 0; i < 20; i++) {
        up[i] = 20 - i;
        one[i] = 1;
    }
    assert_true(mw_ratio_of(up, one, 6, 0.95, &r)); // 1 - 2 / 64 = 96.9%: the extremes
    assert_true(r.has_bounds && r.low == 15 && r.high == 20);
    assert_true(mw_ratio_of(up, one, 7, 0.95, &r)); // (1 + 7) / 64 > 2.5%: still the extremes
    assert_true(r.has_bounds && r.low == 14 && r.high == 20);
    assert_true(mw_ratio_of(up, one, 20, 0.95, &r)); // tables: the 6th and the 15th of 20
    assert_true(r.has_bounds && r.low == 6 && r.high == 15);
    assert_true(mw_ratio_of(up, one, 0, 0.95, &r));
    assert_true(r.pairs == 0 && r.median == 0 && !r.has_bounds);
}

int main(void) {
    const struct CMUnitTest text[] = {
        cmocka_unit_test(an_arena_hands_out_zeroed_aligned_memory_that_stays),
        cmocka_unit_test(an_arena_remembers_that_it_failed),
        cmocka_unit_test(text_grows_and_is_detached),
        cmocka_unit_test(an_array_keeps_its_items_while_it_grows),
        cmocka_unit_test(the_nearest_name_is_the_one_meant),
        cmocka_unit_test(quartiles_interpolate_between_ranks),
        cmocka_unit_test(a_ratio_is_of_pairs_and_its_interval_that_of_the_sign_test),
        cmocka_unit_test(hashes_see_every_byte_and_the_length),
        cmocka_unit_test(random_numbers_below_n_reach_all_of_them),
    };
    return cmocka_run_group_tests(text, NULL, NULL);
}
