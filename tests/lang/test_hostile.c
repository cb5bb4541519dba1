// tests/lang/test_hostile.c: whatever bytes a mapper has, the check ends with a result or with
// diagnostics, within 100 MB. (Sanitizers see that nothing is touched that should not be.)
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "base/rng.h"
#include "lang/lang.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
enum { LARGEST = 1 << 16, ROUNDS = 300 }; // sanitizers take their time
#else
enum { LARGEST = MW_MAPPER_MAX_BYTES, ROUNDS = 3000 };
#endif
enum { MOST_MEMORY = 100 << 20 };

static char text[LARGEST + 1];

/** Fills the text with as many copies of a piece as fit between a head and a tail. */
static size_t repeat(const char *head, const char *piece, const char *tail) {
    size_t h = strlen(head), p = strlen(piece), t = strlen(tail), len = h;
    memcpy(text, head, h);
    for (; len + p + t <= LARGEST; len += p)
        memcpy(text + len, piece, p);
    memcpy(text + len, tail, t);
    return len + t;
}

/** Checks it in both dialects. @return how many errors there were */
static size_t check(size_t len) {
    size_t errors = 0;
    for (int strict = 0; strict < 2; strict++) {
        mw_diags *diags = mw_diags_new();
        mw_program *program = NULL;
        mw_lang_options options = {.strict = strict};
        mw_status status = mw_program_parse("hostile", text, len, &options, &program, diags);
        assert_true(status == MW_OK || status == MW_ERR_INPUT);
        assert_int_equal(status == MW_OK, mw_diags_errors(diags) == 0);
        assert_true(mw_diags_count(diags) <= MW_DIAGS_MAX);
        for (size_t i = 0; i < mw_diags_count(diags); i++) {
            mw_str shown = {0};
            mw_diag_format(&shown, mw_diags_at(diags, i));
            assert_true(shown.len < 4000); // for reading
            json_t *json = mw_diag_json(mw_diags_at(diags, i));
            assert_non_null(json);
            json_decref(json);
            mw_str_clear(&shown);
        }
        errors = mw_diags_errors(diags);
        mw_program_free(program);
        mw_diags_free(diags);
    }
    return errors;
}

static void one_thing_repeated_fills_a_megabyte(void **state) {
    (void)state;
    static const char *const PIECES[] = {"(",
                                         ")",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         ",",
                                         ";",
                                         ":",
                                         ".",
                                         "?",
                                         "=",
                                         "*",
                                         "-",
                                         "+",
                                         "/",
                                         "!",
                                         "&",
                                         "|",
                                         "#",
                                         "\"",
                                         "'",
                                         "`",
                                         "\n",
                                         "\t",
                                         " ",
                                         "a",
                                         "1",
                                         "//",
                                         "a=",
                                         "a?",
                                         "a?b:",
                                         "-a",
                                         "a(",
                                         "a[",
                                         "a.b",
                                         "a,",
                                         "(a,",
                                         "\x01",
                                         "\x80",
                                         "\xFF",
                                         "\xC3\x28",
                                         "\xF0\x9F\x98\x80",
                                         "\xE2\x80\x9C",
                                         "\xC2\xA0",
                                         "def ",
                                         "def f(",
                                         "def f(){",
                                         "def f(Task t):\n ",
                                         "Task ",
                                         "Task * ",
                                         "if ",
                                         "if(a){",
                                         "else ",
                                         "```\n",
                                         "a=1;",
                                         "a=b;",
                                         "Task a GPU;",
                                         "Task a blue;",
                                         "a==1;",
                                         "a+=1;",
                                         "x: int = 3;",
                                         "tuple(",
                                         "Machine(",
                                         "return ",
                                         "print(",
                                         "\"{}\",",
                                         "Layout a b * SOA ",
                                         "Priority a ",
                                         "a and ",
                                         "not ",
                                         "lambda x:",
                                         "f(x=",
                                         "a**",
                                         "1.5e3 ",
                                         "IndexTaskMap a b c;",
                                         "m[*t,",
                                         "/*",
                                         "/*\n",
                                         "/* a */"};
    for (size_t i = 0; i < MW_COUNT(PIECES); i++)
        check(repeat("", PIECES[i], ""));
}

static void one_thing_repeated_inside_a_statement(void **state) {
    (void)state;
    static const char *const PIECES[][3] = {
        {"a = ", "(", ""},
        {"a = ", "-", "1;"},
        {"a = 1", "+1", ";"},
        {"a = ", "b.", "c;"},
        {"a = m", "[0]", ";"},
        {"a = ", "c?", "d;"},
        {"a = ", "c?d:", "e;"},
        {"a = (1", ",1", ");"},
        {"a = f", "(1)", ";"},
        {"a = ", "tuple(i for i in ", "b;"},
        {"Task a", ",a", " GPU;"},
        {"Task a GPU", ",GPU", ";"},
        {"Layout a b *", " SOA", ";"},
        {"def f(int a", ", int a", ") { return a; }"},
        {"def f(int a) {", "a=a+1;", "return a; }"},
        {"def f(int a) {", "if(a){", "}"},
        {"print(\"", "{}", "\", 1);"},
        {"# ", "\xE2\x80\xA6", "\n"},
        {"a = \"", "x", "\";"},
        {"", "x", " = 1;"},
        {"a = ", "9", ";"},
        {"a = 1", "/0", ";"},
        {"a = [1", ",[1", "];"},
        {"a = 1 \\", "$ ", ";"},
        {"a = ", "not ", "b;"},
        {"a = ", "!", "b;"},
        {"a = ", "b if c else ", "d;"},
        {"a = ", "min(1,", "2);"},
        {"a = not not not not not min(1, ", "x", ");"},
    };
    for (size_t i = 0; i < MW_COUNT(PIECES); i++)
        check(repeat(PIECES[i][0], PIECES[i][1], PIECES[i][2]));
}

static size_t fill(const char *format, const char *tail) {
    size_t len = 0;
    for (int i = 0; len + 200 < LARGEST; i++) {
        int added = snprintf(text + len, 200, format, i, i + 1, i + 2, i + 3);
        len += (size_t)added;
    }
    memcpy(text + len, tail, strlen(tail));
    return len + strlen(tail);
}

static void as_many_names_as_fit(void **state) {
    (void)state;
    assert_int_equal(check(fill("a%d=1;\n", "")), 0);
    assert_int_equal(check(fill("Task t%d GPU;\n", "")), 0);
    assert_int_equal(check(fill("def f%d(int x){return x;}\n", "")), 0);
    assert_true(check(fill("a%d=b%d;\n", "")) > 500); // each of them is undefined
    assert_true(check(fill("IndexTaskMap a%d f%d;\n", "")) > 500);
    assert_true(check(fill("def f%d(int x){return f%d(x);}\n", "")) > 0); // one chain of calls
    assert_true(check(fill("def f%1$d(int x){return f%1$d(x);}\n", "")) > 500);
    assert_true(check(fill("def f%d(int x){y=z%d;\n", "")) > 0);
    check(fill("Region a%d r%d * SYSMEM;\n", ""));
    check(fill("def g(Task t){return h%d(t);}\n", ""));
}

static void long_names_and_lines(void **state) {
    (void)state;
    memset(text, 'x', LARGEST);
    memcpy(text + LARGEST / 2, " = y;\n", 6);
    assert_true(check(LARGEST) > 0);
    memset(text, ' ', LARGEST);
    memcpy(text + LARGEST - 20, "a = undefined_name;", 19);
    assert_int_equal(check(LARGEST), 1);
    memset(text, '\xBF', LARGEST);
    memcpy(text + LARGEST - 20, "a = undefined_name;", 19);
    assert_true(check(LARGEST) > 0);
}

/** Random words of the language in a row: deep into the parser, hardly ever right. */
static void words_in_any_order(void **state) {
    (void)state;
    static const char *const WORDS[] = {"Task",    "Region",   "Layout", "IndexTaskMap",
                                        "def",     "f",        "(",      ")",
                                        "{",       "}",        "[",      "]",
                                        ",",       ";",        ":",      ".",
                                        "?",       "=",        "==",     "*",
                                        "+",       "-",        "/",      "//",
                                        "%",       "&&",       "||",     "int",
                                        "m",       "GPU",      "FBMEM",  "SOA",
                                        "tuple",   "for",      "in",     "1",
                                        "0",       "return",   "print",  "\"{}\"",
                                        "True",    "size",     "split",  "\n",
                                        "Machine", "has",      "ipoint", "and",
                                        "if",      "else",     "'a'",    "```",
                                        "1.5",     "\n",       "+=",     "**",
                                        "lambda",  "Priority", "Align",  "t",
                                        "x",       "#",        "Task t"};
    mw_rng rng = {.state = 7};
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = 0, words = 1 + mw_rng_below(&rng, 120);
        for (size_t i = 0; i < words; i++) {
            const char *word = WORDS[mw_rng_below(&rng, MW_COUNT(WORDS))];
            len += (size_t)snprintf(text + len, 40, "%s%s", word, round % 3 ? " " : "");
        }
        check(len);
    }
}

static void bytes_in_any_order(void **state) {
    (void)state;
    mw_rng rng = {.state = 8};
    for (int round = 0; round < ROUNDS / 10; round++) {
        size_t len = mw_rng_below(&rng, 3000);
        for (size_t i = 0; i < len; i++)
            text[i] = (char)mw_rng_below(&rng, round % 2 ? 256 : 128);
        check(len);
    }
}

/** Every prefix of a good mapper, and the mapper with each of its bytes left out. */
static void parts_of_a_good_mapper(void **state) {
    (void)state;
    static const char GOOD[] =
        "# A mapper.\nTask * GPU, CPU;\nTask a, b OMP;\nRegion * x GPU FBMEM, ZCMEM;\n"
        "Layout * * FBMEM SOA C_order Align == 128;\nInstanceLimit a 3;\nCollectMemory a x;\n"
        "m = Machine(GPU);\nn = m.merge(0, 1).split(0, 2).auto_split(1, (2, 3));\n"
        "def block(IPoint p, ISpace s, int i) { return p[i] * m.size[i] / s[i]; }\n"
        "def f(Task t) {\n  print(\"{}\", t.ipoint);\n  q = tuple(block(t.ipoint, t.ispace, i) for "
        "i "
        "in (0, 1));\n  return q[0] > 0 && True ? m[*q] : m[q[0], *];\n}\n"
        "IndexTaskMap a, b f;\nPriority a 3 - task.ipoint[0];\nprint(\"{}\", n.size);\n";
    size_t len = sizeof GOOD - 1;
    memcpy(text, GOOD, len);
    assert_int_equal(check(len) > 0, true); // --strict refuses Priority
    for (size_t i = 0; i < len; i++)
        check(i);
    for (size_t i = 0; i < len; i++) {
        memcpy(text, GOOD, i);
        memcpy(text + i, GOOD + i + 1, len - i - 1);
        check(len - 1);
    }
}

/** A comment must not swallow a program whose lines end in another way. */
static void lines_that_do_not_end_in_a_line_feed(void **state) {
    (void)state;
    static const char *const WRONG[] = {"# a\rTask * GPU;\r", "# a\\nTask * GPU;\\n",
                                        "# a\\nTask * GPU;\\n\n"};
    static const char *const RIGHT[] = {"# a\r\nTask * GPU;\r\n", "Task * GPU;\rTask a CPU;\r",
                                        "print(\"a\\nb\");", "# a\\nb", "# a;\\n\nTask * GPU;\n"};
    for (size_t i = 0; i < MW_COUNT(WRONG); i++) {
        memcpy(text, WRONG[i], strlen(WRONG[i]));
        assert_int_equal(check(strlen(WRONG[i])), 1);
    }
    for (size_t i = 0; i < MW_COUNT(RIGHT); i++) {
        memcpy(text, RIGHT[i], strlen(RIGHT[i]));
        assert_int_equal(check(strlen(RIGHT[i])), 0);
    }
}

static void a_byte_too_many_is_refused(void **state) {
    (void)state;
    mw_diags *diags = mw_diags_new();
    mw_program *program = NULL;
    size_t most = MW_MAPPER_MAX_BYTES;
    char *large = malloc(most + 1);
    assert_non_null(large);
    memset(large, ' ', most + 1);
    assert_int_equal(mw_program_parse("x", large, most + 1, NULL, &program, diags), MW_ERR_INPUT);
    assert_int_equal(mw_diags_at(diags, 0)->code, MW_MAPPER_TOO_LARGE);
    assert_int_equal(mw_program_parse("x", large, most, NULL, &program, diags), MW_OK);
    mw_program_free(program);
    mw_diags_free(diags);
    free(large);
}

int main(void) {
#ifndef SANITIZED
    setrlimit(RLIMIT_DATA, &(struct rlimit){MOST_MEMORY, MOST_MEMORY});
#endif
    const struct CMUnitTest hostile[] = {
        cmocka_unit_test(one_thing_repeated_fills_a_megabyte),
        cmocka_unit_test(one_thing_repeated_inside_a_statement),
        cmocka_unit_test(as_many_names_as_fit),
        cmocka_unit_test(long_names_and_lines),
        cmocka_unit_test(words_in_any_order),
        cmocka_unit_test(bytes_in_any_order),
        cmocka_unit_test(parts_of_a_good_mapper),
        cmocka_unit_test(lines_that_do_not_end_in_a_line_feed),
        cmocka_unit_test(a_byte_too_many_is_refused),
    };
    return cmocka_run_group_tests(hostile, NULL, NULL);
}
