// src/machine/machine.c: asking a machine. Everything is a look-up in what assemble.c made.
#include "machine/node_spec.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const PROC_NAMES[MW_PROC_KINDS] = {
    [MW_PROC_CPU] = "CPU", [MW_PROC_GPU] = "GPU", [MW_PROC_OMP] = "OMP",
    [MW_PROC_IO] = "IO",   [MW_PROC_PY] = "PY",   [MW_PROC_PROC] = "PROC",
};
static const char *const MEM_NAMES[MW_MEM_KINDS] = {
    [MW_MEM_SYSMEM] = "SYSMEM", [MW_MEM_FBMEM] = "FBMEM",     [MW_MEM_ZCMEM] = "ZCMEM",
    [MW_MEM_RDMEM] = "RDMEM",   [MW_MEM_SOCKMEM] = "SOCKMEM",
};

const char *mw_proc_kind_name(mw_proc_kind kind) {
    assert(kind < MW_PROC_KINDS);
    return PROC_NAMES[kind];
}

const char *mw_mem_kind_name(mw_mem_kind kind) {
    assert(kind < MW_MEM_KINDS);
    return MEM_NAMES[kind];
}

bool mw_proc_kind_parse(const char *name, mw_proc_kind *out) {
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (strcmp(PROC_NAMES[k], name) == 0) {
            *out = (mw_proc_kind)k;
            return true;
        }
    return false;
}

bool mw_mem_kind_parse(const char *name, mw_mem_kind *out) {
    for (int k = 0; k < MW_MEM_KINDS; k++)
        if (strcmp(MEM_NAMES[k], name) == 0) {
            *out = (mw_mem_kind)k;
            return true;
        }
    return false;
}

void mw_machine_free(mw_machine *m) {
    if (m)
        mw_arena_free(m->inner->arena); // the machine itself is in it
}

uint32_t mw_machine_proc(const mw_machine *m, mw_proc_kind kind, uint32_t node, uint32_t index) {
    if (kind >= MW_PROC_KINDS || node >= m->nodes || index >= m->procs_of_kind[kind])
        return MW_NO_ID;
    return node * m->procs_per_node + m->inner->first_proc_of_kind[kind] + index;
}

const mw_affinity *mw_machine_affinities(const mw_machine *m, uint32_t proc, uint32_t *count) {
    assert(proc < m->proc_count);
    const struct mw_machine_inner *in = m->inner;
    uint32_t node = proc / m->procs_per_node, local = proc % m->procs_per_node;
    *count = in->first_affinity[local + 1] - in->first_affinity[local];
    return in->affinities + (size_t)node * in->affinities_per_node + in->first_affinity[local];
}

const mw_affinity *mw_machine_affinity(const mw_machine *m, uint32_t proc, uint32_t mem) {
    uint32_t count = 0;
    const mw_affinity *a = mw_machine_affinities(m, proc, &count);
    for (uint32_t i = 0; i < count; i++)
        if (a[i].mem == mem)
            return &a[i];
    return NULL;
}

uint32_t mw_machine_best_mem(const mw_machine *m, uint32_t proc, mw_mem_kind kind) {
    uint32_t count = 0;
    const mw_affinity *a = mw_machine_affinities(m, proc, &count);
    for (uint32_t i = 0; i < count; i++)
        if (m->mems[a[i].mem].kind == kind)
            return a[i].mem;
    return MW_NO_ID;
}

/** Adds a part of a route, its links moved to `node`. */
static void extend(const mw_machine *m, mw_route *route, const mw_route *part, uint32_t node) {
    for (uint32_t i = 0; i < part->link_count; i++)
        route->links[route->link_count + i] = part->links[i] + node * m->inner->links_per_node;
    route->gbps = route->link_count == 0 || part->gbps < route->gbps ? part->gbps : route->gbps;
    route->latency_us += part->latency_us;
    route->link_count += part->link_count;
}

mw_route mw_machine_route(const mw_machine *m, uint32_t from, uint32_t to) {
    assert(from < m->mem_count && to < m->mem_count);
    mw_route route = {0};
    if (from == to)
        return route;
    const struct mw_machine_inner *in = m->inner;
    uint32_t from_node = from / m->mems_per_node, to_node = to / m->mems_per_node;
    uint32_t a = from % m->mems_per_node, b = to % m->mems_per_node;
    if (from_node == to_node) {
        extend(m, &route, &in->routes[a * m->mems_per_node + b], from_node);
    } else {
        extend(m, &route, &in->out[a], from_node);
        extend(m, &route, &in->in[b], to_node);
    }
    return route;
}

const mw_way *mw_machine_ways(const mw_machine *m, uint32_t *count) {
    *count = m->inner->way_count;
    return m->inner->ways;
}

uint32_t mw_machine_switch_count(const mw_machine *m) {
    return m->inner->switch_count;
}

const char *mw_machine_place_name(const mw_machine *m, uint32_t place) {
    assert(place < m->mems_per_node + m->inner->switch_count + 2);
    return m->inner->place_names[place];
}

uint32_t mw_machine_home(const mw_machine *m, uint32_t node) {
    assert(node < m->nodes);
    return node * m->mems_per_node; // kinds are in enum order, and every node has a SYSMEM
}
