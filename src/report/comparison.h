// src/report/comparison.h: what differs between two mappers, in words, as JSON and in one line.
// Uses: names, text, plan.
#pragma once
#include "plan/compare.h"
#include "report/text.h"

/** Adds one line without a newline: "the same decisions", or the task kinds with most tasks first,
 * at most three of them: "stencil: GPU -> CPU, 2 memories; fill: 30 of 40 tasks elsewhere; …". At
 * most about 200 characters; names are added as they are. */
void mw_comparison_summary(mw_str *out, const mw_comparison *c);
/** Adds all of it for people: a block for each task kind that differs, a line a decision, with
 * examples, then the summary. @return false: out of memory */
bool mw_comparison_text(mw_str *out, const mw_comparison *c, const mw_look *look);
/** {"same","summary","moved","differences":[{"decision","kind","argument","region","launches",
 * "extent","differ","tasks","a","b","examples":[{"task","a","b"}]}]}; what does not apply is null.
 * The caller owns it; NULL: out of memory. */
json_t *mw_comparison_json(const mw_comparison *c);
const char *mw_decision_name(mw_decision d); ///< "processor kind", "memory", …
