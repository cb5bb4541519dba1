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

/** A list with a kind that the machine has is a portable one, and no mistake. */
static void warn_procs(const mw_program *program, const mw_machine *m, const mw_rule *r,
                       mw_diags *diags) {
    for (uint32_t i = 0; i < r->kind_count; i++)
        if (has_proc(m, r->kinds[i]))
            return;
    const char *kind = mw_proc_kind_name((mw_proc_kind)r->kinds[0]);
    mw_diag_at(diags, MW_WARNING, MW_NO_SUCH_PROCESSOR, mw_program_source(program),
               mw_rules_place(program, r, kind), "add a kind that the machine has",
               r->kind_count == 1 ? "machine '%.60s' has no %s"
                                  : "machine '%.60s' has no %s, nor the others of the list",
               m->name, kind);
}

static void warn_mems(const mw_program *program, const mw_machine *m, const mw_rule *r,
                      mw_diags *diags) {
    const char *proc = r->proc == MW_ANY ? NULL : mw_proc_kind_name((mw_proc_kind)r->proc);
    if (proc && !has_proc(m, r->proc))
        return; // for other machines
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

void mw_warn_machine(const mw_program *program, const mw_machine *machine, mw_diags *diags) {
    uint32_t count;
    const mw_rule *rules = mw_program_rules(program, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (rules[i].type == MW_RULE_TASK)
            warn_procs(program, machine, &rules[i], diags);
        else if (rules[i].type == MW_RULE_REGION)
            warn_mems(program, machine, &rules[i], diags);
    }
}

// --- launches
// --------------------------------------------------------------------------------------

enum { SINGLE = 1, INDEX = 2 }; // how tasks of a kind are launched

static uint32_t launches_of(const mw_graph *g, uint32_t kind) {
    uint32_t found = 0;
    for (uint32_t l = 0; l < g->launch_count; l++)
        if (g->launches[l].kind == kind)
            found |= g->launches[l].rank == 0 ? SINGLE : INDEX;
    return found;
}

static uint32_t wants(const mw_rule *r) {
    return r->type == MW_RULE_INDEX_MAP ? INDEX : SINGLE;
}

/** A map for tasks by name: are they launched that way? */
static void warn_names(const mw_program *program, const mw_graph *graph, const mw_rule *r,
                       mw_diags *diags) {
    for (uint32_t n = 0; n < r->name_count; n++) {
        uint32_t k = 0;
        while (k < graph->kind_count && strcmp(mw_graph_kind_name(graph, k), r->names[n]) != 0)
            k++;
        if (k == graph->kind_count || launches_of(graph, k) & wants(r))
            continue; // tasks that the graph has not are told when planning
        bool index = wants(r) == INDEX;
        mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, mw_program_source(program),
                   mw_rules_place(program, r, r->names[n]),
                   index ? "SingleTaskMap is for tasks that are launched one by one"
                         : "IndexTaskMap is for index launches",
                   "this never applies: '%.60s' is only launched %s, so no launch uses '%.60s'",
                   r->names[n], index ? "as single tasks" : "as index launches",
                   mw_program_function_name(program, r->function));
    }
}

/** A map for a kind of processor, or for all tasks: does any launch come to it? */
static void warn_general(const mw_program *program, const mw_plan *plan, const mw_rule *r,
                         mw_diags *diags) {
    const mw_graph *g = plan->graph;
    for (uint32_t k = 0; k < g->kind_count; k++) {
        const mw_kind_rules *rules = plan->kind_rules[k];
        int function = wants(r) == INDEX ? rules->index_function : rules->single_function;
        if ((r->target == MW_ANY || (int)rules->proc == r->target) && function == r->function &&
            launches_of(g, k) & wants(r))
            return;
    }
    const char *target = r->target == MW_ANY ? "*" : mw_proc_kind_name((mw_proc_kind)r->target);
    mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, mw_program_source(program),
               mw_rules_place(program, r, target),
               "a map that names the task, and one above for the same, come first",
               "this never applies: no %s%s%s uses '%.60s'",
               wants(r) == INDEX ? "index launch" : "single task",
               r->target == MW_ANY ? "" : " on ", r->target == MW_ANY ? "" : target,
               mw_program_function_name(program, r->function));
}

void mw_warn_graph(const mw_program *program, const mw_graph *graph, const mw_plan *plan,
                   mw_diags *diags) {
    uint32_t count;
    const mw_rule *rules = mw_program_rules(program, &count);
    for (uint32_t i = 0; i < count && mw_diags_count(diags) < MW_DIAGS_MAX; i++) {
        const mw_rule *r = &rules[i];
        if (r->type != MW_RULE_INDEX_MAP && r->type != MW_RULE_SINGLE_MAP)
            continue;
        if (r->name_count > 0)
            warn_names(program, graph, r, diags);
        else if (plan && (r->target == MW_ANY || has_proc(plan->machine, r->target)))
            warn_general(program, plan, r, diags);
    }
}
