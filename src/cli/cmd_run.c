// src/cli/cmd_run.c: `mapwright run`: a StarPU program with a mapper in force.
#include "base/file.h"
#include "cli/command.h"
#include "graph/graph.h"
#include "lang/lang.h"
#include "base/units.h"
#include "starpu/launch.h"
#include <stdlib.h>
#include <string.h>

typedef struct run_args {
    const char *mapper, *graph;
    double time_limit_s;
} run_args;

static const mw_option OPTIONS[] = {
    {'m', "mapper", "FILE", "the mapper to obey (default: the default mapper)", MW_OPT_STRING,
     offsetof(run_args, mapper)},
    {'g', "graph", "FILE.mwg",
     "the program's recorded graph, for launch domains "
     "(default: X.mwg beside X.mapper)",
     MW_OPT_STRING, offsetof(run_args, graph)},
    {0, "time-limit", "S", "end the program after S seconds (default: none)", MW_OPT_NUMBER,
     offsetof(run_args, time_limit_s)},
};

/** Says what is wrong with it before the program starts: a live run only falls back. */
static mw_status check_mapper(const char *path, mw_diags *diags) {
    char *text = NULL;
    size_t len = 0;
    mw_program *program = NULL;
    const mw_lang_options options = {0};
    mw_status status = mw_file_read(path, MW_MAPPER_MAX_BYTES, &text, &len, diags);
    if (status == MW_OK)
        status = mw_program_parse(path, text, len, &options, &program, diags);
    mw_program_free(program);
    free(text);
    return status;
}

/** X.mwg for X.mapper; NULL when there is no such file. The caller frees it. */
static char *graph_beside(const char *mapper) {
    static const char SUFFIX[] = ".mapper";
    size_t len = mapper ? strlen(mapper) : 0, n = sizeof SUFFIX - 1;
    mw_str path = {0};
    if (len <= n || strcmp(mapper + len - n, SUFFIX) != 0)
        return NULL;
    mw_str_add_bytes(&path, mapper, len - n);
    mw_str_add(&path, ".mwg");
    if (!path.failed && mw_file_exists(path.text))
        return mw_str_detach(&path);
    mw_str_clear(&path);
    return NULL;
}

/** The library in the program would only fall back on a damaged one. */
static mw_status check_graph(const char *path, mw_diags *diags) {
    mw_graph *graph = NULL;
    mw_status status = mw_graph_load(path, &graph, diags);
    mw_graph_free(graph);
    return status;
}

static void print_summary(mw_cli *cli, const mw_run_result *r) {
    char tasks[MW_UNIT_TEXT], placed[MW_UNIT_TEXT], fallbacks[MW_UNIT_TEXT], us[MW_UNIT_TEXT];
    fprintf(cli->err,
            "mapwright run: %s tasks, %s placed by the mapper, %s fell back, makespan %s\n",
            mw_unit_count(tasks, r->tasks), mw_unit_count(placed, r->placed),
            mw_unit_count(fallbacks, r->fallbacks), mw_unit_us(us, r->makespan_us));
}

static mw_status run_program(mw_cli *cli, const mw_run_spec *spec, mw_diags *diags) {
    mw_run_result r = {0};
    mw_status status = mw_run(spec, &r, diags);
    if (status == MW_OK && r.end != MW_RUN_FINISHED) {
        mw_run_explain(spec, &r, diags);
        status = r.end == MW_RUN_CANCELLED ? MW_ERR_CANCEL : MW_ERR_INPUT;
    } else if (status == MW_OK) {
        print_summary(cli, &r);
    }
    mw_run_clear(&r);
    return status;
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const words[]) {
    const run_args *args = parsed;
    (void)count, (void)words;
    if (!cli->program)
        return mw_cli_usage(cli, "expected '--' and the program to run");
    mw_diags *diags = mw_diags_new();
    char *beside = args->graph ? NULL : graph_beside(args->mapper);
    mw_run_spec spec = {.argv = cli->program,
                        .mode = MW_RUN_MAPPER,
                        .mapper = args->mapper,
                        .graph = args->graph ? args->graph : beside,
                        .time_limit_s = args->time_limit_s,
                        .pass_output = true};
    mw_status status = diags ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK && spec.mapper)
        status = check_mapper(spec.mapper, diags);
    if (status == MW_OK && spec.graph)
        status = check_graph(spec.graph, diags);
    if (status == MW_OK) {
        mw_diags_print(cli->err, diags); // warnings come before the program's own output
        mw_diags_reset(diags);
        mw_run_catch_interrupt();
        status = run_program(cli, &spec, diags);
    }
    mw_exit result = mw_cli_status(cli, status, diags);
    mw_diags_free(diags);
    free(beside);
    return result;
}

const mw_command mw_cmd_run = {
    .name = "run",
    .order = 70,
    .arguments = "-- PROGRAM ARGS...",
    .summary = "run a StarPU program with a mapper in force",
    .details = "The mapper is checked first. Where it names no processor of this machine, StarPU's "
               "choice\nstands and is counted. What the program prints passes through; the summary "
               "goes to stderr.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(run_args),
    .takes_program = true,
    .run = run,
};
