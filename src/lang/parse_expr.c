// src/lang/parse_expr.c: operators, loosest first, and the lists that their operands stand in.
#include "lang/parse.h"
#include <string.h>

enum { EDIT_BYTES = 400 }; // of text that an edit repeats; bounds what nested mistakes copy

bool mw_parser_too_deep(mw_parser *p, mw_span span) {
    mw_diag_at(p->diags, MW_ERROR, MW_TOO_DEEP, p->source, span, "name parts of it: part = …;",
               "an expression nested more than %d deep", MW_EXPR_DEPTH_MAX);
    return false;
}

const mw_expr *mw_parser_make(mw_parser *p, mw_expr e, const mw_expr *const items[],
                              uint32_t count) {
    uint32_t depth = e.base ? e.base->depth : 0;
    for (uint32_t i = 0; i < count; i++)
        if (items[i] && items[i]->depth > depth)
            depth = items[i]->depth;
    if (depth >= MW_EXPR_DEPTH_MAX) {
        mw_parser_too_deep(p, e.at);
        return NULL;
    }
    e.depth = (uint8_t)(depth + 1);
    e.count = (uint8_t)count;
    e.id = p->id_count++;
    e.items = mw_parser_copy(p, items, count, sizeof *items, _Alignof(const mw_expr *));
    mw_expr *made = MW_NEW(p->arena, mw_expr);
    if (made)
        *made = e;
    else
        p->nomem = true;
    return made;
}

/** How tightly a token binds as a binary operator; 0: it is none. All are left-associative. */
static uint32_t binding(mw_token_kind kind) {
    switch (kind) {
    case MW_TOKEN_OR: return 1;
    case MW_TOKEN_AND: return 2;
    case MW_TOKEN_EQ:
    case MW_TOKEN_NE: return 3;
    case MW_TOKEN_LT:
    case MW_TOKEN_GT:
    case MW_TOKEN_LE:
    case MW_TOKEN_GE: return 4;
    case MW_TOKEN_PLUS:
    case MW_TOKEN_MINUS: return 5;
    case MW_TOKEN_STAR:
    case MW_TOKEN_SLASH:
    case MW_TOKEN_PERCENT: return 6;
    default: return 0;
    }
}

static const mw_expr *parse_unary(mw_parser *p);
static const mw_expr *parse_binary(mw_parser *p, uint32_t least);

/** `!x`, and Python's `not x`; a function may be called `not`. */
static bool is_not(const mw_parser *p) {
    mw_token_kind ahead = mw_parser_ahead(p);
    return mw_parser_kind(p) == MW_TOKEN_NOT ||
           (mw_parser_is(p, "not") && (ahead == MW_TOKEN_NAME || ahead == MW_TOKEN_INTEGER));
}

/** From a token on up to the last one that was taken, for an edit; NULL: too long for one. */
static const char *text_since(mw_parser *p, const mw_token *from) {
    mw_span span = mw_span_join(from->span, p->token[-1].span);
    return span.end - span.start > EDIT_BYTES ? NULL : mw_parser_text(p, span);
}

/** Reported, then read as x == False. */
static const mw_expr *parse_not(mw_parser *p) {
    const mw_token *word = mw_parser_next(p);
    bool sign = word->kind == MW_TOKEN_NOT;
    const mw_expr *operand = sign ? parse_unary(p) : parse_binary(p, binding(MW_TOKEN_EQ));
    mw_diag_at(p->diags, MW_ERROR, sign ? MW_BIT_OPERATOR : MW_WORD_OPERATOR, p->source, word->span,
               "'not x' is written x == False", "'%s' is no operator here", sign ? "!" : "not");
    if (!operand)
        return NULL;
    mw_expr no = {.kind = MW_EXPR_BOOL, .span = word->span, .at = word->span};
    mw_expr e = {.kind = MW_EXPR_BINARY, .op = MW_TOKEN_EQ, .at = word->span};
    e.span = mw_span_join(word->span, p->token[-1].span);
    const mw_expr *items[2] = {operand, mw_parser_make(p, no, NULL, 0)};
    const char *text = text_since(p, word + 1);
    if (text)
        mw_diag_edit(p->diags, p->source, e.span,
                     mw_arena_printf(p->arena, "((%s) == False)", text));
    return items[1] ? mw_parser_make(p, e, items, 2) : NULL;
}

static const mw_expr *parse_unary(mw_parser *p) {
    bool negated = is_not(p);
    if (!negated && mw_parser_kind(p) != MW_TOKEN_MINUS)
        return mw_parse_postfix(p);
    const mw_token *minus = p->token;
    if (p->nesting >= MW_EXPR_DEPTH_MAX) {
        mw_parser_too_deep(p, minus->span);
        return NULL;
    }
    p->nesting++;
    const mw_expr *operand = negated ? parse_not(p) : (mw_parser_next(p), parse_unary(p));
    p->nesting--;
    if (!operand || negated)
        return operand;
    mw_expr e = {.kind = MW_EXPR_NEGATE,
                 .span = mw_span_join(minus->span, operand->span),
                 .at = minus->span};
    return mw_parser_make(p, e, &operand, 1);
}

/** Python's `and` and `or`: reported, then read as what was meant. */
static bool is_word_operator(const mw_parser *p) {
    return mw_parser_kind(p) == MW_TOKEN_NAME && (mw_parser_is(p, "and") || mw_parser_is(p, "or"));
}
static mw_token_kind word_operator(const mw_parser *p) {
    return mw_parser_is(p, "and") ? MW_TOKEN_AND : MW_TOKEN_OR;
}

/** `a ** b`: reported, then read as a product. */
static void power(mw_parser *p, mw_token_kind op, mw_span first) {
    if (op != MW_TOKEN_STAR || mw_parser_kind(p) != MW_TOKEN_STAR ||
        p->token->span.start != first.end)
        return;
    mw_diag_at(p->diags, MW_ERROR, MW_POWER, p->source,
               mw_span_join(first, mw_parser_next(p)->span), "multiply, as in  n * n",
               "there is no operator '**'");
}

/** Operators that bind at least as tightly as `least` (precedence climbing: Richards 1979). */
static const mw_expr *parse_binary(mw_parser *p, uint32_t least) {
    const mw_expr *left = parse_unary(p);
    while (left) {
        bool word = is_word_operator(p);
        mw_token_kind op = word ? word_operator(p) : mw_parser_kind(p);
        uint32_t tight = binding(op);
        if (tight == 0 || tight < least)
            return left;
        if (word)
            mw_mistake_here(p); // reports it
        mw_span at = mw_parser_next(p)->span;
        power(p, op, at);
        const mw_expr *right = parse_binary(p, tight + 1);
        if (!right)
            return NULL;
        mw_expr e = {.kind = MW_EXPR_BINARY, .op = (uint8_t)op, .at = at};
        e.span = mw_span_join(left->span, right->span);
        left = mw_parser_make(p, e, (const mw_expr *const[]){left, right}, 2);
    }
    return NULL;
}

/** `a if condition else b`, after the a, which began at `start`: reported, then read as
 * condition ? a : b. */
static const mw_expr *python_conditional(mw_parser *p, const mw_token *start, const mw_expr *a) {
    const mw_expr *items[3] = {NULL, a, NULL};
    const char *then = text_since(p, start), *condition = NULL, *otherwise = NULL;
    const mw_token *word = mw_parser_next(p);
    items[0] = parse_binary(p, 1);
    if (items[0] && mw_parser_is(p, "else")) {
        condition = text_since(p, word + 1);
        const mw_token *next = mw_parser_next(p) + 1;
        items[2] = mw_parse_expr(p);
        otherwise = items[2] ? text_since(p, next) : NULL;
    }
    mw_diag_at(p->diags, MW_ERROR, MW_PYTHON_CONDITIONAL, p->source, word->span,
               "write  condition ? a : b  instead of  a if condition else b",
               "a choice is written with '?' and ':'");
    if (!items[2])
        return NULL;
    mw_expr e = {.kind = MW_EXPR_CHOICE, .at = word->span};
    e.span = mw_span_join(start->span, p->token[-1].span);
    if (then && condition && otherwise)
        mw_diag_edit(p->diags, p->source, e.span,
                     mw_arena_printf(p->arena, "%s ? %s : %s", condition, then, otherwise));
    return mw_parser_make(p, e, items, 3);
}

/** condition ? a : b, to the right */
static const mw_expr *parse_choice(mw_parser *p) {
    const mw_token *start = p->token;
    const mw_expr *items[3] = {parse_binary(p, 1)};
    if (items[0] && mw_parser_is(p, "if") && !p->token->starts_line)
        return python_conditional(p, start, items[0]);
    if (!items[0] || mw_parser_kind(p) != MW_TOKEN_QUESTION)
        return items[0];
    mw_expr e = {.kind = MW_EXPR_CHOICE, .at = mw_parser_next(p)->span};
    if (!(items[1] = mw_parse_expr(p)) || !mw_parser_expect(p, MW_TOKEN_COLON, "condition ? a : b"))
        return NULL;
    if (!(items[2] = mw_parse_expr(p)))
        return NULL;
    e.span = mw_span_join(items[0]->span, items[2]->span);
    return mw_parser_make(p, e, items, 3);
}

const mw_expr *mw_parse_expr(mw_parser *p) {
    if (p->nesting >= MW_EXPR_DEPTH_MAX) {
        mw_parser_too_deep(p, p->token->span);
        return NULL;
    }
    p->nesting++;
    const mw_expr *e = parse_choice(p);
    p->nesting--;
    return e;
}
