// src/starpu/launch.h: running a real StarPU program, with our library preloaded, inside bounds.
// Uses: base, others. The program is untrusted: it may crash, hang, fork, print gigabytes. It runs
// in a process group of its own, which is killed whole at the time limit, on Ctrl-C, and when it
// leaves children behind.
#pragma once
#include "base/diag.h"
#include "starpu/others.h"

typedef enum mw_run_mode {
    MW_RUN_SCHEDULER,  ///< one of StarPU's own schedulers, only timed (and counted) by us
    MW_RUN_RECORD,     ///< StarPU's own scheduler; the graph is written at the end
    MW_RUN_RECORD_DRY, ///< kernels disabled: the graph without computing anything
    MW_RUN_MAPPER,     ///< our policy obeys a mapper
} mw_run_mode;

typedef struct mw_run_spec {
    char *const *argv; ///< NULL-terminated; argv[0] is looked up in PATH, then among Debian's
                       ///< StarPU examples
    mw_run_mode mode;
    const char
        *scheduler; ///< SCHEDULER, RECORD: "eager", "lws", "dmdas"; NULL: the program's own choice
    const char *mapper; ///< MAPPER: file; NULL: the default mapper
    const char
        *graph; ///< RECORD…: file to write. MAPPER: a recorded graph for launch domains, or NULL
    const char *starpu_home; ///< folder for StarPU's calibration; NULL: the user's own setting
    double time_limit_s;     ///< 0: none
    bool pass_output; ///< the program's stdout and stderr go to ours; else they are kept (their
                      ///< ends)
    const char *const *environment; ///< extra "NAME=value", NULL-terminated; may be NULL
} mw_run_spec;

typedef enum mw_run_end {
    MW_RUN_FINISHED,     ///< exit status 0 and our library saw StarPU come and go
    MW_RUN_FAILED,       ///< exit status != 0
    MW_RUN_CRASHED,      ///< ended by a signal
    MW_RUN_TIMED_OUT,    ///< killed at the limit
    MW_RUN_NO_STARPU,    ///< it ran, but never initialised StarPU (or not one that we can reach)
    MW_RUN_NOT_RECORDED, ///< RECORD…: it ended well, but its graph could not be written
    MW_RUN_CANCELLED,    ///< Ctrl-C
    MW_RUN_NOT_STARTED,
} mw_run_end;

typedef struct mw_run_result {
    mw_run_end end;
    int exit_status, signal;
    double makespan_us; ///< first submission to last task's end, measured alike in every mode; < 0:
                        ///< unknown
    double wall_s;
    mw_others others;   ///< what other programs took meanwhile
    uint64_t tasks;     ///< that ran
    uint64_t placed;    ///< MAPPER: of them, where the mapper said
    uint64_t fallbacks; ///< MAPPER: of them, elsewhere, because the mapper failed or named a
                        ///< processor that is not there
    char *message;      ///< the library's first complaint, or NULL
    char *output;       ///< the end of what the program printed (at most 64 KiB), never NULL unless
                        ///< pass_output
} mw_run_result;

/** Runs it and waits. A program that fails is a result, not an error.
 *  @param[out] out  cleared by the caller with mw_run_clear()
 *  @return MW_OK, MW_ERR_IO (our own library is not to be found, the graph or temporary files
 * cannot be written; see diags), MW_ERR_NOMEM */
mw_status mw_run(const mw_run_spec *spec, mw_run_result *out, mw_diags *diags);
void mw_run_clear(mw_run_result *r);
/** Says why a run did not finish, as one diagnostic with a hint; nothing for a FINISHED one. */
void mw_run_explain(const mw_run_spec *spec, const mw_run_result *r, mw_diags *diags);
/** Makes Ctrl-C and SIGTERM end the run in flight (MW_RUN_CANCELLED) instead of us.
 * mw_run_interrupted() tells whether that happened. */
void mw_run_catch_interrupt(void);
bool mw_run_interrupted(void);
