// src/cli/cmd_diff.c: `mapwright diff`: which decisions differ between two mappers.
#include "base/file.h"
#include "cli/application.h"
#include "report/comparison.h"
#include <stdlib.h>
#include <string.h>

typedef struct diff_args {
    const char *machine;
    bool json;
} diff_args;

static const diff_args DEFAULTS = {.machine = "local"};

static const mw_option OPTIONS[] = {
    {'M', "machine", "NAME", "machine that they map for (default: local)", MW_OPT_STRING,
     offsetof(diff_args, machine)},
    {0, "json", NULL, "one JSON object", MW_OPT_FLAG, offsetof(diff_args, json)},
};

/** As `diff` has it: 0 the same, 1 different, 2 trouble. */
enum { SAME = 0, DIFFERENT = 1, TROUBLE = 2 };

typedef struct job {
    mw_cli *cli;
    const diff_args *args;
    mw_diags *diags;
    mw_machine *machine;
    mw_graph *graph;
    mw_program *programs[2];
    mw_plan *plans[2];
    mw_comparison comparison;
} job;

/** "default" is the mapper of no statements, unless there is such a file. */
static mw_status load_mapper(job *j, const char *file, mw_program **out) {
    if (strcmp(file, "default") == 0 && !mw_file_exists(file))
        return mw_program_parse("default", "", 0, &(mw_lang_options){0}, out, j->diags);
    char *text = NULL;
    size_t len = 0;
    mw_status status = mw_file_read(file, MW_MAPPER_MAX_BYTES, &text, &len, j->diags);
    if (status == MW_OK)
        status = mw_program_parse(strcmp(file, "-") == 0 ? "<stdin>" : file, text, len,
                                  &(mw_lang_options){0}, out, j->diags);
    free(text);
    return status;
}

static mw_status compare(job *j, int count, char *const words[]) {
    mw_status status = mw_machine_load(j->args->machine, &j->machine, j->diags);
    if (status == MW_OK)
        status = application_graph(j->cli, count > 2 ? words[2] : NULL, &j->graph, j->diags);
    for (int i = 0; i < 2 && status == MW_OK; i++)
        status = load_mapper(j, words[i], &j->programs[i]);
    for (int i = 0; i < 2 && status == MW_OK; i++)
        status = mw_plan_new(j->graph, j->machine, j->programs[i], &j->plans[i], j->diags);
    if (status == MW_OK)
        status = mw_plan_compare(j->plans[0], j->plans[1], &j->comparison);
    return status;
}

static mw_exit print_text(job *j) {
    mw_str out = {0};
    mw_look look = {j->cli->width, j->cli->color, j->cli->utf8};
    bool ok = mw_comparison_text(&out, &j->comparison, &look);
    if (ok)
        fputs(mw_str_text(&out), j->cli->out);
    mw_str_clear(&out);
    return ok ? MW_EXIT_OK : mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static int finish(job *j, mw_status status) {
    if (status != MW_OK) {
        if (j->args->json)
            mw_cli_json_error(j->cli, j->diags);
        else
            mw_cli_status(j->cli, status, j->diags);
        return TROUBLE;
    }
    mw_diags_print(j->cli->err, j->diags); // warnings
    mw_exit printed =
        j->args->json ? mw_cli_json(j->cli, mw_comparison_json(&j->comparison)) : print_text(j);
    if (printed != MW_EXIT_OK)
        return TROUBLE;
    return j->comparison.count ? DIFFERENT : SAME;
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const words[]) {
    mw_exit bad = application_usage(cli, count > 2 ? words[2] : NULL);
    if (bad)
        return bad;
    job j = {.cli = cli, .args = parsed, .diags = mw_diags_new()};
    int result = finish(&j, j.diags ? compare(&j, count, words) : MW_ERR_NOMEM);
    mw_comparison_clear(&j.comparison);
    for (int i = 0; i < 2; i++) {
        mw_plan_free(j.plans[i]);
        mw_program_free(j.programs[i]);
    }
    mw_graph_free(j.graph);
    mw_machine_free(j.machine);
    mw_diags_free(j.diags);
    return (mw_exit)result;
}

const mw_command mw_cmd_diff = {
    .name = "diff",
    .order = 35,
    .arguments = "A B (GRAPH | APP [-- ARGS] | -- PROG ARGS)",
    .summary = "show which decisions differ between two mappers",
    .details =
        "GRAPH is a recorded program (`mapwright record`). Compared is what the mappers A "
        "and B decide for\nits tasks on the machine, not how they say it. 'default' is "
        "the default mapper.\n"
        "Exit status, as for diff: 0 the same decisions, 1 others, 2 trouble or wrong usage.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(diff_args),
    .defaults = &DEFAULTS,
    .takes_program = true,
    .min_words = 2,
    .max_words = 3,
    .run = run,
};
