// src/cli/cmd_simulate.c: `mapwright simulate`: what would happen, and where the time would go.
#include "base/file.h"
#include "cli/application.h"
#include "cli/simulation.h"
#include "report/profile_json.h"
#include "report/trace.h"
#include <stdlib.h>

typedef struct simulate_args {
    const char *mapper; ///< NULL: the default mapper
    const char *machine;
    const char *trace; ///< file to write, or NULL
    bool json;
} simulate_args;

static const simulate_args DEFAULTS = {.machine = "local"};

static const mw_option OPTIONS[] = {
    {'m', "mapper", "FILE", "mapper to simulate (default: the default mapper)", MW_OPT_STRING,
     offsetof(simulate_args, mapper)},
    {'M', "machine", "NAME", "machine to simulate (default: local)", MW_OPT_STRING,
     offsetof(simulate_args, machine)},
    {0, "json", NULL, "the whole profile as one JSON object", MW_OPT_FLAG,
     offsetof(simulate_args, json)},
    {0, "trace", "FILE", "also write the timeline for Perfetto or chrome://tracing", MW_OPT_STRING,
     offsetof(simulate_args, trace)},
};

/** All that one call holds. */
typedef struct job {
    mw_cli *cli;
    const simulate_args *args;
    char *graph_path; ///< or an application's name; NULL: a program follows "--"
    mw_diags *diags;
    mw_machine *machine;
    mw_graph *graph;
    mw_program *program;
    simulation sim;
} job;

static mw_status load(job *j) {
    mw_status status = mw_machine_load(j->args->machine, &j->machine, j->diags);
    if (status == MW_OK)
        status = application_graph(j->cli, j->graph_path, &j->graph, j->diags);
    if (status != MW_OK || !j->args->mapper)
        return status;
    char *text = NULL;
    size_t len = 0;
    status = mw_file_read(j->args->mapper, MW_MAPPER_MAX_BYTES, &text, &len, j->diags);
    if (status == MW_OK)
        status = mw_program_parse(j->args->mapper, text, len, &(mw_lang_options){0}, &j->program,
                                  j->diags);
    free(text);
    return status;
}

static mw_status write_trace(job *j) {
    mw_str text = {0};
    mw_status status = MW_ERR_NOMEM;
    if (mw_trace_json(&text, j->sim.plan, &j->sim.timeline))
        status = mw_file_write(j->args->trace, text.text, text.len, j->diags);
    mw_str_clear(&text);
    return status;
}

static mw_exit print_json(job *j) {
    mw_run_view view = simulation_view(&j->sim);
    json_t *profile = mw_profile_json(&view);
    json_t *all =
        json_pack("{s:o, s:o, s:o, s:o}", "graph", mw_text_json(j->graph_path), "program",
                  mw_text_json(j->graph->program), "machine", mw_text_json(j->machine->name),
                  "mapper", mw_text_json(j->args->mapper));
    bool ok = all && profile && json_object_update(all, profile) == 0 &&
              json_object_set_new(all, "warnings", mw_diags_json(j->diags)) == 0;
    json_decref(profile);
    if (ok)
        return mw_cli_json(j->cli, all);
    json_decref(all);
    return mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static mw_exit print_text(job *j) {
    mw_str out = {0};
    mw_look look = {j->cli->width, j->cli->color, j->cli->utf8};
    mw_run_view view = simulation_view(&j->sim);
    mw_text_field(&out, "program", j->graph->program, &look);
    mw_text_field(&out, "machine", j->machine->name, &look);
    mw_text_field(&out, "mapper", j->args->mapper ? j->args->mapper : "the default mapper", &look);
    bool ok = mw_text_profile(&out, &view, &look);
    if (ok)
        fputs(mw_str_text(&out), j->cli->out);
    mw_str_clear(&out);
    return ok ? MW_EXIT_OK : mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static void clear(job *j) {
    simulation_clear(&j->sim);
    mw_program_free(j->program);
    mw_graph_free(j->graph);
    mw_machine_free(j->machine);
    mw_diags_free(j->diags);
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    mw_exit bad = application_usage(cli, word_count ? words[0] : NULL);
    if (bad)
        return bad;
    job j = {.cli = cli,
             .args = parsed,
             .graph_path = word_count ? words[0] : NULL,
             .diags = mw_diags_new()};
    mw_status status = j.diags ? load(&j) : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = simulation_run(&j.sim, j.graph, j.machine, j.program, j.diags);
    if (status == MW_OK && j.args->trace)
        status = write_trace(&j);
    mw_exit result = mw_cli_status(cli, status, j.diags); // warnings, or what is wrong
    if (status == MW_OK)
        result = j.args->json ? print_json(&j) : print_text(&j);
    else if (j.args->json)
        mw_cli_json_error(cli, j.diags);
    clear(&j);
    return result;
}

const mw_command mw_cmd_simulate = {
    .name = "simulate",
    .order = 40,
    .arguments = "(GRAPH | APP [-- ARGS] | -- PROG ARGS)",
    .summary = "simulate a mapper on a machine: timeline, critical path, traffic, bound",
    .details =
        "GRAPH is a recorded program (`mapwright record`); APP is one of our applications "
        "(`mapwright apps`).\nA program is started with its kernels disabled: only the tasks "
        "it submits are wanted. The time is what\nthe simulator says.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(simulate_args),
    .defaults = &DEFAULTS,
    .takes_program = true,
    .min_words = 0,
    .max_words = 1,
    .run = run,
};
