// src/cli/tune_outcome.c: what iterations and real runs came to: asked by table, page and choice.
#include "cli/tune.h"
#include <stdio.h>

/** The contestant whose median is least among mappers; t->contestant_count if none ran. */
uint32_t tune_best_measured(const tune *t) {
    uint32_t best = t->contestant_count;
    for (uint32_t c = 0; c < t->contestant_count; c++) {
        if (t->contestant_iteration[c] == MW_SESSION_NONE || t->contestants[c].runs == 0)
            continue;
        if (best == t->contestant_count ||
            t->contestants[c].stats.median < t->contestants[best].stats.median)
            best = c;
    }
    return best;
}

const mw_contestant *tune_contestant(const tune *t, uint32_t iteration) {
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] == iteration && t->contestants[c].runs > 0)
            return &t->contestants[c];
    return NULL;
}

bool tune_any_measured(const tune *t) {
    return tune_best_measured(t) < t->contestant_count;
}

/** -1 if it did not run. */
double tune_simulated_us(const tune *t, uint32_t iteration) {
    return mw_session_at(t->session, iteration)->makespan_us;
}

/** How many times as fast b is as a, by their paired runs. */
mw_ratio tune_times_faster(const tune *t, const mw_contestant *a, const mw_contestant *b) {
    mw_ratio r = {0};
    if (a && b && a->us && b->us && !a->us_by_round && a->runs == b->runs)
        mw_ratio_of(a->us, b->us, a->runs, TUNE_CONFIDENCE, &r); // recalled: no run had failed
    else if (a && b && a->us_by_round && b->us_by_round)
        mw_ratio_of(a->us_by_round, b->us_by_round, (size_t)t->args->rounds, TUNE_CONFIDENCE, &r);
    return r;
}

/** The scheduler of StarPU's with the least median; NULL: none ran. */
const mw_contestant *tune_best_scheduler(const tune *t) {
    const mw_contestant *best = NULL;
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] == MW_SESSION_NONE && t->contestants[c].runs > 0 &&
            (!best || t->contestants[c].stats.median < best->stats.median))
            best = &t->contestants[c];
    return best;
}

void tune_best_name(const tune *t, char out[64]) {
    if (t->best == 0)
        snprintf(out, 64, "best found: the default mapper");
    else
        snprintf(out, 64, "best found: mapper %03u", t->best);
}
