// src/lang/batch_build.c: operations and branches, with what is known about their values' ranges:
// most checks turn out not to be needed.
#include "lang/batch_build.h"
#include <assert.h>
#include <stdlib.h>

__extension__ typedef __int128 wide; // sums and products of two integers fit

static const int64_t SMALL = INT64_C(1) << 31;

void mw_batch_build_start(mw_batch_builder *b, mw_batch *k) {
    *b = (mw_batch_builder){.batch = k};
    b->nomem = !MW_PUSH(&k->nodes, (mw_batch_node){0}) || !MW_PUSH(&k->ranges, (mw_range){0, 0});
}

bool mw_batch_build_next_path(mw_batch_builder *b) {
    while (b->decided > 0 && b->side[b->decided - 1] == 1)
        b->decided--;
    if (b->decided == 0)
        return false;
    b->side[b->decided - 1] = 1;
    b->depth = 0;
    return true;
}

static mw_range range_of(const mw_batch_builder *b, mw_lane_value v) {
    return v.column ? b->batch->ranges.items[v.column] : (mw_range){v.value, v.value};
}

static uint16_t new_column(mw_batch_builder *b, mw_range range) {
    mw_batch *k = b->batch;
    if (k->ranges.count >= MW_BATCH_OPS_MAX || b->full) {
        b->full = true;
        return 0;
    }
    if (!MW_PUSH(&k->ranges, range)) {
        b->nomem = true;
        return 0;
    }
    return (uint16_t)(k->ranges.count - 1);
}

uint16_t mw_batch_build_input(mw_batch_builder *b, int64_t high) {
    return new_column(b, (mw_range){0, high});
}

/** The same operation further up on this path, or NULL. */
static const mw_batch_op *find(const mw_batch_builder *b, const mw_batch_op *op) {
    const mw_batch *k = b->batch;
    for (uint32_t d = 0; d <= b->depth; d++) {
        const mw_batch_node *node = &k->nodes.items[b->path[d]];
        for (uint32_t i = node->first; i < node->first + node->count; i++) {
            const mw_batch_op *known = &k->ops.items[i];
            if (known->kind == op->kind && known->a == op->a && known->b == op->b &&
                known->k == op->k && (known->checked || !op->checked))
                return known;
        }
    }
    return NULL;
}

/** Adds an operation to the node in hand, unless it is there. Returns its column. */
static uint16_t add(mw_batch_builder *b, mw_batch_op op, mw_range range) {
    mw_batch *k = b->batch;
    const mw_batch_op *known = find(b, &op);
    if (known)
        return known->dst;
    mw_batch_node *node = &k->nodes.items[b->path[b->depth]];
    op.dst = new_column(b, range);
    if (b->full || b->nomem)
        return 0;
    if (node->count == 0)
        node->first = (uint32_t)k->ops.count;
    assert(node->first + node->count == k->ops.count); // a node is built in one go
    if (!MW_PUSH(&k->ops, op)) {
        b->nomem = true;
        return 0;
    }
    node->count++;
    return op.dst;
}

// --- ranges
// ---------------------------------------------------------------------------------------

static const mw_range ANY = {INT64_MIN, INT64_MAX};

/** Of four corners. `fits`: all inside 64 bits. */
static mw_range hull(wide p, wide q, wide r, wide s, bool *fits) {
    wide low = p < q ? p : q, high = p < q ? q : p;
    low = r < low ? r : low;
    low = s < low ? s : low;
    high = r > high ? r : high;
    high = s > high ? s : high;
    *fits = low >= INT64_MIN && high <= INT64_MAX;
    return *fits ? (mw_range){(int64_t)low, (int64_t)high} : ANY;
}

static int64_t clip(wide v) {
    return v < INT64_MIN ? INT64_MIN : v > INT64_MAX ? INT64_MAX : (int64_t)v;
}
static wide magnitude(int64_t v) {
    return v < 0 ? -(wide)v : v;
}
static wide larger(wide a, wide b) {
    return a > b ? a : b;
}
static wide smaller(wide a, wide b) {
    return a < b ? a : b;
}

/** *checked: some lanes may fail. The range holds for those too, whatever they then hold. */
static mw_range divided(mw_range a, mw_range b, bool *checked) {
    *checked = (b.low <= 0 && b.high >= 0) || (a.low == INT64_MIN && b.low <= -1 && b.high >= -1);
    bool fits;
    if (b.low >= 1)
        return hull(a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high, &fits);
    wide most = larger(magnitude(a.low), magnitude(a.high));
    return (mw_range){clip(-most), clip(most)};
}

static mw_range remainders(mw_range a, mw_range b, bool *checked) {
    *checked = b.low <= 0 && b.high >= 0;
    wide most = larger(magnitude(b.low), magnitude(b.high)) - 1; // below the divisor
    most = larger(most, 0);
    return (mw_range){a.low < 0 ? clip(-smaller(most, magnitude(a.low))) : 0,
                      a.high > 0 ? clip(smaller(most, a.high)) : 0};
}

static mw_range compared(mw_batch_op_kind kind, mw_range a, mw_range b) {
    bool below = a.high<b.low, above = a.low> b.high; // in all lanes
    bool not_above = a.high <= b.low, not_below = a.low >= b.high;
    bool equal = a.low == a.high && b.low == b.high && a.low == b.low;
    bool always = false, never = false;
    switch (kind) {
    case MW_BATCH_EQ: always = equal, never = below || above; break;
    case MW_BATCH_NE: always = below || above, never = equal; break;
    case MW_BATCH_LT: always = below, never = not_below; break;
    case MW_BATCH_GT: always = above, never = not_above; break;
    case MW_BATCH_LE: always = not_above, never = above; break;
    default: always = not_below, never = below; break;
    }
    return (mw_range){always, !never};
}

static mw_range result_range(mw_batch_op_kind kind, mw_range a, mw_range b, bool *checked) {
    bool fits = true;
    mw_range r;
    switch (kind) {
    case MW_BATCH_ADD:
        r = hull((wide)a.low + b.low, (wide)a.high + b.high, (wide)a.low + b.low,
                 (wide)a.high + b.high, &fits);
        break;
    case MW_BATCH_SUBTRACT:
        r = hull((wide)a.low - b.high, (wide)a.high - b.low, (wide)a.low - b.high,
                 (wide)a.high - b.low, &fits);
        break;
    case MW_BATCH_MULTIPLY:
        r = hull((wide)a.low * b.low, (wide)a.low * b.high, (wide)a.high * b.low,
                 (wide)a.high * b.high, &fits);
        break;
    case MW_BATCH_DIVIDE: return divided(a, b, checked);
    case MW_BATCH_MODULO: return remainders(a, b, checked);
    default: *checked = false; return compared(kind, a, b);
    }
    *checked = !fits;
    return r;
}

// --- operations
// -----------------------------------------------------------------------------------

static bool within(mw_range r, int64_t low, int64_t high) {
    return r.low >= low && r.high <= high;
}

/** a / k = a * magic >> shift for 0 <= a < 2^31, 2 <= k < 2^31: see batch.c. */
static void find_magic(mw_batch_op *op) {
    uint32_t bits = 0; // ceil(log2 k)
    while ((INT64_C(1) << bits) < op->k)
        bits++;
    op->shift = (uint8_t)(31 + bits);
    op->magic = (UINT64_C(1) << op->shift) / (uint64_t)op->k + 1;
}

static mw_batch_op_kind mirrored(mw_batch_op_kind kind) {
    switch (kind) {
    case MW_BATCH_LT: return MW_BATCH_GT;
    case MW_BATCH_GT: return MW_BATCH_LT;
    case MW_BATCH_LE: return MW_BATCH_GE;
    case MW_BATCH_GE: return MW_BATCH_LE;
    default: return kind;
    }
}

static bool ordered(mw_batch_op_kind kind) {
    return kind == MW_BATCH_SUBTRACT || kind == MW_BATCH_DIVIDE || kind == MW_BATCH_MODULO;
}

/** A constant on the left goes to the right where that is the same. */
static void turn(mw_batch_op_kind *kind, mw_lane_value *left, mw_lane_value *right) {
    if (left->column || ordered(*kind))
        return;
    mw_lane_value constant = *left;
    *left = *right;
    *right = constant;
    *kind = mirrored(*kind);
}

/** Of two constants. False: it fails. */
static bool fold(mw_batch_op_kind kind, int64_t a, int64_t b, int64_t *out) {
    switch (kind) {
    case MW_BATCH_ADD: return !__builtin_add_overflow(a, b, out);
    case MW_BATCH_SUBTRACT: return !__builtin_sub_overflow(a, b, out);
    case MW_BATCH_MULTIPLY: return !__builtin_mul_overflow(a, b, out);
    case MW_BATCH_DIVIDE:
        if (b == 0 || (b == -1 && a == INT64_MIN))
            return false;
        *out = a / b;
        return true;
    case MW_BATCH_MODULO:
        if (b == 0)
            return false;
        *out = b == -1 ? 0 : a % b;
        return true;
    default: *out = compared(kind, (mw_range){a, a}, (mw_range){b, b}).low; return true;
    }
}

/** An operation that gives its left operand back. */
static bool changes_nothing(mw_batch_op_kind kind, mw_range a, mw_lane_value right) {
    if (right.column)
        return false;
    switch (kind) {
    case MW_BATCH_ADD:
    case MW_BATCH_SUBTRACT: return right.value == 0;
    case MW_BATCH_MULTIPLY:
    case MW_BATCH_DIVIDE: return right.value == 1;
    case MW_BATCH_MODULO: return a.low >= 0 && a.high < right.value;
    default: return false;
    }
}

bool mw_batch_build_binary(mw_batch_builder *b, mw_batch_op_kind kind, mw_lane_value left,
                           mw_lane_value right, mw_lane_value *out) {
    if (!left.column && !right.column) {
        *out = mw_lane_constant(0);
        return fold(kind, left.value, right.value, &out->value);
    }
    turn(&kind, &left, &right);
    mw_range l = range_of(b, left), r = range_of(b, right);
    bool checked;
    mw_range range = result_range(kind, l, r, &checked);
    bool divides = kind == MW_BATCH_DIVIDE || kind == MW_BATCH_MODULO;
    if (divides && r.low == 0 && r.high == 0)
        return false;
    if (!checked && range.low == range.high) {
        *out = mw_lane_constant(range.low);
        return true;
    }
    if (changes_nothing(kind, l, right)) {
        *out = left;
        return true;
    }
    if (!left.column) // a column of its own
        left.column = add(b, (mw_batch_op){.kind = MW_BATCH_CONSTANT, .k = left.value}, l);
    mw_batch_op op = {.kind = (uint8_t)kind,
                      .checked = checked && !b->unchecked,
                      .a = left.column,
                      .b = right.column,
                      .k = right.column ? 0 : right.value};
    op.small = within(l, 0, SMALL - 1) && within(r, divides ? 1 : 0, SMALL - 1);
    if (op.small && divides && !op.b)
        find_magic(&op); // not by 1: that changes nothing, or is 0
    *out = (mw_lane_value){.column = add(b, op, range)};
    return true;
}

bool mw_batch_build_inside(mw_batch_builder *b, mw_lane_value v, int64_t extent) {
    mw_range r = range_of(b, v);
    if (within(r, 0, extent - 1))
        return true;
    if (r.high < 0 || r.low >= extent)
        return false;
    mw_batch_op op = {.kind = MW_BATCH_INSIDE, .checked = true, .a = v.column, .k = extent};
    add(b, op, (mw_range){0, 0});
    return true;
}

// --- branches
// -------------------------------------------------------------------------------------

int mw_batch_build_branch(mw_batch_builder *b, uint16_t condition) {
    mw_batch *k = b->batch;
    for (uint32_t d = 0; d < b->depth; d++)
        if (k->nodes.items[b->path[d]].condition == condition)
            return b->side[d]; // decided before on this path
    uint16_t at = b->path[b->depth];
    bool known = k->nodes.items[at].condition != 0;
    if (!known && (b->depth == MW_BATCH_DEPTH_MAX || k->nodes.count + 2 > MW_BATCH_NODES_MAX))
        return -1;
    assert(!known || k->nodes.items[at].condition == condition);
    if (!known) { // both at once, so that neither can be missing
        uint16_t first = (uint16_t)k->nodes.count;
        if (!MW_PUSH(&k->nodes, (mw_batch_node){0}) || !MW_PUSH(&k->nodes, (mw_batch_node){0})) {
            b->nomem = true;
            return -1;
        }
        k->nodes.items[at].condition = condition;
        k->nodes.items[at].child[0] = first;
        k->nodes.items[at].child[1] = (uint16_t)(first + 1);
    }
    if (b->depth == b->decided)
        b->side[b->decided++] = 0;
    uint8_t side = b->side[b->depth];
    b->path[++b->depth] = k->nodes.items[at].child[side];
    return side;
}

void mw_batch_build_leaf(mw_batch_builder *b, const mw_batch_leaf *leaf) {
    mw_batch *k = b->batch;
    if (!MW_PUSH(&k->leaves, *leaf)) {
        b->nomem = true;
        free((void *)(uintptr_t)leaf->offset);
        free(leaf->table);
        return;
    }
    k->nodes.items[b->path[b->depth]].leaf = (uint16_t)(k->leaves.count - 1);
}
