// src/report/names.c: what tasks, processors, memories and causes are called.
#include "report/names.h"

void mw_name_point(mw_str *out, uint32_t rank, const int32_t point[]) {
    for (uint32_t i = 0; i < rank && i < MW_POINT_RANK; i++)
        mw_str_printf(out, "%c%d", i ? ',' : '[', point[i]);
    if (rank > 0)
        mw_str_add_char(out, ']');
}

void mw_name_task(mw_str *out, const mw_graph *g, uint32_t task) {
    const mw_task *t = &g->tasks[task];
    mw_str_add(out, mw_graph_kind_name(g, t->kind));
    mw_name_point(out, g->launches[t->launch].rank, t->point);
}

void mw_name_region(mw_str *out, const mw_graph *g, uint32_t region) {
    const char *name = mw_graph_string(g, g->regions[region].name);
    if (*name)
        mw_str_add(out, name);
    else
        mw_str_printf(out, "region %u", region);
}

void mw_name_subregion(mw_str *out, const mw_graph *g, uint32_t subregion) {
    const mw_subregion *s = &g->subregions[subregion];
    mw_name_region(out, g, s->region);
    mw_name_point(out, s->rank, s->point);
}

static void node_prefix(mw_str *out, const mw_machine *m, uint32_t node) {
    if (m->nodes > 1)
        mw_str_printf(out, "n%u ", node);
}

void mw_name_proc(mw_str *out, const mw_machine *m, uint32_t proc) {
    const mw_proc *p = &m->procs[proc];
    node_prefix(out, m, p->node);
    mw_str_printf(out, "%s %u", mw_proc_kind_name(p->kind), p->index);
}

void mw_name_mem(mw_str *out, const mw_machine *m, uint32_t mem) {
    const mw_mem *p = &m->mems[mem];
    uint32_t alike = 0;
    for (uint32_t i = 0; i < m->mems_per_node; i++) // all nodes are alike
        alike += m->mems[i].kind == p->kind;
    node_prefix(out, m, p->node);
    mw_str_add(out, mw_mem_kind_name(p->kind));
    if (alike > 1)
        mw_str_printf(out, " %u", p->index);
}

const char *mw_name_cause(mw_cause cause) {
    switch (cause) {
    case MW_CAUSE_SUBMISSION: return "submitting tasks";
    case MW_CAUSE_DEPENDENCY: return "running tasks";
    case MW_CAUSE_COPY: return "copying data";
    case MW_CAUSE_PROCESSOR: return "waiting for a busy processor";
    case MW_CAUSE_LIMIT: return "held back by an instance limit";
    case MW_CAUSE_MEMORY: return "waiting for room in a memory";
    case MW_CAUSE_SYNC: return "the main thread waiting";
    }
    return "?";
}

const char *mw_name_cause_key(mw_cause cause) {
    switch (cause) {
    case MW_CAUSE_SUBMISSION: return "submission";
    case MW_CAUSE_DEPENDENCY: return "running";
    case MW_CAUSE_COPY: return "copy";
    case MW_CAUSE_PROCESSOR: return "processor";
    case MW_CAUSE_LIMIT: return "limit";
    case MW_CAUSE_MEMORY: return "memory";
    case MW_CAUSE_SYNC: return "sync";
    }
    return "?";
}

const char *mw_name_mode(unsigned mode) {
    switch (mode) {
    case MW_READ: return "read";
    case MW_WRITE: return "write";
    case MW_READ_WRITE: return "read-write";
    case MW_REDUCE: return "reduce";
    case MW_COMMUTE: return "commutative update";
    default: return "mixed";
    }
}

const char *mw_name_bound_part(const mw_bound *bound) {
    static const char *const NAMES[] = {"the critical path", "the work", "submitting the tasks",
                                        "traffic between memories"};
    const double parts[] = {bound->critical_path_us, bound->work_us, bound->submission_us,
                            bound->traffic_us};
    size_t most = 0;
    for (size_t i = 1; i < MW_COUNT(parts); i++)
        if (parts[i] > parts[most])
            most = i;
    return NAMES[most];
}
