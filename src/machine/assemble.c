// src/machine/assemble.c: from one node to a machine: routes are searched, affinities completed and
// sorted, then everything is written out once per node.
#include "machine/node_spec.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static mw_spec_verdict flaw(mw_spec_flaw what, uint32_t a, uint32_t b) {
    return (mw_spec_verdict){what, a, b};
}

static int edge_order(const void *a, const void *b) {
    const mw_spec_edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static int affinity_order(const void *a, const void *b) {
    const mw_spec_affinity *x = a, *y = b;
    if (x->proc != y->proc)
        return x->proc < y->proc ? -1 : 1;
    if (x->affinity.gbps != y->affinity.gbps)
        return x->affinity.gbps > y->affinity.gbps ? -1 : 1;
    return (x->affinity.mem > y->affinity.mem) - (x->affinity.mem < y->affinity.mem);
}

/** Fills the route tables. */
static mw_spec_verdict find_routes(mw_node_spec *spec, mw_arena *arena,
                                   struct mw_machine_inner *in) {
    uint32_t n = spec->mem_count, to_network = n + spec->switch_count;
    uint32_t from_network = to_network + 1, places = to_network + 2;
    uint32_t *first = MW_NEW_ARRAY(arena, uint32_t, places + 1);
    mw_route *row = MW_NEW_ARRAY(arena, mw_route, places);
    mw_route *routes = MW_NEW_ARRAY(arena, mw_route, (size_t)n * n);
    mw_route *out = MW_NEW_ARRAY(arena, mw_route, n), *back = MW_NEW_ARRAY(arena, mw_route, n);
    if (!first || !row || !routes || !out || !back)
        return flaw(MW_SPEC_NO_MEMORY, 0, 0);
    in->routes = routes;
    in->out = out;
    in->in = back;
    if (spec->edge_count)
        qsort(spec->edges, spec->edge_count, sizeof *spec->edges, edge_order);
    for (uint32_t i = 0; i < spec->edge_count; i++)
        first[spec->edges[i].from + 1]++;
    for (uint32_t i = 0; i < places; i++)
        first[i + 1] += first[i];
    for (uint32_t a = 0; a < n; a++) {
        if (!mw_routes_from(spec, first, a, row))
            return flaw(MW_SPEC_NO_MEMORY, 0, 0);
        memcpy(&routes[(size_t)a * n], row, sizeof *row * n);
        out[a] = row[to_network];
        for (uint32_t b = 0; b < n; b++)
            if (a != b && row[b].link_count == 0)
                return flaw(MW_SPEC_NO_ROUTE, a, b);
    }
    if (!mw_routes_from(spec, first, from_network, row))
        return flaw(MW_SPEC_NO_MEMORY, 0, 0);
    memcpy(back, row, sizeof *row * n);
    for (uint32_t a = 0; a < n && spec->nodes > 1; a++) // halves, so that any two fit in a route
        if (out[a].link_count == 0 || out[a].link_count > MW_ROUTE_MAX_LINKS / 2 ||
            back[a].link_count == 0 || back[a].link_count > MW_ROUTE_MAX_LINKS / 2)
            return flaw(MW_SPEC_NO_NETWORK, a, 0);
    return flaw(MW_SPEC_GOOD, 0, 0);
}

/** near[p]: the memory that processor p reaches fastest on a path of its own (ties: the first
 * given), or MW_NO_ID. */
static void find_nearest(const mw_node_spec *spec, uint32_t *near, double *near_gbps) {
    memset(near, 0xFF, sizeof *near * spec->proc_count);
    for (uint32_t i = 0; i < spec->affinity_count; i++) {
        const mw_spec_affinity *s = &spec->affinities[i];
        if (!s->over_route && s->affinity.gbps > near_gbps[s->proc]) {
            near[s->proc] = s->affinity.mem;
            near_gbps[s->proc] = s->affinity.gbps;
        }
    }
}

static mw_spec_verdict route_affinities(mw_node_spec *spec, const struct mw_machine_inner *in,
                                        mw_arena *arena) {
    uint32_t *near = MW_NEW_ARRAY(arena, uint32_t, spec->proc_count + 1);
    double *near_gbps = MW_NEW_ARRAY(arena, double, spec->proc_count + 1);
    if (!near || !near_gbps)
        return flaw(MW_SPEC_NO_MEMORY, 0, 0);
    find_nearest(spec, near, near_gbps);
    for (uint32_t i = 0; i < spec->affinity_count; i++) {
        mw_spec_affinity *s = &spec->affinities[i];
        if (!s->over_route)
            continue;
        uint32_t to = near[s->proc];
        if (to == MW_NO_ID || to == s->affinity.mem)
            return flaw(MW_SPEC_NO_NEAREST, s->proc, s->affinity.mem);
        const mw_route *r = &in->routes[(size_t)s->affinity.mem * spec->mem_count + to];
        s->affinity.link_count = r->link_count;
        memcpy(s->affinity.links, r->links, sizeof r->links);
        if (!s->gbps_given)
            s->affinity.gbps = r->gbps;
        if (!s->latency_given)
            s->affinity.latency_us = r->latency_us;
    }
    return flaw(MW_SPEC_GOOD, 0, 0);
}

/** Sorts them by processor, best first, and finds where each processor's begin. */
static mw_spec_verdict sort_affinities(mw_node_spec *spec, mw_arena *arena, uint32_t *first) {
    uint32_t *seen_by = MW_NEW_ARRAY(arena, uint32_t, spec->mem_count); // processor + 1
    if (!seen_by)
        return flaw(MW_SPEC_NO_MEMORY, 0, 0);
    if (spec->affinity_count)
        qsort(spec->affinities, spec->affinity_count, sizeof *spec->affinities, affinity_order);
    for (uint32_t i = 0; i < spec->affinity_count; i++) {
        const mw_spec_affinity *s = &spec->affinities[i];
        if (seen_by[s->affinity.mem] == s->proc + 1)
            return flaw(MW_SPEC_TWICE, s->proc, s->affinity.mem);
        seen_by[s->affinity.mem] = s->proc + 1;
        first[s->proc + 1]++;
    }
    for (uint32_t p = 0; p < spec->proc_count; p++) {
        if (first[p + 1] == 0)
            return flaw(MW_SPEC_UNREACHABLE, p, 0);
        first[p + 1] += first[p];
    }
    return flaw(MW_SPEC_GOOD, 0, 0);
}

static const char *own_name(const mw_node_spec *spec, mw_arena *arena, uint32_t place) {
    if (spec->place_names)
        return mw_arena_strdup(arena, spec->place_names[place]);
    if (place >= spec->mem_count)
        return mw_arena_printf(arena, "switch %u", place - spec->mem_count);
    const mw_mem *mem = &spec->mems[place];
    return mw_arena_printf(arena, "%s %u", mw_mem_kind_name(mem->kind), mem->index);
}

/** The ways are sorted by now: find_routes() did it. */
static bool copy_ways(const mw_node_spec *spec, mw_arena *arena, struct mw_machine_inner *in) {
    uint32_t named = spec->mem_count + spec->switch_count;
    mw_way *ways = MW_NEW_ARRAY(arena, mw_way, spec->edge_count + 1);
    const char **names = MW_NEW_ARRAY(arena, const char *, named + 2);
    if (!ways || !names)
        return false;
    if (spec->edge_count)
        memcpy(ways, spec->edges, sizeof *ways * spec->edge_count);
    for (uint32_t i = 0; i < named; i++)
        names[i] = own_name(spec, arena, i);
    names[named] = names[named + 1] = "network";
    in->switch_count = spec->switch_count;
    in->way_count = spec->edge_count;
    in->ways = ways;
    in->place_names = names;
    return !mw_arena_failed(arena);
}

static bool copy_nodes(const mw_node_spec *spec, mw_arena *arena, mw_machine *m) {
    struct mw_machine_inner *in = m->inner;
    size_t nodes = spec->nodes;
    mw_proc *procs = MW_NEW_ARRAY(arena, mw_proc, nodes * spec->proc_count);
    mw_mem *mems = MW_NEW_ARRAY(arena, mw_mem, nodes * spec->mem_count);
    mw_link *links = MW_NEW_ARRAY(arena, mw_link, nodes * spec->link_count);
    mw_affinity *affinities = MW_NEW_ARRAY(arena, mw_affinity, nodes * spec->affinity_count);
    if (!procs || !mems || !links || !affinities)
        return false;
    m->procs = procs;
    m->mems = mems;
    m->links = links;
    in->affinities = affinities;
    for (uint32_t node = 0; node < nodes; node++) {
        for (uint32_t i = 0; i < spec->proc_count; i++, procs++) {
            *procs = spec->procs[i];
            procs->node = node;
        }
        for (uint32_t i = 0; i < spec->mem_count; i++, mems++) {
            *mems = spec->mems[i];
            mems->node = node;
        }
        for (uint32_t i = 0; i < spec->link_count; i++, links++) {
            const char *name = spec->links[i].name;
            *links = spec->links[i];
            links->name = nodes > 1 ? mw_arena_printf(arena, "n%u.%s", node, name)
                                    : mw_arena_strdup(arena, name);
        }
        for (uint32_t i = 0; i < spec->affinity_count; i++, affinities++) {
            *affinities = spec->affinities[i].affinity;
            affinities->mem += node * spec->mem_count;
            for (uint32_t l = 0; l < affinities->link_count; l++)
                affinities->links[l] += node * spec->link_count;
        }
    }
    return !mw_arena_failed(arena);
}

static bool too_large(const mw_node_spec *spec) {
    uint64_t n = spec->nodes;
    return n < 1 || n > MW_MAX_NODES || spec->proc_count > MW_MAX_PROCS_PER_NODE ||
           spec->mem_count > MW_MAX_MEMS_PER_NODE || spec->link_count > MW_SPEC_MAX_LINKS ||
           spec->edge_count > MW_SPEC_MAX_EDGES || n * spec->proc_count > MW_MACHINE_MAX_PARTS ||
           n * spec->mem_count > MW_MACHINE_MAX_PARTS ||
           n * spec->link_count > MW_MACHINE_MAX_PARTS ||
           n * spec->affinity_count > MW_MACHINE_MAX_PARTS;
}

static mw_spec_verdict fill(mw_node_spec *spec, mw_arena *arena, mw_machine *m) {
    struct mw_machine_inner *in = m->inner;
    uint32_t *first = MW_NEW_ARRAY(arena, uint32_t, spec->proc_count + 1);
    m->name = mw_arena_strdup(arena, spec->name);
    m->description = mw_arena_strdup(arena, spec->description);
    m->nodes = spec->nodes;
    m->procs_per_node = spec->proc_count;
    m->mems_per_node = spec->mem_count;
    m->proc_count = spec->nodes * spec->proc_count;
    m->mem_count = spec->nodes * spec->mem_count;
    m->link_count = spec->nodes * spec->link_count;
    m->submit_us = spec->submit_us;
    m->complete_us = spec->complete_us;
    in->links_per_node = spec->link_count;
    in->affinities_per_node = spec->affinity_count;
    in->first_affinity = first;
    for (uint32_t i = spec->proc_count; i-- > 0;) {
        m->procs_of_kind[spec->procs[i].kind]++;
        in->first_proc_of_kind[spec->procs[i].kind] = i;
    }
    mw_spec_verdict verdict = first ? find_routes(spec, arena, in) : flaw(MW_SPEC_NO_MEMORY, 0, 0);
    if (verdict.flaw == MW_SPEC_GOOD)
        verdict = route_affinities(spec, in, arena);
    if (verdict.flaw == MW_SPEC_GOOD)
        verdict = sort_affinities(spec, arena, first);
    if (verdict.flaw == MW_SPEC_GOOD &&
        (!copy_ways(spec, arena, in) || !copy_nodes(spec, arena, m)))
        verdict.flaw = MW_SPEC_NO_MEMORY;
    return verdict;
}

mw_spec_verdict mw_node_spec_assemble(mw_node_spec *spec, mw_machine **out) {
    assert(spec->mem_count > 0 && spec->mems[0].kind == MW_MEM_SYSMEM);
    if (too_large(spec))
        return flaw(MW_SPEC_TOO_LARGE, 0, 0);
    mw_arena *arena = mw_arena_new();
    mw_machine *m = arena ? MW_NEW(arena, mw_machine) : NULL;
    if (m)
        m->inner = MW_NEW(arena, struct mw_machine_inner);
    if (!m || !m->inner) {
        mw_arena_free(arena);
        return flaw(MW_SPEC_NO_MEMORY, 0, 0);
    }
    m->inner->arena = arena;
    mw_spec_verdict verdict = fill(spec, arena, m);
    if (verdict.flaw == MW_SPEC_GOOD)
        *out = m;
    else
        mw_arena_free(arena);
    return verdict;
}
