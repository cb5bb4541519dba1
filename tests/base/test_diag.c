// tests/base/test_diag.c: diagnostics point at the right place, and JSON errors name their path.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/file.h"
#include "base/json.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_printed(const mw_diags *d, size_t i, const char *expected) {
    mw_str text = {0};
    mw_diag_format(&text, mw_diags_at(d, i));
    assert_string_equal(mw_str_text(&text), expected);
    mw_str_clear(&text);
}

static void a_caret_range_stands_under_the_words_it_is_about(void **state) {
    (void)state;
    static const char text[] = "Task a CPU;\n\tIndexTaskMap stencil blok;\n";
    mw_source source = {"x.mapper", text, sizeof text - 1};
    uint32_t at = (uint32_t)(strstr(text, "blok") - text);
    mw_diags *d = mw_diags_new();
    mw_diag_at(d, MW_ERROR, MW_UNDEFINED_NAME, &source, (mw_span){at, at + 4},
               "did you mean 'block'?", "'%s' is not defined", "blok");
    assert_printed(d, 0,
                   "x.mapper:2:23: error MW1203: 'blok' is not defined\n"
                   "    \tIndexTaskMap stencil blok;\n"
                   "    \t                     ^~~~\n"
                   "  hint: did you mean 'block'?\n");
    mw_diags_free(d);
}

static void columns_count_code_points_not_bytes(void **state) {
    (void)state;
    static const char text[] = "# \xC3\xA4\xC3\xB6 x";
    mw_source source = {"u", text, sizeof text - 1};
    mw_diags *d = mw_diags_new();
    mw_diag_at(d, MW_WARNING, MW_UNDEFINED_NAME, &source, (mw_span){7, 8}, NULL, "here");
    assert_int_equal(mw_diags_at(d, 0)->column, 6);
    assert_int_equal(mw_diags_errors(d), 0);
    mw_diags_free(d);
}

static void hostile_places_and_bytes_do_no_harm(void **state) {
    (void)state;
    char text[2000];
    memset(text, 0x80, sizeof text); // no code point ever starts
    mw_source source = {"h", text, sizeof text};
    mw_diags *d = mw_diags_new();
    for (uint32_t i = 0; i < 300; i++)
        mw_diag_at(d, MW_ERROR, MW_UNDEFINED_NAME, &source, (mw_span){i * 10, i * 20}, NULL, "x");
    assert_int_equal(mw_diags_count(d), MW_DIAGS_MAX);
    assert_int_equal(mw_diags_errors(d), 300);
    json_t *j = mw_diag_json(mw_diags_at(d, 0));
    assert_non_null(j);
    json_decref(j);
    mw_diags_free(d);
}

static void a_long_line_is_cut_to_what_is_around_the_place(void **state) {
    (void)state;
    char text[1000];
    memset(text, 'x', sizeof text);
    memcpy(text + 500, " here ", 6);
    mw_source source = {"l", text, sizeof text};
    mw_diags *d = mw_diags_new();
    mw_diag_at(d, MW_ERROR, MW_UNDEFINED_NAME, &source, (mw_span){501, 505}, NULL, "x");
    const mw_diag *one = mw_diags_at(d, 0);
    assert_int_equal(one->column, 502); // in the file, not in the excerpt
    assert_int_equal(one->width, 4);
    assert_true(strlen(one->excerpt) < 130);
    assert_ptr_equal(strstr(one->excerpt, " here "), strchr(one->excerpt, ' '));
    assert_int_equal(one->caret, 1 + 60); // after "…" and what stands before
    assert_memory_equal(one->excerpt, "\xE2\x80\xA6", 3);
    assert_memory_equal(one->excerpt + strlen(one->excerpt) - 3, "\xE2\x80\xA6", 3);
    mw_diags_free(d);
}

static void what_would_change_a_terminal_is_not_shown(void **state) {
    (void)state;
    static const char text[] = "a \x1B[31m \xE2\x80\xAE b \xC3\xA4 \xFF c\r\n";
    mw_source source = {"t\n\x1B", text, sizeof text - 1};
    mw_diags *d = mw_diags_new();
    mw_diag_at(d, MW_ERROR, MW_UNDEFINED_NAME, &source, (mw_span){0, 1}, "\x9B", "\x07%s", "\xC3");
    assert_printed(d, 0,
                   "t\n?:1:1: error MW1203: ??\n"
                   "    a ?[31m ? b \xC3\xA4 ? c\n"
                   "    ^\n"
                   "  hint: ?\n");
    json_t *j = mw_diag_json(mw_diags_at(d, 0));
    assert_string_equal(json_string_value(json_object_get(j, "message")), "??");
    json_decref(j);
    mw_diags_free(d);
}

static void a_span_over_lines_ends_where_it_ends(void **state) {
    (void)state;
    static const char text[] = "one two\nthree\n";
    mw_source source = {"s", text, sizeof text - 1};
    mw_diags *d = mw_diags_new();
    mw_diag_at(d, MW_ERROR, MW_UNCLOSED, &source, (mw_span){4, 11}, NULL, "x");
    const mw_diag *one = mw_diags_at(d, 0);
    assert_int_equal(one->width, 3); // of its first line
    assert_int_equal(one->end_line, 2);
    assert_int_equal(one->end_column, 4);
    mw_diags_free(d);
}

static void edits_belong_to_the_last_one_and_travel_with_it(void **state) {
    (void)state;
    static const char text[] = "a\nb \xC3\xA4 c\n";
    mw_source source = {"e", text, sizeof text - 1};
    mw_diags *d = mw_diags_new(), *copy = mw_diags_new();
    mw_diag_edit(d, &source, (mw_span){0, 1}, "nothing to belong to");
    mw_diag_at(d, MW_ERROR, MW_SYNTAX, &source, (mw_span){0, 1}, NULL, "x");
    for (uint32_t i = 0; i < MW_EDITS_MAX + 1; i++)
        mw_diag_edit(d, &source, (mw_span){7, 8}, i ? "later" : "first");
    mw_diags_append(copy, d);
    mw_diags_free(d);
    const mw_diag *one = mw_diags_at(copy, 0);
    assert_int_equal(one->edit_count, MW_EDITS_MAX);
    assert_string_equal(one->edits[0].text, "first");
    assert_int_equal(one->edits[0].line, 2);
    assert_int_equal(one->edits[0].column, 5);
    assert_int_equal(one->edits[0].end_column, 6);
    json_t *j = mw_diag_json(one);
    assert_int_equal(json_array_size(json_object_get(j, "edits")), MW_EDITS_MAX);
    json_decref(j);
    mw_diags_free(copy);
}

static void errors_take_the_room_of_warnings(void **state) {
    (void)state;
    mw_source source = {"w", "abc", 3};
    mw_diags *d = mw_diags_new(), *more = mw_diags_new();
    for (int i = 0; i < MW_DIAGS_MAX + 5; i++)
        mw_diag_at(d, MW_WARNING, MW_UNREACHABLE, &source, (mw_span){0, 1}, NULL, "w");
    assert_null(mw_diags_first_error(d));
    mw_diag_at(d, MW_ERROR, MW_SYNTAX, &source, (mw_span){1, 2}, NULL, "e");
    assert_int_equal(mw_diags_count(d), MW_DIAGS_MAX);
    assert_string_equal(mw_diags_first_error(d)->message, "e");
    assert_int_equal(mw_diags_dropped(d), 6);
    mw_diags_append(more, d); // what was dropped there is counted here
    assert_int_equal(mw_diags_dropped(more), 6);
    assert_int_equal(mw_diags_errors(more), 1);
    json_t *all = json_array();
    assert_true(mw_diags_add_json(all, more));
    assert_int_equal(json_array_size(all), MW_DIAGS_MAX + 1);
    const json_t *last = json_array_get(all, MW_DIAGS_MAX);
    assert_string_equal(json_string_value(json_object_get(last, "message")), "and 6 more");
    json_decref(all);
    mw_diags_free(d);
    mw_diags_free(more);
}

static void they_are_sorted_by_place(void **state) {
    (void)state;
    mw_source source = {"s", "ab\ncd\n", 6};
    mw_diags *d = mw_diags_new();
    static const uint32_t starts[] = {4, 1, 3, 1};
    for (size_t i = 0; i < MW_COUNT(starts); i++)
        mw_diag_at(d, MW_ERROR, MW_SYNTAX, &source, (mw_span){starts[i], starts[i] + 1}, NULL,
                   "%zu", i);
    mw_diag_in(d, MW_ERROR, MW_CANNOT_READ, "s", NULL, NULL, "4");
    mw_diags_sort(d);
    static const char *const order[] = {"4", "1", "3", "2", "0"};
    for (size_t i = 0; i < MW_COUNT(order); i++)
        assert_string_equal(mw_diags_at(d, i)->message, order[i]);
    mw_diags_free(d);
}

static void no_diagnostics_are_kept_when_none_are_wanted(void **state) {
    (void)state;
    mw_source source = {"x", "abc", 3};
    mw_diag_at(NULL, MW_ERROR, MW_UNDEFINED_NAME, &source, (mw_span){0, 1}, NULL, "x");
    mw_diag_in(NULL, MW_ERROR, MW_CANNOT_READ, "f", NULL, NULL, "x");
    assert_int_equal(mw_diags_count(NULL), 0);
}

static void every_code_is_used_once(void **state) {
    (void)state;
    static const int codes[] = {
#define CODE(number, name, text) number,
        MW_DIAG_LIST(CODE)
#undef CODE
    };
    for (size_t i = 0; i < MW_COUNT(codes); i++) {
        assert_non_null(mw_diag_meaning(codes[i]));
        for (size_t j = 0; j < i; j++)
            assert_true(codes[i] != codes[j]);
    }
    assert_null(mw_diag_meaning(1));
}

static void json_errors_name_file_path_and_the_key_that_was_meant(void **state) {
    (void)state;
    static const char text[] = "{\"links\": [{\"gbps\": 1}, {\"gpbs\": -2, \"gbps\": \"fast\"}]}";
    mw_diags *d = mw_diags_new();
    json_t *value = NULL;
    assert_int_equal(mw_json_parse("m.json", text, sizeof text - 1, &value, d), MW_OK);
    mw_json root = mw_json_root(value, "m.json", d), links;
    assert_true(mw_json_array(&root, "links", &links));
    mw_json second = mw_json_item(&links, 1);
    double gbps = 5;
    static const char *const keys[] = {"gbps", NULL};
    assert_false(mw_json_only(&second, keys));
    assert_false(mw_json_number(&second, "gbps", 0, 1e6, &gbps));
    assert_true(gbps == 5); // untouched on failure
    assert_printed(d, 0,
                   "m.json: $.links[1]: error MW7013: unknown key \"gpbs\"\n"
                   "  hint: did you mean \"gbps\"?\n");
    assert_printed(d, 1,
                   "m.json: $.links[1].gbps: error MW7011: expected a number, found a string\n");
    json_decref(value);
    mw_diags_free(d);
}

static void broken_json_is_pointed_at(void **state) {
    (void)state;
    mw_diags *d = mw_diags_new();
    json_t *value = NULL;
    assert_int_equal(mw_json_parse("m.json", "{\n \"a\": ]\n}", 11, &value, d), MW_ERR_INPUT);
    assert_int_equal(mw_diags_at(d, 0)->line, 2);
    assert_int_equal(mw_json_parse("m.json", "", 0, &value, d), MW_ERR_INPUT);
    mw_diags_free(d);
}

static void a_file_is_written_whole_and_read_back(void **state) {
    (void)state;
    char folder[] = "mw-file-XXXXXX", path[64], *text = NULL;
    size_t len = 0;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a/b", folder);
    mw_diags *d = mw_diags_new();
    assert_int_equal(mw_folder_make(path, d), MW_OK);
    snprintf(path, sizeof path, "%s/a/b/f", folder);
    assert_int_equal(mw_file_write(path, "one\n", 4, d), MW_OK);
    assert_int_equal(mw_file_append(path, "two\n", 4, d), MW_OK);
    assert_int_equal(mw_file_read(path, 8, &text, &len, d), MW_OK);
    assert_string_equal(text, "one\ntwo\n");
    free(text);
    assert_int_equal(mw_file_read(path, 7, &text, &len, d), MW_ERR_IO);
    assert_int_equal(mw_diags_at(d, 0)->code, MW_TOO_LARGE);
    assert_int_equal(mw_folder_make(path, d), MW_ERR_IO); // a file is in the way
    unlink(path);
    snprintf(path, sizeof path, "%s/a/b", folder);
    rmdir(path); // fails if a temporary file stayed
    assert_false(mw_file_exists(path));
    snprintf(path, sizeof path, "%s/a", folder);
    rmdir(path);
    rmdir(folder);
    mw_diags_free(d);
}

static void a_full_disk_is_an_error_that_names_the_file(void **state) {
    (void)state;
    mw_diags *d = mw_diags_new();
    if (mw_file_exists("/dev/full")) {
        assert_int_equal(mw_file_write("/dev/full", "x", 1, d), MW_ERR_IO);
        assert_string_equal(mw_diags_at(d, 0)->file, "/dev/full");
        assert_string_equal(mw_diags_at(d, 0)->message, "cannot write: No space left on device");
    }
    mw_diags_free(d);
}

int main(void) {
    const struct CMUnitTest diag[] = {
        cmocka_unit_test(a_caret_range_stands_under_the_words_it_is_about),
        cmocka_unit_test(columns_count_code_points_not_bytes),
        cmocka_unit_test(hostile_places_and_bytes_do_no_harm),
        cmocka_unit_test(a_long_line_is_cut_to_what_is_around_the_place),
        cmocka_unit_test(what_would_change_a_terminal_is_not_shown),
        cmocka_unit_test(a_span_over_lines_ends_where_it_ends),
        cmocka_unit_test(edits_belong_to_the_last_one_and_travel_with_it),
        cmocka_unit_test(errors_take_the_room_of_warnings),
        cmocka_unit_test(they_are_sorted_by_place),
        cmocka_unit_test(no_diagnostics_are_kept_when_none_are_wanted),
        cmocka_unit_test(every_code_is_used_once),
        cmocka_unit_test(json_errors_name_file_path_and_the_key_that_was_meant),
        cmocka_unit_test(broken_json_is_pointed_at),
        cmocka_unit_test(a_file_is_written_whole_and_read_back),
        cmocka_unit_test(a_full_disk_is_an_error_that_names_the_file),
    };
    return cmocka_run_group_tests(diag, NULL, NULL);
}
