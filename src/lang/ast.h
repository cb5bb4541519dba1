// src/lang/ast.h: the tree. It lives and dies with its program's arena, does not change after
// parsing, and is never a run-time value (those are mw_value, value.h). Uses: token.
#pragma once
#include "lang/lang.h"
#include "lang/token.h"

enum {
    MW_EXPR_DEPTH_MAX = 200, ///< nesting; bounds every recursion over the tree
    MW_ITEMS_MAX = MW_TUPLE_MAX,
    MW_PARAMETERS_MAX = 16,
    MW_PRINT_MAX = 16,
};

/** A distinct name of the program; equal names are equal pointers. */
typedef struct mw_symbol {
    const char *text;
    uint32_t id; ///< 0, 1, 2, … in order of appearance
    uint32_t hash;
    bool lost; ///< its assignment was reported as one: that it has no value is no further error
    struct mw_symbol *next; ///< in its bucket
} mw_symbol;

typedef enum mw_expr_kind {
    MW_EXPR_INT,
    MW_EXPR_BOOL, ///< integer: 0 or 1
    MW_EXPR_NAME,
    MW_EXPR_NEGATE,
    MW_EXPR_BINARY,        ///< op: the token kind
    MW_EXPR_CHOICE,        ///< items: condition, then, otherwise
    MW_EXPR_INDEX,         ///< base[items]
    MW_EXPR_SLICE,         ///< base[low:high]: items, each may be NULL
    MW_EXPR_PROPERTY,      ///< base.name
    MW_EXPR_METHOD,        ///< base.name(items)
    MW_EXPR_CALL,          ///< name(items)
    MW_EXPR_MACHINE,       ///< Machine(kind): integer is the mw_proc_kind
    MW_EXPR_MEMORY,        ///< an argument of has(): integer is the mw_mem_kind
    MW_EXPR_TUPLE,         ///< (items)
    MW_EXPR_COMPREHENSION, ///< tuple(items[0] for name in items[1])
    MW_EXPR_UNPACK,        ///< *items[0], only in an index or a tuple
    MW_EXPR_WILDCARD,      ///< * alone in an index
} mw_expr_kind;

typedef struct mw_expr {
    uint8_t kind;  ///< mw_expr_kind
    uint8_t op;    ///< BINARY: an mw_token_kind
    uint8_t depth; ///< 1 for a leaf
    uint8_t count; ///< of items
    uint32_t id;   ///< index into the checker's tables
    mw_span span;  ///< all of the expression
    mw_span at;    ///< of the part that errors point at: the operator, the name after a dot
    int64_t integer;
    const mw_symbol *name;
    const struct mw_expr *base;
    const struct mw_expr *const *items;
} mw_expr;

typedef enum mw_type_kind {
    MW_TYPE_UNKNOWN, ///< known at run time only
    MW_TYPE_INT,
    MW_TYPE_BOOL,
    MW_TYPE_TUPLE, ///< of integers
    MW_TYPE_SPACE,
    MW_TYPE_PLACE, ///< an indexed space: one processor or a set
    MW_TYPE_TASK,
    MW_TYPE_FUNCTION,
} mw_type_kind;

typedef struct mw_parameter {
    const mw_symbol *name;
    mw_span span;
    uint8_t type; ///< mw_type_kind
    uint8_t word; ///< as written: IPoint and ISpace are both tuples
} mw_parameter;

typedef enum mw_step_kind { MW_STEP_ASSIGN, MW_STEP_PRINT, MW_STEP_RETURN } mw_step_kind;

/** A statement of a body; at the top level, an assignment or a print. */
typedef struct mw_step {
    mw_step_kind kind;
    uint32_t id;           ///< like those of expressions
    mw_span span, at;      ///< at: the assigned name, the string
    const mw_symbol *name; ///< ASSIGN
    const mw_expr *value;  ///< ASSIGN, RETURN
    const char *format;    ///< PRINT: the string without its quotes
    uint32_t count;        ///< PRINT
    const mw_expr *const *items;
} mw_step;

typedef struct mw_function {
    const mw_symbol *name; ///< NULL: the expression of a Priority statement
    mw_span span, at;      ///< at: its name
    uint32_t parameter_count;
    const mw_parameter *parameters;
    uint32_t step_count;
    const mw_step *steps;
    uint32_t order; ///< place among all statements of the program
    bool broken;    ///< parts of it were not understood (and reported)
    bool opaque;    ///< and among them may be what gives names their values
} mw_function;

/** A rule as written: `rule` is complete but for `function`, which the checker resolves. */
typedef struct mw_rule_node {
    mw_rule rule;
    const mw_symbol *function; ///< maps
    mw_span function_at;
    uint32_t priority; ///< PRIORITY: index of its function
    uint32_t order;
} mw_rule_node;

typedef enum mw_item_kind { MW_ITEM_FUNCTION, MW_ITEM_RULE, MW_ITEM_STEP } mw_item_kind;
typedef struct mw_item {
    mw_item_kind kind;
    uint32_t index; ///< into functions, rules or steps
} mw_item;

typedef struct mw_tree {
    mw_arena *arena;
    const mw_source *source;
    uint32_t item_count; ///< the program in order
    const mw_item *items;
    uint32_t function_count;
    const mw_function *functions;
    uint32_t rule_count;
    mw_rule_node *rules;
    uint32_t step_count;
    const mw_step *steps;            ///< globals and prints
    uint32_t symbol_count, id_count; ///< ids are below id_count
} mw_tree;

/** Tokens to tree. All that is wrong goes to diags; a statement with an error is left out.
 *  @return MW_OK (also with errors reported), or MW_ERR_NOMEM */
mw_status mw_parse(const mw_source *source, const mw_tokens *tokens, bool strict, mw_arena *arena,
                   mw_tree *out, mw_diags *diags);
