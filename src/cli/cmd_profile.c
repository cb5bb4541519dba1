// src/cli/cmd_profile.c: `mapwright profile`: what holds a mapper back, and what to change next.
#include "base/file.h"
#include "cli/application.h"
#include "guide/feedback.h"
#include "report/profile_json.h"
#include "report/text.h"
#include <stdlib.h>
#include <string.h>

typedef struct profile_args {
    const char *mapper; ///< NULL: the default mapper
    const char *machine;
    const char *feedback; ///< level
    bool json;
} profile_args;

static const profile_args DEFAULTS = {.machine = "local", .feedback = "suggest"};

static const mw_option OPTIONS[] = {
    {'m', "mapper", "FILE", "mapper to look at (default: the default mapper)", MW_OPT_STRING,
     offsetof(profile_args, mapper)},
    {'M', "machine", "NAME", "machine to simulate (default: local)", MW_OPT_STRING,
     offsetof(profile_args, machine)},
    {0, "feedback", "LEVEL",
     "system (what came out), explain (and why) or suggest (and what to try; the default)",
     MW_OPT_STRING, offsetof(profile_args, feedback)},
    {0, "json", NULL, "print one JSON object", MW_OPT_FLAG, offsetof(profile_args, json)},
};

/** All that one call holds. */
typedef struct job {
    mw_cli *cli;
    const profile_args *args;
    char *graph_path; ///< or an application's name; NULL: a program follows "--"
    mw_diags *diags;
    mw_machine *machine;
    mw_graph *graph;
    mw_edges *edges;
    mw_lab *lab;
    char *mapper;
    mw_feedback *feedback;
} job;

static mw_status load(job *j) {
    size_t len = 0;
    mw_status status = mw_machine_load(j->args->machine, &j->machine, j->diags);
    if (status == MW_OK)
        status = application_graph(j->cli, j->graph_path, &j->graph, j->diags);
    if (status == MW_OK && j->args->mapper)
        status = mw_file_read(j->args->mapper, MW_MAPPER_MAX_BYTES, &j->mapper, &len, j->diags);
    if (status == MW_OK && j->mapper && strlen(j->mapper) != len) {
        mw_diag_in(j->diags, MW_ERROR, MW_WRONG_ENCODING, j->args->mapper, NULL, "save it as UTF-8",
                   "it has bytes of value 0");
        status = MW_ERR_INPUT;
    }
    if (status != MW_OK)
        return status;
    j->edges = mw_edges_new(j->graph);
    return j->edges ? mw_lab_new(j->graph, j->edges, j->machine, &j->lab) : MW_ERR_NOMEM;
}

static mw_status ask(job *j, mw_feedback_level level) {
    mw_feedback_question q = {.name = j->args->mapper ? j->args->mapper : "the default mapper",
                              .mapper = j->mapper ? j->mapper : "",
                              .level = level};
    return mw_feedback_new(j->lab, &q, &j->feedback);
}

/** The profile's numbers, for a mapper that ran: as `simulate --json` has them. */
static json_t *profile(job *j) {
    mw_bound bound;
    if (!mw_lab_profile(j->lab) || mw_bound_of(j->graph, j->edges, j->machine, &bound) != MW_OK)
        return json_null();
    mw_run_view view = {mw_lab_plan(j->lab), mw_lab_timeline(j->lab), mw_lab_profile(j->lab),
                        &bound};
    return mw_profile_json(&view);
}

static mw_exit print_json(job *j) {
    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "graph", mw_text_json(j->graph_path),
                            "program", mw_text_json(j->graph->program), "machine",
                            mw_text_json(j->machine->name), "mapper", mw_text_json(j->args->mapper),
                            "feedback", mw_feedback_json(j->feedback), "profile", profile(j));
    return all ? mw_cli_json(j->cli, all) : mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static mw_exit print_text(job *j) {
    mw_str out = {0};
    mw_look look = {j->cli->width, j->cli->color, j->cli->utf8};
    mw_text_field(&out, "program", j->graph->program, &look);
    mw_text_field(&out, "machine", j->machine->name, &look);
    mw_text_field(&out, "mapper", j->args->mapper ? j->args->mapper : "the default mapper", &look);
    mw_str_add_char(&out, '\n');
    mw_feedback_text(j->feedback, &out);
    bool ok = !out.failed;
    if (ok)
        fputs(mw_str_text(&out), j->cli->out);
    mw_str_clear(&out);
    return ok ? MW_EXIT_OK : mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static void clear(job *j) {
    mw_feedback_free(j->feedback);
    mw_lab_free(j->lab);
    mw_edges_free(j->edges);
    mw_graph_free(j->graph);
    mw_machine_free(j->machine);
    mw_diags_free(j->diags);
    free(j->mapper);
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    const profile_args *args = parsed;
    mw_feedback_level level;
    if (!mw_feedback_level_parse(args->feedback, &level))
        return mw_cli_usage(cli, "--feedback is system, explain or suggest, not '%s'",
                            args->feedback);
    mw_exit bad = application_usage(cli, word_count ? words[0] : NULL);
    if (bad)
        return bad;
    job j = {.cli = cli,
             .args = args,
             .graph_path = word_count ? words[0] : NULL,
             .diags = mw_diags_new()};
    mw_status status = j.diags ? load(&j) : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = ask(&j, level);
    mw_exit result = mw_cli_status(cli, status, j.diags);
    if (status == MW_OK) {
        result = args->json ? print_json(&j) : print_text(&j);
        if (result == MW_EXIT_OK && j.feedback->outcome != MW_OUTCOME_PERFORMANCE)
            result = MW_EXIT_INPUT;
    } else if (args->json) {
        mw_cli_json_error(cli, j.diags);
    }
    clear(&j);
    return result;
}

const mw_command mw_cmd_profile = {
    .name = "profile",
    .order = 41,
    .arguments = "(GRAPH | APP [-- ARGS] | -- PROG ARGS)",
    .summary = "say what holds a mapper back, and what to change next",
    .details = "The mapper is simulated. Each suggestion is a few statements to put on top of the "
               "mapper; its time was\nsimulated with them there. A mapper with an error is "
               "explained, and the exit status is 1.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(profile_args),
    .defaults = &DEFAULTS,
    .takes_program = true,
    .min_words = 0,
    .max_words = 1,
    .run = run,
};
