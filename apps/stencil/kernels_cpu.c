// apps/stencil/kernels_cpu.c: the geometry of strips, and the kernels for CPU cores.
#include "stencil.h"
#include <stdio.h>

strip strip_in(const tile *t, side s) {
    switch (s) {
    case XM: return (strip){0, RADIUS, RADIUS, t->hy};
    case XP: return (strip){t->hx + RADIUS, RADIUS, RADIUS, t->hy};
    case YM: return (strip){RADIUS, 0, t->hx, RADIUS};
    case YP: return (strip){RADIUS, t->hy + RADIUS, t->hx, RADIUS};
    case SIDES: break;
    }
    return (strip){0};
}

strip strip_out(const tile *t, side s) {
    switch (s) {
    case XM: return (strip){t->hx, RADIUS, RADIUS, t->hy};
    case XP: return (strip){RADIUS, RADIUS, RADIUS, t->hy};
    case YM: return (strip){RADIUS, t->hy, t->hx, RADIUS};
    case YP: return (strip){RADIUS, RADIUS, t->hx, RADIUS};
    case SIDES: break;
    }
    return (strip){0};
}

strip strip_exterior(const tile *t) {
    int left = t->border[XM] ? 0 : RADIUS, below = t->border[YM] ? 0 : RADIUS;
    int right = t->border[XP] ? 0 : RADIUS, above = t->border[YP] ? 0 : RADIUS;
    return (strip){left, below, t->hx + 2 * RADIUS - left - right,
                   t->hy + 2 * RADIUS - below - above};
}

static double *row(double *cells, const tile *t, int y) {
    return cells + (size_t)y * (size_t)(t->hx + 2 * RADIUS);
}

static double initial(const scalars *s, int x, int y) {
    return s->init + s->cx * (s->tile.x0 + x) + s->cy * (s->tile.y0 + y);
}

/** buffer[h][w] <- the strip of the tile. */
static void gather(double *buffer, double *cells, const tile *t, strip s) {
    for (int y = 0; y < s.h; y++)
        for (int x = 0; x < s.w; x++)
            buffer[(size_t)y * (size_t)s.w + (size_t)x] = row(cells, t, s.y + y)[s.x + x];
}

static void scatter(double *cells, const double *buffer, const tile *t, strip s) {
    for (int y = 0; y < s.h; y++)
        for (int x = 0; x < s.w; x++)
            row(cells, t, s.y + y)[s.x + x] = buffer[(size_t)y * (size_t)s.w + (size_t)x];
}

void fill_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    double *input = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_INPUT]);
    double *input1 = input + tile_cells(t);
    double *output = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_OUTPUT]);
    for (int y = 0; y < t->hy + 2 * RADIUS; y++)
        for (int x = 0; x < t->hx + 2 * RADIUS; x++) {
            row(input, t, y)[x] = initial(s, x, y);
            row(input1, t, y)[x] = s->init;
            row(output, t, y)[x] = s->init;
        }
    for (side k = 0; k < SIDES; k++)
        gather((double *)STARPU_MATRIX_GET_PTR(buffers[FILL_OUT + k]), input, t, strip_out(t, k));
    *(window *)STARPU_VARIABLE_GET_PTR(buffers[FILL_TIMES]) = (window){0, 0};
    atomic_fetch_add(&s->findings->filled, 1);
}

void stencil_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    const size_t up = (size_t)(t->hx + 2 * RADIUS);
    double *input = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_INPUT]);
    double *output = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_OUTPUT]);
    if (s->stamp)
        ((window *)STARPU_VARIABLE_GET_PTR(buffers[STENCIL_TIMES]))->start_us = starpu_timing_now();
    for (side k = 0; k < SIDES; k++)
        if (!t->border[k])
            scatter(input, (double *)STARPU_MATRIX_GET_PTR(buffers[STENCIL_IN + k]), t,
                    strip_in(t, k));
    for (int y = RADIUS; y < t->hy + RADIUS; y++) {
        const double *restrict in = row(input, t, y);
        double *restrict out = row(output, t, y);
        for (size_t x = RADIUS; x < (size_t)t->hx + RADIUS; x++)
            out[x] += 0.25 * (in[x + 1] - in[x - 1] + in[x + up] - in[x - up]) +
                      0.125 * (in[x + 2] - in[x - 2] + in[x + 2 * up] - in[x - 2 * up]);
    }
}

void increment_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    const strip all = strip_exterior(t);
    double *input = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_INPUT]);
    for (int y = all.y; y < all.y + all.h; y++)
        for (int x = all.x; x < all.x + all.w; x++)
            row(input, t, y)[x] += 1;
    for (side k = 0; k < SIDES; k++) {
        double *out = (double *)STARPU_MATRIX_GET_PTR(buffers[INCREMENT_OUT + k]);
        strip mirrored = strip_out(t, k);
        if (s->copy)
            gather(out, input, t, mirrored);
        else
            for (size_t i = 0; i < strip_cells(mirrored); i++)
                out[i] += 1;
    }
    if (s->stamp)
        ((window *)STARPU_VARIABLE_GET_PTR(buffers[INCREMENT_TIMES]))->stop_us =
            starpu_timing_now();
}

/** Exact: every value is a multiple of 1/8 far below 2^50, so doubles do not round. */
void check_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    const tile *t = &s->tile;
    double *input = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_INPUT]);
    double *output = (double *)STARPU_MATRIX_GET_PTR(buffers[ARG_OUTPUT]);
    const double expected = s->init + s->steps * (s->cx + s->cy);
    long wrong = 0;
    for (int y = RADIUS; y < t->hy + RADIUS; y++)
        for (int x = RADIUS; x < t->hx + RADIUS; x++) {
            double in = row(input, t, y)[x], out = row(output, t, y)[x];
            if (in == initial(s, x, y) + s->steps && out == expected)
                continue;
            if (wrong++ == 0)
                fprintf(stderr,
                        "stencil: cell (%d, %d): input %.17g, expected %.17g; output %.17g, "
                        "expected %.17g\n",
                        t->x0 + x, t->y0 + y, in, initial(s, x, y) + s->steps, out, expected);
        }
    atomic_fetch_add(&s->findings->wrong, wrong);
    atomic_fetch_add(&s->findings->checked, (long)t->hx * t->hy);
}
