// apps/common/product/blocks.c: blocks, tiles and the domains that launches run over.
#include "common/product/product.h"
#include <assert.h>
#include <stdlib.h>

span cut(long total, int parts, int i) {
    long edge = (total + parts - 1) / parts, from = i * edge;
    if (from > total)
        from = total;
    return (span){(int)from, (int)(total - from < edge ? total - from : edge)};
}

size_t blocks_count(const blocks *b) {
    size_t n = 1;
    for (int d = 0; d < BLOCKS_RANK; d++)
        n *= (size_t)b->extent[d];
    return n;
}

blocks blocks_new(const product *p, const char *region, int points, int rank, const int extent[]) {
    blocks b = {.region = region, .rank = rank, .points = points};
    for (int d = 0; d < points; d++)
        b.across[d] = points == p->grid.rank ? p->grid.extent[d] : extent[d];
    for (int d = 0; d < BLOCKS_RANK; d++)
        b.extent[d] = d < rank ? extent[d] : 1;
    b.at = calloc(blocks_count(&b), sizeof *b.at);
    if (!b.at)
        app_fail("out of memory for %zu blocks", blocks_count(&b));
    return b;
}

block *block_at(const blocks *b, int x0, int x1, int x2, int x3) {
    const int x[BLOCKS_RANK] = {x0, x1, x2, x3};
    size_t at = 0;
    for (int d = 0; d < BLOCKS_RANK; d++) {
        assert(x[d] >= 0 && x[d] < b->extent[d]);
        at = at * (size_t)b->extent[d] + (size_t)x[d];
    }
    return &b->at[at];
}

/** Processors, in row-major order, belong to ranks in blocks. */
static int owner(const blocks *b, const int at[BLOCKS_RANK]) {
    long linear = 0, volume = 1;
    for (int d = 0; d < b->points; d++) {
        linear = linear * b->across[d] + at[d];
        volume *= b->across[d];
    }
    return (int)(linear * app_ranks() / volume);
}

void block_register(blocks *b, const int at[BLOCKS_RANK], rect capacity) {
    block *x = block_at(b, at[0], at[1], at[2], at[3]);
    x->at = capacity;
    if (rect_empty(capacity)) { // nothing of the matrix is left for it
        starpu_void_data_register(&x->handle);
    } else {
        if ((long)capacity.rows * capacity.cols > UINT32_MAX) // StarPU counts elements in 32 bits
            app_fail("a tile of %d x %d is too large; use a larger grid", capacity.rows,
                     capacity.cols);
        // Memory of our own, because StarPU refuses to allocate more than there is, even untouched.
        x->bytes = sizeof(double) * (size_t)capacity.rows * (size_t)capacity.cols;
        x->memory = app_memory_map(x->bytes);
        starpu_matrix_data_register(&x->handle, STARPU_MAIN_RAM, (uintptr_t)x->memory,
                                    (uint32_t)capacity.cols, (uint32_t)capacity.cols,
                                    (uint32_t)capacity.rows, sizeof(double));
    }
    app_handle_name(x->handle, b->region, b->rank, at);
    x->rank = owner(b, at);
    app_rank_owns(x->handle, x->rank);
}

void blocks_free(blocks *b) {
    for (size_t i = 0; b->at && i < blocks_count(b); i++) {
        if (b->at[i].handle)
            starpu_data_unregister_no_coherency(b->at[i].handle);
        if (b->at[i].memory)
            app_memory_unmap(b->at[i].memory, b->at[i].bytes);
    }
    free(b->at);
    *b = (blocks){0};
}

blocks tiles_new(const product *p, const char *region, long rows, long cols, int parts0,
                 int parts1) {
    blocks b = blocks_new(p, region, 2, 2, (int[]){parts0, parts1});
    for (int i = 0; i < parts0; i++)
        for (int j = 0; j < parts1; j++)
            block_register(&b, (int[BLOCKS_RANK]){i, j},
                           rect_of(cut(rows, parts0, i), cut(cols, parts1, j)));
    return b;
}

void domain_next(const domain *d, int at[3]) {
    for (int k = 2; k > 0; k--) {
        if (++at[k] < d->extent[k])
            return;
        at[k] = 0;
    }
    at[0]++;
}

long domain_volume(const domain *d) {
    return (long)d->extent[0] * d->extent[1] * d->extent[2];
}
