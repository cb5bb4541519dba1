// src/plan/warn.c: rules about what the machine or the graph does not have.
#include "plan/warn.h"
#include "plan/rules.h"
#include <string.h>

static bool has_proc(const mw_machine *m, int kind) {
    return kind < MW_PROC_KINDS && m->procs_of_kind[kind] > 0;
}

/** Does any processor of the kind (MW_ANY: of any kind) reach a memory of that kind? All nodes are
 * alike, so the first one tells. */
static bool reaches(const mw_machine *m, int proc, mw_mem_kind mem) {
    for (uint32_t p = 0; p < m->procs_per_node; p++)
        if ((proc == MW_ANY || (int)m->procs[p].kind == proc) &&
            mw_machine_best_mem(m, p, mem) != MW_NO_ID)
            return true;
    return false;
}

static void warn_procs(const mw_program *program, const mw_machine *m, const mw_rule *r,
                       mw_diags *diags) {
    for (uint32_t i = 0; i < r->kind_count; i++) {
        const char *kind = mw_proc_kind_name((mw_proc_kind)r->kinds[i]);
        if (!has_proc(m, r->kinds[i]))
            mw_diag_at(diags, MW_WARNING, MW_NO_SUCH_PROCESSOR, mw_program_source(program),
                       mw_rules_place(program, r, kind),
                       r->kind_count > 1 ? "the next kind in the list takes its place" : NULL,
                       "machine '%.60s' has no %s", m->name, kind);
    }
}

static void warn_mems(const mw_program *program, const mw_machine *m, const mw_rule *r,
                      mw_diags *diags) {
    const char *proc = r->proc == MW_ANY ? NULL : mw_proc_kind_name((mw_proc_kind)r->proc);
    if (proc && !has_proc(m, r->proc)) {
        mw_diag_at(diags, MW_WARNING, MW_NO_SUCH_PROCESSOR, mw_program_source(program),
                   mw_rules_place(program, r, proc), NULL,
                   "this never applies: machine '%.60s' has no %s", m->name, proc);
        return;
    }
    for (uint32_t i = 0; i < r->kind_count; i++) {
        if (r->kinds[i] == MW_MEM_VIRTUAL || reaches(m, r->proc, (mw_mem_kind)r->kinds[i]))
            continue;
        const char *mem = mw_mem_kind_name((mw_mem_kind)r->kinds[i]);
        mw_str reached = {0};
        for (int k = 0; k < MW_MEM_KINDS; k++)
            if (reaches(m, r->proc, (mw_mem_kind)k))
                mw_str_printf(&reached, "%s%s", reached.len ? ", " : "it reaches ",
                              mw_mem_kind_name((mw_mem_kind)k));
        mw_diag_at(diags, MW_WARNING, MW_MEMORY_UNREACHABLE, mw_program_source(program),
                   mw_rules_place(program, r, mem), proc ? mw_str_text(&reached) : NULL,
                   "no %s of machine '%.60s' reaches a %s", proc ? proc : "processor", m->name,
                   mem);
        mw_str_clear(&reached);
    }
}

static void warn_map(const mw_program *program, const mw_machine *m, const mw_rule *r,
                     mw_diags *diags) {
    if (r->name_count > 0 || r->target == MW_ANY || has_proc(m, r->target))
        return;
    const char *kind = mw_proc_kind_name((mw_proc_kind)r->target);
    mw_diag_at(diags, MW_WARNING, MW_NO_SUCH_PROCESSOR, mw_program_source(program),
               mw_rules_place(program, r, kind), NULL,
               "this never applies: machine '%.60s' has no %s", m->name, kind);
}

void mw_warn_machine(const mw_program *program, const mw_machine *machine, mw_diags *diags) {
    uint32_t count;
    const mw_rule *rules = mw_program_rules(program, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (rules[i].type == MW_RULE_TASK)
            warn_procs(program, machine, &rules[i], diags);
        else if (rules[i].type == MW_RULE_REGION)
            warn_mems(program, machine, &rules[i], diags);
        else if (rules[i].type == MW_RULE_INDEX_MAP || rules[i].type == MW_RULE_SINGLE_MAP)
            warn_map(program, machine, &rules[i], diags);
    }
}

// --- launches
// --------------------------------------------------------------------------------------

/** Bit 0: the kind has single tasks; bit 1: it has index launches. MW_NO_ID: no such kind. */
static uint32_t launches_of(const mw_graph *g, const char *kind) {
    uint32_t k = 0, found = 0;
    while (k < g->kind_count && strcmp(mw_graph_kind_name(g, k), kind) != 0)
        k++;
    for (uint32_t l = 0; k < g->kind_count && l < g->launch_count; l++)
        if (g->launches[l].kind == k)
            found |= g->launches[l].rank == 0 ? 1 : 2;
    return k < g->kind_count ? found : MW_NO_ID;
}

void mw_warn_graph(const mw_program *program, const mw_graph *graph, mw_diags *diags) {
    uint32_t count;
    const mw_rule *rules = mw_program_rules(program, &count);
    for (uint32_t i = 0; i < count && mw_diags_count(diags) < MW_DIAGS_MAX; i++) {
        const mw_rule *r = &rules[i];
        bool index = r->type == MW_RULE_INDEX_MAP;
        for (uint32_t n = 0; (index || r->type == MW_RULE_SINGLE_MAP) && n < r->name_count; n++) {
            uint32_t has = launches_of(graph, r->names[n]);
            if (has == MW_NO_ID || has & (index ? 2 : 1))
                continue;
            mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, mw_program_source(program),
                       mw_rules_place(program, r, r->names[n]),
                       index ? "SingleTaskMap is for tasks that are launched one by one"
                             : "IndexTaskMap is for index launches",
                       "this never applies: '%.60s' is only launched %s, so no launch uses '%.60s'",
                       r->names[n], index ? "as single tasks" : "as index launches",
                       mw_program_function_name(program, r->function));
        }
    }
}
