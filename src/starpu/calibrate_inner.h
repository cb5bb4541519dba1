// src/starpu/calibrate_inner.h: what was measured, before it becomes a machine description. Uses:
// base. Internal to the layer.
#pragma once
#include "base/diag.h"

enum {
    MW_MEASURED_MAX_CPUS = 4096,
    MW_MEASURED_MAX_DEVICES = 64,
    MW_MEASURED_NAME = 128,
};

typedef struct mw_measured_device {
    char name[MW_MEASURED_NAME];
    uint64_t bytes; ///< of its memory
    double gbps, gflops_f64, gflops_f32, launch_us;
    double to_gbps, from_gbps, latency_us; ///< main memory to device and back
} mw_measured_device;

/** One computer as StarPU uses it. Rates are per core while all of them work. */
typedef struct mw_measured {
    char starpu[MW_MEASURED_NAME]; ///< its version
    char model[MW_MEASURED_NAME];  ///< of the processor, "" if the system does not say
    uint32_t cores;                ///< that the system lets us use
    uint32_t sockets;
    uint64_t memory_bytes;
    uint32_t cpu_count;                        ///< StarPU's CPU workers; 1 … MW_MEASURED_MAX_CPUS
    uint32_t cpu_limit;                        ///< that StarPU was built for
    uint32_t cpu_socket[MW_MEASURED_MAX_CPUS]; ///< of each worker
    double gbps, gflops_f64, gflops_f32;
    double submit_us, complete_us;
    uint32_t device_count;
    mw_measured_device devices[MW_MEASURED_MAX_DEVICES];
} mw_measured;

/** Reads what mapwright-probe printed: one line of JSON, possibly after lines of StarPU's. Worker
 * numbers in it are hwloc's logical numbers of processing units, put into pu[cpu_count].
 *  @return false with the reason in diags */
bool mw_measured_read(const char *output, mw_measured *m, uint32_t pu[], mw_diags *diags);
/** Adds what hwloc and the system know: cores, sockets, memory, the worker's sockets from pu[].
 *  @return MW_OK, MW_ERR_IO (see diags) */
mw_status mw_measured_topology(mw_measured *m, const uint32_t pu[], mw_diags *diags);
/** The description as JSON text, freed by the caller; NULL: out of memory. */
char *mw_measured_describe(const mw_measured *m);
