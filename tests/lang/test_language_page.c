// tests/lang/test_language_page.c: what docs/language.md shows is so. Its programs have no errors
// and no warnings and place every point of some launch; its tables of expressions hold.
#include "lang/examples.h"
#include <string.h>
#include "base/file.h"
#include "base/str.h"
#include "support/fences.h"

static char *page;

static int open_page(void **state) {
    (void)state;
    size_t len = 0;
    return mw_file_read(MW_TESTS "/../docs/language.md", 1 << 20, &page, &len, NULL) != MW_OK;
}

static int close_page(void **state) {
    (void)state;
    free(page);
    return 0;
}

static void every_program_works(void **state) {
    (void)state;
    const char *at = page, *block = NULL;
    size_t len = 0;
    uint32_t blocks = 0, used = 0;
    for (; next_fence(&at, "mapper", &block, &len); blocks++)
        used += assert_example_works("language.md", block, len);
    assert_true(blocks >= 9);
    assert_true(used >= 14);
}

/** What printing `expression` says, or "error MW1402". */
static void evaluate(const char *expression, size_t len, char *out, size_t room) {
    mw_str text = {0};
    mw_str_printf(&text,
                  "m = Machine(GPU); def f(Task t) { print(\"{}\", %.*s); return m[0, 0]; } "
                  "IndexTaskMap x f;",
                  (int)len, expression);
    mw_program *program = example_program("language.md", text.text, text.len);
    mw_machine *machine = mw_machine_bare(2, 2, 4, 1);
    mw_binding *binding = NULL;
    assert_int_equal(mw_binding_new(program, machine, &binding, NULL), MW_OK);
    FILE *printed = tmpfile();
    assert_non_null(printed);
    mw_binding_print_to(binding, printed);
    const int64_t point[2] = {1, 2}, extent[2] = {4, 6};
    mw_task_view task = {.name = "x",
                         .index_launch = true,
                         .rank = 2,
                         .point = point,
                         .extent = extent,
                         .proc = MW_NO_ID};
    mw_places places = {0};
    mw_diags *diags = mw_diags_new();
    if (mw_binding_place(binding, mw_program_function(program, "f"), &task, &places, diags) ==
        MW_OK) {
        rewind(printed);
        assert_non_null(fgets(out, (int)room, printed));
        out[strcspn(out, "\n")] = '\0';
    } else {
        snprintf(out, room, "error MW%d", mw_diags_first_error(diags)->code);
    }
    fclose(printed);
    free(places.pairs);
    mw_diags_free(diags);
    mw_binding_free(binding);
    mw_machine_free(machine);
    mw_program_free(program);
    mw_str_clear(&text);
}

static void every_value_holds(void **state) {
    (void)state;
    const char *at = page, *block = NULL;
    size_t len = 0;
    int lines = 0;
    while (next_fence(&at, "values", &block, &len)) {
        for (const char *line = block; line < block + len; lines++) {
            const char *end = strchr(line, '\n'), *arrow = strstr(line, " -> ");
            assert_true(arrow && arrow < end);
            char expected[64], got[64];
            snprintf(expected, sizeof expected, "%.*s", (int)(end - arrow - 4), arrow + 4);
            evaluate(line, (size_t)(arrow - line), got, sizeof got);
            if (strcmp(expected, got) != 0)
                fail_msg("%.*s is %s", (int)(end - line), line, got);
            line = end + 1;
        }
    }
    assert_true(lines >= 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_program_works),
        cmocka_unit_test(every_value_holds),
    };
    return cmocka_run_group_tests(tests, open_page, close_page);
}
