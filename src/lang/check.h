// src/lang/check.h: names resolved and types inferred, as far as that is possible without running.
// Uses: ast.
#pragma once
#include "lang/ast.h"

typedef enum mw_ref_kind { MW_REF_NONE, MW_REF_LOCAL, MW_REF_GLOBAL, MW_REF_FUNCTION } mw_ref_kind;

/** What a name, a call, an assignment or a comprehension's variable refers to. */
typedef struct mw_ref {
    uint8_t kind;   ///< mw_ref_kind
    uint32_t index; ///< a slot of the function, a global, a function
} mw_ref;

typedef struct mw_type {
    uint8_t kind; ///< mw_type_kind
    int8_t len;   ///< TUPLE: its length, SPACE: its rank; -1: not known
} mw_type;

/** A tree that makes sense. Lives in the tree's arena. */
typedef struct mw_checked {
    const mw_tree *tree;
    const mw_ref *refs;          ///< [tree->id_count]
    const uint32_t *local_count; ///< [tree->function_count] slots, parameters first
    const uint32_t *step_locals; ///< [tree->step_count] slots of a global's comprehensions
    uint32_t global_count;
    const char *const *global_names; ///< [global_count], in order of assignment
} mw_checked;

/** Reports all that is wrong (12xx, 13xx) or odd (15xx), and fills in the rules' functions.
 *  @return MW_OK (also with errors reported), or MW_ERR_NOMEM */
mw_status mw_check(mw_tree *tree, bool strict, mw_checked *out, mw_diags *diags);

// --- within the checker
// ---------------------------------------------------------------------------

typedef enum mw_check_state { MW_CHECK_WAITING, MW_CHECK_RUNNING, MW_CHECK_DONE } mw_check_state;

/** What a name was looked up for. */
typedef enum mw_name_use { MW_NAME_VALUE, MW_NAME_CALL, MW_NAME_MAP } mw_name_use;

/** A call that happens whenever its caller is called. */
typedef struct mw_sure_call {
    uint32_t caller, callee;
    mw_span at;
} mw_sure_call;

typedef struct mw_checker {
    mw_tree *tree;
    mw_diags *diags;
    bool strict;
    mw_ref *refs;
    // by symbol id: index + 1, or 0
    uint32_t *function_of, *global_of, *local_of;
    mw_type *global_type; ///< [step_count]
    bool *global_ready;   ///< assigned above
    mw_type *result;      ///< [function_count]
    uint8_t *state;       ///< [function_count] mw_check_state
    uint32_t *local_count, *step_locals;
    uint32_t depth;         ///< of functions checked on the way to others
    const mw_expr *has_of;  ///< the m[i] of a m[i].has(…) in hand
    const mw_expr *chained; ///< the m[i] of a m[i][j] in hand
    // the function, or global, being checked
    uint32_t here;     ///< its order
    uint32_t function; ///< its index, if in_function
    bool in_function;
    uint32_t conditional;              ///< > 0: what is being checked may not be evaluated
    uint32_t locals;                   ///< slots so far
    MW_VEC(mw_type) types;             ///< of the slots
    MW_VEC(const mw_symbol *) names;   ///< of the slots, NULL once out of scope
    bool *told;                        ///< by symbol id: reported as undefined
    bool *used_function, *used_global; ///< something refers to it
    uint8_t *asks;                     ///< [function_count] mw_asks
    MW_VEC(mw_sure_call) calls;
    bool nomem;
} mw_checker;

/** What a function asks of its task, whatever happens: a bit each. */
enum mw_asks { MW_ASKS_POINT = 1, MW_ASKS_PARENT = 2 };

mw_type mw_check_expr(mw_checker *c, const mw_expr *e);
mw_type mw_check_property(mw_checker *c, const mw_expr *e); ///< check_member.c
mw_type mw_check_method(mw_checker *c, const mw_expr *e);   ///< check_member.c
/** The result type of a function, which is checked first if need be. */
mw_type mw_check_function(mw_checker *c, uint32_t function);
uint32_t mw_check_local(mw_checker *c, const mw_symbol *name, mw_type type); ///< a new slot
void mw_check_rules(mw_checker *c);                                          ///< check_rule.c
/** "an integer", "a tuple of 3" */
const char *mw_check_type_name(mw_checker *c, mw_type t);
/** Is `got` surely something else than `want`? Then reports at e: "what is X, not Y". */
bool mw_check_wrong(mw_checker *c, const mw_expr *e, mw_type got, mw_type_kind want,
                    const char *what);
/** The line of a place, for a message about another one. */
uint32_t mw_check_line(const mw_checker *c, mw_span span);
/** A constant as it stands in the text, with its sign. */
bool mw_check_literal(const mw_expr *e, int64_t *value);
mw_type mw_check_name(mw_checker *c,
                      const mw_expr *e); ///< check_name.c: locals, globals, functions
void mw_check_undefined(mw_checker *c, const mw_symbol *name, mw_span at, mw_name_use use);
void mw_check_note_call(mw_checker *c, const mw_expr *e, uint32_t callee); ///< check_calls.c
void mw_check_calls(mw_checker *c);                                        ///< check_calls.c
void mw_check_unused(mw_checker *c);                                       ///< check_unused.c

#define MW_TYPE_OF(type_kind, length) ((mw_type){(uint8_t)(type_kind), (int8_t)(length)})
#define MW_TYPE_ANY MW_TYPE_OF(MW_TYPE_UNKNOWN, -1)
