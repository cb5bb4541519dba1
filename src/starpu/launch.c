// src/starpu/launch.c: the environment that our preloaded library obeys, one run, and what the
// library wrote about it.
#include "starpu/launch.h"
#include "base/file.h"
#include "base/vec.h"
#include "starpu/child.h"
#include "starpu/program.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RESULT_MAX_BYTES = 64 << 10, MESSAGE_MAX_BYTES = 4096 };

extern char **environ;

// --- environment ---------------------------------------------------------------------------------

typedef struct environment {
    MW_VEC(char *) entries; ///< "NAME=value", owned; NULL-terminated by environment_end()
    bool failed;
} environment;

static void environment_clear(environment *e) {
    for (size_t i = 0; i < e->entries.count; i++)
        free(e->entries.items[i]);
    MW_VEC_CLEAR(&e->entries);
}

/** Index of a name, or the count. */
static size_t environment_find(const environment *e, const char *name, size_t len) {
    size_t i = 0;
    while (i < e->entries.count &&
           !(strncmp(e->entries.items[i], name, len) == 0 && e->entries.items[i][len] == '='))
        i++;
    return i;
}

/** Adds "NAME=value", or replaces what has that name. Takes the entry; NULL: out of memory. */
static void environment_put(environment *e, char *entry) {
    size_t at = entry ? environment_find(e, entry, strcspn(entry, "=")) : 0;
    if (entry && at < e->entries.count) {
        free(e->entries.items[at]);
        e->entries.items[at] = entry;
    } else if (!entry || !MW_PUSH(&e->entries, entry)) {
        e->failed = true;
        free(entry);
    }
}

static void environment_set(environment *e, const char *name, const char *value) {
    mw_str entry = {0};
    mw_str_printf(&entry, "%s=%s", name, value);
    environment_put(e, entry.failed ? NULL : mw_str_detach(&entry));
    mw_str_clear(&entry);
}

/** Where the user has said nothing. */
static void environment_default(environment *e, const char *name, const char *value) {
    if (environment_find(e, name, strlen(name)) == e->entries.count)
        environment_set(e, name, value);
}

static void environment_inherit(environment *e) {
    static const char *const OURS[] = {"MODE",     "SCHEDULER", "MAPPER",
                                       "GRAPH_IN", "GRAPH_OUT", "RESULT"};
    for (char **at = environ; at && *at; at++) {
        bool ours = false; // left from a run that we are inside of: it is not about this one
        for (size_t i = 0; i < MW_COUNT(OURS) && strncmp(*at, "MAPWRIGHT_", 10) == 0; i++)
            ours = ours || strncmp(*at + 10, OURS[i], strcspn(*at + 10, "=")) == 0;
        if (!ours && strchr(*at, '='))
            environment_put(e, strdup(*at));
    }
}

/** A path that still holds when the program changes its folder; the file need not exist yet. */
static void environment_path(environment *e, const char *name, const char *path) {
    mw_str entry = {0};
    char *here = *path == '/' ? NULL : getcwd(NULL, 0);
    if (*path == '/')
        mw_str_printf(&entry, "%s=%s", name, path);
    else if (here)
        mw_str_printf(&entry, "%s=%s/%s", name, here, path);
    free(here);
    environment_put(e, entry.len && !entry.failed ? mw_str_detach(&entry) : NULL);
    mw_str_clear(&entry);
}

static void environment_fill(environment *e, const mw_run_spec *spec, const char *library,
                             const char *result_file) {
    static const char *const MODE[] = {"schedule", "record", "record-dry", "mapper"};
    environment_inherit(e);
    environment_set(e, "MAPWRIGHT_MODE", MODE[spec->mode]);
    environment_set(e, "MAPWRIGHT_RESULT", result_file);
    if (spec->scheduler && spec->mode != MW_RUN_MAPPER)
        environment_set(e, "MAPWRIGHT_SCHEDULER", spec->scheduler);
    if (spec->mapper && spec->mode == MW_RUN_MAPPER)
        environment_path(e, "MAPWRIGHT_MAPPER", spec->mapper);
    if (spec->graph)
        environment_path(e,
                         spec->mode == MW_RUN_MAPPER ? "MAPWRIGHT_GRAPH_IN" : "MAPWRIGHT_GRAPH_OUT",
                         spec->graph);
    if (spec->starpu_home)
        environment_path(e, "STARPU_HOME", spec->starpu_home);
    environment_default(e, "STARPU_SILENT", "1");
    environment_default(e, "OPENBLAS_NUM_THREADS", "1"); // workers are the parallelism
    for (const char *const *at = spec->environment; at && *at; at++)
        environment_put(e, strdup(*at));
    size_t at = environment_find(e, "LD_PRELOAD", strlen("LD_PRELOAD"));
    const char *others = at < e->entries.count ? strchr(e->entries.items[at], '=') + 1 : "";
    mw_str preload = {0};
    mw_str_printf(&preload, "%s%s%s", library, *others ? ":" : "", others);
    environment_set(e, "LD_PRELOAD", mw_str_text(&preload));
    e->failed = e->failed || preload.failed || !MW_PUSH(&e->entries, NULL);
    mw_str_clear(&preload);
}

// --- the folder for one run's files --------------------------------------------------------------

/** Whether the library will be able to write its report there; else a run on a full disk would look
 * like one without StarPU. Leaves nothing behind; errno says why not. */
static bool has_room(const char *folder) {
    static const char BYTES[2 * MESSAGE_MAX_BYTES];
    mw_str path = {0};
    mw_str_printf(&path, "%s/room", folder);
    int fd = path.failed ? -1 : open(path.text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    errno = fd < 0 ? errno : ENOSPC; // what less than all written means
    bool ok = fd >= 0 && write(fd, BYTES, sizeof BYTES) == (ssize_t)sizeof BYTES;
    int why = errno;
    if (fd >= 0) {
        close(fd);
        unlink(path.text);
    }
    mw_str_clear(&path);
    errno = why;
    return ok;
}

/** Makes it; NULL with a diagnostic. The caller gives it to scratch_remove(). */
static char *scratch_new(mw_diags *diags) {
    const char *base = getenv("TMPDIR");
    mw_str path = {0};
    mw_str_printf(&path, "%s/mapwright-XXXXXX", base && *base == '/' ? base : "/tmp");
    char *folder = mw_str_detach(&path);
    if (folder && mkdtemp(folder)) {
        if (has_room(folder))
            return folder;
        int why = errno;
        rmdir(folder);
        errno = why;
    }
    mw_diag_in(diags, MW_ERROR, MW_CANNOT_WRITE, folder, NULL,
               "TMPDIR says where temporary files go", "cannot use a temporary folder: %s",
               strerror(errno));
    free(folder);
    return NULL;
}

/** With the files in it, which are ours and the library's. */
static void scratch_remove(char *folder) {
    DIR *dir = folder ? opendir(folder) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0); // "." and ".." refuse
    if (dir)
        closedir(dir);
    if (folder)
        rmdir(folder);
    free(folder);
}

/** LD_PRELOAD separates by blanks and colons: a path with one is reached through a link. */
static mw_status preloadable(char **library, const char *scratch, mw_diags *diags) {
    mw_str link = {0};
    if (!strpbrk(*library, " :"))
        return MW_OK;
    mw_str_printf(&link, "%s/libmapwright-starpu.so", scratch);
    if (link.failed)
        return MW_ERR_NOMEM;
    if (strpbrk(link.text, " :") || symlink(*library, link.text) != 0) {
        mw_diag_in(diags, MW_ERROR, MW_LIBRARY_NOT_FOUND, *library, NULL,
                   "install Mapwright where no folder's name has a blank or a colon",
                   "cannot preload a library whose path has a blank or a colon");
        mw_str_clear(&link);
        return MW_ERR_IO;
    }
    free(*library);
    *library = mw_str_detach(&link);
    return MW_OK;
}

// --- what the library wrote ----------------------------------------------------------------------

typedef struct report {
    bool started, recorded;
    double makespan_us;
    uint64_t tasks, placed, fallbacks;
    char *message;
} report;

static void report_line(report *r, const char *line, size_t len) {
    char key[32], value[MESSAGE_MAX_BYTES];
    size_t n = 0;
    while (n < len && line[n] != ' ')
        n++;
    if (n >= sizeof key || n == len)
        return;
    snprintf(key, sizeof key, "%.*s", (int)n, line);
    snprintf(value, sizeof value, "%.*s", (int)(len - n - 1), line + n + 1);
    if (strcmp(key, "started") == 0)
        r->started = strtol(value, NULL, 10) == 1;
    else if (strcmp(key, "recorded") == 0)
        r->recorded = strtol(value, NULL, 10) == 1;
    else if (strcmp(key, "makespan_us") == 0)
        r->makespan_us = strtod(value, NULL);
    else if (strcmp(key, "tasks") == 0)
        r->tasks = strtoull(value, NULL, 10);
    else if (strcmp(key, "placed") == 0)
        r->placed = strtoull(value, NULL, 10);
    else if (strcmp(key, "fallbacks") == 0)
        r->fallbacks = strtoull(value, NULL, 10);
    else if (strcmp(key, "message") == 0 && !r->message && *value)
        r->message = strdup(value);
}

/** No file, or one that makes no sense (the program may have written it), is a run without StarPU.
 */
static report report_read(const char *path) {
    report r = {.makespan_us = -1};
    char *text = NULL;
    size_t len = 0;
    if (!mw_file_exists(path) || mw_file_read(path, RESULT_MAX_BYTES, &text, &len, NULL) != MW_OK)
        return r;
    for (char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        report_line(&r, line, n);
        line += n + (line[n] == '\n');
    }
    if (!(r.makespan_us >= 0 && r.makespan_us < 1e18))
        r.makespan_us = -1;
    free(text);
    return r;
}

// --- one run -------------------------------------------------------------------------------------

static mw_run_end end_of(const mw_run_spec *spec, const mw_child *child, const report *r) {
    bool records = spec->mode == MW_RUN_RECORD || spec->mode == MW_RUN_RECORD_DRY;
    if (child->interrupted)
        return MW_RUN_CANCELLED;
    if (child->timed_out)
        return MW_RUN_TIMED_OUT;
    if (WIFSIGNALED(child->wait_status))
        return MW_RUN_CRASHED;
    if (WEXITSTATUS(child->wait_status) != 0)
        return MW_RUN_FAILED;
    if (!r->started)
        return MW_RUN_NO_STARPU;
    return records && !r->recorded ? MW_RUN_NOT_RECORDED : MW_RUN_FINISHED;
}

static void result_of(const mw_run_spec *spec, const mw_child *child, report *r,
                      mw_run_result *out) {
    if (child->exec_errno) {
        *out = (mw_run_result){.end = MW_RUN_NOT_STARTED,
                               .makespan_us = -1,
                               .message = strdup(strerror(child->exec_errno)),
                               .output = child->output};
        free(r->message);
        return;
    }
    bool signaled = WIFSIGNALED(child->wait_status);
    *out = (mw_run_result){.end = end_of(spec, child, r),
                           .exit_status = signaled ? 0 : WEXITSTATUS(child->wait_status),
                           .signal = signaled ? WTERMSIG(child->wait_status) : 0,
                           .makespan_us = r->makespan_us,
                           .wall_s = child->wall_s,
                           .others = child->others,
                           .tasks = r->tasks,
                           .placed = r->placed,
                           .fallbacks = r->fallbacks,
                           .message = r->message,
                           .output = child->output};
}

/** Runs the program at `path` with its own folder for files. */
static mw_status run_at(const mw_run_spec *spec, const char *path, mw_run_result *out,
                        mw_diags *diags) {
    environment e = {0};
    mw_str result_file = {0};
    char *library = NULL, *scratch = scratch_new(diags);
    mw_status status = scratch ? mw_library_locate(&library, diags) : MW_ERR_IO;
    if (status == MW_OK)
        status = preloadable(&library, scratch, diags);
    if (status == MW_OK) {
        mw_str_printf(&result_file, "%s/result", scratch);
        environment_fill(&e, spec, library, mw_str_text(&result_file));
        status = e.failed || result_file.failed ? MW_ERR_NOMEM : MW_OK;
    }
    if (status == MW_OK) {
        mw_child child = {0};
        mw_child_spec how = {path, spec->argv, e.entries.items, spec->time_limit_s,
                             spec->pass_output};
        status = mw_child_run(&how, &child, diags);
        if (status == MW_OK) {
            report r = report_read(mw_str_text(&result_file));
            result_of(spec, &child, &r, out);
        }
    }
    environment_clear(&e);
    mw_str_clear(&result_file);
    scratch_remove(scratch);
    free(library);
    return status;
}

/** A program may take hours before its graph is written: where that cannot be is told first. */
static mw_status check_graph_place(const mw_run_spec *spec, mw_diags *diags) {
    mw_str folder = {0};
    if (!spec->graph || (spec->mode != MW_RUN_RECORD && spec->mode != MW_RUN_RECORD_DRY))
        return MW_OK;
    const char *slash = strrchr(spec->graph, '/');
    mw_str_add_bytes(&folder, slash ? spec->graph : ".", slash ? (size_t)(slash - spec->graph) : 1);
    if (slash == spec->graph)
        mw_str_add_char(&folder, '/');
    bool special = access(spec->graph, W_OK) == 0; // /dev/null, a file in a folder that is not ours
    bool ok = special || access(mw_str_text(&folder), W_OK | X_OK) == 0;
    if (!ok)
        mw_diag_in(diags, MW_ERROR, MW_CANNOT_WRITE, spec->graph, NULL, NULL,
                   "the graph cannot be written there: %s", strerror(errno));
    bool failed = folder.failed;
    mw_str_clear(&folder);
    return failed ? MW_ERR_NOMEM : ok ? MW_OK : MW_ERR_IO;
}

mw_status mw_run(const mw_run_spec *spec, mw_run_result *out, mw_diags *diags) {
    char *path, *why;
    mw_status status = check_graph_place(spec, diags);
    if (status == MW_OK)
        status = mw_program_locate(spec->argv[0], &path, &why);
    if (status != MW_OK)
        return status;
    if (mw_run_interrupted() || !path) {
        *out = (mw_run_result){.end = path ? MW_RUN_CANCELLED : MW_RUN_NOT_STARTED,
                               .makespan_us = -1,
                               .message = why,
                               .output = spec->pass_output ? NULL : strdup("")};
        why = NULL;
    } else {
        status = run_at(spec, path, out, diags);
    }
    free(path);
    free(why);
    return status;
}

void mw_run_clear(mw_run_result *r) {
    free(r->message);
    free(r->output);
    *r = (mw_run_result){0};
}
