// src/starpu/probe/kernels.c: how fast one thread adds, multiplies and moves, at best.
#include "probe.h"
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { REPEATS = 7 };

double probe_now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double probe_median(double values[], size_t count) {
    qsort(values, count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

double probe_triad_gbps(size_t bytes) {
    size_t n = bytes / sizeof(double);
    double rate[REPEATS], *a = malloc(bytes), *b = malloc(bytes), *c = malloc(bytes);
    double result = 0;
    if (a && b && c) {
        for (size_t i = 0; i < n; i++)
            a[i] = 0, b[i] = (double)i, c[i] = 1;
        for (int r = 0; r < REPEATS; r++) {
            double start = probe_now_s(), scale = 0.5 + r;
            for (size_t i = 0; i < n; i++)
                a[i] = b[i] + scale * c[i];
            rate[r] = 3e-9 * (double)bytes / (probe_now_s() - start);
            b[r] = a[n - 1 - (size_t)r]; // so that no repeat can be left out
        }
        result = probe_median(rate, REPEATS);
    }
    free(a);
    free(b);
    free(c);
    return result;
}

// Ten independent chains hide the latency of a multiply-add on every processor that we know of and
// fit into its registers. The loop is compiled once per vector length; the widest that runs counts.
enum { CHAINS = 10 };
#define PEAK(function, scalar, vector_bytes, attributes)                                           \
    attributes static scalar function(long rounds) {                                               \
        typedef scalar vector __attribute__((vector_size(vector_bytes)));                          \
        vector chain[CHAINS], factor = {0}, sum = {0};                                             \
        factor += (scalar)0.999;                                                                   \
        for (int k = 0; k < CHAINS; k++)                                                           \
            chain[k] = factor + (scalar)k;                                                         \
        for (long r = 0; r < rounds; r++)                                                          \
            for (int k = 0; k < CHAINS; k++)                                                       \
                chain[k] = chain[k] * factor + factor;                                             \
        for (int k = 0; k < CHAINS; k++)                                                           \
            sum += chain[k];                                                                       \
        return sum[0];                                                                             \
    }

PEAK(f64_128, double, 16, )
PEAK(f32_128, float, 16, )
#if defined __x86_64__
PEAK(f64_256, double, 32, __attribute__((target("avx2,fma"))))
PEAK(f32_256, float, 32, __attribute__((target("avx2,fma"))))
PEAK(f64_512, double, 64, __attribute__((target("avx512f"))))
PEAK(f32_512, float, 64, __attribute__((target("avx512f"))))

static int vector_bytes(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return 64;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 32 : 16;
}
#else
static int vector_bytes(void) {
    return 16;
}
#define f64_256 f64_128
#define f32_256 f32_128
#define f64_512 f64_128
#define f32_512 f32_128
#endif

static volatile double kept; // so that the loops are not optimised away

double probe_flops_f64(void) {
    const int bytes = vector_bytes();
    const long rounds = 2000000;
    double rate[REPEATS];
    for (int r = 0; r < REPEATS; r++) {
        double start = probe_now_s();
        kept = bytes == 64 ? f64_512(rounds) : bytes == 32 ? f64_256(rounds) : f64_128(rounds);
        rate[r] = 2e-9 * (double)rounds * CHAINS * (bytes / 8) / (probe_now_s() - start);
    }
    return probe_median(rate, REPEATS);
}

double probe_flops_f32(void) {
    const int bytes = vector_bytes();
    const long rounds = 2000000;
    double rate[REPEATS];
    for (int r = 0; r < REPEATS; r++) {
        double start = probe_now_s();
        kept = (double)(bytes == 64   ? f32_512(rounds)
                        : bytes == 32 ? f32_256(rounds)
                                      : f32_128(rounds));
        rate[r] = 2e-9 * (double)rounds * CHAINS * (bytes / 4) / (probe_now_s() - start);
    }
    return probe_median(rate, REPEATS);
}
