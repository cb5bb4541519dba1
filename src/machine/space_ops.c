// src/machine/space_ops.c: what each transformation makes of a processor space and of its points.
#include "machine/space.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool no(mw_space_why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool no(mw_space_why *why, const char *format, ...) {
    va_list args;
    why->hint = NULL;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return false;
}

static bool has_dimension(const mw_space *in, int64_t d, mw_space_why *why) {
    if (d >= 0 && d < in->rank)
        return true;
    return no(why, "there is no dimension %" PRId64 ": the space has %u, counted from 0", d,
              in->rank);
}

/** Dimension d becomes n of the given extents. */
static bool divide(mw_space *out, int64_t d, uint32_t n, const int64_t part[], mw_space_why *why) {
    if (out->rank + n - 1 > MW_SPACE_RANK_MAX)
        return no(why, "the space would have %u dimensions; %d is the most", out->rank + n - 1,
                  MW_SPACE_RANK_MAX);
    memmove(out->extent + d + n, out->extent + d + 1,
            (out->rank - (size_t)d - 1) * sizeof *out->extent);
    memcpy(out->extent + d, part, n * sizeof *part);
    out->rank += n - 1;
    return true;
}

/** Points of all divisions: the first part varies fastest. */
static void divided_origin(const mw_space *in, const mw_space *out, const int64_t *arg,
                           int64_t *point) {
    uint32_t n = out->rank - in->rank + 1, d = (uint32_t)arg[0];
    int64_t whole = 0;
    for (uint32_t i = n; i-- > 0;)
        whole = whole * out->extent[d + i] + point[d + i];
    point[d] = whole;
    memmove(point + d + 1, point + d + n, (out->rank - d - n) * sizeof *point);
}

static void divided_image(const mw_space *in, const mw_space *out, const int64_t *arg,
                          int64_t *point) {
    uint32_t n = out->rank - in->rank + 1, d = (uint32_t)arg[0];
    int64_t whole = point[d];
    memmove(point + d + n, point + d + 1, (in->rank - d - 1) * sizeof *point);
    for (uint32_t i = 0; i < n; i++) {
        point[d + i] = whole % out->extent[d + i];
        whole /= out->extent[d + i];
    }
}

static bool reshape_split(const mw_space *in, const int64_t *arg, uint32_t count, mw_space *out,
                          mw_space_why *why) {
    (void)count;
    if (!has_dimension(in, arg[0], why))
        return false;
    int64_t extent = in->extent[arg[0]], f = arg[1];
    if (f < 1)
        return no(why, "cannot split into %" PRId64 " parts", f);
    if (extent % f != 0)
        return no(why, "an extent of %" PRId64 " does not divide by %" PRId64, extent, f);
    return divide(out, arg[0], 2, (int64_t[]){f, extent / f}, why);
}

static bool reshape_merge(const mw_space *in, const int64_t *arg, uint32_t count, mw_space *out,
                          mw_space_why *why) {
    (void)count;
    int64_t a = arg[0], b = arg[1];
    if (!has_dimension(in, a, why) || !has_dimension(in, b, why))
        return false;
    if (a == b)
        return no(why, "dimension %" PRId64 " cannot be merged with itself", a);
    out->extent[a] = in->extent[a] * in->extent[b];
    memmove(out->extent + b, out->extent + b + 1, (in->rank - (size_t)b - 1) * sizeof *out->extent);
    out->rank--;
    return true;
}

static void origin_merge(const mw_space *in, const mw_space *out, const int64_t *arg,
                         int64_t *point) {
    (void)out;
    int64_t a = arg[0], b = arg[1];
    int64_t merged = point[a - (a > b)];
    memmove(point + b + 1, point + b, (in->rank - (size_t)b - 1) * sizeof *point);
    point[a] = merged / in->extent[b];
    point[b] = merged % in->extent[b];
}

static void image_merge(const mw_space *in, const mw_space *out, const int64_t *arg,
                        int64_t *point) {
    (void)out;
    int64_t a = arg[0], b = arg[1];
    point[a] = point[a] * in->extent[b] + point[b];
    memmove(point + b, point + b + 1, (in->rank - (size_t)b - 1) * sizeof *point);
}

static bool reshape_swap(const mw_space *in, const int64_t *arg, uint32_t count, mw_space *out,
                         mw_space_why *why) {
    (void)count;
    if (!has_dimension(in, arg[0], why) || !has_dimension(in, arg[1], why))
        return false;
    out->extent[arg[0]] = in->extent[arg[1]];
    out->extent[arg[1]] = in->extent[arg[0]];
    return true;
}

static void exchange(const mw_space *in, const mw_space *out, const int64_t *arg, int64_t *point) {
    (void)in;
    (void)out;
    int64_t kept = point[arg[0]];
    point[arg[0]] = point[arg[1]];
    point[arg[1]] = kept;
}

static bool reshape_slice(const mw_space *in, const int64_t *arg, uint32_t count, mw_space *out,
                          mw_space_why *why) {
    (void)count;
    if (!has_dimension(in, arg[0], why))
        return false;
    int64_t extent = in->extent[arg[0]];
    if (extent == 0)
        return true; // a kind that the machine does not have: whatever is cut from it is empty too
    if (arg[1] < 0 || arg[2] < arg[1] || arg[2] >= extent)
        return no(why, "%" PRId64 " to %" PRId64 " is no range of an extent of %" PRId64, arg[1],
                  arg[2], extent);
    out->extent[arg[0]] = arg[2] - arg[1] + 1;
    return true;
}

static void origin_slice(const mw_space *in, const mw_space *out, const int64_t *arg,
                         int64_t *point) {
    (void)in;
    (void)out;
    point[arg[0]] += arg[1];
}

static void image_slice(const mw_space *in, const mw_space *out, const int64_t *arg,
                        int64_t *point) {
    (void)in;
    (void)out;
    point[arg[0]] -= arg[1];
}

static bool reshape_reverse(const mw_space *in, const int64_t *arg, uint32_t count, mw_space *out,
                            mw_space_why *why) {
    (void)count;
    (void)out;
    return has_dimension(in, arg[0], why);
}

static void mirror(const mw_space *in, const mw_space *out, const int64_t *arg, int64_t *point) {
    (void)out;
    point[arg[0]] = in->extent[arg[0]] - 1 - point[arg[0]];
}

static bool reshape_balance_split(const mw_space *in, const int64_t *arg, uint32_t count,
                                  mw_space *out, mw_space_why *why) {
    (void)count;
    if (!has_dimension(in, arg[0], why))
        return false;
    if (arg[1] != 2 && arg[1] != 3)
        return no(why, "balance_split makes 2 or 3 parts, not %" PRId64, arg[1]);
    int64_t part[3] = {0};
    if (in->extent[arg[0]] > 0)
        mw_balance_split(in->extent[arg[0]], (uint32_t)arg[1], part);
    return divide(out, arg[0], (uint32_t)arg[1], part, why);
}

/** What auto_split and greedy_split ask of their arguments. One processor, or none, is divided the
 * same way whatever the weights: a launch smaller than the nodes leaves an extent of 0 for each. */
static bool weights_fit(const mw_space *in, const int64_t *arg, uint32_t count, int64_t least,
                        mw_space_why *why) {
    if (!has_dimension(in, arg[0], why))
        return false;
    if (count < 2)
        return no(why, "the weights are an empty tuple");
    for (uint32_t i = 1; i < count && in->extent[arg[0]] > 1; i++)
        if (arg[i] < least) {
            no(why, "weight %u is %" PRId64 "; each must be at least %" PRId64, i - 1, arg[i],
               least);
            why->hint = "an extent divided by more parts than it has is 0:  e > n ? e / n : 1";
            return false;
        }
    return true;
}

static bool reshape_greedy_split(const mw_space *in, const int64_t *arg, uint32_t count,
                                 mw_space *out, mw_space_why *why) {
    if (!weights_fit(in, arg, count, 0, why))
        return false;
    int64_t part[MW_SPACE_RANK_MAX] = {0};
    if (in->extent[arg[0]] > 0)
        mw_greedy_split(in->extent[arg[0]], count - 1, arg + 1, part);
    return divide(out, arg[0], count - 1, part, why);
}

static bool reshape_auto_split(const mw_space *in, const int64_t *arg, uint32_t count,
                               mw_space *out, mw_space_why *why) {
    if (!weights_fit(in, arg, count, 1, why))
        return false;
    int64_t part[MW_SPACE_RANK_MAX] = {0}, extent = in->extent[arg[0]];
    if (extent > 0 && !(out->work = (count - 1) * mw_auto_split(extent, count - 1, arg + 1, part)))
        return no(why, "an extent of %" PRId64 " has more than %d ways to be %u factors", extent,
                  MW_SPLIT_CANDIDATES_MAX, count - 1);
    return divide(out, arg[0], count - 1, part, why);
}

static const mw_space_op OPS[] = {
    {"merge", "a, b", 2, false, false, reshape_merge, origin_merge, image_merge},
    {"split", "d, parts", 2, false, false, reshape_split, divided_origin, divided_image},
    {"swap", "a, b", 2, false, false, reshape_swap, exchange, exchange},
    {"slice", "d, low, high", 3, false, false, reshape_slice, origin_slice, image_slice},
    {"reverse", "d", 1, false, false, reshape_reverse, mirror, mirror},
    {"balance_split", "d, parts", 2, false, false, reshape_balance_split, divided_origin,
     divided_image},
    {"auto_split", "d, weights", 1, true, false, reshape_auto_split, divided_origin, divided_image},
    {"greedy_split", "d, weights", 1, true, false, reshape_greedy_split, divided_origin,
     divided_image},
    {"decompose", "d, weights", 1, true, true, reshape_auto_split, divided_origin, divided_image},
};

const mw_space_op *mw_space_ops(uint32_t *count) {
    *count = sizeof OPS / sizeof *OPS;
    return OPS;
}

const mw_space_op *mw_space_op_find(const char *name) {
    for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++)
        if (strcmp(OPS[i].name, name) == 0)
            return &OPS[i];
    return NULL;
}
