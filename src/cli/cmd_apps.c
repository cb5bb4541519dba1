// src/cli/cmd_apps.c: `mapwright apps`: the benchmark applications that can be named where a graph
// stands.
#include "base/file.h"
#include "cli/command.h"
#include "report/profile_json.h"
#include "report/text.h"
#include "starpu/child.h"
#include "starpu/program.h"
#include <stdlib.h>
#include <string.h>

typedef struct apps_args {
    bool json;
} apps_args;

static const mw_option OPTIONS[] = {
    {0, "json", NULL, "one JSON object", MW_OPT_FLAG, offsetof(apps_args, json)},
};

enum { HELP_LIMIT_S = 10, NAME_COLUMNS = 12 };

/** The paragraph after the usage line, as one line. */
static char *about_of(const char *help) {
    mw_str about = {0};
    const char *at = strstr(help, "\n\n");
    for (at = at ? at + 2 : ""; *at && strncmp(at, "\n\n", 2) != 0; at++)
        mw_str_add_char(&about, *at == '\n' ? ' ' : *at);
    while (about.len && about.text[about.len - 1] == ' ')
        about.text[--about.len] = '\0';
    return mw_str_detach(&about);
}

/** What an application says of itself: its own --help is the one place where that is written.
 * @param[out] about  freed by the caller */
static mw_status ask(const char *path, char **about, mw_diags *diags) {
    extern char **environ;
    char *argv[] = {(char[]){"application"}, (char[]){"--help"}, NULL};
    mw_child_spec spec = {path, argv, environ, HELP_LIMIT_S, false};
    mw_child child = {0};
    mw_status status = mw_child_run(&spec, &child, diags);
    if (status != MW_OK)
        return status;
    *about = about_of(child.output ? child.output : "");
    free(child.output);
    return *about ? MW_OK : MW_ERR_NOMEM;
}

static mw_exit print_text(mw_cli *cli, size_t count, char *const names[], char *const about[]) {
    mw_str out = {0};
    for (size_t i = 0; i < count; i++) {
        mw_str_printf(&out, "%-*s", NAME_COLUMNS, names[i]);
        mw_text_wrap(&out, about[i], NAME_COLUMNS, NAME_COLUMNS, cli->width, cli->utf8);
    }
    bool ok = !out.failed;
    if (ok)
        fprintf(
            cli->out,
            "%s\nA name may stand where a graph does; its arguments follow \"--\":\n"
            "  mapwright simulate -M p100x4 -m mappers/stencil/expert.mapper stencil -- -nx 3000 "
            "-ny 3000\n  mapwright tune circuit\n",
            mw_str_text(&out));
    mw_str_clear(&out);
    return ok ? MW_EXIT_OK : mw_cli_status(cli, MW_ERR_NOMEM, NULL);
}

static mw_exit print_json(mw_cli *cli, size_t count, char *const names[], char *const about[]) {
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) {
        char *path = mw_application_locate(names[i]);
        json_array_append_new(all,
                              json_pack("{s:o, s:o, s:o}", "name", mw_text_json(names[i]), "about",
                                        mw_text_json(about[i]), "path", mw_text_json(path)));
        free(path);
    }
    return mw_cli_json(cli, json_pack("{s:o}", "applications", all));
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    const apps_args *args = parsed;
    (void)word_count, (void)words;
    mw_diags *diags = mw_diags_new();
    size_t count = 0;
    char **names = mw_application_names(&count);
    char **about = calloc(count + 1, sizeof *about);
    mw_status status = diags && about ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK && count == 0) {
        mw_diag_in(diags, MW_ERROR, MW_LIBRARY_NOT_FOUND, "apps", NULL,
                   "they belong beside the mapwright executable, or into ../lib/mapwright",
                   "no application is there");
        status = MW_ERR_IO;
    }
    for (size_t i = 0; i < count && status == MW_OK; i++) {
        char *path = mw_application_locate(names[i]);
        status = path ? ask(path, &about[i], diags) : MW_ERR_NOMEM;
        free(path);
    }
    mw_exit result = mw_cli_status(cli, status, diags);
    if (status == MW_OK)
        result = args->json ? print_json(cli, count, names, about)
                            : print_text(cli, count, names, about);
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
        free(about ? about[i] : NULL);
    }
    free(names);
    free(about);
    mw_diags_free(diags);
    return result;
}

const mw_command mw_cmd_apps = {
    .name = "apps",
    .order = 6,
    .arguments = "",
    .summary = "list the benchmark applications",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(apps_args),
    .run = run,
};
