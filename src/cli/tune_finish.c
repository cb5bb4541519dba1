// src/cli/tune_finish.c: which mapper is recommended, and what is written and shown of the run.
#include "base/file.h"
#include "cli/tune.h"
#include "report/profile_json.h"
#include "base/units.h"
#include <stdlib.h>
#include <string.h>

static void choose(tune *t) {
    uint32_t c = tune_best_measured(t);
    uint32_t best = mw_session_best(t->session);
    t->best = c < t->contestant_count   ? t->contestant_iteration[c]
              : best == MW_SESSION_NONE ? 0
                                        : best;
}

/** Whether somebody has changed what is there: it is none of this run's mappers. */
static bool is_edited(const tune *t, const char *path) {
    char *text = NULL;
    size_t len = 0;
    if (!mw_file_exists(path) ||
        mw_file_read(path, MW_MAPPER_MAX_BYTES, &text, &len, NULL) != MW_OK)
        return false;
    bool ours = false;
    for (uint32_t i = 0; i < mw_session_count(t->session) && !ours; i++)
        ours = strcmp(text, mw_session_mapper(t->session, i)) == 0;
    free(text);
    return !ours;
}

static mw_status write_mapper(tune *t) {
    mw_status status = mw_session_choose(t->session, t->best, t->diags);
    if (status != MW_OK)
        return status;
    const char *mapper = mw_session_mapper(t->session, t->best);
    mw_str path = {0};
    mw_str_printf(&path, "%s/%s.mapper", t->folder, t->name);
    if (is_edited(t, mw_str_text(&path)))
        mw_str_printf(&t->warnings,
                      "%s was changed by somebody and stays as it is; the mapper found is in "
                      "%s/best.mapper\n",
                      mw_str_text(&path), t->folder);
    else
        status = mw_file_write(mw_str_text(&path), mapper, strlen(mapper), t->diags);
    mw_str_clear(&path);
    return status;
}

void tune_add_word(mw_str *out, const char *word) {
    bool plain = *word && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_./=+:,@%-") == strlen(word);
    mw_str_add(out, plain ? " " : " '");
    for (const char *c = word; *c; c++)
        *c == '\'' ? mw_str_add(out, "'\\''") : mw_str_add_char(out, *c);
    mw_str_add(out, plain ? "" : "'");
}

static void add_program(const tune *t, mw_str *out) {
    mw_str_add(out, " --");
    for (char **word = t->cli->program; word && *word; word++)
        tune_add_word(out, *word);
}

void tune_next_commands(const tune *t, mw_str out[2]) {
    mw_str mapper = {0};
    mw_str_printf(&mapper, "%s/%s.mapper", t->folder, t->name);
    if (t->real) {
        mw_str_add(&out[0], "mapwright run -m");
        tune_add_word(&out[0], mw_str_text(&mapper));
        add_program(t, &out[0]);
    }
    mw_str_add(&out[1], "mapwright simulate -m");
    tune_add_word(&out[1], mw_str_text(&mapper));
    mw_str_add(&out[1], " -M");
    tune_add_word(&out[1], t->machine_name);
    tune_add_word(&out[1], t->graph_path);
    mw_str_clear(&mapper);
}

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
    const mw_contestant *chosen = tune_contestant(t, t->best);
    mw_ratio gain = tune_times_faster(t, tune_contestant(t, 0), chosen);
    mw_ratio other = tune_times_faster(t, tune_best_scheduler(t), chosen);
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
        "{s:s, s:o, s:o, s:o, s:b, s:i, s:f, s:o, s:{s:i, s:s, s:o, s:o}, s:o, s:o, s:o, s:o, s:o}",
        "program", t->graph->program, "machine", mw_text_json(t->machine_name), "graph",
        mw_text_json(t->graph_path), "folder", mw_text_json(t->folder), "interrupted", interrupted,
        "iterations", (int)mw_session_count(t->session) - 1, "bound_us", t->bound.bound_us,
        "default_simulated_us", time_json(tune_simulated_us(t, 0)), "best", "iteration",
        (int)t->best, "mapper", best->mapper_file, "simulated_us", time_json(best->makespan_us),
        "measured", stats_json(chosen), "over_default", ratio_json(&gain), "over_best_scheduler",
        ratio_json(&other), "contestants", rows, "others_share",
        tune_any_measured(t) && t->others_share >= 0 ? json_real(t->others_share) : json_null(),
        "warnings", warnings);
    return mw_cli_json(t->cli, result);
}

static mw_exit print_text(tune *t, bool interrupted) {
    mw_str out = {0}, typed[2] = {{0}, {0}};
    mw_str_add_char(&out, '\n');
    mw_status status = tune_table(t, &out);
    mw_str_add(&out, "\n  ");
    tune_verdict(t, &out);
    if (interrupted) {
        mw_str_add(&out, "\n  Interrupted; go on with: mapwright tune --resume");
        tune_add_word(&out, t->folder);
        if (t->real)
            add_program(t, &out);
    }
    mw_str_printf(
        &out,
        "\n\n  mapper   %s/%s.mapper\n  report   %s/report.html\n  all of it in %s/\n\nNext:\n",
        t->folder, t->name, t->folder, t->folder);
    tune_next_commands(t, typed);
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

/** No mapper tried can run, in the simulator or for real: the first one's reason says why. */
static mw_exit nothing_runs(tune *t) {
    const char *why = mw_session_at(t->session, 0)->diagnostics;
    mw_str all = {0};
    mw_str_add(&all, why);
    while (all.len && all.text[all.len - 1] == '\n')
        all.text[--all.len] = '\0';
    mw_diag_in(t->diags, MW_ERROR, MW_NO_MAPPER_RUNS, t->graph->program, NULL,
               all.len ? mw_str_text(&all) : NULL, "no mapper tried (%u) can run on machine %s",
               mw_session_count(t->session), t->machine_name);
    mw_str_clear(&all);
    return tune_status(t, MW_ERR_INPUT);
}

mw_exit tune_finish(tune *t, bool interrupted) {
    if (!interrupted && mw_session_best(t->session) == MW_SESSION_NONE && !tune_any_measured(t))
        return nothing_runs(t);
    tune_step(t, "writing the report");
    choose(t);
    mw_status status = write_mapper(t);
    if (status == MW_OK)
        status = tune_write_report(t);
    mw_progress_end(&t->progress, interrupted ? "interrupted" : "done");
    if (status != MW_OK)
        return mw_cli_status(t->cli, status, t->diags);
    return t->args->json ? print_json(t, interrupted) : print_text(t, interrupted);
}
