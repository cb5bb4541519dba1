// src/cli/cmd_results.c: `mapwright results`: finished tuning runs side by side.
#include "cli/command.h"
#include "report/profile_json.h"
#include "report/table.h"
#include "base/units.h"
#include "session/session.h"
#include <string.h>

typedef struct results_args {
    bool json;
} results_args;

static const mw_option OPTIONS[] = {
    {0, "json", NULL, "one JSON array", MW_OPT_FLAG, offsetof(results_args, json)},
};

static const char *const SCHEDULERS[] = {"StarPU eager", "StarPU lws", "StarPU dmdas"};

/** The times of one run; < 0: there is none. All measured, or else all simulated. */
typedef struct outcome {
    bool measured;
    double default_us, best_us, bound_us, scheduler_us[MW_COUNT(SCHEDULERS)];
    uint32_t best;  ///< iteration; 0: the default mapper
    double speedup; ///< of the best over the default: measured, the median of paired runs
} outcome;

static outcome simulated(const mw_session *s) {
    outcome o = {.default_us = -1, .best_us = -1, .bound_us = mw_session_what(s)->bound_us};
    for (size_t k = 0; k < MW_COUNT(SCHEDULERS); k++)
        o.scheduler_us[k] = -1;
    uint32_t best = mw_session_best(s);
    if (mw_session_count(s) > 0)
        o.default_us = mw_session_at(s, 0)->makespan_us;
    if (best != MW_SESSION_NONE) {
        o.best = best;
        o.best_us = mw_session_at(s, best)->makespan_us;
    }
    return o;
}

static outcome outcome_of(const mw_session *s) {
    outcome o = simulated(s);
    uint32_t count;
    const mw_session_contestant *rows = mw_session_summary(s, &count), *base = NULL, *best = NULL;
    for (uint32_t c = 0; c < count; c++) {
        if (rows[c].run_count == 0)
            continue;
        double us = rows[c].stats.median;
        if (!o.measured) {
            o.measured = true;
            o.default_us = o.best_us = -1;
        }
        for (size_t k = 0; k < MW_COUNT(SCHEDULERS); k++)
            if (strcmp(rows[c].name, SCHEDULERS[k]) == 0)
                o.scheduler_us[k] = us;
        uint32_t iteration = mw_session_iteration_of(s, rows[c].mapper);
        if (iteration == MW_SESSION_NONE)
            continue; // a scheduler
        if (iteration == 0) {
            o.default_us = us;
            base = &rows[c];
        }
        if (o.best_us < 0 || us < o.best_us) {
            o.best_us = us;
            o.best = iteration;
            best = &rows[c];
        }
    }
    o.speedup = o.default_us / o.best_us;
    mw_ratio paired;
    if (base && best && base->run_count == best->run_count &&
        mw_ratio_of(base->us, best->us, base->run_count, 0.95, &paired) && paired.pairs)
        o.speedup = paired.median;
    return o;
}

static json_t *time_json(double us) {
    return us >= 0 ? json_real(us) : json_null();
}

static json_t *outcome_json(const char *folder, const mw_session *s, const outcome *o) {
    json_t *schedulers = json_object();
    for (size_t k = 0; k < MW_COUNT(SCHEDULERS); k++)
        json_object_set_new(schedulers, SCHEDULERS[k], time_json(o->scheduler_us[k]));
    return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:o}", "folder",
                     mw_text_json(folder), "program", mw_session_what(s)->program, "machine",
                     mw_session_what(s)->machine, "engine", o->measured ? "measured" : "simulated",
                     "default_us", time_json(o->default_us), "schedulers_us", schedulers, "best_us",
                     time_json(o->best_us), "best_iteration", (int)o->best, "bound_us",
                     time_json(o->bound_us));
}

/** The command line without the folders before its program. */
static const char *short_program(const char *program) {
    size_t word = strcspn(program, " ");
    for (size_t i = word; i > 0; i--)
        if (program[i - 1] == '/')
            return program + i;
    return program;
}

static void columns(mw_table *table) {
    mw_table_column(table, "program", MW_TEXT);
    mw_table_column(table, "machine", MW_TEXT);
    mw_table_column(table, "times are", MW_TEXT);
    mw_table_column(table, "default", MW_NUMBER);
    mw_table_column(table, "eager", MW_NUMBER);
    mw_table_column(table, "lws", MW_NUMBER);
    mw_table_column(table, "dmdas", MW_NUMBER);
    mw_table_column(table, "best found", MW_NUMBER);
    mw_table_column(table, "speed-up", MW_NUMBER);
    mw_table_column(table, "bound", MW_NUMBER);
}

static void row(mw_table *table, const mw_session *s, const outcome *o) {
    char unit[MW_UNIT_TEXT];
    mw_table_cell(table, "%s", short_program(mw_session_what(s)->program));
    mw_table_cell(table, "%s", mw_session_what(s)->machine);
    mw_table_cell(table, "%s", o->measured ? "measured" : "simulated");
    mw_table_cell(table, "%s", mw_unit_us(unit, o->default_us));
    for (size_t k = 0; k < MW_COUNT(SCHEDULERS); k++)
        mw_table_cell(table, "%s", mw_unit_us(unit, o->scheduler_us[k]));
    mw_table_cell(table, "%s", mw_unit_us(unit, o->best_us));
    mw_table_cell(table, "%s", mw_unit_speedup(unit, o->speedup));
    mw_table_cell(table, "%s", mw_unit_us(unit, o->bound_us));
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    const results_args *args = parsed;
    mw_diags *diags = mw_diags_new();
    mw_table *table = mw_table_new();
    json_t *all = json_array();
    mw_exit result = MW_EXIT_OK;
    columns(table);
    for (int i = 0; i < word_count; i++) {
        mw_session *s = NULL;
        if (mw_session_open(words[i], &s, diags) != MW_OK)
            continue; // reported below; the others are shown all the same
        outcome o = outcome_of(s);
        row(table, s, &o);
        json_array_append_new(all, outcome_json(words[i], s, &o));
        mw_session_free(s);
    }
    if (args->json) {
        result = mw_cli_json(cli, all);
    } else {
        mw_look look = {cli->width < 100 ? 100 : cli->width, cli->color, cli->utf8};
        mw_str out = {0};
        if (json_array_size(all) > 0 && mw_table_print(table, &out, &look))
            fputs(mw_str_text(&out), cli->out);
        mw_str_clear(&out);
        json_decref(all);
    }
    mw_table_free(table);
    mw_exit reported = mw_cli_report(cli, diags);
    mw_diags_free(diags);
    return result ? result : reported;
}

const mw_command mw_cmd_results = {
    .name = "results",
    .order = 2,
    .arguments = "DIR...",
    .summary = "show finished tuning runs side by side",
    .details = "A DIR is what `mapwright tune` left. Measured times are medians of real runs; "
               "where nothing was\n"
               "run for real, times are simulated. The bound is for the described machine.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(results_args),
    .min_words = 1,
    .max_words = -1,
    .run = run,
};
