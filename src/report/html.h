// src/report/html.h: the report of a tuning run as one self-contained HTML page: no script from
// elsewhere, no network, no other file. Uses: profile, base/stats. All text in it may come from
// outside (names, messages, mapper text) and is escaped.
#pragma once
#include "base/stats.h"
#include "profile/profile.h"

/** One contestant of the results table. */
typedef struct mw_report_row {
    const char *name;      ///< "default mapper", "StarPU dmdas", "best found"
    bool measured;         ///< really ran; else simulated. Compared only with its like
    bool is_default;       ///< what speed-ups are relative to (among the rows of the same engine)
    bool is_best;          ///< highlighted
    mw_stats us;           ///< makespans of its runs; count 0: see failure
    mw_ratio over_default; ///< by paired runs; pairs 0: by the medians
    const char *failure;   ///< why there is no time, in a few words; else NULL
} mw_report_row;

typedef struct mw_report_iteration {
    uint32_t number;     ///< from 1
    const char *change;  ///< what was changed and why, one line
    double predicted_us; ///< < 0: no prediction
    double obtained_us;  ///< < 0: none, see failure
    const char *failure; ///< the first error's message; else NULL
} mw_report_iteration;

/** A simulated run to draw. All of one graph on one machine. */
typedef struct mw_report_run {
    const char *name; ///< "default mapper"
    const mw_plan *plan;
    const mw_timeline *timeline; ///< of a simulator of its own: it must last until the page is made
    const mw_profile *profile;
} mw_report_run;

/** Everything is borrowed for the duration of mw_report_html(); absent text is NULL. */
typedef struct mw_report {
    const char *program;             ///< its command line, or the graph's file
    const char *machine;             ///< name
    const char *machine_description; ///< one line
    const char *date;                ///< as it shall be shown
    const char *verdict;             ///< what the figures say in sentences, one a line; or NULL
    const char *how;                 ///< one line: optimizer, iterations, seed, what verified it
    size_t row_count;
    const mw_report_row *rows;
    bool bound_known;
    mw_bound bound;           ///< of the machine the iterations ran on
    double default_us;        ///< with the engine of the iterations; < 0: unknown
    bool iterations_measured; ///< their engine
    size_t iteration_count;
    const mw_report_iteration *iterations;
    mw_report_run default_run, best_run; ///< timeline NULL: not there
    const char *mapper_name;             ///< file name to show
    const char *mapper;                  ///< text of the best mapper
    size_t warning_count;
    const char *const *warnings;
    size_t command_count;
    const char *const *commands; ///< what to type next, one command line each
} mw_report;

/** Appends the page to `out`, in UTF-8. @return MW_OK or MW_ERR_NOMEM */
mw_status mw_report_html(const mw_report *report, mw_str *out);
