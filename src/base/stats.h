// src/base/stats.h: what repeated measurements say. Uses: nothing.
#pragma once
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
