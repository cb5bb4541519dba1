// apps/cosma/main.c: COSMA (G. Kwasniewski, M. Kabic, M. Besta, J. VandeVondele, R. Solca,
// T. Hoefler, SC 2019) on a gx x gy x gz grid that its optimiser chose. Processor (i,j,k) has a box
// of the iteration space and owns a share of the panels of B and C that it and its neighbours need;
// slab by slab it gathers the rest and multiplies; the results of the gz boxes are then summed,
// each box summing its share of the rows.
#include "common/product/product.h"
#include "cosma/grid.h"
#include <stdio.h>

typedef struct cosma {
    cosma_grid g;
    int slabs;
    blocks a, b, c;            ///< where they start: shares (i,j,k), or (flat) tiles on faces
    blocks b_buffer, c_buffer; ///< Bs, Cs (i,j,k,slot): a slab's panels
    blocks partial;            ///< Ap (i,j,k,r): row block r of a box's result
} cosma;

static struct starpu_codelet gather_B = PRODUCT_MOVE("gather_B");
static struct starpu_codelet gather_C = PRODUCT_MOVE("gather_C");
static struct starpu_codelet task_4 = PRODUCT_MULTIPLY("task_4");
static struct starpu_codelet reduce_A = PRODUCT_ADD("reduce_A");

static domain grid_of(const cosma *x) {
    return (domain){3, {x->g.gx, x->g.gy, x->g.gz}};
}

static span within(span whole, int parts, int i) {
    span part = cut(whole.length, parts, i);
    return (span){whole.from + part.from, part.length};
}

typedef struct box {
    span rows, cols, depth;
} box;
static box box_at(const product *p, const cosma *x, const int at[3]) {
    return (box){cut(p->m, x->g.gx, at[0]), cut(p->n, x->g.gy, at[1]), cut(p->k, x->g.gz, at[2])};
}

/** The panels of one slab come together, from the boxes with the same (i,k), or (j,k). */
static void gather(product *p, const cosma *x, int s) {
    const domain grid = grid_of(x);
    block *from[ARGUMENTS_MAX];
    product_launch(&gather_B, &grid, domain_volume(&grid));
    EACH(grid, at) {
        box b = box_at(p, x, at);
        rect what = rect_of(b.rows, within(b.depth, x->slabs, s));
        int n = 0;
        for (int j = 0; j < x->g.gy && n < ARGUMENTS_MAX; j++) {
            from[n] = block_at(&x->b, at[0], j, at[2], 0);
            n += !rect_empty(rect_overlap(from[n]->at, what));
        }
        product_move(p, &gather_B, &grid, at, block_at(&x->b_buffer, at[0], at[1], at[2], s % 2),
                     what, from, n);
    }
    product_launch(&gather_C, &grid, domain_volume(&grid));
    EACH(grid, at) {
        box b = box_at(p, x, at);
        rect what = rect_of(within(b.depth, x->slabs, s), b.cols);
        int n = 0;
        for (int i = 0; i < x->g.gx && n < ARGUMENTS_MAX; i++) {
            from[n] = block_at(&x->c, i, at[1], at[2], 0);
            n += !rect_empty(rect_overlap(from[n]->at, what));
        }
        product_move(p, &gather_C, &grid, at, block_at(&x->c_buffer, at[0], at[1], at[2], s % 2),
                     what, from, n);
    }
}

/** A box's result, cut into as many row blocks as boxes will sum it. */
static int result_of(const cosma *x, const int at[3], block *out[]) {
    for (int r = 0; r < x->g.gz; r++)
        out[r] = x->g.gz == 1 ? block_at(&x->a, at[0], at[1], 0, 0)
                              : block_at(&x->partial, at[0], at[1], at[2], r);
    return x->g.gz;
}

static void step(product *p, const cosma *x, int s) {
    const domain grid = grid_of(x);
    product_launch(&task_4, &grid, domain_volume(&grid));
    EACH(grid, at) {
        block *a[ARGUMENTS_MAX];
        block *b = block_at(&x->b_buffer, at[0], at[1], at[2], s % 2);
        block *c = block_at(&x->c_buffer, at[0], at[1], at[2], s % 2);
        int rows = result_of(x, at, a);
        product_multiply(
            p, &task_4, &grid, at,
            &(factors){a, &b, &c, rows, 1, 1, {0, (int)p->k}, s == 0 ? STARPU_W : STARPU_RW});
    }
}

static void reduce(product *p, const cosma *x) {
    const domain grid = grid_of(x);
    block *from[ARGUMENTS_MAX];
    product_launch(&reduce_A, &grid, domain_volume(&grid));
    EACH(grid, at) {
        for (int k = 0; k < x->g.gz; k++)
            from[k] = block_at(&x->partial, at[0], at[1], k, at[2]);
        product_add(p, &reduce_A, &grid, at, block_at(&x->a, at[0], at[1], at[2], 0), from, x->g.gz,
                    STARPU_W);
    }
}

static void step_flat(product *p, const cosma *x, int s) {
    const domain grid = grid_of(x);
    product_launch(&task_4, &grid, domain_volume(&grid));
    EACH(grid, at)
    product_multiply_one(p, &task_4, &grid, at, block_at(&x->a, at[0], at[1], 0, 0),
                         block_at(&x->b, at[0], 0, at[2], s), block_at(&x->c, 0, at[1], at[2], s),
                         STARPU_REDUX);
}

static void multiply(product *p, void *application) {
    const cosma *x = application;
    for (int s = 0; s < x->slabs; s++) {
        if (p->flat) {
            step_flat(p, x, s);
        } else {
            gather(p, x, s);
            step(p, x, s);
        }
    }
    if (!p->flat && x->g.gz > 1)
        reduce(p, x);
}

/** Nothing twice: the panels of B that gy boxes share are cut among them, and so on. */
static void shares_make(const product *p, cosma *x) {
    const domain grid = grid_of(x);
    const int gx = x->g.gx, gy = x->g.gy, gz = x->g.gz;
    x->a = blocks_new(p, "A", 3, 3, grid.extent);
    x->b = blocks_new(p, "B", 3, 3, grid.extent);
    x->c = blocks_new(p, "C", 3, 3, grid.extent);
    x->b_buffer = blocks_new(p, "Bs", 3, 4, (int[]){gx, gy, gz, 2});
    x->c_buffer = blocks_new(p, "Cs", 3, 4, (int[]){gx, gy, gz, 2});
    x->partial = blocks_new(p, "Ap", 3, 4, (int[]){gx, gy, gz, gz});
    EACH(grid, at) {
        const box b = box_at(p, x, at);
        const int place[BLOCKS_RANK] = {at[0], at[1], at[2]};
        const span slab = cut(b.depth.length, x->slabs, 0);
        block_register(&x->a, place, rect_of(within(b.rows, gz, at[2]), b.cols));
        block_register(&x->b, place, rect_of(b.rows, within(b.depth, gy, at[1])));
        block_register(&x->c, place, rect_of(within(b.depth, gx, at[0]), b.cols));
        for (int slot = 0; slot < 2; slot++) {
            const int one[BLOCKS_RANK] = {at[0], at[1], at[2], slot};
            block_register(&x->b_buffer, one, rect_of(b.rows, slab));
            block_register(&x->c_buffer, one, rect_of(slab, b.cols));
        }
        for (int r = 0; r < gz && gz > 1; r++)
            block_register(&x->partial, (int[BLOCKS_RANK]){at[0], at[1], at[2], r},
                           rect_of(within(b.rows, gz, r), b.cols));
    }
}

/** As in the published program: tiles on three faces of the grid, panels cut into slabs. */
static void faces_make(const product *p, cosma *x) {
    const int gx = x->g.gx, gy = x->g.gy, gz = x->g.gz;
    const domain grid = grid_of(x);
    x->a = blocks_new(p, "A", 3, 3, (int[]){gx, gy, 1});
    x->b = blocks_new(p, "B", 3, 4, (int[]){gx, 1, gz, x->slabs});
    x->c = blocks_new(p, "C", 3, 4, (int[]){1, gy, gz, x->slabs});
    EACH(grid, at) {
        const box b = box_at(p, x, at);
        if (at[2] == 0)
            block_register(&x->a, (int[BLOCKS_RANK]){at[0], at[1]}, rect_of(b.rows, b.cols));
        for (int s = 0; s < x->slabs; s++) {
            span slab = within(b.depth, x->slabs, s);
            if (at[1] == 0)
                block_register(&x->b, (int[BLOCKS_RANK]){at[0], 0, at[2], s},
                               rect_of(b.rows, slab));
            if (at[0] == 0)
                block_register(&x->c, (int[BLOCKS_RANK]){0, at[1], at[2], s},
                               rect_of(slab, b.cols));
        }
    }
    product_reducible(&x->a);
}

/** The grid: given, or chosen. */
static void choose(const product *p, cosma *x, const long grid[3], long processors, long memory,
                   double idle, long slabs) {
    const cosma_problem problem = {p->m, p->n, p->k, processors, memory, idle};
    if (grid[0] || grid[1] || grid[2])
        x->g =
            (cosma_grid){(int)grid[0] + !grid[0], (int)grid[1] + !grid[1], (int)grid[2] + !grid[2]};
    else if (!cosma_grid_choose(&problem, &x->g))
        app_fail("no grid of %ld boxes fits into %ld words each", processors, memory);
    x->slabs = slabs ? (int)slabs : memory ? cosma_slabs(&problem, x->g) : 4;
}

int main(int argc, char *argv[]) {
    product p = {.name = "cosma", .n = 256, .repetitions = 1, .on_faces = true};
    cosma x = {0};
    char details[96];
    long grid[3] = {0}, processors = 16, memory = 0, idle = 0, slabs = 0;
    const app_option own[] = {
        {"p", APP_INT, &processors, 1, 4096, NULL, "processors to choose a grid for"},
        {"gx", APP_INT, &grid[0], 0, 256, NULL, "or the grid itself"},
        {"gy", APP_INT, &grid[1], 0, ARGUMENTS_MAX - 2, NULL, ""},
        {"gz", APP_INT, &grid[2], 0, ARGUMENTS_MAX - 2, NULL, ""},
        {"memory", APP_INT, &memory, 0, 1L << 40, NULL, "words of a processor; 0: plenty"},
        {"idle", APP_INT, &idle, 0, 50, NULL, "percent of the processors that may be left out"},
        {"slabs", APP_INT, &slabs, 0, ARGUMENTS_MAX - 2, NULL, "0: as memory demands, or 4"},
    };
    product_read(&p, argc, argv,
                 "Matrix multiplication by COSMA: boxes of the iteration space, chosen so that few "
                 "words\nmove, gather their panels slab by slab. Checks itself at small sizes; "
                 "exit status 1 when\nthe product is wrong.",
                 own, APP_COUNT(own));
    choose(&p, &x, grid, processors, memory, (double)idle / 100, slabs);
    if (x.slabs > ARGUMENTS_MAX - 2 && p.flat)
        app_fail("%d slabs are too many for --flat", x.slabs);
    snprintf(details, sizeof details, "%d x %d x %d processors, %d slabs", x.g.gx, x.g.gy, x.g.gz,
             x.slabs);
    p.grid = grid_of(&x);
    product_begin(&p, &argc, &argv, details);
    product_name_factors(&task_4, p.flat ? 1 : x.g.gz, 1);
    if (p.flat)
        faces_make(&p, &x);
    else
        shares_make(&p, &x);
    product_run(&p, &(operands){&x.a, &x.b, &x.c}, multiply, &x);
    blocks_free(&x.a);
    blocks_free(&x.b);
    blocks_free(&x.c);
    blocks_free(&x.b_buffer);
    blocks_free(&x.c_buffer);
    blocks_free(&x.partial);
    return product_end(&p);
}
