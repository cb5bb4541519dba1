// tests/graph/test_damage.c: graph files that were cut short or changed. What the checksum cannot
// catch, because it was made right again, validate.c must.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/file.h"
#include "base/rng.h"
#include "graph/image.h"
#include "support/tiny.h"

typedef struct image {
    unsigned char *at;
    size_t bytes;
} image;

/** A graph with something in every section. */
static image sample(void) {
    mw_graph *g = tiny_graph("kind a cpu=10,gpu=2; kind b cpu; region x 1000 4; region y 64;"
                             "launch a 2x2; task a[0,0] w x[0]; task a[0,1] w x[1];"
                             "task a[1,1] r x[0] rw x[2] prio 3; wait 1;"
                             "task b red y flops 100 after 0 2; acquire r y; task b com y; wait");
    image i = {malloc(g->inner->bytes), g->inner->bytes};
    assert_non_null(i.at);
    memcpy(i.at, g->inner->image, i.bytes);
    mw_graph_free(g);
    return i;
}

static void seal(image i) {
    mw_image_header *h = (mw_image_header *)i.at;
    h->checksum = mw_image_checksum(i.at, i.bytes);
}

/** Checks it; one error that names the file and a reason, or none. Returns whether it is good. */
static bool good(image i, mw_diag_code *code, char reason[256]) {
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_image_check(i.at, i.bytes, "t.mwg", diags);
    const mw_diag *d = mw_diags_first_error(diags);
    if (status == MW_OK ? d != NULL : status != MW_ERR_INPUT || mw_diags_errors(diags) != 1)
        fail_msg("status %d, %zu errors", status, mw_diags_errors(diags));
    if (d) {
        assert_string_equal(d->file, "t.mwg");
        assert_true(*d->message);
        if (code)
            *code = d->code;
        if (reason)
            snprintf(reason, 256, "%s: %s", d->path ? d->path : "", d->message);
    }
    mw_diags_free(diags);
    return status == MW_OK;
}

static void the_sample_is_good_before_it_is_damaged(void **state) {
    (void)state;
    image i = sample();
    assert_true(good(i, NULL, NULL));
    free(i.at);
}

static void a_file_cut_at_any_length_is_refused(void **state) {
    (void)state;
    image whole = sample();
    for (size_t bytes = 0; bytes < whole.bytes; bytes++) {
        image part = {malloc(bytes + 1), bytes}; // so that sanitizers see its end
        memcpy(part.at, whole.at, bytes);
        assert_false(good(part, NULL, NULL));
        free(part.at);
    }
    free(whole.at);
}

static void a_file_that_goes_on_is_refused(void **state) {
    (void)state;
    image i = sample();
    for (size_t more = 1; more <= 64; more++) {
        image longer = {calloc(1, i.bytes + more), i.bytes + more};
        memcpy(longer.at, i.at, i.bytes);
        assert_false(good(longer, NULL, NULL));
        ((mw_image_header *)longer.at)->bytes = longer.bytes;
        seal(longer);
        assert_false(good(longer, NULL, NULL));
        free(longer.at);
    }
    free(i.at);
}

static void every_flipped_bit_is_found(void **state) {
    (void)state;
    image i = sample();
    for (size_t bit = 0; bit < i.bytes * 8; bit++) {
        i.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (good(i, NULL, NULL))
            fail_msg("bit %zu of byte %zu changed, and nobody saw it", bit % 8, bit / 8);
        i.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(good(i, NULL, NULL));
    free(i.at);
}

/** What passes must be a graph whose every index can be followed. */
static void walk(image i) {
    unsigned char *copy = malloc(i.bytes);
    assert_non_null(copy);
    memcpy(copy, i.at, i.bytes);
    mw_graph *g = mw_graph_of_image(copy, i.bytes, false);
    mw_edges *e = mw_edges_new(g);
    assert_non_null(e);
    uint64_t sum = 0;
    for (uint32_t t = 0; t < g->task_count; t++) {
        const mw_task *task = &g->tasks[t];
        sum += strlen(mw_graph_kind_name(g, task->kind));
        sum += (uint64_t)g->launches[task->launch].rank + g->classes[task->cost_class].kind;
        for (uint32_t a = 0; a < task->access_count; a++) {
            const mw_access *access = &g->accesses[task->first_access + a];
            const mw_subregion *s = &g->subregions[access->subregion];
            sum += strlen(mw_graph_string(g, g->regions[s->region].name));
            sum += mw_graph_walk(g, task->kind, access->argument, MW_PROC_CPU)->refused;
        }
        for (uint32_t d = 0; d < task->dependency_count; d++)
            assert_true(g->dependencies[task->first_dependency + d] < t);
    }
    assert_true(sum > 0);
    mw_edges_free(e);
    mw_graph_free(g);
}

static void behind_a_right_checksum_a_flipped_bit_is_found_or_does_no_harm(void **state) {
    (void)state;
    image i = sample();
    const size_t checksum = offsetof(mw_image_header, checksum);
    uint32_t found = 0, harmless = 0;
    for (size_t bit = 0; bit < i.bytes * 8; bit++) {
        if (bit / 8 >= checksum && bit / 8 < checksum + 8)
            continue;
        i.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
        seal(i);
        if (good(i, NULL, NULL)) {
            walk(i);
            harmless++; // another number, name or time
        } else {
            found++;
        }
        i.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(found > harmless);
    free(i.at);
}

static void behind_a_right_checksum_random_words_do_no_harm(void **state) {
    (void)state;
    static const uint32_t WORDS[] = {0,          1,          2,          5,          63,
                                     64,         65535,      0x7FFFFFFF, 0x80000000, 0xFFFFFFFE,
                                     0xFFFFFFFF, 0x7F800000, 0x7FC00000, 0xFF800000, 0x00000001};
    mw_rng rng = {.state = 1};
    image whole = sample();
    for (int round = 0; round < 20000; round++) {
        image i = {malloc(whole.bytes), whole.bytes};
        memcpy(i.at, whole.at, i.bytes);
        for (uint64_t n = 1 + mw_rng_below(&rng, 3); n > 0; n--) {
            size_t at = mw_rng_below(&rng, i.bytes / 4) * 4;
            memcpy(i.at + at, &WORDS[mw_rng_below(&rng, MW_COUNT(WORDS))], 4);
        }
        seal(i);
        if (good(i, NULL, NULL))
            walk(i);
        free(i.at);
    }
    free(whole.at);
}

// --- each rule of the format ---------------------------------------------------------------------

#define AT(i, section, type) ((type *)mw_image_section((i).at, MW_SECTION_##section))
#define HEADER(i) ((mw_image_header *)(i).at)

/** The damage, made to a fresh sample, is refused in the section that it is in. */
#define REFUSED(where, code_, damage)                                                              \
    do {                                                                                           \
        image i = sample();                                                                        \
        mw_diag_code code = 0;                                                                     \
        char reason[256] = "";                                                                     \
        damage;                                                                                    \
        seal(i);                                                                                   \
        if (good(i, &code, reason))                                                                \
            fail_msg("%s is no error", #damage);                                                   \
        if (code != (code_) || strncmp(reason, where, strlen(where)) != 0)                         \
            fail_msg("%s: MW%d %s", #damage, code, reason);                                        \
        free(i.at);                                                                                \
    } while (0)

static void the_header_is_checked(void **state) {
    (void)state;
    REFUSED("", MW_NOT_A_GRAPH, i.at[0] = 'X');
    REFUSED("header", MW_GRAPH_VERSION, HEADER(i)->version = 1);
    REFUSED("header", MW_GRAPH_VERSION, HEADER(i)->endian = 0x04030201);
    REFUSED("header", MW_GRAPH_DAMAGED, HEADER(i)->bytes--);
    REFUSED("tasks", MW_GRAPH_DAMAGED, HEADER(i)->sections[MW_SECTION_TASKS].offset -= 8);
    REFUSED("tasks", MW_GRAPH_DAMAGED, HEADER(i)->sections[MW_SECTION_TASKS].item_bytes = 0);
    REFUSED("tasks", MW_GRAPH_DAMAGED, HEADER(i)->sections[MW_SECTION_TASKS].count = UINT64_MAX);
    REFUSED("tasks", MW_GRAPH_DAMAGED,
            HEADER(i)->sections[MW_SECTION_TASKS].count = UINT64_MAX / 56 + 2); // wraps around
    REFUSED("accesses", MW_GRAPH_DAMAGED, HEADER(i)->sections[MW_SECTION_TASKS].count--);
}

static void names_are_checked(void **state) {
    (void)state;
    REFUSED("strings", MW_GRAPH_DAMAGED, AT(i, STRINGS, char)[0] = 'x');
    REFUSED("strings", MW_GRAPH_DAMAGED, AT(i, STRINGS, char)[1] = '\x1b');
    REFUSED("strings", MW_GRAPH_DAMAGED, AT(i, STRINGS, char)[1] = '\xff');
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)->name++); // inside a string
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)->name = UINT32_MAX);
    REFUSED("program", MW_GRAPH_DAMAGED, AT(i, PROGRAM, mw_image_program)->command_line = 1 << 20);
    REFUSED("regions", MW_GRAPH_DAMAGED,
            AT(i, REGIONS, mw_region)[1].name = AT(i, REGIONS, mw_region)[0].name);
}

static void kinds_arguments_and_classes_are_checked(void **state) {
    (void)state;
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)->variants = 1u << MW_PROC_KINDS);
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)[1].first_argument = 0); // overlap
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)->argument_count = MW_MAX_ARGUMENTS);
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)->kernel[0].flop_efficiency = NAN);
    REFUSED("kinds", MW_GRAPH_DAMAGED, AT(i, KINDS, mw_kind)->kernel[5].flop_efficiency = 0);
    REFUSED("arguments", MW_GRAPH_DAMAGED, AT(i, ARGUMENTS, mw_argument)->passes = 0);
    REFUSED("arguments", MW_GRAPH_DAMAGED, AT(i, ARGUMENTS, mw_argument)->passes = INFINITY);
    REFUSED("arguments", MW_GRAPH_DAMAGED, AT(i, ARGUMENTS, mw_argument)->walk[1].refused = 15);
    REFUSED("arguments", MW_GRAPH_DAMAGED, AT(i, ARGUMENTS, mw_argument)->walk[1].align = 48);
    REFUSED("arguments", MW_GRAPH_DAMAGED,
            AT(i, ARGUMENTS, mw_argument)->walk[0].byte_efficiency[1][1] = 1.5f);
    REFUSED("cost classes", MW_GRAPH_DAMAGED, AT(i, CLASSES, mw_cost_class)->kind = 2);
    REFUSED("cost classes", MW_GRAPH_DAMAGED, AT(i, CLASSES, mw_cost_class)->flops = -1);
    REFUSED("cost classes", MW_GRAPH_DAMAGED, AT(i, CLASSES, mw_cost_class)->us[0] = INFINITY);
}

static void regions_are_checked(void **state) {
    (void)state;
    REFUSED("regions", MW_GRAPH_DAMAGED, AT(i, REGIONS, mw_region)[0].parent = 0); // a cycle
    REFUSED("regions", MW_GRAPH_DAMAGED, AT(i, REGIONS, mw_region)[0].parent = 1);
    REFUSED("regions", MW_GRAPH_DAMAGED, AT(i, REGIONS, mw_region)[0].element_bytes = 0);
    REFUSED("subregions", MW_GRAPH_DAMAGED, AT(i, SUBREGIONS, mw_subregion)->region = 2);
    REFUSED("subregions", MW_GRAPH_DAMAGED, AT(i, SUBREGIONS, mw_subregion)->rank = 5);
    REFUSED("subregions", MW_GRAPH_DAMAGED, AT(i, SUBREGIONS, mw_subregion)->bytes = 1ULL << 63);
}

static void launches_and_tasks_are_checked(void **state) {
    (void)state;
    REFUSED("launches", MW_GRAPH_DAMAGED, AT(i, LAUNCHES, mw_launch)->kind = 9);
    REFUSED("launches", MW_GRAPH_DAMAGED, AT(i, LAUNCHES, mw_launch)->rank = 5);
    REFUSED("launches", MW_GRAPH_DAMAGED, AT(i, LAUNCHES, mw_launch)->extent[0] = 0);
    REFUSED("launches", MW_GRAPH_DAMAGED, AT(i, LAUNCHES, mw_launch)->extent[0] = INT32_MAX);
    REFUSED("launches", MW_GRAPH_DAMAGED, AT(i, LAUNCHES, mw_launch)->first_task = 99);
    REFUSED("launches", MW_GRAPH_DAMAGED, AT(i, LAUNCHES, mw_launch)->task_count++);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].launch = 99);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].kind = 1);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].cost_class = 99);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].point[0] = -1);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].first_access = 0); // overlap
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].access_count = UINT16_MAX);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[3].dependency_count = UINT16_MAX);
    REFUSED("tasks", MW_GRAPH_DAMAGED, AT(i, TASKS, mw_task)[1].measured_us = NAN);
    REFUSED("accesses", MW_GRAPH_DAMAGED, AT(i, ACCESSES, mw_access)->subregion = 99);
    REFUSED("accesses", MW_GRAPH_DAMAGED, AT(i, ACCESSES, mw_access)->argument = 63);
    REFUSED("accesses", MW_GRAPH_DAMAGED, AT(i, ACCESSES, mw_access)->mode = 0);
    REFUSED("dependencies", MW_GRAPH_DAMAGED, AT(i, DEPENDENCIES, uint32_t)[0] = 3); // itself
    REFUSED("dependencies", MW_GRAPH_DAMAGED, AT(i, DEPENDENCIES, uint32_t)[0] = 4); // a cycle
    REFUSED("synchronisation", MW_GRAPH_DAMAGED, AT(i, SYNCS, mw_sync)->before = 99);
    REFUSED("synchronisation", MW_GRAPH_DAMAGED, AT(i, SYNCS, mw_sync)->type = 3);
    REFUSED("synchronisation", MW_GRAPH_DAMAGED, AT(i, SYNCS, mw_sync)->what = 3); // not yet there
}

// --- files ---------------------------------------------------------------------------------------

static void refused_file(const char *path, mw_status expected, mw_diag_code code) {
    mw_graph *g = NULL;
    mw_diags *diags = mw_diags_new();
    assert_int_equal(mw_graph_load(path, &g, diags), expected);
    assert_int_equal(mw_diags_errors(diags), 1);
    assert_int_equal(mw_diags_first_error(diags)->code, code);
    assert_null(g);
    mw_diags_free(diags);
}

static void what_is_no_graph_file_is_refused(void **state) {
    (void)state;
    const char *path = "damage.mwg";
    refused_file("there/is/no/such.mwg", MW_ERR_IO, MW_CANNOT_READ);
    assert_int_equal(mw_file_write(path, "", 0, NULL), MW_OK);
    refused_file(path, MW_ERR_INPUT, MW_NOT_A_GRAPH);
    assert_int_equal(mw_file_write(path, "MWGRAPH\n", 8, NULL), MW_OK);
    refused_file(path, MW_ERR_INPUT, MW_GRAPH_DAMAGED);
    assert_int_equal(mw_file_write(path, "{\"kinds\": []}\n", 14, NULL), MW_OK);
    refused_file(path, MW_ERR_INPUT, MW_NOT_A_GRAPH);
    remove(path);
    refused_file("/", MW_ERR_IO, MW_CANNOT_READ);
}

int main(void) {
    const struct CMUnitTest damages[] = {
        cmocka_unit_test(the_sample_is_good_before_it_is_damaged),
        cmocka_unit_test(a_file_cut_at_any_length_is_refused),
        cmocka_unit_test(a_file_that_goes_on_is_refused),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(behind_a_right_checksum_a_flipped_bit_is_found_or_does_no_harm),
        cmocka_unit_test(behind_a_right_checksum_random_words_do_no_harm),
        cmocka_unit_test(the_header_is_checked),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(kinds_arguments_and_classes_are_checked),
        cmocka_unit_test(regions_are_checked),
        cmocka_unit_test(launches_and_tasks_are_checked),
        cmocka_unit_test(what_is_no_graph_file_is_refused),
    };
    return cmocka_run_group_tests(damages, NULL, NULL);
}
