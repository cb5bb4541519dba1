// apps/summa/main.c: SUMMA (R. A. van de Geijn, J. Watts, Concurrency: Practice and Experience
// 9(4), 1997) on a gx x gy grid. The summation index is cut into panels of width nb; in each step
// the owners of a panel of B broadcast it along the grid's rows, those of a panel of C along its
// columns, and every processor adds their product to its tile of A.
#include "common/product/product.h"
#include <stdio.h>

enum { GRID_MAX = 256 };

typedef struct summa {
    int gx, gy;
    long nb;
    int steps, depth;          ///< depth: panels that may be under way
    blocks a, b, c;            ///< tiles (i,j)
    blocks b_buffer, c_buffer; ///< Brow (i,slot) of a row of processors, Ccol (j,slot) of a column
} summa;

static struct starpu_codelet bcast_B = PRODUCT_MOVE("bcast_B");
static struct starpu_codelet bcast_C = PRODUCT_MOVE("bcast_C");
static struct starpu_codelet task_4 = PRODUCT_MULTIPLY("task_4");

static span panel(const product *p, const summa *x, int s) {
    long from = s * x->nb, left = p->k - from;
    return (span){(int)from, (int)(left < x->nb ? left : x->nb)};
}

/** The tiles of a row of B (a column of C) that hold a part of the panel. */
static int owners(const blocks *tiles, bool row, int index, rect panel_, block *out[]) {
    int n = 0, end = row ? tiles->extent[1] : tiles->extent[0];
    for (int t = 0; t < end; t++) {
        block *tile = row ? block_at(tiles, index, t, 0, 0) : block_at(tiles, t, index, 0, 0);
        if (!rect_empty(rect_overlap(tile->at, panel_)))
            out[n++] = tile;
    }
    return n;
}

static rect b_panel(const product *p, const summa *x, int i, int s) {
    return rect_of(cut(p->m, x->gx, i), panel(p, x, s));
}
static rect c_panel(const product *p, const summa *x, int j, int s) {
    return rect_of(panel(p, x, s), cut(p->n, x->gy, j));
}

static void broadcast(product *p, const summa *x, int s) {
    const domain rows = {1, {x->gx, 1, 1}}, columns = {1, {x->gy, 1, 1}};
    block *from[GRID_MAX];
    product_launch(&bcast_B, &rows, x->gx);
    EACH(rows, at) {
        rect what = b_panel(p, x, at[0], s);
        int n = owners(&x->b, true, at[0], what, from);
        product_move(p, &bcast_B, &rows, at, block_at(&x->b_buffer, at[0], s % x->depth, 0, 0),
                     what, from, n);
    }
    product_launch(&bcast_C, &columns, x->gy);
    EACH(columns, at) {
        rect what = c_panel(p, x, at[0], s);
        int n = owners(&x->c, false, at[0], what, from);
        product_move(p, &bcast_C, &columns, at, block_at(&x->c_buffer, at[0], s % x->depth, 0, 0),
                     what, from, n);
    }
}

static void multiply(product *p, void *application) {
    const summa *x = application;
    const domain grid = {2, {x->gx, x->gy, 1}};
    block *b[GRID_MAX], *c[GRID_MAX];
    for (int s = 0; s < x->steps; s++) {
        if (!p->flat)
            broadcast(p, x, s);
        product_launch(&task_4, &grid, domain_volume(&grid));
        EACH(grid, at) {
            int i = at[0], j = at[1];
            block *a = block_at(&x->a, i, j, 0, 0);
            factors f = {&a, b, c, 1, 1, 1, panel(p, x, s), STARPU_RW};
            if (p->flat) {
                f.b_count = owners(&x->b, true, i, b_panel(p, x, i, s), b);
                f.c_count = owners(&x->c, false, j, c_panel(p, x, j, s), c);
            } else {
                b[0] = block_at(&x->b_buffer, i, s % x->depth, 0, 0);
                c[0] = block_at(&x->c_buffer, j, s % x->depth, 0, 0);
            }
            product_multiply(p, &task_4, &grid, at, &f);
        }
    }
}

static blocks buffers_new(const product *p, const char *region, int count, int depth, span rows,
                          span cols) {
    blocks b = blocks_new(p, region, 1, 2, (int[]){count, depth});
    for (int i = 0; i < count; i++)
        for (int slot = 0; slot < depth; slot++)
            block_register(&b, (int[BLOCKS_RANK]){i, slot}, rect_of(rows, cols));
    return b;
}

int main(int argc, char *argv[]) {
    product p = {.name = "summa", .n = 256, .repetitions = 1};
    summa x = {0};
    char details[96];
    long gx = 4, gy = 4, depth = 2, nb = 0;
    const app_option own[] = {
        {"gx", APP_INT, &gx, 1, GRID_MAX, NULL, "rows of the grid of processors"},
        {"gy", APP_INT, &gy, 1, GRID_MAX, NULL, "columns of the grid"},
        {"nb", APP_INT, &nb, 0, 1 << 20, NULL, "width of a panel; 0: k cut gx times"},
        {"depth", APP_INT, &depth, 1, 64, NULL, "panels under way"},
    };
    product_read(&p, argc, argv,
                 "Matrix multiplication by SUMMA: panels of B and C are broadcast along the rows "
                 "and\ncolumns of a grid. Checks itself at small sizes; exit status 1 when the "
                 "product is wrong.",
                 own, APP_COUNT(own));
    x.gx = (int)gx, x.gy = (int)gy, x.depth = (int)depth;
    x.nb = nb ? nb : (p.k + gx - 1) / gx;
    x.steps = (int)((p.k + x.nb - 1) / x.nb);
    snprintf(details, sizeof details, "%d x %d processors, %d panels of %ld", x.gx, x.gy, x.steps,
             x.nb);
    p.grid = (domain){2, {x.gx, x.gy, 1}};
    product_begin(&p, &argc, &argv, details);
    if (!p.flat)
        product_name_factors(&task_4, 1, 1);
    x.a = tiles_new(&p, "A", p.m, p.n, x.gx, x.gy);
    x.b = tiles_new(&p, "B", p.m, p.k, x.gx, x.gy);
    x.c = tiles_new(&p, "C", p.k, p.n, x.gx, x.gy);
    if (!p.flat) {
        span width = {0, (int)(x.nb < p.k ? x.nb : p.k)};
        x.b_buffer = buffers_new(&p, "Brow", x.gx, x.depth, cut(p.m, x.gx, 0), width);
        x.c_buffer = buffers_new(&p, "Ccol", x.gy, x.depth, width, cut(p.n, x.gy, 0));
    }
    product_run(&p, &(operands){&x.a, &x.b, &x.c}, multiply, &x);
    blocks_free(&x.a);
    blocks_free(&x.b);
    blocks_free(&x.c);
    blocks_free(&x.b_buffer);
    blocks_free(&x.c_buffer);
    return product_end(&p);
}
