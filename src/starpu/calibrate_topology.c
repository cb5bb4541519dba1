// src/starpu/calibrate_topology.c: cores, sockets and memory, from hwloc and the control group.
#include "base/file.h"
#include "starpu/calibrate_inner.h"
#include <errno.h>
#include <hwloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** What a container may use of the machine's memory; UINT64_MAX: no limit that we can see. */
static uint64_t memory_limit(void) {
    static const char PATH[] = "/sys/fs/cgroup/memory.max";
    char *text = NULL, *end;
    size_t len = 0;
    uint64_t limit = UINT64_MAX;
    if (!mw_file_exists(PATH) || mw_file_read(PATH, 4096, &text, &len, NULL) != MW_OK)
        return limit;
    unsigned long long bytes = strtoull(text, &end, 10); // "max" is no number
    if (end != text && bytes > 0)
        limit = bytes;
    free(text);
    return limit;
}

/** NUMA nodes do not count memory that was added to a running (virtual) machine; the kernel does.
 */
static uint64_t memory_of_kernel(void) {
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    return pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : 0;
}

static uint64_t memory_of(hwloc_topology_t topology) {
    uint64_t bytes = 0, limit = memory_limit(), kernel = memory_of_kernel();
    hwloc_obj_t node = NULL;
    while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)))
        bytes += node->attr->numanode.local_memory;
    bytes = bytes > kernel ? bytes : kernel;
    return bytes < limit ? bytes : limit;
}

static uint32_t socket_of(hwloc_topology_t topology, uint32_t pu) {
    hwloc_obj_t unit =
        pu < INT32_MAX ? hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, pu) : NULL; // else unbound
    hwloc_obj_t package =
        unit ? hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, unit) : NULL;
    return package ? package->logical_index : 0;
}

static void read_topology(hwloc_topology_t topology, mw_measured *m, const uint32_t pu[]) {
    int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    int sockets = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PACKAGE);
    hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    const char *model = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    m->cores = cores > 0 ? (uint32_t)cores : m->cpu_count;
    m->sockets = sockets > 0 ? (uint32_t)sockets : 1;
    m->memory_bytes = memory_of(topology);
    snprintf(m->model, sizeof m->model, "%s", model ? model : "");
    for (uint32_t i = 0; i < m->cpu_count; i++)
        m->cpu_socket[i] = socket_of(topology, pu[i]);
}

mw_status mw_measured_topology(mw_measured *m, const uint32_t pu[], mw_diags *diags) {
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) == 0) {
        bool ok = hwloc_topology_load(topology) == 0;
        if (ok)
            read_topology(topology, m, pu);
        hwloc_topology_destroy(topology);
        if (ok && m->memory_bytes > 0)
            return MW_OK;
    }
    mw_diag_in(diags, MW_ERROR, MW_NOT_MEASURED, NULL, NULL, NULL,
               "hwloc does not tell this machine's cores and memory: %s", strerror(errno));
    return MW_ERR_IO;
}
