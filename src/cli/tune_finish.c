// src/cli/tune_finish.c: which mapper is recommended, and what is written and shown of the run.
#include "cli/tune.h"
#include "base/file.h"
#include "report/html.h"
#include "report/table.h"
#include "report/units.h"
#include <math.h>
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

// --- the choice
// ------------------------------------------------------------------------------------

/** The contestant whose median is least among mappers; t->contestant_count if none ran. */
static uint32_t best_measured(const tune *t) {
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

static const mw_contestant *contestant_of(const tune *t, uint32_t iteration) {
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] == iteration && t->contestants[c].runs > 0)
            return &t->contestants[c];
    return NULL;
}

static bool any_measured(const tune *t) {
    return best_measured(t) < t->contestant_count;
}

/** -1 if it did not run. */
static double simulated(const tune *t, uint32_t iteration) {
    return mw_session_at(t->session, iteration)->makespan_us;
}

static void choose(tune *t) {
    uint32_t c = best_measured(t);
    uint32_t best = mw_session_best(t->session);
    t->best = c < t->contestant_count   ? t->contestant_iteration[c]
              : best == MW_SESSION_NONE ? 0
                                        : best;
}

/** How many times as fast b is as a, by their paired runs. */
static mw_ratio times_faster(const tune *t, const mw_contestant *a, const mw_contestant *b) {
    mw_ratio r = {0};
    if (a && b && a->us_by_round && b->us_by_round)
        mw_ratio_of(a->us_by_round, b->us_by_round, (size_t)t->args->rounds, TUNE_CONFIDENCE, &r);
    return r;
}

// --- the table
// ---------------------------------------------------------------------------------------

static void spread(char out[2 * MW_UNIT_TEXT + 4], const mw_stats *s) {
    char low[MW_UNIT_TEXT], high[MW_UNIT_TEXT];
    snprintf(out, 2 * MW_UNIT_TEXT + 4, "%s - %s", mw_unit_us(low, s->q1), mw_unit_us(high, s->q3));
}

/** One line: a mapper (iteration) or a scheduler (MW_SESSION_NONE). us < 0: no simulated time. */
static void line(const tune *t, mw_table *table, const char *name, double us,
                 const mw_contestant *c) {
    char unit[MW_UNIT_TEXT], between[2 * MW_UNIT_TEXT + 4] = "-";
    mw_ratio ratio = times_faster(t, contestant_of(t, 0), c);
    double base_us = simulated(t, 0);
    mw_table_cell(table, "%s", name);
    mw_table_cell(table, "%s", mw_unit_us(unit, us));
    if (any_measured(t)) {
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

static void best_name(const tune *t, char out[64]) {
    if (t->best == 0)
        snprintf(out, 64, "best found: the default mapper");
    else
        snprintf(out, 64, "best found: mapper %03u", t->best);
}

static mw_status print_table(const tune *t, mw_str *out) {
    mw_look look = {t->cli->width, t->cli->color, t->cli->utf8};
    mw_table *table = mw_table_new();
    char name[64], unit[MW_UNIT_TEXT];
    mw_table_column(table, "", MW_TEXT);
    mw_table_column(table, "simulated", MW_NUMBER);
    if (any_measured(t)) {
        mw_table_column(table, "measured", MW_NUMBER);
        mw_table_column(table, "half of the runs", MW_NUMBER);
    }
    mw_table_column(table, "speed-up", MW_NUMBER);
    line(t, table, "default mapper", simulated(t, 0), contestant_of(t, 0));
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] == MW_SESSION_NONE)
            line(t, table, t->contestants[c].name, -1, &t->contestants[c]);
    for (uint32_t c = 1; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] != MW_SESSION_NONE && t->contestant_iteration[c] != t->best)
            line(t, table, t->contestants[c].name, simulated(t, t->contestant_iteration[c]),
                 &t->contestants[c]);
    best_name(t, name);
    line(t, table, name, simulated(t, t->best), contestant_of(t, t->best));
    mw_table_rule(table);
    mw_table_cell(table, "lower bound");
    mw_table_cell(table, "%s", mw_unit_us(unit, t->bound.bound_us));
    if (any_measured(t)) {
        mw_table_cell(table, "-");
        mw_table_cell(table, "-");
    }
    // Beside measured speed-ups a simulated one would look as if it could be beaten.
    mw_table_cell(table, "%s",
                  any_measured(t) ? "-"
                                  : mw_unit_speedup(unit, simulated(t, 0) / t->bound.bound_us));
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

/** The scheduler of StarPU's with the least median; NULL: none ran. */
static const mw_contestant *best_scheduler(const tune *t) {
    const mw_contestant *best = NULL;
    for (uint32_t c = 0; c < t->contestant_count; c++)
        if (t->contestant_iteration[c] == MW_SESSION_NONE && t->contestants[c].runs > 0 &&
            (!best || t->contestants[c].stats.median < best->stats.median))
            best = &t->contestants[c];
    return best;
}

/** A difference is only called one where the interval leaves no doubt. */
static void compare_measured(const tune *t, mw_str *out) {
    const mw_contestant *best = contestant_of(t, t->best);
    const mw_contestant *scheduler = best_scheduler(t);
    mw_ratio gain = times_faster(t, contestant_of(t, 0), best);
    if (t->best != 0 && gain.pairs > 0) {
        mw_str_add(out, "Measured ");
        add_times(out, &gain);
        mw_str_add(out, " as fast as the default mapper");
        mw_str_add(out, !gain.has_bounds ? "; too few runs to be sure of it."
                        : gain.low > 1   ? "."
                                         : ": no difference is shown.");
    }
    mw_ratio other = times_faster(t, scheduler, best);
    if (other.pairs == 0)
        return;
    mw_str_printf(out, "\n  Against %s, the fastest of StarPU's own: ", scheduler->name);
    add_times(out, &other);
    mw_str_add(out, !other.has_bounds ? "."
                    : other.low > 1   ? ", faster."
                    : other.high < 1  ? ", slower: prefer it here."
                                      : ": no difference is shown.");
}

/** What the figures say, in sentences that do not claim more than they do. */
static void verdict(const tune *t, mw_str *out) {
    char percent[MW_UNIT_TEXT], times[MW_UNIT_TEXT];
    double above = simulated(t, t->best) / t->bound.bound_us - 1;
    if (t->best == 0)
        mw_str_add(out, "No mapper beat the default.");
    if (any_measured(t))
        compare_measured(t, out);
    else if (t->best != 0)
        mw_str_printf(out, "Simulated %s as fast as the default mapper.",
                      mw_unit_speedup(times, simulated(t, 0) / simulated(t, t->best)));
    if (isfinite(above) && simulated(t, t->best) > 0)
        mw_str_printf(out, "\n  In the simulator it is %s above the lower bound.",
                      mw_unit_percent(percent, above > 0 ? above : 0));
}

// --- files
// -------------------------------------------------------------------------------------------

static mw_status write_mapper(tune *t) {
    mw_status status = mw_session_choose(t->session, t->best, t->diags);
    if (status != MW_OK)
        return status;
    const char *mapper = mw_session_mapper(t->session, t->best);
    mw_str path = {0};
    mw_str_printf(&path, "%s/%s.mapper", t->folder, t->name);
    status = mw_file_write(mw_str_text(&path), mapper, strlen(mapper), t->diags);
    mw_str_clear(&path);
    return status;
}

/** The command line as a shell would read it back. */
static void quote_program(const tune *t, mw_str *out) {
    for (char **word = t->cli->program; word && *word; word++) {
        bool plain = **word && strspn(*word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789_./=+:,@%-") == strlen(*word);
        mw_str_add(out, plain ? " " : " '");
        for (const char *c = *word; *c; c++)
            *c == '\'' ? mw_str_add(out, "'\\''") : mw_str_add_char(out, *c);
        mw_str_add(out, plain ? "" : "'");
    }
}

static void next_commands(const tune *t, mw_str out[2]) {
    if (t->real) {
        mw_str_printf(&out[0], "mapwright run -m %s/%s.mapper --", t->folder, t->name);
        quote_program(t, &out[0]);
    }
    mw_str_printf(&out[1], "mapwright simulate -m %s/%s.mapper -M %s %s", t->folder, t->name,
                  t->machine_name, t->graph_path);
}

enum { MAX_ROWS = TUNE_MAX_CONTESTANTS + 2, MAX_WARNINGS = 50 };

static uint32_t report_rows(const tune *t, mw_report_row rows[MAX_ROWS], char best[64]) {
    uint32_t n = 0;
    best_name(t, best);
    for (uint32_t c = 0; c < t->contestant_count; c++) {
        bool is_best = t->contestant_iteration[c] == t->best && t->best != 0;
        rows[n++] = (mw_report_row){.name = is_best ? best : t->contestants[c].name,
                                    .measured = true,
                                    .is_default = t->contestant_iteration[c] == 0,
                                    .is_best = is_best,
                                    .us = t->contestants[c].stats,
                                    .over_default =
                                        times_faster(t, contestant_of(t, 0), &t->contestants[c]),
                                    .failure = t->contestants[c].runs ? NULL : "its runs failed"};
    }
    if (n > 0)
        return n;
    for (uint32_t i = 0; i < 2; i++) {
        double us = simulated(t, i ? t->best : 0);
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
    mw_str typed[2] = {{0}, {0}};
    char *lines = strdup(mw_str_text(&t->warnings));
    mw_report_iteration *iterations = report_iterations(t);
    mw_status status = lines && iterations ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK && simulated(t, 0) >= 0)
        status = replay(t, 0, &first);
    if (status == MW_OK && simulated(t, t->best) >= 0)
        status = replay(t, t->best, &best);
    if (status == MW_OK) {
        time_t now = time(NULL);
        struct tm local;
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", localtime_r(&now, &local));
        const mw_session_info *what = mw_session_what(t->session);
        snprintf(how, sizeof how,
                 "optimizer %s, %u iterations, seed %llu, evaluated by the simulator%s",
                 what->optimizer, mw_session_count(t->session) - 1, (unsigned long long)what->seed,
                 any_measured(t) ? "; the best few verified by interleaved real runs" : "");
        snprintf(mapper_name, sizeof mapper_name, "%s.mapper", t->name);
        next_commands(t, typed);
        uint32_t command_count = 0;
        for (int i = 0; i < 2; i++)
            if (typed[i].len)
                commands[command_count++] = mw_str_text(&typed[i]);
        report->date = date;
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
    replayed_clear(&first);
    replayed_clear(&best);
    free(iterations);
    free(lines);
    return status;
}

static mw_status write_report(tune *t) {
    mw_report report = {.program = t->graph->program,
                        .machine = t->machine->name,
                        .machine_description = t->machine->description,
                        .bound_known = true,
                        .bound = t->bound,
                        .default_us = simulated(t, 0),
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

// --- what is shown
// -----------------------------------------------------------------------------------

static json_t *stats_json(const mw_contestant *c) {
    if (!c || c->runs == 0)
        return json_null();
    return json_pack("{s:i, s:f, s:f, s:f, s:f, s:f}", "runs", (int)c->runs, "median_us",
                     c->stats.median, "q1_us", c->stats.q1, "q3_us", c->stats.q3, "min_us",
                     c->stats.min, "max_us", c->stats.max);
}

static json_t *time_json(double us) {
    return us >= 0 ? json_real(us) : json_null();
}

static json_t *ratio_json(const mw_ratio *r) {
    if (r->pairs == 0)
        return json_null();
    return json_pack("{s:f, s:o, s:o, s:i}", "median", r->median, "low",
                     r->has_bounds ? json_real(r->low) : json_null(), "high",
                     r->has_bounds ? json_real(r->high) : json_null(), "pairs", (int)r->pairs);
}

static mw_exit print_json(tune *t, bool interrupted) {
    const mw_contestant *chosen = contestant_of(t, t->best);
    mw_ratio gain = times_faster(t, contestant_of(t, 0), chosen);
    mw_ratio other = times_faster(t, best_scheduler(t), chosen);
    json_t *rows = json_array(), *warnings = json_array();
    for (uint32_t c = 0; c < t->contestant_count; c++)
        json_array_append_new(rows, json_pack("{s:s, s:o}", "name", t->contestants[c].name,
                                              "measured", stats_json(&t->contestants[c])));
    char *lines = strdup(mw_str_text(&t->warnings));
    for (char *w = lines ? strtok(lines, "\n") : NULL; w; w = strtok(NULL, "\n"))
        json_array_append_new(warnings, json_string(w));
    free(lines);
    const mw_session_iteration *best = mw_session_at(t->session, t->best);
    json_t *result = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:i, s:f, s:o, s:{s:i, s:s, s:o, s:o}, s:o, s:o, s:o}",
        "program", t->graph->program, "machine", t->machine_name, "graph", t->graph_path, "folder",
        t->folder, "interrupted", interrupted, "iterations", (int)mw_session_count(t->session) - 1,
        "bound_us", t->bound.bound_us, "default_simulated_us", time_json(simulated(t, 0)), "best",
        "iteration", (int)t->best, "mapper", best->mapper_file, "simulated_us",
        time_json(best->makespan_us), "measured", stats_json(chosen), "over_default",
        ratio_json(&gain), "over_best_scheduler", ratio_json(&other), "contestants", rows,
        "others_share",
        any_measured(t) && t->others_share >= 0 ? json_real(t->others_share) : json_null(),
        "warnings", warnings);
    return mw_cli_json(t->cli, result);
}

static mw_exit print_text(tune *t, bool interrupted) {
    mw_str out = {0}, typed[2] = {{0}, {0}};
    mw_str_add_char(&out, '\n');
    mw_status status = print_table(t, &out);
    mw_str_add(&out, "\n  ");
    verdict(t, &out);
    if (interrupted)
        mw_str_printf(&out, "\n  Interrupted; go on with: mapwright tune --resume %s", t->folder);
    mw_str_printf(
        &out,
        "\n\n  mapper   %s/%s.mapper\n  report   %s/report.html\n  all of it in %s/\n\nNext:\n",
        t->folder, t->name, t->folder, t->folder);
    next_commands(t, typed);
    for (int i = 0; i < 2; i++)
        if (typed[i].len)
            mw_str_printf(&out, "  %s\n", mw_str_text(&typed[i]));
    fputs(mw_str_text(&out), t->cli->out);
    for (const char *w = mw_str_text(&t->warnings); *w;) {
        int len = (int)strcspn(w, "\n");
        fprintf(t->cli->err, "warning: %.*s\n", len, w);
        w += len + (w[len] == '\n');
    }
    for (int i = 0; i < 2; i++)
        mw_str_clear(&typed[i]);
    mw_str_clear(&out);
    return status == MW_OK ? MW_EXIT_OK : mw_cli_status(t->cli, status, t->diags);
}

mw_exit tune_finish(tune *t, bool interrupted) {
    tune_step(t, "writing the report");
    choose(t);
    mw_status status = write_mapper(t);
    if (status == MW_OK)
        status = write_report(t);
    mw_progress_end(&t->progress, interrupted ? "interrupted" : "done");
    if (status != MW_OK)
        return mw_cli_status(t->cli, status, t->diags);
    return t->args->json ? print_json(t, interrupted) : print_text(t, interrupted);
}
