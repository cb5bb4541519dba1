// src/lang/binding.c: a program on a machine: its globals, and calls from outside.
#include "lang/eval.h"
#include <assert.h>
#include <stdlib.h>

enum { BIND_STEPS = 10 * MW_CALL_STEPS }; // for all globals together

static mw_vm new_vm(const mw_binding *b, const mw_task_view *task, mw_value *registers,
                    mw_diags *diags) {
    return (mw_vm){.binding = b,
                   .program = b->program,
                   .task = task,
                   .diags = diags,
                   .steps_max = MW_CALL_STEPS,
                   .registers = registers};
}

// --- binding
// --------------------------------------------------------------------------------------

/** Globals and top-level prints in order, until one fails. Lazily: a global that fails is
 * noted there and the next one has its turn. */
static mw_status evaluate_globals(mw_binding *b, bool lazily, mw_diags *diags) {
    const mw_program *p = b->program;
    mw_value registers[MW_REGISTERS_FAST], nothing;
    mw_vm vm = new_vm(b, NULL, registers, diags);
    vm.globals = b->globals;
    vm.printed = &b->printed;
    vm.steps_max = BIND_STEPS;
    mw_diags *own = NULL;
    bool ok = true;
    for (uint32_t i = 0; ok && i < p->global_count; i++) {
        if (lazily && !own && !(own = mw_diags_new()))
            vm.nomem = true;
        vm.diags = lazily ? own : diags;
        ok = !vm.nomem && mw_vm_call(&vm, p->function_count + i, NULL, 0, &nothing);
        if (ok || !lazily || vm.nomem)
            continue;
        b->failures[i] = own;
        own = NULL;
        ok = true;
        vm.used = vm.depth = 0;
    }
    mw_diags_free(own);
    b->owned = vm.owned;
    if (ok)
        return MW_OK;
    return vm.nomem ? MW_ERR_NOMEM : MW_ERR_INPUT;
}

static mw_status make_binding(const mw_program *p, const mw_machine *m, bool lazily,
                              mw_binding **out, mw_diags *diags) {
    mw_binding *b = calloc(1, sizeof *b);
    if (!b)
        return MW_ERR_NOMEM;
    b->program = p;
    b->machine = m;
    b->globals = calloc(p->global_count + 1, sizeof *b->globals);
    b->failures = calloc(p->global_count + 1, sizeof *b->failures);
    bool ok = b->globals && b->failures;
    for (int k = 0; k < MW_PROC_KINDS && ok; k++)
        ok = (b->base[k] = mw_space_cache_base(&b->cache, m, (mw_proc_kind)k)) != NULL;
    mw_status status = ok ? evaluate_globals(b, lazily, diags) : MW_ERR_NOMEM;
    if (status == MW_OK)
        *out = b;
    else
        mw_binding_free(b);
    return status;
}

mw_status mw_binding_new(const mw_program *p, const mw_machine *m, mw_binding **out,
                         mw_diags *diags) {
    return make_binding(p, m, false, out, diags);
}

/** Each cause once: a global made from one that failed has the same. */
static void warn_of_failures(const mw_binding *b, mw_diags *diags) {
    const mw_diag *last = NULL;
    for (uint32_t i = 0; i < b->program->global_count; i++) {
        const mw_diag *d = b->failures[i] ? mw_diags_first_error(b->failures[i]) : NULL;
        if (!d || (last && d->line == last->line && d->column == last->column))
            continue;
        mw_diag warning = *d;
        warning.severity = MW_WARNING;
        mw_diag_copy(diags, &warning);
        last = d;
    }
}

mw_status mw_binding_new_lazy(const mw_program *p, const mw_machine *m, mw_binding **out,
                              mw_diags *diags) {
    mw_status status = make_binding(p, m, true, out, NULL);
    if (status == MW_OK)
        warn_of_failures(*out, diags);
    return status;
}

void mw_binding_free(mw_binding *b) {
    if (!b)
        return;
    mw_space_cache_clear(&b->cache);
    mw_made_spaces_free(b->owned);
    mw_str_clear(&b->printed);
    for (uint32_t i = 0; b->failures && i < b->program->global_count; i++)
        mw_diags_free(b->failures[i]);
    free(b->failures);
    free(b->globals);
    free(b);
}

void mw_binding_print_to(mw_binding *b, FILE *out) {
    b->print_to = out;
    if (out && b->printed.len) {
        fputs(mw_str_text(&b->printed), out);
        mw_str_clear(&b->printed);
    }
}

// --- calls
// ----------------------------------------------------------------------------------------

/** Runs a function for a task. What it printed goes out in one piece, also when it failed. */
static bool call(mw_vm *vm, int function, mw_value *result) {
    assert(function >= 0 && (uint32_t)function < vm->program->function_count);
    mw_str printed = {0};
    FILE *out = vm->binding->print_to;
    vm->printed = out ? &printed : NULL;
    mw_value argument;
    mw_value_set(&argument, MW_VALUE_TASK, 0);
    argument.task = vm->task;
    bool ok = mw_vm_call(vm, (uint32_t)function, &argument, 1, result);
    if (out && printed.len)
        fputs(mw_str_text(&printed), out);
    mw_str_clear(&printed);
    vm->at = NULL;
    return ok;
}

static bool add_pair(mw_places *out, uint32_t node, uint32_t index) {
    if (out->count == out->capacity) {
        uint32_t capacity = out->capacity ? 2 * out->capacity : 4;
        void *pairs = realloc(out->pairs, capacity * sizeof *out->pairs);
        if (!pairs)
            return false;
        out->pairs = pairs;
        out->capacity = capacity;
    }
    out->pairs[out->count].node = node;
    out->pairs[out->count++].index = index;
    return true;
}

/** Every processor of a place, the last wildcard varying fastest. */
static bool expand(mw_vm *vm, const mw_value *place, mw_places *out) {
    const mw_space *s = place->space;
    uint64_t count = 1;
    int64_t point[MW_TUPLE_MAX];
    for (uint32_t i = 0; i < s->rank; i++) {
        bool all = place->wildcard >> i & 1;
        point[i] = all ? 0 : place->v[i];
        count *= all ? (uint64_t)s->extent[i] : 1; // at most the processors of the machine
    }
    if (count > MW_PLACES_MAX)
        return mw_vm_fail(vm, MW_TOO_MANY_PLACES, "name a node or a processor",
                          "a set of %llu processors; %d is the most", (unsigned long long)count,
                          MW_PLACES_MAX);
    out->count = 0;
    for (uint64_t k = 0; k < count; k++) {
        uint32_t node, index;
        mw_space_pick(s, point, &node, &index);
        if (!add_pair(out, node, index)) {
            vm->nomem = true;
            return false;
        }
        for (uint32_t d = s->rank; d-- > 0;) {
            if (!(place->wildcard >> d & 1))
                continue;
            if (++point[d] < s->extent[d])
                break;
            point[d] = 0;
        }
    }
    return true;
}

static bool no_place(mw_vm *vm, int function, const mw_value *got) {
    mw_str text = {0};
    mw_value_format(&text, vm->program, got);
    vm->at = vm->program->instructions + vm->program->codes[function].first +
             vm->program->codes[function].count - 1;
    mw_vm_fail(vm, MW_NOT_A_PLACE, "return a place, as in  return m[i, j];",
               "'%.60s' returned %s, not a place", mw_program_function_name(vm->program, function),
               mw_str_text(&text));
    mw_str_clear(&text);
    return false;
}

static mw_status finish(mw_vm *vm, bool ok) {
    mw_made_spaces_free(vm->owned);
    if (ok)
        return MW_OK;
    return vm->nomem ? MW_ERR_NOMEM : MW_ERR_INPUT;
}

mw_status mw_binding_place(const mw_binding *b, int function, const mw_task_view *task,
                           mw_places *out, mw_diags *diags) {
    mw_value registers[MW_REGISTERS_FAST], result;
    mw_vm vm = new_vm(b, task, registers, diags);
    bool ok = call(&vm, function, &result);
    if (ok && result.kind != MW_VALUE_PLACE)
        ok = no_place(&vm, function, &result);
    if (ok)
        ok = expand(&vm, &result, out);
    if (ok) {
        out->kind = result.space->kind;
        out->is_set = result.wildcard != 0;
    }
    return finish(&vm, ok);
}

mw_status mw_binding_integer(const mw_binding *b, int function, const mw_task_view *task,
                             int64_t *out, mw_diags *diags) {
    mw_value registers[MW_REGISTERS_FAST], result;
    mw_vm vm = new_vm(b, task, registers, diags);
    bool ok = call(&vm, function, &result);
    if (ok && result.kind != MW_VALUE_INT)
        ok = mw_vm_wrong_type(&vm, &result, "an integer");
    if (ok)
        *out = result.v[0];
    return finish(&vm, ok);
}
