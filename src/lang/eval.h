// src/lang/eval.h: running compiled functions. Uses: program, value, space_cache.
// Invariants: a call is bounded in instructions, depth and memory, and allocates nothing unless it
// makes a new processor space or needs an unusual number of registers.
#pragma once
#include "base/str.h"
#include "lang/member.h"
#include "lang/program.h"
#include "lang/space_cache.h"
#include "lang/value.h"

struct mw_binding {
    const mw_program *program;
    const mw_machine *machine;
    const mw_space *base[MW_PROC_KINDS]; ///< Machine(kind)
    mw_value *globals;                   ///< [program->global_count]
    mw_diags **failures; ///< [program->global_count] why one has no value on this machine, or NULL
    mw_space_cache cache;
    mw_made_space *owned; ///< spaces of globals that the cache had no room for
    mw_str printed;       ///< by top-level prints, until somebody wants it
    FILE *print_to;       ///< NULL: nowhere
};

enum { MW_REGISTERS_FAST = 128 }; ///< on the C stack; a call that needs more allocates

/** One call from outside. */
typedef struct mw_vm {
    const mw_binding *binding;
    const mw_program *program;
    mw_value *globals;        ///< to be set; NULL after binding
    const mw_task_view *task; ///< NULL while binding
    mw_diags *diags;
    mw_str *printed; ///< NULL: print nothing
    uint64_t steps, steps_max;
    uint32_t depth;
    mw_made_space *owned; ///< freed when the call ends
    bool nomem;
    mw_value *registers; ///< [MW_REGISTERS_FAST]
    uint32_t used;
    // of the instruction in hand, for messages
    const mw_instruction *at;
} mw_vm;

/** Runs one function. False: failed; diags say why, or nomem is set. */
bool mw_vm_call(mw_vm *vm, uint32_t code, const mw_value *args, uint32_t arg_count,
                mw_value *result);
/** Reports at the instruction in hand, with the task and its point. Always false. */
bool mw_vm_fail(mw_vm *vm, mw_diag_code code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** "(1, 2)", "4", "a task": for messages and print. */
void mw_value_format(mw_str *out, const mw_program *p, const mw_value *v);

// --- the operations, eval_op.c and eval_space.c: each false once it has failed
// --------------------

bool mw_vm_binary(mw_vm *vm, mw_token_kind op, const mw_value *a, const mw_value *b, mw_value *out);
bool mw_vm_negate(mw_vm *vm, const mw_value *a, mw_value *out);
bool mw_vm_tuple(mw_vm *vm, const mw_value items[], uint32_t count, uint32_t unpack, mw_value *out);
bool mw_vm_index(mw_vm *vm, const mw_value *base, const mw_value items[], uint32_t count,
                 uint32_t unpack, mw_value *out);
bool mw_vm_slice(mw_vm *vm, const mw_value *base, const mw_value bounds[2], uint8_t given,
                 mw_value *out);
bool mw_vm_member(mw_vm *vm, mw_member member, const mw_value *base, mw_value *out);
bool mw_vm_transform(mw_vm *vm, const mw_space_op *op, const mw_value *base, const mw_value args[],
                     mw_value *out);
bool mw_vm_processor(mw_vm *vm, const mw_value *task, const mw_value *space, mw_value *out);
bool mw_vm_has(mw_vm *vm, const mw_value *place, mw_mem_kind mem, mw_value *out);
bool mw_vm_has_at(mw_vm *vm, const mw_value *space, const mw_value *index, mw_mem_kind mem,
                  mw_value *out);
bool mw_vm_wrong_type(mw_vm *vm, const mw_value *got, const char *expected);
/** May a value be passed to a parameter of this type? */
bool mw_value_fits(const mw_value *v, mw_type_kind type);
