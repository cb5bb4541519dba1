// src/report/html_parts.h: the pieces of the report page, for html.c only. Uses: html, lanes.
#pragma once
#include "report/html.h"
#include "report/lanes.h"

extern const char *const mw_html_style[]; ///< the style sheet in pieces, NULL-terminated
extern const char mw_html_script[];       ///< the copy buttons' few lines

/** "Timelines": default and best on one axis, with the legend. False: out of memory. */
bool mw_html_timelines(mw_str *out, const mw_report *r);
/** "Where the time went": critical path, task kinds, traffic, memories; default beside best. */
bool mw_html_time(mw_str *out, const mw_report *r);
/** The runs that can be drawn: 0, 1 or 2 of them, default first. */
size_t mw_html_runs(const mw_report *r, const mw_report_run *runs[2]);
