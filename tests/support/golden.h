// tests/support/golden.h: a mapper with its diagnostics written under the lines they are about.
//
//   Task a GPUS;
//   #      ^~~~ MW1117 expected a processor kind, found 'GPUS'
//   #      hint: did you mean 'GPU'?
//
// Such comments are taken out before the text is checked, and put back from what the check said:
// the two must be equal. '<' instead of '^' is column 1, whose place the '#' has taken. "warning"
// stands before the code of a warning. The first line may be `# check: WORDS`: --strict, run.
#pragma once
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"

/** The text without the comments that say what is expected. False: out of memory. */
bool golden_strip(const char *text, size_t len, mw_str *out);
/** The text with a comment per diagnostic under the line it is about. */
void golden_annotate(const char *text, size_t len, const mw_diags *diags, mw_str *out);
/** Applies all edits of one diagnostic. False: their places are not in the text. */
bool golden_apply(const char *text, size_t len, const mw_diag *d, mw_str *out);
