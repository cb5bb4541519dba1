// src/lang/trace.c: runs a map function once with the index point left open. What does not depend
// on the point is computed by the interpreter's own operations; what does becomes operations of a
// batch. Where a trace cannot go on (a space that depends on the point, say), or where
// the interpreter would fail, its path ends in a leaf that leaves the lanes to the interpreter,
// which then says what is wrong. So a batch never decides what an error is.
#include "lang/eval.h"
#include "lang/trace.h"
#include <assert.h>
#include <stdlib.h>

/** Steps of all paths together. More is left to the interpreter: for few points it is quicker. */
static uint64_t steps_allowed(uint64_t points) {
    enum { ANYWAY = 2000, PER_POINT = 64, MOST = 200000 };
    return points > MOST / PER_POINT ? MOST : ANYWAY + PER_POINT * points;
}

typedef struct tracer {
    mw_vm vm; // for operations on closed values; reports to nobody
    mw_batch_builder build;
    uint64_t domain;           // points
    uint64_t steps, steps_max; // of all paths
} tracer;

// --- open values
// ----------------------------------------------------------------------------------

static bool is_open(const mw_open_value *o) {
    for (uint32_t i = 0; i < o->v.len; i++)
        if (o->column[i])
            return true;
    return false;
}

static void set_element(mw_open_value *o, uint32_t i, mw_lane_value e) {
    o->column[i] = e.column;
    o->v.v[i] = e.column ? 0 : e.value;
}

static void start_value(mw_open_value *o, mw_value_kind kind) {
    mw_value_set(&o->v, kind, 0);
    o->column[0] = 0;
}

/** After an operation that made a closed value. */
static bool closed(mw_open_value *o, bool ok) {
    if (ok)
        memset(o->column, 0, sizeof o->column);
    return ok;
}

static void copy(mw_open_value *to, const mw_open_value *from) {
    if (to != from)
        *to = *from;
}

// --- arithmetic
// -----------------------------------------------------------------------------------

static mw_batch_op_kind op_kind(mw_token_kind op) {
    switch (op) {
    case MW_TOKEN_EQ: return MW_BATCH_EQ;
    case MW_TOKEN_NE: return MW_BATCH_NE;
    case MW_TOKEN_LT: return MW_BATCH_LT;
    case MW_TOKEN_GT: return MW_BATCH_GT;
    case MW_TOKEN_LE: return MW_BATCH_LE;
    case MW_TOKEN_GE: return MW_BATCH_GE;
    case MW_TOKEN_PLUS: return MW_BATCH_ADD;
    case MW_TOKEN_MINUS: return MW_BATCH_SUBTRACT;
    case MW_TOKEN_STAR: return MW_BATCH_MULTIPLY;
    case MW_TOKEN_SLASH: return MW_BATCH_DIVIDE;
    default: return MW_BATCH_MODULO;
    }
}

static bool open_tuples(tracer *t, mw_token_kind op, const mw_open_value *a, const mw_open_value *b,
                        mw_open_value *out) {
    bool a_tuple = a->v.kind == MW_VALUE_TUPLE, b_tuple = b->v.kind == MW_VALUE_TUPLE;
    if ((!a_tuple && a->v.kind != MW_VALUE_INT) || (!b_tuple && b->v.kind != MW_VALUE_INT) ||
        (t->vm.program->strict && a_tuple != b_tuple) ||
        (a_tuple && b_tuple && a->v.len != b->v.len))
        return false;
    mw_open_value made;
    start_value(&made, MW_VALUE_TUPLE);
    made.v.len = a_tuple ? a->v.len : b->v.len;
    for (uint32_t i = 0; i < made.v.len; i++) {
        mw_lane_value e;
        if (!mw_batch_build_binary(&t->build, op_kind(op), mw_open_element(a, a_tuple ? i : 0),
                                   mw_open_element(b, b_tuple ? i : 0), &e))
            return false;
        set_element(&made, i, e);
    }
    copy(out, &made);
    return true;
}

static bool binary(tracer *t, mw_token_kind op, const mw_open_value *a, const mw_open_value *b,
                   mw_open_value *out) {
    if (!is_open(a) && !is_open(b))
        return closed(out, mw_vm_binary(&t->vm, op, &a->v, &b->v, &out->v));
    bool arithmetical = op >= MW_TOKEN_PLUS;
    bool ints = a->v.kind == MW_VALUE_INT && b->v.kind == MW_VALUE_INT;
    bool bools = a->v.kind == MW_VALUE_BOOL && b->v.kind == MW_VALUE_BOOL &&
                 (op == MW_TOKEN_EQ || op == MW_TOKEN_NE);
    if (!ints && !bools)
        return arithmetical && open_tuples(t, op, a, b, out);
    mw_lane_value made;
    if (!mw_batch_build_binary(&t->build, op_kind(op), mw_open_element(a, 0), mw_open_element(b, 0),
                               &made))
        return false;
    start_value(out, arithmetical ? MW_VALUE_INT : MW_VALUE_BOOL);
    set_element(out, 0, made);
    return true;
}

static bool negate(tracer *t, const mw_open_value *a, mw_open_value *out) {
    if (!is_open(a))
        return closed(out, mw_vm_negate(&t->vm, &a->v, &out->v));
    if (a->v.kind != MW_VALUE_INT && (a->v.kind != MW_VALUE_TUPLE || t->vm.program->strict))
        return false;
    mw_open_value zero;
    start_value(&zero, MW_VALUE_INT);
    return binary(t, MW_TOKEN_MINUS, &zero, a, out);
}

static bool volume(tracer *t, const mw_open_value *a, mw_open_value *out) {
    mw_lane_value product = mw_lane_constant(1);
    for (uint32_t i = 0; i < a->v.len; i++)
        if (!mw_batch_build_binary(&t->build, MW_BATCH_MULTIPLY, product, mw_open_element(a, i),
                                   &product))
            return false;
    start_value(out, MW_VALUE_INT);
    set_element(out, 0, product);
    return true;
}

// --- tuples and spaces
// ----------------------------------------------------------------------------

static bool gather(const mw_open_value items[], uint32_t count, uint32_t unpack, bool wildcards,
                   mw_open_value *out) {
    out->v.len = 0;
    out->v.wildcard = 0;
    for (uint32_t i = 0; i < count; i++) {
        const mw_open_value *item = &items[i];
        bool star = unpack >> i & 1, wildcard = wildcards && item->v.kind == MW_VALUE_WILDCARD;
        mw_value_kind want = star ? MW_VALUE_TUPLE : wildcard ? MW_VALUE_WILDCARD : MW_VALUE_INT;
        uint32_t more = star ? item->v.len : 1;
        if (item->v.kind != want || out->v.len + more > MW_TUPLE_MAX)
            return false;
        if (wildcard)
            out->v.wildcard |= (uint16_t)(1u << out->v.len);
        for (uint32_t e = 0; e < more; e++)
            set_element(out, out->v.len++, mw_open_element(item, e));
    }
    return true;
}

/** Positions of a tuple as a closed tuple: slicing and indexing that says which elements count. */
static mw_value positions(const mw_open_value *tuple) {
    mw_value p = {.kind = MW_VALUE_TUPLE, .len = tuple->v.len};
    for (uint32_t i = 0; i < p.len; i++)
        p.v[i] = i;
    return p;
}

/** An index that depends on the point: the sum of all elements, each times whether it is the one.
 */
static bool index_openly(tracer *t, const mw_open_value *base, mw_lane_value at,
                         mw_open_value *out) {
    mw_batch_builder *b = &t->build;
    mw_lane_value len = mw_lane_constant(base->v.len), zero = mw_lane_constant(0), sum = zero;
    mw_lane_value negative, shift, which, term;
    mw_batch_build_binary(b, MW_BATCH_LT, at, zero, &negative); // counts from the end
    mw_batch_build_binary(b, MW_BATCH_MULTIPLY, negative, len, &shift);
    b->unchecked = true; // what is negative can be added to, and one term at most is not 0
    mw_batch_build_binary(b, MW_BATCH_ADD, at, shift, &at);
    b->unchecked = false;
    if (!mw_batch_build_inside(b, at, base->v.len))
        return false;
    b->unchecked = true;
    for (uint32_t i = 0; i < base->v.len; i++) {
        mw_batch_build_binary(b, MW_BATCH_EQ, at, mw_lane_constant(i), &which);
        mw_batch_build_binary(b, MW_BATCH_MULTIPLY, which, mw_open_element(base, i), &term);
        mw_batch_build_binary(b, MW_BATCH_ADD, sum, term, &sum);
    }
    b->unchecked = false;
    start_value(out, MW_VALUE_INT);
    set_element(out, 0, sum);
    return true;
}

static bool index_tuple(tracer *t, const mw_open_value *base, const mw_open_value items[],
                        uint32_t count, uint32_t unpack, mw_open_value *out) {
    if (count != 1 || unpack || items[0].v.kind != MW_VALUE_INT)
        return false;
    if (is_open(&items[0]))
        return index_openly(t, base, mw_open_element(&items[0], 0), out);
    mw_value at, from = positions(base);
    if (!mw_vm_index(&t->vm, &from, &items[0].v, 1, unpack, &at))
        return false;
    mw_lane_value e = mw_open_element(base, (uint32_t)at.v[0]);
    start_value(out, MW_VALUE_INT);
    set_element(out, 0, e);
    return true;
}

static bool index_space(tracer *t, const mw_space *s, const mw_open_value items[], uint32_t count,
                        uint32_t unpack, mw_open_value *out) {
    mw_open_value place;
    start_value(&place, MW_VALUE_PLACE);
    place.v.space = s;
    if (!gather(items, count, unpack, true, &place) || place.v.len != s->rank)
        return false;
    for (uint32_t i = 0; i < s->rank; i++) {
        bool wildcard = place.v.wildcard >> i & 1;
        bool inside =
            wildcard ? s->extent[i] > 0
                     : mw_batch_build_inside(&t->build, mw_open_element(&place, i), s->extent[i]);
        if (!inside)
            return false;
    }
    copy(out, &place);
    return true;
}

static bool index_(tracer *t, const mw_open_value *base, const mw_open_value items[],
                   uint32_t count, uint32_t unpack, mw_open_value *out) {
    if (base->v.kind == MW_VALUE_SPACE)
        return index_space(t, base->v.space, items, count, unpack, out);
    return base->v.kind == MW_VALUE_TUPLE && index_tuple(t, base, items, count, unpack, out);
}

static bool slice(tracer *t, const mw_open_value *base, const mw_open_value bounds[2],
                  uint8_t given, mw_open_value *out) {
    mw_value bound[2];
    for (int i = 0; i < 2; i++)
        if (given >> i & 1) {
            if (is_open(&bounds[i]))
                return false;
            mw_value_copy(&bound[i], &bounds[i].v);
        }
    if (base->v.kind != MW_VALUE_TUPLE)
        return closed(out, mw_vm_slice(&t->vm, &base->v, bound, given, &out->v));
    mw_value from = positions(base), which;
    if (!mw_vm_slice(&t->vm, &from, bound, given, &which))
        return false;
    mw_open_value made;
    start_value(&made, MW_VALUE_TUPLE);
    made.v.len = which.len;
    for (uint32_t i = 0; i < which.len; i++)
        set_element(&made, i, mw_open_element(base, (uint32_t)which.v[i]));
    copy(out, &made);
    return true;
}

static bool member(tracer *t, mw_member m, const mw_open_value *base, mw_open_value *out) {
    if (m == MW_MEMBER_IPOINT && base->v.kind == MW_VALUE_TASK && base->v.task == t->vm.task) {
        const mw_task_view *task = t->vm.task;
        start_value(out, MW_VALUE_TUPLE);
        out->v.len = (uint8_t)task->rank;
        for (uint32_t d = 0; d < task->rank; d++) // an extent of 1 has no column: 0
            set_element(out, d, (mw_lane_value){.column = t->build.batch->point[d]});
        return true;
    }
    if (!is_open(base))
        return closed(out, mw_vm_member(&t->vm, m, &base->v, &out->v));
    if (base->v.kind != MW_VALUE_TUPLE)
        return false;
    switch (m) {
    case MW_MEMBER_SIZE: copy(out, base); return true;
    case MW_MEMBER_VOLUME: return volume(t, base, out);
    case MW_MEMBER_LEN: {
        uint8_t len = base->v.len;
        start_value(out, MW_VALUE_INT);
        out->v.v[0] = len;
        return true;
    }
    default: return false;
    }
}

static bool transform(tracer *t, const mw_space_op *op, const mw_open_value *base,
                      const mw_open_value args[], mw_open_value *out) {
    mw_value closed_args[4];
    uint32_t count = op->ints + op->weights;
    assert(count <= MW_COUNT(closed_args));
    for (uint32_t i = 0; i < count; i++) {
        if (is_open(&args[i]))
            return false; // a space for each point
        mw_value_copy(&closed_args[i], &args[i].v);
    }
    return closed(out, mw_vm_transform(&t->vm, op, &base->v, closed_args, &out->v));
}

// --- the loop
// -------------------------------------------------------------------------------------

static bool call(tracer *t, uint32_t index, const mw_open_value *args, uint32_t count,
                 mw_open_value *result);

/** 1, 0, or -1: the trace ends here. */
static int truth(tracer *t, const mw_open_value *v) {
    if (v->v.kind != MW_VALUE_BOOL)
        return -1;
    return v->column[0] ? mw_batch_build_branch(&t->build, v->column[0]) : v->v.v[0] != 0;
}

static bool load_global(tracer *t, uint32_t index, mw_open_value *out) {
    const mw_value *global = &t->vm.binding->globals[index];
    if (global->kind == MW_VALUE_NONE)
        return false;
    mw_value_copy(&out->v, global);
    return closed(out, true);
}

static bool append(mw_open_value *tuple, const mw_open_value *e) {
    if (e->v.kind != MW_VALUE_INT)
        return false;
    set_element(tuple, tuple->v.len++, mw_open_element(e, 0));
    return true;
}

/** Like the interpreter's loop, instruction for instruction and step for step. False: this path is
 * the interpreter's. */
static bool run(tracer *t, const mw_code *code, mw_open_value *r, mw_open_value *result) {
    const mw_program *p = t->vm.program;
    const mw_instruction *first = p->instructions + code->first, *i = first;
    const mw_space_op *ops = mw_space_ops(&(uint32_t){0});
    for (;; i++) {
        mw_open_value *dst = &r[i->dst];
        const mw_open_value *a = &r[i->a], *b = &r[i->b];
        bool ok = true;
        t->vm.at = i;
        if (++t->vm.steps > t->vm.steps_max || ++t->steps > t->steps_max || t->build.full ||
            t->build.nomem)
            return false;
        switch ((mw_op)i->op) {
        case MW_OP_INTEGER:
            start_value(dst, MW_VALUE_INT);
            dst->v.v[0] = p->constants[i->c];
            break;
        case MW_OP_BOOL:
            start_value(dst, MW_VALUE_BOOL);
            dst->v.v[0] = i->c;
            break;
        case MW_OP_COPY: copy(dst, a); break;
        case MW_OP_GLOBAL: ok = load_global(t, i->c, dst); break;
        case MW_OP_FUNCTION:
            start_value(dst, MW_VALUE_FUNCTION);
            dst->v.v[0] = i->c;
            break;
        case MW_OP_MACHINE:
            start_value(dst, MW_VALUE_SPACE);
            dst->v.space = t->vm.binding->base[i->c];
            break;
        case MW_OP_WILDCARD: start_value(dst, MW_VALUE_WILDCARD); break;
        case MW_OP_NEGATE: ok = negate(t, a, dst); break;
        case MW_OP_BINARY: ok = binary(t, (mw_token_kind)i->n, a, b, dst); break;
        case MW_OP_NEED_BOOL: ok = a->v.kind == MW_VALUE_BOOL; break;
        case MW_OP_JUMP: i = first + i->c - 1; break;
        case MW_OP_JUMP_IF: {
            int is = truth(t, a);
            ok = is >= 0;
            if (ok && is == (i->n != 0))
                i = first + i->c - 1;
            break;
        }
        case MW_OP_TUPLE: {
            mw_open_value made;
            start_value(&made, MW_VALUE_TUPLE);
            ok = gather(a, i->n, i->c, false, &made);
            copy(dst, &made);
            break;
        }
        case MW_OP_INDEX: ok = index_(t, a, b, i->n, i->c, dst); break;
        case MW_OP_SLICE: ok = slice(t, a, b, i->n, dst); break;
        case MW_OP_MEMBER: ok = member(t, (mw_member)i->n, a, dst); break;
        case MW_OP_TRANSFORM: ok = transform(t, &ops[i->n], a, b, dst); break;
        case MW_OP_HAS:
            ok = !is_open(a) && closed(dst, mw_vm_has(&t->vm, &a->v, (mw_mem_kind)i->n, &dst->v));
            break;
        case MW_OP_HAS_AT:
            ok = !is_open(b) &&
                 closed(dst, mw_vm_has_at(&t->vm, &a->v, &b->v, (mw_mem_kind)i->n, &dst->v));
            break;
        case MW_OP_CALL: ok = call(t, i->c, a, i->n, dst); break;
        case MW_OP_CALL_VALUE:
            ok = b->v.kind == MW_VALUE_FUNCTION && call(t, (uint32_t)b->v.v[0], a, i->n, dst);
            break;
        case MW_OP_RETURN: copy(result, a); return true;
        case MW_OP_PRINT: ok = !t->vm.binding->print_to; break; // somebody wants each line
        case MW_OP_LOOP_START:
            ok = a->v.kind == MW_VALUE_TUPLE;
            start_value(&r[i->b], MW_VALUE_INT);
            start_value(dst, MW_VALUE_TUPLE);
            dst->v.len = 0;
            break;
        case MW_OP_LOOP_NEXT:
            if (b->v.v[0] < a->v.len) {
                mw_lane_value e = mw_open_element(a, (uint32_t)r[i->b].v.v[0]++);
                start_value(dst, MW_VALUE_INT);
                set_element(dst, 0, e);
            } else {
                i = first + i->c - 1;
            }
            break;
        case MW_OP_APPEND: ok = append(dst, a); break;
        case MW_OP_PROCESSOR:  // single tasks only
        case MW_OP_SET_GLOBAL: // not in functions
            return false;
        }
        if (!ok)
            return false;
    }
}

static bool call(tracer *t, uint32_t index, const mw_open_value *args, uint32_t count,
                 mw_open_value *result) {
    const mw_code *code = &t->vm.program->codes[index];
    const mw_instruction *caller = t->vm.at;
    if (t->vm.depth >= MW_CALL_DEPTH || count != code->parameter_count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!mw_value_fits(&args[i].v, (mw_type_kind)code->parameters[i].type))
            return false;
    mw_open_value *r = calloc(code->registers + 1, sizeof *r);
    if (!r) {
        t->build.nomem = true;
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        copy(&r[i], &args[i]);
    t->vm.depth++;
    bool ok = run(t, code, r, result);
    t->vm.depth--;
    free(r);
    t->vm.at = caller;
    return ok;
}

// --- paths
// ----------------------------------------------------------------------------------------

static void trace_path(tracer *t, uint32_t function) {
    mw_open_value argument, result;
    start_value(&argument, MW_VALUE_TASK);
    argument.v.task = t->vm.task;
    t->vm.steps = 0;
    t->vm.depth = 0;
    mw_batch_leaf leaf = {.kind = MW_LEAF_INTERPRET};
    bool ok = call(t, function, &argument, 1, &result);
    if (ok && !mw_trace_leaf(&t->build, t->domain, &result, &leaf))
        leaf = (mw_batch_leaf){.kind = MW_LEAF_INTERPRET};
    mw_batch_build_leaf(&t->build, &leaf);
}

static bool any_use(const mw_batch *k) {
    for (size_t i = 0; i < k->leaves.count; i++)
        if (k->leaves.items[i].kind != MW_LEAF_INTERPRET)
            return true;
    return false;
}

mw_status mw_batch_trace(const mw_binding *b, int function, const mw_task_view *launch,
                         mw_batch *out, mw_made_space **owned) {
    tracer t = {.vm = {.binding = b,
                       .program = b->program,
                       .task = launch,
                       .steps_max = MW_CALL_STEPS,
                       .owned = *owned},
                .domain = 1};
    mw_batch_build_start(&t.build, out);
    for (uint32_t d = 0; d < launch->rank; d++) {
        if (__builtin_mul_overflow(t.domain, (uint64_t)launch->extent[d], &t.domain))
            t.domain = UINT64_MAX;
        out->point[d] =
            launch->extent[d] > 1 ? mw_batch_build_input(&t.build, launch->extent[d] - 1) : 0;
    }
    t.steps_max = steps_allowed(t.domain);
    if (!t.build.nomem)
        do
            trace_path(&t, (uint32_t)function);
        while (!t.build.nomem && !t.build.full && t.steps <= t.steps_max &&
               mw_batch_build_next_path(&t.build));
    *owned = t.vm.owned;
    bool usable = !t.build.full && t.steps <= t.steps_max && any_use(out);
    if (t.build.nomem || t.vm.nomem || !usable)
        mw_batch_clear(out);
    return t.build.nomem || t.vm.nomem ? MW_ERR_NOMEM : MW_OK;
}
