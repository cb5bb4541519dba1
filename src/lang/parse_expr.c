// src/lang/parse_expr.c: expressions, loosest first; each function names what it reads.
#include "lang/parse.h"
#include "base/near.h"
#include <string.h>

static bool too_deep(mw_parser *p, mw_span span) {
    mw_diag_at(p->diags, MW_ERROR, MW_TOO_DEEP, p->source, span, "name parts of it: part = …;",
               "an expression nested more than %d deep", MW_EXPR_DEPTH_MAX);
    return false;
}

/** Gives a node its number and depth and puts it into the arena. NULL: too deep, or memory. */
static const mw_expr *make(mw_parser *p, mw_expr e, const mw_expr *const items[], uint32_t count) {
    uint32_t depth = e.base ? e.base->depth : 0;
    for (uint32_t i = 0; i < count; i++)
        if (items[i] && items[i]->depth > depth)
            depth = items[i]->depth;
    if (depth >= MW_EXPR_DEPTH_MAX) {
        too_deep(p, e.at);
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

static const mw_expr *leaf(mw_parser *p, mw_expr_kind kind, mw_span span, int64_t integer) {
    mw_expr e = {.kind = (uint8_t)kind, .span = span, .at = span, .integer = integer};
    return make(p, e, NULL, 0);
}

static const mw_expr *parse_postfix(mw_parser *p);

/** '*' postfix, or '*' alone where a wildcard may stand. */
static const mw_expr *parse_star(mw_parser *p, bool unpack, bool wildcard) {
    const mw_token *star = mw_parser_next(p);
    mw_token_kind next = mw_parser_kind(p);
    if (next == MW_TOKEN_COMMA || next == MW_TOKEN_RIGHT_BRACKET) {
        if (wildcard)
            return leaf(p, MW_EXPR_WILDCARD, star->span, 0);
        mw_parser_expected(p, "an expression", "'*' alone stands for every index, in m[…] only");
        return NULL;
    }
    if (!unpack) {
        mw_diag_at(p->diags, MW_ERROR, MW_UNPACK_PLACE, p->source, star->span,
                   "pass the tuple itself", "'*' unpacks a tuple only in an index or in a tuple");
        return NULL;
    }
    const mw_expr *operand = parse_postfix(p);
    if (!operand)
        return NULL;
    next = mw_parser_kind(p);
    if (next >= MW_TOKEN_OR && next <= MW_TOKEN_PERCENT) {
        const mw_token *from = p->token;
        while (mw_parser_kind(p) >= MW_TOKEN_OR && mw_parser_kind(p) <= MW_TOKEN_PERCENT) {
            mw_parser_next(p);
            if (!parse_postfix(p))
                return NULL;
        }
        mw_span all = mw_span_join(operand->span, p->token[-1].span);
        mw_diag_at(p->diags, MW_ERROR, MW_UNPACK_OPERAND, p->source, from->span,
                   mw_arena_printf(p->arena, "did you mean *(%.80s)?", mw_parser_text(p, all)),
                   "'*' unpacks what stands right after it, and the result is no operand");
        return NULL;
    }
    mw_expr e = {
        .kind = MW_EXPR_UNPACK, .span = mw_span_join(star->span, operand->span), .at = star->span};
    return make(p, e, &operand, 1);
}

static const mw_expr *parse_item(mw_parser *p, bool unpack, bool wildcard) {
    return mw_parser_kind(p) == MW_TOKEN_STAR ? parse_star(p, unpack, wildcard) : mw_parse_expr(p);
}

/** The rest of a list whose first element was read: {"," item} close */
static bool parse_more_items(mw_parser *p, mw_token_kind close, bool unpack, bool wildcard,
                             const mw_expr *items[], uint32_t *count) {
    while (mw_parser_accept(p, MW_TOKEN_COMMA)) {
        if (*count == MW_ITEMS_MAX) {
            mw_diag_at(p->diags, MW_ERROR, MW_TOO_MANY, p->source, p->token->span, NULL,
                       "more than %d elements", MW_ITEMS_MAX);
            return false;
        }
        if (!(items[*count] = parse_item(p, unpack, wildcard)))
            return false;
        ++*count;
    }
    if (mw_parser_accept(p, close))
        return true;
    char what[24];
    snprintf(what, sizeof what, "',' or %s", mw_token_kind_text(close));
    return mw_parser_expected(p, what, NULL);
}

bool mw_parse_items(mw_parser *p, mw_token_kind close, bool unpack, bool wildcard,
                    const mw_expr *items[], uint32_t *count) {
    *count = 0;
    if (mw_parser_accept(p, close))
        return true;
    if (!(items[0] = parse_item(p, unpack, wildcard)))
        return false;
    *count = 1;
    return parse_more_items(p, close, unpack, wildcard, items, count);
}

/** Machine(KIND) */
static const mw_expr *parse_machine(mw_parser *p, mw_span name) {
    mw_parser_next(p); // '('
    mw_word w = mw_parser_word(p);
    if (!mw_word_is_proc(w)) {
        const char *text = mw_parser_text(p, p->token->span);
        mw_near nearest = mw_near_to(text);
        for (int k = MW_WORD_CPU; k <= MW_WORD_PROC; k++)
            mw_near_offer(&nearest, mw_word_text((mw_word)k));
        const char *hint =
            nearest.best ? mw_arena_printf(p->arena, "did you mean Machine(%s)?", nearest.best)
                         : "one of CPU, GPU, OMP, IO, PY";
        mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_PROC_KIND, p->source, p->token->span, hint,
                   "Machine(…) takes a processor kind, not '%.60s'", text);
        return NULL;
    }
    mw_parser_next(p);
    if (!mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, "Machine(GPU)"))
        return NULL;
    return leaf(p, MW_EXPR_MACHINE, mw_span_join(name, p->token[-1].span),
                (int64_t)(w - MW_WORD_CPU));
}

/** A name, or a call of a function. */
static const mw_expr *parse_name(mw_parser *p) {
    const mw_token *name = p->token;
    bool is_not = mw_parser_is(p, "not"), is_machine = mw_parser_is(p, "Machine");
    mw_token_kind ahead = mw_parser_ahead(p);
    if (is_not &&
        (ahead == MW_TOKEN_NAME || ahead == MW_TOKEN_INTEGER || ahead == MW_TOKEN_LEFT_PAREN)) {
        mw_parser_expected(p, "an expression", NULL); // says what to write instead
        return NULL;
    }
    mw_parser_next(p);
    if (is_machine && ahead == MW_TOKEN_LEFT_PAREN)
        return parse_machine(p, name->span);
    mw_expr e = {.kind = MW_EXPR_NAME,
                 .span = name->span,
                 .at = name->span,
                 .name = mw_parser_symbol_at(p, name->span)};
    if (!mw_parser_accept(p, MW_TOKEN_LEFT_PAREN))
        return make(p, e, NULL, 0);
    const mw_expr *items[MW_ITEMS_MAX];
    uint32_t count;
    e.kind = MW_EXPR_CALL;
    if (!mw_parse_items(p, MW_TOKEN_RIGHT_PAREN, false, false, items, &count))
        return NULL;
    e.span = mw_span_join(name->span, p->token[-1].span);
    return make(p, e, items, count);
}

/** tuple(expr for name in expr) */
static const mw_expr *parse_comprehension(mw_parser *p) {
    static const char *const HINT = "tuple(f(i) for i in (0, 1))";
    const mw_token *start = mw_parser_next(p), *name = NULL;
    mw_expr e = {.kind = MW_EXPR_COMPREHENSION, .at = start->span};
    const mw_expr *items[2];
    if (!mw_parser_expect(p, MW_TOKEN_LEFT_PAREN, HINT) || !(items[0] = mw_parse_expr(p)))
        return NULL;
    if (mw_parser_word(p) != MW_WORD_FOR) {
        mw_parser_expected(p, "'for'", HINT);
        return NULL;
    }
    mw_parser_next(p);
    if (!mw_parser_name(p, "the variable's name", &name))
        return NULL;
    e.name = mw_parser_symbol_at(p, name->span);
    if (mw_parser_word(p) != MW_WORD_IN) {
        mw_parser_expected(p, "'in'", HINT);
        return NULL;
    }
    mw_parser_next(p);
    if (!(items[1] = mw_parse_expr(p)) || !mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, HINT))
        return NULL;
    if (items[1]->kind != MW_EXPR_TUPLE)
        mw_parser_extension(p, items[1]->span,
                            "a comprehension over anything but a tuple (a, b, …)",
                            "write the elements out");
    e.span = mw_span_join(start->span, p->token[-1].span);
    return make(p, e, items, 2);
}

/** '(' expr ')' or a tuple */
static const mw_expr *parse_paren(mw_parser *p) {
    mw_span start = mw_parser_next(p)->span;
    const mw_expr *items[MW_ITEMS_MAX];
    uint32_t count;
    if (!mw_parse_items(p, MW_TOKEN_RIGHT_PAREN, true, false, items, &count))
        return NULL;
    mw_span span = mw_span_join(start, p->token[-1].span);
    if (count == 0 || (count == 1 && items[0]->kind == MW_EXPR_UNPACK)) {
        mw_diag_at(p->diags, MW_ERROR, MW_SHORT_TUPLE, p->source, span, NULL,
                   "a tuple has two elements or more, separated by commas");
        return NULL;
    }
    if (count == 1)
        return items[0];
    mw_expr e = {.kind = MW_EXPR_TUPLE, .span = span, .at = span};
    return make(p, e, items, count);
}

/** Reserved words that are no expression, and what to write instead. */
static const mw_expr *refuse_word(mw_parser *p, mw_word w) {
    const char *hint = NULL;
    if (mw_word_is_proc(w))
        hint = mw_arena_printf(p->arena, "a processor space is Machine(%s)", mw_word_text(w));
    else if (mw_word_is_mem(w))
        hint = "memory kinds stand in Region and Layout statements and in has(…)";
    mw_parser_expected(p, "an expression", hint);
    return NULL;
}

static const mw_expr *parse_primary(mw_parser *p) {
    const mw_token *t = p->token;
    mw_word w = mw_parser_word(p);
    switch (mw_parser_kind(p)) {
    case MW_TOKEN_INTEGER:
        mw_parser_next(p);
        return leaf(p, MW_EXPR_INT, t->span, mw_token_integer(p->source, t));
    case MW_TOKEN_LEFT_PAREN: return parse_paren(p);
    case MW_TOKEN_NAME:
        if (w == MW_WORD_NONE)
            return parse_name(p);
        if (w == MW_WORD_TUPLE)
            return parse_comprehension(p);
        if (w != MW_WORD_TRUE && w != MW_WORD_FALSE)
            return refuse_word(p, w);
        mw_parser_next(p);
        return leaf(p, MW_EXPR_BOOL, t->span, w == MW_WORD_TRUE);
    case MW_TOKEN_STRING:
        mw_parser_expected(p, "an expression", "strings stand in print only");
        return NULL;
    case MW_TOKEN_STAR:
        mw_parser_expected(p, "an expression", "'*' unpacks or stands alone inside m[…] only");
        return NULL;
    default: mw_parser_expected(p, "an expression", NULL); return NULL;
    }
}

/** '[' … ']' after a base: an index or a slice, which look alike up to the ':' */
static const mw_expr *parse_index(mw_parser *p, const mw_expr *base) {
    mw_expr e = {.kind = MW_EXPR_INDEX, .at = mw_parser_next(p)->span, .base = base};
    const mw_expr *items[MW_ITEMS_MAX] = {NULL};
    uint32_t count = 1;
    if (mw_parser_kind(p) != MW_TOKEN_COLON && !(items[0] = parse_item(p, true, true)))
        return NULL;
    bool single = !items[0] || items[0]->kind < MW_EXPR_UNPACK;
    if (single && mw_parser_accept(p, MW_TOKEN_COLON)) {
        e.kind = MW_EXPR_SLICE;
        count = 2;
        if (mw_parser_kind(p) != MW_TOKEN_RIGHT_BRACKET && !(items[1] = mw_parse_expr(p)))
            return NULL;
        if (!mw_parser_expect(p, MW_TOKEN_RIGHT_BRACKET, NULL))
            return NULL;
    } else if (!parse_more_items(p, MW_TOKEN_RIGHT_BRACKET, true, true, items, &count)) {
        return NULL;
    }
    e.span = mw_span_join(base->span, p->token[-1].span);
    return make(p, e, items, count);
}

/** has(MEMORY): a memory kind is an expression here only. */
static const mw_expr *parse_memory(mw_parser *p) {
    mw_word w = mw_parser_word(p);
    if (mw_word_is_mem(w) && w != MW_WORD_VIRTUAL)
        return leaf(p, MW_EXPR_MEMORY, mw_parser_next(p)->span, (int64_t)(w - MW_WORD_SYSMEM));
    mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_MEM_KIND, p->source, p->token->span,
               "one of SYSMEM, FBMEM, ZCMEM, RDMEM, SOCKMEM", "has(…) takes a memory kind");
    return NULL;
}

/** '.' name, or '.' name '(' … ')' */
static const mw_expr *parse_member(mw_parser *p, const mw_expr *base) {
    mw_parser_next(p); // '.'
    if (mw_parser_kind(p) != MW_TOKEN_NAME) {
        mw_parser_expected(p, "a property or a method", NULL);
        return NULL;
    }
    const mw_token *name = mw_parser_next(p);
    mw_expr e = {.kind = MW_EXPR_PROPERTY, .at = name->span, .base = base};
    e.name = mw_parser_symbol_at(p, name->span);
    const mw_expr *items[MW_ITEMS_MAX];
    uint32_t count = 0;
    if (e.name && mw_parser_accept(p, MW_TOKEN_LEFT_PAREN)) {
        e.kind = MW_EXPR_METHOD;
        if (strcmp(e.name->text, "has") == 0) {
            count = 1;
            if (!(items[0] = parse_memory(p)) || !mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, NULL))
                return NULL;
        } else if (!mw_parse_items(p, MW_TOKEN_RIGHT_PAREN, false, false, items, &count)) {
            return NULL;
        }
    }
    e.span = mw_span_join(base->span, p->token[-1].span);
    return make(p, e, items, count);
}

static const mw_expr *parse_postfix(mw_parser *p) {
    const mw_expr *e = parse_primary(p);
    while (e) {
        if (mw_parser_kind(p) == MW_TOKEN_LEFT_BRACKET)
            e = parse_index(p, e);
        else if (mw_parser_kind(p) == MW_TOKEN_DOT)
            e = parse_member(p, e);
        else
            return e;
    }
    return NULL;
}

static const mw_expr *parse_unary(mw_parser *p) {
    if (mw_parser_kind(p) != MW_TOKEN_MINUS)
        return parse_postfix(p);
    const mw_token *minus = mw_parser_next(p);
    if (p->nesting >= MW_EXPR_DEPTH_MAX) {
        too_deep(p, minus->span);
        return NULL;
    }
    p->nesting++;
    const mw_expr *operand = parse_unary(p);
    p->nesting--;
    if (!operand)
        return NULL;
    mw_expr e = {.kind = MW_EXPR_NEGATE,
                 .span = mw_span_join(minus->span, operand->span),
                 .at = minus->span};
    return make(p, e, &operand, 1);
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

/** Operators that bind at least as tightly as `least` (precedence climbing: Richards 1979). */
static const mw_expr *parse_binary(mw_parser *p, uint32_t least) {
    const mw_expr *left = parse_unary(p);
    while (left) {
        mw_token_kind op = mw_parser_kind(p);
        uint32_t tight = binding(op);
        if (tight == 0 || tight < least)
            return left;
        mw_span at = mw_parser_next(p)->span;
        const mw_expr *right = parse_binary(p, tight + 1);
        if (!right)
            return NULL;
        mw_expr e = {.kind = MW_EXPR_BINARY, .op = (uint8_t)op, .at = at};
        e.span = mw_span_join(left->span, right->span);
        left = make(p, e, (const mw_expr *const[]){left, right}, 2);
    }
    return NULL;
}

/** condition ? a : b, to the right */
static const mw_expr *parse_choice(mw_parser *p) {
    const mw_expr *items[3];
    if (!(items[0] = parse_binary(p, 1)) || mw_parser_kind(p) != MW_TOKEN_QUESTION)
        return items[0];
    mw_expr e = {.kind = MW_EXPR_CHOICE, .at = mw_parser_next(p)->span};
    if (!(items[1] = mw_parse_expr(p)) || !mw_parser_expect(p, MW_TOKEN_COLON, "condition ? a : b"))
        return NULL;
    if (!(items[2] = mw_parse_expr(p)))
        return NULL;
    e.span = mw_span_join(items[0]->span, items[2]->span);
    return make(p, e, items, 3);
}

const mw_expr *mw_parse_expr(mw_parser *p) {
    if (p->nesting >= MW_EXPR_DEPTH_MAX) {
        too_deep(p, p->token->span);
        return NULL;
    }
    p->nesting++;
    const mw_expr *e = parse_choice(p);
    p->nesting--;
    return e;
}
