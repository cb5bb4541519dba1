// src/cli/tune.h: the parts of `mapwright tune`, each in a file of its own. Uses: everything below
// cli.
#pragma once
#include "cli/command.h"
#include "report/progress.h"
#include "search/optimizer.h"
#include "search/sim_evaluator.h"
#include "session/session.h"
#include "starpu/contest.h"

typedef struct tune_args {
    const char *machine;   ///< NULL: this machine
    const char *optimizer; ///< its name
    const char *folder;    ///< NULL: <program>.tune
    const char *resume;    ///< a folder to go on in; NULL: a new run
    int64_t iterations;    ///< < 0: 10, or as many as the run that is resumed had
    int64_t seed;
    int64_t verify; ///< how many of the best are really run
    int64_t rounds; ///< real runs of each
    double time_limit_s;
    bool dry; ///< record with kernels disabled
    bool json;
} tune_args;

enum {
    TUNE_SCHEDULERS = 3, ///< eager, lws, dmdas
    TUNE_MAX_VERIFY = 10,
    TUNE_ITERATIONS = 10,
    TUNE_MAX_ITERATIONS = 100000,
    TUNE_MAX_CONTESTANTS = 1 + TUNE_SCHEDULERS + TUNE_MAX_VERIFY,
};

/** Others' share of the processors above which measured times are called disturbed. */
#define TUNE_BUSY_SHARE 0.05
/** Of the intervals around measured gains. */
#define TUNE_CONFIDENCE 0.95

/** One tuning run: zero to start with, given back by tune_clear(). */
typedef struct tune {
    mw_cli *cli;
    const tune_args *args;
    mw_diags *diags; ///< of the step in hand
    mw_progress progress;
    uint32_t steps_done;
    char **program;    ///< owned: the command line to run; NULL: a graph is tuned
    bool application;  ///< it is one of our applications, given by name
    char *folder;      ///< where the session is
    char *name;        ///< of the program, for file names
    char *graph_path;  ///< in the end, where the graph lies
    char *starpu_home; ///< StarPU's calibration, kept apart from the user's own
    const char *machine_name;
    bool real; ///< the machine is this one and there is a program: results can be verified
    mw_machine *machine;
    mw_graph *graph;
    mw_edges *edges;
    mw_sim_evaluator *simulator;
    mw_session *session;
    mw_bound bound;
    mw_contestant contestants[TUNE_MAX_CONTESTANTS];
    char *contestant_text[TUNE_MAX_CONTESTANTS][2];      ///< owned: name and mapper file, or NULL
    uint32_t contestant_iteration[TUNE_MAX_CONTESTANTS]; ///< of the session; MW_SESSION_NONE: a
                                                         ///< scheduler
    uint32_t contestant_count;
    double others_share; ///< of the processors' time while contestants ran; < 0: unknown
    uint32_t best;       ///< iteration that is recommended
    mw_str warnings;     ///< one a line
} tune;

/** The next step of the whole begins. */
void tune_step(tune *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Ends the progress line and reports the diagnostics of a failed step. MW_EXIT_OK for MW_OK. */
mw_exit tune_status(tune *t, mw_status status);
/** Moves the warnings among t->diags to t->warnings, each once, and forgets the rest. */
void tune_keep_warnings(tune *t);

/** Machine, graph, folder, session: all that the search needs. */
mw_exit tune_prepare(tune *t, int word_count, char *const words[]);
/** The iterations. MW_EXIT_INTERRUPTED after Ctrl-C: what was found is kept. */
mw_exit tune_search(tune *t);
/** Real runs of the default, StarPU's schedulers and the best few mappers. */
mw_exit tune_verify(tune *t);
/** Takes up the real runs that an earlier call kept in the session; none is no failure. */
mw_status tune_recall(tune *t);
/** Chooses the best, writes it, the report and the table. */
mw_exit tune_finish(tune *t, bool interrupted);

// --- tune_outcome.c: what came of it
// --------------------------------------------------------------

/** The mapper with the least median of real runs, as an index into contestants; contestant_count if
 * none ran. */
uint32_t tune_best_measured(const tune *t);
bool tune_any_measured(const tune *t);
/** The real runs of an iteration's mapper; NULL: none. */
const mw_contestant *tune_contestant(const tune *t, uint32_t iteration);
/** The scheduler of StarPU's with the least median; NULL: none ran. */
const mw_contestant *tune_best_scheduler(const tune *t);
/** < 0 if it did not run. */
double tune_simulated_us(const tune *t, uint32_t iteration);
/** How many times as fast b is as a, by their paired runs; pairs 0 where one is NULL. */
mw_ratio tune_times_faster(const tune *t, const mw_contestant *a, const mw_contestant *b);
/** "best found: mapper 003" */
void tune_best_name(const tune *t, char out[64]);

// --- what is shown of it
// --------------------------------------------------------------------------

/** Appends the closing table. @return MW_OK, MW_ERR_NOMEM */
mw_status tune_table(const tune *t, mw_str *out);
/** Appends what the figures say, in sentences that do not claim more than they do. */
void tune_verdict(const tune *t, mw_str *out);
/** report.html in the session's folder. @return MW_OK, MW_ERR_IO, MW_ERR_NOMEM */
mw_status tune_write_report(tune *t);
/** What to type next: running the mapper for real (or ""), simulating it. The caller clears both.
 */
void tune_next_commands(const tune *t, mw_str out[2]);
/** A blank and a word of a command line, quoted where a shell would not read it back as it is. */
void tune_add_word(mw_str *out, const char *word);
