// tests/report/test_table.c: tables, bars and progress on a terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "report/progress.h"
#include "report/table.h"

static const mw_look WIDE = {80, false, true}, PLAIN = {80, false, false};

static mw_table *people(void) {
    mw_table *t = mw_table_new();
    mw_table_column(t, "name", MW_TEXT);
    mw_table_column(t, "n", MW_NUMBER);
    mw_table_cell(t, "Zoë");
    mw_table_cell(t, "%d", 7);
    mw_table_cell(t, "李小龙");
    mw_table_cell(t, "%d", 1234);
    return t;
}

static void columns_align_whatever_the_bytes_of_the_text(void **state) {
    (void)state;
    mw_str out = {0};
    mw_table *t = people();
    assert_true(mw_table_print(t, &out, &WIDE));
    assert_string_equal(mw_str_text(&out), "  name       n\n"
                                           "  ──────  ────\n"
                                           "  Zoë        7\n"
                                           "  李小龙  1234\n"); // three wide characters: 6 columns
    mw_str_clear(&out);
    mw_table_free(t);
}

static void without_utf8_there_is_only_ascii(void **state) {
    (void)state;
    mw_str out = {0};
    mw_table *t = people();
    assert_true(mw_table_print(t, &out, &PLAIN));
    for (size_t i = 0; i < out.len; i++)
        assert_true((unsigned char)out.text[i] < 0x80);
    assert_non_null(strstr(out.text, "Zo?"));
    mw_str_clear(&out);
    mw_table_free(t);
}

static void text_gives_way_and_numbers_never(void **state) {
    (void)state;
    mw_str out = {0};
    mw_table *t = mw_table_new();
    mw_table_column(t, "kind", MW_TEXT);
    mw_table_column(t, "time", MW_NUMBER);
    mw_table_cell(t, "a_very_long_name_of_a_task_kind");
    mw_table_cell(t, "123.456 ms");
    assert_true(mw_table_print(t, &out, &(mw_look){26, false, true}));
    // 26 columns: two gaps of 2, the number's 10, so 12 for the text, the mark included
    assert_non_null(strstr(out.text, "  a_very_long…  123.456 ms\n"));
    mw_str_clear(&out);
    mw_table_free(t);
}

static void a_name_cannot_steer_the_terminal(void **state) {
    (void)state;
    mw_str out = {0};
    mw_table *t = mw_table_new();
    mw_table_column(t, "kind", MW_TEXT);
    mw_table_cell(t, "\033[2Jboo\r\n\xFFx\xC2\x9B\xE2\x80\xAE");
    assert_true(mw_table_print(t, &out, &WIDE));
    // escape, return, newline, a byte that is no UTF-8, C1 and a direction mark: all "?"
    assert_non_null(strstr(out.text, "  ?[2Jboo???x??\n"));
    mw_str_clear(&out);
    mw_table_free(t);
}

static void colour_is_there_only_when_asked_for(void **state) {
    (void)state;
    for (int color = 0; color < 2; color++) {
        mw_str out = {0};
        mw_table *t = people();
        mw_table_cell(t, "red");
        mw_table_cell_color(t, 3);
        assert_true(mw_table_print(t, &out, &(mw_look){80, color, true}));
        assert_int_equal(strchr(out.text, '\033') != NULL, color);
        mw_str_clear(&out);
        mw_table_free(t);
    }
}

static void a_bar_counts_in_eighths_and_always_fills_its_columns(void **state) {
    (void)state;
    const double parts[] = {-1, 0, 0.1, 0.5, 0.999, 1, 7, NAN};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (int utf8 = 0; utf8 < 2; utf8++) {
            mw_str out = {0};
            mw_text_bar(&out, parts[i], 10, utf8);
            assert_int_equal(mw_text_width(mw_str_text(&out)), 10);
            mw_str_clear(&out);
        }
    mw_str out = {0};
    mw_text_bar(&out, 0.1875, 4, true); // 6 of 32 eighths
    assert_string_equal(out.text, "▊   ");
    mw_str_clear(&out);
}

static void a_progress_line_is_narrower_than_the_terminal(void **state) {
    (void)state;
    for (int width = 5; width < 120; width++) {
        mw_str out = {0};
        mw_progress p = {.look = {width, false, true}, .done = 3, .total = 10};
        snprintf(p.text, sizeof p.text,
                 "iteration 4: 块循环 map for chol_model_22, a long sentence");
        mw_progress_line(&p, 3725, &out);
        assert_true(mw_text_width(mw_str_text(&out)) < width);
        mw_str_clear(&out);
    }
}

static void a_progress_line_says_how_far_and_how_long(void **state) {
    (void)state;
    mw_str out = {0};
    mw_progress p = {.look = {60, false, false}, .done = 5, .total = 10};
    snprintf(p.text, sizeof p.text, "verifying");
    mw_progress_line(&p, 3725, &out);
    // 59 columns, of which 17 are "5/10", "1:02:05" and what stands between: a third of the rest
    assert_string_equal(out.text, "[#######       ] 5/10 1:02:05 verifying");
    mw_str_clear(&out);
}

static char *printed(FILE *f) {
    static char text[4096];
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void without_a_terminal_each_step_is_a_plain_line(void **state) {
    (void)state;
    FILE *f = tmpfile();
    mw_progress p;
    mw_progress_start(&p, f, &WIDE, false, 3);
    mw_progress_step(&p, 0, "recording");
    mw_progress_step(&p, 0, "recording"); // said already
    mw_progress_tick(&p);
    mw_progress_step(&p, 1, "trying\033[2J");
    mw_progress_clear(&p);
    mw_progress_end(&p, NULL);
    assert_string_equal(printed(f), "step 1 of 3: recording\nstep 2 of 3: trying?[2J\n");
}

static void on_a_terminal_one_line_is_redrawn(void **state) {
    (void)state;
    FILE *f = tmpfile();
    mw_progress p;
    mw_progress_start(&p, f, &WIDE, true, 3);
    mw_progress_step(&p, 0, "recording");
    mw_progress_step(&p, 1, "trying");
    mw_progress_end(&p, NULL);
    char *text = printed(f);
    assert_null(strchr(text, '\n'));
    assert_int_equal(*text, '\r');
    assert_string_equal(text + strlen(text) - 4, "\r\033[K"); // nothing is left behind
}

static void a_terminal_that_was_made_narrower_is_noticed(void **state) {
    (void)state;
    int ours, theirs;
    struct winsize narrow = {.ws_row = 24, .ws_col = 20};
    char text[1024] = {0};
    if (openpty(&ours, &theirs, NULL, NULL, NULL) != 0)
        skip(); // no terminals here
    FILE *f = fdopen(theirs, "w");
    assert_non_null(f);
    mw_progress p;
    mw_progress_start(&p, f, &WIDE, true, 3); // 80 columns once
    assert_int_equal(ioctl(ours, TIOCSWINSZ, &narrow), 0);
    mw_progress_step(&p, 0, "recording a program whose name is long");
    assert_true(read(ours, text, sizeof text - 1) > 0);
    assert_int_equal(*text, '\r');
    char *end = strchr(text, '\033');
    assert_non_null(end);
    *end = '\0';
    assert_in_range(mw_text_width(text + 1), 1, narrow.ws_col - 1);
    fclose(f);
    close(ours);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_align_whatever_the_bytes_of_the_text),
        cmocka_unit_test(without_utf8_there_is_only_ascii),
        cmocka_unit_test(text_gives_way_and_numbers_never),
        cmocka_unit_test(a_name_cannot_steer_the_terminal),
        cmocka_unit_test(colour_is_there_only_when_asked_for),
        cmocka_unit_test(a_bar_counts_in_eighths_and_always_fills_its_columns),
        cmocka_unit_test(a_progress_line_is_narrower_than_the_terminal),
        cmocka_unit_test(a_progress_line_says_how_far_and_how_long),
        cmocka_unit_test(without_a_terminal_each_step_is_a_plain_line),
        cmocka_unit_test(on_a_terminal_one_line_is_redrawn),
        cmocka_unit_test(a_terminal_that_was_made_narrower_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
