// apps/common/opencl_kernel.h: launching an OpenCL kernel from a StarPU task. Uses: StarPU. Every
// failure ends the program with StarPU's message.
#pragma once
#include "common/app.h"

#ifdef STARPU_USE_OPENCL
/** One kernel about to run on the current worker's device. */
typedef struct app_kernel {
    cl_kernel kernel;
    cl_command_queue queue;
    cl_uint next; ///< argument to set
} app_kernel;

static inline void app_cl_must(cl_int status) {
    if (status != CL_SUCCESS)
        STARPU_OPENCL_REPORT_ERROR(status);
}

static inline int app_cl_device(void) {
    return starpu_worker_get_devid(starpu_worker_get_id_check());
}

static inline app_kernel app_kernel_begin(struct starpu_opencl_program *program, const char *name) {
    app_kernel k = {0};
    app_cl_must(starpu_opencl_load_kernel(&k.kernel, &k.queue, program, name, app_cl_device()));
    return k;
}

static inline void app_kernel_give(app_kernel *k, size_t bytes, const void *value) {
    app_cl_must(clSetKernelArg(k->kernel, k->next++, bytes, value));
}
static inline void app_kernel_memory(app_kernel *k, cl_mem memory) {
    app_kernel_give(k, sizeof memory, &memory);
}
static inline void app_kernel_int(app_kernel *k, cl_int value) {
    app_kernel_give(k, sizeof value, &value);
}
static inline void app_kernel_long(app_kernel *k, cl_long value) {
    app_kernel_give(k, sizeof value, &value);
}

/** Does not wait. group: work items of a work group; NULL: the device's choice. */
static inline void app_kernel_run(app_kernel *k, size_t width, size_t height,
                                  const size_t group[2]) {
    const size_t extent[2] = {width, height};
    app_cl_must(clEnqueueNDRangeKernel(k->queue, k->kernel, 2, NULL, extent, group, 0, NULL, NULL));
    app_cl_must(starpu_opencl_release_kernel(k->kernel));
}
#endif
