// src/report/machine_facts.c: a machine, summed up by kinds. All nodes are alike: node 0 is asked.
#include "report/machine_facts.h"

bool mw_proc_group_next(const mw_machine *m, uint32_t from, mw_proc_group *out) {
    if (from >= m->procs_per_node)
        return false;
    const mw_proc *first = &m->procs[from];
    uint32_t end = from + 1;
    while (end < m->procs_per_node && m->procs[end].kind == first->kind &&
           m->procs[end].gflops_f64 == first->gflops_f64 &&
           m->procs[end].gflops_f32 == first->gflops_f32 && m->procs[end].cores == first->cores &&
           m->procs[end].launch_us == first->launch_us)
        end++;
    *out = (mw_proc_group){from, end - from};
    return true;
}

uint32_t mw_mems_of_kind(const mw_machine *m, mw_mem_kind kind, uint64_t *bytes) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->mems_per_node; i++)
        if (m->mems[i].kind == kind && count++ == 0)
            *bytes = m->mems[i].bytes;
    return count;
}

mw_reach mw_proc_reach(const mw_machine *m, uint32_t proc, mw_mem_kind kind) {
    mw_reach r = {0};
    for (uint32_t i = 0; i < m->mems_per_node; i++) {
        if (m->mems[i].kind != kind)
            continue;
        r.of++;
        const mw_affinity *a = mw_machine_affinity(m, proc, i);
        if (!a)
            continue;
        if (r.count++ == 0 || a->gbps > r.gbps) {
            r.gbps = a->gbps;
            r.latency_us = a->latency_us;
            r.over_links = a->link_count > 0;
        }
    }
    return r;
}

mw_kind_route mw_route_between(const mw_machine *m, mw_mem_kind from, mw_mem_kind to, bool across) {
    mw_kind_route r = {0};
    uint32_t offset = across ? m->mems_per_node : 0; // memory ids are node-major
    for (uint32_t i = 0; i < m->mems_per_node; i++) {
        for (uint32_t j = 0; m->mems[i].kind == from && j < m->mems_per_node; j++) {
            if (m->mems[j].kind != to || (!across && i == j))
                continue;
            mw_route route = mw_machine_route(m, i, offset + j);
            if (route.link_count == 0)
                continue;
            bool first = r.pairs++ == 0;
            r.gbps_min = first || route.gbps < r.gbps_min ? route.gbps : r.gbps_min;
            r.gbps_max = first || route.gbps > r.gbps_max ? route.gbps : r.gbps_max;
            r.latency_min_us =
                first || route.latency_us < r.latency_min_us ? route.latency_us : r.latency_min_us;
            r.latency_max_us =
                first || route.latency_us > r.latency_max_us ? route.latency_us : r.latency_max_us;
        }
    }
    return r;
}
