// src/base/stats.c: order statistics of a small sample.
#include "base/stats.h"
#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t count, double p) {
    double at = p * (double)(count - 1);
    size_t below = (size_t)at;
    size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

mw_stats mw_stats_of(double *values, size_t count) {
    mw_stats s = {.count = count};
    if (count == 0)
        return s;
    qsort(values, count, sizeof *values, ascending);
    s.min = values[0];
    s.max = values[count - 1];
    for (size_t i = 0; i < count; i++)
        s.mean += values[i] / (double)count;
    s.median = quantile(values, count, 0.5);
    s.q1 = quantile(values, count, 0.25);
    s.q3 = quantile(values, count, 0.75);
    return s;
}
