// src/report/profile_text.h: a simulated run for a terminal: timeline and where the time went.
// Uses: profile, table, lanes. `simulate` prints all of it, `tune` parts.
#pragma once
#include "profile/profile.h"
#include "report/text.h"

/** One simulated run, whole. All borrowed; all of one graph and machine. */
typedef struct mw_run_view {
    const mw_plan *plan;
    const mw_timeline *timeline;
    const mw_profile *profile;
    const mw_bound *bound;
} mw_run_view;

// Each appends to out; false: out of memory.

/** Makespan, distance to the bound and what the bound comes from, and the limit in a sentence. */
bool mw_text_summary(mw_str *out, const mw_run_view *v, const mw_look *look);
/** A row a processor, a column a stretch of time: colours where there are some, else letters. */
bool mw_text_timeline(mw_str *out, const mw_run_view *v, const mw_look *look);
bool mw_text_processors(mw_str *out, const mw_run_view *v, const mw_look *look);
bool mw_text_kinds(mw_str *out, const mw_run_view *v, const mw_look *look);
/** By cause, then its longest stretches. */
bool mw_text_critical_path(mw_str *out, const mw_run_view *v, const mw_look *look);
/** Between memories, by region, and the memories' high-water marks. */
bool mw_text_traffic(mw_str *out, const mw_run_view *v, const mw_look *look);
/** All of the above with headings. */
bool mw_text_profile(mw_str *out, const mw_run_view *v, const mw_look *look);

/** What limits the run, in one sentence without a full stop. */
void mw_text_limit(mw_str *out, const mw_run_view *v);
/** The longest stretches of the critical path, longest first (neighbours of one kind and cause
 * joined). @return how many, at most `most` */
typedef struct mw_stretch {
    double start_us, end_us;
    mw_cause why;
    uint32_t task, copy; ///< of its first segment
    uint32_t segments;
} mw_stretch;
uint32_t mw_profile_stretches(const mw_run_view *v, mw_stretch stretches[], uint32_t most);
/** "potrf[0] ran", "A[0,1] copied from SYSMEM to FBMEM 0", … */
void mw_stretch_name(mw_str *out, const mw_run_view *v, const mw_stretch *s);
