// src/lang/batch_build.h: putting a batch together, one path through its branches at a time.
// Uses: batch. A trace is run again from its start for every path, with the decisions before it
// prescribed; what it then asks for was built before and is found again, so each node holds only
// what is new in it.
#pragma once
#include "lang/batch.h"

typedef struct mw_batch_builder {
    mw_batch *batch;
    uint16_t path[MW_BATCH_DEPTH_MAX + 1]; ///< nodes, from the first to the one in hand
    uint8_t side[MW_BATCH_DEPTH_MAX];      ///< taken at each
    uint32_t depth;                        ///< path[depth] is in hand
    uint32_t decided;                      ///< sides that are prescribed
    bool unchecked;                        ///< what is added cannot fail, whatever the ranges say
    bool nomem;
    bool full; ///< no room: no batch at all
} mw_batch_builder;

/** An empty batch with its first node. */
void mw_batch_build_start(mw_batch_builder *b, mw_batch *k);
/** Goes back to the start, for the next path. False: there is none. */
bool mw_batch_build_next_path(mw_batch_builder *b);
/** A column that is filled in before a run, with values in [0, high]. 0: no room. */
uint16_t mw_batch_build_input(mw_batch_builder *b, int64_t high);
/** a op b, folded where all lanes agree, or built before. False: it fails for every point. */
bool mw_batch_build_binary(mw_batch_builder *b, mw_batch_op_kind kind, mw_lane_value left,
                           mw_lane_value right, mw_lane_value *out);
/** 0 <= v < extent in every lane of this path. False: for no point. */
bool mw_batch_build_inside(mw_batch_builder *b, mw_lane_value v, int64_t extent);
/** Which way to go, 0 or 1, where the condition differs between points. -1: no more branches. */
int mw_batch_build_branch(mw_batch_builder *b, uint16_t condition);
/** Ends the path in hand. The leaf's parts are the batch's from now on. */
void mw_batch_build_leaf(mw_batch_builder *b, const mw_batch_leaf *leaf);

static inline mw_lane_value mw_lane_constant(int64_t value) {
    return (mw_lane_value){.value = value};
}
