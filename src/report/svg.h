// src/report/svg.h: the drawings of the HTML report. Uses: lanes, markup.
// Each function appends one <svg> element whose colours come from the page's style sheet: classes
// k0 … k10 (task kinds), k11 (other kinds), k12 (copies).
#pragma once
#include "base/str.h"
#include "report/lanes.h"

typedef struct mw_svg_point {
    uint32_t iteration; ///< from 1
    double us;          ///< < 0: it failed
} mw_svg_point;

typedef struct mw_svg_curve {
    const mw_svg_point *points; ///< by iteration
    size_t count;
    double default_us, bound_us; ///< horizontal lines; < 0: none
} mw_svg_curve;

/** Best so far against iteration: a step line, a mark for each iteration (a cross for one that
 * failed), the default and the bound as lines. */
void mw_svg_best_so_far(mw_str *out, const mw_svg_curve *curve);
/** One row a lane; `span_us` is the length of the time axis, so that two can be compared. */
void mw_svg_timeline(mw_str *out, const char *title, const mw_lanes *lanes, const mw_plan *plan,
                     const mw_timeline *timeline, double span_us);
/** The critical path as one bar, a part for each cause, against `span_us`. */
void mw_svg_causes(mw_str *out, const char *title, const double by_cause[MW_CAUSE_SYNC + 1],
                   double span_us);
