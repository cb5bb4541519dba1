// src/cli/eval_places.c: a launch's places block by block, or by the default map.
#include "cli/eval_places.h"
#include <stdlib.h>

/** By the rules' own precedence: the task's name, its processor kind, `*`, the default. */
static mw_status find_function(mw_eval *e) {
    uint32_t count;
    const mw_rule *rules = mw_program_rules(e->program, &count);
    bool *matched = calloc((size_t)count + 1, sizeof *matched);
    if (!matched)
        return MW_ERR_NOMEM;
    mw_rule_set set = {.rules = rules, .count = count, .matched = matched};
    e->function = mw_rules_map(&set, MW_RULE_INDEX_MAP, e->task, e->kind);
    free(matched);
    return MW_OK;
}

mw_status mw_eval_bind(mw_eval *e) {
    mw_status status = find_function(e);
    if (status == MW_OK && e->machine->procs_of_kind[e->kind] == 0) {
        mw_diag_in(e->diags, MW_ERROR, MW_NO_VARIANT, NULL, NULL, NULL,
                   "the machine has no %s processor", mw_proc_kind_name(e->kind));
        status = MW_ERR_INPUT;
    }
    if (status == MW_OK)
        status = mw_binding_new_lazy(e->program, e->machine, &e->binding, e->diags);
    if (status == MW_OK && e->function == MW_NO_FUNCTION)
        status = mw_mapping_new(NULL, e->machine, &e->defaults, e->diags);
    return status;
}

void mw_eval_clear(mw_eval *e) {
    mw_mapping_free(e->defaults);
    mw_binding_free(e->binding);
    mw_program_free(e->program);
    mw_machine_free(e->machine);
}

static void advance(const mw_eval *e, int64_t *index) {
    for (uint32_t d = e->rank; d-- > 0 && ++index[d] == e->extent[d];)
        index[d] = 0;
}

// --- by the default map
// ---------------------------------------------------------------------------

static mw_status each_by_default(mw_eval *e, const mw_task_view *view, int64_t *index,
                                 mw_status (*each)(void *context, const mw_eval_point *point),
                                 void *context) {
    const mw_kind_rules rules = {.mapped = true,
                                 .proc = e->kind,
                                 .index_function = MW_NO_FUNCTION,
                                 .single_function = MW_NO_FUNCTION,
                                 .priority_function = MW_NO_FUNCTION};
    uint32_t *procs = NULL, capacity = 0, count = 0;
    mw_status status = MW_OK;
    for (uint64_t i = 0; i < e->volume && status == MW_OK; i++, advance(e, index)) {
        status =
            mw_mapping_place(e->defaults, &rules, view, 0, &procs, &capacity, &count, e->diags);
        if (status != MW_OK || !each)
            continue;
        const mw_proc *proc = &e->machine->procs[procs[0]];
        struct mw_pair pair = {proc->node, proc->index};
        status = each(context, &(mw_eval_point){.index = index, .count = 1, .pairs = &pair});
    }
    free(procs);
    return status;
}

// --- by a function
// --------------------------------------------------------------------------------

static mw_status wrong_kind(mw_eval *e, mw_proc_kind got) {
    mw_diag_in(e->diags, MW_ERROR, MW_WRONG_PROCESSOR_KIND, mw_program_source(e->program)->name,
               NULL, "return a processor of the kind that --proc names",
               "'%s' maps task '%s' to a %s, but it runs on %s",
               mw_program_function_name(e->program, e->function), e->task, mw_proc_kind_name(got),
               mw_proc_kind_name(e->kind));
    return MW_ERR_INPUT;
}

/** Those points of a block that have a place. */
static mw_status each_of_block(mw_eval *e, const mw_point_places *block, int64_t *index,
                               mw_status (*each)(void *context, const mw_eval_point *point),
                               void *context) {
    uint32_t from = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        if (block->kind[i] != e->kind)
            return wrong_kind(e, (mw_proc_kind)block->kind[i]);
        if (!each)
            continue;
        mw_eval_point point = {.index = index,
                               .is_set = block->is_set[i],
                               .count = block->end[i] - from,
                               .pairs = block->pairs + from};
        mw_status status = each(context, &point);
        if (status != MW_OK)
            return status;
        from = block->end[i];
        advance(e, index);
    }
    return MW_OK;
}

static mw_status each_by_function(mw_eval *e, const mw_task_view *view, int64_t *index,
                                  mw_status (*each)(void *context, const mw_eval_point *point),
                                  void *context) {
    mw_launch_map *map = NULL;
    mw_status status = mw_launch_map_new(e->binding, e->function, view, &map);
    for (uint64_t at = 0; at < e->volume && status == MW_OK;) {
        mw_point_places block;
        status = mw_launch_map_next(map, at, e->volume - at, &block, e->diags);
        if (status == MW_OK)
            status = each_of_block(e, &block, index, each, context);
        at += block.count;
    }
    mw_launch_map_free(map);
    return status;
}

mw_status mw_eval_each(mw_eval *e, mw_status (*each)(void *context, const mw_eval_point *point),
                       void *context) {
    int64_t index[MW_TUPLE_MAX] = {0};
    const mw_task_view view = {.name = e->task,
                               .index_launch = true,
                               .rank = e->rank,
                               .point = index,
                               .extent = e->extent,
                               .proc = MW_NO_ID};
    return e->function == MW_NO_FUNCTION ? each_by_default(e, &view, index, each, context)
                                         : each_by_function(e, &view, index, each, context);
}
