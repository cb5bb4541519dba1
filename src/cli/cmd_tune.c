// src/cli/cmd_tune.c: `mapwright tune`: record, search, verify, report. The parts are in tune_*.c.
#include "cli/tune.h"
#include "cli/application.h"
#include <stdlib.h>
#include <string.h>

static const mw_option OPTIONS[] = {
    {'M', "machine", "NAME", "machine to tune for (default: this one)", MW_OPT_STRING,
     offsetof(tune_args, machine)},
    {'n', "iterations", "ITER", "proposals of the optimizer (default 10)", MW_OPT_INT,
     offsetof(tune_args, iterations)},
    {0, "optimizer", "NAME", "who proposes (default guided)", MW_OPT_STRING,
     offsetof(tune_args, optimizer)},
    {0, "seed", "S", "seed of the optimizer (default 1)", MW_OPT_INT, offsetof(tune_args, seed)},
    {'o', "output", "DIR", "folder for everything (default PROG.tune)", MW_OPT_STRING,
     offsetof(tune_args, folder)},
    {0, "verify", "K", "how many of the best mappers are really run (default 3)", MW_OPT_INT,
     offsetof(tune_args, verify)},
    {0, "rounds", "R", "real runs of each contestant (default 7)", MW_OPT_INT,
     offsetof(tune_args, rounds)},
    {0, "time-limit", "S", "seconds that one real run may take (default 600)", MW_OPT_NUMBER,
     offsetof(tune_args, time_limit_s)},
    {0, "dry", NULL, "record with kernels disabled (for -M of another machine)", MW_OPT_FLAG,
     offsetof(tune_args, dry)},
    {0, "resume", "DIR", "go on with the tuning run in DIR", MW_OPT_STRING,
     offsetof(tune_args, resume)},
    {0, "json", NULL, "print the result as one JSON object", MW_OPT_FLAG,
     offsetof(tune_args, json)},
};

static const tune_args DEFAULTS = {.iterations = -1,
                                   .optimizer = "guided",
                                   .seed = 1,
                                   .verify = 3,
                                   .rounds = 7,
                                   .time_limit_s = 600};

void tune_step(tune *t, const char *format, ...) {
    char line[sizeof t->progress.text];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (t->steps_done > t->progress.total) // more runs than foreseen: never past the end
        t->progress.total = t->steps_done;
    mw_progress_step(&t->progress, t->steps_done++, line);
}

mw_exit tune_status(tune *t, mw_status status) {
    if (status == MW_OK)
        return MW_EXIT_OK;
    mw_progress_clear(&t->progress);
    return t->args->json && status != MW_ERR_CANCEL ? mw_cli_json_error(t->cli, t->diags)
                                                    : mw_cli_status(t->cli, status, t->diags);
}

void tune_keep_warnings(tune *t) {
    for (size_t i = 0; i < mw_diags_count(t->diags); i++) {
        const mw_diag *d = mw_diags_at(t->diags, i);
        mw_str line = {0};
        mw_str_printf(&line, "%s%s%s\n", d->file ? d->file : "", d->file ? ": " : "", d->message);
        if (d->severity == MW_WARNING && !strstr(mw_str_text(&t->warnings), mw_str_text(&line)))
            mw_str_add(&t->warnings, mw_str_text(&line));
        mw_str_clear(&line);
    }
    mw_diags_reset(t->diags);
}

static void clear(tune *t) {
    for (uint32_t c = 0; c < t->contestant_count; c++) {
        mw_contestant_clear(&t->contestants[c]);
        free(t->contestant_text[c][0]);
        free(t->contestant_text[c][1]);
    }
    mw_session_free(t->session);
    mw_sim_evaluator_free(t->simulator);
    mw_edges_free(t->edges);
    mw_graph_free(t->graph);
    mw_machine_free(t->machine);
    mw_str_clear(&t->warnings);
    mw_diags_free(t->diags);
    free(t->program);
    free(t->folder);
    free(t->name);
    free(t->graph_path);
    free(t->starpu_home);
}

/** Steps of the progress bar: calibrate, record, default, iterations, real runs (dmdas warms up
 * once), report. */
static uint32_t count_steps(const tune_args *args, bool real) {
    uint32_t steps = 4 + (uint32_t)(args->iterations >= 0 ? args->iterations : TUNE_ITERATIONS);
    if (real && args->verify > 0)
        steps += (uint32_t)(args->rounds * (1 + TUNE_SCHEDULERS + args->verify)) + 1;
    return steps;
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    const tune_args *args = parsed;
    tune t = {.cli = cli, .args = args, .diags = mw_diags_new()};
    if (!t.diags)
        return mw_cli_status(cli, MW_ERR_NOMEM, NULL);
    if (!args->resume && application_argv(cli, word_count ? words[0] : NULL, &t.program)) {
        clear(&t);
        return mw_cli_status(cli, MW_ERR_NOMEM, NULL);
    }
    if (t.program) {
        t.application = word_count > 0;
        cli->program = t.program;
        word_count = 0;
    }
    mw_look look = {cli->width, cli->color, cli->utf8};
    bool real =
        cli->program && !args->dry && (!args->machine || strcmp(args->machine, "local") == 0);
    bool on_terminal =
        cli->terminal && !args->json; // the bar goes where people look, never into JSON
    mw_progress_start(&t.progress, args->json ? cli->err : cli->out, &look, on_terminal,
                      count_steps(args, real));
    mw_run_catch_interrupt();
    mw_exit result = tune_prepare(&t, word_count, words);
    if (result == MW_EXIT_OK) {
        result = tune_search(&t);
        if (result == MW_EXIT_OK && t.real && args->verify > 0)
            result = tune_verify(&t);
        else if (result == MW_EXIT_OK && args->resume && tune_recall(&t) != MW_OK)
            result = mw_cli_status(cli, MW_ERR_NOMEM, NULL);
        bool interrupted = result == MW_EXIT_INTERRUPTED;
        if (result == MW_EXIT_OK || (interrupted && mw_session_count(t.session) > 0)) {
            mw_exit finished = tune_finish(&t, interrupted);
            result = result == MW_EXIT_OK ? finished : result;
        }
    }
    clear(&t);
    return result;
}

const mw_command mw_cmd_tune = {
    .name = "tune",
    .order = 1,
    .arguments = "(GRAPH | APP [-- ARGS] | -- PROG ARGS)",
    .summary = "find a fast mapper for a program, or for its recorded graph",
    .details =
        "Records the program once, lets an optimizer propose mappers that the simulator "
        "evaluates, runs the\n"
        "best few for real beside the default and StarPU's own schedulers, and keeps "
        "everything in a folder:\n"
        "best.mapper, report.html, every mapper tried. With a GRAPH, or -M of a machine "
        "that is not this one,\n"
        "nothing is run for real. APP is one of our applications (`mapwright apps`); for another "
        "machine it is\nrecorded with its kernels disabled.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(tune_args),
    .defaults = &DEFAULTS,
    .takes_program = true,
    .min_words = 0,
    .max_words = 1,
    .run = run,
};
