// bench/dgemm.c: what one plain call of OpenBLAS's dgemm reaches, for the matrix multiplications of
// apps/ to be held against: "dgemm [N]", square matrices of doubles, all cores unless
// OPENBLAS_NUM_THREADS says otherwise.
#include "bench.h"
#include <cblas.h>

typedef struct product {
    int n;
    double *a, *b, *c; ///< [n][n]
} product;

static double *matrix_new(int n) {
    size_t count = (size_t)n * (size_t)n;
    double *m = malloc(count * sizeof *m);
    for (size_t i = 0; m && i < count; i++)
        m[i] = (double)(i * 7 % 11) - 4;
    return m;
}

static void multiply(void *of) {
    const product *p = of;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, p->n, p->n, p->n, 1, p->b, p->n, p->c,
                p->n, 0, p->a, p->n);
}

int main(int argc, char *argv[]) {
    int n = argc > 1 ? atoi(argv[1]) : 1024;
    if (n < 1 || n > 20000) {
        fprintf(stderr, "usage: dgemm [N], N from 1 to 20000\n");
        return 2;
    }
    product p = {n, matrix_new(n), matrix_new(n), matrix_new(n)};
    if (!p.a || !p.b || !p.c) {
        fprintf(stderr, "dgemm: out of memory\n");
        return 1;
    }
    mw_stats s = bench_repeat(multiply, &p, 1);
    double flop = 2.0 * n * n * n;
    bench_print_machine(stdout);
    printf("dgemm %d: %.2f GFLOP/s (quartiles %.2f .. %.2f, %zu repeats)\n", n,
           flop / s.median * 1e-9, flop / s.q3 * 1e-9, flop / s.q1 * 1e-9, s.count);
    free(p.a);
    free(p.b);
    free(p.c);
    return 0;
}
