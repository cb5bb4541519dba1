// apps/common/product/jobs.h: what a task of the product is told, for both kinds of kernels, and
// the entries of the matrices. Uses: product.h. Internal to this folder.
#pragma once
#include "common/product/product.h"

/** The scalar argument of every task. */
typedef struct job {
    findings *found;
    int count[3]; ///< multiply: blocks of A, B, C. move, add: 1, then sources. Else: blocks, 0, 0
    span depth;   ///< multiply: the part of the summation index
    bool overwrite;
    bool with_zeros; ///< fill: all 0
    matrix matrix;   ///< fill: whose entries
    values values;
    uint64_t seed;
    long k;
    rect at[ARGUMENTS_MAX]; ///< what each argument holds; only as many as there are are copied
} job;

/** One product of rectangles inside a task: m x n += m x depth times depth x n, at offsets. */
typedef struct part {
    int m, n, depth;
    int a_row, a_col, b_row, b_col, c_row, c_col;
} part;
/** False: nothing fits together. Indices are those of the arguments. */
bool job_part(const job *j, int a, int b, int c, part *out);
double job_flops(const job *j);
/** The common part of two arguments and where it is in each. False: there is none. */
typedef struct overlap {
    int rows, cols, to_row, to_col, from_row, from_col;
} overlap;
bool job_overlap(const job *j, int to, int from, overlap *out);

/** Entry (row, col) of B or C. */
double entry(const job *j, matrix x, int row, int col);
/** Counts the wrong elements of one block of A [rows][ld]. RANDOM: all of them, when the residual
 * of A x - B (C x) for a random x exceeds what rounding explains. */
long wrong_elements(const job *j, rect at, const double *a, size_t ld);
/** ||A - B C|| / (k eps ||B|| ||C||), Frobenius norms, B C by OpenBLAS dgemm. A is m x n. */
double residual(const job *j, long m, long n, const double *a);
enum { RESIDUAL_MAX = 10 };

void product_nothing_cpu(void *buffers[], void *argument);
void product_fill_cpu(void *buffers[], void *argument);
void product_validate_cpu(void *buffers[], void *argument);
void product_zero_cpu(void *buffers[], void *argument);
void product_sum_cpu(void *buffers[], void *argument);

#ifdef STARPU_USE_OPENCL
extern struct starpu_opencl_program product_opencl_program;
void product_nothing_opencl(void *buffers[], void *argument);
void product_handle_opencl(void *buffers[], void *argument);
void product_fill_opencl(void *buffers[], void *argument);
void product_validate_opencl(void *buffers[], void *argument);
void product_zero_opencl(void *buffers[], void *argument);
void product_sum_opencl(void *buffers[], void *argument);
#endif
