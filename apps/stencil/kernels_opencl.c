// apps/stencil/kernels_opencl.c: launches stencil.cl. The tasks are asynchronous: StarPU waits for
// the queue's end; only the two tasks that stamp a time wait themselves.
#include "stencil.h"
#include "common/opencl_launch.h"

#ifdef STARPU_USE_OPENCL
struct starpu_opencl_program stencil_opencl_program;

static void run(app_opencl_launch *l, size_t width, size_t height) {
    app_opencl_run(l, 2, (size_t[2]){width, height});
}

static cl_mem matrix(void *buffer) {
    return (cl_mem)STARPU_MATRIX_GET_DEV_HANDLE(buffer);
}

static int width_of(const tile *t) {
    return t->hx + 2 * RADIUS;
}

/** "gather": buffer <- strip of the tile. "scatter": the other way. */
static void move(const char *kernel, cl_mem to, cl_mem from, const tile *t, strip s) {
    app_opencl_launch l = app_opencl_begin(&stencil_opencl_program, kernel);
    app_opencl_give_memory(&l, to);
    app_opencl_give_memory(&l, from);
    app_opencl_give_int(&l, width_of(t));
    app_opencl_give_int(&l, s.x);
    app_opencl_give_int(&l, s.y);
    run(&l, (size_t)s.w, (size_t)s.h);
}

static void increment(cl_mem cells, int width, strip s) {
    app_opencl_launch l = app_opencl_begin(&stencil_opencl_program, "increment");
    app_opencl_give_memory(&l, cells);
    app_opencl_give_int(&l, width);
    app_opencl_give_int(&l, s.x);
    app_opencl_give_int(&l, s.y);
    run(&l, (size_t)s.w, (size_t)s.h);
}

void fill_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    cl_long cells = (cl_long)tile_cells(t);
    app_opencl_launch l = app_opencl_begin(&stencil_opencl_program, "fill");
    app_opencl_give_memory(&l, matrix(buffers[ARG_INPUT]));
    app_opencl_give_memory(&l, matrix(buffers[ARG_OUTPUT]));
    app_opencl_give(&l, sizeof cells, &cells);
    app_opencl_give_int(&l, width_of(t));
    app_opencl_give_int(&l, t->x0);
    app_opencl_give_int(&l, t->y0);
    app_opencl_give(&l, sizeof s->init, &s->init);
    app_opencl_give(&l, sizeof s->cx, &s->cx);
    app_opencl_give(&l, sizeof s->cy, &s->cy);
    run(&l, (size_t)cells, 1);
    for (side k = 0; k < SIDES; k++)
        move("gather", matrix(buffers[FILL_OUT + k]), matrix(buffers[ARG_INPUT]), t,
             strip_out(t, k));
    const window none = {0, 0};
    app_opencl_write((cl_mem)STARPU_VARIABLE_GET_PTR(buffers[FILL_TIMES]), 0, sizeof none, &none);
    atomic_fetch_add(&s->findings->filled, 1);
}

void stencil_opencl(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    if (s->stamp)
        app_opencl_stamp(buffers[STENCIL_TIMES], offsetof(window, start_us), false);
    for (side k = 0; k < SIDES; k++)
        if (!t->border[k])
            move("scatter", matrix(buffers[ARG_INPUT]), matrix(buffers[STENCIL_IN + k]), t,
                 strip_in(t, k));
    app_opencl_launch l = app_opencl_begin(&stencil_opencl_program, "stencil");
    app_opencl_give_memory(&l, matrix(buffers[ARG_OUTPUT]));
    app_opencl_give_memory(&l, matrix(buffers[ARG_INPUT]));
    app_opencl_give_int(&l, width_of(t));
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
        app_opencl_stamp(buffers[INCREMENT_TIMES], offsetof(window, stop_us), true);
}
#endif
