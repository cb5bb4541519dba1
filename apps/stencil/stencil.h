// apps/stencil/stencil.h: a tile, its strips, and what every task of this program is told.
// The program: star-shaped radius-2 stencil of the Parallel Research Kernels (Van der Wijngaart,
// Mattson, HPEC 2014), tiled, each tile with its own halo and explicit exchange buffers.
#pragma once
#include "common/app.h"
#include <stdatomic.h>
#include <stdint.h>

enum { RADIUS = 2 };

/** The four exchange buffers of a tile, named after where their readers are read from: XM holds the
 * tile's highest-x columns, because they are the low-x ("minus") halo of its right neighbour. */
typedef enum side { XM, XP, YM, YP, SIDES } side;

/** Which task argument is which. A stencil task reads its neighbours' buffers; at the border of the
 * grid the argument is an empty handle. */
enum { ARG_INPUT = 0, ARG_OUTPUT = 1, STENCIL_IN = 2, STENCIL_TIMES = 6 };
enum { INCREMENT_OUT = 1, INCREMENT_TIMES = 5 };
enum { FILL_OUT = 2, FILL_TIMES = 6 };

/** Cells [x, x + w) x [y, y + h) of a tile, in its own coordinates (its halo starts at 0). */
typedef struct strip {
    int x, y, w, h;
} strip;

/** A tile's position and shape. Its storage is row-major with x contiguous, hx + 4 cells wide and
 * hy + 4 high: `input` then `input1` in one handle, `output` in another. */
typedef struct tile {
    int x0, y0;            ///< global coordinates of its first halo cell
    int hx, hy;            ///< interior extents
    uint8_t border[SIDES]; ///< 1: no neighbour to read that halo from, it is the grid's border
} tile;

/** The scalar argument of every task. */
typedef struct scalars {
    tile tile;
    double init, cx, cy; ///< initial input(X, Y) = init + cx X + cy Y
    int steps;           ///< executed by the end of the run
    bool copy;           ///< increment refreshes the exchange buffers from the tile
    bool stamp;          ///< this task starts (stencil) or ends (increment) the timed window
    struct findings *findings;
} scalars;

/** What the tasks found out, summed over all tiles. */
typedef struct findings {
    atomic_long filled;  ///< tiles; 0 at the end: the kernels were disabled
    atomic_long checked; ///< cells
    atomic_long wrong;
} findings;

typedef struct window {
    double start_us, stop_us; ///< of the timed window, one tile; 0: not stamped
} window;

static inline size_t tile_cells(const tile *t) {
    return (size_t)(t->hx + 2 * RADIUS) * (size_t)(t->hy + 2 * RADIUS);
}
strip strip_in(const tile *t, side s);  ///< the halo cells that the buffer of side s fills
strip strip_out(const tile *t, side s); ///< the interior cells that the tile's own buffer mirrors
strip strip_exterior(const tile *t); ///< what increment touches: the interior and the grid's border
static inline size_t strip_cells(strip s) {
    return (size_t)s.w * (size_t)s.h;
}

void fill_cpu(void *buffers[], void *argument);
void stencil_cpu(void *buffers[], void *argument);
void increment_cpu(void *buffers[], void *argument);
void check_cpu(void *buffers[], void *argument);

#ifdef STARPU_USE_OPENCL
extern struct starpu_opencl_program stencil_opencl_program;
void fill_opencl(void *buffers[], void *argument);
void stencil_opencl(void *buffers[], void *argument);
void increment_opencl(void *buffers[], void *argument);
#endif
