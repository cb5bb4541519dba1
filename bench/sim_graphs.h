// bench/sim_graphs.h: the programs that bench/sim.c simulates, made in memory. Uses: graph/builder.
#pragma once
#include "graph/builder.h"
#include <stdlib.h>

/** Ends the program: a benchmark that cannot be set up has nothing to say. */
static inline mw_graph *graphs_finish(mw_builder *b) {
    mw_graph *g = NULL;
    mw_diags *diags = mw_diags_new();
    if (mw_builder_finish(b, &g, diags) != MW_OK) {
        fprintf(stderr, "bench: the graph cannot be made\n");
        exit(1);
    }
    mw_diags_free(diags);
    mw_builder_free(b);
    return g;
}

/** A one-dimensional stencil of `width` tiles over `steps` steps, two copies of the field in turn:
 * task (t, i) reads tiles i - 1, i, i + 1 of the copy of step t - 1 and writes tile i of the other.
 * One launch a step. Tiles of 256 KB, 5 flops an element of 8 bytes. */
static inline mw_graph *graphs_wavefront(int32_t width, int32_t steps) {
    enum { TILE_BYTES = 256 * 1024 };
    mw_builder *b = mw_builder_new();
    mw_builder_program(b, "wavefront", -1, 0, 0);
    uint32_t kind = mw_builder_kind(b, "step", 1u << MW_PROC_CPU | 1u << MW_PROC_GPU);
    uint32_t first[2];
    for (int copy = 0; copy < 2; copy++) {
        uint32_t region = mw_builder_region(b, copy ? "odd" : "even", MW_NO_ID, 8, 1);
        for (int32_t i = 0; i < width; i++) {
            uint32_t tile = mw_builder_subregion(b, region, TILE_BYTES, 1, &i);
            if (i == 0)
                first[copy] = tile;
        }
    }
    for (int32_t t = 0; t < steps; t++) {
        uint32_t launch = mw_builder_launch(b, kind, 1);
        uint32_t from = first[t % 2], to = first[1 - t % 2];
        for (int32_t i = 0; i < width; i++) {
            mw_builder_task(b, launch, &i, 0, 5.0 * TILE_BYTES / 8);
            mw_builder_access(b, from + (uint32_t)i, 0, MW_READ);
            if (i > 0)
                mw_builder_access(b, from + (uint32_t)i - 1, 1, MW_READ);
            if (i + 1 < width)
                mw_builder_access(b, from + (uint32_t)i + 1, 2, MW_READ);
            mw_builder_access(b, to + (uint32_t)i, 3, MW_WRITE);
        }
    }
    return graphs_finish(b);
}

/** Circuit (Bauer, Treichler, Slaughter, Aiken, SC 2012) at its published size on one node: 4
 * pieces, 200,000 nodes and 800,000 wires of 10 segments in f32, `loops` times three launches. The
 * nodes that a piece shares with others are one subregion; its ghosts are the others' shared ones.
 */
static inline mw_graph *graphs_circuit(int32_t loops) {
    enum { PIECES = 4 };
    const uint64_t private_bytes = 49500 * 16, shared_bytes = 500 * 16, wire_bytes = 200000 * 106;
    const uint32_t variants = 1u << MW_PROC_CPU | 1u << MW_PROC_GPU;
    mw_builder *b = mw_builder_new();
    mw_builder_program(b, "circuit", -1, 0, 0);
    uint32_t kinds[3] = {mw_builder_kind(b, "calc_new_currents", variants),
                         mw_builder_kind(b, "distribute_charge", variants),
                         mw_builder_kind(b, "update_voltages", variants)};
    const char *names[3] = {"rp_private", "rp_shared", "rp_wires"};
    uint64_t bytes[3] = {private_bytes, shared_bytes, wire_bytes};
    double flops[3] = {200000 * 10.0 * 150, 200000 * 4.0, 50000 * 4.0};
    uint32_t at[3][PIECES];
    for (int r = 0; r < 3; r++) {
        uint32_t region = mw_builder_region(b, names[r], MW_NO_ID, 4, 4);
        for (int32_t i = 0; i < PIECES; i++)
            at[r][i] = mw_builder_subregion(b, region, bytes[r], 1, &i);
    }
    for (int32_t l = 0; l < 3 * loops; l++) {
        int k = l % 3;
        uint32_t launch = mw_builder_launch(b, kinds[k], 1);
        for (int32_t i = 0; i < PIECES; i++) {
            mw_builder_task(b, launch, &i, 0, flops[k]);
            mw_builder_access(b, at[0][i], 0, k == 0 ? MW_READ : MW_READ_WRITE);
            mw_mode shared = k == 0 ? MW_READ : k == 1 ? MW_REDUCE : MW_READ_WRITE;
            mw_builder_access(b, at[1][i], 1, shared);
            for (uint32_t other = 0, argument = 3; k < 2 && other < PIECES; other++)
                if (other != (uint32_t)i)
                    mw_builder_access(b, at[1][other], argument++, shared);
            if (k < 2)
                mw_builder_access(b, at[2][i], 2, k == 0 ? MW_READ_WRITE : MW_READ);
        }
    }
    return graphs_finish(b);
}
