// src/cli/application.c: applications by name, and the graphs of programs.
#include "cli/application.h"
#include "base/file.h"
#include "cli/recording.h"
#include "starpu/launch.h"
#include "starpu/program.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_LIMIT_S = 600 };

/** An application's path; NULL: the word is something else. The caller frees it. */
static char *application(const char *word) {
    return word && !strchr(word, '/') && !mw_file_exists(word) ? mw_application_locate(word) : NULL;
}

mw_status application_argv(const mw_cli *cli, char *word, char ***argv) {
    char *path = application(word);
    size_t count = 0;
    *argv = NULL;
    for (char **at = cli->program; at && *at; at++)
        count++;
    if (!path && (word || !count))
        return MW_OK;
    char **words = calloc(count + 2, sizeof *words);
    if (words) {
        size_t n = 0;
        if (path)
            words[n++] = word;
        if (count)
            memcpy(words + n, cli->program, count * sizeof *words);
        *argv = words;
    }
    free(path);
    return words ? MW_OK : MW_ERR_NOMEM;
}

mw_exit application_usage(mw_cli *cli, char *word) {
    if (!word && !cli->program)
        return mw_cli_usage(cli, "expected a GRAPH, an application, or -- PROG ARGS");
    char *path = cli->program ? application(word) : NULL;
    bool both = word && cli->program && !path;
    free(path);
    return both ? mw_cli_usage(cli,
                               "'%s' is no application; expected either a GRAPH or -- PROG "
                               "ARGS, not both",
                               word)
                : MW_EXIT_OK;
}

/** An empty file of our own; NULL with a diagnostic. The caller frees the path. */
static char *temporary(mw_diags *diags) {
    const char *base = getenv("TMPDIR");
    mw_str path = {0};
    mw_str_printf(&path, "%s/mapwright-XXXXXX", base && *base == '/' ? base : "/tmp");
    char *file = mw_str_detach(&path);
    int fd = file ? mkstemp(file) : -1;
    if (fd >= 0) {
        close(fd);
        return file;
    }
    mw_diag_in(diags, MW_ERROR, MW_CANNOT_WRITE, file, NULL, "TMPDIR says where temporary files go",
               "cannot make a temporary file: %s", strerror(errno));
    free(file);
    return NULL;
}

static mw_status record(char **argv, mw_graph **out, mw_diags *diags) {
    char *file = temporary(diags);
    if (!file)
        return MW_ERR_IO;
    mw_run_spec spec = {
        .argv = argv, .mode = MW_RUN_RECORD_DRY, .graph = file, .time_limit_s = RECORD_LIMIT_S};
    mw_run_result result = {0};
    mw_run_catch_interrupt();
    mw_status status = mw_run(&spec, &result, diags);
    if (status == MW_OK) {
        mw_run_explain(&spec, &result, diags);
        status = result.end == MW_RUN_FINISHED
                     ? recording_load(file, argv[0], NULL, NULL, out, diags)
                 : result.end == MW_RUN_CANCELLED ? MW_ERR_CANCEL
                                                  : MW_ERR_INPUT;
        mw_run_clear(&result);
    }
    unlink(file); // a loaded graph keeps its pages
    free(file);
    return status;
}

mw_status application_graph(const mw_cli *cli, char *word, mw_graph **out, mw_diags *diags) {
    char **argv;
    mw_status status = application_argv(cli, word, &argv);
    if (status != MW_OK)
        return status;
    status = argv ? record(argv, out, diags) : mw_graph_load(word, out, diags);
    free(argv);
    return status;
}
