// src/starpu/calibrate.c: runs mapwright-probe and makes a machine description of what it measured.
#include "starpu/calibrate.h"
#include "base/json.h"
#include "starpu/calibrate_inner.h"
#include "starpu/child.h"
#include "starpu/program.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { PROBE_TIME_LIMIT_S = 120 };

extern char **environ;

// --- what the probe printed ----------------------------------------------------------------------

static void copy_name(char to[MW_MEASURED_NAME], const char *from) {
    snprintf(to, MW_MEASURED_NAME, "%s", from);
}

static bool read_device(const mw_json *at, mw_measured_device *d) {
    const double most = 1e9;
    const char *name;
    double bytes;
    if (!mw_json_object(at) || !mw_json_string(at, "name", &name) ||
        !mw_json_number(at, "bytes", 0, 1e18, &bytes) ||
        !mw_json_number(at, "gbps", 1e-6, most, &d->gbps) ||
        !mw_json_number(at, "gflops_f64", 0, most, &d->gflops_f64) ||
        !mw_json_number(at, "gflops_f32", 1e-6, most, &d->gflops_f32) ||
        !mw_json_number(at, "launch_us", 0, most, &d->launch_us) ||
        !mw_json_number(at, "to_gbps", 1e-6, most, &d->to_gbps) ||
        !mw_json_number(at, "from_gbps", 1e-6, most, &d->from_gbps) ||
        !mw_json_number(at, "latency_us", 0, most, &d->latency_us))
        return false;
    copy_name(d->name, name);
    d->bytes = (uint64_t)bytes;
    return true;
}

static bool read_lists(const mw_json *root, mw_measured *m, uint32_t pu[]) {
    mw_json cpus, devices;
    if (!mw_json_array(root, "cpu_workers", &cpus) || !mw_json_array(root, "opencl", &devices))
        return false;
    size_t cpu_count = json_array_size(cpus.value), device_count = json_array_size(devices.value);
    if (cpu_count < 1 || cpu_count > MW_MEASURED_MAX_CPUS)
        return mw_json_error(&cpus, MW_JSON_TYPE, NULL, "%zu CPU workers", cpu_count);
    if (device_count > MW_MEASURED_MAX_DEVICES)
        return mw_json_error(&devices, MW_JSON_TYPE, NULL, "%zu devices", device_count);
    for (size_t i = 0; i < cpu_count; i++) {
        json_t *item = json_array_get(cpus.value, i);
        json_int_t number = json_is_integer(item) ? json_integer_value(item) : -1;
        pu[i] = number >= 0 && number < UINT32_MAX ? (uint32_t)number : UINT32_MAX; // not bound
    }
    m->cpu_count = (uint32_t)cpu_count;
    for (size_t i = 0; i < device_count; i++) {
        mw_json at = mw_json_item(&devices, i);
        if (!read_device(&at, &m->devices[i]))
            return false;
    }
    m->device_count = (uint32_t)device_count;
    return true;
}

static bool read_root(const mw_json *root, mw_measured *m, uint32_t pu[]) {
    const char *version;
    int64_t limit;
    if (!mw_json_object(root) || !mw_json_string(root, "starpu", &version) ||
        !mw_json_integer(root, "max_cpu_workers", 1, MW_MEASURED_MAX_CPUS, &limit) ||
        !mw_json_number(root, "gbps", 1e-6, 1e9, &m->gbps) ||
        !mw_json_number(root, "gflops_f64", 1e-6, 1e9, &m->gflops_f64) ||
        !mw_json_number(root, "gflops_f32", 1e-6, 1e9, &m->gflops_f32) ||
        !mw_json_number(root, "submit_us", 0, 1e9, &m->submit_us) ||
        !mw_json_number(root, "complete_us", 0, 1e9, &m->complete_us))
        return false;
    copy_name(m->starpu, version);
    m->cpu_limit = (uint32_t)limit;
    return read_lists(root, m, pu);
}

/** The last line that starts an object. */
static const char *json_line(const char *output) {
    const char *found = NULL;
    for (const char *line = output; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (*line == '{')
            found = line;
    }
    return found;
}

bool mw_measured_read(const char *output, mw_measured *m, uint32_t pu[], mw_diags *diags) {
    static const char FILE_NAME[] = "mapwright-probe";
    const char *line = json_line(output);
    json_t *value = NULL;
    if (!line) {
        mw_diag_in(diags, MW_ERROR, MW_NOT_MEASURED, FILE_NAME, NULL, NULL,
                   "the measuring program printed no result");
        return false;
    }
    if (mw_json_parse(FILE_NAME, line, strcspn(line, "\n"), &value, diags) != MW_OK)
        return false;
    mw_json root = mw_json_root(value, FILE_NAME, diags);
    bool ok = read_root(&root, m, pu);
    json_decref(value);
    return ok;
}

// --- running it ----------------------------------------------------------------------------------

/** The environment with what keeps StarPU quiet. Entries are borrowed; the caller frees the array.
 */
static char **quiet_environment(void) {
    static char silent[] = "STARPU_SILENT=1";
    size_t n = 0, kept = 0;
    while (environ && environ[n])
        n++;
    char **all = malloc((n + 2) * sizeof *all);
    for (size_t i = 0; all && i < n; i++)
        if (strncmp(environ[i], "STARPU_SILENT=", 14) != 0 &&
            strncmp(environ[i], "STARPU_SCHED=", 13) != 0)
            all[kept++] = environ[i];
    if (all) {
        all[kept++] = silent;
        all[kept] = NULL;
    }
    return all;
}

static mw_status explain(const mw_child *child, const char *path, mw_diags *diags) {
    char hint[512];
    size_t len = child->output ? strlen(child->output) : 0;
    const char *last = child->output ? child->output + (len > 400 ? len - 400 : 0) : "";
    if (child->interrupted)
        return MW_ERR_CANCEL;
    snprintf(hint, sizeof hint, "it printed last: %s", *last ? last : "nothing");
    if (child->exec_errno)
        mw_diag_in(diags, MW_ERROR, MW_NOT_MEASURED, path, NULL, NULL,
                   "the measuring program cannot be started: %s", strerror(child->exec_errno));
    else if (child->timed_out)
        mw_diag_in(diags, MW_ERROR, MW_NOT_MEASURED, path, NULL, hint,
                   "measuring this machine took longer than %d s", PROBE_TIME_LIMIT_S);
    else
        mw_diag_in(diags, MW_ERROR, MW_NOT_MEASURED, path, NULL, hint,
                   "the measuring program failed");
    return MW_ERR_IO;
}

/** Its output, freed by the caller. */
static mw_status run_probe(char **output, mw_diags *diags) {
    char *path = NULL;
    mw_child child = {0};
    mw_status status = mw_helper_locate("mapwright-probe", &path, diags);
    char **environment = status == MW_OK ? quiet_environment() : NULL;
    if (status == MW_OK && !environment)
        status = MW_ERR_NOMEM;
    if (status == MW_OK) {
        char *argv[] = {path, NULL};
        const mw_child_spec spec = {path, argv, environment, PROBE_TIME_LIMIT_S, false};
        status = mw_child_run(&spec, &child, diags);
    }
    bool well = !child.exec_errno && !child.timed_out && !child.interrupted &&
                WIFEXITED(child.wait_status) && WEXITSTATUS(child.wait_status) == 0;
    if (status == MW_OK && !well)
        status = explain(&child, path, diags);
    if (status == MW_OK)
        *output = child.output;
    else
        free(child.output);
    free((void *)environment);
    free(path);
    return status;
}

mw_status mw_calibrate(char **json, mw_diags *diags) {
    char *output = NULL, *text = NULL;
    mw_measured *m = calloc(1, sizeof *m);
    uint32_t *pu = calloc(MW_MEASURED_MAX_CPUS, sizeof *pu);
    mw_status status = m && pu ? run_probe(&output, diags) : MW_ERR_NOMEM;
    if (status == MW_OK && !mw_measured_read(output, m, pu, diags))
        status = MW_ERR_IO;
    if (status == MW_OK)
        status = mw_measured_topology(m, pu, diags);
    if (status == MW_OK && !(text = mw_measured_describe(m)))
        status = MW_ERR_NOMEM;
    if (status == MW_OK)
        *json = text;
    free(output);
    free(pu);
    free(m);
    return status;
}
