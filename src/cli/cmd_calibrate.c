// src/cli/cmd_calibrate.c: `mapwright calibrate`: measures this machine and describes it as
// "local".
#include "base/file.h"
#include "cli/command.h"
#include "base/units.h"
#include "starpu/calibrate.h"
#include "starpu/launch.h"
#include <stdlib.h>
#include <string.h>

typedef struct calibrate_args {
    const char *out;
    bool json;
} calibrate_args;

static const mw_option OPTIONS[] = {
    {'o', "output", "FILE", "file to write (default: local.json among your machines)",
     MW_OPT_STRING, offsetof(calibrate_args, out)},
    {0, "json", NULL, "print the description instead of writing it, unless -o is given",
     MW_OPT_FLAG, offsetof(calibrate_args, json)},
};

/** <user's machines>/local.json, its folder made. NULL: see diags, or out of memory. */
static char *default_path(mw_diags *diags) {
    char *folder = mw_machine_user_folder();
    mw_str path = {0};
    if (folder && mw_folder_make(folder, diags) == MW_OK)
        mw_str_printf(&path, "%s/local.json", folder);
    free(folder);
    return path.len ? mw_str_detach(&path) : NULL;
}

/** Says in one line what was found, from the machine as it will be read. */
static mw_status print_line(mw_cli *cli, const char *path, const char *json, mw_diags *diags) {
    char bytes[MW_UNIT_TEXT], submit[MW_UNIT_TEXT], complete[MW_UNIT_TEXT];
    mw_machine *m = NULL;
    mw_status status = mw_machine_parse(path, json, strlen(json), 0, &m, diags);
    if (status != MW_OK)
        return status;
    const mw_proc *cpu = &m->procs[mw_machine_proc(m, MW_PROC_CPU, 0, 0)];
    fprintf(cli->out,
            "%s: %u CPU cores at %.1f GFLOP/s, %u GPUs, %s; a task costs %s to submit, %s to run\n",
            path, m->procs_of_kind[MW_PROC_CPU], cpu->gflops_f64, m->procs_of_kind[MW_PROC_GPU],
            mw_unit_bytes(bytes, m->mems[mw_machine_home(m, 0)].bytes),
            mw_unit_us(submit, m->submit_us), mw_unit_us(complete, m->complete_us));
    mw_machine_free(m);
    return MW_OK;
}

static mw_status calibrate(mw_cli *cli, const calibrate_args *args, mw_diags *diags) {
    char *json = NULL, *path = NULL;
    bool print = args->json && !args->out;
    mw_status status = mw_calibrate(&json, diags);
    if (status == MW_OK && print) {
        fputs(json, cli->out);
    } else if (status == MW_OK) {
        path = args->out ? strdup(args->out) : default_path(diags);
        status = path                     ? mw_file_write(path, json, strlen(json), diags)
                 : mw_diags_errors(diags) ? MW_ERR_IO
                                          : MW_ERR_NOMEM;
        if (status == MW_OK && !args->json)
            status = print_line(cli, path, json, diags);
        else if (status == MW_OK)
            fputs(json, cli->out);
    }
    free(json);
    free(path);
    return status;
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const words[]) {
    const calibrate_args *args = parsed;
    (void)count, (void)words;
    mw_diags *diags = mw_diags_new();
    mw_run_catch_interrupt();
    mw_status status = diags ? calibrate(cli, args, diags) : MW_ERR_NOMEM;
    if (status == MW_ERR_CANCEL)
        fputs("mapwright calibrate: interrupted\n", cli->err);
    mw_exit result = status != MW_OK && status != MW_ERR_CANCEL && args->json
                         ? mw_cli_json_error(cli, diags)
                         : mw_cli_status(cli, status, diags);
    mw_diags_free(diags);
    return result;
}

const mw_command mw_cmd_calibrate = {
    .name = "calibrate",
    .order = 80,
    .arguments = "",
    .summary = "measure this machine and describe it as the machine \"local\"",
    .details =
        "Takes a few seconds. Let nothing else run meanwhile. OpenCL devices are included when\n"
        "StarPU would use them in the current environment (STARPU_OPENCL_ON_CPUS=1 for PoCL).",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(calibrate_args),
    .run = run,
};
