// src/lang/batch.c: runs batches: a loop over the lanes for each operation. The loops are written
// for the compiler to turn into vector instructions.
#include "lang/batch.h"
#include <stdlib.h>

enum { LANES = MW_BATCH_LANES };

void mw_batch_clear(mw_batch *k) {
    for (size_t i = 0; i < k->leaves.count; i++) {
        free((void *)(uintptr_t)k->leaves.items[i].offset);
        free(k->leaves.items[i].table);
    }
    MW_VEC_CLEAR(&k->ops);
    MW_VEC_CLEAR(&k->ranges);
    MW_VEC_CLEAR(&k->nodes);
    MW_VEC_CLEAR(&k->leaves);
}

// --- operations: one loop each. Unsigned, because lanes of other branches may wrap
// -----------------

/** d = the expression, in each of n lanes i */
#define SET_EACH(...)                                                                              \
    for (uint32_t i = 0; i < n; i++)                                                               \
    d[i] = (int64_t)(__VA_ARGS__)

static uint64_t low_half(int64_t v) {
    return (uint32_t)v;
}

/** x / k for 0 <= x < 2^31 (Granlund and Montgomery 1994, theorem 4.2 with N = 31). */
static uint64_t quotient(int64_t x, uint64_t magic, uint8_t shift) {
    return low_half(x) * (uint32_t)magic >> shift;
}

/** Defined for all operands; what has no quotient gives 0, and the caller reports it. */
static int64_t any_quotient(int64_t a, int64_t b) {
    return b == 0 ? 0 : b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}
static int64_t any_remainder(int64_t a, int64_t b) {
    return b == 0 || b == -1 ? 0 : a % b;
}

static void multiply(const mw_batch_op *op, int64_t *restrict d, const int64_t *a, const int64_t *b,
                     uint32_t n) {
    const int64_t k = op->k;
    if (op->small && op->b)
        SET_EACH(low_half(a[i]) * low_half(b[i]));
    else if (op->small)
        SET_EACH(low_half(a[i]) * low_half(k));
    else if (op->b)
        SET_EACH((uint64_t)a[i] * (uint64_t)b[i]);
    else
        SET_EACH((uint64_t)a[i] * (uint64_t)k);
}

static void divide(const mw_batch_op *op, int64_t *restrict d, const int64_t *a, const int64_t *b,
                   uint32_t n) {
    const int64_t k = op->k;
    const uint64_t magic = op->magic;
    const uint8_t shift = op->shift;
    if (op->small && op->b)
        SET_EACH((uint32_t)a[i] / (uint32_t)b[i]);
    else if (op->small)
        SET_EACH(quotient(a[i], magic, shift));
    else if (op->b)
        SET_EACH(any_quotient(a[i], b[i]));
    else
        SET_EACH(any_quotient(a[i], k));
}

static void modulo(const mw_batch_op *op, int64_t *restrict d, const int64_t *a, const int64_t *b,
                   uint32_t n) {
    const int64_t k = op->k;
    const uint64_t magic = op->magic;
    const uint8_t shift = op->shift;
    if (op->small && op->b)
        SET_EACH((uint32_t)a[i] % (uint32_t)b[i]);
    else if (op->small)
        SET_EACH((uint64_t)a[i] - quotient(a[i], magic, shift) * low_half(k));
    else if (op->b)
        SET_EACH(any_remainder(a[i], b[i]));
    else
        SET_EACH(any_remainder(a[i], k));
}

static void compute(const mw_batch_op *op, int64_t *restrict d, const int64_t *a, const int64_t *b,
                    uint32_t n) {
    const int64_t k = op->k;
    bool two = op->b != 0; // columns
    switch ((mw_batch_op_kind)op->kind) {
    case MW_BATCH_CONSTANT: SET_EACH(k); break;
    case MW_BATCH_ADD:
        if (two)
            SET_EACH((uint64_t)a[i] + (uint64_t)b[i]);
        else
            SET_EACH((uint64_t)a[i] + (uint64_t)k);
        break;
    case MW_BATCH_SUBTRACT:
        if (two)
            SET_EACH((uint64_t)a[i] - (uint64_t)b[i]);
        else
            SET_EACH((uint64_t)a[i] - (uint64_t)k);
        break;
    case MW_BATCH_MULTIPLY: multiply(op, d, a, b, n); break;
    case MW_BATCH_DIVIDE: divide(op, d, a, b, n); break;
    case MW_BATCH_MODULO: modulo(op, d, a, b, n); break;
    case MW_BATCH_EQ: SET_EACH(a[i] == (two ? b[i] : k)); break;
    case MW_BATCH_NE: SET_EACH(a[i] != (two ? b[i] : k)); break;
    case MW_BATCH_LT: SET_EACH(a[i] < (two ? b[i] : k)); break;
    case MW_BATCH_GT: SET_EACH(a[i] > (two ? b[i] : k)); break;
    case MW_BATCH_LE: SET_EACH(a[i] <= (two ? b[i] : k)); break;
    case MW_BATCH_GE: SET_EACH(a[i] >= (two ? b[i] : k)); break;
    case MW_BATCH_INSIDE: break;
    }
}

// --- what can fail
// --------------------------------------------------------------------------------

static bool fails(const mw_batch_op *op, int64_t a, int64_t b) {
    int64_t unread;
    switch ((mw_batch_op_kind)op->kind) {
    case MW_BATCH_ADD: return __builtin_add_overflow(a, b, &unread);
    case MW_BATCH_SUBTRACT: return __builtin_sub_overflow(a, b, &unread);
    case MW_BATCH_MULTIPLY: return __builtin_mul_overflow(a, b, &unread);
    case MW_BATCH_DIVIDE: return b == 0 || (b == -1 && a == INT64_MIN);
    case MW_BATCH_MODULO: return b == 0;
    case MW_BATCH_INSIDE: return a < 0 || a >= b;
    default: return false;
    }
}

static bool any_fails(const mw_batch_op *op, const int64_t *a, const int64_t *b,
                      const uint8_t *mask, uint32_t n) {
    if (op->kind == MW_BATCH_INSIDE && !mask) {
        uint64_t outside = 0;
        for (uint32_t i = 0; i < n; i++)
            outside |= (uint64_t)a[i] >= (uint64_t)op->k;
        return outside != 0;
    }
    for (uint32_t i = 0; i < n; i++)
        if ((!mask || mask[i]) && fails(op, a[i], op->b ? b[i] : op->k))
            return true;
    return false;
}

// --- the tree
// -------------------------------------------------------------------------------------

/** The lanes of `from` (NULL: all) where the condition is `wanted`. Returns how many. */
static uint32_t narrow(const int64_t *condition, const uint8_t *from, int64_t wanted, uint8_t *to,
                       uint32_t n) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        to[i] = (uint8_t)((!from || from[i]) && condition[i] == wanted);
        count += to[i];
    }
    return count;
}

static bool run_node(const mw_batch *k, mw_batch_lanes *l, uint32_t at, const uint8_t *mask,
                     uint32_t depth, uint32_t n) {
    const mw_batch_node *node = &k->nodes.items[at];
    for (uint32_t o = node->first; o < node->first + node->count; o++) {
        const mw_batch_op *op = &k->ops.items[o];
        int64_t *d = l->column + (size_t)op->dst * LANES;
        const int64_t *a = mw_batch_column(l, op->a), *b = mw_batch_column(l, op->b);
        if (op->checked && any_fails(op, a, b, mask, n))
            return false;
        compute(op, d, a, b, n);
    }
    if (!node->condition) {
        if (k->leaves.items[node->leaf].kind == MW_LEAF_INTERPRET)
            return false;
        for (uint32_t i = 0; i < n; i++)
            if (!mask || mask[i])
                l->leaf[i] = node->leaf;
        return true;
    }
    const int64_t *condition = mw_batch_column(l, node->condition);
    for (int side = 0; side < 2; side++) { // at most MW_BATCH_DEPTH_MAX deep
        uint8_t *narrowed = l->mask + ((size_t)depth * 2 + (size_t)side) * LANES;
        uint32_t count = narrow(condition, mask, side, narrowed, n);
        if (count && !run_node(k, l, node->child[side], count == n ? mask : narrowed, depth + 1, n))
            return false;
    }
    return true;
}

bool mw_batch_run(const mw_batch *k, mw_batch_lanes *lanes, uint32_t count) {
    return run_node(k, lanes, 0, NULL, 0, count);
}
