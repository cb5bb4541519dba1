// tests/report/test_profile.c: one simulated run as text, as JSON and as a trace.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "report/lanes.h"
#include "report/profile_json.h"
#include "report/sample.h"
#include "report/trace.h"

static const mw_look PLAIN = {80, false, false}, FULL = {80, true, true};

static mw_run_view view_of(const sample *s) {
    return (mw_run_view){&s->plan, &s->timeline, &s->profile, &s->bound};
}

static void the_summary_says_how_far_from_the_bound_and_what_limits(void **state) {
    (void)state;
    sample s;
    mw_str out = {0};
    sample_init(&s, "potrf", 6, 2);
    s.uses[0].critical_us = 55;
    mw_run_view v = view_of(&s);
    assert_true(mw_text_summary(&out, &v, &PLAIN));
    // 100 us against max(60, 50, 1, 0); 60 of the 100 us on the critical path are tasks
    assert_string_equal(out.text,
                        "makespan  100 us, 67% above the bound\n"
                        "bound     60.0 us, set by the critical path: no mapper can be faster\n"
                        "limit     Running tasks one after another takes 60% of the time; potrf "
                        "alone 55%\n");
    mw_str_clear(&out);
    sample_clear(&s);
}

static void the_timeline_shows_who_ran_what_when(void **state) {
    (void)state;
    sample s;
    mw_str out = {0};
    sample_init(&s, "potrf", 2, 2); // potrf on the GPU and kind1 on a CPU, both from 40 to 100
    mw_run_view v = view_of(&s);
    assert_true(mw_text_timeline(&out, &v, &(mw_look){34, false, false}));
    // 34 columns less 9 for "to SYSMEM" and 5 for the frame: 20 stretches of 5 us, 8 before 40
    assert_non_null(strstr(out.text, "  CPU 0     |........BBBBBBBBBBBB|\n"));
    assert_non_null(strstr(out.text, "  GPU 0     |........AAAAAAAAAAAA|\n"));
    assert_non_null(strstr(out.text, "  to FBMEM  |========            |\n"));
    assert_non_null(strstr(out.text, "A potrf"));
    assert_non_null(strstr(out.text, "1 processor ran nothing"));
    mw_str_clear(&out);
    sample_clear(&s);
}

static void a_stretch_hardly_used_looks_so(void **state) {
    (void)state;
    sample s;
    mw_str out = {0};
    sample_init(&s, "potrf", 1, 1);
    s.runs[0].start_us = 10; // 10 to 12 of a stretch from 10 to 15
    s.runs[0].end_us = 12;
    mw_run_view v = view_of(&s);
    assert_true(mw_text_timeline(&out, &v, &(mw_look){34, false, false}));
    assert_non_null(strstr(out.text, "  GPU 0     |..a.................|\n"));
    mw_str_clear(&out);
    sample_clear(&s);
}

/** Columns of the widest line, escape sequences not counted. */
static int widest_line(const char *text) {
    int widest = 0;
    while (*text) {
        mw_str line = {0};
        for (; *text && *text != '\n'; text++) {
            if (*text == '\033')
                text = strchr(text, 'm');
            else
                mw_str_add_char(&line, *text);
        }
        int width = mw_text_width(mw_str_text(&line));
        widest = width > widest ? width : widest;
        mw_str_clear(&line);
        text += *text == '\n';
    }
    return widest;
}

static void everything_fits_the_terminal(void **state) {
    (void)state;
    sample s;
    sample_init(&s, "a_kind_with_a_remarkably_long_name_that_no_column_was_made_for", 100000, 14);
    mw_run_view v = view_of(&s);
    for (int width = 64; width <= 200; width += 8) {
        mw_str out = {0};
        assert_true(mw_text_profile(&out, &v, &(mw_look){width, true, true}));
        assert_in_range(widest_line(out.text), 1, width);
        mw_str_clear(&out);
    }
    sample_clear(&s);
}

static void colours_and_blocks_only_where_there_are_some(void **state) {
    (void)state;
    sample s;
    sample_init(&s, "potrf", 6, 2);
    mw_run_view v = view_of(&s);
    mw_str plain = {0}, full = {0};
    assert_true(mw_text_profile(&plain, &v, &PLAIN));
    assert_true(mw_text_profile(&full, &v, &FULL));
    for (size_t i = 0; i < plain.len; i++)
        assert_true(plain.text[i] == '\n' || (plain.text[i] >= ' ' && plain.text[i] < 0x7F));
    assert_non_null(strstr(full.text, "\033[38;5;"));
    assert_non_null(strstr(full.text, "█"));
    mw_str_clear(&plain);
    mw_str_clear(&full);
    sample_clear(&s);
}

static void a_run_of_nothing_is_said_so(void **state) {
    (void)state;
    sample s;
    mw_str out = {0};
    sample_init(&s, "potrf", 0, 1);
    s.timeline.copy_count = 0;
    s.timeline.makespan_us = s.profile.makespan_us = 0;
    s.bound = (mw_bound){0};
    mw_run_view v = view_of(&s);
    assert_true(mw_text_profile(&out, &v, &PLAIN));
    assert_non_null(strstr(out.text, "Nothing ran"));
    mw_str_clear(&out);
    sample_clear(&s);
}

static void the_json_has_the_same_figures(void **state) {
    (void)state;
    sample s;
    sample_init(&s, "potrf", 6, 2);
    mw_run_view v = view_of(&s);
    json_t *all = mw_profile_json(&v), *bound, *path, *procs, *kinds;
    const char *limit;
    double makespan, above, copy;
    assert_int_equal(json_unpack(all, "{s:F, s:F, s:s, s:o, s:o, s:o, s:o}", "makespan_us",
                                 &makespan, "above_bound", &above, "limit", &limit, "bound", &bound,
                                 "critical_path", &path, "processors", &procs, "kinds", &kinds),
                     0);
    assert_float_equal(makespan, 100, 0);
    assert_float_equal(above, 100.0 / 60 - 1, 1e-12);
    assert_int_equal(json_unpack(path, "{s:{s:F}}", "by_cause_us", "copy", &copy), 0);
    assert_float_equal(copy, 40, 0);
    assert_int_equal(json_array_size(procs), 3);
    assert_int_equal(json_array_size(kinds), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(kinds, 0), "name")),
                        "potrf");
    json_decref(all);
    sample_clear(&s);
}

static void a_trace_is_json_with_one_event_a_task(void **state) {
    (void)state;
    sample s;
    mw_str out = {0};
    sample_init(&s, "po\"trf\\\n\xFF", 50, 2);
    assert_true(mw_trace_json(&out, &s.plan, &s.timeline));
    json_error_t error;
    json_t *all = json_loadb(out.text, out.len, 0, &error), *event;
    assert_non_null(all);
    size_t i, tasks = 0, begins = 0, ends = 0;
    json_array_foreach(json_object_get(all, "traceEvents"), i, event) {
        const char *phase = json_string_value(json_object_get(event, "ph"));
        begins += *phase == 'b';
        ends += *phase == 'e';
        if (*phase != 'X')
            continue;
        double start = json_number_value(json_object_get(event, "ts"));
        assert_float_equal(start, s.runs[tasks].start_us, 0.001); // ns, by rounding
        tasks++;
    }
    assert_int_equal(tasks, 50);
    assert_int_equal(begins, 1);
    assert_int_equal(ends, 1);
    json_decref(all);
    mw_str_clear(&out);
    sample_clear(&s);
}

static void lanes_keep_every_task_while_they_can(void **state) {
    (void)state;
    sample s;
    mw_palette palette;
    sample_init(&s, "potrf", 100, 2);
    assert_true(mw_palette_init(&palette, &s.graph, s.uses));
    mw_lanes *l =
        mw_lanes_new(&s.plan, &s.timeline, &palette, &(mw_lanes_limits){.lanes = 8, .blocks = 101});
    assert_false(l->summarised);
    assert_int_equal(l->block_count, 101); // and the copy
    assert_int_equal(l->lane_count, 3);
    assert_int_equal(l->unused, 1);
    mw_lanes_free(l);
    mw_palette_clear(&palette);
    sample_clear(&s);
}

static void summed_up_lanes_keep_the_time_that_was_used(void **state) {
    (void)state;
    sample s;
    mw_palette palette;
    sample_init(&s, "potrf", 5000, 3);
    assert_true(mw_palette_init(&palette, &s.graph, s.uses));
    mw_lanes *l =
        mw_lanes_new(&s.plan, &s.timeline, &palette, &(mw_lanes_limits){.lanes = 8, .blocks = 90});
    assert_true(l->summarised);
    assert_true(l->block_count <= 90);
    for (uint32_t i = 0; i < l->lane_count; i++) {
        const mw_lane *lane = &l->lanes[i];
        double used = 0;
        uint64_t count = 0;
        for (uint32_t b = 0; b < lane->count; b++) {
            const mw_block *block = &l->blocks[lane->first + b];
            used += block->share * (block->end_us - block->start_us);
            count += block->count;
        }
        assert_float_equal(used, lane->busy_us, 0.01); // shares are floats
        assert_int_equal(count, lane->items);
    }
    mw_lanes_free(l);
    mw_palette_clear(&palette);
    sample_clear(&s);
}

static void more_lanes_than_a_drawing_holds_are_counted(void **state) {
    (void)state;
    sample s;
    mw_palette palette;
    sample_init(&s, "potrf", 10, 2);
    assert_true(mw_palette_init(&palette, &s.graph, s.uses));
    mw_lanes *l =
        mw_lanes_new(&s.plan, &s.timeline, &palette, &(mw_lanes_limits){.lanes = 1, .blocks = 100});
    assert_int_equal(l->lane_count, 1);
    assert_int_equal(l->hidden, 2);
    assert_int_equal(l->block_count, 5); // the odd tasks, on CPU 0
    mw_lanes_free(l);
    mw_palette_clear(&palette);
    sample_clear(&s);
}

static void colours_go_to_the_kinds_with_most_time(void **state) {
    (void)state;
    sample s;
    mw_palette palette;
    sample_init(&s, "potrf", 28, SAMPLE_KINDS);
    for (int k = 0; k < SAMPLE_KINDS; k++)
        s.uses[k].time_us = k; // the last has most
    s.uses[5].tasks = 0;
    assert_true(mw_palette_init(&palette, &s.graph, s.uses));
    assert_int_equal(palette.count, MW_PALETTE);
    assert_true(palette.other);
    assert_int_equal(palette.kinds[0], 13);
    assert_int_equal(palette.of_kind[13], 0);
    assert_int_equal(palette.of_kind[5], MW_COLOR_OTHER);
    assert_int_equal(palette.of_kind[0], MW_COLOR_OTHER);
    mw_palette_clear(&palette);
    sample_clear(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_summary_says_how_far_from_the_bound_and_what_limits),
        cmocka_unit_test(the_timeline_shows_who_ran_what_when),
        cmocka_unit_test(a_stretch_hardly_used_looks_so),
        cmocka_unit_test(everything_fits_the_terminal),
        cmocka_unit_test(colours_and_blocks_only_where_there_are_some),
        cmocka_unit_test(a_run_of_nothing_is_said_so),
        cmocka_unit_test(the_json_has_the_same_figures),
        cmocka_unit_test(a_trace_is_json_with_one_event_a_task),
        cmocka_unit_test(lanes_keep_every_task_while_they_can),
        cmocka_unit_test(summed_up_lanes_keep_the_time_that_was_used),
        cmocka_unit_test(more_lanes_than_a_drawing_holds_are_counted),
        cmocka_unit_test(colours_go_to_the_kinds_with_most_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
