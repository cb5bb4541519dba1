// src/machine/bare.c: a machine of which only names and counts matter. No JSON: the preloaded
// library links it.
#include "machine/node_spec.h"

/** What a kind of processor can address. */
static bool reaches(mw_proc_kind proc, mw_mem_kind mem) {
    if (proc == MW_PROC_GPU)
        return mem == MW_MEM_FBMEM || mem == MW_MEM_ZCMEM;
    return mem != MW_MEM_FBMEM;
}

static void add_procs(mw_node_spec *spec, mw_proc *procs, mw_proc_kind kind, uint32_t count,
                      uint32_t cores) {
    for (uint32_t i = 0; i < count; i++)
        procs[spec->proc_count++] = (mw_proc){.kind = kind,
                                              .index = i,
                                              .first_core = i * cores,
                                              .cores = cores,
                                              .gflops_f64 = 1,
                                              .gflops_f32 = 1};
}

static void add_mems(mw_node_spec *spec, mw_mem *mems, mw_mem_kind kind, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        mems[spec->mem_count++] = (mw_mem){.kind = kind, .index = i, .bytes = (uint64_t)1 << 40};
}

static void add_affinities(mw_node_spec *spec) {
    for (uint32_t p = 0; p < spec->proc_count; p++)
        for (uint32_t m = 0; m < spec->mem_count; m++) {
            const mw_mem *mem = &spec->mems[m];
            bool own = mem->kind != MW_MEM_FBMEM || mem->index == spec->procs[p].index;
            if (own && reaches(spec->procs[p].kind, mem->kind))
                spec->affinities[spec->affinity_count++] =
                    (mw_spec_affinity){.proc = p, .affinity = {.mem = m, .gbps = 1}};
        }
}

/** One link joins everything on the node; one in each direction goes to the network. */
static void add_edges(mw_node_spec *spec) {
    uint32_t hub = spec->mem_count;
    for (uint32_t m = 0; m < spec->mem_count; m++) {
        spec->edges[spec->edge_count++] = (mw_spec_edge){m, hub, 0};
        spec->edges[spec->edge_count++] = (mw_spec_edge){hub, m, 1};
    }
    spec->edges[spec->edge_count++] = (mw_spec_edge){hub, hub + 1, 2};
    spec->edges[spec->edge_count++] = (mw_spec_edge){hub + 2, hub, 3};
}

mw_machine *mw_machine_bare(uint32_t nodes, uint32_t cpus, uint32_t gpus, uint32_t omps) {
    static const mw_link LINKS[] = {
        {"bus>", 1, 0}, {"bus<", 1, 0}, {"network>", 1, 0}, {"network<", 1, 0}};
    uint64_t procs_wanted = (uint64_t)cpus + gpus + omps;
    if (procs_wanted > MW_MAX_PROCS_PER_NODE || gpus > MW_MAX_MEMS_PER_NODE - 3)
        return NULL;
    mw_arena *arena = mw_arena_new();
    if (!arena)
        return NULL;
    mw_machine *machine = NULL;
    mw_proc *procs = MW_NEW_ARRAY(arena, mw_proc, procs_wanted + 1);
    mw_mem *mems = MW_NEW_ARRAY(arena, mw_mem, gpus + 3);
    mw_node_spec spec = {.name = "bare",
                         .description = "names and counts only",
                         .nodes = nodes,
                         .procs = procs,
                         .mems = mems,
                         .links = LINKS,
                         .link_count = MW_COUNT(LINKS),
                         .switch_count = 1};
    spec.affinities = MW_NEW_ARRAY(arena, mw_spec_affinity, procs_wanted * 3 + 1);
    spec.edges = MW_NEW_ARRAY(arena, mw_spec_edge, 2 * ((size_t)gpus + 3) + 2);
    if (!mw_arena_failed(arena)) {
        add_procs(&spec, procs, MW_PROC_CPU, cpus, 0);
        add_procs(&spec, procs, MW_PROC_GPU, gpus, 0);
        add_procs(&spec, procs, MW_PROC_OMP, omps, omps ? cpus / omps : 0);
        add_mems(&spec, mems, MW_MEM_SYSMEM, 1);
        add_mems(&spec, mems, MW_MEM_FBMEM, gpus);
        add_mems(&spec, mems, MW_MEM_ZCMEM, 1);
        add_mems(&spec, mems, MW_MEM_SOCKMEM, 1);
        add_affinities(&spec);
        add_edges(&spec);
        if (mw_node_spec_assemble(&spec, &machine).flaw != MW_SPEC_GOOD)
            machine = NULL;
    }
    mw_arena_free(arena);
    return machine;
}
