// apps/common/product/kernels_opencl.c: launches product.cl. Tasks are asynchronous: StarPU waits
// for the queue's end; only the check, which is done on the host, waits itself.
#include "common/product/jobs.h"
#include "common/opencl_launch.h"
#include <stdlib.h>

#ifdef STARPU_USE_OPENCL
struct starpu_opencl_program product_opencl_program;
enum { SIDE = 8, TILE = 32 }; // as in product.cl

static app_opencl_launch begin(const char *name) {
    return app_opencl_begin(&product_opencl_program, name);
}

static void give_long(app_opencl_launch *l, size_t value) {
    cl_long as_long = (cl_long)value;
    app_opencl_give(l, sizeof as_long, &as_long);
}

static void run(app_opencl_launch *l, size_t width, size_t height) {
    app_opencl_run(l, 2, (const size_t[]){width, height});
}

static size_t leading(void *buffer) {
    return STARPU_MATRIX_GET_LD(buffer);
}

/** Three kernel arguments: memory, offset in elements, leading dimension. */
static void give_block(app_opencl_launch *k, void *buffer, int row, int col) {
    app_opencl_give_memory(k, (cl_mem)STARPU_MATRIX_GET_DEV_HANDLE(buffer));
    give_long(k, (STARPU_MATRIX_GET_OFFSET(buffer) / sizeof(double) +
                  (size_t)row * leading(buffer) + (size_t)col));
    app_opencl_give_int(k, (cl_int)leading(buffer));
}

static void zero(void *buffer, int rows, int cols) {
    if (rows <= 0 || cols <= 0)
        return;
    app_opencl_launch k = begin("zero");
    give_block(&k, buffer, 0, 0);
    run(&k, (size_t)cols, (size_t)rows);
}

/** `kernel` ("copy" or "add") on what the first block has in common with the others. */
static void combine(const char *kernel, void *buffers[], const job *j) {
    overlap o;
    for (int i = 1; i <= j->count[1]; i++) {
        if (!job_overlap(j, 0, i, &o))
            continue;
        app_opencl_launch k = begin(kernel);
        give_block(&k, buffers[0], o.to_row, o.to_col);
        give_block(&k, buffers[i], o.from_row, o.from_col);
        run(&k, (size_t)o.cols, (size_t)o.rows);
    }
}

void product_nothing_opencl(void *buffers[], void *argument) {
    (void)buffers, (void)argument;
}

/** What making a BLAS handle is elsewhere: the device gets ready for its first product. */
void product_handle_opencl(void *buffers[], void *argument) {
    app_opencl_launch k = begin("multiply");
    (void)buffers, (void)argument;
    if (starpu_opencl_release_kernel(k.kernel) != CL_SUCCESS)
        app_fail("OpenCL does not let go of a kernel");
}

void product_fill_opencl(void *buffers[], void *argument) {
    const job *j = argument;
    for (int i = 0; i < j->count[0]; i++) {
        const rect at = j->at[i];
        const cl_ulong seed = j->seed;
        if (rect_empty(at))
            continue;
        if (j->with_zeros) {
            zero(buffers[i], at.rows, at.cols);
            continue;
        }
        app_opencl_launch k = begin("fill");
        give_block(&k, buffers[i], 0, 0);
        app_opencl_give_int(&k, at.row);
        app_opencl_give_int(&k, at.col);
        app_opencl_give_int(&k, (cl_int)j->matrix);
        app_opencl_give_int(&k, (cl_int)j->values);
        app_opencl_give(&k, sizeof seed, &seed);
        run(&k, (size_t)at.cols, (size_t)at.rows);
    }
    atomic_fetch_add(&j->found->ran, 1);
}

void product_move_opencl(void *buffers[], void *argument) {
    combine("copy", buffers, argument);
}

void product_add_opencl(void *buffers[], void *argument) {
    const job *j = argument;
    if (j->overwrite)
        zero(buffers[0], j->at[0].rows, j->at[0].cols);
    combine("add", buffers, j);
}

static size_t groups(int elements) {
    return (size_t)((elements + TILE - 1) / TILE) * SIDE; // work items
}

void product_multiply_opencl(void *buffers[], void *argument) {
    const job *j = argument;
    const int b0 = j->count[0], c0 = b0 + j->count[1], end = c0 + j->count[2];
    part p;
    for (int a = 0; a < b0; a++) {
        if (j->overwrite)
            zero(buffers[a], j->at[a].rows, j->at[a].cols);
        for (int b = b0; b < c0; b++)
            for (int c = c0; c < end; c++) {
                if (!job_part(j, a, b, c, &p))
                    continue;
                app_opencl_launch k = begin("multiply");
                give_block(&k, buffers[a], p.a_row, p.a_col);
                give_block(&k, buffers[b], p.b_row, p.b_col);
                give_block(&k, buffers[c], p.c_row, p.c_col);
                app_opencl_give_int(&k, p.m);
                app_opencl_give_int(&k, p.n);
                app_opencl_give_int(&k, p.depth);
                app_opencl_run_groups(&k, 2, (const size_t[]){groups(p.n), groups(p.m)},
                                      (const size_t[]){SIDE, SIDE});
            }
    }
}

/** The tile is read back where it is; what it should be is known to the host only. */
void product_validate_opencl(void *buffers[], void *argument) {
    const job *j = argument;
    for (int i = 0; i < j->count[0]; i++) {
        if (rect_empty(j->at[i]))
            continue;
        size_t ld = leading(buffers[i]), count = ld * (size_t)j->at[i].rows;
        double *copy = malloc(count * sizeof *copy);
        if (!copy)
            app_fail("out of memory for a check");
        app_opencl_read((cl_mem)STARPU_MATRIX_GET_DEV_HANDLE(buffers[i]), count * sizeof *copy,
                        copy);
        atomic_fetch_add(&j->found->wrong, wrong_elements(j, j->at[i], copy, ld));
        atomic_fetch_add(&j->found->checked, (long)j->at[i].rows * j->at[i].cols);
        free(copy);
    }
}

void product_zero_opencl(void *buffers[], void *argument) {
    (void)argument;
    zero(buffers[0], (int)STARPU_MATRIX_GET_NY(buffers[0]), (int)STARPU_MATRIX_GET_NX(buffers[0]));
}

void product_sum_opencl(void *buffers[], void *argument) {
    app_opencl_launch k = begin("add");
    (void)argument;
    give_block(&k, buffers[0], 0, 0);
    give_block(&k, buffers[1], 0, 0);
    run(&k, STARPU_MATRIX_GET_NX(buffers[0]), STARPU_MATRIX_GET_NY(buffers[0]));
}
#endif
