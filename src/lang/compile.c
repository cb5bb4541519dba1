// src/lang/compile.c: checked tree to instructions. Temporaries are a stack on top of the locals;
// an expression leaves its value in the register that its parent names.
#include "lang/member.h"
#include "lang/program.h"
#include "machine/space.h"
#include <assert.h>
#include <string.h>

enum { REGISTERS_MAX = 4096 }; // of one function; keeps 64 frames within tens of megabytes

typedef struct compiler {
    const mw_checked *checked;
    mw_arena *arena;
    mw_diags *diags;
    MW_VEC(mw_instruction) code;
    MW_VEC(mw_span) where;
    MW_VEC(int64_t) constants;
    MW_VEC(const char *) prints;
    uint32_t first;     // of the function in hand
    uint32_t top, peak; // temporaries in use end here; most ever
    uint32_t assigned;  // locals below this have been assigned to
    bool nomem, too_big;
} compiler;

static uint32_t emit(compiler *c, mw_span where, mw_instruction i) {
    if (!MW_PUSH(&c->code, i) || !MW_PUSH(&c->where, where))
        c->nomem = true;
    return (uint32_t)c->code.count - 1;
}

static uint32_t here(const compiler *c) {
    return (uint32_t)c->code.count - c->first;
}

/** A jump that was emitted before its target was known. */
static void land(compiler *c, uint32_t jump) {
    if (!c->nomem)
        c->code.items[jump].c = here(c);
}

static uint16_t temporary(compiler *c, uint32_t count) {
    uint32_t at = c->top;
    c->top += count;
    if (c->top > REGISTERS_MAX) {
        c->too_big = true;
        c->top = at;
        return 0;
    }
    if (c->top > c->peak)
        c->peak = c->top;
    return (uint16_t)at;
}

static void expression(compiler *c, const mw_expr *e, uint16_t dst);

static mw_ref ref_of(const compiler *c, uint32_t id) {
    return c->checked->refs[id];
}

/** Where a value is: a local's own register, or a fresh temporary. */
static uint16_t operand(compiler *c, const mw_expr *e) {
    if (e->kind == MW_EXPR_NAME && ref_of(c, e->id).kind == MW_REF_LOCAL)
        return (uint16_t)ref_of(c, e->id).index;
    uint16_t at = temporary(c, 1);
    expression(c, e, at);
    return at;
}

/** A list into consecutive registers. Returns the first; *unpack gets a bit for each '*e'. */
static uint16_t operands(compiler *c, const mw_expr *const items[], uint32_t count,
                         uint32_t *unpack) {
    uint16_t first = temporary(c, count);
    *unpack = 0;
    for (uint32_t i = 0; i < count && !c->too_big; i++) {
        bool star = items[i]->kind == MW_EXPR_UNPACK;
        *unpack |= (uint32_t)star << i;
        uint32_t kept = c->top;
        expression(c, star ? items[i]->items[0] : items[i], (uint16_t)(first + i));
        c->top = kept;
    }
    return first;
}

static void name(compiler *c, const mw_expr *e, uint16_t dst) {
    mw_ref ref = ref_of(c, e->id);
    mw_instruction i = {.dst = dst};
    switch ((mw_ref_kind)ref.kind) {
    case MW_REF_LOCAL:
        i.op = MW_OP_COPY;
        i.a = (uint16_t)ref.index;
        break;
    case MW_REF_GLOBAL:
        i.op = MW_OP_GLOBAL;
        i.c = ref.index;
        break;
    case MW_REF_FUNCTION:
    case MW_REF_NONE:
        i.op = MW_OP_FUNCTION;
        i.c = ref.index;
        break;
    }
    emit(c, e->span, i);
}

static void integer(compiler *c, const mw_expr *e, uint16_t dst) {
    if (!MW_PUSH(&c->constants, e->integer))
        c->nomem = true;
    emit(c, e->span,
         (mw_instruction){.op = MW_OP_INTEGER, .dst = dst, .c = (uint32_t)c->constants.count - 1});
}

/** a && b, a || b: b only when a does not decide. */
static void short_circuit(compiler *c, const mw_expr *e, uint16_t dst) {
    expression(c, e->items[0], dst);
    uint32_t jump =
        emit(c, e->items[0]->span,
             (mw_instruction){.op = MW_OP_JUMP_IF, .a = dst, .n = e->op == MW_TOKEN_OR});
    expression(c, e->items[1], dst);
    emit(c, e->items[1]->span, (mw_instruction){.op = MW_OP_NEED_BOOL, .a = dst});
    land(c, jump);
}

static void binary(compiler *c, const mw_expr *e, uint16_t dst) {
    if (e->op == MW_TOKEN_AND || e->op == MW_TOKEN_OR) {
        short_circuit(c, e, dst);
        return;
    }
    uint16_t a = operand(c, e->items[0]), b = operand(c, e->items[1]);
    emit(c, e->at, (mw_instruction){.op = MW_OP_BINARY, .n = e->op, .dst = dst, .a = a, .b = b});
}

static void choice(compiler *c, const mw_expr *e, uint16_t dst) {
    uint16_t condition = operand(c, e->items[0]);
    uint32_t otherwise =
        emit(c, e->items[0]->span, (mw_instruction){.op = MW_OP_JUMP_IF, .a = condition, .n = 0});
    expression(c, e->items[1], dst);
    uint32_t end = emit(c, e->at, (mw_instruction){.op = MW_OP_JUMP});
    land(c, otherwise);
    expression(c, e->items[2], dst);
    land(c, end);
}

static void index_(compiler *c, const mw_expr *e, uint16_t dst) {
    uint32_t unpack;
    uint16_t base = operand(c, e->base), first = operands(c, e->items, e->count, &unpack);
    emit(c, e->span,
         (mw_instruction){
             .op = MW_OP_INDEX, .n = e->count, .dst = dst, .a = base, .b = first, .c = unpack});
}

static void slice(compiler *c, const mw_expr *e, uint16_t dst) {
    uint16_t base = operand(c, e->base), bounds = temporary(c, 2);
    uint8_t given = 0;
    for (uint32_t i = 0; i < 2; i++)
        if (e->items[i]) {
            given |= (uint8_t)(1u << i);
            expression(c, e->items[i], (uint16_t)(bounds + i));
        }
    emit(c, e->span,
         (mw_instruction){.op = MW_OP_SLICE, .n = given, .dst = dst, .a = base, .b = bounds});
}

static void has(compiler *c, const mw_expr *e, uint16_t dst) {
    const mw_expr *place = e->base;
    mw_instruction i = {.op = MW_OP_HAS, .n = (uint8_t)e->items[0]->integer, .dst = dst};
    if (place->kind == MW_EXPR_INDEX && place->count == 1 &&
        place->items[0]->kind < MW_EXPR_UNPACK) {
        i.op = MW_OP_HAS_AT;
        i.a = operand(c, place->base);
        i.b = operand(c, place->items[0]);
    } else {
        i.a = operand(c, place);
    }
    emit(c, e->span, i);
}

static void method(compiler *c, const mw_expr *e, uint16_t dst) {
    mw_member member = mw_member_find(e->name->text);
    if (member == MW_MEMBER_HAS) {
        has(c, e, dst);
        return;
    }
    uint32_t unpack;
    uint16_t base = operand(c, e->base), first = operands(c, e->items, e->count, &unpack);
    mw_instruction i = {.op = MW_OP_PROCESSOR, .dst = dst, .a = base, .b = first};
    if (member == MW_MEMBER_TRANSFORM) {
        uint32_t count;
        i.op = MW_OP_TRANSFORM;
        i.n = (uint8_t)(mw_space_op_find(e->name->text) - mw_space_ops(&count));
    }
    emit(c, e->span, i);
}

static void call(compiler *c, const mw_expr *e, uint16_t dst) {
    mw_ref ref = ref_of(c, e->id);
    mw_instruction i = {.op = MW_OP_CALL, .n = e->count, .dst = dst, .c = ref.index};
    if (ref.kind != MW_REF_FUNCTION) {
        i.op = MW_OP_CALL_VALUE;
        i.b = temporary(c, 1);
        name(c, e, i.b);
    }
    uint32_t unpack;
    i.a = operands(c, e->items, e->count, &unpack);
    emit(c, e->span, i);
}

static void comprehension(compiler *c, const mw_expr *e, uint16_t dst) {
    uint16_t over = operand(c, e->items[1]), counter = temporary(c, 1), made = temporary(c, 1);
    uint16_t element = temporary(c, 1);
    emit(c, e->items[1]->span,
         (mw_instruction){.op = MW_OP_LOOP_START, .dst = made, .a = over, .b = counter});
    uint32_t start = here(c);
    uint32_t next = emit(c, e->span,
                         (mw_instruction){.op = MW_OP_LOOP_NEXT,
                                          .a = over,
                                          .b = counter,
                                          .dst = (uint16_t)ref_of(c, e->id).index});
    expression(c, e->items[0], element);
    emit(c, e->items[0]->span, (mw_instruction){.op = MW_OP_APPEND, .dst = made, .a = element});
    emit(c, e->span, (mw_instruction){.op = MW_OP_JUMP, .c = start});
    land(c, next);
    emit(c, e->span, (mw_instruction){.op = MW_OP_COPY, .dst = dst, .a = made});
}

static void tuple(compiler *c, const mw_expr *e, uint16_t dst) {
    uint32_t unpack;
    uint16_t first = operands(c, e->items, e->count, &unpack);
    emit(c, e->span,
         (mw_instruction){.op = MW_OP_TUPLE, .n = e->count, .dst = dst, .a = first, .c = unpack});
}

static void unary(compiler *c, const mw_expr *e, mw_op op, const mw_expr *of, uint8_t n,
                  uint16_t dst) {
    uint16_t a = operand(c, of);
    emit(c, e->kind == MW_EXPR_NEGATE ? e->at : e->span,
         (mw_instruction){.op = (uint8_t)op, .n = n, .dst = dst, .a = a});
}

static void expression(compiler *c, const mw_expr *e, uint16_t dst) {
    uint32_t kept = c->top;
    mw_instruction leaf = {.dst = dst, .c = (uint32_t)e->integer};
    switch ((mw_expr_kind)e->kind) {
    case MW_EXPR_INT: integer(c, e, dst); break;
    case MW_EXPR_BOOL:
        leaf.op = MW_OP_BOOL;
        emit(c, e->span, leaf);
        break;
    case MW_EXPR_MACHINE:
        leaf.op = MW_OP_MACHINE;
        emit(c, e->span, leaf);
        break;
    case MW_EXPR_WILDCARD:
        leaf.op = MW_OP_WILDCARD;
        emit(c, e->span, leaf);
        break;
    case MW_EXPR_NAME: name(c, e, dst); break;
    case MW_EXPR_NEGATE: unary(c, e, MW_OP_NEGATE, e->items[0], 0, dst); break;
    case MW_EXPR_BINARY: binary(c, e, dst); break;
    case MW_EXPR_CHOICE: choice(c, e, dst); break;
    case MW_EXPR_INDEX: index_(c, e, dst); break;
    case MW_EXPR_SLICE: slice(c, e, dst); break;
    case MW_EXPR_PROPERTY:
        unary(c, e, MW_OP_MEMBER, e->base, (uint8_t)mw_member_find(e->name->text), dst);
        break;
    case MW_EXPR_METHOD: method(c, e, dst); break;
    case MW_EXPR_CALL: call(c, e, dst); break;
    case MW_EXPR_TUPLE: tuple(c, e, dst); break;
    case MW_EXPR_COMPREHENSION: comprehension(c, e, dst); break;
    case MW_EXPR_MEMORY:
    case MW_EXPR_UNPACK: assert(!"looked at by its parent"); break;
    }
    c->top = kept;
}

// --- statements, functions
// ------------------------------------------------------------------------

static void print(compiler *c, const mw_step *s) {
    uint32_t unpack;
    if (!MW_PUSH(&c->prints, s->format))
        c->nomem = true;
    uint16_t first = operands(c, s->items, s->count, &unpack);
    emit(c, s->span,
         (mw_instruction){.op = MW_OP_PRINT,
                          .n = (uint8_t)s->count,
                          .a = first,
                          .c = (uint32_t)c->prints.count - 1});
}

static void step(compiler *c, const mw_step *s) {
    uint32_t kept = c->top;
    switch (s->kind) {
    case MW_STEP_PRINT: print(c, s); break;
    case MW_STEP_RETURN: {
        uint16_t value = operand(c, s->value);
        emit(c, s->span, (mw_instruction){.op = MW_OP_RETURN, .a = value});
        break;
    }
    case MW_STEP_ASSIGN: {
        mw_ref ref = ref_of(c, s->id);
        if (ref.kind == MW_REF_LOCAL && ref.index >= c->assigned) {
            c->assigned = ref.index + 1;
            expression(c, s->value, (uint16_t)ref.index);
            break;
        } // else through a temporary: the value may read the old one
        uint16_t value = operand(c, s->value);
        mw_instruction i = {.op = MW_OP_COPY, .dst = (uint16_t)ref.index, .a = value};
        if (ref.kind == MW_REF_GLOBAL)
            i = (mw_instruction){.op = MW_OP_SET_GLOBAL, .a = value, .c = ref.index};
        emit(c, s->span, i);
        break;
    }
    }
    c->top = kept;
}

static mw_code begin(compiler *c, const char *name, uint32_t locals) {
    c->first = (uint32_t)c->code.count;
    c->top = c->peak = c->assigned = 0;
    c->too_big = false;
    temporary(c, locals);
    return (mw_code){.name = name, .first = c->first};
}

static void end(compiler *c, mw_code *code, mw_span at) {
    code->count = here(c);
    code->registers = c->peak;
    if (c->too_big)
        mw_diag_at(c->diags, MW_ERROR, MW_TOO_MANY, c->checked->tree->source, at,
                   "make it two functions", "a function of more than %d values", REGISTERS_MAX);
}

static mw_code function(compiler *c, uint32_t index) {
    const mw_function *f = &c->checked->tree->functions[index];
    mw_code code = begin(c, f->name ? f->name->text : NULL, c->checked->local_count[index]);
    code.parameter_count = f->parameter_count;
    code.parameters = f->parameters;
    c->assigned = f->parameter_count;
    for (uint32_t i = 0; i < f->step_count && !c->too_big; i++)
        step(c, &f->steps[i]);
    end(c, &code, f->at);
    return code;
}

/** A global's or a top-level print's own code: it returns a bool that nobody looks at. */
static mw_code global(compiler *c, uint32_t index) {
    const mw_step *s = &c->checked->tree->steps[index];
    mw_code code = begin(c, s->name ? s->name->text : "print", c->checked->step_locals[index]);
    step(c, s);
    uint16_t nothing = temporary(c, 1);
    emit(c, s->span, (mw_instruction){.op = MW_OP_BOOL, .dst = nothing});
    emit(c, s->span, (mw_instruction){.op = MW_OP_RETURN, .a = nothing});
    end(c, &code, s->at);
    return code;
}

static void *keep(compiler *c, const void *items, size_t count, size_t size, size_t align) {
    void *copy = mw_arena_alloc(c->arena, (count + 1) * size, align);
    if (copy && count)
        memcpy(copy, items, count * size);
    c->nomem = c->nomem || !copy;
    return copy;
}

#define KEEP(c, v, type) keep((c), (v).items, (v).count, sizeof(type), _Alignof(type))

mw_status mw_compile(const mw_checked *checked, mw_program *out, mw_diags *diags) {
    const mw_tree *tree = checked->tree;
    compiler c = {.checked = checked, .arena = tree->arena, .diags = diags};
    size_t before = mw_diags_errors(diags);
    bool too_big = false;
    uint32_t count = tree->function_count + tree->step_count;
    mw_code *codes = MW_NEW_ARRAY(c.arena, mw_code, count + 1);
    c.nomem = !codes;
    for (uint32_t i = 0; i < count && !c.nomem; i++) {
        codes[i] =
            i < tree->function_count ? function(&c, i) : global(&c, i - tree->function_count);
        too_big = too_big || c.too_big;
    }
    out->function_count = tree->function_count;
    out->code_count = count;
    out->codes = codes;
    out->global_count = checked->global_count;
    out->global_names = checked->global_names;
    out->instructions = KEEP(&c, c.code, mw_instruction);
    out->where = KEEP(&c, c.where, mw_span);
    out->constants = KEEP(&c, c.constants, int64_t);
    out->prints = KEEP(&c, c.prints, const char *);
    MW_VEC_CLEAR(&c.code);
    MW_VEC_CLEAR(&c.where);
    MW_VEC_CLEAR(&c.constants);
    MW_VEC_CLEAR(&c.prints);
    if (c.nomem || mw_arena_failed(c.arena))
        return MW_ERR_NOMEM;
    return too_big || mw_diags_errors(diags) > before ? MW_ERR_INPUT : MW_OK;
}
