// apps/cannon/main.c: Cannon's algorithm (L. E. Cannon, PhD thesis, Montana State University, 1969)
// on a g x g grid. B and C are skewed once, then in each of g steps every processor multiplies what
// it has, passes B to its left and C to its upper neighbour.
#include "common/product/product.h"
#include <stdio.h>

typedef struct cannon {
    int g;
    blocks a, b, c;            ///< tiles (i,j)
    blocks b_buffer, c_buffer; ///< Bw, Cw (i,j,slot): what a processor has now, and what arrives
} cannon;

static struct starpu_codelet align_B = PRODUCT_MOVE("align_B");
static struct starpu_codelet align_C = PRODUCT_MOVE("align_C");
static struct starpu_codelet shift_B = PRODUCT_MOVE("shift_B");
static struct starpu_codelet shift_C = PRODUCT_MOVE("shift_C");
static struct starpu_codelet task_4 = PRODUCT_MULTIPLY("task_4");

/** One launch of moves over the grid: from[of(i,j)] to the buffers of slot `slot`. */
static void move_all(product *p, const cannon *x, struct starpu_codelet *kind, const blocks *to,
                     int slot, const blocks *from, int from_slot) {
    const int g = x->g;
    const domain grid = {2, {g, g, 1}};
    product_launch(kind, &grid, (long)g * g);
    EACH(grid, at) {
        int i = at[0], j = at[1];
        if (kind == &align_B)
            j = (i + j) % g;
        else if (kind == &align_C)
            i = (i + j) % g;
        else if (kind == &shift_B)
            j = (j + 1) % g;
        else
            i = (i + 1) % g;
        block *source = block_at(from, i, j, from_slot, 0);
        product_move(p, kind, &grid, at, block_at(to, at[0], at[1], slot, 0), source->at, &source,
                     1);
    }
}

static void multiply(product *p, void *application) {
    const cannon *x = application;
    const int g = x->g;
    const domain grid = {2, {g, g, 1}};
    if (!p->flat) {
        move_all(p, x, &align_B, &x->b_buffer, 0, &x->b, 0);
        move_all(p, x, &align_C, &x->c_buffer, 0, &x->c, 0);
    }
    for (int s = 0; s < g; s++) {
        product_launch(&task_4, &grid, (long)g * g);
        EACH(grid, at) {
            int i = at[0], j = at[1], k = (i + j + s) % g;
            block *b =
                p->flat ? block_at(&x->b, i, k, 0, 0) : block_at(&x->b_buffer, i, j, s % 2, 0);
            block *c =
                p->flat ? block_at(&x->c, k, j, 0, 0) : block_at(&x->c_buffer, i, j, s % 2, 0);
            product_multiply_one(p, &task_4, &grid, at, block_at(&x->a, i, j, 0, 0), b, c,
                                 STARPU_RW);
        }
        if (s < g - 1 && !p->flat) {
            move_all(p, x, &shift_B, &x->b_buffer, (s + 1) % 2, &x->b_buffer, s % 2);
            move_all(p, x, &shift_C, &x->c_buffer, (s + 1) % 2, &x->c_buffer, s % 2);
        }
    }
}

/** Room for any tile, in two slots a processor. */
static blocks buffers_new(const product *p, const char *region, int g, span rows, span cols) {
    blocks b = blocks_new(p, region, 2, 3, (int[]){g, g, 2});
    for (int i = 0; i < g; i++)
        for (int j = 0; j < g; j++)
            for (int slot = 0; slot < 2; slot++)
                block_register(&b, (int[BLOCKS_RANK]){i, j, slot}, rect_of(rows, cols));
    return b;
}

int main(int argc, char *argv[]) {
    product p = {.name = "cannon", .n = 256, .repetitions = 1};
    cannon x = {0};
    char details[64];
    long g = 4;
    const app_option own[] = {
        {"g", APP_INT, &g, 1, 256, NULL, "grid: g x g processors"},
    };
    product_read(&p, argc, argv,
                 "Matrix multiplication by Cannon's algorithm: tiles of B and C are skewed, then "
                 "shifted\naround the grid. Checks itself at small sizes; exit status 1 when "
                 "the product is wrong.",
                 own, APP_COUNT(own));
    x.g = (int)g;
    snprintf(details, sizeof details, "%d x %d processors", x.g, x.g);
    p.grid = (domain){2, {x.g, x.g, 1}};
    product_begin(&p, &argc, &argv, details);
    product_name_factors(&task_4, 1, 1);
    x.a = tiles_new(&p, "A", p.m, p.n, x.g, x.g);
    x.b = tiles_new(&p, "B", p.m, p.k, x.g, x.g);
    x.c = tiles_new(&p, "C", p.k, p.n, x.g, x.g);
    if (!p.flat) {
        x.b_buffer = buffers_new(&p, "Bw", x.g, cut(p.m, x.g, 0), cut(p.k, x.g, 0));
        x.c_buffer = buffers_new(&p, "Cw", x.g, cut(p.k, x.g, 0), cut(p.n, x.g, 0));
    }
    product_run(&p, &(operands){&x.a, &x.b, &x.c}, multiply, &x);
    blocks_free(&x.a);
    blocks_free(&x.b);
    blocks_free(&x.c);
    blocks_free(&x.b_buffer);
    blocks_free(&x.c_buffer);
    return product_end(&p);
}
