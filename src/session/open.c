// src/session/open.c: reads a tuning run back. Nothing in the folder is trusted: every number is
// bounded, and only the folder's own files are read, whatever a line names.
#include "base/file.h"
#include "base/json.h"
#include "session/inner.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { SMALL_FILE_MAX_BYTES = 1 << 24 };
static const double LONGEST_US = 1e15; // about 30 years: beyond, it is no makespan

/** A time that may be null. */
static bool read_time(const mw_json *object, const char *key, double *out) {
    *out = -1;
    if (json_is_null(json_object_get(object->value, key)))
        return true;
    return mw_json_number(object, key, 0, LONGEST_US, out);
}

static bool read_seed(const mw_json *object, uint64_t *out) {
    const char *text;
    if (!mw_json_string(object, "seed", &text))
        return false;
    char again[24];
    *out = strtoull(text, NULL, 10);
    snprintf(again, sizeof again, "%" PRIu64, *out);
    if (strcmp(again, text) == 0)
        return true;
    mw_json at = mw_json_get(object, "seed");
    return mw_json_error(&at, MW_JSON_TYPE, NULL, "expected a whole number from 0 to 2^64 - 1");
}

static bool read_info(mw_session *s, const mw_json *root) {
    static const char *const KEYS[] = {"format",     "version",   "program", "graph",
                                       "machine",    "optimizer", "engine",  "seed",
                                       "iterations", "bound_us",  NULL};
    mw_session_info info = {0};
    int64_t format, iterations;
    if (!mw_json_object(root) || !mw_json_integer(root, "format", 1, INT32_MAX, &format))
        return false;
    if (format != MW_SESSION_FORMAT) {
        mw_json at = mw_json_get(root, "format");
        return mw_json_error(&at, MW_JSON_TYPE, "it was written by another version of Mapwright",
                             "format %" PRId64 " is not known here", format);
    }
    if (!mw_json_only(root, KEYS) || !mw_json_string(root, "version", &info.version) ||
        !mw_json_string(root, "program", &info.program) ||
        !mw_json_string(root, "graph", &info.graph) ||
        !mw_json_string(root, "machine", &info.machine) ||
        !mw_json_string(root, "optimizer", &info.optimizer) ||
        !mw_json_string(root, "engine", &info.engine) || !read_seed(root, &info.seed) ||
        !mw_json_integer(root, "iterations", 0, MW_SESSION_MAX_ITERATIONS, &iterations) ||
        !read_time(root, "bound_us", &info.bound_us))
        return false;
    info.iterations = (uint32_t)iterations;
    return mw_session_keep_info(s, &info);
}

static bool read_iteration(const mw_json *root, mw_session_iteration *it) {
    int64_t index, evaluations, what_ifs;
    if (!mw_json_object(root) ||
        !mw_json_integer(root, "index", 0, MW_SESSION_MAX_ITERATIONS, &index) ||
        !mw_json_string(root, "outcome", &it->outcome) ||
        !read_time(root, "makespan_us", &it->makespan_us) ||
        !read_time(root, "predicted_us", &it->predicted_us) ||
        !mw_json_string(root, "why", &it->why) ||
        !mw_json_string(root, "diagnostics", &it->diagnostics) ||
        !mw_json_integer(root, "evaluations", 0, INT64_MAX, &evaluations) ||
        !mw_json_integer(root, "what_ifs", 0, INT64_MAX, &what_ifs))
        return false;
    it->index = (uint32_t)index;
    it->evaluations = (uint64_t)evaluations;
    it->what_ifs = (uint64_t)what_ifs;
    return true;
}

/** Reads one whole line of the log. MW_ERR_RANGE: reading ends here, with a warning. */
static mw_status read_line(mw_session *s, const char *log, const char *line, size_t len,
                           mw_diags *diags) {
    json_t *value = NULL;
    if (len > MW_SESSION_LINE_MAX_BYTES) {
        mw_diag_in(diags, MW_ERROR, MW_SESSION_DAMAGED, log, NULL, NULL,
                   "line %zu is longer than any that Mapwright writes", s->kept.count + 1);
        return MW_ERR_INPUT;
    }
    mw_status status = mw_json_parse(log, line, len, &value, diags);
    if (status != MW_OK)
        return status;
    mw_json root = mw_json_root(value, log, diags);
    mw_session_iteration it = {0};
    char *mapper = NULL;
    size_t mapper_bytes;
    if (!read_iteration(&root, &it)) {
        status = MW_ERR_INPUT;
    } else if (it.index != s->kept.count || s->kept.count >= MW_SESSION_MAX_ITERATIONS) {
        mw_diag_in(diags, MW_ERROR, MW_SESSION_DAMAGED, log, NULL, NULL,
                   "line %zu is iteration %u: iterations are missing or out of order",
                   s->kept.count + 1, it.index);
        status = MW_ERR_INPUT;
    } else {
        char name[64]; // never the name in the line: it could point anywhere
        snprintf(name, sizeof name, "mappers/%03" PRIu32 ".mapper", it.index);
        const char *path = mw_session_path(s, name);
        if (!path)
            status = MW_ERR_NOMEM;
        else if (mw_file_read(path, MW_SESSION_MAPPER_MAX_BYTES, &mapper, &mapper_bytes, NULL) !=
                 MW_OK)
            status = MW_ERR_RANGE;
        else if (!mw_session_keep(s, &it, mapper))
            status = MW_ERR_NOMEM;
        if (status == MW_ERR_RANGE)
            mw_diag_in(diags, MW_WARNING, MW_SESSION_DAMAGED, path, NULL,
                       "the run goes on from the iteration before",
                       "the mapper of iteration %u cannot be read", it.index);
    }
    free(mapper);
    json_decref(value);
    return status;
}

static mw_status read_log(mw_session *s, mw_diags *diags) {
    const char *path = mw_session_path(s, "iterations.jsonl");
    if (!path)
        return MW_ERR_NOMEM;
    if (!mw_file_exists(path))
        return MW_OK; // killed before the first iteration
    char *text;
    size_t len;
    mw_status status = mw_file_read(path, MW_SESSION_LOG_MAX_BYTES, &text, &len, diags);
    if (status != MW_OK)
        return status;
    size_t at = 0;
    while (status == MW_OK && at < len) {
        const char *end = memchr(text + at, '\n', len - at);
        if (!end)
            break; // cut short while it was written
        status = read_line(s, path, text + at, (size_t)(end - (text + at)), diags);
        if (status == MW_OK)
            at = (size_t)(end - text) + 1;
    }
    free(text);
    s->log_bytes = at;
    return status == MW_ERR_RANGE ? MW_OK : status;
}

static bool read_contestant(mw_session *s, const mw_json *at, mw_session_contestant *out) {
    mw_json runs;
    if (!mw_json_object(at) || !mw_json_string(at, "name", &out->name) ||
        !mw_json_array(at, "makespans_us", &runs))
        return false;
    size_t count = json_array_size(runs.value);
    if (count > MW_SESSION_MAX_RUNS)
        return mw_json_error(&runs, MW_JSON_TYPE, NULL, "more than %d runs", MW_SESSION_MAX_RUNS);
    double *us = MW_NEW_ARRAY(s->arena, double, count + 1);
    if (!us)
        return false;
    for (size_t i = 0; i < count; i++) {
        mw_json run = mw_json_item(&runs, i);
        us[i] = json_number_value(run.value);
        if (!json_is_number(run.value) || !(us[i] >= 0 && us[i] <= LONGEST_US))
            return mw_json_error(&run, MW_JSON_TYPE, NULL, "expected a time in microseconds");
    }
    if (!json_is_null(json_object_get(at->value, "mapper")) &&
        !mw_json_string(at, "mapper", &out->mapper))
        return false;
    out->us = us;
    out->run_count = (uint32_t)count;
    return true;
}

static mw_status read_summary(mw_session *s, mw_diags *diags) {
    const char *path = mw_session_path(s, "summary.json");
    char *text;
    size_t len;
    if (!path)
        return MW_ERR_NOMEM;
    if (!mw_file_exists(path))
        return MW_OK;
    mw_status status = mw_file_read(path, SMALL_FILE_MAX_BYTES, &text, &len, diags);
    if (status != MW_OK)
        return status;
    json_t *value = NULL;
    status = mw_json_parse(path, text, len, &value, diags);
    mw_json root = mw_json_root(value, path, diags), all;
    mw_session_contestant read[MW_SESSION_MAX_CONTESTANTS] = {0};
    size_t count = 0;
    if (status == MW_OK && (!mw_json_object(&root) || !mw_json_array(&root, "contestants", &all)))
        status = MW_ERR_INPUT;
    if (status == MW_OK && (count = json_array_size(all.value)) > MW_SESSION_MAX_CONTESTANTS) {
        mw_json_error(&all, MW_JSON_TYPE, NULL, "more than %d contestants",
                      MW_SESSION_MAX_CONTESTANTS);
        status = MW_ERR_INPUT;
    }
    for (size_t i = 0; status == MW_OK && i < count; i++) {
        mw_json at = mw_json_item(&all, i);
        status = read_contestant(s, &at, &read[i]) ? MW_OK : MW_ERR_INPUT;
    }
    if (status == MW_OK && !mw_session_keep_summary(s, read, (uint32_t)count))
        status = MW_ERR_NOMEM;
    json_decref(value);
    free(text);
    return status;
}

static mw_status read_session_file(mw_session *s, mw_diags *diags) {
    const char *path = mw_session_path(s, "session.json");
    char *text;
    size_t len;
    if (!path)
        return MW_ERR_NOMEM;
    if (!mw_file_exists(path)) {
        mw_diag_in(diags, MW_ERROR, MW_SESSION_NOT_THERE, s->folder, NULL,
                   "name the folder that `mapwright tune` made", "no tuning run is in this folder");
        return MW_ERR_INPUT;
    }
    mw_status status = mw_file_read(path, SMALL_FILE_MAX_BYTES, &text, &len, diags);
    if (status != MW_OK)
        return status;
    json_t *value = NULL;
    status = mw_json_parse(path, text, len, &value, diags);
    if (status == MW_OK) {
        mw_json root = mw_json_root(value, path, diags);
        status = read_info(s, &root) ? MW_OK : MW_ERR_INPUT;
    }
    json_decref(value);
    free(text);
    return status;
}

mw_status mw_session_open(const char *folder, mw_session **out, mw_diags *diags) {
    mw_session *s = mw_session_new(folder);
    if (!s)
        return MW_ERR_NOMEM;
    mw_status status = read_session_file(s, diags);
    status = status == MW_OK ? read_log(s, diags) : status;
    status = status == MW_OK ? read_summary(s, diags) : status;
    if (status != MW_OK) {
        mw_session_free(s);
        return status;
    }
    *out = s;
    return MW_OK;
}
