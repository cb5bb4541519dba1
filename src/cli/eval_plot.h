// src/cli/eval_plot.h: `mapwright eval --plot`, and what eval says above and below its table. Uses:
// eval_places, report.
#pragma once
#include "cli/eval_places.h"
#include "report/owner_map.h"

enum { MW_EVAL_PLOT_POINTS = 10000000 }; ///< most points of a picture in the terminal

/** "task stencil on GPU: map block, 2 nodes with 4 each" */
void mw_eval_title(const mw_eval *e, mw_str *out);
/** An empty map for the launch, which must be bound. */
mw_owner_map mw_eval_owners(const mw_eval *e);
/** Draws the launch on cli->out, or writes it to `svg` if that is not NULL. Says itself what went
 * wrong. */
mw_exit mw_eval_plot(mw_cli *cli, mw_eval *e, const char *svg);
