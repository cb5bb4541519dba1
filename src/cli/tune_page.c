// src/cli/tune_page.c: report.html of a tuning run.
#include "base/file.h"
#include "cli/tune.h"
#include "report/html.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/** A mapper simulated once more, with a simulator of its own whose timeline lasts as long as the
 * report needs it. */
typedef struct replayed {
    mw_program *program;
    mw_plan *plan;
    mw_sim *sim;
    mw_timeline timeline;
    mw_profile *profile;
} replayed;

static void replayed_clear(replayed *r) {
    mw_profile_free(r->profile);
    mw_sim_free(r->sim);
    mw_plan_free(r->plan);
    mw_program_free(r->program);
}

static mw_status replay(tune *t, uint32_t iteration, replayed *out) {
    const char *mapper = mw_session_mapper(t->session, iteration);
    mw_lang_options options = {0};
    mw_status status =
        mw_program_parse("mapper", mapper, strlen(mapper), &options, &out->program, NULL);
    if (status == MW_OK)
        status = mw_plan_new(t->graph, t->machine, out->program, &out->plan, NULL);
    if (status == MW_OK && !(out->sim = mw_sim_new(t->graph, t->edges, t->machine)))
        status = MW_ERR_NOMEM;
    if (status == MW_OK)
        status = mw_sim_run(out->sim, out->plan, NULL, &out->timeline, NULL);
    if (status == MW_OK)
        status = mw_profile_new(out->plan, &out->timeline, &out->profile);
    return status;
}

enum { MAX_ROWS = TUNE_MAX_CONTESTANTS + 2, MAX_WARNINGS = 50 };

static uint32_t report_rows(const tune *t, mw_report_row rows[MAX_ROWS], char best[64]) {
    uint32_t n = 0;
    tune_best_name(t, best);
    for (uint32_t c = 0; c < t->contestant_count; c++) {
        bool is_best = t->contestant_iteration[c] == t->best && t->best != 0;
        rows[n++] = (mw_report_row){
            .name = is_best ? best : t->contestants[c].name,
            .measured = true,
            .is_default = t->contestant_iteration[c] == 0,
            .is_best = is_best,
            .us = t->contestants[c].stats,
            .over_default = tune_times_faster(t, tune_contestant(t, 0), &t->contestants[c]),
            .failure = t->contestants[c].runs ? NULL : "its runs failed"};
    }
    if (n > 0)
        return n;
    for (uint32_t i = 0; i < 2; i++) {
        double us = tune_simulated_us(t, i ? t->best : 0);
        rows[n++] = (mw_report_row){.name = i ? best : "default mapper",
                                    .is_default = i == 0,
                                    .is_best = i == 1,
                                    .us = {us >= 0, us, us, us, us, us, us},
                                    .failure = us >= 0 ? NULL : "it cannot be mapped"};
    }
    return n;
}

static mw_report_iteration *report_iterations(const tune *t) {
    uint32_t count = mw_session_count(t->session);
    mw_report_iteration *rows = calloc((size_t)count + 1, sizeof *rows);
    for (uint32_t i = 1; rows && i < count; i++) {
        const mw_session_iteration *it = mw_session_at(t->session, i);
        rows[i - 1] = (mw_report_iteration){.number = i,
                                            .change = it->why,
                                            .predicted_us = it->predicted_us,
                                            .obtained_us = it->makespan_us,
                                            .failure = it->makespan_us < 0 ? it->outcome : NULL};
    }
    return rows;
}

static uint32_t split_lines(char *text, const char *lines[], uint32_t max) {
    uint32_t n = 0;
    for (char *line = strtok(text, "\n"); line && n < max; line = strtok(NULL, "\n"))
        lines[n++] = line;
    return n;
}

static mw_report_run report_run(const char *name, const replayed *r) {
    mw_report_run run = {.name = name};
    if (r->profile) {
        run.plan = r->plan;
        run.timeline = &r->timeline;
        run.profile = r->profile;
    }
    return run;
}

static mw_status make_page(tune *t, mw_report *report, mw_str *page) {
    replayed first = {0}, best = {0};
    char best_text[64], how[256], date[64], mapper_name[128];
    mw_report_row rows[MAX_ROWS];
    const char *warnings[MAX_WARNINGS], *commands[2];
    mw_str typed[2] = {{0}, {0}}, verdict = {0};
    char *lines = strdup(mw_str_text(&t->warnings));
    mw_report_iteration *iterations = report_iterations(t);
    mw_status status = lines && iterations ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK && tune_simulated_us(t, 0) >= 0)
        status = replay(t, 0, &first);
    if (status == MW_OK && tune_simulated_us(t, t->best) >= 0)
        status = replay(t, t->best, &best);
    if (status == MW_OK) {
        time_t now = time(NULL);
        struct tm local;
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", localtime_r(&now, &local));
        const mw_session_info *what = mw_session_what(t->session);
        snprintf(how, sizeof how,
                 "optimizer %s, %u iterations, seed %llu, evaluated by the simulator%s",
                 what->optimizer, mw_session_count(t->session) - 1, (unsigned long long)what->seed,
                 tune_any_measured(t) ? "; the best few verified by interleaved real runs" : "");
        snprintf(mapper_name, sizeof mapper_name, "%s.mapper", t->name);
        tune_next_commands(t, typed);
        uint32_t command_count = 0;
        for (int i = 0; i < 2; i++)
            if (typed[i].len)
                commands[command_count++] = mw_str_text(&typed[i]);
        tune_verdict(t, &verdict);
        report->date = date;
        report->verdict = mw_str_text(&verdict);
        report->how = how;
        report->rows = rows;
        report->row_count = report_rows(t, rows, best_text);
        report->iterations = iterations;
        report->iteration_count = mw_session_count(t->session) - 1;
        report->default_run = report_run("default mapper", &first);
        report->best_run = report_run("best found", &best);
        report->mapper_name = mapper_name;
        report->warnings = warnings;
        report->warning_count = split_lines(lines, warnings, MAX_WARNINGS);
        report->commands = commands;
        report->command_count = command_count;
        status = mw_report_html(report, page);
    }
    mw_str_clear(&typed[0]);
    mw_str_clear(&typed[1]);
    mw_str_clear(&verdict);
    replayed_clear(&first);
    replayed_clear(&best);
    free(iterations);
    free(lines);
    return status;
}

mw_status tune_write_report(tune *t) {
    mw_report report = {.program = t->graph->program,
                        .machine = t->machine->name,
                        .machine_description = t->machine->description,
                        .bound_known = true,
                        .bound = t->bound,
                        .default_us = tune_simulated_us(t, 0),
                        .mapper = mw_session_mapper(t->session, t->best)};
    mw_str page = {0}, path = {0};
    mw_str_printf(&path, "%s/report.html", t->folder);
    mw_status status = make_page(t, &report, &page);
    if (status == MW_OK)
        status = mw_file_write(mw_str_text(&path), page.text, page.len, t->diags);
    mw_str_clear(&page);
    mw_str_clear(&path);
    return status;
}
