// apps/solomonik/main.c: the 2.5-D algorithm (E. Solomonik, J. Demmel, Euro-Par 2011) on a
// g x g x c grid. Each of c layers gets a copy of B and C, skewed by another start, and makes g / c
// of Cannon's steps; the layers' results are summed onto the first.
#include "common/product/product.h"
#include <stdio.h>

typedef struct solomonik {
    int g, c;
    blocks a, b, cc;           ///< tiles on the first layer (i,j,0); cc: of C
    blocks b_buffer, c_buffer; ///< Bw, Cw (i,j,l,slot)
    blocks partial;            ///< Ap (i,j,l), l > 0
} solomonik;

static struct starpu_codelet replicate_B = PRODUCT_MOVE("replicate_B");
static struct starpu_codelet replicate_C = PRODUCT_MOVE("replicate_C");
static struct starpu_codelet shift_B = PRODUCT_MOVE("shift_B");
static struct starpu_codelet shift_C = PRODUCT_MOVE("shift_C");
static struct starpu_codelet task_4 = PRODUCT_MULTIPLY("task_4");
static struct starpu_codelet reduce_A = PRODUCT_ADD("reduce_A");

static domain grid_of(const solomonik *x) {
    return (domain){3, {x->g, x->g, x->c}};
}

/** The part of the summation index that (i,j,l) works on in step s. */
static int part_at(const solomonik *x, const int at[3], int s) {
    return (at[0] + at[1] + at[2] * (x->g / x->c) + s) % x->g;
}

static block *a_at(const product *p, const solomonik *x, int i, int j, int l) {
    return l == 0 || p->flat ? block_at(&x->a, i, j, 0, 0) : block_at(&x->partial, i, j, l, 0);
}

/** Replication and skew in one copy. */
static void replicate(product *p, const solomonik *x) {
    const domain grid = grid_of(x);
    product_launch(&replicate_B, &grid, domain_volume(&grid));
    EACH(grid, at) {
        block *from = block_at(&x->b, at[0], part_at(x, at, 0), 0, 0);
        product_move(p, &replicate_B, &grid, at, block_at(&x->b_buffer, at[0], at[1], at[2], 0),
                     from->at, &from, 1);
    }
    product_launch(&replicate_C, &grid, domain_volume(&grid));
    EACH(grid, at) {
        block *from = block_at(&x->cc, part_at(x, at, 0), at[1], 0, 0);
        product_move(p, &replicate_C, &grid, at, block_at(&x->c_buffer, at[0], at[1], at[2], 0),
                     from->at, &from, 1);
    }
}

static void shift(product *p, const solomonik *x, int s) {
    const domain grid = grid_of(x);
    product_launch(&shift_B, &grid, domain_volume(&grid));
    EACH(grid, at) {
        block *from = block_at(&x->b_buffer, at[0], (at[1] + 1) % x->g, at[2], s % 2);
        product_move(p, &shift_B, &grid, at,
                     block_at(&x->b_buffer, at[0], at[1], at[2], (s + 1) % 2), from->at, &from, 1);
    }
    product_launch(&shift_C, &grid, domain_volume(&grid));
    EACH(grid, at) {
        block *from = block_at(&x->c_buffer, (at[0] + 1) % x->g, at[1], at[2], s % 2);
        product_move(p, &shift_C, &grid, at,
                     block_at(&x->c_buffer, at[0], at[1], at[2], (s + 1) % 2), from->at, &from, 1);
    }
}

/** A binary tree over the layers. */
static void reduce(product *p, const solomonik *x) {
    const domain grid = grid_of(x);
    for (int stride = 1; stride < x->c; stride *= 2) {
        long pairs = (x->c - stride + 2 * stride - 1) / (2 * stride);
        product_launch(&reduce_A, &grid, (long)x->g * x->g * pairs);
        EACH(grid, at) {
            if (at[2] % (2 * stride) != 0 || at[2] + stride >= x->c)
                continue;
            block *from = a_at(p, x, at[0], at[1], at[2] + stride);
            product_add(p, &reduce_A, &grid, at, a_at(p, x, at[0], at[1], at[2]), &from, 1,
                        STARPU_RW);
        }
    }
}

static void step(product *p, const solomonik *x, int s) {
    const domain grid = grid_of(x);
    product_launch(&task_4, &grid, domain_volume(&grid));
    EACH(grid, at) {
        int i = at[0], j = at[1], l = at[2], k = part_at(x, at, s);
        block *b = p->flat ? block_at(&x->b, i, k, 0, 0) : block_at(&x->b_buffer, i, j, l, s % 2);
        block *c = p->flat ? block_at(&x->cc, k, j, 0, 0) : block_at(&x->c_buffer, i, j, l, s % 2);
        // A layer's own partial result begins with its first product.
        product_multiply_one(p, &task_4, &grid, at, a_at(p, x, i, j, l), b, c,
                             p->flat           ? STARPU_REDUX
                             : l > 0 && s == 0 ? STARPU_W
                                               : STARPU_RW);
    }
}

static void multiply(product *p, void *application) {
    const solomonik *x = application;
    const int steps = x->g / x->c;
    if (!p->flat)
        replicate(p, x);
    for (int s = 0; s < steps; s++) {
        step(p, x, s);
        if (s < steps - 1 && !p->flat)
            shift(p, x, s);
    }
    if (!p->flat)
        reduce(p, x);
}

/** Tiles of the first layer. */
static blocks layer_new(const product *p, const char *region, long rows, long cols, int g) {
    blocks b = blocks_new(p, region, 3, 3, (int[]){g, g, 1});
    for (int i = 0; i < g; i++)
        for (int j = 0; j < g; j++)
            block_register(&b, (int[BLOCKS_RANK]){i, j}, rect_of(cut(rows, g, i), cut(cols, g, j)));
    return b;
}

static void buffers_make(const product *p, solomonik *x) {
    const domain grid = grid_of(x);
    span rows = cut(p->m, x->g, 0), cols = cut(p->n, x->g, 0), depth = cut(p->k, x->g, 0);
    x->b_buffer = blocks_new(p, "Bw", 3, 4, (int[]){x->g, x->g, x->c, 2});
    x->c_buffer = blocks_new(p, "Cw", 3, 4, (int[]){x->g, x->g, x->c, 2});
    x->partial = blocks_new(p, "Ap", 3, 3, grid.extent);
    EACH(grid, at) {
        for (int slot = 0; slot < 2; slot++) {
            const int place[BLOCKS_RANK] = {at[0], at[1], at[2], slot};
            block_register(&x->b_buffer, place, rect_of(rows, depth));
            block_register(&x->c_buffer, place, rect_of(depth, cols));
        }
        if (at[2] > 0)
            block_register(&x->partial, (int[BLOCKS_RANK]){at[0], at[1], at[2]},
                           rect_of(cut(p->m, x->g, at[0]), cut(p->n, x->g, at[1])));
    }
}

int main(int argc, char *argv[]) {
    product p = {.name = "solomonik", .n = 256, .repetitions = 1, .on_faces = true};
    solomonik x = {0};
    char details[64];
    long g = 4, c = 2;
    const app_option own[] = {
        {"g", APP_INT, &g, 1, 128, NULL, "a layer: g x g processors"},
        {"c", APP_INT, &c, 1, 64, NULL, "layers; divides g"},
    };
    product_read(&p, argc, argv,
                 "Matrix multiplication in 2.5 dimensions: every layer of a grid has copies of B "
                 "and C and\nmakes some of Cannon's steps. Checks itself at small sizes; exit "
                 "status 1 when the product\nis wrong.",
                 own, APP_COUNT(own));
    if (g % c != 0)
        app_fail("-c %ld does not divide -g %ld", c, g);
    x.g = (int)g, x.c = (int)c;
    snprintf(details, sizeof details, "%d x %d x %d processors", x.g, x.g, x.c);
    p.grid = grid_of(&x);
    product_begin(&p, &argc, &argv, details);
    product_name_factors(&task_4, 1, 1);
    x.a = layer_new(&p, "A", p.m, p.n, x.g);
    x.b = layer_new(&p, "B", p.m, p.k, x.g);
    x.cc = layer_new(&p, "C", p.k, p.n, x.g);
    if (p.flat)
        product_reducible(&x.a);
    else
        buffers_make(&p, &x);
    product_run(&p, &(operands){&x.a, &x.b, &x.cc}, multiply, &x);
    blocks_free(&x.a);
    blocks_free(&x.b);
    blocks_free(&x.cc);
    blocks_free(&x.b_buffer);
    blocks_free(&x.c_buffer);
    blocks_free(&x.partial);
    return product_end(&p);
}
