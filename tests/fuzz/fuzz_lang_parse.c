// tests/fuzz/fuzz_lang_parse.c: any bytes as a mapper: lexer, parser, checker, compiler, formatter.
// Held to: what parses is formatted to the same tree, and formatting that again changes nothing;
// what the whole front end accepts, the parser accepts; an error is always explained.
#include "lang/format.h"
#include "lang/same_tree.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool invariant) {
    if (!invariant)
        abort();
}

static bool checks(const char *text, size_t len, bool strict) {
    mw_program *program = NULL;
    mw_diags *diags = mw_diags_new();
    mw_lang_options options = {.strict = strict};
    mw_status status = mw_program_parse("fuzz", text, len, &options, &program, diags);
    hold((status == MW_OK) == (program != NULL));
    hold(status == MW_OK || status == MW_ERR_INPUT);
    hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
    mw_str shown = {0};
    for (size_t i = 0; i < mw_diags_count(diags); i++)
        mw_diag_format(&shown, mw_diags_at(diags, i));
    mw_str_clear(&shown);
    mw_diags_free(diags);
    mw_program_free(program);
    return status == MW_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    mw_source source = {"fuzz", text, size};
    mw_str once = {0}, again = {0};
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_format(&source, &once, diags);
    bool whole = checks(text, size, false), strict = checks(text, size, true);
    hold(status == MW_OK || status == MW_ERR_INPUT);
    hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
    hold(!whole || status == MW_OK);
    hold(!strict || whole); // strict refuses more, never less
    if (status == MW_OK) {
        mw_source result = {"fuzz", mw_str_text(&once), once.len};
        hold(same_program(text, size, result.text, result.len));
        hold(mw_format(&result, &again, NULL) == MW_OK && again.len == once.len);
        hold(memcmp(mw_str_text(&again), result.text, once.len) == 0);
        hold(checks(result.text, result.len, false) == whole);
    }
    mw_diags_free(diags);
    mw_str_clear(&once);
    mw_str_clear(&again);
    return 0;
}
