// apps/common/product/values.c: what the matrices hold, and whether a result is right.
#include "common/product/jobs.h"
#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Bits of (seed, matrix, row, column): the finaliser of SplitMix64 (Steele, Lea, Flood, 2014).
 * product.cl has the same. */
static uint64_t scramble(uint64_t z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static double uniform(uint64_t seed, uint64_t stream, uint32_t row, uint32_t col) {
    uint64_t z = scramble(scramble(seed * 4 + stream) +
                          (((uint64_t)row << 32 | col) + 1) * 0x9E3779B97F4A7C15u);
    return (double)(z >> 11) * 0x1p-52 - 1;
}

double entry(const job *j, matrix x, int row, int col) {
    long r = row, c = col;
    switch (j->values) {
    case VALUES_RANDOM: return uniform(j->seed, x, (uint32_t)row, (uint32_t)col);
    case VALUES_INTEGER:
        return x == MATRIX_B ? (double)((7 * r + 3 * c) % 11 - 4)
                             : (double)((5 * r + 2 * c) % 13 - 5);
    case VALUES_ONES: return 1;
    }
    return 0;
}

static void *memory(size_t count) {
    void *m = calloc(count ? count : 1, sizeof(double));
    if (!m)
        app_fail("out of memory for a check");
    return m;
}

/** Entries of B repeat every 11 rows, those of C every 13 columns, and so do those of A. */
static long wrong_integers(const job *j, rect at, const double *a, size_t ld) {
    double table[11][13] = {{0}};
    long wrong = 0;
    for (int k = 0; k < j->k; k++)
        for (int r = 0; r < 11; r++)
            for (int c = 0; c < 13; c++)
                table[r][c] += entry(j, MATRIX_B, r, k) * entry(j, MATRIX_C, k, c);
    for (int r = 0; r < at.rows; r++)
        for (int c = 0; c < at.cols; c++)
            wrong += a[(size_t)r * ld + (size_t)c] != table[(at.row + r) % 11][(at.col + c) % 13];
    return wrong;
}

static long wrong_ones(const job *j, rect at, const double *a, size_t ld) {
    long wrong = 0;
    for (int r = 0; r < at.rows; r++)
        for (int c = 0; c < at.cols; c++)
            wrong += a[(size_t)r * ld + (size_t)c] != (double)j->k;
    return wrong;
}

/** R. Freivalds' test (1979), with the block's rows of B and columns of C. Stream 3 makes x. */
static long wrong_random(const job *j, rect at, const double *a, size_t ld) {
    double norm_b = 0, norm_c = 0, norm_x = 0, norm_d = 0;
    double *d = memory((size_t)at.rows), *x = memory((size_t)at.cols);
    for (int c = 0; c < at.cols; c++) {
        x[c] = uniform(j->seed, 3, 0, (uint32_t)(at.col + c));
        norm_x += x[c] * x[c];
    }
    for (int r = 0; r < at.rows; r++)
        for (int c = 0; c < at.cols; c++)
            d[r] += a[(size_t)r * ld + (size_t)c] * x[c];
    for (int k = 0; k < j->k; k++) {
        double z = 0;
        for (int c = 0; c < at.cols; c++) {
            double value = entry(j, MATRIX_C, k, at.col + c);
            z += value * x[c];
            norm_c += value * value;
        }
        for (int r = 0; r < at.rows; r++) {
            double value = entry(j, MATRIX_B, at.row + r, k);
            d[r] -= value * z;
            norm_b += value * value;
        }
    }
    for (int r = 0; r < at.rows; r++)
        norm_d += d[r] * d[r];
    free(d);
    free(x);
    double most =
        RESIDUAL_MAX * (double)j->k * DBL_EPSILON * sqrt(norm_b) * sqrt(norm_c) * sqrt(norm_x);
    return sqrt(norm_d) <= most ? 0 : (long)at.rows * at.cols; // a NaN is wrong, too
}

long wrong_elements(const job *j, rect at, const double *a, size_t ld) {
    switch (j->values) {
    case VALUES_RANDOM: return wrong_random(j, at, a, ld);
    case VALUES_INTEGER: return wrong_integers(j, at, a, ld);
    case VALUES_ONES: return wrong_ones(j, at, a, ld);
    }
    return 0;
}

static double norm(const double *x, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

double residual(const job *j, long m, long n, const double *a) {
    size_t mk = (size_t)m * (size_t)j->k, kn = (size_t)j->k * (size_t)n, mn = (size_t)m * (size_t)n;
    double *b = memory(mk), *c = memory(kn), *d = memory(mn);
    for (long r = 0; r < m; r++)
        for (long k = 0; k < j->k; k++)
            b[r * j->k + k] = entry(j, MATRIX_B, (int)r, (int)k);
    for (long k = 0; k < j->k; k++)
        for (long col = 0; col < n; col++)
            c[k * n + col] = entry(j, MATRIX_C, (int)k, (int)col);
    memcpy(d, a, mn * sizeof *d);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)m, (blasint)n, (blasint)j->k, 1,
                b, (blasint)j->k, c, (blasint)n, -1, d, (blasint)n);
    double scale = (double)j->k * DBL_EPSILON * norm(b, mk) * norm(c, kn);
    double found = norm(d, mn) / scale;
    free(b);
    free(c);
    free(d);
    return found;
}
