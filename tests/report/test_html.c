// tests/report/test_html.c: the report page is well formed, safe and bounded.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "report/html.h"
#include "report/markup.h"
#include "report/sample.h"

#define HOSTILE "</title><script>alert(1)</script>\"'& \xFF\x01"

// --- a small scanner of elements -------------------------------------------------------------

typedef struct scan {
    char open[64][24]; ///< names of the open elements
    size_t depth, elements, rects;
} scan;

static bool is_void(const char *name) {
    return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0;
}

/** One tag, from after its '<' to after its '>'; fails on an attribute that is not quoted. */
static const char *scan_tag(scan *s, const char *at) {
    bool closing = *at == '/';
    at += closing;
    char name[24] = {0};
    size_t length = strcspn(at, " />\n");
    assert_in_range(length, 1, sizeof name - 1);
    memcpy(name, at, length);
    at += length;
    bool empty = false;
    while (*at && *at != '>') {
        empty = *at == '/';
        if (*at == '=') {
            assert_int_equal(at[1], '"');
            at = strchr(at + 2, '"');
            assert_non_null(at);
        }
        at++;
    }
    assert_int_equal(*at, '>');
    if (closing) {
        assert_true(s->depth > 0);
        assert_string_equal(s->open[--s->depth], name);
    } else if (!empty && !is_void(name)) {
        assert_true(s->depth < 64);
        memcpy(s->open[s->depth++], name, sizeof name);
    }
    s->elements++;
    s->rects += strcmp(name, "rect") == 0 && !closing;
    return at + 1;
}

/** Every element is closed in order, every '&' begins an entity; style and script are raw. */
static scan scan_page(const char *text) {
    scan s = {0};
    while (*text) {
        const char *raw = s.depth == 0 ? "" : s.open[s.depth - 1];
        if (strcmp(raw, "style") == 0 || strcmp(raw, "script") == 0) {
            text = strstr(text, "</");
            assert_non_null(text);
        }
        if (strncmp(text, "<!DOCTYPE html>", 15) == 0) {
            text += 15;
        } else if (*text == '<') {
            text = scan_tag(&s, text + 1);
        } else {
            if (*text == '&')
                assert_non_null(memchr(text, ';', 8));
            text++;
        }
    }
    assert_int_equal(s.depth, 0);
    return s;
}

// --- a report --------------------------------------------------------------------------------

static mw_stats of(double us) {
    return (mw_stats){3, us, us, us, us, us * 0.99, us * 1.01};
}

static char *page(const sample *before, const sample *after, const char *text) {
    const mw_report_row rows[] = {
        {.name = text, .measured = true, .is_default = true, .us = of(200)},
        {.name = "StarPU lws", .measured = true, .failure = text},
        {.name = "best", .measured = true, .is_best = true, .us = of(100)},
        {.name = "best", .is_best = true, .us = of(90)}};
    const mw_report_iteration iterations[] = {{1, text, 80, 90, NULL}, {2, "x", -1, -1, text}};
    const char *const lines[] = {text};
    mw_report r = {.program = text,
                   .machine = text,
                   .machine_description = text,
                   .date = text,
                   .how = text,
                   .row_count = 4,
                   .rows = rows,
                   .bound_known = true,
                   .bound = {60, 50, 1, 0, 60},
                   .default_us = 200,
                   .iteration_count = 2,
                   .iterations = iterations,
                   .mapper_name = text,
                   .mapper = text,
                   .warning_count = 1,
                   .warnings = lines,
                   .command_count = 1,
                   .commands = lines};
    if (before)
        r.default_run = (mw_report_run){text, &before->plan, &before->timeline, &before->profile};
    if (after)
        r.best_run = (mw_report_run){text, &after->plan, &after->timeline, &after->profile};
    mw_str out = {0};
    assert_int_equal(mw_report_html(&r, &out), MW_OK);
    return mw_str_detach(&out);
}

static void markup_from_outside_never_becomes_markup(void **state) {
    (void)state;
    sample before, after;
    sample_init(&before, HOSTILE, 6, 2);
    sample_init(&after, HOSTILE, 6, 2);
    char *html = page(&before, &after, HOSTILE);
    scan_page(html);
    assert_null(strstr(html, "<script>alert"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp; "));
    assert_null(strchr(html, '\xFF'));
    assert_null(strchr(html, '\x01'));
    free(html);
    sample_clear(&before);
    sample_clear(&after);
}

static void the_page_asks_for_nothing_from_elsewhere(void **state) {
    (void)state;
    sample before;
    sample_init(&before, "potrf", 6, 2);
    char *html = page(&before, NULL, "plain");
    assert_null(strstr(html, "src="));
    assert_null(strstr(html, "<link"));
    assert_null(strstr(html, "@import"));
    assert_null(strstr(html, "url("));
    for (const char *at = html; (at = strstr(at, "http")); at++) // names of standards only
        assert_int_equal(strncmp(at, "http://www.w3.org/2000/svg", 26), 0);
    free(html);
    sample_clear(&before);
}

static void a_report_without_anything_is_still_a_page(void **state) {
    (void)state;
    mw_str out = {0};
    mw_report empty = {.default_us = -1};
    assert_int_equal(mw_report_html(&empty, &out), MW_OK);
    scan_page(out.text);
    assert_non_null(strstr(out.text, "No result"));
    assert_null(strstr(out.text, "nan"));
    assert_null(strstr(out.text, "inf\""));
    mw_str_clear(&out);
}

static void each_task_is_drawn_with_its_name_while_there_are_few(void **state) {
    (void)state;
    sample run;
    sample_init(&run, "potrf", 6, 2);
    char *html = page(&run, NULL, "plain");
    for (int i = 0; i < 6; i++) {
        char title[32];
        snprintf(title, sizeof title, "<title>%s[%d], from", i % 2 ? "kind1" : "potrf", i);
        assert_non_null(strstr(html, title));
    }
    free(html);
    sample_clear(&run);
}

static void a_million_tasks_make_a_page_of_bounded_size(void **state) {
    (void)state;
    sample run;
    sample_init(&run, "potrf", 1000000, SAMPLE_KINDS);
    char *html = page(&run, NULL, "plain");
    scan s = scan_page(html);
    assert_in_range(s.rects, 100, 3200);
    assert_non_null(strstr(html, "Too many tasks to draw each"));
    assert_non_null(strstr(html, "other kinds")); // 14 kinds, 11 colours
    free(html);
    sample_clear(&run);
}

static void a_speed_up_is_against_the_default_of_the_same_engine(void **state) {
    (void)state;
    char *html = page(NULL, NULL, "plain");
    assert_non_null(strstr(html, "2.00×")); // measured: 200 / 100
    assert_null(strstr(html, "2.22×"));     // simulated 90 has no simulated default to stand beside
    free(html);
}

static void a_gain_inside_the_spread_is_not_called_a_gain(void **state) {
    (void)state;
    const mw_report_row rows[] = {
        {.name = "default",
         .measured = true,
         .is_default = true,
         .us = {5, 90, 120, 100, 100, 95, 110}},
        {.name = "best", .measured = true, .is_best = true, .us = {5, 90, 120, 98, 98, 93, 108}}};
    mw_report r = {.program = "p", .machine = "m", .row_count = 2, .rows = rows, .default_us = -1};
    mw_str out = {0};
    assert_int_equal(mw_report_html(&r, &out), MW_OK);
    assert_non_null(strstr(out.text, "No clear gain"));
    assert_null(strstr(out.text, "as fast"));
    mw_str_clear(&out);
}

/** Paired runs decide where there are enough of them, whatever the middle halves look like. */
static void a_gain_is_what_the_paired_runs_leave_no_doubt_about(void **state) {
    (void)state;
    for (int sure = 0; sure < 2; sure++) {
        const mw_report_row rows[] = {{.name = "default",
                                       .measured = true,
                                       .is_default = true,
                                       .us = {7, 90, 220, 100, 100, 95, 210}},
                                      {.name = "best",
                                       .measured = true,
                                       .is_best = true,
                                       .us = {7, 60, 150, 70, 70, 65, 140},
                                       .over_default = {7, 1.5, true, sure ? 1.25 : 0.95, 1.75}}};
        mw_report r = {
            .program = "p", .machine = "m", .row_count = 2, .rows = rows, .default_us = -1};
        mw_str out = {0};
        assert_int_equal(mw_report_html(&r, &out), MW_OK);
        assert_true((strstr(out.text, "1.50× as fast") != NULL) == sure);
        assert_true((strstr(out.text, "No clear gain") != NULL) == !sure);
        assert_non_null(strstr(out.text, sure ? "1.25×" : "0.95×"));
        mw_str_clear(&out);
    }
}

static void a_mapper_is_coloured_without_changing_a_character(void **state) {
    (void)state;
    mw_str out = {0};
    mw_markup_mapper(&out, "Task x GPU; # a < b\nn = \"s\" / 12;");
    assert_string_equal(mw_str_text(&out),
                        "<span class=\"k\">Task</span> x <span class=\"w\">GPU</span>; "
                        "<span class=\"c\"># a &lt; b</span>\nn = <span class=\"s\">&quot;s&quot;"
                        "</span> / <span class=\"n\">12</span>;");
    mw_str_clear(&out);
    mw_markup_mapper(&out, "\"open"); // a string that never ends
    assert_string_equal(mw_str_text(&out), "<span class=\"s\">&quot;open</span>");
    mw_str_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_from_outside_never_becomes_markup),
        cmocka_unit_test(the_page_asks_for_nothing_from_elsewhere),
        cmocka_unit_test(a_report_without_anything_is_still_a_page),
        cmocka_unit_test(each_task_is_drawn_with_its_name_while_there_are_few),
        cmocka_unit_test(a_million_tasks_make_a_page_of_bounded_size),
        cmocka_unit_test(a_speed_up_is_against_the_default_of_the_same_engine),
        cmocka_unit_test(a_gain_inside_the_spread_is_not_called_a_gain),
        cmocka_unit_test(a_gain_is_what_the_paired_runs_leave_no_doubt_about),
        cmocka_unit_test(a_mapper_is_coloured_without_changing_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
