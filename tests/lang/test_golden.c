// tests/lang/test_golden.c: every mapper in tests/lang/golden says under its lines what is wrong
// with them. Adding a test is adding a file; with MW_UPDATE=1 in the environment this program
// writes what the check says into the files, to be read before it is committed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "lang/evaluate.h"
#include "support/golden.h"

typedef struct golden {
    const char *name;
    mw_str source; ///< without expectations
    bool strict, run;
    mw_diags *diags;
} golden;

static void check(golden *g, const char *text, size_t len, mw_diags *diags) {
    mw_program *program = NULL;
    mw_lang_options options = {.strict = g->strict};
    mw_status status = mw_program_parse(g->name, text, len, &options, &program, diags);
    assert_int_equal(status == MW_OK, mw_diags_errors(diags) == 0);
    assert_int_equal(status == MW_OK, program != NULL);
    if (program && g->run)
        evaluate(program, diags);
    mw_diags_sort(diags);
    mw_program_free(program);
}

static void open_golden(golden *g, const char *text, size_t len) {
    assert_true(golden_strip(text, len, &g->source));
    const char *first = mw_str_text(&g->source);
    size_t first_len = strcspn(first, "\n");
    bool words = strncmp(first, "# check:", 8) == 0;
    g->strict = words && memmem(first, first_len, "--strict", strlen("--strict"));
    g->run = words && memmem(first, first_len, "run", strlen("run"));
    g->diags = mw_diags_new();
    assert_non_null(g->diags);
    check(g, g->source.text, g->source.len, g->diags);
}

static void close_golden(golden *g) {
    mw_str_clear(&g->source);
    mw_diags_free(g->diags);
}

/** What the check says is what the file says. @return false: it is not, which was printed */
static bool says_what_is_expected(const golden *g, const char *path, const char *text, size_t len) {
    mw_str got = {0};
    golden_annotate(g->source.text, g->source.len, g->diags, &got);
    bool same = got.len == len && memcmp(got.text, text, len) == 0;
    if (!same && getenv("MW_UPDATE")) {
        same = mw_file_write(path, got.text, got.len, NULL) == MW_OK;
    } else if (!same) {
        print_error("%s says:\n%.*s\nbut the check says:\n%s\n", g->name, (int)len, text,
                    mw_str_text(&got));
    }
    mw_str_clear(&got);
    return same;
}

static bool still_there(const mw_diags *after, const mw_diag *d) {
    for (size_t i = 0; i < mw_diags_count(after); i++) {
        const mw_diag *other = mw_diags_at(after, i);
        if (other->code == d->code && other->line == d->line && other->column == d->column)
            return true;
    }
    return false;
}

/** A hint that can be applied must help: its diagnostic goes, and nothing worse comes. */
static bool edits_help(golden *g) {
    bool all = true;
    for (size_t i = 0; i < mw_diags_count(g->diags); i++) {
        const mw_diag *d = mw_diags_at(g->diags, i);
        mw_str fixed = {0};
        if (d->edit_count == 0)
            continue;
        assert_true(golden_apply(g->source.text, g->source.len, d, &fixed));
        mw_diags *after = mw_diags_new();
        check(g, mw_str_text(&fixed), fixed.len, after);
        bool helps = !still_there(after, d) && mw_diags_errors(after) <= mw_diags_errors(g->diags);
        if (!helps) {
            print_error("%s:%u: the edit of MW%d does not help; it gives:\n%s\n", g->name, d->line,
                        d->code, mw_str_text(&fixed));
            mw_diags_print(stderr, after);
        }
        all = all && helps;
        mw_diags_free(after);
        mw_str_clear(&fixed);
    }
    return all;
}

static int is_mapper(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".mapper") == 0;
}

enum { CODES_END = 2000 };
static bool seen[CODES_END]; ///< codes that a golden file has

static void every_file_says_what_the_check_says(void **state) {
    (void)state;
    struct dirent **files = NULL;
    int count = scandir(MW_TESTS "/lang/golden", &files, is_mapper, alphasort), failed = 0;
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        char path[1024], *text = NULL;
        size_t len = 0;
        snprintf(path, sizeof path, "%s/lang/golden/%s", MW_TESTS, files[i]->d_name);
        assert_int_equal(mw_file_read(path, 2 * MW_MAPPER_MAX_BYTES, &text, &len, NULL), MW_OK);
        golden g = {.name = files[i]->d_name};
        open_golden(&g, text, len);
        failed += !says_what_is_expected(&g, path, text, len);
        failed += !edits_help(&g);
        for (size_t d = 0; d < mw_diags_count(g.diags); d++)
            if ((int)mw_diags_at(g.diags, d)->code < CODES_END)
                seen[mw_diags_at(g.diags, d)->code] = true;
        close_golden(&g);
        free(text);
        free(files[i]);
    }
    free(files);
    assert_int_equal(failed, 0);
}

/** Codes that a file of this kind cannot have. */
static bool is_exempt(int code) {
    return code == MW_MAPPER_TOO_LARGE || // a megabyte: test_hostile.c
           code == MW_NOT_A_PLACE ||      // the check sees that first
           code == MW_TOO_MANY_PLACES;    // needs a larger machine: tests of evaluation
}

static void every_code_of_the_language_has_a_file(void **state) {
    (void)state;
    int missing = 0;
#define CODE(number, name, text)                                                                   \
    if (!seen[number] && !is_exempt(number)) {                                                     \
        print_error("no file in tests/lang/golden has MW%d (%s)\n", number, #name);                \
        missing++;                                                                                 \
    }
    MW_DIAG_LIST_LANG(CODE)
#undef CODE
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest golden_files[] = {
        cmocka_unit_test(every_file_says_what_the_check_says),
        cmocka_unit_test(every_code_of_the_language_has_a_file),
    };
    return cmocka_run_group_tests(golden_files, NULL, NULL);
}
