// src/guide/parts.h: what feedback.c puts together. Uses: feedback. Internal to the layer.
#pragma once
#include "base/vec.h"
#include "guide/feedback.h"

typedef struct mw_feedback_parts {
    mw_arena *arena;
    MW_VEC(mw_reason) reasons;
    MW_VEC(mw_suggestion) suggestions;
    bool failed; ///< out of memory
} mw_feedback_parts;

/** What a search for suggestions may look at, and what it is told to call what it finds. */
typedef struct mw_repair {
    int code;               ///< the diagnostic's; 0: the mapper ran
    mw_situation situation; ///< that its suggestions name; MW_SITUATIONS: each its own
    const char *why;        ///< likewise; NULL: each its own
} mw_repair;

void mw_reason_add(mw_feedback_parts *p, int code, double share, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void mw_suggestion_add(mw_feedback_parts *p, mw_suggestion s);

/** Tries candidates for the mapper in the lab and adds those that gain, most gain first
 * (suggest.c).
 *  @param repair  all zeros but MW_SITUATIONS: for a mapper that ran */
mw_status mw_suggest(mw_lab *lab, const mw_repair *repair, mw_feedback_parts *p);
/** Why it took so long, by what-if (performance.c). */
mw_status mw_explain_performance(mw_lab *lab, const mw_bound *bound, mw_feedback_parts *p);
/** Reasons and suggestions from diagnostics (failure.c). */
mw_status mw_explain_failure(mw_lab *lab, mw_outcome outcome, const mw_diags *diags, bool suggest,
                             mw_feedback_parts *p);
/** What a mapper that ran says in vain, and the like: the first few warnings. */
void mw_explain_warnings(const mw_diags *diags, mw_feedback_parts *p);
/** The text with `% m.size[d]` after each index of the place that a diagnostic is about; NULL:
 * there is no plain index at that place, or out of memory. The caller frees it. (mend.c, as the
 * next.) */
char *mw_keep_inside(const char *text, const mw_diag *d);
/** The text with a diagnostic's edits made; NULL: it has none, they do not fit, or out of memory.
 * The caller frees it. */
char *mw_apply_edits(const char *text, const mw_diag *d);
