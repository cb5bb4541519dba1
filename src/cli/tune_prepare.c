// src/cli/tune_prepare.c: from a command line to a loaded machine, a loaded graph and an open
// session.
#include "cli/tune.h"
#include "base/file.h"
#include "cli/recording.h"
#include "starpu/calibrate.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** "dir/my_app.mwg" -> "my_app" */
static char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t len = strlen(base);
    if (len > 4 && strcmp(base + len - 4, ".mwg") == 0)
        len -= 4;
    return mw_str_made("%.*s", (int)len, base);
}

/** A folder for StarPU's calibration files: ours, so that the user's own stays as it is. */
static char *calibration_folder(void) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache)
        return mw_str_made("%s/mapwright/starpu", cache);
    return home && *home ? mw_str_made("%s/.cache/mapwright/starpu", home) : NULL;
}

static mw_status calibrate(tune *t) {
    tune_step(t, "measuring this machine (once)");
    char *json = NULL, *folder = mw_machine_user_folder();
    char *path = folder ? mw_str_made("%s/local.json", folder) : NULL;
    mw_status status = path ? mw_calibrate(&json, t->diags) : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = mw_folder_make(folder, t->diags);
    if (status == MW_OK)
        status = mw_file_write(path, json, strlen(json), t->diags);
    free(json);
    free(folder);
    free(path);
    return status;
}

static bool local_is_there(void) {
    char *folder = mw_machine_user_folder();
    char *path = folder ? mw_str_made("%s/local.json", folder) : NULL;
    bool there = path && mw_file_exists(path);
    free(folder);
    free(path);
    return there;
}

static mw_status load_machine(tune *t) {
    bool local = strcmp(t->machine_name, "local") == 0;
    if (local && !local_is_there()) {
        mw_status status = calibrate(t);
        if (status != MW_OK)
            return status;
    } else {
        t->steps_done++; // measured before
    }
    return mw_machine_load(t->machine_name, &t->machine, t->diags);
}

/** Times of this machine are of no use for another one, and an application brings its kernels'
 * data. */
static bool records_dry(const tune *t) {
    return t->args->dry || (t->application && strcmp(t->machine_name, "local") != 0);
}

static mw_status record(tune *t, const char *path) {
    mw_run_spec spec = {.argv = t->cli->program,
                        .mode = records_dry(t) ? MW_RUN_RECORD_DRY : MW_RUN_RECORD,
                        .scheduler = "lws",
                        .graph = path,
                        .starpu_home = t->starpu_home,
                        .time_limit_s = t->args->time_limit_s};
    mw_run_result result = {0};
    tune_step(t, "recording %s%s", t->name, records_dry(t) ? " with kernels disabled" : "");
    mw_status status = mw_run(&spec, &result, t->diags);
    if (status != MW_OK)
        return status;
    mw_run_explain(&spec, &result, t->diags);
    status = result.end == MW_RUN_FINISHED    ? MW_OK
             : result.end == MW_RUN_CANCELLED ? MW_ERR_CANCEL
                                              : MW_ERR_INPUT;
    mw_run_clear(&result);
    return status;
}

/** The graph of a run that is resumed: in its folder, wherever that is now; else where it was. */
static char *resumed_graph(const tune *t) {
    const char *was = mw_session_what(t->session)->graph, *slash = strrchr(was, '/');
    char *inside = mw_str_made("%s/%s", t->folder, slash ? slash + 1 : was);
    if (!inside || mw_file_exists(inside))
        return inside;
    free(inside);
    return mw_str_made("%s", was);
}

/** A folder that cannot be is told before the program runs. */
static mw_status make_parent(const tune *t) {
    const char *slash = strrchr(t->folder, '/');
    if (!slash || slash == t->folder)
        return MW_OK;
    char *parent = mw_str_made("%.*s", (int)(slash - t->folder), t->folder);
    mw_status status = parent ? mw_folder_make(parent, t->diags) : MW_ERR_NOMEM;
    free(parent);
    return status;
}

/** Records beside the folder and moves the graph in once the session is there: a folder that is not
 * ours stays untouched. */
static mw_status get_graph(tune *t, char *const words[], char **recorded) {
    if (t->args->resume) {
        t->graph_path = resumed_graph(t);
        t->steps_done++;
    } else if (t->cli->program) {
        *recorded = mw_str_made("%s.recording-%ld.mwg", t->folder, (long)getpid());
        mw_status status = *recorded ? make_parent(t) : MW_ERR_NOMEM;
        if (status == MW_OK)
            status = record(t, *recorded);
        if (status != MW_OK)
            return status;
        return recording_load(*recorded, t->cli->program[0], NULL, NULL, &t->graph, t->diags);
    } else {
        t->graph_path = mw_str_made("%s", words[0]);
        t->steps_done++;
    }
    return t->graph_path ? mw_graph_load(t->graph_path, &t->graph, t->diags) : MW_ERR_NOMEM;
}

static mw_status check_not_empty(tune *t) {
    if (t->graph->task_count > 0)
        return MW_OK;
    mw_diag_in(t->diags, MW_ERROR, MW_NOTHING_TO_TUNE, t->graph->program, NULL,
               "does the program submit tasks with these arguments?",
               "no task was recorded, so there is nothing to tune");
    return MW_ERR_INPUT;
}

static mw_status open_session(tune *t, const char *recorded) {
    if (recorded)
        t->graph_path = mw_str_made("%s/%s.mwg", t->folder, t->name);
    if (!t->graph_path)
        return MW_ERR_NOMEM;
    char *absolute = recorded ? NULL : realpath(t->graph_path, NULL);
    mw_session_info info = {
        .program = t->graph->program,
        .graph = absolute ? absolute : t->graph_path,
        .machine = t->machine_name,
        .optimizer = t->args->optimizer,
        .engine = "simulator",
        .seed = (uint64_t)t->args->seed,
        .iterations = (uint32_t)(t->args->iterations >= 0 ? t->args->iterations : TUNE_ITERATIONS),
        .bound_us = t->bound.bound_us};
    mw_status status = mw_session_create(t->folder, &info, &t->session, t->diags);
    free(absolute);
    if (status != MW_OK || !recorded)
        return status;
    mw_graph_free(t->graph);
    t->graph = NULL;
    if (rename(recorded, t->graph_path) != 0) {
        mw_diag_in(t->diags, MW_ERROR, MW_CANNOT_WRITE, t->graph_path, NULL, NULL,
                   "cannot move the recorded graph here");
        return MW_ERR_IO;
    }
    return mw_graph_load(t->graph_path, &t->graph, t->diags);
}

static mw_status resume(tune *t) {
    mw_status status = mw_session_open(t->args->resume, &t->session, t->diags);
    if (status != MW_OK)
        return status;
    t->machine_name = mw_session_what(t->session)->machine;
    free(t->name); // of the folder so far; the run's files are named after its program
    t->name = name_of(mw_session_what(t->session)->graph);
    return t->name ? MW_OK : MW_ERR_NOMEM;
}

static mw_status name_everything(tune *t, char *const words[]) {
    const char *source = t->args->resume   ? t->args->resume
                         : t->cli->program ? t->cli->program[0]
                                           : words[0];
    t->name = name_of(source);
    t->folder = t->args->resume   ? mw_str_made("%s", t->args->resume)
                : t->args->folder ? mw_str_made("%s", t->args->folder)
                                  : mw_str_made("%s.tune", t->name ? t->name : "");
    for (size_t n = t->folder ? strlen(t->folder) : 0; n > 1 && t->folder[n - 1] == '/';)
        t->folder[--n] = '\0'; // files are made beside it, too
    t->starpu_home = t->cli->program ? calibration_folder() : NULL;
    return t->name && t->folder ? MW_OK : MW_ERR_NOMEM;
}

static mw_status prepare(tune *t, char *const words[], char **recorded) {
    mw_status status = name_everything(t, words);
    char *taken = mw_str_made("%s/session.json", t->folder);
    if (status == MW_OK && taken && !t->args->resume && mw_file_exists(taken)) {
        mw_diag_in(t->diags, MW_ERROR, MW_CANNOT_WRITE, t->folder, NULL,
                   "go on with `mapwright tune --resume FOLDER`, or name another folder with -o",
                   "a tuning run is there already");
        status = MW_ERR_INPUT;
    }
    free(taken);
    if (status == MW_OK && t->starpu_home)
        status = mw_folder_make(t->starpu_home, t->diags);
    if (status == MW_OK && t->args->resume)
        status = resume(t);
    if (status == MW_OK)
        status = load_machine(t);
    if (status == MW_OK)
        status = get_graph(t, words, recorded);
    if (status == MW_OK)
        status = check_not_empty(t);
    if (status == MW_OK && !(t->edges = mw_edges_new(t->graph)))
        status = MW_ERR_NOMEM;
    if (status == MW_OK)
        status = mw_bound_of(t->graph, t->edges, t->machine, &t->bound);
    if (status == MW_OK && !t->args->resume) {
        mw_edges_free(
            t->edges); // they point into the graph, which is about to be mapped at its place
        t->edges = NULL;
        status = open_session(t, *recorded);
        if (status == MW_OK && !(t->edges = mw_edges_new(t->graph)))
            status = MW_ERR_NOMEM;
    }
    if (status == MW_OK)
        status = mw_sim_evaluator_new(t->graph, t->edges, t->machine, &t->simulator);
    return status;
}

mw_exit tune_prepare(tune *t, int word_count, char *const words[]) {
    const tune_args *args = t->args;
    if (!args->resume && !t->cli->program && word_count != 1)
        return mw_cli_usage(t->cli, "expected a GRAPH, or -- PROG ARGS");
    if (!args->resume && t->cli->program && word_count > 0)
        return mw_cli_usage(t->cli, "expected either a GRAPH or -- PROG ARGS, not both");
    if (args->iterations > TUNE_MAX_ITERATIONS || args->verify > TUNE_MAX_VERIFY ||
        args->rounds < 1 || args->rounds > MW_CONTEST_MAX_ROUNDS)
        return mw_cli_usage(t->cli, "at most %d iterations, %d verified mappers, 1 to %d runs",
                            TUNE_MAX_ITERATIONS, TUNE_MAX_VERIFY, MW_CONTEST_MAX_ROUNDS);
    if ((args->folder && !*args->folder) || (args->resume && !*args->resume))
        return mw_cli_usage(t->cli, "the folder's name is empty");
    if (!mw_optimizer_find(args->optimizer))
        return mw_cli_usage(t->cli, "there is no optimizer '%s'", args->optimizer);
    t->machine_name = args->machine ? args->machine : "local";
    char *recorded = NULL;
    mw_status status = prepare(t, words, &recorded);
    if (recorded)
        unlink(recorded); // gone already if all went well
    free(recorded);
    t->real = t->cli->program && strcmp(t->machine_name, "local") == 0 && !args->dry;
    mw_exit bad = tune_status(t, status);
    if (!bad)
        tune_keep_warnings(t);
    return bad;
}
