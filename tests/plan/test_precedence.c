// tests/plan/test_precedence.c: which of several rules decides (language.md section 6).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "plan/mapping.h"

enum { CPU = 1u << MW_PROC_CPU, GPU = 1u << MW_PROC_GPU, OMP = 1u << MW_PROC_OMP };

/** A mapper on a machine of 2 nodes with 4 CPUs, 2 GPUs and 1 OMP group each, and one task kind `t`
 * with arguments `a` and `b` of the regions `cells` and `halo`, both partitions of `grid`. */
typedef struct scene {
    mw_machine *machine;
    mw_program *program;
    mw_mapping *mapping;
    mw_diags *diags;
    const mw_kind_rules *rules;
} scene;

static const char *const ARGUMENTS[2][3] = {{"a", "cells", "grid"}, {"b", "halo", "grid"}};

static scene scene_with(const char *mapper, uint32_t variants) {
    scene s = {.machine = mw_machine_bare(2, 4, 2, 1), .diags = mw_diags_new()};
    mw_lang_options options = {0};
    mw_status status =
        mw_program_parse("t.mapper", mapper, strlen(mapper), &options, &s.program, s.diags);
    mw_diags_print(stderr, s.diags);
    assert_int_equal(status, MW_OK);
    assert_int_equal(mw_mapping_new(s.program, s.machine, &s.mapping, s.diags), MW_OK);
    mw_kind_view kind = {"t", variants, 2, ARGUMENTS};
    s.rules = mw_mapping_kind(s.mapping, &kind, s.diags);
    assert_non_null(s.rules);
    return s;
}

static void scene_end(scene *s) {
    mw_mapping_free(s->mapping);
    mw_program_free(s->program);
    mw_machine_free(s->machine);
    mw_diags_free(s->diags);
}

static void assert_runs_on(const char *mapper, uint32_t variants, mw_proc_kind expected) {
    scene s = scene_with(mapper, variants);
    assert_true(s.rules->mapped);
    assert_int_equal(s.rules->proc, expected);
    scene_end(&s);
}

static void assert_memories(const char *mapper, uint32_t argument, const char *expected) {
    scene s = scene_with(mapper, CPU | GPU);
    mw_str got = {0};
    for (uint32_t i = 0; i < s.rules->arguments[argument].mem_count; i++)
        mw_str_printf(&got, "%s%s", i ? " " : "",
                      mw_mem_kind_name((mw_mem_kind)s.rules->arguments[argument].mems[i]));
    if (s.rules->arguments[argument].virtual_)
        mw_str_add(&got, "VIRTUAL");
    assert_string_equal(mw_str_text(&got), expected);
    mw_str_clear(&got);
    scene_end(&s);
}

static void the_first_kind_with_a_variant_and_a_processor_wins(void **state) {
    (void)state;
    assert_runs_on("", CPU | GPU | OMP, MW_PROC_GPU);
    assert_runs_on("", CPU | OMP, MW_PROC_OMP);
    assert_runs_on("Task t OMP, CPU;", CPU | GPU, MW_PROC_CPU);
    assert_runs_on("Task t IO, CPU;", CPU | 1u << MW_PROC_IO, MW_PROC_CPU); // no IO processor here
}

static void an_own_task_rule_replaces_the_rule_for_all(void **state) {
    (void)state;
    assert_runs_on("Task * GPU; Task t CPU;", CPU | GPU, MW_PROC_CPU);
    assert_runs_on("Task t CPU; Task t GPU; Task * GPU;", CPU | GPU, MW_PROC_CPU);
    scene s = scene_with("Task * CPU; Task t GPU;", CPU); // it does not fall back to `*`
    assert_false(s.rules->mapped);
    assert_int_equal(mw_diags_first_error(s.diags)->code, MW_NO_VARIANT);
    assert_string_equal(mw_diags_first_error(s.diags)->hint, "it can run on: CPU");
    scene_end(&s);
}

static void memories_of_all_keys_are_tried_in_order(void **state) {
    (void)state;
    assert_memories("", 0, "FBMEM ZCMEM");
    assert_memories("Region t a GPU ZCMEM;", 0, "ZCMEM FBMEM");
    assert_memories("Region * * * RDMEM; Region * cells GPU SYSMEM; Region t * GPU SOCKMEM; "
                    "Region t a GPU ZCMEM;",
                    0, "ZCMEM SOCKMEM SYSMEM RDMEM FBMEM");
    assert_memories("Region t 1 GPU ZCMEM;", 1, "ZCMEM FBMEM");
    assert_memories("Region t 1 GPU ZCMEM;", 0, "FBMEM ZCMEM");
}

static void a_name_matches_the_argument_then_its_partition_then_its_parent(void **state) {
    (void)state;
    assert_memories("Region t grid GPU SYSMEM; Region t halo GPU RDMEM; Region t b GPU ZCMEM;", 1,
                    "ZCMEM RDMEM SYSMEM FBMEM");
}

static void the_exact_processor_kind_beats_the_star(void **state) {
    (void)state;
    assert_memories("Region t a * SYSMEM; Region t a GPU ZCMEM;", 0, "ZCMEM FBMEM");
    assert_memories("Region t a CPU SYSMEM; Region t a * RDMEM;", 0, "RDMEM FBMEM ZCMEM");
}

static void virtual_stops_the_search(void **state) {
    (void)state;
    assert_memories("Region t a * VIRTUAL;", 0, "VIRTUAL");
    assert_memories("Region t a GPU ZCMEM, VIRTUAL;", 0, "ZCMEM");
}

static void the_first_layout_found_decides_whole(void **state) {
    (void)state;
    scene s =
        scene_with("Layout t a FBMEM C_order; Layout t a * AOS; Layout * * * C_order AOS;", GPU);
    const mw_argument_rule *a = &s.rules->arguments[0];
    assert_true(a->layout[MW_MEM_FBMEM].c_order && !a->layout[MW_MEM_FBMEM].aos);
    assert_true(a->layout[MW_MEM_ZCMEM].aos && !a->layout[MW_MEM_ZCMEM].c_order);
    assert_true(s.rules->arguments[1].layout[MW_MEM_FBMEM].aos);
    scene_end(&s);
    s = scene_with("Layout t a SYSMEM C_order;", GPU);
    assert_true(s.rules->arguments[0].layout_given[MW_MEM_SYSMEM]);
    assert_false(s.rules->arguments[0].layout_given[MW_MEM_FBMEM]);
    scene_end(&s);
}

static void collection_is_the_union_over_all_keys(void **state) {
    (void)state;
    scene s = scene_with("CollectMemory t a; CollectMemory * halo;", CPU);
    assert_true(s.rules->arguments[0].collect && s.rules->arguments[1].collect);
    scene_end(&s);
    s = scene_with("CollectMemory t a;", CPU);
    assert_false(s.rules->arguments[1].collect);
    scene_end(&s);
}

#define MAPS                                                                                       \
    "m = Machine(CPU);"                                                                            \
    "def first(Task t) { return m[0, 0]; }"                                                        \
    "def second(Task t) { return m[0, 1]; }"                                                       \
    "def any(Task t) { return m[1, *]; }"

static void assert_placed(const char *mapper, uint32_t expected_count, uint32_t expected_first) {
    scene s = scene_with(mapper, CPU);
    int64_t point[1] = {0}, extent[1] = {4};
    mw_task_view view = {"t", true, 1, point, extent, NULL, MW_NO_ID};
    uint32_t *procs = NULL, capacity = 0, count = 0;
    assert_int_equal(
        mw_mapping_place(s.mapping, s.rules, &view, 0, &procs, &capacity, &count, s.diags), MW_OK);
    assert_int_equal(count, expected_count);
    assert_int_equal(procs[0], expected_first);
    free(procs);
    scene_end(&s);
}

static void a_map_for_the_name_beats_the_kind_beats_the_star(void **state) {
    (void)state;
    scene probe = scene_with("", CPU);
    uint32_t first = mw_machine_proc(probe.machine, MW_PROC_CPU, 0, 0);
    uint32_t second = mw_machine_proc(probe.machine, MW_PROC_CPU, 0, 1);
    uint32_t remote = mw_machine_proc(probe.machine, MW_PROC_CPU, 1, 0);
    scene_end(&probe);
    assert_placed(MAPS "IndexTaskMap * any; IndexTaskMap CPU second; IndexTaskMap t first;", 1,
                  first);
    assert_placed(MAPS "IndexTaskMap * any; IndexTaskMap CPU second; IndexTaskMap GPU first;", 1,
                  second);
    assert_placed(MAPS "IndexTaskMap * any; SingleTaskMap t first;", 4, remote);
    assert_placed(MAPS "IndexTaskMap t first; IndexTaskMap t second;", 1, first);
}

static void the_default_is_block_over_nodes_then_processors(void **state) {
    (void)state;
    scene s = scene_with("", CPU);
    uint32_t *procs = NULL, capacity = 0, count = 0;
    // 3 x 4 = 12 points over 2 nodes of 4: six a node, of which 2, 1, 2, 1 a processor (j * 4 / 6)
    static const uint32_t index[6] = {0, 0, 1, 2, 2, 3};
    for (int64_t i = 0; i < 12; i++) {
        int64_t point[2] = {i / 4, i % 4}, extent[2] = {3, 4};
        mw_task_view view = {"t", true, 2, point, extent, NULL, MW_NO_ID};
        assert_int_equal(
            mw_mapping_place(s.mapping, s.rules, &view, 0, &procs, &capacity, &count, s.diags),
            MW_OK);
        assert_int_equal(procs[0],
                         mw_machine_proc(s.machine, MW_PROC_CPU, (uint32_t)(i / 6), index[i % 6]));
    }
    for (uint32_t turn = 0; turn < 6; turn++) { // single tasks: the top level's node, in turn
        mw_task_view view = {.name = "t", .proc = MW_NO_ID};
        assert_int_equal(
            mw_mapping_place(s.mapping, s.rules, &view, turn, &procs, &capacity, &count, s.diags),
            MW_OK);
        assert_int_equal(procs[0], mw_machine_proc(s.machine, MW_PROC_CPU, 0, turn % 4));
    }
    free(procs);
    scene_end(&s);
}

static void a_map_to_another_kind_of_processor_is_a_mapping_error(void **state) {
    (void)state;
    scene s = scene_with(MAPS "IndexTaskMap t first;", GPU);
    int64_t point[1] = {0}, extent[1] = {4};
    mw_task_view view = {"t", true, 1, point, extent, NULL, MW_NO_ID};
    uint32_t *procs = NULL, capacity = 0, count = 0;
    assert_int_equal(
        mw_mapping_place(s.mapping, s.rules, &view, 0, &procs, &capacity, &count, s.diags),
        MW_ERR_INPUT);
    assert_int_equal(mw_diags_first_error(s.diags)->code, MW_WRONG_PROCESSOR_KIND);
    free(procs);
    scene_end(&s);
}

static void limits_and_priorities_follow_their_rules(void **state) {
    (void)state;
    scene s = scene_with("InstanceLimit t 3; Priority t 10 - task.ipoint[0];", CPU);
    assert_int_equal(s.rules->limit, 3);
    int64_t point[1] = {4}, extent[1] = {8};
    mw_task_view view = {"t", true, 1, point, extent, NULL, MW_NO_ID};
    int32_t priority = 0;
    assert_int_equal(mw_mapping_priority(s.mapping, s.rules, &view, 99, &priority, s.diags), MW_OK);
    assert_int_equal(priority, 6);
    scene_end(&s);
    s = scene_with("", CPU); // no rule: the program's own
    assert_int_equal(s.rules->limit, 0);
    assert_int_equal(mw_mapping_priority(s.mapping, s.rules, &view, 99, &priority, s.diags), MW_OK);
    assert_int_equal(priority, 99);
    scene_end(&s);
}

static void rules_that_match_nothing_are_told(void **state) {
    (void)state;
    scene s = scene_with("Task tt CPU; Region t a CPU SYSMEM; Region t a GPU FBMEM; Task t CPU; "
                         "Region t nowhere CPU SYSMEM;",
                         CPU);
    mw_mapping_warn_unused(s.mapping, s.diags);
    assert_int_equal(mw_diags_count(s.diags), 2); // `tt` and `nowhere`
    assert_int_equal(mw_diags_at(s.diags, 0)->code, MW_RULE_NEVER_APPLIES);
    assert_string_equal(mw_diags_at(s.diags, 0)->hint, "did you mean 't'?");
    scene_end(&s);
}

int main(void) {
    const struct CMUnitTest precedence[] = {
        cmocka_unit_test(the_first_kind_with_a_variant_and_a_processor_wins),
        cmocka_unit_test(an_own_task_rule_replaces_the_rule_for_all),
        cmocka_unit_test(memories_of_all_keys_are_tried_in_order),
        cmocka_unit_test(a_name_matches_the_argument_then_its_partition_then_its_parent),
        cmocka_unit_test(the_exact_processor_kind_beats_the_star),
        cmocka_unit_test(virtual_stops_the_search),
        cmocka_unit_test(the_first_layout_found_decides_whole),
        cmocka_unit_test(collection_is_the_union_over_all_keys),
        cmocka_unit_test(a_map_for_the_name_beats_the_kind_beats_the_star),
        cmocka_unit_test(the_default_is_block_over_nodes_then_processors),
        cmocka_unit_test(a_map_to_another_kind_of_processor_is_a_mapping_error),
        cmocka_unit_test(limits_and_priorities_follow_their_rules),
        cmocka_unit_test(rules_that_match_nothing_are_told),
    };
    return cmocka_run_group_tests(precedence, NULL, NULL);
}
