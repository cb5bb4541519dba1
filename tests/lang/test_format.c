// tests/lang/test_format.c: the canonical form, line by line, and what it must never do: change a
// program, lose a comment, or differ from itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdlib.h>
#include "base/file.h"
#include "base/rng.h"
#include "lang/format.h"
#include "lang/same_tree.h"
#include "support/random_mapper.h"

static mw_status format(const char *text, size_t len, mw_str *out, mw_diags *diags) {
    mw_source source = {"t.mapper", text, len};
    return mw_format(&source, out, diags);
}

static void assert_becomes(const char *text, const char *expected) {
    mw_str out = {0};
    mw_diags *diags = mw_diags_new();
    mw_status status = format(text, strlen(text), &out, diags);
    mw_diags_print(stderr, diags);
    assert_int_equal(status, MW_OK);
    assert_string_equal(mw_str_text(&out), expected);
    mw_diags_free(diags);
    mw_str_clear(&out);
}

static void a_statement_takes_a_line(void **state) {
    (void)state;
    assert_becomes("", "");
    assert_becomes(" \n\n ", "");
    assert_becomes("Task   a,b\nGPU ,CPU;Task * CPU ;", "Task a, b GPU, CPU;\nTask * CPU;\n");
    assert_becomes("Region*0 * VIRTUAL;", "Region * 0 * VIRTUAL;\n");
    assert_becomes("Layout * *FBMEM SOA C_order Align==128;",
                   "Layout * * FBMEM SOA C_order Align == 128;\n");
    assert_becomes("\xEF\xBB\xBFInstanceLimit\ta 4;\r\n", "InstanceLimit a 4;\n");
    assert_becomes("print ( \"a  {}\" ,1 ) ;", "print(\"a  {}\", 1);\n");
}

static void an_expression_shows_its_operators(void **state) {
    (void)state;
    assert_becomes("a=1+2*-3;", "a = 1 + 2 * -3;\n");
    assert_becomes("a=- -b;c=(-b);d=b- -1;", "a = --b;\nc = (-b);\nd = b - -1;\n");
    assert_becomes("a=m . size [ 0 ];", "a = m.size[0];\n");
    assert_becomes("a=m[ * , *b.size ,c * d,*(1,2) ];", "a = m[*, *b.size, c * d, *(1, 2)];\n");
    assert_becomes("a=t[1 :-1];b=t[ : ];c=t[i+1:];", "a = t[1:-1];\nb = t[:];\nc = t[i + 1:];\n");
    assert_becomes("a=x?y?1:2:3;", "a = x ? y ? 1 : 2 : 3;\n");
    assert_becomes("a=t[x?1:2:x?3:4];", "a = t[x ? 1 : 2:x ? 3 : 4];\n");
    assert_becomes("a=tuple ( f ( i )for i in(1,2) );", "a = tuple(f(i) for i in (1, 2));\n");
    assert_becomes("a=x&&y||z==True;", "a = x && y || z == True;\n");
}

static void a_priority_has_names_and_then_an_expression(void **state) {
    (void)state;
    assert_becomes("Priority a,b -task.ipoint[0];", "Priority a, b -task.ipoint[0];\n");
    assert_becomes("Priority * (1,2)[0]-1;", "Priority * (1, 2)[0] - 1;\n");
    assert_becomes("Priority=1;a=Priority - 1;", "Priority = 1;\na = Priority - 1;\n");
}

static void a_body_stands_on_lines_of_its_own(void **state) {
    (void)state;
    assert_becomes("def f ( Task t,int n ){i=1;return m[i,0];}",
                   "def f(Task t, int n) {\n    i = 1;\n    return m[i, 0];\n}\n");
    assert_becomes("def f(){return (1,2);};a=1;", "def f() {\n    return (1, 2);\n}\na = 1;\n");
    assert_becomes("def f(){return -1;}", "def f() {\n    return -1;\n}\n");
}

static void one_blank_line_stays_of_several(void **state) {
    (void)state;
    assert_becomes("\n\na=1;\n\n\n\nb=2;\nc=3;\n\n", "a = 1;\n\nb = 2;\nc = 3;\n");
    assert_becomes("def f(){\n\na=1;\n\nreturn a;\n\n}\n\n\nb=2;",
                   "def f() {\n    a = 1;\n\n    return a;\n}\n\nb = 2;\n");
}

static void a_comment_stays_where_it_was(void **state) {
    (void)state;
    assert_becomes("#a\n\n\n//b  \t\n a=1; # c\n#d", "#a\n\n//b\na = 1;  # c\n#d\n");
    assert_becomes("def f(){# in\n#on\nreturn 1;#behind\n#last\n}#end",
                   "def f() {  # in\n    #on\n    return 1;  #behind\n    #last\n}  #end\n");
    assert_becomes("Task a, # one\nb #two\nGPU;", "Task a,  # one\n    b  #two\n    GPU;\n");
    assert_becomes("a = 1 +\n# why\n2;", "a = 1 +\n    # why\n    2;\n");
}

/** Ends of statements and '{' do not hang alone behind a comment. */
static void a_comment_before_the_end_moves_behind_it(void **state) {
    (void)state;
    assert_becomes("a=1 # c\n;", "a = 1;  # c\n");
    assert_becomes("a=1 # c\n; # d\nb=2;", "a = 1;  # c\n# d\nb = 2;\n");
    assert_becomes("def f() # c\n{ return 1; }", "def f() {  # c\n    return 1;\n}\n");
    assert_becomes("def f() { return 1; } # c\n; # d", "def f() {\n    return 1;\n}  # c\n# d\n");
}

static void a_long_line_breaks_where_it_is_loosest(void **state) {
    (void)state;
    assert_becomes("IndexTaskMap aaaaaaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbbbbbb,cccccccccccccccccccc,"
                   "dddddddddddddddddddd,eeeeeeeeeeeeeeeeeeee f;",
                   "IndexTaskMap aaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccc, "
                   "dddddddddddddddddddd,\n"
                   "    eeeeeeeeeeeeeeeeeeee f;\n");
    assert_becomes(
        "a = cccccccccccccccccccccccccccccccccc < 1 ? xxxxxxxxxxxxxxxxxxxxxxxxx(1, 2) + 1 :"
        " yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy(1, 2) * 2;",
        "a = cccccccccccccccccccccccccccccccccc < 1\n"
        "    ? xxxxxxxxxxxxxxxxxxxxxxxxx(1, 2) + 1\n"
        "    : yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy(1, 2) * 2;\n");
    assert_becomes(
        "a = tuple(e[d] > aaaaaaaaaaaaaaaaaa.size[d] ? e[d] / aaaaaaaaaaaaaaaaaa.size[d] : 1 "
        "for d in (0, 1, 2, 3, 4, 5, 6));",
        "a = tuple(e[d] > aaaaaaaaaaaaaaaaaa.size[d] ? e[d] / aaaaaaaaaaaaaaaaaa.size[d] : 1\n"
        "    for d in (0, 1, 2, 3, 4, 5, 6));\n");
    assert_becomes(
        "def f(IPoint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, ISpace bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
        "int"
        " cccccccccccccc) { return 1; }",
        "def f(IPoint aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, ISpace bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,\n"
        "        int cccccccccccccc) {\n    return 1;\n}\n");
}

static void assert_refused(const char *text, mw_diag_code code) {
    mw_str out = {0};
    mw_diags *diags = mw_diags_new();
    assert_int_equal(format(text, strlen(text), &out, diags), MW_ERR_INPUT);
    assert_int_equal(mw_diags_first_error(diags)->code, code);
    assert_int_equal(out.len, 0);
    mw_diags_free(diags);
}

static void a_syntax_error_is_reported_and_nothing_else(void **state) {
    (void)state;
    assert_refused("a = 1", MW_MISSING_SEMICOLON);
    assert_refused("Task a;", MW_SYNTAX);
    assert_refused("a = 1;\n```\n", MW_MARKDOWN_FENCE);
    assert_refused("a = @;", MW_UNEXPECTED_CHARACTER);
    assert_becomes("a = undefined(1);", "a = undefined(1);\n"); // names are not its business
}

// --- properties
// -----------------------------------------------------------------------------------

/** Same tree, and formatting again changes nothing. */
static void assert_faithful(const char *text, size_t len, const mw_str *once) {
    mw_str again = {0};
    bool faithful = same_program(text, len, mw_str_text(once), once->len);
    bool idempotent = format(mw_str_text(once), once->len, &again, NULL) == MW_OK &&
                      again.len == once->len &&
                      memcmp(mw_str_text(&again), mw_str_text(once), again.len) == 0;
    if (!faithful || !idempotent)
        fprintf(stderr, "--- text\n%.*s\n--- once\n%s\n--- again\n%s\n", (int)len, text,
                mw_str_text(once), mw_str_text(&again));
    assert_true(faithful);
    assert_true(idempotent);
    mw_str_clear(&again);
}

/** The comments in order, their ends trimmed, one a line. Strings hold none that count. */
static void collect_comments(const char *text, size_t len, mw_str *out) {
    bool string = false;
    for (size_t i = 0; i < len; i++) {
        string = (string != (text[i] == '"')) && text[i] != '\n';
        if (string || !(text[i] == '#' || (text[i] == '/' && i + 1 < len && text[i + 1] == '/')))
            continue;
        size_t end = i;
        while (end < len && text[end] != '\n')
            end++;
        size_t kept = end;
        while (kept > i &&
               (text[kept - 1] == ' ' || text[kept - 1] == '\t' || text[kept - 1] == '\r'))
            kept--;
        mw_str_add_bytes(out, text + i, kept - i);
        mw_str_add_char(out, '\n');
        i = end;
    }
}

static void assert_comments_stay(const char *text, size_t len, const mw_str *once) {
    mw_str before = {0}, after = {0};
    collect_comments(text, len, &before);
    collect_comments(mw_str_text(once), once->len, &after);
    assert_string_equal(mw_str_text(&before), mw_str_text(&after));
    mw_str_clear(&before);
    mw_str_clear(&after);
}

static void random_programs_keep_their_meaning(void **state) {
    (void)state;
    uint8_t bytes[600];
    size_t longest = 0;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        mw_rng rng = {seed};
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)mw_rng_next(&rng);
        choices c = {bytes, sizeof bytes, 0};
        mw_str text = {0}, once = {0};
        random_mapper(&text, &c, seed % 4 != 0);
        mw_diags *diags = mw_diags_new();
        mw_status status = format(mw_str_text(&text), text.len, &once, diags);
        if (status != MW_OK)
            mw_diags_print(stderr, diags);
        assert_int_equal(status, MW_OK);
        mw_diags_free(diags);
        assert_faithful(mw_str_text(&text), text.len, &once);
        assert_comments_stay(mw_str_text(&text), text.len, &once);
        longest = text.len > longest ? text.len : longest;
        mw_str_clear(&text);
        mw_str_clear(&once);
    }
    assert_in_range(longest, 1000, 100000); // the programs are not trivial ones
}

static int mappers_seen, broken_seen;

static int check_file(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st;
    (void)ftw;
    const char *dot = strrchr(path, '.');
    if (type != FTW_F || !dot || strcmp(dot, ".mapper") != 0)
        return 0;
    char *text = NULL;
    size_t len = 0;
    mw_str once = {0};
    assert_int_equal(mw_file_read(path, 1 << 20, &text, &len, NULL), MW_OK);
    mappers_seen++;
    if (format(text, len, &once, NULL) == MW_OK) {
        assert_faithful(text, len, &once);
        assert_comments_stay(text, len, &once);
    } else {
        broken_seen++;
    }
    mw_str_clear(&once);
    free(text);
    return 0;
}

static void every_mapper_here_keeps_its_meaning(void **state) {
    (void)state;
    assert_int_equal(nftw(MW_TESTS "/../mappers", check_file, 16, FTW_PHYS), 0);
    assert_true(mappers_seen > 0);
    assert_int_equal(broken_seen, 0); // those that we ship have no errors
    assert_int_equal(nftw(MW_TESTS, check_file, 16, FTW_PHYS), 0);
    print_message("%d mappers, %d of them wrong on purpose\n", mappers_seen, broken_seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_takes_a_line),
        cmocka_unit_test(an_expression_shows_its_operators),
        cmocka_unit_test(a_priority_has_names_and_then_an_expression),
        cmocka_unit_test(a_body_stands_on_lines_of_its_own),
        cmocka_unit_test(one_blank_line_stays_of_several),
        cmocka_unit_test(a_comment_stays_where_it_was),
        cmocka_unit_test(a_comment_before_the_end_moves_behind_it),
        cmocka_unit_test(a_long_line_breaks_where_it_is_loosest),
        cmocka_unit_test(a_syntax_error_is_reported_and_nothing_else),
        cmocka_unit_test(random_programs_keep_their_meaning),
        cmocka_unit_test(every_mapper_here_keeps_its_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
