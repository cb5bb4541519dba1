// src/base/explain.h: what to do about each diagnostic, for `mapwright explain` and
// docs/diagnostics.md. What a code means stands in diag_codes.h. Uses: diag.
#pragma once
#include "base/diag.h"

typedef struct mw_explanation {
    mw_diag_code code;
    const char *fix;   ///< sentences: how it comes about, what to do
    const char *wrong; ///< a mapper that has it, or NULL
    const char *right; ///< the same without it, or NULL
} mw_explanation;

/** NULL: nothing more is known than mw_diag_meaning(). */
const mw_explanation *mw_explain(int code);
/** docs/diagnostics.md, all of it. */
void mw_explain_markdown(mw_str *out);

extern const mw_explanation mw_explanations_lang[]; ///< explain_lang.c; these end with code 0
extern const mw_explanation mw_explanations_rest[]; ///< explain_rest.c
