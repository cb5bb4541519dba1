// src/lang/trace.h: what the two halves of a trace share: values, and what becomes of the last one.
// Uses: eval, batch_build.
#pragma once
#include "lang/batch_build.h"
#include "lang/eval.h"

/** A value of which some elements may be columns. */
typedef struct mw_open_value {
    mw_value v;                    // elements with a column are unset
    uint16_t column[MW_TUPLE_MAX]; // 0: v.v[i]
} mw_open_value;

static inline mw_lane_value mw_open_element(const mw_open_value *o, uint32_t i) {
    return o->column[i] ? (mw_lane_value){.column = o->column[i]} : mw_lane_constant(o->v.v[i]);
}

/** What a path ends in that returned `place`.
 *  @param domain  points of the launch: a table is made only where it pays
 *  @return false: the interpreter's (no place at all, or too large a set) */
bool mw_trace_leaf(mw_batch_builder *b, uint64_t domain, const mw_open_value *place,
                   mw_batch_leaf *leaf);
