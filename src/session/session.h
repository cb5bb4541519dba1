// src/session/session.h: a tuning run on disk, so that nothing found is lost. Uses: base.
// A folder with session.json (what, where, seed, versions), iterations.jsonl (append-only, one JSON
// object a line, fsynced), mappers/NNN.mapper, best.mapper (replaced whole), summary.json (real
// measurements). Knows no engine: it is told plain facts. Killed at any instant, what
// mw_session_open() reads back is all iterations but at most the one being written. Everything read
// is untrusted: bounded and checked, with diagnostics that name file and JSON path.
#pragma once
#include "base/diag.h"
#include "base/stats.h"

enum {
    MW_SESSION_MAX_ITERATIONS = 1000000,
    MW_SESSION_MAX_CONTESTANTS = 64,
    MW_SESSION_MAX_RUNS = 10000, ///< measured makespans of one contestant
};

/** What is being tuned. Strings may be NULL where there is nothing to say. */
typedef struct mw_session_info {
    const char *program;   ///< the command line
    const char *graph;     ///< path of the recorded graph
    const char *machine;   ///< name of the description
    const char *optimizer; ///< "guided"
    const char *engine;    ///< "simulator" or "real"
    uint64_t seed;
    uint32_t iterations; ///< that were asked for; index 0 is the default mapper
    double bound_us;     ///< that no mapper can beat; < 0: unknown
    const char *version; ///< of Mapwright; NULL: this one's is written
} mw_session_info;

typedef struct mw_session_iteration {
    uint32_t index;      ///< from 0 without gaps
    const char *outcome; ///< "performance", "compile error", "mapping error", "execution error"
    double makespan_us;  ///< < 0: it did not run
    double predicted_us; ///< < 0: no prediction
    double best_us; ///< best so far, this one included; < 0: none yet. Filled in by the session
    uint32_t best_index;     ///< the iteration that has it. Filled in by the session
    const char *why;         ///< what was changed and what was expected of it
    const char *diagnostics; ///< what went wrong or was warned about, as text; "" for nothing
    uint64_t evaluations, what_ifs; ///< spent up to here
    const char *mapper_file;        ///< relative to the folder: "mappers/003.mapper". Filled in
} mw_session_iteration;

/** One mapper or scheduler that was really run, with all its measurements. */
typedef struct mw_session_contestant {
    const char *name;   ///< "default mapper", "best found", "eager", …
    const char *mapper; ///< file relative to the folder, or NULL
    uint32_t run_count;
    const double *us; ///< [run_count] makespans in the order measured
    mw_stats stats;   ///< of them. Filled in
} mw_session_contestant;

typedef struct mw_session mw_session;

/** Makes the folder, or finds it empty: asked before anything long is begun, so that nobody waits
 * for a refusal. @return MW_OK, MW_ERR_IO (it cannot be made), MW_ERR_INPUT (it is not empty: hint
 * --resume) */
mw_status mw_session_claim(const char *folder, mw_diags *diags);
/** Starts a run in a folder, which is made if need be. It may hold other files (a recorded graph),
 * but no session.
 *  @return MW_OK, MW_ERR_IO (it cannot be written), MW_ERR_INPUT (there is a session in it: hint
 * --resume), MW_ERR_NOMEM */
mw_status mw_session_create(const char *folder, const mw_session_info *info, mw_session **out,
                            mw_diags *diags);
/** Opens a run to look at it or to go on. A last line that was cut short is dropped (and cut off
 * before the next iteration is added); iterations whose mapper file is missing or unreadable end
 * what is read, with a warning.
 *  @return MW_OK, MW_ERR_IO, MW_ERR_INPUT (not a session, or damaged: see diags), MW_ERR_NOMEM */
mw_status mw_session_open(const char *folder, mw_session **out, mw_diags *diags);
void mw_session_free(mw_session *s); ///< NULL is allowed. Writes nothing: all is on disk already

const char *mw_session_folder(const mw_session *s);
const mw_session_info *
mw_session_what(const mw_session *s); ///< all strings non-NULL, "" for nothing
uint32_t mw_session_count(const mw_session *s);
/** Valid until the session is freed. */
const mw_session_iteration *mw_session_at(const mw_session *s, uint32_t index);
/** The iteration whose mapper a summary's row names; MW_SESSION_NONE: none, or NULL was given. */
uint32_t mw_session_iteration_of(const mw_session *s, const char *mapper_file);
/** The mapper's text, as it was given to mw_session_append(). */
const char *mw_session_mapper(const mw_session *s, uint32_t index);
/** Index of the best iteration; MW_SESSION_NONE while none ran. */
uint32_t mw_session_best(const mw_session *s);
#define MW_SESSION_NONE UINT32_MAX

/** Adds an iteration: writes the mapper, then the line, then best.mapper if it is better than all
 * before. `it->index` must be mw_session_count(). On failure what was there before stays as it was.
 *  @return MW_OK, MW_ERR_IO (a full disk: see diags), MW_ERR_RANGE (more than
 * MW_SESSION_MAX_ITERATIONS), MW_ERR_NOMEM */
mw_status mw_session_append(mw_session *s, const mw_session_iteration *it, const char *mapper,
                            mw_diags *diags);
/** Puts another mapper of the run in best.mapper: the one that real runs showed to be best. */
mw_status mw_session_choose(mw_session *s, uint32_t index, mw_diags *diags);
/** Writes the real measurements, in place of those written before. */
mw_status mw_session_summarise(mw_session *s, const mw_session_contestant *contestants,
                               uint32_t count, mw_diags *diags);
/** The real measurements read back; *count 0 when there are none. Valid until the session is freed
 * or summarised again. */
const mw_session_contestant *mw_session_summary(const mw_session *s, uint32_t *count);
