// apps/common/product/kernels_cpu.c: the kernels for CPU cores, and how rectangles fit together.
#include "common/product/jobs.h"
#include <cblas.h>
#include <string.h>

// --- rectangles --------------------------------------------------------------------------------

static span common_span(int from1, int length1, int from2, int length2) {
    int from = from1 > from2 ? from1 : from2;
    int end1 = from1 + length1, end2 = from2 + length2, end = end1 < end2 ? end1 : end2;
    return (span){from, end > from ? end - from : 0};
}

rect rect_of(span rows, span cols) {
    return (rect){rows.from, cols.from, rows.length, cols.length};
}

rect rect_overlap(rect a, rect b) {
    return rect_of(common_span(a.row, a.rows, b.row, b.rows),
                   common_span(a.col, a.cols, b.col, b.cols));
}

bool job_part(const job *j, int a, int b, int c, part *out) {
    const rect *ra = &j->at[a], *rb = &j->at[b], *rc = &j->at[c];
    span rows = common_span(ra->row, ra->rows, rb->row, rb->rows);
    span cols = common_span(ra->col, ra->cols, rc->col, rc->cols);
    span depth = common_span(rb->col, rb->cols, rc->row, rc->rows);
    depth = common_span(depth.from, depth.length, j->depth.from, j->depth.length);
    if (rows.length == 0 || cols.length == 0 || depth.length == 0)
        return false;
    *out = (part){rows.length,          cols.length,          depth.length,
                  rows.from - ra->row,  cols.from - ra->col,  rows.from - rb->row,
                  depth.from - rb->col, depth.from - rc->row, cols.from - rc->col};
    return true;
}

double job_flops(const job *j) {
    double flops = 0;
    part p;
    for (int a = 0; a < j->count[0]; a++)
        for (int b = 0; b < j->count[1]; b++)
            for (int c = 0; c < j->count[2]; c++)
                if (job_part(j, a, j->count[0] + b, j->count[0] + j->count[1] + c, &p))
                    flops += 2.0 * p.m * p.n * p.depth;
    return flops;
}

bool job_overlap(const job *j, int to, int from, overlap *out) {
    const rect *t = &j->at[to], *f = &j->at[from];
    rect both = rect_overlap(*t, *f);
    if (rect_empty(both))
        return false;
    *out = (overlap){both.rows,         both.cols,         both.row - t->row,
                     both.col - t->col, both.row - f->row, both.col - f->col};
    return true;
}

// --- kernels -----------------------------------------------------------------------------------

/** An argument at one of its elements. Only of blocks that are not empty: those have no matrix. */
static double *element(void *buffer, int row, int col) {
    return (double *)STARPU_MATRIX_GET_PTR(buffer) + (size_t)row * STARPU_MATRIX_GET_LD(buffer) +
           (size_t)col;
}

static void zero(void *buffer, rect at) {
    for (int r = 0; r < at.rows && at.cols > 0; r++)
        memset(element(buffer, r, 0), 0, sizeof(double) * (size_t)at.cols);
}

void product_nothing_cpu(void *buffers[], void *argument) {
    (void)buffers, (void)argument;
}

void product_fill_cpu(void *buffers[], void *argument) {
    const job *j = argument;
    for (int i = 0; i < j->count[0]; i++) {
        const rect at = j->at[i];
        for (int r = 0; r < at.rows; r++)
            for (int c = 0; c < at.cols; c++)
                *element(buffers[i], r, c) =
                    j->with_zeros ? 0 : entry(j, j->matrix, at.row + r, at.col + c);
    }
    atomic_fetch_add(&j->found->ran, 1);
}

void product_move_cpu(void *buffers[], void *argument) {
    const job *j = argument;
    overlap o;
    for (int i = 1; i <= j->count[1]; i++)
        for (int r = 0; job_overlap(j, 0, i, &o) && r < o.rows; r++)
            memcpy(element(buffers[0], o.to_row + r, o.to_col),
                   element(buffers[i], o.from_row + r, o.from_col),
                   sizeof(double) * (size_t)o.cols);
}

/** a += b c on the rectangles of a part; several cores take a strip of rows each. */
static void multiply_part(void *a, void *b, void *c, const part *p, int cores) {
    const int strip = (p->m + cores - 1) / cores;
#pragma omp parallel for num_threads(cores) if (cores > 1)
    for (int first = 0; first < p->m; first += strip) {
        int rows = p->m - first < strip ? p->m - first : strip;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, p->n, p->depth, 1,
                    element(b, p->b_row + first, p->b_col), (blasint)STARPU_MATRIX_GET_LD(b),
                    element(c, p->c_row, p->c_col), (blasint)STARPU_MATRIX_GET_LD(c), 1,
                    element(a, p->a_row + first, p->a_col), (blasint)STARPU_MATRIX_GET_LD(a));
    }
}

/** Also for a combined worker: StarPU calls it once and gives it all the worker's cores. */
void product_multiply_cpu(void *buffers[], void *argument) {
    const job *j = argument;
    const int cores = starpu_combined_worker_get_size(), b0 = j->count[0], c0 = b0 + j->count[1];
    part p;
    for (int a = 0; a < b0; a++) {
        if (j->overwrite)
            zero(buffers[a], j->at[a]);
        for (int b = b0; b < c0; b++)
            for (int c = c0; c < c0 + j->count[2]; c++)
                if (job_part(j, a, b, c, &p))
                    multiply_part(buffers[a], buffers[b], buffers[c], &p, cores > 1 ? cores : 1);
    }
}

void product_add_cpu(void *buffers[], void *argument) {
    const job *j = argument;
    overlap o;
    if (j->overwrite)
        zero(buffers[0], j->at[0]);
    for (int i = 1; i <= j->count[1]; i++)
        for (int r = 0; job_overlap(j, 0, i, &o) && r < o.rows; r++) {
            double *to = element(buffers[0], o.to_row + r, o.to_col);
            const double *from = element(buffers[i], o.from_row + r, o.from_col);
            for (int c = 0; c < o.cols; c++)
                to[c] += from[c];
        }
}

void product_validate_cpu(void *buffers[], void *argument) {
    const job *j = argument;
    for (int i = 0; i < j->count[0]; i++) {
        if (rect_empty(j->at[i]))
            continue;
        atomic_fetch_add(&j->found->wrong, wrong_elements(j, j->at[i], element(buffers[i], 0, 0),
                                                          STARPU_MATRIX_GET_LD(buffers[i])));
        atomic_fetch_add(&j->found->checked, (long)j->at[i].rows * j->at[i].cols);
    }
}

/** StarPU's reductions give no argument: all of the matrix counts. */
void product_zero_cpu(void *buffers[], void *argument) {
    (void)argument;
    zero(buffers[0], (rect){0, 0, (int)STARPU_MATRIX_GET_NY(buffers[0]),
                            (int)STARPU_MATRIX_GET_NX(buffers[0])});
}

void product_sum_cpu(void *buffers[], void *argument) {
    (void)argument;
    for (int r = 0; r < (int)STARPU_MATRIX_GET_NY(buffers[0]); r++)
        for (int c = 0; c < (int)STARPU_MATRIX_GET_NX(buffers[0]); c++)
            *element(buffers[0], r, c) += *element(buffers[1], r, c);
}
