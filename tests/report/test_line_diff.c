// tests/report/test_line_diff.c: a diff says what changed, and patching with it gives the new text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "report/line_diff.h"

static void assert_diff(const char *a, const char *b, const char *expected) {
    mw_str out = {0};
    assert_true(mw_line_diff(&out, "x", a, strlen(a), b, strlen(b)));
    assert_string_equal(mw_str_text(&out), expected);
    mw_str_clear(&out);
}

static void equal_texts_have_no_diff(void **state) {
    (void)state;
    assert_diff("", "", "");
    assert_diff("a\nb\n", "a\nb\n", "");
}

static void a_changed_line_stands_between_three_of_context(void **state) {
    (void)state;
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
                "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    assert_diff("", "1\n", "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+1\n");
    assert_diff("1\n", "", "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-1\n");
    assert_diff("1", "1\n",
                "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n\\ No newline at end of file\n+1\n");
}

static void changes_far_apart_have_hunks_of_their_own(void **state) {
    (void)state;
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n",
                "--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n"
                "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+nine\n");
}

/** Applies a diff of texts that end in a newline; counts the changed lines. */
static void patch(const char *text, const char *diff, mw_str *out, int *changed) {
    unsigned line = 1;
    *changed = 0;
    while (*diff) {
        const char *end = strchr(diff, '\n') + 1;
        if (strncmp(diff, "@@ -", 4) == 0) {
            unsigned start = (unsigned)strtoul(diff + 4, NULL, 10);
            bool none = strncmp(strchr(diff + 4, ' ') - 2, ",0", 2) == 0;
            for (start += none; line < start; line++) {
                const char *next = strchr(text, '\n') + 1;
                mw_str_add_bytes(out, text, (size_t)(next - text));
                text = next;
            }
        } else if (strncmp(diff, "--- a/", 6) != 0 && strncmp(diff, "+++ b/", 6) != 0) {
            *changed += *diff != ' ';
            if (*diff != '-')
                mw_str_add_bytes(out, diff + 1, (size_t)(end - diff - 1));
            if (*diff != '+') {
                assert_memory_equal(text, diff + 1, (size_t)(end - diff - 1));
                text += end - diff - 1;
                line++;
            }
        }
        diff = end;
    }
    mw_str_add(out, text);
}

static void random_lines(mw_str *out, mw_rng *rng, uint64_t most, uint64_t letters) {
    for (uint64_t n = mw_rng_below(rng, most + 1); n > 0; n--)
        mw_str_printf(out, "%c\n", (char)('a' + mw_rng_below(rng, letters)));
}

/** Lines of a longest common subsequence, by the textbook's table. */
static int common(const char *a, const char *b) {
    static int table[70][70];
    size_t n = strlen(a) / 2, m = strlen(b) / 2;
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++)
            table[i][j] = i == 0 || j == 0                    ? 0
                          : a[2 * i - 2] == b[2 * j - 2]      ? table[i - 1][j - 1] + 1
                          : table[i - 1][j] > table[i][j - 1] ? table[i - 1][j]
                                                              : table[i][j - 1];
    return table[n][m];
}

static void patching_gives_the_new_text_by_the_fewest_lines(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        mw_rng rng = {seed};
        mw_str a = {0}, b = {0}, diff = {0}, patched = {0};
        random_lines(&a, &rng, 60, 1 + seed % 5);
        random_lines(&b, &rng, 60, 1 + seed % 5);
        int changed = 0;
        assert_true(mw_line_diff(&diff, "x", mw_str_text(&a), a.len, mw_str_text(&b), b.len));
        patch(mw_str_text(&a), mw_str_text(&diff), &patched, &changed);
        assert_string_equal(mw_str_text(&patched), mw_str_text(&b));
        assert_int_equal(changed, (int)(a.len / 2 + b.len / 2) -
                                      2 * common(mw_str_text(&a), mw_str_text(&b)));
        mw_str_clear(&a);
        mw_str_clear(&b);
        mw_str_clear(&diff);
        mw_str_clear(&patched);
    }
}

static void texts_that_share_nothing_are_replaced(void **state) {
    (void)state;
    mw_str a = {0}, b = {0}, diff = {0}, patched = {0};
    for (int i = 0; i < 3000; i++) {
        mw_str_printf(&a, "a%d\n", i);
        mw_str_printf(&b, "b%d\n", i);
    }
    int changed = 0;
    assert_true(mw_line_diff(&diff, "x", a.text, a.len, b.text, b.len));
    patch(a.text, diff.text, &patched, &changed);
    assert_string_equal(mw_str_text(&patched), mw_str_text(&b));
    assert_int_equal(changed, 6000);
    mw_str_clear(&a);
    mw_str_clear(&b);
    mw_str_clear(&diff);
    mw_str_clear(&patched);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_have_no_diff),
        cmocka_unit_test(a_changed_line_stands_between_three_of_context),
        cmocka_unit_test(changes_far_apart_have_hunks_of_their_own),
        cmocka_unit_test(patching_gives_the_new_text_by_the_fewest_lines),
        cmocka_unit_test(texts_that_share_nothing_are_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
