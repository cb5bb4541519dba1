// tests/session/test_session.c: a tuning run on disk survives whatever happens to its writer.
#include "base/file.h"
#include "session/session.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct fixture {
    char root[64];
    char folder[96];
    mw_diags *diags;
} fixture;

static const char *const MAPPERS[] = {"# zero\n", "# one\n", "# two\n", "# three\n"};
/** The second is the best, the third did not run. */
static const double MAKESPANS[] = {100, 80, -1, 90};
enum { ITERATIONS = 4 };

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    strcpy(f->root, "/tmp/mw-session-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    snprintf(f->folder, sizeof f->folder, "%s/run", f->root);
    f->diags = mw_diags_new();
    *state = f;
    return 0;
}

static void remove_all(const char *folder) {
    DIR *listing = opendir(folder);
    for (const struct dirent *e; listing && (e = readdir(listing));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (unlink(path) != 0)
            remove_all(path);
    }
    if (listing)
        closedir(listing);
    rmdir(folder);
}

static int tear_down(void **state) {
    fixture *f = *state;
    remove_all(f->root);
    mw_diags_free(f->diags);
    free(f);
    return 0;
}

static mw_session_info what(void) {
    return (mw_session_info){.program = "./app --size 4",
                             .graph = "app.mwg",
                             .machine = "cpu2",
                             .optimizer = "guided",
                             .engine = "simulator",
                             .seed = UINT64_MAX,
                             .iterations = 10,
                             .bound_us = 12.5};
}

static mw_session_iteration iteration(uint32_t i) {
    return (mw_session_iteration){.index = i,
                                  .outcome = MAKESPANS[i] < 0 ? "mapping error" : "performance",
                                  .makespan_us = MAKESPANS[i],
                                  .predicted_us = i == 0 ? -1 : 70,
                                  .why = "because\nof \"quotes\"",
                                  .diagnostics = "",
                                  .evaluations = i + 1,
                                  .what_ifs = 64 * i};
}

static mw_session *begin(fixture *f) {
    mw_session *s = NULL;
    mw_session_info info = what();
    assert_int_equal(mw_session_create(f->folder, &info, &s, f->diags), MW_OK);
    return s;
}

static void add(fixture *f, mw_session *s, uint32_t i) {
    mw_session_iteration it = iteration(i);
    assert_int_equal(mw_session_append(s, &it, MAPPERS[i], f->diags), MW_OK);
}

static mw_session *whole_run(fixture *f) {
    mw_session *s = begin(f);
    for (uint32_t i = 0; i < ITERATIONS; i++)
        add(f, s, i);
    return s;
}

static mw_session *open_again(fixture *f) {
    mw_session *s = NULL;
    mw_status status = mw_session_open(f->folder, &s, f->diags);
    if (status != MW_OK)
        mw_diags_print(stderr, f->diags);
    assert_int_equal(status, MW_OK);
    return s;
}

static char *read_file(const fixture *f, const char *name, size_t *len) {
    char path[256], *text;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(mw_file_read(path, 1 << 20, &text, len, NULL), MW_OK);
    return text;
}

static void write_file(const fixture *f, const char *name, const char *text, size_t len) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(mw_file_write(path, text, len, NULL), MW_OK);
}

static void assert_file_is(const fixture *f, const char *name, const char *text) {
    size_t len;
    char *got = read_file(f, name, &len);
    assert_string_equal(got, text);
    free(got);
}

// --- what is written is what is read
// ------------------------------------------------------------------

static void a_run_reads_back_as_it_was_written(void **state) {
    fixture *f = *state;
    mw_session_free(whole_run(f));
    mw_session *s = open_again(f);
    const mw_session_info *info = mw_session_what(s);
    assert_string_equal(info->program, "./app --size 4");
    assert_string_equal(info->machine, "cpu2");
    assert_string_equal(info->version, MW_VERSION);
    assert_true(info->seed == UINT64_MAX);
    assert_int_equal(info->iterations, 10);
    assert_true(info->bound_us == 12.5);
    assert_int_equal(mw_session_count(s), ITERATIONS);
    for (uint32_t i = 0; i < ITERATIONS; i++) {
        const mw_session_iteration *it = mw_session_at(s, i);
        assert_int_equal(it->index, i);
        assert_true(it->makespan_us == MAKESPANS[i]);
        assert_true(it->predicted_us == iteration(i).predicted_us);
        assert_string_equal(it->outcome, iteration(i).outcome);
        assert_string_equal(it->why, "because\nof \"quotes\"");
        assert_int_equal(it->what_ifs, 64 * i);
        assert_string_equal(mw_session_mapper(s, i), MAPPERS[i]);
    }
    mw_session_free(s);
}

static void best_so_far_is_the_least_makespan_up_to_there(void **state) {
    fixture *f = *state;
    mw_session *s = whole_run(f);
    const double expected[ITERATIONS] = {100, 80, 80, 80};
    for (uint32_t i = 0; i < ITERATIONS; i++)
        assert_true(mw_session_at(s, i)->best_us == expected[i]);
    assert_int_equal(mw_session_best(s), 1);
    assert_file_is(f, "best.mapper", MAPPERS[1]);
    mw_session_free(s);
}

static void a_run_in_which_nothing_ran_has_no_best(void **state) {
    fixture *f = *state;
    mw_session *s = begin(f);
    mw_session_iteration failed = iteration(2);
    failed.index = 0;
    assert_int_equal(mw_session_append(s, &failed, MAPPERS[2], f->diags), MW_OK);
    assert_true(mw_session_best(s) == MW_SESSION_NONE);
    assert_true(mw_session_at(s, 0)->best_us < 0);
    mw_session_free(s);
    s = open_again(f);
    assert_true(mw_session_best(s) == MW_SESSION_NONE);
    mw_session_free(s);
}

static void a_command_line_that_is_not_utf8_is_no_obstacle(void **state) {
    fixture *f = *state;
    mw_session_info info = what();
    info.program = "./app \xff\xfe";
    mw_session *s = NULL;
    assert_int_equal(mw_session_create(f->folder, &info, &s, f->diags), MW_OK);
    mw_session_free(s);
    s = open_again(f);
    assert_string_equal(mw_session_what(s)->program, "./app ?"
                                                     "?");
    mw_session_free(s);
}

static void real_measurements_read_back_with_their_statistics(void **state) {
    fixture *f = *state;
    mw_session *s = whole_run(f);
    const double runs[] = {5, 1, 3};
    const mw_session_contestant given[] = {{.name = "eager", .run_count = 3, .us = runs},
                                           {.name = "best", .mapper = "best.mapper"}};
    assert_int_equal(mw_session_summarise(s, given, 2, f->diags), MW_OK);
    mw_session_free(s);
    s = open_again(f);
    uint32_t count;
    const mw_session_contestant *read = mw_session_summary(s, &count);
    assert_int_equal(count, 2);
    assert_string_equal(read[0].name, "eager");
    assert_null(read[0].mapper);
    assert_true(read[0].us[0] == 5 && read[0].us[1] == 1 && read[0].us[2] == 3);
    assert_true(read[0].stats.median == 3);
    assert_string_equal(read[1].mapper, "best.mapper");
    assert_int_equal(read[1].run_count, 0);
    mw_session_free(s);
}

static void the_mapper_that_real_runs_prefer_can_be_chosen(void **state) {
    fixture *f = *state;
    mw_session *s = whole_run(f);
    assert_int_equal(mw_session_choose(s, 3, f->diags), MW_OK);
    assert_file_is(f, "best.mapper", MAPPERS[3]);
    assert_int_equal(mw_session_choose(s, ITERATIONS, f->diags), MW_ERR_RANGE);
    mw_session_free(s);
}

// --- nothing is overwritten
// -------------------------------------------------------------------------

static void a_folder_with_something_in_it_is_refused_with_a_hint(void **state) {
    fixture *f = *state;
    assert_int_equal(mw_session_claim(f->folder, f->diags), MW_OK);
    write_file(f, "thesis.tex", "years of work", 13);
    assert_int_equal(mw_session_claim(f->folder, f->diags), MW_ERR_INPUT);
    const mw_diag *d = mw_diags_first_error(f->diags);
    assert_int_equal(d->code, MW_SESSION_THERE);
    assert_non_null(strstr(d->hint, "--resume"));
    assert_file_is(f, "thesis.tex", "years of work");
}

static void a_folder_with_a_run_in_it_is_refused_with_a_hint(void **state) {
    fixture *f = *state;
    mw_session_free(whole_run(f));
    mw_session_info info = what();
    mw_session *s = NULL;
    assert_int_equal(mw_session_create(f->folder, &info, &s, f->diags), MW_ERR_INPUT);
    assert_null(s);
    assert_non_null(strstr(mw_diags_first_error(f->diags)->hint, "--resume"));
}

static void a_folder_without_a_run_cannot_be_opened(void **state) {
    fixture *f = *state;
    mw_session *s = NULL;
    assert_int_equal(mw_session_open(f->folder, &s, f->diags), MW_ERR_INPUT);
    assert_int_equal(mw_diags_first_error(f->diags)->code, MW_SESSION_NOT_THERE);
}

// --- killed, cut, damaged
// ---------------------------------------------------------------------------

static void a_log_cut_at_any_byte_reads_as_the_lines_that_are_whole(void **state) {
    fixture *f = *state;
    mw_session_free(whole_run(f));
    size_t len;
    char *log = read_file(f, "iterations.jsonl", &len);
    for (size_t cut = 0; cut <= len; cut++) {
        uint32_t whole = 0;
        for (size_t i = 0; i < cut; i++)
            whole += log[i] == '\n';
        write_file(f, "iterations.jsonl", log, cut);
        mw_session *s = open_again(f);
        assert_int_equal(mw_session_count(s), whole);
        mw_session_free(s);
    }
    free(log);
}

static void a_cut_run_goes_on_to_the_same_files_as_one_that_was_not(void **state) {
    fixture *f = *state;
    mw_session_free(whole_run(f));
    size_t len;
    char *log = read_file(f, "iterations.jsonl", &len);
    write_file(f, "iterations.jsonl", log, len - 7); // inside the last line
    write_file(f, "best.mapper", "stale", 5);        // killed between the line and this file
    mw_session *s = open_again(f);
    assert_int_equal(mw_session_count(s), ITERATIONS - 1);
    add(f, s, ITERATIONS - 1);
    mw_session_free(s);
    assert_file_is(f, "iterations.jsonl", log);
    assert_file_is(f, "best.mapper", MAPPERS[1]);
    free(log);
}

static void a_mapper_that_is_gone_ends_the_run_before_it_with_a_warning(void **state) {
    fixture *f = *state;
    mw_session_free(whole_run(f));
    char path[256];
    snprintf(path, sizeof path, "%s/mappers/002.mapper", f->folder);
    assert_int_equal(unlink(path), 0);
    mw_session *s = open_again(f);
    assert_int_equal(mw_session_count(s), 2);
    assert_int_equal(mw_diags_count(f->diags), 1);
    assert_int_equal(mw_diags_at(f->diags, 0)->severity, MW_WARNING);
    mw_session_free(s);
}

static void assert_damage_is_reported(fixture *f, const char *name, const char *text,
                                      const char *in_message) {
    size_t len;
    char *before = read_file(f, name, &len);
    write_file(f, name, text, strlen(text));
    mw_session *s = NULL;
    mw_diags_reset(f->diags);
    assert_int_equal(mw_session_open(f->folder, &s, f->diags), MW_ERR_INPUT);
    const mw_diag *d = mw_diags_first_error(f->diags);
    assert_non_null(strstr(d->file, name));
    mw_str shown = {0};
    mw_diag_format(&shown, d);
    assert_non_null(strstr(mw_str_text(&shown), in_message));
    mw_str_clear(&shown);
    write_file(f, name, before, len);
    free(before);
}

static void damage_is_reported_with_file_and_place(void **state) {
    fixture *f = *state;
    mw_session *s = whole_run(f);
    assert_int_equal(mw_session_summarise(s, NULL, 0, f->diags), MW_OK);
    mw_session_free(s);
    assert_damage_is_reported(f, "session.json", "{", "not JSON");
    assert_damage_is_reported(f, "session.json", "[]", "expected an object");
    assert_damage_is_reported(f, "session.json", "{\"format\": 99}", "$.format");
    assert_damage_is_reported(f, "iterations.jsonl", "garbage\n", "not JSON");
    assert_damage_is_reported(f, "iterations.jsonl", "{\"index\": -1}\n", "$.index");
    assert_damage_is_reported(
        f, "iterations.jsonl",
        "{\"index\":3,\"outcome\":\"performance\",\"makespan_us\":1,\"predicted_us\":null,"
        "\"why\":\"\",\"diagnostics\":\"\",\"evaluations\":0,\"what_ifs\":0}\n",
        "out of order");
    assert_damage_is_reported(f, "summary.json", "{\"contestants\": [{\"name\": 1}]}",
                              "$.contestants[0].name");
    mw_session_free(open_again(f)); // and with the files as they were it opens again
}

static void a_full_disk_is_named_and_what_was_found_stays(void **state) {
    fixture *f = *state;
    mw_session *s = begin(f);
    add(f, s, 0);
    add(f, s, 1);
    size_t len;
    char *log = read_file(f, "iterations.jsonl", &len);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = len + 10; // room for the mapper, and for the first bytes of the line
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    mw_session_iteration it = iteration(2);
    mw_status status = mw_session_append(s, &it, MAPPERS[2], f->diags);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, MW_ERR_IO);
    assert_non_null(strstr(mw_diags_first_error(f->diags)->file, "iterations.jsonl"));
    assert_int_equal(mw_session_count(s), 2);
    assert_file_is(f, "iterations.jsonl", log);
    assert_file_is(f, "best.mapper", MAPPERS[1]);
    add(f, s, 2); // there is room again
    mw_session_free(s);
    s = open_again(f);
    assert_int_equal(mw_session_count(s), 3);
    mw_session_free(s);
    free(log);
}

#define SESSION_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SESSION_TEST(a_run_reads_back_as_it_was_written),
        SESSION_TEST(best_so_far_is_the_least_makespan_up_to_there),
        SESSION_TEST(a_run_in_which_nothing_ran_has_no_best),
        SESSION_TEST(a_command_line_that_is_not_utf8_is_no_obstacle),
        SESSION_TEST(real_measurements_read_back_with_their_statistics),
        SESSION_TEST(the_mapper_that_real_runs_prefer_can_be_chosen),
        SESSION_TEST(a_folder_with_something_in_it_is_refused_with_a_hint),
        SESSION_TEST(a_folder_with_a_run_in_it_is_refused_with_a_hint),
        SESSION_TEST(a_folder_without_a_run_cannot_be_opened),
        SESSION_TEST(a_log_cut_at_any_byte_reads_as_the_lines_that_are_whole),
        SESSION_TEST(a_cut_run_goes_on_to_the_same_files_as_one_that_was_not),
        SESSION_TEST(a_mapper_that_is_gone_ends_the_run_before_it_with_a_warning),
        SESSION_TEST(damage_is_reported_with_file_and_place),
        SESSION_TEST(a_full_disk_is_named_and_what_was_found_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
