// src/lang/eval_op.c: integers, tuples and their operators, at run time.
#include "lang/eval.h"
#include <inttypes.h>

// --- arithmetic
// -----------------------------------------------------------------------------------

static bool overflow(mw_vm *vm, mw_token_kind op, int64_t a, int64_t b) {
    const char *text = mw_token_kind_text(op); // "'+'"
    return mw_vm_fail(vm, MW_OVERFLOW, NULL,
                      "%" PRId64 " %.1s %" PRId64 " does not fit into 64 bits", a, text + 1, b);
}

static bool divide(mw_vm *vm, mw_token_kind op, int64_t a, int64_t b, int64_t *out) {
    if (b == 0)
        return mw_vm_fail(vm, MW_DIVISION_BY_ZERO, NULL, "%" PRId64 " %s 0: division by zero", a,
                          op == MW_TOKEN_SLASH ? "/" : "%");
    if (b == -1) { // INT64_MIN / -1 does not fit
        if (op == MW_TOKEN_SLASH && a == INT64_MIN)
            return overflow(vm, op, a, b);
        *out = op == MW_TOKEN_SLASH ? -a : 0;
        return true;
    }
    *out = op == MW_TOKEN_SLASH ? a / b : a % b;
    return true;
}

static inline bool arithmetic(mw_vm *vm, mw_token_kind op, int64_t a, int64_t b, int64_t *out) {
    bool over;
    switch (op) {
    case MW_TOKEN_PLUS: over = __builtin_add_overflow(a, b, out); break;
    case MW_TOKEN_MINUS: over = __builtin_sub_overflow(a, b, out); break;
    case MW_TOKEN_STAR: over = __builtin_mul_overflow(a, b, out); break;
    default: return divide(vm, op, a, b, out);
    }
    return !over || overflow(vm, op, a, b);
}

static bool compare(mw_token_kind op, int64_t a, int64_t b) {
    switch (op) {
    case MW_TOKEN_EQ: return a == b;
    case MW_TOKEN_NE: return a != b;
    case MW_TOKEN_LT: return a < b;
    case MW_TOKEN_GT: return a > b;
    case MW_TOKEN_LE: return a <= b;
    default: return a >= b;
    }
}

static bool refuse(mw_vm *vm, mw_token_kind op, const mw_value *a, const mw_value *b) {
    mw_str text = {0};
    mw_value_format(&text, vm->program, a);
    mw_str_add(&text, " and ");
    mw_value_format(&text, vm->program, b);
    mw_vm_fail(vm, MW_VALUE_TYPE, NULL, "%s does not take %s", mw_token_kind_text(op),
               mw_str_text(&text));
    mw_str_clear(&text);
    return false;
}

/** Element by element; an integer counts for every element. */
static bool tuples(mw_vm *vm, mw_token_kind op, const mw_value *a, const mw_value *b,
                   mw_value *out) {
    bool a_tuple = a->kind == MW_VALUE_TUPLE, b_tuple = b->kind == MW_VALUE_TUPLE;
    if ((!a_tuple && a->kind != MW_VALUE_INT) || (!b_tuple && b->kind != MW_VALUE_INT))
        return refuse(vm, op, a, b);
    if (vm->program->strict && a_tuple != b_tuple)
        return refuse(vm, op, a, b);
    if (a_tuple && b_tuple && a->len != b->len) {
        return mw_vm_fail(vm, MW_VALUE_LENGTH, NULL, "a tuple of %u and a tuple of %u do not match",
                          a->len, b->len);
    }
    uint32_t len = a_tuple ? a->len : b->len;
    int64_t made[MW_TUPLE_MAX];
    for (uint32_t i = 0; i < len; i++)
        if (!arithmetic(vm, op, a->v[a_tuple ? i : 0], b->v[b_tuple ? i : 0], &made[i]))
            return false;
    out->kind = MW_VALUE_TUPLE;
    out->len = (uint8_t)len;
    out->wildcard = 0;
    memcpy(out->v, made, len * sizeof *made);
    return true;
}

bool mw_vm_binary(mw_vm *vm, mw_token_kind op, const mw_value *a, const mw_value *b,
                  mw_value *out) {
    bool arithmetical = op >= MW_TOKEN_PLUS;
    if (a->kind == MW_VALUE_INT && b->kind == MW_VALUE_INT) {
        int64_t v = 0;
        if (!arithmetical) {
            mw_value_set(out, MW_VALUE_BOOL, compare(op, a->v[0], b->v[0]));
            return true;
        }
        if (!arithmetic(vm, op, a->v[0], b->v[0], &v))
            return false;
        mw_value_set(out, MW_VALUE_INT, v);
        return true;
    }
    if (arithmetical)
        return tuples(vm, op, a, b, out);
    bool equality = op == MW_TOKEN_EQ || op == MW_TOKEN_NE;
    if (!equality || a->kind != MW_VALUE_BOOL || b->kind != MW_VALUE_BOOL)
        return refuse(vm, op, a, b);
    mw_value_set(out, MW_VALUE_BOOL, compare(op, a->v[0], b->v[0]));
    return true;
}

bool mw_vm_negate(mw_vm *vm, const mw_value *a, mw_value *out) {
    mw_value zero;
    mw_value_set(&zero, MW_VALUE_INT, 0);
    if (a->kind != MW_VALUE_INT && (a->kind != MW_VALUE_TUPLE || vm->program->strict))
        return mw_vm_wrong_type(vm, a, "an integer to negate");
    return mw_vm_binary(vm, MW_TOKEN_MINUS, &zero, a, out);
}

// --- tuples
// ---------------------------------------------------------------------------------------

/** Integers, unpacked tuples and (for an index) wildcards into one row. */
static bool gather(mw_vm *vm, const mw_value items[], uint32_t count, uint32_t unpack,
                   bool wildcards, mw_value *out) {
    out->len = 0;
    out->wildcard = 0;
    for (uint32_t i = 0; i < count; i++) {
        const mw_value *item = &items[i];
        bool star = unpack >> i & 1;
        if (star && item->kind != MW_VALUE_TUPLE)
            return mw_vm_wrong_type(vm, item, "a tuple to unpack");
        bool wildcard = wildcards && item->kind == MW_VALUE_WILDCARD;
        if (!star && !wildcard && item->kind != MW_VALUE_INT)
            return mw_vm_wrong_type(vm, item, "an integer");
        uint32_t more = star ? item->len : 1;
        if (out->len + more > MW_TUPLE_MAX)
            return mw_vm_fail(vm, MW_VALUE_LENGTH, NULL, "more than %d elements", MW_TUPLE_MAX);
        memcpy(out->v + out->len, item->v, more * sizeof *item->v);
        if (wildcard)
            out->wildcard |= (uint16_t)(1u << out->len);
        out->len = (uint8_t)(out->len + more);
    }
    return true;
}

bool mw_vm_tuple(mw_vm *vm, const mw_value items[], uint32_t count, uint32_t unpack,
                 mw_value *out) {
    out->kind = MW_VALUE_TUPLE;
    return gather(vm, items, count, unpack, false, out);
}

static bool outside_tuple(mw_vm *vm, const mw_value *t, int64_t at) {
    mw_str text = {0};
    mw_value_format(&text, vm->program, t);
    mw_vm_fail(vm, MW_TUPLE_INDEX, NULL, "%s has no element %" PRId64, mw_str_text(&text), at);
    mw_str_clear(&text);
    return false;
}

static bool outside_space(mw_vm *vm, const mw_value *place) {
    const mw_space *s = place->space;
    mw_str text = {0};
    mw_value_format(&text, vm->program, place);
    mw_str_add(&text, " is outside the space of ");
    for (uint32_t i = 0; i < s->rank; i++)
        mw_str_printf(&text, "%s%" PRId64, i ? " x " : "", s->extent[i]);
    mw_vm_fail(vm, MW_OUTSIDE_SPACE,
               s->volume == 0 ? "the machine has no processors of this kind"
                              : "indices go from 0 to the extent minus 1",
               "%s", mw_str_text(&text));
    mw_str_clear(&text);
    return false;
}

static bool index_space(mw_vm *vm, const mw_space *s, const mw_value items[], uint32_t count,
                        uint32_t unpack, mw_value *out) {
    out->kind = MW_VALUE_PLACE;
    out->space = s;
    if (!gather(vm, items, count, unpack, true, out))
        return false;
    if (out->len != s->rank)
        return mw_vm_fail(vm, MW_VALUE_LENGTH, "one index for each dimension",
                          "%u indices for a processor space of %u dimensions", out->len, s->rank);
    for (uint32_t i = 0; i < s->rank; i++) {
        bool inside = out->v[i] >= 0 && out->v[i] < s->extent[i];
        if (!inside && (!(out->wildcard >> i & 1) || s->extent[i] == 0))
            return outside_space(vm, out);
    }
    return true;
}

bool mw_vm_index(mw_vm *vm, const mw_value *base, const mw_value items[], uint32_t count,
                 uint32_t unpack, mw_value *out) {
    if (base->kind == MW_VALUE_SPACE)
        return index_space(vm, base->space, items, count, unpack, out);
    if (base->kind != MW_VALUE_TUPLE)
        return mw_vm_wrong_type(vm, base, "a tuple or a processor space to index");
    if (count != 1 || unpack || items[0].kind != MW_VALUE_INT)
        return mw_vm_fail(vm, MW_VALUE_TYPE, NULL, "a tuple is indexed by one integer");
    int64_t at = items[0].v[0], len = base->len;
    if (at >= len || at < -len)
        return outside_tuple(vm, base, at);
    mw_value_set(out, MW_VALUE_INT, base->v[at < 0 ? at + len : at]);
    return true;
}

bool mw_vm_slice(mw_vm *vm, const mw_value *base, const mw_value bounds[2], uint8_t given,
                 mw_value *out) {
    const int64_t *elements = base->v;
    int64_t len = base->len, bound[2] = {0, 0};
    if (base->kind == MW_VALUE_SPACE) { // its extents
        elements = base->space->extent;
        len = base->space->rank;
    } else if (base->kind != MW_VALUE_TUPLE) {
        return mw_vm_wrong_type(vm, base, "a tuple to slice");
    }
    for (int i = 0; i < 2; i++) {
        if (!(given >> i & 1))
            continue;
        if (bounds[i].kind != MW_VALUE_INT)
            return mw_vm_wrong_type(vm, &bounds[i], "an integer as a bound");
        bound[i] = bounds[i].v[0];
    }
    int64_t low = bound[0], high = bound[1];
    if (low < -len || low > len || high < -len || high > len)
        return mw_vm_fail(vm, MW_TUPLE_INDEX, NULL,
                          "[%" PRId64 ":%" PRId64 "] is outside a tuple of %" PRId64, low, high,
                          len);
    low += low < 0 ? len : 0;
    high += high <= 0 ? len : 0; // 0 on the right is the end
    if (low > high)              // empty, as in the reference
        high = low;
    memmove(out->v, elements + low, (size_t)(high - low) * sizeof *out->v);
    out->kind = MW_VALUE_TUPLE;
    out->len = (uint8_t)(high - low);
    out->wildcard = 0;
    return true;
}
