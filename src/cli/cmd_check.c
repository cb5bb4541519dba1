// src/cli/cmd_check.c: `mapwright check`: what is wrong with mappers.
#include "base/file.h"
#include "cli/command.h"
#include "lang/lang.h"
#include <stdlib.h>
#include <string.h>

typedef struct check_args {
    const char *machine; ///< NULL: check the text alone
    bool strict, json;
} check_args;

static const mw_option OPTIONS[] = {
    {'M', "machine", "NAME", "also evaluate the globals on this machine", MW_OPT_STRING,
     offsetof(check_args, machine)},
    {0, "strict", NULL, "refuse the extensions of the language", MW_OPT_FLAG,
     offsetof(check_args, strict)},
    {0, "json", NULL, "one JSON array of all diagnostics", MW_OPT_FLAG, offsetof(check_args, json)},
};

static mw_status check_text(const char *name, const char *text, size_t len, const check_args *args,
                            const mw_machine *machine, mw_diags *diags) {
    mw_program *program = NULL;
    mw_binding *binding = NULL;
    mw_status status = mw_program_parse(name, text, len, &(mw_lang_options){.strict = args->strict},
                                        &program, diags);
    if (status == MW_OK && machine)
        status = mw_binding_new(program, machine, &binding, diags);
    mw_binding_free(binding);
    mw_program_free(program);
    return status;
}

static mw_status check_file(const char *file, const check_args *args, const mw_machine *machine,
                            mw_diags *diags) {
    char *text = NULL;
    size_t len = 0;
    mw_status status = mw_file_read(file, MW_MAPPER_MAX_BYTES, &text, &len, diags);
    if (status == MW_OK)
        status =
            check_text(strcmp(file, "-") == 0 ? "<stdin>" : file, text, len, args, machine, diags);
    free(text);
    return status;
}

/** Each file has its own list, so that none of them takes another's room. */
static mw_exit check_files(mw_cli *cli, const check_args *args, const mw_machine *machine,
                           int count, char *const files[], json_t *all) {
    mw_exit result = MW_EXIT_OK;
    for (int i = 0; i < count; i++) {
        mw_diags *diags = mw_diags_new();
        mw_status status = diags ? check_file(files[i], args, machine, diags) : MW_ERR_NOMEM;
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

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const files[]) {
    const check_args *args = parsed;
    mw_machine *machine = NULL;
    json_t *all = args->json ? json_array() : NULL;
    mw_diags *diags = mw_diags_new();
    mw_exit result = MW_EXIT_INPUT;
    mw_status status = diags && (all || !args->json) ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK && args->machine)
        status = mw_machine_load(args->machine, &machine, diags);
    if (status != MW_OK && (!all || status == MW_ERR_NOMEM))
        result = mw_cli_status(cli, status, diags);
    else if (status != MW_OK)
        mw_diags_add_json(all, diags);
    else
        result = check_files(cli, args, machine, count, files, all);
    if (all) {
        mw_exit printed = mw_cli_json(cli, all);
        result = result ? result : printed;
    }
    mw_diags_free(diags);
    mw_machine_free(machine);
    return result;
}

const mw_command mw_cmd_check = {
    .name = "check",
    .order = 20,
    .arguments = "FILE...",
    .summary = "find what is wrong with mappers",
    .details = "Prints every error and warning with its place, and a hint. '-' is standard input.\n"
               "Exit status: 0 no errors, 1 errors, 2 wrong usage.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(check_args),
    .min_words = 1,
    .max_words = -1,
    .run = run,
};
