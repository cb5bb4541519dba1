// bench/dgemm.c: `dgemm [N [THREADS]]`: one plain call of OpenBLAS's dgemm on N x N matrices: what
// the matrix multiplications in apps/ are measured against.
#include "bench.h"
#include <cblas.h>

typedef struct matrices {
    int n;
    double *a, *b, *c;
} matrices;

static void multiply(void *of) {
    const matrices *m = of;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m->n, m->n, m->n, 1, m->b, m->n, m->c,
                m->n, 0, m->a, m->n);
}

int main(int argc, char *argv[]) {
    matrices m = {.n = argc > 1 ? atoi(argv[1]) : 2048};
    int threads = argc > 2 ? atoi(argv[2]) : (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (m.n < 1 || m.n > 1 << 15 || threads < 1 || threads > 1024) {
        fprintf(stderr, "usage: dgemm [N [THREADS]]\n");
        return 2;
    }
    size_t count = (size_t)m.n * (size_t)m.n;
    m.a = calloc(count, sizeof *m.a);
    m.b = calloc(count, sizeof *m.b);
    m.c = calloc(count, sizeof *m.c);
    if (!m.a || !m.b || !m.c) {
        fprintf(stderr, "dgemm: out of memory\n");
        return 1;
    }
    for (size_t i = 0; i < count; i++)
        m.b[i] = m.c[i] = (double)(i % 11) - 5;
    openblas_set_num_threads(threads);
    mw_stats s = bench_repeat(multiply, &m, 2);
    char name[64];
    snprintf(name, sizeof name, "dgemm %d, %d threads, %.1f GFLOP/s", m.n, threads,
             2e-9 * (double)m.n * (double)count / s.median);
    bench_print(stdout, name, &s);
    free(m.a);
    free(m.b);
    free(m.c);
    return 0;
}
