// src/starpu/child.h: one untrusted child process in a process group of its own, watched until it
// ends. Uses: base.
#pragma once
#include "base/diag.h"
#include "starpu/others.h"

enum {
    MW_CHILD_OUTPUT_MAX = 64 << 10, ///< bytes kept of the end of what it printed
    MW_CHILD_GRACE_MS = 2000,       ///< between SIGTERM and SIGKILL
};

typedef struct mw_child_spec {
    const char *path; ///< of the executable file
    char *const *argv, *const *envp;
    double time_limit_s; ///< 0: none
    bool pass_output;    ///< its stdout and stderr are ours
} mw_child_spec;

typedef struct mw_child {
    int exec_errno;   ///< != 0: it could not be started, and nothing below is meaningful
    int wait_status;  ///< as from waitpid
    bool timed_out;   ///< we ended it at the limit
    bool interrupted; ///< we ended it because of Ctrl-C
    double wall_s;
    mw_others others; ///< while it ran
    char *output; ///< the end of stdout and stderr as valid UTF-8 without control characters but
                  ///< newline and tab; NULL with pass_output. The caller frees it.
} mw_child;

/** Runs it and waits; kills what it left behind in its process group. Its stdin is empty, unless
 * output is passed and ours is no terminal.
 *  @return MW_OK, MW_ERR_IO (no process, no pipe: see diags), MW_ERR_NOMEM */
mw_status mw_child_run(const mw_child_spec *spec, mw_child *out, mw_diags *diags);

/** For poll(): readable once the user interrupted; -1 before mw_run_catch_interrupt(). */
int mw_interrupt_fd(void);
