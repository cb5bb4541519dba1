// tests/lang/test_card.c: the reference card is the file in prompts/, short enough, complete, and
// every example in it works and does what the card says of it.
#include "lang/examples.h"
#include <string.h>
#include "base/file.h"
#include "lang/card.h"
#include "support/fences.h"

static void the_card_is_the_file(void **state) {
    (void)state;
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(mw_file_read(MW_TESTS "/../prompts/card.md", 1 << 20, &text, &len, NULL),
                     MW_OK);
    assert_string_equal(mw_card_text, text);
    free(text);
}

static void its_size_is_counted(void **state) {
    (void)state;
    mw_text_size size = mw_text_size_of("one two,\n\n three ");
    assert_int_equal(size.bytes, 17);
    assert_int_equal(size.words, 3);
    assert_int_equal(size.tokens, 5); // 34 / 7, rounded up
    size = mw_text_size_of(mw_card_text);
    assert_in_range(size.tokens, 500, MW_CARD_TOKENS_MAX);
}

static void every_example_works(void **state) {
    (void)state;
    const char *at = mw_card_text, *block;
    size_t len = 0;
    uint32_t blocks = 0, used = 0;
    while (next_fence(&at, "mapper", &block, &len)) {
        used += assert_example_works("card.md", block, len);
        blocks++;
    }
    assert_int_equal(blocks, 2);
    assert_true(used >= 9); // three in the first, six idioms
}

static void every_statement_is_in_an_example(void **state) {
    (void)state;
    static const char *const STATEMENTS[] = {"Task",          "Region",           "Layout",
                                             "InstanceLimit", "CollectMemory",    "IndexTaskMap",
                                             "SingleTaskMap", "ControlReplicate", "Priority",
                                             "def",           "    print(",       "m ="};
    const char *at = mw_card_text, *block = NULL;
    size_t len = 0;
    assert_true(next_fence(&at, "mapper", &block, &len));
    for (size_t i = 0; i < MW_COUNT(STATEMENTS); i++) {
        char line[32];
        snprintf(line, sizeof line, "\n%s", STATEMENTS[i]);
        const char *found = strstr(block - 1, line); // block - 1: its first line too
        if (!found || found > block + len)
            fail_msg("the card has no example of %s", STATEMENTS[i]);
    }
}

static int gpu(int64_t flat) { // of 2 nodes with 4 GPUs
    return (int)(flat / 4 * 100 + flat % 4);
}

/** The idioms on 2 nodes with 4 GPUs, by what their names mean. */
static void the_idioms_do_what_they_are_called(void **state) {
    (void)state;
    const char *at = mw_card_text, *block = NULL;
    size_t len = 0;
    assert_true(next_fence(&at, "mapper", &block, &len) && next_fence(&at, "mapper", &block, &len));
    mw_program *p = example_program("card.md", block, len);
    mw_machine *machine = mw_machine_bare(2, 1, 4, 0);
    mw_binding *b = NULL;
    assert_int_equal(mw_binding_new(p, machine, &b, NULL), MW_OK);
    int got[512];
    const int64_t line[1] = {32}, square[2] = {16, 16};

    assert_true(places_all(b, mw_program_function(p, "block"), 1, line, got));
    for (int i = 0; i < 32; i++)
        assert_int_equal(got[i], gpu(i / 4));
    assert_true(places_all(b, mw_program_function(p, "cyclic"), 1, line, got));
    for (int i = 0; i < 32; i++)
        assert_int_equal(got[i], gpu(i % 8));
    assert_true(places_all(b, mw_program_function(p, "block_cyclic"), 1, line, got));
    for (int i = 0; i < 32; i++)
        assert_int_equal(got[i], gpu(i / 2 % 8));
    assert_true(places_all(b, mw_program_function(p, "hierarchical"), 2, square, got));
    for (int i = 0; i < 256; i++) // rows 0 … 7 on node 0
        assert_int_equal(got[i], i / 16 / 8 * 100 + i % 16 % 4);
    assert_true(places_all(b, mw_program_function(p, "linearised"), 2, square, got));
    for (int i = 0; i < 256; i++)
        assert_int_equal(got[i], gpu(i / 32));
    assert_true(places_all(b, mw_program_function(p, "decomposed"), 2, square, got));
    int points[8] = {0};
    for (int i = 0; i < 256;
         i++) { // 4 GPUs are 2 x 2: equal neighbours differ, the next but one not
        points[got[i] / 100 * 4 + got[i] % 100]++;
        int x = i % 16, y = i / 16;
        if (x + 2 < 8)
            assert_int_equal(got[i], got[i + 2]);
        if (y + 2 < 8)
            assert_int_equal(got[i], got[i + 32]);
        if (x + 1 < 16)
            assert_int_not_equal(got[i], got[i + 1]);
    }
    for (int i = 0; i < 8; i++)
        assert_int_equal(points[i], 32);
    mw_binding_free(b);
    mw_machine_free(machine);
    mw_program_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_card_is_the_file),
        cmocka_unit_test(its_size_is_counted),
        cmocka_unit_test(every_example_works),
        cmocka_unit_test(every_statement_is_in_an_example),
        cmocka_unit_test(the_idioms_do_what_they_are_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
