// src/cli/tune_verify.c: the simulator's best few, the default and StarPU's own schedulers, really
// run.
#include "cli/tune.h"
#include "base/units.h"
#include <stdlib.h>
#include <string.h>

static const char *const SCHEDULERS[TUNE_SCHEDULERS] = {"eager", "lws", "dmdas"};

static bool already_chosen(const tune *t, uint32_t iteration) {
    const char *mapper = mw_session_mapper(t->session, iteration);
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] != MW_SESSION_NONE &&
            strcmp(mw_session_mapper(t->session, t->contestant_iteration[c]), mapper) == 0)
            return true;
    return false;
}

static mw_status add(tune *t, uint32_t iteration, mw_contestant contestant, char *name,
                     char *mapper) {
    uint32_t c = t->contestant_count++;
    t->contestant_text[c][0] = name;
    t->contestant_text[c][1] = mapper;
    contestant.name = name;
    contestant.mapper = mapper;
    t->contestants[c] = contestant;
    t->contestant_iteration[c] = iteration;
    return name ? MW_OK : MW_ERR_NOMEM;
}

static mw_status add_iteration(tune *t, uint32_t iteration) {
    const mw_session_iteration *it = mw_session_at(t->session, iteration);
    char *mapper = mw_str_made("%s/%s", t->folder, it->mapper_file);
    return !mapper ? MW_ERR_NOMEM
                   : add(t, iteration, (mw_contestant){.mode = MW_RUN_MAPPER},
                         iteration ? mw_str_made("mapper %03u", iteration)
                                   : mw_str_made("default mapper"),
                         mapper);
}

/** The best iteration that is not a contestant yet, by simulated time (ties: the earlier);
 * MW_SESSION_NONE: there is none. */
static uint32_t next_best(const tune *t) {
    uint32_t best = MW_SESSION_NONE;
    for (uint32_t i = 1; i < mw_session_count(t->session); i++) {
        double us = mw_session_at(t->session, i)->makespan_us;
        if (us >= 0 && !already_chosen(t, i) &&
            (best == MW_SESSION_NONE || us < mw_session_at(t->session, best)->makespan_us))
            best = i;
    }
    return best;
}

static mw_status choose(tune *t) {
    mw_status status = add_iteration(t, 0);
    for (int s = 0; s < TUNE_SCHEDULERS && status == MW_OK; s++) {
        mw_contestant scheduler = {.mode = MW_RUN_SCHEDULER,
                                   .scheduler = SCHEDULERS[s],
                                   .warm_up = strcmp(SCHEDULERS[s], "dmdas") == 0}; // it learns
        status = add(t, MW_SESSION_NONE, scheduler, mw_str_made("StarPU %s", SCHEDULERS[s]), NULL);
    }
    for (int64_t v = 0; v < t->args->verify && status == MW_OK; v++) {
        uint32_t next = next_best(t);
        if (next == MW_SESSION_NONE)
            break;
        status = add_iteration(t, next);
    }
    return status;
}

mw_status tune_recall(tune *t) {
    uint32_t count;
    const mw_session_contestant *rows = mw_session_summary(t->session, &count);
    for (uint32_t r = 0; r < count && r < TUNE_MAX_CONTESTANTS; r++) {
        size_t n = rows[r].run_count;
        mw_contestant c = {.runs = rows[r].run_count, .stats = rows[r].stats};
        c.us = malloc((n + 1) * sizeof *c.us);
        if (!c.us)
            return MW_ERR_NOMEM;
        memcpy(c.us, rows[r].us, n * sizeof *c.us);
        mw_status status = add(t, mw_session_iteration_of(t->session, rows[r].mapper), c,
                               mw_str_made("%s", rows[r].name), NULL);
        if (status != MW_OK)
            return status;
    }
    if (count > 0)
        mw_str_add(&t->warnings, "the measured times are those of an earlier call\n");
    return MW_OK;
}

static void progress(void *self, uint32_t done, uint32_t total, const char *contestant) {
    tune *t = self;
    (void)done;
    (void)total;
    tune_step(t, "running for real: %s", contestant);
}

static mw_status summarise(tune *t) {
    mw_session_contestant rows[TUNE_MAX_CONTESTANTS] = {0};
    for (uint32_t c = 0; c < t->contestant_count; c++)
        rows[c] = (mw_session_contestant){
            .name = t->contestants[c].name,
            .mapper = t->contestant_iteration[c] == MW_SESSION_NONE
                          ? NULL
                          : mw_session_at(t->session, t->contestant_iteration[c])->mapper_file,
            .run_count = t->contestants[c].runs,
            .us = t->contestants[c].us};
    return mw_session_summarise(t->session, rows, t->contestant_count, t->diags);
}

/** Runs that computed another number of tasks than was recorded are not comparable: say so. */
static void compare_counts(tune *t) {
    for (uint32_t c = 0; c < t->contestant_count; c++) {
        const mw_contestant *k = &t->contestants[c];
        if (k->runs > 0 && k->tasks != t->graph->task_count)
            mw_str_printf(&t->warnings,
                          "%s ran %llu tasks, but %u were recorded: its time is not comparable\n",
                          k->name, (unsigned long long)k->tasks, t->graph->task_count);
        if (k->fallbacks > 0)
            mw_str_printf(&t->warnings, "%s: %llu tasks ran elsewhere than the mapper said\n",
                          k->name, (unsigned long long)k->fallbacks);
    }
}

/** A time measured on a busy machine is longer than the program's own, by no known amount. */
static void tell_of_others(tune *t, const mw_others *others) {
    char percent[MW_UNIT_TEXT];
    t->others_share = mw_others_share(others);
    if (t->others_share > TUNE_BUSY_SHARE)
        mw_str_printf(&t->warnings,
                      "other programs took %s of this machine's processor time during the real "
                      "runs: measured times are longer and vary more than on a quiet machine\n",
                      mw_unit_percent(percent, t->others_share));
}

mw_exit tune_verify(tune *t) {
    mw_contest contest = {.argv = t->cli->program,
                          .graph = t->graph_path,
                          .starpu_home = t->starpu_home,
                          .time_limit_s = t->args->time_limit_s,
                          .rounds = (uint32_t)t->args->rounds,
                          .progress = progress,
                          .progress_self = t};
    mw_status status = choose(t);
    if (status == MW_OK)
        status = mw_contest_run(&contest, t->contestants, t->contestant_count, t->diags);
    if (status == MW_OK || status == MW_ERR_CANCEL) {
        mw_status saved = summarise(t); // an interruption keeps what was measured
        status = status == MW_OK ? saved : status;
    }
    if (status != MW_OK)
        return tune_status(t, status);
    for (size_t i = 0; i < mw_diags_count(t->diags);
         i++) // failed runs: told, but no failure of ours
        mw_str_printf(&t->warnings, "%s\n", mw_diags_at(t->diags, i)->message);
    mw_diags_reset(t->diags);
    compare_counts(t);
    tell_of_others(t, &contest.others);
    return MW_EXIT_OK;
}
