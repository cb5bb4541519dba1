// src/cli/tune_table.c: the closing table of a tuning run, and what it says in sentences.
#include "cli/tune.h"
#include "report/table.h"
#include "base/units.h"
#include <math.h>

static void spread(char out[2 * MW_UNIT_TEXT + 4], const mw_stats *s) {
    char low[MW_UNIT_TEXT], high[MW_UNIT_TEXT];
    snprintf(out, 2 * MW_UNIT_TEXT + 4, "%s - %s", mw_unit_us(low, s->q1), mw_unit_us(high, s->q3));
}

/** One line: a mapper (iteration) or a scheduler (MW_SESSION_NONE). us < 0: no simulated time. */
static void line(const tune *t, mw_table *table, const char *name, double us,
                 const mw_contestant *c) {
    char unit[MW_UNIT_TEXT], between[2 * MW_UNIT_TEXT + 4] = "-";
    mw_ratio ratio = tune_times_faster(t, tune_contestant(t, 0), c);
    double base_us = tune_simulated_us(t, 0);
    mw_table_cell(table, "%s", name);
    mw_table_cell(table, "%s", mw_unit_us(unit, us));
    if (tune_any_measured(t)) {
        bool ran = c && c->runs > 0;
        if (ran)
            spread(between, &c->stats);
        mw_table_cell(table, "%s",
                      c && !ran ? "failed" : mw_unit_us(unit, ran ? c->stats.median : -1));
        mw_table_cell(table, "%s", between);
        mw_table_cell(table, "%s", ratio.pairs ? mw_unit_speedup(unit, ratio.median) : "-");
    } else {
        mw_table_cell(table, "%s", us > 0 ? mw_unit_speedup(unit, base_us / us) : "-");
    }
}

mw_status tune_table(const tune *t, mw_str *out) {
    mw_look look = {t->cli->width, t->cli->color, t->cli->utf8};
    mw_table *table = mw_table_new();
    char name[64], unit[MW_UNIT_TEXT];
    mw_table_column(table, "", MW_TEXT);
    mw_table_column(table, "simulated", MW_NUMBER);
    if (tune_any_measured(t)) {
        mw_table_column(table, "measured", MW_NUMBER);
        mw_table_column(table, "half of the runs", MW_NUMBER);
    }
    mw_table_column(table, "speed-up", MW_NUMBER);
    line(t, table, "default mapper", tune_simulated_us(t, 0), tune_contestant(t, 0));
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] == MW_SESSION_NONE)
            line(t, table, t->contestants[c].name, -1, &t->contestants[c]);
    for (uint32_t c = 1; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] != MW_SESSION_NONE && t->contestant_iteration[c] != t->best)
            line(t, table, t->contestants[c].name, tune_simulated_us(t, t->contestant_iteration[c]),
                 &t->contestants[c]);
    tune_best_name(t, name);
    line(t, table, name, tune_simulated_us(t, t->best), tune_contestant(t, t->best));
    mw_table_rule(table);
    mw_table_cell(table, "lower bound");
    mw_table_cell(table, "%s", mw_unit_us(unit, t->bound.bound_us));
    if (tune_any_measured(t)) {
        mw_table_cell(table, "-");
        mw_table_cell(table, "-");
    }
    // Beside measured speed-ups a simulated one would look as if it could be beaten.
    mw_table_cell(table, "%s",
                  tune_any_measured(t)
                      ? "-"
                      : mw_unit_speedup(unit, tune_simulated_us(t, 0) / t->bound.bound_us));
    bool ok = mw_table_print(table, out, &look);
    mw_table_free(table);
    return ok ? MW_OK : MW_ERR_NOMEM;
}

/** "1.79x (95% interval 1.55x to 2.03x)" */
static void add_times(mw_str *out, const mw_ratio *r) {
    char times[MW_UNIT_TEXT], low[MW_UNIT_TEXT], high[MW_UNIT_TEXT];
    mw_str_add(out, mw_unit_speedup(times, r->median));
    if (r->has_bounds)
        mw_str_printf(out, " (%.0f%% interval %s to %s)", 100 * TUNE_CONFIDENCE,
                      mw_unit_speedup(low, r->low), mw_unit_speedup(high, r->high));
}

/** A difference is only called one where the interval leaves no doubt. */
static void compare_measured(const tune *t, mw_str *out) {
    const mw_contestant *best = tune_contestant(t, t->best);
    const mw_contestant *scheduler = tune_best_scheduler(t);
    mw_ratio gain = tune_times_faster(t, tune_contestant(t, 0), best);
    if (t->best != 0 && gain.pairs > 0) {
        mw_str_add(out, "Measured ");
        add_times(out, &gain);
        mw_str_add(out, " as fast as the default mapper");
        mw_str_add(out, !gain.has_bounds            ? "; too few runs to be sure of it."
                        : mw_ratio_above_one(&gain) ? "."
                                                    : ": no difference is shown.");
    }
    mw_ratio other = tune_times_faster(t, scheduler, best);
    if (other.pairs == 0)
        return;
    mw_str_printf(out, "\n  Against %s, the fastest of StarPU's own: ", scheduler->name);
    add_times(out, &other);
    mw_str_add(out, !other.has_bounds            ? "."
                    : mw_ratio_above_one(&other) ? ", faster."
                    : mw_ratio_below_one(&other) ? ", slower: prefer it here."
                                                 : ": no difference is shown.");
}

/** What the figures say, in sentences that do not claim more than they do. */
void tune_verdict(const tune *t, mw_str *out) {
    char percent[MW_UNIT_TEXT], times[MW_UNIT_TEXT];
    double above = tune_simulated_us(t, t->best) / t->bound.bound_us - 1;
    if (t->best == 0)
        mw_str_add(out, "No mapper beat the default.");
    if (tune_any_measured(t))
        compare_measured(t, out);
    else if (t->best != 0)
        mw_str_printf(
            out, "Simulated %s as fast as the default mapper.",
            mw_unit_speedup(times, tune_simulated_us(t, 0) / tune_simulated_us(t, t->best)));
    const mw_contestant *best = tune_contestant(t, t->best);
    if (best && best->stats.median < t->bound.bound_us) {
        mw_str_add(out,
                   "\n  It ran faster than the lower bound: its kernels were slower while they "
                   "were recorded, so take the simulated times for too long.");
        return;
    }
    if (isfinite(above) && tune_simulated_us(t, t->best) > 0)
        mw_str_printf(out, "\n  In the simulator it is %s above the lower bound.",
                      mw_unit_percent(percent, above > 0 ? above : 0));
}
