// src/cli/cmd_check.c: `mapwright check`: what is wrong with mappers.
#include "base/file.h"
#include "cli/command.h"
#include "graph/graph.h"
#include "lang/lang.h"
#include "plan/plan.h"
#include "plan/warn.h"
#include <stdlib.h>
#include <string.h>

typedef struct check_args {
    const char *machine; ///< NULL: check the text alone
    const char *graph;   ///< NULL: no program; else a machine is given too
    bool strict, json;
} check_args;

static const mw_option OPTIONS[] = {
    {'M', "machine", "NAME", "also check for this machine", MW_OPT_STRING,
     offsetof(check_args, machine)},
    {'g', "graph", "GRAPH", "also check for this recorded program (needs -M)", MW_OPT_STRING,
     offsetof(check_args, graph)},
    {0, "strict", NULL, "refuse the extensions of the language", MW_OPT_FLAG,
     offsetof(check_args, strict)},
    {0, "json", NULL, "one JSON array of all diagnostics", MW_OPT_FLAG, offsetof(check_args, json)},
};

/** What mappers are checked for; both may be NULL. */
typedef struct target {
    mw_machine *machine;
    mw_graph *graph;
} target;

/** All that a mapper decides for the target: what fails there, and what is said in vain. */
static mw_status check_target(const mw_program *program, const target *to, mw_diags *diags) {
    mw_status status = MW_OK;
    if (to->machine) { // also what no function uses
        mw_binding *binding = NULL;
        status = mw_binding_new(program, to->machine, &binding, diags);
        mw_binding_free(binding);
    }
    if (to->graph && status == MW_OK) {
        mw_plan *plan = NULL;
        status = mw_plan_new(to->graph, to->machine, program, &plan, diags);
        mw_warn_graph(program, to->graph, plan, diags);
        mw_plan_free(plan);
    }
    if (to->machine)
        mw_warn_machine(program, to->machine, diags);
    mw_diags_sort(diags);
    return status;
}

static mw_status check_text(const char *name, const char *text, size_t len, const check_args *args,
                            const target *to, mw_diags *diags) {
    mw_program *program = NULL;
    mw_status status = mw_program_parse(name, text, len, &(mw_lang_options){.strict = args->strict},
                                        &program, diags);
    if (status == MW_OK)
        status = check_target(program, to, diags);
    mw_program_free(program);
    return status;
}

static mw_status check_file(const char *file, const check_args *args, const target *to,
                            mw_diags *diags) {
    char *text = NULL;
    size_t len = 0;
    mw_status status = mw_file_read(file, MW_MAPPER_MAX_BYTES, &text, &len, diags);
    if (status == MW_OK)
        status = check_text(strcmp(file, "-") == 0 ? "<stdin>" : file, text, len, args, to, diags);
    free(text);
    return status;
}

/** Each file has its own list, so that none of them takes another's room. */
static mw_exit check_files(mw_cli *cli, const check_args *args, const target *to, int count,
                           char *const files[], json_t *all) {
    mw_exit result = MW_EXIT_OK;
    for (int i = 0; i < count; i++) {
        mw_diags *diags = mw_diags_new();
        mw_status status = diags ? check_file(files[i], args, to, diags) : MW_ERR_NOMEM;
        if (status == MW_ERR_NOMEM || (all && !mw_diags_add_json(all, diags)))
            result = mw_cli_status(cli, MW_ERR_NOMEM, NULL);
        else if (status != MW_OK)
            result = MW_EXIT_INPUT;
        if (!all)
            mw_cli_report(cli, diags);
        mw_diags_free(diags);
    }
    return result;
}

static mw_status load_target(const check_args *args, target *out, mw_diags *diags) {
    mw_status status = MW_OK;
    if (args->machine)
        status = mw_machine_load(args->machine, &out->machine, diags);
    if (status == MW_OK && args->graph)
        status = mw_graph_load(args->graph, &out->graph, diags);
    return status;
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const files[]) {
    const check_args *args = parsed;
    if (args->graph && !args->machine)
        return mw_cli_usage(cli, "--graph needs --machine: where would the program run?");
    target to = {0};
    json_t *all = args->json ? json_array() : NULL;
    mw_diags *diags = mw_diags_new();
    mw_exit result = MW_EXIT_INPUT;
    mw_status status = diags && (all || !args->json) ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = load_target(args, &to, diags);
    if (status != MW_OK && (!all || status == MW_ERR_NOMEM))
        result = mw_cli_status(cli, status, diags);
    else if (status != MW_OK)
        mw_diags_add_json(all, diags);
    else
        result = check_files(cli, args, &to, count, files, all);
    if (all) {
        mw_exit printed = mw_cli_json(cli, all);
        result = result ? result : printed;
    }
    mw_diags_free(diags);
    mw_graph_free(to.graph);
    mw_machine_free(to.machine);
    return result;
}

const mw_command mw_cmd_check = {
    .name = "check",
    .order = 20,
    .arguments = "FILE...",
    .summary = "find what is wrong with mappers",
    .details = "Prints every error and warning with its place, and a hint. '-' is standard input.\n"
               "`mapwright explain CODE` says more about one of them. With --json, \"edits\" are\n"
               "what applies a hint: all of a diagnostic's edits together.\n"
               "Exit status: 0 no errors (warnings are none), 1 errors, 2 wrong usage.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(check_args),
    .min_words = 1,
    .max_words = -1,
    .run = run,
};
