// apps/johnson/main.c: the three-dimensional algorithm known by Johnson's name (R. C. Agarwal,
// S. M. Balle, F. G. Gustavson, M. Joshi, P. Palkar, IBM J. Res. Dev. 39(5), 1995) on a q x q x q
// grid. B(i,k) is replicated along j, C(k,j) along i; processor (i,j,k) makes one product; the
// products are summed over k, two by two.
#include "common/product/product.h"
#include <stdio.h>

typedef struct johnson {
    int q;
    blocks a, b, c;        ///< tiles on three faces: A (i,j,0), B (i,0,k), C (0,j,k)
    blocks b_copy, c_copy; ///< Bw, Cw (i,j,k): replicas, not where the tile itself is
    blocks partial;        ///< Ap (i,j,k), k > 0
} johnson;

static struct starpu_codelet replicate_B = PRODUCT_MOVE("replicate_B");
static struct starpu_codelet replicate_C = PRODUCT_MOVE("replicate_C");
static struct starpu_codelet task_4 = PRODUCT_MULTIPLY("task_4");
static struct starpu_codelet reduce_A = PRODUCT_ADD("reduce_A");

static block *b_at(const product *p, const johnson *x, int i, int j, int k) {
    return j == 0 || p->flat ? block_at(&x->b, i, 0, k, 0) : block_at(&x->b_copy, i, j, k, 0);
}
static block *c_at(const product *p, const johnson *x, int i, int j, int k) {
    return i == 0 || p->flat ? block_at(&x->c, 0, j, k, 0) : block_at(&x->c_copy, i, j, k, 0);
}
static block *a_at(const product *p, const johnson *x, int i, int j, int k) {
    return k == 0 || p->flat ? block_at(&x->a, i, j, 0, 0) : block_at(&x->partial, i, j, k, 0);
}

static void replicate(product *p, const johnson *x, const domain *cube) {
    const long copies = (long)x->q * x->q * (x->q - 1);
    if (copies == 0)
        return;
    product_launch(&replicate_B, cube, copies);
    EACH(*cube, at) {
        block *from = block_at(&x->b, at[0], 0, at[2], 0);
        if (at[1] > 0)
            product_move(p, &replicate_B, cube, at, b_at(p, x, at[0], at[1], at[2]), from->at,
                         &from, 1);
    }
    product_launch(&replicate_C, cube, copies);
    EACH(*cube, at) {
        block *from = block_at(&x->c, 0, at[1], at[2], 0);
        if (at[0] > 0)
            product_move(p, &replicate_C, cube, at, c_at(p, x, at[0], at[1], at[2]), from->at,
                         &from, 1);
    }
}

/** A binary tree over k: in each level every second partial result is added to its neighbour. */
static void reduce(product *p, const johnson *x, const domain *cube) {
    for (int stride = 1; stride < x->q; stride *= 2) {
        long pairs = (x->q - stride + 2 * stride - 1) / (2 * stride);
        product_launch(&reduce_A, cube, (long)x->q * x->q * pairs);
        EACH(*cube, at) {
            if (at[2] % (2 * stride) != 0 || at[2] + stride >= x->q)
                continue;
            block *from = a_at(p, x, at[0], at[1], at[2] + stride);
            product_add(p, &reduce_A, cube, at, a_at(p, x, at[0], at[1], at[2]), &from, 1,
                        STARPU_RW);
        }
    }
}

static void multiply(product *p, void *application) {
    const johnson *x = application;
    const domain cube = {3, {x->q, x->q, x->q}};
    if (!p->flat)
        replicate(p, x, &cube);
    product_launch(&task_4, &cube, domain_volume(&cube));
    EACH(cube, at)
    product_multiply_one(p, &task_4, &cube, at, a_at(p, x, at[0], at[1], at[2]),
                         b_at(p, x, at[0], at[1], at[2]), c_at(p, x, at[0], at[1], at[2]),
                         p->flat ? STARPU_REDUX : STARPU_W);
    if (!p->flat)
        reduce(p, x, &cube);
}

static void tiles_make(const product *p, johnson *x) {
    const int q = x->q;
    x->a = blocks_new(p, "A", 3, 3, (int[]){q, q, 1});
    x->b = blocks_new(p, "B", 3, 3, (int[]){q, 1, q});
    x->c = blocks_new(p, "C", 3, 3, (int[]){1, q, q});
    for (int u = 0; u < q; u++)
        for (int v = 0; v < q; v++) {
            block_register(&x->a, (int[BLOCKS_RANK]){u, v},
                           rect_of(cut(p->m, q, u), cut(p->n, q, v)));
            block_register(&x->b, (int[BLOCKS_RANK]){u, 0, v},
                           rect_of(cut(p->m, q, u), cut(p->k, q, v)));
            block_register(&x->c, (int[BLOCKS_RANK]){0, u, v},
                           rect_of(cut(p->k, q, v), cut(p->n, q, u)));
        }
}

static void copies_make(const product *p, johnson *x) {
    const int q = x->q;
    const domain cube = {3, {q, q, q}};
    x->b_copy = blocks_new(p, "Bw", 3, 3, cube.extent);
    x->c_copy = blocks_new(p, "Cw", 3, 3, cube.extent);
    x->partial = blocks_new(p, "Ap", 3, 3, cube.extent);
    EACH(cube, at) {
        span rows = cut(p->m, q, at[0]), cols = cut(p->n, q, at[1]), depth = cut(p->k, q, at[2]);
        const int place[BLOCKS_RANK] = {at[0], at[1], at[2]};
        if (at[1] > 0)
            block_register(&x->b_copy, place, rect_of(rows, depth));
        if (at[0] > 0)
            block_register(&x->c_copy, place, rect_of(depth, cols));
        if (at[2] > 0)
            block_register(&x->partial, place, rect_of(rows, cols));
    }
}

int main(int argc, char *argv[]) {
    product p = {.name = "johnson", .n = 256, .repetitions = 1, .on_faces = true};
    johnson x = {0};
    char details[64];
    long q = 2;
    const app_option own[] = {
        {"q", APP_INT, &q, 1, 64, NULL, "grid: q x q x q processors"},
    };
    product_read(&p, argc, argv,
                 "Matrix multiplication on a cube: tiles of B and C are replicated along two of "
                 "its edges,\nproducts summed along the third. Checks itself at small sizes; exit "
                 "status 1 when the\nproduct is wrong.",
                 own, APP_COUNT(own));
    x.q = (int)q;
    snprintf(details, sizeof details, "%d x %d x %d processors", x.q, x.q, x.q);
    p.grid = (domain){3, {x.q, x.q, x.q}};
    product_begin(&p, &argc, &argv, details);
    product_name_factors(&task_4, 1, 1);
    tiles_make(&p, &x);
    if (p.flat)
        product_reducible(&x.a);
    else
        copies_make(&p, &x);
    product_run(&p, &(operands){&x.a, &x.b, &x.c}, multiply, &x);
    blocks_free(&x.a);
    blocks_free(&x.b);
    blocks_free(&x.c);
    blocks_free(&x.b_copy);
    blocks_free(&x.c_copy);
    blocks_free(&x.partial);
    return product_end(&p);
}
