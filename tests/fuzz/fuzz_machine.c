// tests/fuzz/fuzz_machine.c: any bytes as a machine description, with one node and with three.
// Held to: an error is explained; on a machine that was accepted every id is in range, every number
// is one that can be divided by, and every memory is reached from every other.
#include "machine/machine.h"
#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(bool invariant) {
    if (!invariant)
        abort();
}

static bool is_rate(double gbps) {
    return isfinite(gbps) && gbps > 0;
}

static bool is_time(double us) {
    return isfinite(us) && us >= 0;
}

static void check_procs(const mw_machine *m) {
    for (uint32_t p = 0; p < m->proc_count; p++) {
        const mw_proc *proc = &m->procs[p];
        uint32_t count = 0;
        const mw_affinity *a = mw_machine_affinities(m, p, &count);
        hold(mw_machine_proc(m, proc->kind, proc->node, proc->index) == p);
        hold(isfinite(proc->gflops_f64) && proc->gflops_f64 >= 0 && is_time(proc->launch_us));
        hold(proc->first_core + proc->cores <= m->procs_of_kind[MW_PROC_CPU]);
        hold(count > 0);
        for (uint32_t i = 0; i < count; i++) {
            hold(a[i].mem < m->mem_count && is_rate(a[i].gbps) && is_time(a[i].latency_us));
            hold(i == 0 || a[i].gbps <= a[i - 1].gbps);
            hold(a[i].link_count <= MW_ROUTE_MAX_LINKS);
            for (uint32_t l = 0; l < a[i].link_count; l++)
                hold(a[i].links[l] < m->link_count);
        }
    }
}

static void check_routes(const mw_machine *m) {
    enum { MOST = 64 }; // memories looked at: routes are quadratic
    uint32_t n = m->mem_count < MOST ? m->mem_count : MOST;
    for (uint32_t from = 0; from < n; from++)
        for (uint32_t back = 0; back < n; back++) {
            uint32_t to = m->mem_count - 1 - back;
            mw_route r = mw_machine_route(m, from, to);
            hold(m->mems[to].bytes > 0 && m->mems[to].node < m->nodes);
            if (from == to)
                continue;
            hold(r.link_count > 0 && r.link_count <= MW_ROUTE_MAX_LINKS);
            hold(is_rate(r.gbps) && is_time(r.latency_us));
            for (uint32_t l = 0; l < r.link_count; l++)
                hold(r.links[l] < m->link_count && m->links[r.links[l]].gbps >= r.gbps);
        }
}

static void parse(const uint8_t *data, size_t size, uint32_t nodes) {
    mw_machine *m = NULL;
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_machine_parse("fuzz", (const char *)data, size, nodes, &m, diags);
    hold(status == MW_OK || status == MW_ERR_INPUT || status == MW_ERR_NOMEM);
    hold((status == MW_OK) == (m != NULL));
    hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
    if (m) {
        hold(nodes == 0 || m->nodes == nodes);
        check_procs(m);
        check_routes(m);
    }
    mw_machine_free(m);
    mw_diags_free(diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    parse(data, size, 0);
    parse(data, size, 3);
    return 0;
}
