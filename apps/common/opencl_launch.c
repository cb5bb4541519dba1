// apps/common/opencl_launch.c: giving arguments to an OpenCL kernel and queueing it.
#include "common/opencl_launch.h"

#ifdef STARPU_USE_OPENCL
static void must(cl_int status) {
    if (status != CL_SUCCESS)
        STARPU_OPENCL_REPORT_ERROR(status);
}

static int device(void) {
    return starpu_worker_get_devid(starpu_worker_get_id_check());
}

app_opencl_launch app_opencl_begin(struct starpu_opencl_program *program, const char *kernel) {
    app_opencl_launch l = {0};
    must(starpu_opencl_load_kernel(&l.kernel, &l.queue, program, kernel, device()));
    return l;
}

void app_opencl_give(app_opencl_launch *l, size_t bytes, const void *value) {
    must(clSetKernelArg(l->kernel, l->next++, bytes, value));
}

void app_opencl_give_memory(app_opencl_launch *l, cl_mem memory) {
    app_opencl_give(l, sizeof memory, &memory);
}

void app_opencl_give_int(app_opencl_launch *l, cl_int value) {
    app_opencl_give(l, sizeof value, &value);
}

void app_opencl_give_float(app_opencl_launch *l, cl_float value) {
    app_opencl_give(l, sizeof value, &value);
}

void app_opencl_run_groups(app_opencl_launch *l, cl_uint rank, const size_t extent[],
                           const size_t group[]) {
    must(clEnqueueNDRangeKernel(l->queue, l->kernel, rank, NULL, extent, group, 0, NULL, NULL));
    must(starpu_opencl_release_kernel(l->kernel));
}

void app_opencl_run(app_opencl_launch *l, cl_uint rank, const size_t extent[]) {
    app_opencl_run_groups(l, rank, extent, NULL);
}

cl_command_queue app_opencl_queue(void) {
    cl_command_queue queue;
    starpu_opencl_get_queue(device(), &queue);
    return queue;
}

void app_opencl_write(cl_mem memory, size_t offset, size_t bytes, const void *from) {
    must(clEnqueueWriteBuffer(app_opencl_queue(), memory, CL_TRUE, offset, bytes, from, 0, NULL,
                              NULL));
}

void app_opencl_read(cl_mem memory, size_t bytes, void *out) {
    must(clEnqueueReadBuffer(app_opencl_queue(), memory, CL_TRUE, 0, bytes, out, 0, NULL, NULL));
}

void app_opencl_stamp(void *variable, size_t offset, int after) {
    if (after)
        must(clFinish(app_opencl_queue()));
    double now_us = starpu_timing_now();
    app_opencl_write((cl_mem)STARPU_VARIABLE_GET_PTR(variable), offset, sizeof now_us, &now_us);
}
#endif
