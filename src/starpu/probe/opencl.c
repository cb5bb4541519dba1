// src/starpu/probe/opencl.c: measures one OpenCL device inside a StarPU task on its worker.
#include "probe.h"
#include <starpu.h>
#include <stdio.h>
#include <string.h>

#ifdef STARPU_USE_OPENCL
static const char SOURCE[] =
    "kernel void nothing(int x) {}\n"
    "kernel void triad_f32(global float4 *a, global const float4 *b, global const float4 *c) {\n"
    "    size_t i = get_global_id(0);\n"
    "    a[i] = b[i] + 0.5f * c[i];\n"
    "}\n"
    "#define PEAK(name, real)                                                                  \\\n"
    "    kernel void name(global real *out, int rounds) {                                      \\\n"
    "        real x0 = get_global_id(0), x1 = 1, x2 = 2, x3 = 3, f = (real)0.999f;              "
    "\\\n"
    "        for (int r = 0; r < rounds; r++) {                                                \\\n"
    "            x0 = fma(x0, f, f); x1 = fma(x1, f, f);                                       \\\n"
    "            x2 = fma(x2, f, f); x3 = fma(x3, f, f);                                       \\\n"
    "        }                                                                                 \\\n"
    "        out[get_global_id(0)] = x0 + x1 + x2 + x3;                                        \\\n"
    "    }\n"
    "PEAK(peak_f32, float)\n"
    "#ifdef cl_khr_fp64\n"
    "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
    "PEAK(peak_f64, double)\n"
    "#endif\n";

enum { REPEATS = 7, ITEMS = 1 << 16, CHAINS = 4 };

/** Median seconds of one kernel; 0: it could not run. The first run, which may compile, does not
 * count. */
static double kernel_s(cl_kernel kernel, cl_command_queue queue, size_t items) {
    double taken[REPEATS];
    for (int r = -1; r < REPEATS; r++) {
        double start = probe_now_s();
        if (clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &items, NULL, 0, NULL, NULL) != 0 ||
            clFinish(queue) != 0)
            return 0;
        if (r >= 0)
            taken[r] = probe_now_s() - start;
    }
    return probe_median(taken, REPEATS);
}

static double triad_gbps(cl_context context, cl_program program, cl_command_queue queue) {
    const size_t bytes = (size_t)32 << 20;
    cl_mem a[3] = {0};
    cl_kernel kernel = clCreateKernel(program, "triad_f32", NULL);
    double seconds = 0;
    bool ok = kernel != NULL;
    for (cl_uint i = 0; i < 3 && ok; i++) {
        a[i] = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, NULL);
        ok = a[i] && clSetKernelArg(kernel, i, sizeof a[i], &a[i]) == 0;
    }
    if (ok)
        seconds = kernel_s(kernel, queue, bytes / 16);
    for (int i = 0; i < 3; i++)
        if (a[i])
            clReleaseMemObject(a[i]);
    if (kernel)
        clReleaseKernel(kernel);
    return seconds > 0 ? 3e-9 * (double)bytes / seconds : 0;
}

static double peak_gflops(cl_context context, cl_program program, cl_command_queue queue,
                          const char *name, size_t element) {
    const cl_int rounds = 512;
    cl_kernel kernel = clCreateKernel(program, name, NULL);
    cl_mem out = clCreateBuffer(context, CL_MEM_READ_WRITE, ITEMS * element, NULL, NULL);
    double seconds = 0;
    if (kernel && out && clSetKernelArg(kernel, 0, sizeof out, &out) == 0 &&
        clSetKernelArg(kernel, 1, sizeof rounds, &rounds) == 0)
        seconds = kernel_s(kernel, queue, ITEMS);
    if (out)
        clReleaseMemObject(out);
    if (kernel)
        clReleaseKernel(kernel);
    return seconds > 0 ? 2e-9 * CHAINS * rounds * ITEMS / seconds : 0;
}

static double launch_us(cl_program program, cl_command_queue queue) {
    const cl_int argument = 0;
    cl_kernel kernel = clCreateKernel(program, "nothing", NULL);
    double seconds = 0;
    if (kernel && clSetKernelArg(kernel, 0, sizeof argument, &argument) == 0)
        seconds = kernel_s(kernel, queue, 1);
    if (kernel)
        clReleaseKernel(kernel);
    return seconds * 1e6;
}

static void measure_device(void *buffers[], void *argument) {
    probe_device *out = argument;
    const char *source = SOURCE;
    int id = starpu_worker_get_devid(starpu_worker_get_id_check());
    cl_context context;
    cl_command_queue queue;
    cl_device_id device;
    (void)buffers;
    starpu_opencl_get_context(id, &context);
    starpu_opencl_get_device(id, &device);
    starpu_opencl_get_queue(id, &queue);
    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, NULL);
    if (program && clBuildProgram(program, 1, &device, "", NULL, NULL) == 0) {
        out->gbps = triad_gbps(context, program, queue);
        out->gflops_f32 = peak_gflops(context, program, queue, "peak_f32", sizeof(cl_float));
        out->gflops_f64 = peak_gflops(context, program, queue, "peak_f64", sizeof(cl_double));
        out->launch_us = launch_us(program, queue);
    }
    if (program)
        clReleaseProgram(program);
}

static struct starpu_codelet device_codelet = {.name = "device", .opencl_funcs = {measure_device}};

bool probe_opencl(int worker, probe_device *out) {
    unsigned node = starpu_worker_get_memory_node((unsigned)worker);
    starpu_ssize_t bytes = starpu_memory_get_total(node);
    *out = (probe_device){.bytes = bytes > 0 ? (double)bytes : 0};
    starpu_worker_get_name(worker, out->name, sizeof out->name);
    if (starpu_task_insert(&device_codelet, STARPU_EXECUTE_ON_WORKER, worker, STARPU_CL_ARGS_NFREE,
                           out, sizeof *out, 0) != 0)
        return false;
    starpu_task_wait_for_all();
    out->to_gbps = starpu_transfer_bandwidth(STARPU_MAIN_RAM, node) * 1e-3; // StarPU's is MB/s
    out->from_gbps = starpu_transfer_bandwidth(node, STARPU_MAIN_RAM) * 1e-3;
    out->latency_us = starpu_transfer_latency(STARPU_MAIN_RAM, node);
    return out->gbps > 0 && out->gflops_f32 > 0;
}
#else
bool probe_opencl(int worker, probe_device *out) {
    (void)worker, (void)out;
    return false;
}
#endif
