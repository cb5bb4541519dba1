// tests/search/planted.h: small programs with a known best mapper, and machines of a few
// processors.
#pragma once
#include "graph/builder.h"
#include "graph/edges.h"
#include "search/sim_evaluator.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/** Everything that a search needs, made from a graph and a machine. */
typedef struct planted {
    mw_machine *machine;
    mw_graph *graph;
    mw_edges *edges;
    mw_sim_evaluator *simulator;
} planted;

static inline planted planted_from(mw_machine *machine, mw_graph *graph) {
    planted p = {.machine = machine, .graph = graph};
    assert_non_null(machine);
    p.edges = mw_edges_new(p.graph);
    assert_non_null(p.edges);
    assert_int_equal(mw_sim_evaluator_new(p.graph, p.edges, p.machine, &p.simulator), MW_OK);
    return p;
}

static inline planted planted_on(mw_machine *machine, mw_builder *b) {
    mw_graph *graph = NULL;
    assert_int_equal(mw_builder_finish(b, &graph, NULL), MW_OK);
    mw_builder_free(b);
    return planted_from(machine, graph);
}

static inline void planted_free(planted *p) {
    mw_sim_evaluator_free(p->simulator);
    mw_edges_free(p->edges);
    mw_graph_free(p->graph);
    mw_machine_free(p->machine);
}

static inline uint32_t planted_task(mw_builder *b, uint32_t launch, int32_t i, int32_t j, int32_t k,
                                    double us) {
    uint32_t task = mw_builder_task(b, launch, (const int32_t[]){i, j, k, 0}, 0, us);
    mw_builder_measured(b, task, MW_PROC_CPU, 0, 0, us);
    return task;
}

/** Independent tasks over [0, n); task i takes 10 (i + 1) us: a block map leaves most of the work
 * to the last processor. */
static inline mw_builder *planted_ramp(int32_t n) {
    mw_builder *b = mw_builder_new();
    uint32_t kind = mw_builder_kind(b, "ramp", 1u << MW_PROC_CPU);
    uint32_t launch = mw_builder_launch(b, kind, 1);
    uint32_t region = mw_builder_region(b, "cells", MW_NO_ID, 8, 1);
    for (int32_t i = 0; i < n; i++) {
        uint32_t cell = mw_builder_subregion(b, region, 64, 1, &i);
        planted_task(b, launch, i, 0, 0, 10 * (i + 1));
        mw_builder_access(b, cell, 0, MW_READ_WRITE);
    }
    return b;
}

/** Cholesky's tasks over n x n tiles, with made-up durations. */
static inline mw_builder *planted_cholesky(int32_t n) {
    mw_builder *b = mw_builder_new();
    uint32_t potrf = mw_builder_kind(b, "potrf", 1u << MW_PROC_CPU);
    uint32_t trsm = mw_builder_kind(b, "trsm", 1u << MW_PROC_CPU);
    uint32_t gemm = mw_builder_kind(b, "gemm", 1u << MW_PROC_CPU);
    uint32_t at[3] = {mw_builder_launch(b, potrf, 1), mw_builder_launch(b, trsm, 2),
                      mw_builder_launch(b, gemm, 3)};
    uint32_t region = mw_builder_region(b, "matrix", MW_NO_ID, 8, 1);
    uint32_t *tile = malloc(sizeof *tile * (size_t)(n * n));
    for (int32_t i = 0; i < n * n; i++)
        tile[i] = mw_builder_subregion(b, region, 4096, 2, (const int32_t[]){i / n, i % n});
    for (int32_t k = 0; k < n; k++) {
        planted_task(b, at[0], k, 0, 0, 40);
        mw_builder_access(b, tile[k * n + k], 0, MW_READ_WRITE);
        for (int32_t i = k + 1; i < n; i++) {
            planted_task(b, at[1], i, k, 0, 60);
            mw_builder_access(b, tile[k * n + k], 0, MW_READ);
            mw_builder_access(b, tile[i * n + k], 1, MW_READ_WRITE);
        }
        for (int32_t i = k + 1; i < n; i++)
            for (int32_t j = k + 1; j <= i; j++) {
                planted_task(b, at[2], i, j, k, 100);
                mw_builder_access(b, tile[i * n + k], 0, MW_READ);
                mw_builder_access(b, tile[j * n + k], 1, MW_READ);
                mw_builder_access(b, tile[i * n + j], 2, MW_READ_WRITE);
            }
    }
    free(tile);
    return b;
}
