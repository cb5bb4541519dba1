// apps/common/opencl_launch.h: one OpenCL kernel, from a task's variant, on its worker's device.
// Uses: StarPU, OpenCL. Only where StarPU has OpenCL. What OpenCL refuses is reported as StarPU
// does it, which ends the program.
#pragma once
#include <starpu.h>
#include <stddef.h>

#ifdef STARPU_USE_OPENCL
typedef struct app_opencl_launch {
    cl_kernel kernel;
    cl_command_queue queue;
    cl_uint next; ///< argument to give
} app_opencl_launch;

/** A kernel of a program from app_opencl_load(); its arguments are given in order. */
app_opencl_launch app_opencl_begin(struct starpu_opencl_program *program, const char *kernel);
void app_opencl_give(app_opencl_launch *l, size_t bytes, const void *value);
void app_opencl_give_memory(app_opencl_launch *l, cl_mem memory);
void app_opencl_give_int(app_opencl_launch *l, cl_int value);
void app_opencl_give_float(app_opencl_launch *l, cl_float value);
/** Queues it over extent[0] x extent[1] x … work-items (rank 1 … 3), and lets go of the kernel. */
void app_opencl_run(app_opencl_launch *l, cl_uint rank, const size_t extent[]);
/** The same in work groups of group[0] x group[1] x …, which divide the extents. */
void app_opencl_run_groups(app_opencl_launch *l, cl_uint rank, const size_t extent[],
                           const size_t group[]);

/** The queue of the device that the calling worker drives. */
cl_command_queue app_opencl_queue(void);
/** Writes the time (starpu_timing_now) at `offset` of a variable that lives on the device.
 *  @param after  once all that is queued has run */
void app_opencl_stamp(void *variable, size_t offset, int after);
/** Waits for all that is queued, then copies `bytes` bytes to `offset` of a device's memory. */
void app_opencl_write(cl_mem memory, size_t offset, size_t bytes, const void *from);
/** Waits for all that is queued, then copies out of the device. */
void app_opencl_read(cl_mem memory, size_t bytes, void *out);
#endif
