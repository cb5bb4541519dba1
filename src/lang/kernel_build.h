// src/lang/kernel_build.h: putting a kernel together, one path through its branches at a time.
// Uses: kernel. A trace is run again from its start for every path, with the decisions before it
// prescribed; what it then asks for was built before and is found again, so each node holds only
// what is new in it.
#pragma once
#include "lang/kernel.h"

typedef struct mw_kernel_builder {
    mw_kernel *kernel;
    uint16_t path[MW_KERNEL_DEPTH_MAX + 1]; ///< nodes, from the first to the one in hand
    uint8_t side[MW_KERNEL_DEPTH_MAX];      ///< taken at each
    uint32_t depth;                         ///< path[depth] is in hand
    uint32_t decided;                       ///< sides that are prescribed
    bool unchecked;                         ///< what is added cannot fail, whatever the ranges say
    bool nomem;
    bool full; ///< no room: no kernel at all
} mw_kernel_builder;

/** An empty kernel with its first node. */
void mw_build_start(mw_kernel_builder *b, mw_kernel *k);
/** Goes back to the start, for the next path. False: there is none. */
bool mw_build_next_path(mw_kernel_builder *b);
/** A column that is filled in before a run, with values in [0, high]. 0: no room. */
uint16_t mw_build_input(mw_kernel_builder *b, int64_t high);
/** a op b, folded where all lanes agree, or built before. False: it fails for every point. */
bool mw_build_binary(mw_kernel_builder *b, mw_kernel_op_kind kind, mw_lane_value left,
                     mw_lane_value right, mw_lane_value *out);
/** 0 <= v < extent in every lane of this path. False: for no point. */
bool mw_build_inside(mw_kernel_builder *b, mw_lane_value v, int64_t extent);
/** Which way to go, 0 or 1, where the condition differs between points. -1: no more branches. */
int mw_build_branch(mw_kernel_builder *b, uint16_t condition);
/** Ends the path in hand. The leaf's parts are the kernel's from now on. */
void mw_build_leaf(mw_kernel_builder *b, const mw_leaf *leaf);

static inline mw_lane_value mw_lane_constant(int64_t value) {
    return (mw_lane_value){.value = value};
}
