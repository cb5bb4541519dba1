// src/base/stats.h: what repeated measurements say. Uses: nothing.
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct mw_stats {
    size_t count;
    double min, max, mean;
    double median; ///< of an even count: the mean of the two in the middle
    double q1,
        q3; ///< quartiles, linear interpolation between closest ranks (Hyndman, Fan 1996, type 7)
} mw_stats;

/** All zero for count 0. Sorts `values` in place. */
mw_stats mw_stats_of(double *values, size_t count);

/** How many times as long a took as b, from runs made in pairs, so that what disturbs both cancels.
 */
typedef struct mw_ratio {
    size_t pairs;
    double median;    ///< of a[i] / b[i]
    bool has_bounds;  ///< false: too few pairs for the confidence asked (6 for 95%)
    double low, high; ///< of an interval that covers the true median with at least that confidence
} mw_ratio;

/** The interval is that of the sign test: it assumes nothing of the distribution but independent
 * pairs (Conover, Practical Nonparametric Statistics, 1999, section 3.2).
 *  @param a, b   [count] times; a pair of which one is not > 0 (a run that failed) is left out
 *  @param confidence  0 < c < 1
 *  @param[out] out  all zero when no pair is left
 *  @return false: out of memory */
bool mw_ratio_of(const double a[], const double b[], size_t count, double confidence,
                 mw_ratio *out);
/** Whether a takes longer than b (b is faster) beyond doubt, and by more than rounding would show.
 */
static inline bool mw_ratio_above_one(const mw_ratio *r) {
    return r->has_bounds && r->low >= 1.005;
}
static inline bool mw_ratio_below_one(const mw_ratio *r) {
    return r->has_bounds && r->high <= 0.995;
}
