// src/report/progress.h: how far a long job is: one redrawn line on a terminal, plain lines else.
// Uses: text. No state outside the struct; nothing to free.
#pragma once
#include "report/text.h"
#include <stdint.h>
#include <stdio.h>

typedef struct mw_progress {
    FILE *out;
    mw_look look;  ///< the terminal's; width is read on each redraw, so the caller may change it
    bool terminal; ///< out is one: redraw; else a line a step
    uint32_t done, total;
    char text[256]; ///< what is being done
    double start_s; ///< on the monotonic clock
    bool drawn;     ///< something stands on the line
} mw_progress;

/** Starts at step 0 of `total`; prints nothing yet. `out` is borrowed. */
void mw_progress_start(mw_progress *p, FILE *out, const mw_look *look, bool terminal,
                       uint32_t total);
/** `done` steps are finished and `text` begins ("step done+1 of total: text" where out is no
 * terminal; nothing is repeated). */
void mw_progress_step(mw_progress *p, uint32_t done, const char *text);
void mw_progress_tick(mw_progress *p);  ///< redraws for the elapsed time's sake
void mw_progress_clear(mw_progress *p); ///< wipes the line, so that something else can be printed
/** Wipes the line and says `text` (may be NULL) with the time taken. */
void mw_progress_end(mw_progress *p, const char *text);
/** The line as it would be drawn after `elapsed_s`: at most look.width - 1 columns, because a full
 * line would wrap and could not be redrawn. */
void mw_progress_line(const mw_progress *p, double elapsed_s, mw_str *out);
