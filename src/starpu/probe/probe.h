// src/starpu/probe/probe.h: what `mapwright-probe` measures. Uses: StarPU.
// A program of its own, so that StarPU's threads never live in the mapwright process.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/** Best sustained rates of one core while all cores that StarPU uses do the same. */
typedef struct probe_core {
    double gbps;       ///< 1e9 bytes/s of a triad (McCalpin 1995), 24 bytes an element counted
    double gflops_f64; ///< fused multiply-adds on registers, 2 flops each
    double gflops_f32;
} probe_core;

typedef struct probe_runtime {
    double submit_us;   ///< median, on the main thread, per task with two buffers
    double complete_us; ///< median, on a worker, per empty task with two buffers
} probe_runtime;

typedef struct probe_device {
    char name[128];
    double bytes;      ///< of its memory; 0: unknown
    double gbps;       ///< triad in its memory
    double gflops_f64; ///< 0: it has no doubles
    double gflops_f32;
    double launch_us;                      ///< from enqueueing an empty kernel to its end
    double to_gbps, from_gbps, latency_us; ///< main memory <-> device, as StarPU measured them
} probe_device;

double probe_triad_gbps(size_t bytes_per_array);
double probe_flops_f64(void); ///< 1e9 flop/s on the calling thread
double probe_flops_f32(void);
double probe_now_s(void);
double probe_median(double values[], size_t count); ///< sorts

/** StarPU is running. False: it could not be measured. */
bool probe_cores(probe_core *out);
bool probe_tasks(probe_runtime *out);
/** @param worker  an OpenCL worker */
bool probe_opencl(int worker, probe_device *out);
