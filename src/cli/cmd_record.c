// src/cli/cmd_record.c: `mapwright record`: runs a program once and writes its task graph.
#include "cli/command.h"
#include "cli/recording.h"
#include "report/profile_json.h"
#include "base/units.h"
#include "starpu/launch.h"
#include <stdlib.h>
#include <string.h>

typedef struct record_args {
    const char *out, *scheduler, *kernels;
    double time_limit_s;
    bool dry, json;
} record_args;

static const mw_option OPTIONS[] = {
    {'o', "output", "F.mwg", "file to write (default: PROG.mwg)", MW_OPT_STRING,
     offsetof(record_args, out)},
    {0, "dry", NULL, "kernels disabled: the graph without computing anything", MW_OPT_FLAG,
     offsetof(record_args, dry)},
    {0, "scheduler", "NAME", "StarPU's scheduler to record under", MW_OPT_STRING,
     offsetof(record_args, scheduler)},
    {0, "kernels", "F.json", "what the kernels need (default: kernels.json beside PROG)",
     MW_OPT_STRING, offsetof(record_args, kernels)},
    {0, "time-limit", "S", "seconds the program may take (default 600)", MW_OPT_NUMBER,
     offsetof(record_args, time_limit_s)},
    {0, "json", NULL, "print the result as one JSON object", MW_OPT_FLAG,
     offsetof(record_args, json)},
};
static const record_args DEFAULTS = {.time_limit_s = 600};

static mw_exit tell(mw_cli *cli, const record_args *args, const char *path, const char *kernels,
                    const mw_graph *g) {
    char us[MW_UNIT_TEXT];
    if (args->json)
        return mw_cli_json(
            cli, json_pack("{s:o, s:o, s:I, s:I, s:I, s:o}", "file", mw_text_json(path),
                           "kernel_data", mw_text_json(kernels), "tasks", (json_int_t)g->task_count,
                           "kinds", (json_int_t)g->kind_count, "launches",
                           (json_int_t)g->launch_count, "measured_us",
                           g->measured_us >= 0 ? json_real(g->measured_us) : json_null()));
    fprintf(cli->out, "%s: %u tasks of %u kinds in %u launches, %s%s\n", path, g->task_count,
            g->kind_count, g->launch_count,
            g->measured_us >= 0 ? "ran in "
            : args->dry         ? "kernels disabled"
                                : "nothing was timed",
            g->measured_us >= 0 ? mw_unit_us(us, g->measured_us) : "");
    if (kernels)
        fprintf(cli->out, "kernel data: %s\n", kernels);
    return MW_EXIT_OK;
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    (void)word_count;
    (void)words;
    const record_args *args = parsed;
    if (!cli->program)
        return mw_cli_usage(cli, "expected -- PROG ARGS");
    mw_str path = {0};
    const char *slash = strrchr(cli->program[0], '/');
    mw_str_printf(&path, "%s.mwg", slash ? slash + 1 : cli->program[0]);
    const char *file = args->out ? args->out : mw_str_text(&path);
    mw_run_spec spec = {.argv = cli->program,
                        .mode = args->dry ? MW_RUN_RECORD_DRY : MW_RUN_RECORD,
                        .scheduler = args->scheduler,
                        .graph = file,
                        .time_limit_s = args->time_limit_s};
    mw_diags *diags = mw_diags_new();
    mw_run_result result = {0};
    mw_graph *g = NULL;
    char *kernels = NULL;
    mw_run_catch_interrupt();
    mw_status status = mw_run(&spec, &result, diags);
    if (status == MW_OK) {
        mw_run_explain(&spec, &result, diags);
        status = result.end == MW_RUN_FINISHED
                     ? recording_load(file, cli->program[0], args->kernels, &kernels, &g, diags)
                 : result.end == MW_RUN_CANCELLED ? MW_ERR_CANCEL
                                                  : MW_ERR_INPUT;
        mw_run_clear(&result);
    }
    mw_exit end = args->json && status != MW_OK && mw_diags_errors(diags)
                      ? mw_cli_json_error(cli, diags)
                      : mw_cli_status(cli, status, diags);
    if (!end)
        end = tell(cli, args, file, kernels, g);
    free(kernels);
    mw_graph_free(g);
    mw_diags_free(diags);
    mw_str_clear(&path);
    return end;
}

const mw_command mw_cmd_record = {
    .name = "record",
    .order = 4,
    .arguments = "-- PROG ARGS",
    .summary = "run a program once and write its task graph",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(record_args),
    .defaults = &DEFAULTS,
    .takes_program = true,
    .run = run,
};
