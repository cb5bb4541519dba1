// src/lang/eval.c: the interpreter's loop: one flat switch over instructions, and calls.
#include "lang/eval.h"
#include <assert.h>
#include <stdarg.h>

static const char *const KIND_NAMES[MW_VALUE_KINDS] = {
    "nothing", "an integer", "a bool",     "a tuple", "a processor space",
    "a place", "a task",     "a function", "'*'",
};

void mw_value_format(mw_str *out, const mw_program *p, const mw_value *v) {
    switch ((mw_value_kind)v->kind) {
    case MW_VALUE_INT: mw_str_printf(out, "%lld", (long long)v->v[0]); return;
    case MW_VALUE_BOOL: mw_str_add(out, v->v[0] ? "True" : "False"); return;
    case MW_VALUE_TUPLE:
    case MW_VALUE_PLACE:
        if (v->kind == MW_VALUE_PLACE)
            mw_str_add(out, mw_proc_kind_name(v->space->kind));
        mw_str_add(out, v->kind == MW_VALUE_PLACE ? "[" : "(");
        for (uint32_t i = 0; i < v->len; i++) {
            mw_str_add(out, i ? ", " : "");
            if (v->kind == MW_VALUE_PLACE && v->wildcard >> i & 1)
                mw_str_add(out, "*");
            else
                mw_str_printf(out, "%lld", (long long)v->v[i]);
        }
        mw_str_add(out, v->kind == MW_VALUE_PLACE ? "]" : ")");
        return;
    case MW_VALUE_SPACE:
        mw_str_printf(out, "%s space (", mw_proc_kind_name(v->space->kind));
        for (uint32_t i = 0; i < v->space->rank; i++)
            mw_str_printf(out, "%s%lld", i ? ", " : "", (long long)v->space->extent[i]);
        mw_str_add(out, ")");
        return;
    case MW_VALUE_TASK: mw_str_printf(out, "task %s", v->task->name ? v->task->name : "?"); return;
    case MW_VALUE_FUNCTION: mw_str_printf(out, "function %s", p->codes[v->v[0]].name); return;
    default: mw_str_add(out, KIND_NAMES[v->kind]); return;
    }
}

/** " (task 'x', point (1, 2) of (4, 4))" */
static void add_context(mw_str *out, const mw_task_view *t) {
    if (!t)
        return;
    mw_str_printf(out, " (task '%.80s'", t->name ? t->name : "?");
    if (t->index_launch) {
        for (uint32_t i = 0; i < t->rank; i++)
            mw_str_printf(out, "%s%lld", i ? ", " : ", point (", (long long)t->point[i]);
        for (uint32_t i = 0; i < t->rank; i++)
            mw_str_printf(out, "%s%lld", i ? ", " : ") of (", (long long)t->extent[i]);
        mw_str_add(out, ")");
    }
    mw_str_add(out, ")");
}

bool mw_vm_fail(mw_vm *vm, mw_diag_code code, const char *hint, const char *format, ...) {
    if (!vm->diags)
        return false;
    mw_str text = {0};
    va_list args;
    va_start(args, format);
    mw_str_vprintf(&text, format, args);
    va_end(args);
    add_context(&text, vm->task);
    mw_span where =
        vm->at ? vm->program->where[vm->at - vm->program->instructions] : (mw_span){0, 0};
    mw_diag_at(vm->diags, MW_ERROR, code, &vm->program->source, where, hint, "%s",
               mw_str_text(&text));
    mw_str_clear(&text);
    return false;
}

bool mw_vm_wrong_type(mw_vm *vm, const mw_value *got, const char *expected) {
    mw_str value = {0};
    mw_value_format(&value, vm->program, got);
    mw_vm_fail(vm, MW_VALUE_TYPE, NULL, "expected %s, not %s: %s", expected, KIND_NAMES[got->kind],
               mw_str_text(&value));
    mw_str_clear(&value);
    return false;
}

static bool print(mw_vm *vm, const char *format, const mw_value values[], uint32_t count) {
    if (!vm->printed)
        return true;
    for (uint32_t i = 0; i < count; i++) {
        const char *hole = strstr(format, "{}"); // as many as values: checked
        mw_str_add_bytes(vm->printed, format, (size_t)(hole - format));
        mw_value_format(vm->printed, vm->program, &values[i]);
        format = hole + 2;
    }
    mw_str_add(vm->printed, format);
    mw_str_add_char(vm->printed, '\n');
    return true;
}

static bool load_global(mw_vm *vm, uint32_t index, mw_value *out) {
    const mw_value *global = &vm->binding->globals[index];
    const mw_diags *failure = vm->binding->failures[index];
    if (failure) {
        mw_diag_copy(vm->diags, mw_diags_first_error(failure));
        return false;
    }
    if (global->kind == MW_VALUE_NONE)
        return mw_vm_fail(vm, MW_NO_VALUE_YET, "move its assignment further up",
                          "'%.60s' has no value yet", vm->program->global_names[index]);
    mw_value_copy(out, global);
    return true;
}

static bool append(mw_vm *vm, mw_value *tuple, const mw_value *element) {
    if (element->kind != MW_VALUE_INT)
        return mw_vm_wrong_type(vm, element, "an integer as an element of a tuple");
    assert(tuple->len < MW_TUPLE_MAX); // as long as the tuple that is gone over
    tuple->v[tuple->len++] = element->v[0];
    return true;
}

bool mw_value_fits(const mw_value *v, mw_type_kind type) {
    switch (type) {
    case MW_TYPE_INT: return v->kind == MW_VALUE_INT;
    case MW_TYPE_BOOL: return v->kind == MW_VALUE_BOOL;
    case MW_TYPE_TUPLE: return v->kind == MW_VALUE_TUPLE;
    case MW_TYPE_SPACE: return v->kind == MW_VALUE_SPACE;
    case MW_TYPE_TASK: return v->kind == MW_VALUE_TASK;
    default: return true;
    }
}

static bool check_arguments(mw_vm *vm, const mw_code *code, const mw_value *args, uint32_t count) {
    if (count != code->parameter_count)
        return mw_vm_fail(vm, MW_VALUE_LENGTH, NULL, "'%.60s' takes %u arguments, not %u",
                          code->name, code->parameter_count, count);
    for (uint32_t i = 0; i < count; i++)
        if (!mw_value_fits(&args[i], (mw_type_kind)code->parameters[i].type)) {
            char expected[120];
            snprintf(expected, sizeof expected, "%s as '%.60s'",
                     mw_word_text((mw_word)code->parameters[i].word),
                     code->parameters[i].name->text);
            return mw_vm_wrong_type(vm, &args[i], expected);
        }
    return true;
}

static bool call_value(mw_vm *vm, const mw_value *callee, const mw_value *args, uint32_t count,
                       mw_value *result) {
    if (callee->kind != MW_VALUE_FUNCTION)
        return mw_vm_wrong_type(vm, callee, "a function");
    return mw_vm_call(vm, (uint32_t)callee->v[0], args, count, result);
}

static bool is_bool(mw_vm *vm, const mw_value *v) {
    return v->kind == MW_VALUE_BOOL || mw_vm_wrong_type(vm, v, "a bool");
}

static bool start_loop(mw_vm *vm, const mw_value *over, mw_value *counter, mw_value *made) {
    if (over->kind != MW_VALUE_TUPLE)
        return mw_vm_wrong_type(vm, over, "a tuple to go over");
    mw_value_set(counter, MW_VALUE_INT, 0);
    *made = (mw_value){.kind = MW_VALUE_TUPLE};
    return true;
}

/** The loop. Every instruction is a step, so any program ends. */
static bool run(mw_vm *vm, const mw_code *code, mw_value *r, mw_value *result) {
    const mw_program *p = vm->program;
    const mw_instruction *first = p->instructions + code->first, *i = first;
    const mw_space_op *ops = mw_space_ops(&(uint32_t){0});
    for (;; i++) {
        mw_value *dst = &r[i->dst];
        const mw_value *a = &r[i->a], *b = &r[i->b];
        bool ok = true;
        vm->at = i;
        if (++vm->steps > vm->steps_max)
            return mw_vm_fail(vm, MW_CALL_STEPS_EXCEEDED, "is there a recursion without an end?",
                              "more than %llu steps in one call",
                              (unsigned long long)vm->steps_max);
        switch ((mw_op)i->op) {
        case MW_OP_INTEGER: mw_value_set(dst, MW_VALUE_INT, p->constants[i->c]); break;
        case MW_OP_BOOL: mw_value_set(dst, MW_VALUE_BOOL, i->c); break;
        case MW_OP_COPY: mw_value_copy(dst, a); break;
        case MW_OP_GLOBAL: ok = load_global(vm, i->c, dst); break;
        case MW_OP_SET_GLOBAL: mw_value_copy(&vm->globals[i->c], a); break;
        case MW_OP_FUNCTION: mw_value_set(dst, MW_VALUE_FUNCTION, i->c); break;
        case MW_OP_MACHINE:
            mw_value_set(dst, MW_VALUE_SPACE, 0);
            dst->space = vm->binding->base[i->c];
            break;
        case MW_OP_WILDCARD: mw_value_set(dst, MW_VALUE_WILDCARD, 0); break;
        case MW_OP_NEGATE: ok = mw_vm_negate(vm, a, dst); break;
        case MW_OP_BINARY: ok = mw_vm_binary(vm, (mw_token_kind)i->n, a, b, dst); break;
        case MW_OP_NEED_BOOL: ok = is_bool(vm, a); break;
        case MW_OP_JUMP: i = first + i->c - 1; break;
        case MW_OP_JUMP_IF:
            ok = is_bool(vm, a);
            if (ok && (a->v[0] != 0) == (i->n != 0))
                i = first + i->c - 1;
            break;
        case MW_OP_TUPLE: ok = mw_vm_tuple(vm, a, i->n, i->c, dst); break;
        case MW_OP_INDEX: ok = mw_vm_index(vm, a, b, i->n, i->c, dst); break;
        case MW_OP_SLICE: ok = mw_vm_slice(vm, a, b, i->n, dst); break;
        case MW_OP_MEMBER: ok = mw_vm_member(vm, (mw_member)i->n, a, dst); break;
        case MW_OP_TRANSFORM: ok = mw_vm_transform(vm, &ops[i->n], a, b, dst); break;
        case MW_OP_PROCESSOR: ok = mw_vm_processor(vm, a, b, dst); break;
        case MW_OP_HAS: ok = mw_vm_has(vm, a, (mw_mem_kind)i->n, dst); break;
        case MW_OP_HAS_AT: ok = mw_vm_has_at(vm, a, b, (mw_mem_kind)i->n, dst); break;
        case MW_OP_CALL: ok = mw_vm_call(vm, i->c, a, i->n, dst); break;
        case MW_OP_CALL_VALUE: ok = call_value(vm, b, a, i->n, dst); break;
        case MW_OP_RETURN: mw_value_copy(result, a); return true;
        case MW_OP_PRINT: ok = print(vm, p->prints[i->c], a, i->n); break;
        case MW_OP_LOOP_START: ok = start_loop(vm, a, &r[i->b], dst); break;
        case MW_OP_LOOP_NEXT:
            if (b->v[0] < a->len)
                mw_value_set(dst, MW_VALUE_INT, a->v[r[i->b].v[0]++]);
            else
                i = first + i->c - 1;
            break;
        case MW_OP_APPEND: ok = append(vm, dst, a); break;
        }
        if (!ok)
            return false;
    }
}

bool mw_vm_call(mw_vm *vm, uint32_t index, const mw_value *args, uint32_t arg_count,
                mw_value *result) {
    const mw_code *code = &vm->program->codes[index];
    const mw_instruction *caller = vm->at;
    if (vm->depth >= MW_CALL_DEPTH)
        return mw_vm_fail(vm, MW_CALL_DEPTH_EXCEEDED, "is there a recursion without an end?",
                          "calls nested more than %d deep", MW_CALL_DEPTH);
    if (!check_arguments(vm, code, args, arg_count))
        return false;
    bool fast = vm->used + code->registers <= MW_REGISTERS_FAST;
    mw_value *r = fast ? vm->registers + vm->used : malloc(code->registers * sizeof *r);
    if (!r) {
        vm->nomem = true;
        return false;
    }
    if (fast)
        vm->used += code->registers;
    for (uint32_t i = 0; i < arg_count; i++)
        mw_value_copy(&r[i], &args[i]);
    vm->depth++;
    bool ok = run(vm, code, r, result);
    vm->depth--;
    if (fast)
        vm->used -= code->registers;
    else
        free(r);
    vm->at = caller;
    return ok;
}
