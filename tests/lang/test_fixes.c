// tests/lang/test_fixes.c: our own mappers, each with a mistake that people and agents make: it is
// an error, and applying the edits one after the other gives a mapper without errors again.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "lang/lang.h"
#include "support/golden.h"

enum { ROUNDS = 60 }; // edits that one mistake may need: a colon and braces, some commas

typedef struct mistake {
    const char *right, *wrong;
} mistake;

static const mistake MISTAKES[] = {
    {";\n", "\n"},
    {"FBMEM", "VRAM"},
    {"SYSMEM", "DRAM"},
    {" GPU FBMEM", " cuda FBMEM"},
    {" GPU;", " gpus;"},
    {"Machine(GPU)", "Machine(GPUs)"},
    {"Machine(CPU)", "Machine(\"CPU\")"},
    {".ipoint", ".index_point"},
    {".ispace", ".domain"},
    {".size[", ".shape["},
    {".size[0]", ".size(0)"},
    {"Task task", "task"},
    {"Task task", "task: Task"},
    {"int ", "int64_t "},
    {"IPoint ", "Tuple "},
    {") {", "): {"},
    {") {", ") -> MSpace {"},
    {"\nTask ", "\ntask "},
    {"\nRegion ", "\nRegoin "},
    {"IndexTaskMap ", "IndexTaskmap "},
    {" / ", " // "},
    {" % ", " % (int) "},
    {"in (0, 1)", "in [0, 1]"},
    {"in (0, 1)", "in range(2)"},
    {"  return ", "  retrun "},
    {"\ndef ", "\nauto "},
    {", 0];", "][0];"},
    {" = ", " == "},
    {", ", " , "}, // no mistake
    {"auto_split", "autosplit"},
    {"SOA F_order", "SOA, F_order"},
    {" GPU FBMEM", " \"GPU\" FBMEM"},
};

/** Every place where the mistake can be made, one at a time. @return NULL: there are no more */
static char *make_mistake(const char *text, const mistake *m, size_t nth) {
    const char *at = text;
    for (size_t i = 0; at && (at = strstr(at, m->right)); i++, at++)
        if (i == nth)
            break;
    if (!at)
        return NULL;
    mw_str out = {0};
    mw_str_add_bytes(&out, text, (size_t)(at - text));
    mw_str_add(&out, m->wrong);
    mw_str_add(&out, at + strlen(m->right));
    return mw_str_detach(&out);
}

/** In place: mistakes in comments are none. (Our mappers have '#' in comments only.) */
static void drop_comments(char *text) {
    char *to = text;
    for (bool comment = false; *text; text++) {
        comment = *text != '\n' && (comment || *text == '#');
        if (!comment)
            *to++ = *text;
    }
    *to = '\0';
}

static size_t check(const char *text, mw_diags *diags) {
    mw_program *program = NULL;
    mw_lang_options options = {0};
    mw_program_parse("t", text, strlen(text), &options, &program, diags);
    mw_program_free(program);
    return mw_diags_errors(diags);
}

/** Applies the edits of the first error that has some. NULL: none has. */
static char *apply_one(const char *text, const mw_diags *diags) {
    for (size_t i = 0; i < mw_diags_count(diags); i++) {
        const mw_diag *d = mw_diags_at(diags, i);
        mw_str fixed = {0};
        if (d->severity != MW_ERROR || d->edit_count == 0)
            continue;
        assert_true(golden_apply(text, strlen(text), d, &fixed));
        return mw_str_detach(&fixed);
    }
    return NULL;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\n';
}

/** But for blanks. */
static bool same_text(const char *a, const char *b) {
    for (;; a++, b++) {
        while (is_blank(*a))
            a++;
        while (is_blank(*b))
            b++;
        if (*a != *b || !*a)
            return *a == *b;
    }
}

/** @return false: errors remain, or it has become another mapper, which is shown */
static bool heals(const char *name, const char *right, const char *wrong) {
    char *text = strdup(wrong);
    for (int round = 0;; round++) {
        mw_diags *diags = mw_diags_new();
        size_t errors = check(text, diags);
        char *next = errors && round < ROUNDS ? apply_one(text, diags) : NULL;
        if (errors && !next) {
            print_error("%s is not healed after %d edits:\n", name, round);
            mw_diags_print(stderr, diags);
        }
        mw_diags_free(diags);
        bool same = next || errors || same_text(text, right);
        if (!same)
            print_error("%s has become another one:\n%s\n", name, text);
        if (!next) {
            free(text);
            return errors == 0 && same;
        }
        free(text);
        text = next;
    }
}

static void mistakes_in_our_mappers_heal(void **state) {
    (void)state;
    glob_t files;
    size_t made = 0, ill = 0;
    assert_int_equal(glob(MW_TESTS "/../mappers/*/*.mapper", 0, NULL, &files), 0);
    for (size_t f = 0; f < files.gl_pathc; f++) {
        char *text = NULL;
        size_t len = 0;
        assert_int_equal(mw_file_read(files.gl_pathv[f], MW_MAPPER_MAX_BYTES, &text, &len, NULL),
                         MW_OK);
        drop_comments(text);
        for (size_t m = 0; m < MW_COUNT(MISTAKES); m++) {
            char *wrong;
            for (size_t nth = 0; (wrong = make_mistake(text, &MISTAKES[m], nth)); nth++) {
                made++;
                bool healed = heals(files.gl_pathv[f], text, wrong);
                if (!healed)
                    print_error("the mistake was '%s' for '%s', number %zu\n", MISTAKES[m].wrong,
                                MISTAKES[m].right, nth);
                ill += !healed;
                free(wrong);
            }
        }
        free(text);
    }
    globfree(&files);
    print_message("%zu mistakes made, %zu not healed\n", made, ill);
    assert_true(made > 500);
    assert_int_equal(ill, 0);
}

int main(void) {
    const struct CMUnitTest fixes[] = {cmocka_unit_test(mistakes_in_our_mappers_heal)};
    return cmocka_run_group_tests(fixes, NULL, NULL);
}
