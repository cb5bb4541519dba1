// tests/starpu/test_launch.c: runs of programs that behave in every way a program may. They are
// shell scripts which play our preloaded library's part: they write the result file themselves.
#include "starpu/child.h"
#include "starpu/launch.h"
#include "base/file.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define STARTED "echo started 1 >$MAPWRIGHT_RESULT; "

static char folder[] = "/tmp/mapwright-test-XXXXXX"; // TMPDIR of the runs

static size_t entries_in(const char *path) {
    size_t n = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

/** Runs and requires that nothing is left: no file, no descriptor, no child. */
static mw_run_result run_spec(mw_run_spec spec) {
    mw_run_result r = {0};
    size_t fds = entries_in("/proc/self/fd"), files = entries_in(folder);
    assert_int_equal(mw_run(&spec, &r, NULL), MW_OK);
    assert_int_equal(entries_in("/proc/self/fd"), fds);
    assert_int_equal(entries_in(folder), files);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    return r;
}

static mw_run_result run(const char *script, double time_limit_s) {
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
    return run_spec((mw_run_spec){.argv = argv, .time_limit_s = time_limit_s});
}

/** Runs, and returns the one message about it. */
static mw_run_result run_explained(char *const argv[], double limit_s, mw_diags *diags) {
    mw_run_spec spec = {.argv = argv, .time_limit_s = limit_s};
    mw_run_result r = run_spec(spec);
    mw_run_explain(&spec, &r, diags);
    assert_int_equal(mw_diags_count(diags), 1);
    return r;
}

static void expect(char *const argv[], double limit_s, mw_run_end end, mw_diag_code code,
                   const char *message, const char *hint) {
    mw_diags *diags = mw_diags_new();
    mw_run_result r = run_explained(argv, limit_s, diags);
    const mw_diag *d = mw_diags_at(diags, 0);
    assert_int_equal(r.end, end);
    assert_int_equal(d->code, code);
    assert_non_null(strstr(d->message, message));
    assert_non_null(d->hint);
    assert_non_null(strstr(d->hint, hint));
    assert_string_equal(d->file, argv[0]);
    mw_run_clear(&r);
    mw_diags_free(diags);
}
#define SHELL(script) ((char *[]){(char *)"sh", (char *)"-c", (char *)(script), NULL})

static void a_program_that_ends_well_reports_what_the_library_wrote(void **state) {
    (void)state;
    mw_run_result r = run("printf 'started 1\\ntasks 20\\nplaced 18\\nfallbacks 2\\n"
                          "makespan_us 1234.5\\nmessage no such processor\\n' >$MAPWRIGHT_RESULT; "
                          "echo out; echo err >&2",
                          0);
    assert_int_equal(r.end, MW_RUN_FINISHED);
    assert_int_equal(r.tasks, 20);
    assert_int_equal(r.placed, 18);
    assert_int_equal(r.fallbacks, 2);
    assert_true(r.makespan_us == 1234.5);
    assert_string_equal(r.message, "no such processor");
    assert_string_equal(r.output, "out\nerr\n");
    mw_run_clear(&r);
}

static void a_result_file_that_makes_no_sense_is_no_result(void **state) {
    (void)state;
    mw_run_result r = run("head -c 300000 /dev/urandom >$MAPWRIGHT_RESULT", 0);
    assert_int_equal(r.end, MW_RUN_NO_STARPU);
    mw_run_clear(&r);
    r = run("printf 'started 1\\nmakespan_us nan\\n\\n x\\ntasks\\ntasks ' >$MAPWRIGHT_RESULT", 0);
    assert_int_equal(r.end, MW_RUN_FINISHED);
    assert_true(r.makespan_us < 0);
    assert_int_equal(r.tasks, 0);
    mw_run_clear(&r);
}

static void an_exit_status_is_reported_with_what_was_printed_last(void **state) {
    (void)state;
    expect(SHELL(STARTED "seq 100; echo the matrix is singular; exit 3"), 0, MW_RUN_FAILED,
           MW_PROGRAM_FAILED, "exit status 3", "    97\n    98\n    99\n    100\n    the matrix");
    expect(SHELL("exit 77"), 0, MW_RUN_FAILED, MW_PROGRAM_FAILED, "exit status 77", "device");
}

static void a_crash_is_reported_with_its_signal(void **state) {
    (void)state;
    expect(SHELL("echo before; kill -SEGV $$"), 0, MW_RUN_CRASHED, MW_PROGRAM_CRASHED,
           "signal 11 (SIGSEGV)", "before");
}

static void a_program_that_hangs_is_ended_at_the_limit(void **state) {
    (void)state;
    expect(SHELL(STARTED "echo waiting; sleep 1000"), 0.1, MW_RUN_TIMED_OUT, MW_PROGRAM_TIMED_OUT,
           "within 0.1 s", "waiting");
}

static void one_that_ignores_being_asked_is_killed(void **state) {
    (void)state;
    mw_run_result r = run("trap '' TERM; while :; do sleep 1000; done", 0.1);
    assert_int_equal(r.end, MW_RUN_TIMED_OUT);
    mw_run_clear(&r);
}

static void one_that_is_stopped_is_ended_as_well(void **state) {
    (void)state;
    mw_run_result r = run("kill -STOP $$", 0.1);
    assert_int_equal(r.end, MW_RUN_TIMED_OUT);
    mw_run_clear(&r);
}

static void only_the_end_of_a_flood_of_output_is_kept(void **state) {
    (void)state;
    mw_run_result r = run(STARTED "head -c 30000000 /dev/zero | tr '\\0' x; echo THE END", 0);
    assert_int_equal(r.end, MW_RUN_FINISHED);
    assert_int_equal(strlen(r.output), MW_CHILD_OUTPUT_MAX);
    assert_string_equal(r.output + MW_CHILD_OUTPUT_MAX - 9, "xTHE END\n");
    mw_run_clear(&r);
}

static void output_is_made_safe_to_show(void **state) {
    (void)state;
    mw_run_result r = run("printf '\\033[31mred\\000 \\303\\244 \\377\\300\\200\\355\\240\\200 "
                          "\\302\\233 \\360\\237\\230\\200 \\303'",
                          0);
    assert_string_equal(r.output, "?[31mred? \303\244 ?????? ?? \360\237\230\200 ?");
    mw_run_clear(&r);
}

static void a_program_without_starpu_is_told_apart(void **state) {
    (void)state;
    expect(SHELL("echo hello"), 0, MW_RUN_NO_STARPU, MW_PROGRAM_WITHOUT_STARPU, "StarPU was not",
           "starpu_init");
}

static void a_program_that_is_not_there_is_named_with_the_nearest_one(void **state) {
    (void)state;
    char *absent[] = {(char *)"/no/such/program", NULL};
    expect(absent, 0, MW_RUN_NOT_STARTED, MW_PROGRAM_NOT_FOUND, "No such file", "");
    char *directory[] = {folder, NULL};
    expect(directory, 0, MW_RUN_NOT_STARTED, MW_PROGRAM_NOT_FOUND, "it is a folder", "");
    char *source[] = {(char *)MW_TESTS "/starpu/test_launch.c", NULL};
    expect(source, 0, MW_RUN_NOT_STARTED, MW_PROGRAM_NOT_FOUND, "it is not executable", "");
    char *empty[] = {(char *)"", NULL};
    expect(empty, 0, MW_RUN_NOT_STARTED, MW_PROGRAM_NOT_FOUND, "empty", "");
    char *misspelt[] = {(char *)"cholesky_implicti", NULL};
    if (access("/usr/lib/x86_64-linux-gnu/starpu/examples/cholesky_implicit", X_OK) == 0)
        expect(misspelt, 0, MW_RUN_NOT_STARTED, MW_PROGRAM_NOT_FOUND, "neither in PATH",
               "'cholesky_implicit'");
}

static void a_file_that_the_system_cannot_execute_is_not_started(void **state) {
    (void)state;
    char path[sizeof folder + 8];
    snprintf(path, sizeof path, "%s/junk", folder);
    assert_int_equal(mw_file_write(path,
                                   "\x7f"
                                   "ELF junk",
                                   9, NULL),
                     MW_OK);
    assert_int_equal(chmod(path, 0700), 0);
    char *argv[] = {path, NULL};
    expect(argv, 0, MW_RUN_NOT_STARTED, MW_PROGRAM_NOT_FOUND, "format", "");
    unlink(path);
}

/** Gone, or a zombie that waits for somebody else's init to look. */
static bool is_dead(long pid) {
    char path[64], *text, *state;
    size_t len;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    if (mw_file_read(path, 4096, &text, &len, NULL) != MW_OK)
        return true;
    state = strrchr(text, ')');
    bool dead = !state || state[2] == 'Z' || state[2] == 'X';
    free(text);
    return dead;
}

static void children_left_behind_are_killed(void **state) {
    (void)state;
    mw_run_result r = run(STARTED "sleep 1000 & echo $!; exit 0", 0);
    assert_int_equal(r.end, MW_RUN_FINISHED);
    long left = strtol(r.output, NULL, 10);
    assert_true(left > 1);
    for (int i = 0; i < 1000 && !is_dead(left); i++)
        usleep(10000); // the kill has been sent; the system delivers it when it likes
    assert_true(is_dead(left));
    mw_run_clear(&r);
}

static void a_child_that_escapes_does_not_hold_the_run_up(void **state) {
    (void)state; // it leaves the group and keeps the output pipe open
    mw_run_result r = run(STARTED "f=$(mktemp); setsid sh -c \"echo \\$\\$ >$f; exec sleep 100\" & "
                                  "until [ -s $f ]; do sleep 0.01; done; cat $f; rm $f; exit 0",
                          0);
    assert_int_equal(r.end, MW_RUN_FINISHED);
    long escaped = strtol(r.output, NULL, 10);
    assert_true(escaped > 1);
    assert_false(is_dead(escaped)); // so we did not wait for it
    kill((pid_t)escaped, SIGKILL);
    mw_run_clear(&r);
}

static void the_environment_says_what_to_do(void **state) {
    (void)state;
    const char *const extra[] = {"MW_TEST=a=b", "STARPU_NCPU=1", NULL};
    char *argv[] = {(char *)"sh", (char *)"-c",
                    (char *)"echo $MAPWRIGHT_MODE $MAPWRIGHT_SCHEDULER,$MAPWRIGHT_MAPPER,"
                            "${MAPWRIGHT_GRAPH_IN##*/},$MAPWRIGHT_GRAPH_OUT; cd /; "
                            "case $MAPWRIGHT_GRAPH_IN in /*) echo absolute; esac; "
                            "echo $STARPU_SILENT $OPENBLAS_NUM_THREADS $MW_TEST $STARPU_NCPU",
                    NULL};
    setenv("MAPWRIGHT_SCHEDULER", "stale", 1);
    setenv("MAPWRIGHT_GRAPH_OUT", "stale", 1);
    setenv("STARPU_SILENT", "0", 1); // the user's own word counts
    unsetenv("OPENBLAS_NUM_THREADS");
    mw_run_result r = run_spec((mw_run_spec){.argv = argv,
                                             .mode = MW_RUN_MAPPER,
                                             .mapper = "/x.mapper",
                                             .graph = "y.mwg",
                                             .environment = extra});
    assert_string_equal(r.output, "mapper ,/x.mapper,y.mwg,\nabsolute\n0 1 a=b 1\n");
    mw_run_clear(&r);
    unsetenv("STARPU_SILENT");
    r = run_spec((mw_run_spec){
        .argv = argv, .mode = MW_RUN_RECORD_DRY, .scheduler = "eager", .graph = "/z.mwg"});
    assert_string_equal(r.output, "record-dry eager,,,/z.mwg\n1 1\n");
    mw_run_clear(&r);
    unsetenv("MAPWRIGHT_SCHEDULER");
    unsetenv("MAPWRIGHT_GRAPH_OUT");
}

static void a_library_behind_a_blank_is_reached_through_a_link(void **state) {
    (void)state;
    char command[1024], path[256];
    char *given = strdup(getenv("MAPWRIGHT_LIBRARY"));
    snprintf(path, sizeof path, "%s/a b/library.so", folder);
    snprintf(command, sizeof command, "mkdir '%s/a b' && cp '%s' '%s'", folder, given, path);
    assert_int_equal(system(command), 0);
    setenv("MAPWRIGHT_LIBRARY", path, 1);
    mw_run_result r = run("cmp ${LD_PRELOAD%%:*} \"$MAPWRIGHT_LIBRARY\" && echo same", 0);
    assert_string_equal(r.output, "same\n");
    mw_run_clear(&r);
    setenv("MAPWRIGHT_LIBRARY", given, 1);
    snprintf(command, sizeof command, "rm -r '%s/a b'", folder);
    assert_int_equal(system(command), 0);
    free(given);
}

static void a_missing_library_is_an_error_of_ours(void **state) {
    (void)state;
    mw_diags *diags = mw_diags_new();
    mw_run_result r = {0};
    mw_run_spec spec = {.argv = SHELL("true")};
    char *given = strdup(getenv("MAPWRIGHT_LIBRARY"));
    setenv("MAPWRIGHT_LIBRARY", "/no/such/library.so", 1);
    assert_int_equal(mw_run(&spec, &r, diags), MW_ERR_IO);
    assert_int_equal(mw_diags_at(diags, 0)->code, MW_LIBRARY_NOT_FOUND);
    assert_int_equal(entries_in(folder), 0);
    setenv("MAPWRIGHT_LIBRARY", given, 1);
    free(given);
    mw_diags_free(diags);
}

static void no_room_for_temporary_files_is_said(void **state) {
    (void)state;
    mw_diags *diags = mw_diags_new();
    mw_run_result r = {0};
    mw_run_spec spec = {.argv = SHELL("true")};
    setenv("TMPDIR", "/no/such/folder", 1);
    assert_int_equal(mw_run(&spec, &r, diags), MW_ERR_IO);
    assert_int_equal(mw_diags_at(diags, 0)->code, MW_CANNOT_WRITE);
    setenv("TMPDIR", folder, 1);
    mw_diags_free(diags);
}

/** The last test: an interrupt is remembered. */
static void an_interrupt_ends_the_run_and_not_us(void **state) {
    (void)state;
    mw_run_catch_interrupt();
    assert_false(mw_run_interrupted());
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)"kill -INT $PPID; sleep 1000", NULL};
    mw_diags *diags = mw_diags_new();
    mw_run_result r = run_explained(argv, 100, diags);
    assert_int_equal(r.end, MW_RUN_CANCELLED);
    assert_int_equal(mw_diags_at(diags, 0)->code, MW_PROGRAM_CANCELLED);
    assert_true(mw_run_interrupted());
    mw_run_clear(&r);
    mw_diags_free(diags);
    r = run("touch \"$TMPDIR/was-here\"", 100); // and nothing is started after it
    assert_int_equal(r.end, MW_RUN_CANCELLED);
    mw_run_clear(&r);
}

static int make_folder(void **state) {
    (void)state;
    Dl_info library; // any shared library will do for preloading into a shell
    if (!mkdtemp(folder) || !dladdr((void *)(uintptr_t)_cmocka_run_group_tests, &library))
        return -1;
    setenv("MAPWRIGHT_LIBRARY", library.dli_fname, 1);
    return setenv("TMPDIR", folder, 1);
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest runs[] = {
        cmocka_unit_test(a_program_that_ends_well_reports_what_the_library_wrote),
        cmocka_unit_test(a_result_file_that_makes_no_sense_is_no_result),
        cmocka_unit_test(an_exit_status_is_reported_with_what_was_printed_last),
        cmocka_unit_test(a_crash_is_reported_with_its_signal),
        cmocka_unit_test(a_program_that_hangs_is_ended_at_the_limit),
        cmocka_unit_test(one_that_ignores_being_asked_is_killed),
        cmocka_unit_test(one_that_is_stopped_is_ended_as_well),
        cmocka_unit_test(only_the_end_of_a_flood_of_output_is_kept),
        cmocka_unit_test(output_is_made_safe_to_show),
        cmocka_unit_test(a_program_without_starpu_is_told_apart),
        cmocka_unit_test(a_program_that_is_not_there_is_named_with_the_nearest_one),
        cmocka_unit_test(a_file_that_the_system_cannot_execute_is_not_started),
        cmocka_unit_test(children_left_behind_are_killed),
        cmocka_unit_test(a_child_that_escapes_does_not_hold_the_run_up),
        cmocka_unit_test(the_environment_says_what_to_do),
        cmocka_unit_test(a_library_behind_a_blank_is_reached_through_a_link),
        cmocka_unit_test(a_missing_library_is_an_error_of_ours),
        cmocka_unit_test(no_room_for_temporary_files_is_said),
        cmocka_unit_test(an_interrupt_ends_the_run_and_not_us),
    };
    return cmocka_run_group_tests(runs, make_folder, remove_folder);
}
