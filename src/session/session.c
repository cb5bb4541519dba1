// src/session/session.c: writes a tuning run. Order on disk: the mapper, then the line that names
// it, then best.mapper; so whatever a line names is there.
#include "session/session.h"
#include "base/file.h"
#include "session/inner.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// --- in memory
// ----------------------------------------------------------------------------------------

mw_session *mw_session_new(const char *folder) {
    mw_session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->best = MW_SESSION_NONE;
    s->arena = mw_arena_new();
    s->folder = s->arena ? mw_arena_strdup(s->arena, folder) : NULL;
    if (!s->folder) {
        mw_session_free(s);
        return NULL;
    }
    return s;
}

void mw_session_free(mw_session *s) {
    if (!s)
        return;
    MW_VEC_CLEAR(&s->kept);
    mw_arena_free(s->arena);
    free(s);
}

const char *mw_session_path(const mw_session *s, const char *name) {
    return mw_arena_printf(s->arena, "%s/%s", s->folder, name);
}

/** A copy in the arena, "" for NULL. */
static const char *keep_text(mw_session *s, const char *text) {
    return mw_arena_strdup(s->arena, text ? text : "");
}

bool mw_session_keep_info(mw_session *s, const mw_session_info *info) {
    mw_session_info *to = &s->info;
    *to = *info;
    to->program = keep_text(s, info->program);
    to->graph = keep_text(s, info->graph);
    to->machine = keep_text(s, info->machine);
    to->optimizer = keep_text(s, info->optimizer);
    to->engine = keep_text(s, info->engine);
    to->version = keep_text(s, info->version ? info->version : MW_VERSION);
    return !mw_arena_failed(s->arena);
}

/** Whether a makespan would be a new best. A tie stays with the earlier iteration. */
static bool is_better(const mw_session *s, double makespan_us) {
    return makespan_us >= 0 && (s->best == MW_SESSION_NONE ||
                                makespan_us < s->kept.items[s->best].iteration.makespan_us);
}

bool mw_session_keep(mw_session *s, const mw_session_iteration *it, const char *mapper) {
    mw_session_kept kept = {.iteration = *it, .mapper = keep_text(s, mapper)};
    mw_session_iteration *to = &kept.iteration;
    bool better = is_better(s, it->makespan_us);
    to->index = (uint32_t)s->kept.count;
    to->outcome = keep_text(s, it->outcome);
    to->why = keep_text(s, it->why);
    to->diagnostics = keep_text(s, it->diagnostics);
    to->mapper_file = mw_arena_printf(s->arena, "mappers/%03" PRIu32 ".mapper", to->index);
    to->best_index = better ? to->index : s->best;
    to->best_us = better                       ? it->makespan_us
                  : s->best == MW_SESSION_NONE ? -1
                                               : s->kept.items[s->best].iteration.makespan_us;
    if (mw_arena_failed(s->arena) || !MW_PUSH(&s->kept, kept))
        return false;
    s->best = kept.iteration.best_index;
    return true;
}

bool mw_session_keep_summary(mw_session *s, const mw_session_contestant *contestants,
                             uint32_t count) {
    mw_session_contestant *kept = MW_NEW_ARRAY(s->arena, mw_session_contestant, count + 1);
    for (uint32_t i = 0; kept && i < count; i++) {
        uint32_t runs = contestants[i].run_count;
        double *us = MW_NEW_ARRAY(s->arena, double, runs + 1);
        double *sorted = MW_NEW_ARRAY(s->arena, double, runs + 1);
        if (!us || !sorted)
            return false;
        for (uint32_t r = 0; r < runs; r++)
            us[r] = sorted[r] = contestants[i].us[r];
        kept[i].name = keep_text(s, contestants[i].name);
        kept[i].mapper = contestants[i].mapper ? keep_text(s, contestants[i].mapper) : NULL;
        kept[i].run_count = runs;
        kept[i].us = us;
        kept[i].stats = mw_stats_of(sorted, runs);
    }
    if (!kept || mw_arena_failed(s->arena))
        return false;
    s->summary = kept;
    s->summary_count = count;
    return true;
}

const char *mw_session_folder(const mw_session *s) {
    return s->folder;
}

const mw_session_info *mw_session_what(const mw_session *s) {
    return &s->info;
}

uint32_t mw_session_count(const mw_session *s) {
    return (uint32_t)s->kept.count;
}

const mw_session_iteration *mw_session_at(const mw_session *s, uint32_t index) {
    return &s->kept.items[index].iteration;
}

const char *mw_session_mapper(const mw_session *s, uint32_t index) {
    return s->kept.items[index].mapper;
}

uint32_t mw_session_iteration_of(const mw_session *s, const char *mapper_file) {
    for (uint32_t i = 0; mapper_file && i < mw_session_count(s); i++)
        if (strcmp(mw_session_at(s, i)->mapper_file, mapper_file) == 0)
            return i;
    return MW_SESSION_NONE;
}

uint32_t mw_session_best(const mw_session *s) {
    return s->best;
}

const mw_session_contestant *mw_session_summary(const mw_session *s, uint32_t *count) {
    *count = s->summary_count;
    return s->summary;
}

// --- to JSON
// ------------------------------------------------------------------------------------------

/** A JSON string of any bytes: a command line need not be UTF-8, JSON must. NULL: out of memory. */
static json_t *text_json(const char *text) {
    json_t *value = json_string(text);
    if (value)
        return value;
    mw_str plain = {0};
    for (const char *c = text; *c; c++)
        mw_str_add_char(&plain, (unsigned char)*c < 128 ? *c : '?');
    value = plain.failed ? NULL : json_string(mw_str_text(&plain));
    mw_str_clear(&plain);
    return value;
}

/** A time, or null for "none" (negative). */
static json_t *time_json(double us) {
    return us >= 0 ? json_real(us) : json_null();
}

static json_t *info_json(const mw_session_info *info) {
    char seed[24]; // as text: a seed has 64 bits, and many readers of JSON keep 53
    snprintf(seed, sizeof seed, "%" PRIu64, info->seed);
    return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:o}", "format",
                     MW_SESSION_FORMAT, "version", text_json(info->version), "program",
                     text_json(info->program), "graph", text_json(info->graph), "machine",
                     text_json(info->machine), "optimizer", text_json(info->optimizer), "engine",
                     text_json(info->engine), "seed", seed, "iterations",
                     (json_int_t)info->iterations, "bound_us", time_json(info->bound_us));
}

static json_t *iteration_json(const mw_session_iteration *it) {
    json_t *best_index =
        it->best_index == MW_SESSION_NONE ? json_null() : json_integer(it->best_index);
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "index",
                     (json_int_t)it->index, "mapper", text_json(it->mapper_file), "outcome",
                     text_json(it->outcome), "makespan_us", time_json(it->makespan_us),
                     "predicted_us", time_json(it->predicted_us), "best_us", time_json(it->best_us),
                     "best_index", best_index, "why", text_json(it->why), "diagnostics",
                     text_json(it->diagnostics), "evaluations", (json_int_t)it->evaluations,
                     "what_ifs", (json_int_t)it->what_ifs);
}

static json_t *contestant_json(const mw_session_contestant *c) {
    json_t *runs = json_array();
    for (uint32_t i = 0; i < c->run_count; i++)
        json_array_append_new(runs, json_real(c->us[i]));
    return json_pack("{s:o, s:o, s:o, s:f, s:f, s:f, s:f, s:f}", "name", text_json(c->name),
                     "mapper", c->mapper ? text_json(c->mapper) : json_null(), "makespans_us", runs,
                     "median_us", c->stats.median, "q1_us", c->stats.q1, "q3_us", c->stats.q3,
                     "min_us", c->stats.min, "max_us", c->stats.max);
}

/** Writes a JSON value as a file of its own, consuming it. */
static mw_status write_json(const mw_session *s, const char *name, json_t *value, mw_diags *diags) {
    char *text = value ? json_dumps(value, JSON_INDENT(2)) : NULL;
    const char *path = mw_session_path(s, name);
    json_decref(value);
    mw_status status = MW_ERR_NOMEM;
    mw_str whole = {0};
    if (text && path) {
        mw_str_printf(&whole, "%s\n", text);
        if (!whole.failed)
            status = mw_file_write(path, whole.text, whole.len, diags);
    }
    mw_str_clear(&whole);
    free(text);
    return status;
}

// --- to disk
// ------------------------------------------------------------------------------------------

mw_status mw_session_claim(const char *folder, mw_diags *diags) {
    mw_status status = mw_folder_make(folder, diags);
    if (status != MW_OK)
        return status;
    DIR *listing = opendir(folder);
    if (!listing) {
        mw_diag_in(diags, MW_ERROR, MW_CANNOT_READ, folder, NULL, NULL, "cannot list: %s",
                   strerror(errno));
        return MW_ERR_IO;
    }
    bool empty = true;
    for (const struct dirent *entry; (entry = readdir(listing));)
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    closedir(listing);
    if (empty)
        return MW_OK;
    mw_diag_in(diags, MW_ERROR, MW_SESSION_THERE, folder, NULL,
               "go on with --resume, or name another folder with -o",
               "the folder is not empty, and results are never overwritten");
    return MW_ERR_INPUT;
}

mw_status mw_session_create(const char *folder, const mw_session_info *info, mw_session **out,
                            mw_diags *diags) {
    mw_session *s = mw_session_new(folder);
    if (!s)
        return MW_ERR_NOMEM;
    const char *mappers = mw_session_path(s, "mappers");
    const char *file = mw_session_path(s, "session.json");
    mw_status status = MW_OK;
    if (!mappers || !file || !mw_session_keep_info(s, info)) {
        status = MW_ERR_NOMEM;
    } else if (mw_file_exists(file)) {
        mw_diag_in(diags, MW_ERROR, MW_SESSION_THERE, folder, NULL,
                   "go on with --resume, or name another folder with -o",
                   "there is a tuning run in this folder, and results are never overwritten");
        status = MW_ERR_INPUT;
    }
    status = status == MW_OK ? mw_folder_make(mappers, diags) : status;
    status = status == MW_OK ? write_json(s, "session.json", info_json(&s->info), diags) : status;
    if (status != MW_OK) {
        mw_session_free(s);
        return status;
    }
    *out = s;
    return MW_OK;
}

/** Cuts off what a killed writer or a full disk left after the last whole line. */
static mw_status cut_log(const mw_session *s, const char *path, mw_diags *diags) {
    struct stat st;
    if (stat(path, &st) != 0 || (uint64_t)st.st_size == s->log_bytes)
        return MW_OK;
    if ((uint64_t)st.st_size > s->log_bytes && truncate(path, (off_t)s->log_bytes) == 0)
        return MW_OK;
    mw_diag_in(diags, MW_ERROR, MW_CANNOT_WRITE, path, NULL,
               "another tuning run may be using this folder",
               "cannot go on after the last whole line: the file has changed");
    return MW_ERR_IO;
}

static mw_status write_line(mw_session *s, const mw_session_iteration *it, mw_diags *diags) {
    const char *path = mw_session_path(s, "iterations.jsonl");
    json_t *value = iteration_json(it);
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    mw_str line = {0};
    if (text)
        mw_str_printf(&line, "%s\n", text);
    free(text);
    mw_status status = path && line.len && !line.failed ? MW_OK : MW_ERR_NOMEM;
    status = status == MW_OK ? cut_log(s, path, diags) : status;
    status = status == MW_OK ? mw_file_append(path, line.text, line.len, diags) : status;
    if (status == MW_OK)
        s->log_bytes += line.len;
    mw_str_clear(&line);
    return status;
}

static mw_status write_mapper(const mw_session *s, const char *name, const char *mapper,
                              mw_diags *diags) {
    const char *path = mw_session_path(s, name);
    return path ? mw_file_write(path, mapper, strlen(mapper), diags) : MW_ERR_NOMEM;
}

mw_status mw_session_append(mw_session *s, const mw_session_iteration *it, const char *mapper,
                            mw_diags *diags) {
    if (s->kept.count >= MW_SESSION_MAX_ITERATIONS || strlen(mapper) > MW_SESSION_MAPPER_MAX_BYTES)
        return MW_ERR_RANGE;
    uint32_t best_before = s->best;
    if (!mw_session_keep(s, it, mapper))
        return MW_ERR_NOMEM;
    const mw_session_iteration *kept = &s->kept.items[s->kept.count - 1].iteration;
    bool better = s->best != best_before;
    mw_status status = write_mapper(s, kept->mapper_file, mapper, diags);
    status = status == MW_OK ? write_line(s, kept, diags) : status;
    if (status != MW_OK) {
        s->kept.count--; // the arena keeps the text until the end; the session does not know it
        s->best = best_before;
        return status;
    }
    if (s->best == MW_SESSION_NONE || (!better && s->best_is_written))
        return MW_OK;
    status = write_mapper(s, "best.mapper", s->kept.items[s->best].mapper, diags);
    s->best_is_written = status == MW_OK;
    return status;
}

mw_status mw_session_choose(mw_session *s, uint32_t index, mw_diags *diags) {
    if (index >= s->kept.count)
        return MW_ERR_RANGE;
    return write_mapper(s, "best.mapper", s->kept.items[index].mapper, diags);
}

mw_status mw_session_summarise(mw_session *s, const mw_session_contestant *contestants,
                               uint32_t count, mw_diags *diags) {
    if (count > MW_SESSION_MAX_CONTESTANTS)
        return MW_ERR_RANGE;
    for (uint32_t i = 0; i < count; i++)
        if (contestants[i].run_count > MW_SESSION_MAX_RUNS)
            return MW_ERR_RANGE;
    if (!mw_session_keep_summary(s, contestants, count))
        return MW_ERR_NOMEM;
    json_t *all = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(all, contestant_json(&s->summary[i]));
    return write_json(s, "summary.json", json_pack("{s:o}", "contestants", all), diags);
}
