// apps/stencil/kernels_opencl.c: launches stencil.cl. The tasks are asynchronous: StarPU waits for
// the queue's end; only the two tasks that stamp a time wait themselves.
#include "stencil.h"

#ifdef STARPU_USE_OPENCL
struct starpu_opencl_program stencil_opencl_program;

/** One kernel about to run on the current worker's device. */
typedef struct launch {
    cl_kernel kernel;
    cl_command_queue queue;
    cl_uint next; ///< argument to set
} launch;

static void must(cl_int status) {
    if (status != CL_SUCCESS)
        STARPU_OPENCL_REPORT_ERROR(status);
}

static launch begin(const char *name) {
    launch l = {0};
    int device = starpu_worker_get_devid(starpu_worker_get_id_check());
    must(starpu_opencl_load_kernel(&l.kernel, &l.queue, &stencil_opencl_program, name, device));
    return l;
}

static void give(launch *l, size_t bytes, const void *value) {
    must(clSetKernelArg(l->kernel, l->next++, bytes, value));
}

static void give_memory(launch *l, cl_mem memory) {
    give(l, sizeof memory, &memory);
}

static void give_int(launch *l, cl_int value) {
    give(l, sizeof value, &value);
}

static void run(launch *l, size_t width, size_t height) {
    size_t extent[2] = {width, height};
    must(clEnqueueNDRangeKernel(l->queue, l->kernel, 2, NULL, extent, NULL, 0, NULL, NULL));
    must(starpu_opencl_release_kernel(l->kernel));
}

static cl_mem matrix(void *buffer) {
    return (cl_mem)STARPU_MATRIX_GET_DEV_HANDLE(buffer);
}

static int width_of(const tile *t) {
    return t->hx + 2 * RADIUS;
}

/** Writes one member of the tile's window, which lives on the device. */
static void stamp(void *buffer, size_t member, bool after) {
    cl_command_queue queue;
    double now_us;
    starpu_opencl_get_queue(starpu_worker_get_devid(starpu_worker_get_id_check()), &queue);
    if (after)
        must(clFinish(queue));
    now_us = starpu_timing_now();
    must(clEnqueueWriteBuffer(queue, (cl_mem)STARPU_VARIABLE_GET_PTR(buffer), CL_TRUE, member,
                              sizeof now_us, &now_us, 0, NULL, NULL));
}

/** "gather": buffer <- strip of the tile. "scatter": the other way. */
static void move(const char *kernel, cl_mem to, cl_mem from, const tile *t, strip s) {
    launch l = begin(kernel);
    give_memory(&l, to);
    give_memory(&l, from);
    give_int(&l, width_of(t));
    give_int(&l, s.x);
    give_int(&l, s.y);
    run(&l, (size_t)s.w, (size_t)s.h);
}

static void increment(cl_mem cells, int width, strip s) {
    launch l = begin("increment");
    give_memory(&l, cells);
    give_int(&l, width);
    give_int(&l, s.x);
    give_int(&l, s.y);
    run(&l, (size_t)s.w, (size_t)s.h);
}

void fill_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    cl_long cells = (cl_long)tile_cells(t);
    launch l = begin("fill");
    give_memory(&l, matrix(buffers[ARG_INPUT]));
    give_memory(&l, matrix(buffers[ARG_OUTPUT]));
    give(&l, sizeof cells, &cells);
    give_int(&l, width_of(t));
    give_int(&l, t->x0);
    give_int(&l, t->y0);
    give(&l, sizeof s->init, &s->init);
    give(&l, sizeof s->cx, &s->cx);
    give(&l, sizeof s->cy, &s->cy);
    run(&l, (size_t)cells, 1);
    for (side k = 0; k < SIDES; k++)
        move("gather", matrix(buffers[FILL_OUT + k]), matrix(buffers[ARG_INPUT]), t,
             strip_out(t, k));
    const window none = {0, 0};
    cl_command_queue queue;
    starpu_opencl_get_queue(starpu_worker_get_devid(starpu_worker_get_id_check()), &queue);
    must(clEnqueueWriteBuffer(queue, (cl_mem)STARPU_VARIABLE_GET_PTR(buffers[FILL_TIMES]), CL_TRUE,
                              0, sizeof none, &none, 0, NULL, NULL));
    atomic_fetch_add(&s->findings->filled, 1);
}

void stencil_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    if (s->stamp)
        stamp(buffers[STENCIL_TIMES], offsetof(window, start_us), false);
    for (side k = 0; k < SIDES; k++)
        if (!t->border[k])
            move("scatter", matrix(buffers[ARG_INPUT]), matrix(buffers[STENCIL_IN + k]), t,
                 strip_in(t, k));
    launch l = begin("stencil");
    give_memory(&l, matrix(buffers[ARG_OUTPUT]));
    give_memory(&l, matrix(buffers[ARG_INPUT]));
    give_int(&l, width_of(t));
    run(&l, (size_t)t->hx, (size_t)t->hy);
}

void increment_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    increment(matrix(buffers[ARG_INPUT]), width_of(t), strip_exterior(t));
    for (side k = 0; k < SIDES; k++) {
        cl_mem out = matrix(buffers[INCREMENT_OUT + k]);
        strip mirrored = strip_out(t, k);
        if (s->copy)
            move("gather", out, matrix(buffers[ARG_INPUT]), t, mirrored);
        else
            increment(out, mirrored.w, (strip){0, 0, mirrored.w, mirrored.h});
    }
    if (s->stamp)
        stamp(buffers[INCREMENT_TIMES], offsetof(window, stop_us), true);
}
#endif
