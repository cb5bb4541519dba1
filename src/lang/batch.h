// src/lang/batch.h: what a map function does for the points of one launch, without all that is the
// same for every point: operations on columns of integers, one lane a point. trace.c makes batches,
// batch.c runs them. Uses: value, space_cache.
// Invariants: column 0 is none. A column's range holds in every lane, also in those that another
// branch took, so an operation without `checked` is defined and exact in all of them. Operations
// with `checked` are defined too, and report lanes of their branch in which the interpreter would
// fail.
#pragma once
#include "base/vec.h"
#include "lang/space_cache.h"
#include "lang/value.h"

enum {
    MW_BATCH_LANES = 256,
    MW_BATCH_OPS_MAX = 2048, ///< what is longer is left to the interpreter
    MW_BATCH_NODES_MAX = 128,
    MW_BATCH_DEPTH_MAX = 24,     ///< branches on top of each other
    MW_BATCH_TABLE_MAX = 1 << 16 ///< processors of a space that get a table
};

typedef enum mw_batch_op_kind {
    MW_BATCH_CONSTANT, ///< dst = k
    MW_BATCH_ADD,      ///< dst = a op (b, or k if b is 0); so all down to GE
    MW_BATCH_SUBTRACT,
    MW_BATCH_MULTIPLY,
    MW_BATCH_DIVIDE,
    MW_BATCH_MODULO,
    MW_BATCH_EQ, ///< 1 or 0
    MW_BATCH_NE,
    MW_BATCH_LT,
    MW_BATCH_GT,
    MW_BATCH_LE,
    MW_BATCH_GE,
    MW_BATCH_INSIDE, ///< reports lanes where a < 0 or a >= k
} mw_batch_op_kind;

typedef struct mw_batch_op {
    uint8_t kind; ///< mw_batch_op_kind
    bool checked; ///< may fail: overflow, division by zero, outside
    bool small;   ///< both operands are in [0, 2^31); as divisors above 0
    uint8_t shift;
    uint16_t dst, a, b;
    int64_t k;
    uint64_t magic; ///< DIVIDE, MODULO, small, by k: a / k = a * magic >> shift
} mw_batch_op;

/** The values that a column can have. */
typedef struct mw_range {
    int64_t low, high;
} mw_range;

/** A column, or a value that all points share. */
typedef struct mw_lane_value {
    uint16_t column; ///< 0: value
    int64_t value;
} mw_lane_value;

typedef enum mw_batch_leaf_kind {
    MW_LEAF_INTERPRET, ///< lanes that get here are left to the interpreter
    MW_LEAF_TABLE,     ///< table[linear + offset]
    MW_LEAF_PICK,      ///< coordinates through the space's transformations
} mw_batch_leaf_kind;

/** What a branch returns: a place for each lane, or a set of `count` of them. */
typedef struct mw_batch_leaf {
    mw_batch_leaf_kind kind;
    const mw_space *space;
    bool is_set;
    uint32_t count;                              ///< places a lane; 1 unless it is a set
    mw_lane_value linear;                        ///< TABLE: row-major in the space
    const uint32_t *offset;                      ///< [count] TABLE: what wildcards add; owned
    struct mw_pair *table;                       ///< [space->volume]; owned
    mw_lane_value coordinate[MW_SPACE_RANK_MAX]; ///< PICK; wildcards count up from 0
    uint16_t wildcard;                           ///< PICK
} mw_batch_leaf;

/** A stretch of operations, then a branch or a leaf. */
typedef struct mw_batch_node {
    uint32_t first, count; ///< operations
    uint16_t condition;    ///< 0: leaf
    uint16_t leaf;
    uint16_t child[2]; ///< where the condition is 0, 1; 0: not made
} mw_batch_node;

typedef struct mw_batch {
    MW_VEC(mw_batch_op) ops;
    MW_VEC(mw_range) ranges; ///< by column
    MW_VEC(mw_batch_node) nodes;
    MW_VEC(mw_batch_leaf) leaves;
    uint16_t
        point[MW_TUPLE_MAX]; ///< columns of the index point; 0: its extent is 1, or nobody asks
} mw_batch;

/** The columns of one run. One thread's. */
typedef struct mw_batch_lanes {
    int64_t *column;               ///< [columns][MW_BATCH_LANES]
    uint8_t *mask;                 ///< [MW_BATCH_DEPTH_MAX][2][MW_BATCH_LANES]
    uint16_t leaf[MW_BATCH_LANES]; ///< which leaf each lane came to
} mw_batch_lanes;

static inline const int64_t *mw_batch_column(const mw_batch_lanes *l, uint16_t column) {
    return l->column + (size_t)column * MW_BATCH_LANES;
}

/** Runs the first `count` lanes; the point's columns are filled in. False: some lane fails, or is
 * left to the interpreter. */
bool mw_batch_run(const mw_batch *k, mw_batch_lanes *lanes, uint32_t count);
void mw_batch_clear(mw_batch *k);

/** Traces a function over a launch of `rank` extents, given by the task view.
 *  @param[in,out] owned  spaces that the batch refers to and the binding's cache had no room for
 *  @return MW_OK, or MW_ERR_NOMEM. Where tracing is of no use, the batch has no nodes. */
mw_status mw_batch_trace(const mw_binding *b, int function, const mw_task_view *launch,
                         mw_batch *out, mw_made_space **owned);
