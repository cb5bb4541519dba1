// src/base/stats.c: order statistics of a small sample.
#include "base/stats.h"
#include <math.h>
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

/** The largest k >= 1 for which the k-th smallest and k-th largest of n values bound their median
 * with that confidence; 0: not even the extremes do. P(fewer than k of n lie below the median) is
 * binomial(n, 1/2). */
static size_t sign_test_rank(size_t n, double confidence) {
    double term = pow(0.5, (double)n), below = 0; // P(X = i), P(X < k)
    size_t k = 0;
    for (size_t i = 0; i < n / 2; i++) {
        below += term;
        if (1 - 2 * below < confidence)
            break;
        k = i + 1;
        term *= (double)(n - i) / (double)(i + 1);
    }
    return k;
}

bool mw_ratio_of(const double a[], const double b[], size_t count, double confidence,
                 mw_ratio *out) {
    *out = (mw_ratio){0};
    double *ratios = malloc((count + 1) * sizeof *ratios);
    if (!ratios)
        return false;
    for (size_t i = 0; i < count; i++)
        if (a[i] > 0 && b[i] > 0)
            ratios[out->pairs++] = a[i] / b[i];
    if (out->pairs > 0) {
        qsort(ratios, out->pairs, sizeof *ratios, ascending);
        out->median = quantile(ratios, out->pairs, 0.5);
        size_t k = sign_test_rank(out->pairs, confidence);
        out->has_bounds = k > 0;
        out->low = k ? ratios[k - 1] : ratios[0];
        out->high = k ? ratios[out->pairs - k] : ratios[out->pairs - 1];
    }
    free(ratios);
    return true;
}
