// apps/pumma/main.c: PUMMA's broadcast, multiply, roll (J. Choi, J. J. Dongarra, D. W. Walker,
// Concurrency: Practice and Experience 6(7), 1994) on a g x g grid. In step s every row of
// processors i gets the tile B(i, i + s), beginning on the diagonal; the tiles of C roll upwards.
#include "common/product/product.h"
#include <stdio.h>

typedef struct pumma {
    int g;
    blocks a, b, c;  ///< tiles (i,j)
    blocks b_buffer; ///< Brow (i,slot): what a row of processors has been sent
    blocks c_buffer; ///< Cw (i,j,slot): what a processor has now, and what arrives
} pumma;

static struct starpu_codelet place_C = PRODUCT_MOVE("place_C");
static struct starpu_codelet bcast_B = PRODUCT_MOVE("bcast_B");
static struct starpu_codelet roll_C = PRODUCT_MOVE("roll_C");
static struct starpu_codelet task_4 = PRODUCT_MULTIPLY("task_4");

static void place(product *p, const pumma *x, const domain *grid) {
    product_launch(&place_C, grid, domain_volume(grid));
    EACH(*grid, at) {
        block *from = block_at(&x->c, at[0], at[1], 0, 0);
        product_move(p, &place_C, grid, at, block_at(&x->c_buffer, at[0], at[1], 0, 0), from->at,
                     &from, 1);
    }
}

static void broadcast(product *p, const pumma *x, int s) {
    const domain rows = {1, {x->g, 1, 1}};
    product_launch(&bcast_B, &rows, x->g);
    EACH(rows, at) {
        block *from = block_at(&x->b, at[0], (at[0] + s) % x->g, 0, 0);
        product_move(p, &bcast_B, &rows, at, block_at(&x->b_buffer, at[0], s % 2, 0, 0), from->at,
                     &from, 1);
    }
}

/** What (i + 1, j) used in step s, (i, j) uses in the next. */
static void roll(product *p, const pumma *x, const domain *grid, int s) {
    product_launch(&roll_C, grid, domain_volume(grid));
    EACH(*grid, at) {
        block *from = block_at(&x->c_buffer, (at[0] + 1) % x->g, at[1], s % 2, 0);
        product_move(p, &roll_C, grid, at, block_at(&x->c_buffer, at[0], at[1], (s + 1) % 2, 0),
                     from->at, &from, 1);
    }
}

static void multiply(product *p, void *application) {
    const pumma *x = application;
    const domain grid = {2, {x->g, x->g, 1}};
    if (!p->flat)
        place(p, x, &grid);
    for (int s = 0; s < x->g; s++) {
        if (!p->flat)
            broadcast(p, x, s);
        product_launch(&task_4, &grid, domain_volume(&grid));
        EACH(grid, at) {
            int i = at[0], j = at[1], k = (i + s) % x->g;
            block *b =
                p->flat ? block_at(&x->b, i, k, 0, 0) : block_at(&x->b_buffer, i, s % 2, 0, 0);
            block *c =
                p->flat ? block_at(&x->c, k, j, 0, 0) : block_at(&x->c_buffer, i, j, s % 2, 0);
            product_multiply_one(p, &task_4, &grid, at, block_at(&x->a, i, j, 0, 0), b, c,
                                 STARPU_RW);
        }
        if (s < x->g - 1 && !p->flat)
            roll(p, x, &grid, s);
    }
}

static void buffers_make(product *p, pumma *x) {
    const int g = x->g;
    x->b_buffer = blocks_new(p, "Brow", 1, 2, (int[]){g, 2});
    x->c_buffer = blocks_new(p, "Cw", 2, 3, (int[]){g, g, 2});
    for (int i = 0; i < g; i++)
        for (int slot = 0; slot < 2; slot++) {
            block_register(&x->b_buffer, (int[BLOCKS_RANK]){i, slot},
                           rect_of(cut(p->m, g, 0), cut(p->k, g, 0)));
            for (int j = 0; j < g; j++)
                block_register(&x->c_buffer, (int[BLOCKS_RANK]){i, j, slot},
                               rect_of(cut(p->k, g, 0), cut(p->n, g, 0)));
        }
}

int main(int argc, char *argv[]) {
    product p = {.name = "pumma", .n = 256, .repetitions = 1};
    pumma x = {0};
    char details[64];
    long g = 4;
    const app_option own[] = {
        {"g", APP_INT, &g, 1, 256, NULL, "grid: g x g processors"},
    };
    product_read(&p, argc, argv,
                 "Matrix multiplication as in PUMMA: tiles of B are broadcast along rows of a "
                 "grid, tiles\nof C roll up its columns. Checks itself at small sizes; exit "
                 "status 1 when the product is\nwrong.",
                 own, APP_COUNT(own));
    x.g = (int)g;
    snprintf(details, sizeof details, "%d x %d processors", x.g, x.g);
    p.grid = (domain){2, {x.g, x.g, 1}};
    product_begin(&p, &argc, &argv, details);
    product_name_factors(&task_4, 1, 1);
    x.a = tiles_new(&p, "A", p.m, p.n, x.g, x.g);
    x.b = tiles_new(&p, "B", p.m, p.k, x.g, x.g);
    x.c = tiles_new(&p, "C", p.k, p.n, x.g, x.g);
    if (!p.flat)
        buffers_make(&p, &x);
    product_run(&p, &(operands){&x.a, &x.b, &x.c}, multiply, &x);
    blocks_free(&x.a);
    blocks_free(&x.b);
    blocks_free(&x.c);
    blocks_free(&x.b_buffer);
    blocks_free(&x.c_buffer);
    return product_end(&p);
}
