// tests/lang/evaluate.h: a program run on 2 nodes with 4 CPUs and 2 GPUs each: its globals, then
// every function that a map statement names, for the first and the last of 8 points, or as a single
// task whose parent runs on the first GPU.
#pragma once
#include "lang/lang.h"
#include <stdlib.h>

static inline void evaluate_map(const mw_binding *binding, const mw_machine *machine,
                                const mw_rule *rule, int64_t point, mw_diags *diags) {
    bool index = rule->type == MW_RULE_INDEX_MAP;
    int64_t extent = 8;
    mw_task_view parent = {.name = "main", .proc = mw_machine_proc(machine, MW_PROC_GPU, 0, 0)};
    mw_task_view task = {.name = "work",
                         .index_launch = index,
                         .rank = index,
                         .point = &point,
                         .extent = &extent,
                         .parent = index ? NULL : &parent,
                         .proc = MW_NO_ID};
    mw_places places = {0};
    mw_binding_place(binding, rule->function, &task, &places, diags);
    free(places.pairs);
}

static inline void evaluate(const mw_program *program, mw_diags *diags) {
    mw_machine *machine = mw_machine_bare(2, 4, 2, 1);
    mw_binding *binding = NULL;
    uint32_t count;
    const mw_rule *rules = mw_program_rules(program, &count);
    if (mw_binding_new(program, machine, &binding, diags) != MW_OK)
        count = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool single = rules[i].type == MW_RULE_SINGLE_MAP;
        for (int64_t point = 0; point < 8; point += single ? 8 : 7)
            if (single || rules[i].type == MW_RULE_INDEX_MAP)
                evaluate_map(binding, machine, &rules[i], point, diags);
    }
    mw_binding_free(binding);
    mw_machine_free(machine);
}
