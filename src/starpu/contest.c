// src/starpu/contest.c: rounds of real runs, rotated.
#include "starpu/contest.h"
#include <stdlib.h>
#include <string.h>

/** Why its run failed, with its name: it is one of several. */
static mw_status explain_failure(const mw_run_spec *spec, const mw_run_result *result,
                                 const char *name, mw_diags *diags) {
    mw_diags *own = mw_diags_new();
    if (!own)
        return MW_ERR_NOMEM;
    mw_run_explain(spec, result, own);
    for (size_t i = 0; i < mw_diags_count(own); i++) {
        const mw_diag *d = mw_diags_at(own, i);
        mw_diag_in(diags, d->severity, d->code, d->file, NULL, d->hint, "%s: %s", name, d->message);
    }
    mw_diags_free(own);
    return MW_OK;
}

/** One run of one contestant; those of round 0 are not remembered. */
static mw_status run_once(mw_contest *contest, mw_contestant *c, uint32_t round, mw_diags *diags) {
    mw_run_spec spec = {.argv = contest->argv,
                        .mode = c->mode,
                        .scheduler = c->scheduler,
                        .mapper = c->mapper,
                        .graph = c->mode == MW_RUN_MAPPER ? contest->graph : NULL,
                        .starpu_home = contest->starpu_home,
                        .time_limit_s = contest->time_limit_s};
    mw_run_result result = {0};
    mw_status status = mw_run(&spec, &result, diags);
    if (status != MW_OK)
        return status;
    c->end = result.end;
    if (result.end == MW_RUN_CANCELLED) {
        status = MW_ERR_CANCEL;
    } else if (result.end != MW_RUN_FINISHED || result.makespan_us <= 0) {
        c->failures++;
        if (c->failures == 1)
            status = explain_failure(&spec, &result, c->name, diags);
    } else if (round > 0) {
        c->us[c->runs++] = c->us_by_round[round - 1] = result.makespan_us;
        contest->others.taken_s += result.others.taken_s;
        contest->others.available_s += result.others.available_s;
        c->tasks = result.tasks;
        c->fallbacks = result.fallbacks;
    }
    mw_run_clear(&result);
    return status;
}

static mw_status run_all(mw_contest *contest, mw_contestant *contestants, uint32_t count,
                         mw_diags *diags) {
    uint32_t total = contest->rounds * count, done = 0;
    for (uint32_t i = 0; i < count; i++)
        total += contestants[i].warm_up;
    for (uint32_t round = 0; round <= contest->rounds; round++) { // round 0: warm-up
        for (uint32_t i = 0; i < count; i++) {
            mw_contestant *c = &contestants[(i + round) % count];
            if (round == 0 && !c->warm_up)
                continue;
            if (c->failures < MW_CONTEST_MAX_FAILURES) {
                if (contest->progress)
                    contest->progress(contest->progress_self, done, total, c->name);
                mw_status status = run_once(contest, c, round, diags);
                if (status != MW_OK)
                    return status;
            }
            done++;
        }
    }
    return MW_OK;
}

mw_status mw_contest_run(mw_contest *contest, mw_contestant *contestants, uint32_t count,
                         mw_diags *diags) {
    if (contest->rounds < 1 || contest->rounds > MW_CONTEST_MAX_ROUNDS || count < 1)
        return MW_ERR_RANGE;
    for (uint32_t i = 0; i < count; i++) {
        contestants[i].us = calloc(contest->rounds, sizeof(double));
        contestants[i].us_by_round = malloc(contest->rounds * sizeof(double));
        if (!contestants[i].us || !contestants[i].us_by_round)
            return MW_ERR_NOMEM;
        for (uint32_t r = 0; r < contest->rounds; r++)
            contestants[i].us_by_round[r] = -1;
    }
    mw_status status = run_all(contest, contestants, count, diags);
    double *sorted =
        malloc(sizeof *sorted * contest->rounds); // statistics sort what they are given
    if (!sorted)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(sorted, contestants[i].us, sizeof *sorted * contestants[i].runs);
        contestants[i].stats = mw_stats_of(sorted, contestants[i].runs);
    }
    free(sorted);
    return status;
}

void mw_contestant_clear(mw_contestant *c) {
    free(c->us);
    free(c->us_by_round);
    c->us = c->us_by_round = NULL;
    c->runs = 0;
}
