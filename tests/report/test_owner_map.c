// tests/report/test_owner_map.c: pictures of who owns which point.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "report/owner_map.h"

/** Point i goes to flat processor flat[i] of `nodes` nodes with `per_node` each; -1: to all. */
static mw_owner_map map_of(uint32_t nodes, uint32_t per_node, uint32_t rank, const int64_t *extent,
                           const int *flat) {
    mw_owner_map m = {
        .kind = MW_PROC_GPU, .nodes = nodes, .per_node = per_node, .rank = rank, .extent = extent};
    struct mw_pair pairs[64];
    size_t volume = 1;
    for (uint32_t d = 0; d < rank; d++)
        volume *= (size_t)extent[d];
    for (size_t i = 0; i < volume; i++) {
        uint32_t all = nodes * per_node, count = flat[i] < 0 ? all : 1;
        for (uint32_t k = 0; k < count; k++) {
            uint32_t at = flat[i] < 0 ? k : (uint32_t)flat[i];
            pairs[k].node = at / per_node;
            pairs[k].index = at % per_node;
        }
        assert_true(mw_owner_map_add(&m, pairs, count));
    }
    assert_true(mw_owner_map_finish(&m));
    return m;
}

static void assert_text(mw_owner_map m, int width, const char *expected) {
    mw_str out = {0};
    mw_look plain = {width, false, false};
    mw_owner_text(&out, &m, "title", &plain);
    assert_string_equal(mw_str_text(&out), expected);
    mw_str_clear(&out);
    mw_owner_map_clear(&m);
}

static void two_dimensions_are_rows_and_columns(void **state) {
    (void)state;
    const int64_t extent[2] = {2, 3};
    assert_text(map_of(1, 4, 2, extent, (int[]){2, 0, 0, 2, 2, 0}), 80,
                "title\n"
                "    0  1  2\n"
                "0   2  0  0\n"
                "1   2  2  0\n"
                "\n"
                "   0   GPU 0: 3 points\n"
                "   2   GPU 2: 3 points\n"
                "  2 of 4 GPUs, 3 points each\n");
}

static void nodes_are_letters_and_sets_stars(void **state) {
    (void)state;
    const int64_t extent[1] = {4};
    assert_text(map_of(2, 2, 1, extent, (int[]){3, -1, 0, -1}), 80,
                "title\n"
                "0   b1   *  a0   *\n"
                "\n"
                "   a0   node 0 GPU 0: 1 point\n"
                "   b1   node 1 GPU 1: 1 point\n"
                "    *   any of 4 GPUs, the first: node 0 GPU 0: 2 points\n"
                "  2 of 4 GPUs and 1 set of them, 1 to 2 points each\n");
}

static void more_dimensions_are_slices(void **state) {
    (void)state;
    const int64_t extent[3] = {2, 1, 2};
    assert_text(map_of(1, 2, 3, extent, (int[]){0, 1, 1, 0}), 80,
                "title\n"
                "\n(0, row, column)\n"
                "    0  1\n"
                "0   0  1\n"
                "\n(1, row, column)\n"
                "    0  1\n"
                "0   1  0\n"
                "\n"
                "   0   GPU 0: 2 points\n"
                "   1   GPU 1: 2 points\n"
                "  2 of 2 GPUs, 2 points each\n");
}

static void a_long_line_is_folded_at_a_power_of_two(void **state) {
    (void)state;
    const int64_t extent[1] = {12};
    assert_text(map_of(1, 1, 1, extent, (int[12]){0}), 20,
                "title\n"
                " 0   0 0 0 0 0 0 0 0\n"
                " 8   0 0 0 0\n"
                "\n"
                "   0   GPU 0: 12 points\n"
                "  1 of 1 GPUs, 12 points\n");
}

static void what_does_not_fit_is_told(void **state) {
    (void)state;
    int64_t extent[2] = {2, 100};
    int flat[200] = {0};
    mw_owner_map m = map_of(1, 1, 2, extent, flat);
    mw_str out = {0};
    mw_look narrow = {23, false, false};
    mw_owner_text(&out, &m, "a title that is longer than the terminal", &narrow);
    assert_non_null(strstr(mw_str_text(&out), "not all of it: 10 columns of 100"));
    for (const char *line = mw_str_text(&out); *line && strncmp(line, "  not", 5) != 0;
         line = strchr(line, '\n') + 1)
        assert_true(strcspn(line, "\n") <= 23);
    mw_str_clear(&out);
    mw_owner_map_clear(&m);
    extent[0] = 200; // more rows than are shown
    extent[1] = 1;
    m = map_of(1, 1, 2, extent, flat);
    mw_look wide = {80, false, true};
    mw_owner_text(&out, &m, "t", &wide);
    assert_null(strstr(mw_str_text(&out), "not all of it"));
    mw_str_clear(&out);
    mw_owner_map_clear(&m);
}

static void colors_tell_owners_apart(void **state) {
    (void)state;
    const int64_t extent[2] = {4, 4};
    int flat[16];
    for (int i = 0; i < 16; i++)
        flat[i] = i;
    for (uint32_t nodes = 1; nodes <= 4; nodes *= 2) {
        mw_owner_map m = map_of(nodes, 16 / nodes, 2, extent, flat);
        for (uint32_t a = 0; a < 16; a++) {
            uint32_t c = mw_owner_color(&m, a);
            // relative luminance, roughly: dark text must be readable on it
            unsigned light = 2 * (c >> 16 & 0xFF) + 7 * (c >> 8 & 0xFF) + (c & 0xFF);
            assert_true(light > 10 * 90);
            for (uint32_t b = 0; b < a; b++)
                assert_int_not_equal(mw_owner_color(&m, b), c);
        }
        mw_str out = {0};
        mw_look look = {80, true, true};
        mw_owner_text(&out, &m, "t", &look);
        assert_non_null(strstr(mw_str_text(&out), "\033[48;5;"));
        mw_str_clear(&out);
        mw_owner_map_clear(&m);
    }
}

static int count(const char *text, const char *piece) {
    int n = 0;
    for (; (text = strstr(text, piece)) != NULL; text++)
        n++;
    return n;
}

static void an_svg_has_a_cell_a_point_and_a_legend(void **state) {
    (void)state;
    const int64_t extent[2] = {2, 3};
    mw_owner_map m = map_of(1, 4, 2, extent, (int[]){2, 0, 0, 2, 2, 0});
    mw_str out = {0};
    mw_owner_svg(&out, &m, "task <b>&\"");
    const char *svg = mw_str_text(&out);
    assert_int_equal(strncmp(svg, "<svg xmlns=", 11), 0);
    assert_int_equal(count(svg, "<rect "), 1 + 6 + 2); // the ground, the points, the legend
    assert_int_equal(count(svg, "task &lt;b&gt;&amp;&quot;"), 2); // title and heading
    assert_int_equal(count(svg, "<text "), count(svg, "</text>"));
    assert_non_null(strstr(svg, "GPU 2: 3"));
    assert_non_null(strstr(svg, "prefers-color-scheme:dark"));
    assert_string_equal(svg + out.len - 7, "</svg>\n");
    mw_str_clear(&out);
    mw_owner_map_clear(&m);
}

/** Small cells of one owner are one rectangle. */
static void an_svg_of_many_points_stays_small(void **state) {
    (void)state;
    const int64_t extent[2] = {400, 400};
    static int flat[160000];
    for (int i = 0; i < 160000; i++)
        flat[i] = i % 400 / 100;
    mw_owner_map m = map_of(2, 2, 2, extent, flat);
    mw_str out = {0};
    mw_owner_svg(&out, &m, "t");
    assert_int_equal(count(mw_str_text(&out), "<rect "), 1 + 400 * 4 + 4);
    mw_str_clear(&out);
    mw_owner_map_clear(&m);
}

/** Two sets, and more nodes than letters. */
static void labels_are_distinct(void **state) {
    (void)state;
    const int64_t extent[1] = {62};
    mw_owner_map m = {.kind = MW_PROC_CPU, .nodes = 30, .per_node = 2, .rank = 1, .extent = extent};
    struct mw_pair pairs[3] = {{4, 0}, {4, 1}, {5, 0}};
    for (uint32_t i = 60; i-- > 0;) {
        struct mw_pair one = {i / 2, i % 2};
        assert_true(mw_owner_map_add(&m, &one, 1));
    }
    assert_true(mw_owner_map_add(&m, pairs, 3));
    assert_true(mw_owner_map_add(&m, pairs, 2));
    assert_true(mw_owner_map_finish(&m));
    assert_int_equal(m.owners.count, 62);
    char label[62][MW_OWNER_LABEL];
    for (uint32_t i = 0; i < 62; i++) {
        mw_owner_label(&m, i, label[i]);
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(label[i], label[k]);
    }
    assert_string_equal(label[m.point.items[0]], "29.1"); // points keep their owners
    assert_string_equal(label[m.point.items[59]], "0.0");
    assert_string_equal(label[m.point.items[60]], "*2"); // of three, behind the one of two
    assert_string_equal(label[m.point.items[61]], "*1");
    mw_owner_map_clear(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_dimensions_are_rows_and_columns),
        cmocka_unit_test(nodes_are_letters_and_sets_stars),
        cmocka_unit_test(more_dimensions_are_slices),
        cmocka_unit_test(a_long_line_is_folded_at_a_power_of_two),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(labels_are_distinct),
        cmocka_unit_test(colors_tell_owners_apart),
        cmocka_unit_test(an_svg_has_a_cell_a_point_and_a_legend),
        cmocka_unit_test(an_svg_of_many_points_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
