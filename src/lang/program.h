// src/lang/program.h: a program once compiled: instructions for a register machine. Uses: check.
// Invariants: immutable once made. Every function's code ends in a RETURN that is always reached or
// fails; jumps stay inside it; registers are below its count.
#pragma once
#include "lang/check.h"

/** Registers: parameters, locals, then temporaries. `a`, `b`, `dst` are registers unless said. */
typedef enum mw_op {
    MW_OP_INTEGER,    ///< dst = constants[c]
    MW_OP_BOOL,       ///< dst = c
    MW_OP_COPY,       ///< dst = a
    MW_OP_GLOBAL,     ///< dst = global c
    MW_OP_SET_GLOBAL, ///< global c = a
    MW_OP_FUNCTION,   ///< dst = function c
    MW_OP_MACHINE,    ///< dst = Machine(kind c)
    MW_OP_WILDCARD,   ///< dst = '*' alone
    MW_OP_NEGATE,     ///< dst = -a
    MW_OP_BINARY,     ///< dst = a <n> b; n: an mw_token_kind
    MW_OP_NEED_BOOL,  ///< fails unless a is a bool
    MW_OP_JUMP,       ///< to c
    MW_OP_JUMP_IF,    ///< to c if the bool a is n
    MW_OP_TUPLE,      ///< dst = (a, a + 1, …): n registers; bit i of c: unpack the i-th
    MW_OP_INDEX,      ///< dst = a[b, b + 1, …]: likewise
    MW_OP_SLICE,      ///< dst = a[b : b + 1]; n: bit 0, 1: the bound is given
    MW_OP_MEMBER,     ///< dst = a.<n>; n: an mw_member
    MW_OP_TRANSFORM,  ///< dst = a.<row n of mw_space_ops()>(b, b + 1, …)
    MW_OP_PROCESSOR,  ///< dst = a.processor(b)
    MW_OP_HAS,        ///< dst = a.has(memory kind n)
    MW_OP_HAS_AT,     ///< dst = a[b].has(memory kind n)
    MW_OP_CALL,       ///< dst = function c (a, a + 1, …): n arguments
    MW_OP_CALL_VALUE, ///< dst = b(a, a + 1, …): n arguments
    MW_OP_RETURN,     ///< a
    MW_OP_PRINT,      ///< prints[c] with a, a + 1, …: n values
    MW_OP_LOOP_START, ///< a must be a tuple; b = 0; dst = an empty tuple
    MW_OP_LOOP_NEXT,  ///< dst = a[b++], or to c past its end
    MW_OP_APPEND,     ///< adds a to dst
} mw_op;

typedef struct mw_instruction {
    uint8_t op; ///< mw_op
    uint8_t n;
    uint16_t dst, a, b;
    uint32_t c;
} mw_instruction;

typedef struct mw_code {
    const char *name;      ///< NULL: the expression of a Priority statement
    uint32_t first, count; ///< in mw_program.instructions; jumps are relative to first
    uint32_t registers;
    uint32_t parameter_count;
    const mw_parameter *parameters;
} mw_code;

struct mw_program {
    mw_arena *arena;
    mw_source source;
    bool strict;
    uint32_t rule_count;
    const mw_rule *rules;
    uint32_t function_count; ///< of the program; Priority expressions among them
    uint32_t code_count;     ///< functions, then one per global or top-level print, in order
    const mw_code *codes;
    uint32_t global_count;
    const char *const *global_names;
    const mw_instruction *instructions;
    const mw_span *where; ///< per instruction, what errors point at
    const int64_t *constants;
    const char *const *prints;
};

/** Compiles what mw_check() accepted, into the tree's arena.
 *  @return MW_OK, MW_ERR_INPUT (a function needs more registers than there are: see diags),
 *  MW_ERR_NOMEM */
mw_status mw_compile(const mw_checked *checked, mw_program *out, mw_diags *diags);
