// apps/stencil/main.c: options, data, the launches in program order, the result.
#include "stencil.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECKED_BY_DEFAULT = 1 << 24 }; // cells; larger grids are checked on request only

typedef struct options {
    long nx, ny, ntx, nty, tsteps, tprune, init, cx, cy;
    long exchange; ///< 0: copy, 1: inc
    bool verify, no_verify;
} options;

static options options_read(int argc, char *argv[]) {
    options o = {12, 12, 4, 4, 20, 5, 1000, 1, 1, 0, false, false};
    const app_option table[] = {
        {"nx", APP_INT, &o.nx, 5, 1 << 20, NULL, "grid cells in x, the border of 2 included"},
        {"ny", APP_INT, &o.ny, 5, 1 << 20, NULL, "grid cells in y"},
        {"ntx", APP_INT, &o.ntx, 1, 1 << 12, NULL, "tiles in x"},
        {"nty", APP_INT, &o.nty, 1, 1 << 12, NULL, "tiles in y"},
        {"tsteps", APP_INT, &o.tsteps, 1, 1000000, NULL, "timed steps"},
        {"tprune", APP_INT, &o.tprune, 0, 1000000, NULL, "steps before and after them"},
        {"init", APP_INT, &o.init, -1000000, 1000000, NULL, "initial value at the origin"},
        {"cx", APP_INT, &o.cx, -1000000, 1000000, NULL, "its slope in x"},
        {"cy", APP_INT, &o.cy, -1000000, 1000000, NULL, "its slope in y"},
        {"exchange", APP_CHOICE, &o.exchange, 0, 0, "copy|inc",
         "buffers follow their tile: copied from it, or incremented"},
        {"verify", APP_FLAG, &o.verify, 0, 0, NULL, "check every cell"},
        {"no-verify", APP_FLAG, &o.no_verify, 0, 0, NULL, "check none"},
    };
    app_options_read(argc, argv,
                     "Star-shaped radius-2 stencil on a 2-D grid in tiles (Parallel Research "
                     "Kernels).\nChecks itself on grids of up to 2^24 cells; exit status 1 when "
                     "a cell is wrong.",
                     table, APP_COUNT(table));
    // A tile's exchange buffer mirrors two whole columns (rows) of that tile alone.
    if ((o.nx - 2 * RADIUS) / o.ntx < RADIUS || (o.ny - 2 * RADIUS) / o.nty < RADIUS)
        app_fail("%ld x %ld cells are too few for %ld x %ld tiles of at least %d x %d", o.nx, o.ny,
                 o.ntx, o.nty, RADIUS, RADIUS);
    return o;
}

// --- data --------------------------------------------------------------------------------------

/** One tile with its data. Both fields that are always used alike share a handle. */
typedef struct piece {
    tile shape;
    double *input, *output, *out[SIDES];
    window times;
    starpu_data_handle_t input_handle, output_handle, out_handle[SIDES], times_handle;
} piece;

typedef struct program {
    options o;
    int pieces, steps;
    piece *piece;
    findings findings;
    starpu_data_handle_t nothing; ///< the argument for a neighbour that is not there
} program;

static tile tile_at(const options *o, long ix, long iy) {
    long n_x = o->nx - 2 * RADIUS, n_y = o->ny - 2 * RADIUS;
    long x0 = ix * n_x / o->ntx, y0 = iy * n_y / o->nty;
    return (tile){.x0 = (int)x0,
                  .y0 = (int)y0,
                  .hx = (int)((ix + 1) * n_x / o->ntx - x0),
                  .hy = (int)((iy + 1) * n_y / o->nty - y0),
                  .border = {ix == 0, ix == o->ntx - 1, iy == 0, iy == o->nty - 1}};
}

/** StarPU is told the element that a mapper would think of: `fields` doubles per cell. */
static double *matrix_new(starpu_data_handle_t *handle, int width, int height, int fields,
                          const char *region, int color) {
    size_t element = sizeof(double) * (size_t)fields;
    double *cells = app_memory_map((size_t)width * (size_t)height * element);
    starpu_matrix_data_register(handle, STARPU_MAIN_RAM, (uintptr_t)cells, (uint32_t)width,
                                (uint32_t)width, (uint32_t)height, element);
    app_handle_name(*handle, region, 1, &color);
    return cells;
}

static void piece_new(piece *p, int color) {
    static const char *const BUFFER[SIDES] = {"xm", "xp", "ym", "yp"};
    int width = p->shape.hx + 2 * RADIUS, height = p->shape.hy + 2 * RADIUS;
    p->input = matrix_new(&p->input_handle, width, height, 2, "private", color);
    p->output = matrix_new(&p->output_handle, width, height, 1, "private_output", color);
    for (side k = 0; k < SIDES; k++) {
        strip s = strip_out(&p->shape, k);
        p->out[k] = matrix_new(&p->out_handle[k], s.w, s.h, 1, BUFFER[k], color);
    }
    starpu_variable_data_register(&p->times_handle, STARPU_MAIN_RAM, (uintptr_t)&p->times,
                                  sizeof p->times);
    app_handle_name(p->times_handle, "times", 1, &color);
}

/** The cells are not wanted back in main memory; the results have been taken already. */
static void piece_free(piece *p) {
    size_t cells = tile_cells(&p->shape) * sizeof(double);
    starpu_data_unregister_no_coherency(p->input_handle);
    starpu_data_unregister_no_coherency(p->output_handle);
    app_memory_unmap(p->input, 2 * cells);
    app_memory_unmap(p->output, cells);
    for (side k = 0; k < SIDES; k++) {
        starpu_data_unregister_no_coherency(p->out_handle[k]);
        app_memory_unmap(p->out[k], strip_cells(strip_out(&p->shape, k)) * sizeof(double));
    }
    starpu_data_unregister(p->times_handle);
}

// --- codelets and launches ---------------------------------------------------------------------

#ifdef STARPU_USE_OPENCL
#define OPENCL(function) .opencl_funcs = {function}, .opencl_flags = {STARPU_OPENCL_ASYNC},
#else
#define OPENCL(function)
#endif

static struct starpu_codelet fill_codelet = {
    .name = "fill",
    .cpu_funcs = {fill_cpu},
    OPENCL(fill_opencl).nbuffers = 7,
    .modes = {STARPU_W, STARPU_W, STARPU_W, STARPU_W, STARPU_W, STARPU_W, STARPU_W},
};
static struct starpu_codelet stencil_codelet = {
    .name = "stencil",
    .cpu_funcs = {stencil_cpu},
    OPENCL(stencil_opencl).nbuffers = 7,
    .modes = {STARPU_RW, STARPU_RW, STARPU_R, STARPU_R, STARPU_R, STARPU_R, STARPU_RW},
};
static struct starpu_codelet increment_codelet = {
    .name = "increment",
    .cpu_funcs = {increment_cpu},
    OPENCL(increment_opencl).nbuffers = 6,
    .modes = {STARPU_RW, STARPU_RW, STARPU_RW, STARPU_RW, STARPU_RW, STARPU_RW},
};
static struct starpu_codelet check_codelet = {
    .name = "check",
    .cpu_funcs = {check_cpu},
    .nbuffers = 2,
    .modes = {STARPU_R, STARPU_R},
};

static void print_time_cpu(void *buffers[], void *argument) {
    (void)buffers;
    const double *figures = argument; // color, seconds, steps, flops
    if (figures[0] == 0)
        printf("time %.6f s for %.0f steps, %.3f GFLOP/s\n", figures[1], figures[2],
               figures[3] / figures[1] * 1e-9);
}
static struct starpu_codelet print_time_codelet = {
    .name = "print_time",
    .cpu_funcs = {print_time_cpu},
    .nbuffers = 0,
};

/** Argument names are those of the published program's partitions at the call site. */
static void name_arguments(void) {
    mw_name_arguments(&fill_codelet, "private,private,pxm_out,pxp_out,pym_out,pyp_out,p_times");
    mw_name_arguments(&stencil_codelet, "private,private,pxm_in,pxp_in,pym_in,pyp_in,p_times");
    mw_name_arguments(&increment_codelet, "private,pxm_out,pxp_out,pym_out,pyp_out,p_times");
    mw_name_arguments(&check_codelet, "private,private");
}

/** The buffer whose cells belong into a tile's halo on that side. */
static starpu_data_handle_t neighbour(const program *p, int color, side s) {
    const int step[SIDES] = {-1, +1, -(int)p->o.ntx, +(int)p->o.ntx};
    return p->piece[color].shape.border[s] ? p->nothing : p->piece[color + step[s]].out_handle[s];
}

static void launch(program *p, struct starpu_codelet *codelet, bool stamp) {
    app_launch_begin(codelet, 1, &p->pieces);
    for (int color = 0; color < p->pieces; color++) {
        const piece *at = &p->piece[color];
        starpu_data_handle_t handles[STARPU_NMAXBUFS];
        double flops = 0;
        int n = 0;
        handles[n++] = at->input_handle;
        if (codelet != &increment_codelet)
            handles[n++] = at->output_handle;
        for (side k = 0; k < SIDES && codelet != &check_codelet; k++)
            handles[n++] = codelet == &stencil_codelet ? neighbour(p, color, k) : at->out_handle[k];
        if (codelet != &check_codelet)
            handles[n++] = at->times_handle;
        if (codelet == &stencil_codelet) // 8 products, 8 sums a cell
            flops = 16.0 * at->shape.hx * at->shape.hy;
        else if (codelet == &increment_codelet)
            flops = (double)strip_cells(strip_exterior(&at->shape));
        const scalars s = {at->shape, (double)p->o.init,  (double)p->o.cx, (double)p->o.cy,
                           p->steps,  p->o.exchange == 0, stamp,           &p->findings};
        app_submit(&(app_task){codelet, 1, {color}, handles, &s, sizeof s, flops});
    }
}

/** Seconds from the first start to the last stop; 0 when the kernels never ran. */
static double elapsed_s(program *p) {
    double start_us = INFINITY, stop_us = 0;
    for (int color = 0; color < p->pieces; color++) {
        piece *at = &p->piece[color];
        if (starpu_data_acquire(at->times_handle, STARPU_R) != 0)
            app_fail("cannot read the times of tile %d", color);
        start_us = fmin(start_us, at->times.start_us);
        stop_us = fmax(stop_us, at->times.stop_us);
        starpu_data_release(at->times_handle);
    }
    return (stop_us - start_us) * 1e-6;
}

/** Work as the Parallel Research Kernels count it: 2 (4 r + 1) + 1 per cell and step. */
static void print_time(program *p, double seconds) {
    double cells = (double)(p->o.nx - 2 * RADIUS) * (double)(p->o.ny - 2 * RADIUS);
    double figures[4] = {0, seconds, (double)p->o.tsteps, 19.0 * cells * (double)p->o.tsteps};
    app_launch_begin(&print_time_codelet, 1, &p->pieces);
    for (int color = 0; color < p->pieces; color++) {
        figures[0] = color;
        app_submit(&(app_task){&print_time_codelet, 1, {color}, NULL, figures, sizeof figures, 0});
    }
}

static void run(program *p, bool verify) {
    long window_end = p->o.tprune + p->o.tsteps - 1;
    launch(p, &fill_codelet, false);
    for (long t = 0; t < p->steps; t++) {
        launch(p, &stencil_codelet, t == p->o.tprune);
        launch(p, &increment_codelet, t == window_end);
    }
    if (verify)
        launch(p, &check_codelet, false);
    starpu_task_wait_for_all();
    print_time(p, elapsed_s(p));
    starpu_task_wait_for_all();
}

/** The exit status. */
static int verdict(const program *p, bool verify) {
    long cells = (p->o.nx - 2 * RADIUS) * (p->o.ny - 2 * RADIUS);
    if (p->findings.filled == 0) { // a dry recording: every task passed, no kernel ran
        puts("nothing was computed: the kernels were disabled");
        return 0;
    }
    if (!verify) {
        puts("not verified (--verify does)");
        return 0;
    }
    if (p->findings.wrong || p->findings.checked != cells) {
        fprintf(stderr, "stencil: error: %ld of %ld cells are wrong, %ld were not checked\n",
                p->findings.wrong, cells, cells - p->findings.checked);
        return 1;
    }
    printf("verified: all %ld cells are exact\n", cells);
    return 0;
}

int main(int argc, char *argv[]) {
    program p = {.o = options_read(argc, argv)};
    const options *o = &p.o;
    bool verify = o->verify || (!o->no_verify && o->nx * o->ny <= CHECKED_BY_DEFAULT);
    p.pieces = (int)(o->ntx * o->nty);
    p.steps = (int)(o->tsteps + 2 * o->tprune);
    if (starpu_init(NULL) != 0)
        app_fail("cannot start StarPU");
    printf("stencil %ld x %ld cells, %ld x %ld tiles, %ld steps\n", o->nx, o->ny, o->ntx, o->nty,
           (long)p.steps);
#ifdef STARPU_USE_OPENCL
    app_opencl_load("stencil.cl", &stencil_opencl_program);
#endif
    p.piece = calloc((size_t)p.pieces, sizeof *p.piece);
    if (!p.piece)
        app_fail("out of memory");
    name_arguments();
    starpu_void_data_register(&p.nothing);
    for (int color = 0; color < p.pieces; color++) {
        p.piece[color].shape = tile_at(o, color % o->ntx, color / o->ntx);
        piece_new(&p.piece[color], color);
    }
    run(&p, verify);
    for (int color = 0; color < p.pieces; color++)
        piece_free(&p.piece[color]);
    starpu_data_unregister(p.nothing);
    free(p.piece);
#ifdef STARPU_USE_OPENCL
    app_opencl_unload(&stencil_opencl_program);
#endif
    starpu_shutdown();
    app_names_free();
    return verdict(&p, verify);
}
