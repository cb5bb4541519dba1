// src/starpu/explain.c: one message for each way that a run can end badly.
#include "starpu/launch.h"
#include "starpu/child.h"
#include "starpu/program.h"
#include <stdlib.h>
#include <string.h>

enum { SHOWN_LINES = 5, SHOWN_BYTES = 800, SKIPPED_STATUS = 77 };

/** The last lines of what it printed, as the end of a hint; nothing if it printed nothing. */
static void add_output(mw_str *hint, const char *output) {
    size_t len = output ? strlen(output) : 0;
    while (len > 0 && output[len - 1] == '\n')
        len--;
    if (len == 0)
        return;
    size_t from = len;
    for (int lines = 0; from > 0 && len - from < SHOWN_BYTES; from--)
        if (output[from - 1] == '\n' && ++lines == SHOWN_LINES)
            break;
    while (from < len && ((unsigned char)output[from] & 0xc0) == 0x80)
        from++; // not in the middle of a character
    mw_str_add(hint, hint->len ? "; it printed last:\n    " : "it printed last:\n    ");
    for (; from < len; from++) {
        mw_str_add_char(hint, output[from]);
        if (output[from] == '\n')
            mw_str_add(hint, "    ");
    }
}

static void explain_no_starpu(const mw_run_spec *spec, const mw_run_result *r, mw_str *hint) {
    char *path = NULL, *why = NULL;
    bool found = mw_program_locate(spec->argv[0], &path, &why) == MW_OK && path;
    if (r->message)
        mw_str_add(hint, r->message);
    else if (found && !mw_program_is_dynamic(path))
        mw_str_add(hint,
                   "it is linked statically, so that Mapwright's library cannot be preloaded; "
                   "link it with the shared libstarpu-1.3");
    else
        mw_str_add(hint, "name a program that calls starpu_init and uses the shared libstarpu-1.3; "
                         "a script must keep LD_PRELOAD");
    free(path);
    free(why);
}

static void explain_not_started(const mw_run_spec *spec, mw_str *hint) {
    char *near = mw_program_suggest(spec->argv[0]);
    if (near)
        mw_str_printf(hint, "did you mean StarPU's example '%s'?", near);
    else
        mw_str_add(hint, "give a path with a '/', such as ./program, for one in this folder");
    free(near);
}

static mw_diag_code describe(const mw_run_spec *spec, const mw_run_result *r, mw_str *text,
                             mw_str *hint) {
    const char *name;
    switch (r->end) {
    case MW_RUN_FINISHED: break;
    case MW_RUN_NOT_STARTED:
        mw_str_printf(text, "cannot start the program: %s", r->message ? r->message : "");
        explain_not_started(spec, hint);
        return MW_PROGRAM_NOT_FOUND;
    case MW_RUN_FAILED:
        mw_str_printf(text, "the program failed with exit status %d", r->exit_status);
        if (r->message)
            mw_str_add(hint, r->message);
        else if (r->exit_status == SKIPPED_STATUS)
            mw_str_add(hint, "StarPU's examples say so when a device that they need is missing");
        add_output(hint, r->output);
        return MW_PROGRAM_FAILED;
    case MW_RUN_CRASHED:
        name = sigabbrev_np(r->signal);
        mw_str_printf(text, "the program crashed: signal %d (%s%s)", r->signal, name ? "SIG" : "",
                      name ? name : "unknown");
        if (r->message)
            mw_str_add(hint, r->message);
        else if (r->output && strstr(r->output, "Error making StarPU directory"))
            mw_str_add(hint,
                       "StarPU cannot make the folder for its calibration: set STARPU_HOME to "
                       "one that you may write to");
        add_output(hint, r->output);
        return MW_PROGRAM_CRASHED;
    case MW_RUN_TIMED_OUT:
        mw_str_printf(text, "the program did not end within %g s and was ended",
                      spec->time_limit_s);
        mw_str_add(hint, r->message ? r->message : "--time-limit sets another limit");
        add_output(hint, r->output);
        return MW_PROGRAM_TIMED_OUT;
    case MW_RUN_NO_STARPU:
        mw_str_add(text, "the program ended well, but StarPU was not seen in it");
        explain_no_starpu(spec, r, hint);
        return MW_PROGRAM_WITHOUT_STARPU;
    case MW_RUN_NOT_RECORDED:
        mw_str_printf(text, "the program ended well, but its graph is not in %s", spec->graph);
        mw_str_add(hint, r->message ? r->message
                                    : "did it end by _exit, without starpu_shutdown, or start "
                                      "StarPU in a child process?");
        return MW_NOTHING_RECORDED;
    case MW_RUN_CANCELLED:
        mw_str_add(text, "interrupted: the program was ended");
        return MW_PROGRAM_CANCELLED;
    }
    return 0;
}

void mw_run_explain(const mw_run_spec *spec, const mw_run_result *r, mw_diags *diags) {
    mw_str text = {0}, hint = {0};
    mw_diag_code code = describe(spec, r, &text, &hint);
    if (code)
        mw_diag_in(diags, MW_ERROR, code, spec->argv[0], NULL, hint.len ? mw_str_text(&hint) : NULL,
                   "%s", mw_str_text(&text));
    mw_str_clear(&text);
    mw_str_clear(&hint);
}
