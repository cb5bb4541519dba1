// src/starpu/probe/main.c: `mapwright-probe`: measures what StarPU has here and prints one line of
// JSON. Exit status 1, with the reason on stderr, when StarPU does not start.
#include "probe.h"
#include <starpu.h>
#include <stdio.h>

/** A name from a driver, as JSON text. */
static void print_string(const char *text) {
    putchar('"');
    for (; *text; text++)
        putchar(*text < 0x20 || *text > 0x7e || *text == '"' || *text == '\\' ? ' ' : *text);
    putchar('"');
}

static void print_workers(void) {
    int ids[STARPU_NMAXWORKERS];
    int count = (int)starpu_worker_get_ids_by_type(STARPU_CPU_WORKER, ids, STARPU_NMAXWORKERS);
    printf("\"cpu_workers\": [");
    for (int i = 0; i < count; i++)
        printf("%s%d", i ? ", " : "", starpu_worker_get_bindid(ids[i]));
    printf("], ");
}

static void print_devices(void) {
    int ids[STARPU_NMAXWORKERS], printed = 0;
    int count = (int)starpu_worker_get_ids_by_type(STARPU_OPENCL_WORKER, ids, STARPU_NMAXWORKERS);
    printf("\"opencl\": [");
    for (int i = 0; i < count; i++) {
        probe_device d;
        if (!probe_opencl(ids[i], &d)) {
            fprintf(stderr, "mapwright-probe: OpenCL worker %d could not be measured\n", i);
            continue;
        }
        printf("%s{\"name\": ", printed++ ? ", " : "");
        print_string(d.name);
        printf(", \"bytes\": %.0f, \"gbps\": %.6g, \"gflops_f64\": %.6g, \"gflops_f32\": %.6g, "
               "\"launch_us\": %.6g, \"to_gbps\": %.6g, \"from_gbps\": %.6g, \"latency_us\": %.6g}",
               d.bytes, d.gbps, d.gflops_f64, d.gflops_f32, d.launch_us, d.to_gbps, d.from_gbps,
               d.latency_us);
    }
    printf("]");
}

int main(void) {
    int version[3];
    probe_core core;
    probe_runtime runtime;
    starpu_get_version(&version[0], &version[1], &version[2]);
    if (starpu_init(NULL) != 0) {
        fputs("mapwright-probe: StarPU does not start: it finds no worker\n", stderr);
        return 1;
    }
    if (!probe_cores(&core) || !probe_tasks(&runtime)) {
        fputs("mapwright-probe: StarPU has no CPU worker to measure with, or no memory\n", stderr);
        fflush(NULL);
        _Exit(1); // tasks may be waiting for one another
    }
    printf("{\"starpu\": \"%d.%d.%d\", \"max_cpu_workers\": %d, ", version[0], version[1],
           version[2], STARPU_MAXCPUS);
    print_workers();
    printf("\"gbps\": %.6g, \"gflops_f64\": %.6g, \"gflops_f32\": %.6g, "
           "\"submit_us\": %.6g, \"complete_us\": %.6g, ",
           core.gbps, core.gflops_f64, core.gflops_f32, runtime.submit_us, runtime.complete_us);
    print_devices();
    puts("}");
    starpu_shutdown();
    return fflush(stdout) == 0 ? 0 : 1;
}
