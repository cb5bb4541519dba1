// src/starpu/contest.h: several ways to run one program, measured fairly. Uses: launch, stats.
// One round runs every contestant once; each round starts with the next one, so that what drifts
// (clock speed, other users, caches) hits all alike. Medians over rounds are compared, never single
// runs.
#pragma once
#include "base/stats.h"
#include "starpu/launch.h"

enum { MW_CONTEST_MAX_ROUNDS = 1000, MW_CONTEST_MAX_FAILURES = 2 };

typedef struct mw_contestant {
    const char *name;      ///< "default mapper", "dmdas", … ; borrowed
    mw_run_mode mode;      ///< SCHEDULER or MAPPER
    const char *scheduler; ///< SCHEDULER
    const char *mapper;    ///< MAPPER: file, NULL: the default mapper
    bool warm_up; ///< a run before the first round that is not counted (a scheduler that learns
                  ///< from runs)
    // what came of it
    double *us; ///< [runs] measured makespans in order of rounds; freed by mw_contestant_clear()
    double *us_by_round; ///< [rounds] the same, -1 where a run failed or was not made: for pairs
    uint32_t runs;       ///< that finished
    uint32_t
        failures;   ///< runs that did not; after MW_CONTEST_MAX_FAILURES of them it is run no more
    uint64_t tasks; ///< that ran in its last finished run
    uint64_t fallbacks; ///< in its last finished run
    mw_stats stats;     ///< of us[]
    mw_run_end end;     ///< of its last run
} mw_contestant;

typedef struct mw_contest {
    char *const *argv;
    const char *graph;       ///< for launch domains, or NULL
    const char *starpu_home; ///< or NULL
    double time_limit_s;     ///< of each run; 0: none
    uint32_t rounds;         ///< 1 … MW_CONTEST_MAX_ROUNDS
    /** Called before each run; may be NULL. done of total runs are over. */
    void (*progress)(void *self, uint32_t done, uint32_t total, const char *contestant);
    void *progress_self;
    mw_others others; ///< filled in: what other programs took during the counted runs
} mw_contest;

/** Runs all rounds. A contestant whose runs fail is a result: its diagnostics say why, the others
 * go on. What was measured before an interruption stays in the contestants.
 *  @return MW_OK, MW_ERR_CANCEL (Ctrl-C), MW_ERR_IO, MW_ERR_NOMEM */
mw_status mw_contest_run(mw_contest *contest, mw_contestant *contestants, uint32_t count,
                         mw_diags *diags);
void mw_contestant_clear(mw_contestant *c);
