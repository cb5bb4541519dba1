// tests/lang/examples.h: an example from a page: it must have no errors and no warnings, and every
// map in it must place every point of some launch. For tests only.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "lang/lang.h"

/** Places all points; false: some point fails. `out`, if given, takes node * 100 + index, [volume].
 */
static inline bool places_all(const mw_binding *b, int function, uint32_t rank,
                              const int64_t *extent, int *out) {
    int64_t point[4] = {0}, volume = 1;
    for (uint32_t d = 0; d < rank; d++)
        volume *= extent[d];
    mw_places places = {0};
    bool ok = true;
    for (int64_t i = 0; ok && i < volume; i++) {
        mw_task_view task = {.name = "example",
                             .index_launch = true,
                             .rank = rank,
                             .point = point,
                             .extent = extent,
                             .proc = MW_NO_ID};
        ok = mw_binding_place(b, function, &task, &places, NULL) == MW_OK;
        if (ok && out)
            out[i] = (int)(places.pairs[0].node * 100 + places.pairs[0].index);
        for (uint32_t d = rank; d-- > 0 && ++point[d] == extent[d];)
            point[d] = 0;
    }
    free(places.pairs);
    return ok;
}

static inline bool places_single(const mw_binding *b, int function) {
    mw_places places = {0};
    mw_task_view parent = {.name = "main", .proc = 0},
                 task = {.name = "example", .parent = &parent, .proc = 0};
    bool ok = mw_binding_place(b, function, &task, &places, NULL) == MW_OK;
    free(places.pairs);
    return ok;
}

static inline mw_program *example_program(const char *name, const char *text, size_t len) {
    mw_program *program = NULL;
    mw_diags *diags = mw_diags_new();
    mw_lang_options options = {0};
    mw_status status = mw_program_parse(name, text, len, &options, &program, diags);
    mw_diags_print(stderr, diags);
    assert_int_equal(status, MW_OK);
    assert_int_equal(mw_diags_count(diags), 0);
    mw_diags_free(diags);
    return program;
}

/** Does the map place every point of a launch of 1, 2 or 3 dimensions, or a single task? */
static inline bool some_launch_fits(const mw_binding *b, const mw_rule *map) {
    static const int64_t EXTENT[3] = {8, 8, 8};
    for (uint32_t rank = 1; rank <= 3 && map->type == MW_RULE_INDEX_MAP; rank++)
        if (places_all(b, map->function, rank, EXTENT, NULL))
            return true;
    return map->type == MW_RULE_SINGLE_MAP && places_single(b, map->function);
}

/** Priorities give an integer for every point too. @return how many maps and priorities it has */
static inline uint32_t assert_example_works(const char *name, const char *text, size_t len) {
    mw_program *program = example_program(name, text, len);
    mw_machine *machine = mw_machine_bare(2, 4, 4, 2);
    mw_binding *binding = NULL;
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_binding_new(program, machine, &binding, diags);
    mw_diags_print(stderr, diags);
    assert_int_equal(status, MW_OK);
    uint32_t rules, used = 0;
    const mw_rule *rule = mw_program_rules(program, &rules);
    for (uint32_t i = 0; i < rules; i++) {
        if (rule[i].type == MW_RULE_INDEX_MAP || rule[i].type == MW_RULE_SINGLE_MAP) {
            bool fits = some_launch_fits(binding, &rule[i]);
            if (!fits)
                fprintf(stderr, "%s: '%s' places no launch\n", name,
                        mw_program_function_name(program, rule[i].function));
            assert_true(fits);
            used++;
        } else if (rule[i].type == MW_RULE_PRIORITY) {
            int64_t point[3] = {1, 2, 3}, extent[3] = {8, 8, 8}, value;
            mw_task_view task = {.name = "example",
                                 .index_launch = true,
                                 .rank = 3,
                                 .point = point,
                                 .extent = extent,
                                 .proc = MW_NO_ID};
            assert_int_equal(mw_binding_integer(binding, rule[i].function, &task, &value, NULL),
                             MW_OK);
            used++;
        }
    }
    mw_diags_free(diags);
    mw_binding_free(binding);
    mw_machine_free(machine);
    mw_program_free(program);
    return used;
}
