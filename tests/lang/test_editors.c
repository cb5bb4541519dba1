// tests/lang/test_editors.c: the editors' files know every reserved word, and no other ones.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "lang/token.h"

static char *read_text(const char *path) {
    char *text = NULL;
    size_t len = 0;
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_file_read(path, 1 << 20, &text, &len, diags);
    mw_diags_print(stderr, diags);
    mw_diags_free(diags);
    assert_int_equal(status, MW_OK);
    return text;
}

static bool is_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word) {
    size_t len = strlen(word);
    for (const char *p = text; (p = strstr(p, word)) != NULL; p++)
        if ((p == text || !is_word_char(p[-1])) && !is_word_char(p[len]))
            return true;
    return false;
}

static void assert_has_all_words(const char *path) {
    char *text = read_text(path);
    for (int w = 1; w < MW_WORDS; w++)
        if (!has_word(text, mw_word_text((mw_word)w)))
            fail_msg("%s does not know '%s'", path, mw_word_text((mw_word)w));
    free(text);
}

static void both_know_every_reserved_word(void **state) {
    (void)state;
    assert_has_all_words(MW_TESTS "/../docs/editors/mapper.tmLanguage.json");
    assert_has_all_words(MW_TESTS "/../docs/editors/vim/syntax/mapper.vim");
}

static bool is_reserved(const char *word) {
    for (int w = 1; w < MW_WORDS; w++)
        if (strcmp(mw_word_text((mw_word)w), word) == 0)
            return true;
    return false;
}

/** All `syntax keyword` words of the Vim file, but for the notes in comments. */
static void vim_colours_nothing_else(void **state) {
    (void)state;
    char *text = read_text(MW_TESTS "/../docs/editors/vim/syntax/mapper.vim"), *rest = NULL;
    int words = 0;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "syntax keyword ", 15) != 0 || strstr(line, "mapperTodo"))
            continue;
        char *more = NULL;
        strtok_r(line + 15, " ", &more); // the group
        for (char *word; (word = strtok_r(NULL, " ", &more)) != NULL; words++)
            if (!is_reserved(word) && strcmp(word, "Machine") != 0 && strcmp(word, "Priority") != 0)
                fail_msg("'%s' is no reserved word", word);
    }
    assert_int_equal(words, MW_WORDS - 1 + 2);
    free(text);
}

static void the_grammar_is_json_and_its_parts_are_there(void **state) {
    (void)state;
    char *text = read_text(MW_TESTS "/../docs/editors/mapper.tmLanguage.json");
    json_t *grammar = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(grammar);
    assert_string_equal(json_string_value(json_object_get(grammar, "scopeName")), "source.mapper");
    json_t *repository = json_object_get(grammar, "repository");
    for (const char *p = text; (p = strstr(p, "\"#")) != NULL; p++) { // each include is a part
        char part[32];
        snprintf(part, sizeof part, "%.*s", (int)strcspn(p + 2, "\""), p + 2);
        if (!json_object_get(repository, part))
            fail_msg("'#%s' is included and not there", part);
    }
    json_decref(grammar);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_know_every_reserved_word),
        cmocka_unit_test(vim_colours_nothing_else),
        cmocka_unit_test(the_grammar_is_json_and_its_parts_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
