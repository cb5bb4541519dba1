// src/lang/parse_primary.c: what operators work on: literals, names, calls, tuples, indices,
// members.
#include "lang/parse.h"
#include <string.h>

static const mw_expr *leaf(mw_parser *p, mw_expr_kind kind, mw_span span, int64_t integer) {
    mw_expr e = {.kind = (uint8_t)kind, .span = span, .at = span, .integer = integer};
    return mw_parser_make(p, e, NULL, 0);
}

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
    const mw_expr *operand = mw_parse_postfix(p);
    if (!operand)
        return NULL;
    next = mw_parser_kind(p);
    if (next >= MW_TOKEN_OR && next <= MW_TOKEN_PERCENT) {
        const mw_token *from = p->token;
        while (mw_parser_kind(p) >= MW_TOKEN_OR && mw_parser_kind(p) <= MW_TOKEN_PERCENT) {
            mw_parser_next(p);
            if (!mw_parse_postfix(p))
                return NULL;
        }
        mw_span all = mw_span_join(operand->span, p->token[-1].span);
        mw_diag_at(p->diags, MW_ERROR, MW_UNPACK_OPERAND, p->source, from->span,
                   mw_arena_printf(p->arena, "did you mean *(%.80s)?", mw_parser_text(p, all)),
                   "'*' unpacks what stands right after it, and the result is no operand");
        mw_diag_edit(p->diags, p->source, (mw_span){all.start, all.start}, "(");
        mw_diag_edit(p->diags, p->source, (mw_span){all.end, all.end}, ")");
        return NULL;
    }
    mw_expr e = {
        .kind = MW_EXPR_UNPACK, .span = mw_span_join(star->span, operand->span), .at = star->span};
    return mw_parser_make(p, e, &operand, 1);
}

static const mw_expr *parse_item(mw_parser *p, bool unpack, bool wildcard) {
    return mw_parser_kind(p) == MW_TOKEN_STAR ? parse_star(p, unpack, wildcard) : mw_parse_expr(p);
}

/** `(a, b,)`: reported, the comma is taken. False: there is none. */
static bool trailing_comma(mw_parser *p, mw_token_kind close, uint32_t count) {
    if (mw_parser_kind(p) != MW_TOKEN_COMMA || mw_parser_ahead(p) != close)
        return false;
    mw_span comma = mw_parser_next(p)->span;
    if (count == 1 && close == MW_TOKEN_RIGHT_PAREN)
        mw_diag_at(p->diags, MW_ERROR, MW_SHORT_TUPLE, p->source, comma,
                   "one element is an integer: leave the comma out",
                   "a tuple has two elements or more");
    else
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, comma, "leave it out",
                   "a comma with nothing after it");
    mw_diag_edit(p->diags, p->source, comma, "");
    return true;
}

/** `m[i; j];`: does the list end on this line after the ';'? */
static bool semicolon_within(const mw_parser *p, mw_token_kind close) {
    const mw_token *t = p->token;
    if (t->kind != MW_TOKEN_SEMICOLON || t->after_error)
        return false;
    for (t++; t->kind != MW_TOKEN_SEMICOLON && t->kind != MW_TOKEN_END && !t->starts_line; t++)
        if (t->kind == close && t[1].kind == MW_TOKEN_SEMICOLON)
            return true;
    return false;
}

/** The rest of a list whose first element was read: {"," item} close */
static bool parse_more_items(mw_parser *p, mw_token_kind close, bool unpack, bool wildcard,
                             const mw_expr *items[], uint32_t *count) {
    while (!trailing_comma(p, close, *count) && mw_parser_accept(p, MW_TOKEN_COMMA)) {
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
    if (!semicolon_within(p, close))
        return mw_parser_expected(p, what, NULL);
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
               "commas separate the elements of a list", "expected %s, found ';'", what);
    mw_diag_edit(p->diags, p->source, p->token->span, ",");
    mw_parser_next(p); // so that the statement ends at the next one
    return false;
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

/** Machine(KIND). A word near a kind is reported and then read as that one. */
static const mw_expr *parse_machine(mw_parser *p, mw_span name) {
    mw_parser_next(p); // '('
    mw_word w = mw_parser_word(p);
    bool known = mw_word_is_proc(w);
    if (!known) {
        mw_span at = p->token->span;
        mw_token_kind kind = mw_parser_kind(p);
        const char *text = mw_parser_text(p, at);
        bool quoted = kind == MW_TOKEN_STRING && at.end - at.start > 2;
        w = mw_mistake_kind(quoted ? mw_parser_text(p, (mw_span){at.start + 1, at.end - 1}) : text,
                            MW_WORD_CPU, MW_WORD_PROC);
        bool meant = w != MW_WORD_NONE && (kind == MW_TOKEN_NAME || quoted);
        const char *hint =
            meant ? mw_arena_printf(p->arena, "did you mean Machine(%s)?", mw_word_text(w))
                  : "one of CPU, GPU, OMP, IO, PY";
        if (kind == MW_TOKEN_RIGHT_PAREN)
            mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_PROC_KIND, p->source, at, hint,
                       "Machine(…) takes a processor kind");
        else
            mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_PROC_KIND, p->source, at, hint,
                       "Machine(…) takes a processor kind, not '%.60s'", text);
        if (!meant)
            return NULL;
        mw_diag_edit(p->diags, p->source, at, mw_word_text(w));
    }
    mw_parser_next(p);
    if (!mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, "Machine(GPU)"))
        return NULL;
    return leaf(p, MW_EXPR_MACHINE, mw_span_join(name, p->token[-1].span),
                (int64_t)(w - MW_WORD_CPU));
}

/** `Machine.GPU`, `Machine[GPU]`: reported, and read as Machine(GPU). */
static const mw_expr *parse_machine_member(mw_parser *p, mw_span name) {
    bool bracket = mw_parser_next(p)->kind == MW_TOKEN_LEFT_BRACKET;
    mw_word w = (mw_word)mw_parser_next(p)->word;
    if (bracket)
        mw_parser_accept(p, MW_TOKEN_RIGHT_BRACKET);
    mw_span all = mw_span_join(name, p->token[-1].span);
    const char *right = mw_arena_printf(p->arena, "Machine(%s)", mw_word_text(w));
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, all,
               mw_arena_printf(p->arena, "write  %s", right),
               "Machine takes a processor kind in parentheses");
    mw_diag_edit(p->diags, p->source, all, right);
    return leaf(p, MW_EXPR_MACHINE, all, (int64_t)(w - MW_WORD_CPU));
}

/** `lambda x: …` */
static bool report_lambda(mw_parser *p) {
    mw_token_kind ahead = mw_parser_ahead(p);
    bool lambda = mw_parser_is(p, "lambda") && (ahead == MW_TOKEN_NAME || ahead == MW_TOKEN_COLON);
    if (lambda)
        mw_diag_at(p->diags, MW_ERROR, MW_LAMBDA, p->source, p->token->span,
                   "give it a name:  def f(int x) { return …; }", "every function has a name");
    return lambda;
}

/** A name, or a call of a function. */
static const mw_expr *parse_name(mw_parser *p) {
    const mw_token *name = p->token;
    bool is_machine = mw_parser_is(p, "Machine");
    mw_token_kind ahead = mw_parser_ahead(p);
    if (report_lambda(p))
        return NULL;
    mw_parser_next(p);
    if (is_machine && ahead == MW_TOKEN_LEFT_PAREN)
        return parse_machine(p, name->span);
    if (is_machine && (ahead == MW_TOKEN_DOT || ahead == MW_TOKEN_LEFT_BRACKET) &&
        mw_word_is_proc((mw_word)p->token[1].word))
        return parse_machine_member(p, name->span);
    mw_expr e = {.kind = MW_EXPR_NAME,
                 .span = name->span,
                 .at = name->span,
                 .name = mw_parser_symbol_at(p, name->span)};
    if (!mw_parser_accept(p, MW_TOKEN_LEFT_PAREN))
        return mw_parser_make(p, e, NULL, 0);
    const mw_expr *items[MW_ITEMS_MAX];
    uint32_t count;
    e.kind = MW_EXPR_CALL;
    if (!mw_parse_items(p, MW_TOKEN_RIGHT_PAREN, false, false, items, &count))
        return NULL;
    e.span = mw_span_join(name->span, p->token[-1].span);
    return mw_parser_make(p, e, items, count);
}

/** tuple(expr for name in expr) */
static const mw_expr *parse_comprehension(mw_parser *p) {
    static const char *const HINT = "tuple(f(i) for i in (0, 1))";
    const mw_token *start = mw_parser_next(p);
    mw_span name;
    mw_expr e = {.kind = MW_EXPR_COMPREHENSION, .at = start->span};
    const mw_expr *items[2];
    if (!mw_parser_expect(p, MW_TOKEN_LEFT_PAREN, HINT) || !(items[0] = mw_parse_expr(p)))
        return NULL;
    if (mw_parser_kind(p) == MW_TOKEN_COMMA) {
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, start->span,
                   "a tuple of several values is (a, b)", "tuple(…) takes a comprehension");
        mw_diag_edit(p->diags, p->source, start->span, "");
        return NULL;
    }
    if (mw_parser_word(p) != MW_WORD_FOR) {
        mw_parser_expected(p, "'for'", HINT);
        return NULL;
    }
    mw_parser_next(p);
    if (!mw_parser_name(p, "the variable's name", &name))
        return NULL;
    e.name = mw_parser_symbol_at(p, name);
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
    return mw_parser_make(p, e, items, 2);
}

/** '(' expr ')' or a tuple */
static const mw_expr *parse_paren(mw_parser *p) {
    mw_span start = mw_parser_next(p)->span;
    const mw_expr *items[MW_ITEMS_MAX];
    uint32_t count;
    mw_word w = mw_parser_word(p);
    if ((w == MW_WORD_INT || w == MW_WORD_BOOL) && mw_parser_ahead(p) == MW_TOKEN_RIGHT_PAREN) {
        mw_diag_at(p->diags, MW_ERROR, MW_CONVERSION, p->source,
                   mw_span_join(start, p->token[1].span), "leave it out: a value has one type",
                   "there are no conversions");
        mw_diag_edit(p->diags, p->source, mw_span_join(start, p->token[1].span), "");
        return NULL;
    }
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
    return mw_parser_make(p, e, items, count);
}

/** `[a, b]`, `[f(i) for i in t]` and `m[[a, b]]`. */
static const mw_expr *parse_list(mw_parser *p) {
    bool in_index = p->token > p->first && p->token[-1].kind == MW_TOKEN_LEFT_BRACKET;
    mw_span start = mw_parser_next(p)->span;
    const mw_expr *items[MW_ITEMS_MAX];
    uint32_t count = 1;
    bool empty = mw_parser_kind(p) == MW_TOKEN_RIGHT_BRACKET;
    if (!empty && (!(items[0] = parse_item(p, true, false))))
        return NULL;
    bool comprehension = mw_parser_word(p) == MW_WORD_FOR;
    if (!empty && !comprehension &&
        !parse_more_items(p, MW_TOKEN_RIGHT_BRACKET, true, false, items, &count))
        return NULL;
    mw_span end = p->token[-1].span;
    in_index = in_index && mw_parser_kind(p) == MW_TOKEN_RIGHT_BRACKET;
    mw_diag_at(p->diags, MW_ERROR, MW_LIST_BRACKETS, p->source, start,
               comprehension ? "write  tuple(f(i) for i in (0, 1))"
               : in_index    ? "one pair of brackets:  m[i, j]"
                             : "write  (a, b)",
               "there are no lists: a tuple stands in parentheses");
    if (empty || comprehension || (count < 2 && !in_index))
        return NULL;
    mw_diag_edit(p->diags, p->source, start, in_index ? "" : "(");
    mw_diag_edit(p->diags, p->source, end, in_index ? "" : ")");
    return NULL;
}

/** Reserved words that are no expression, and what to write instead. */
static const mw_expr *refuse_word(mw_parser *p, mw_word w) {
    const char *hint = NULL;
    if ((w == MW_WORD_INT || w == MW_WORD_BOOL) && mw_parser_ahead(p) == MW_TOKEN_LEFT_PAREN) {
        mw_diag_at(p->diags, MW_ERROR, MW_CONVERSION, p->source, p->token->span,
                   "leave it out: a value has one type, and '/' gives an integer",
                   "there are no conversions");
        mw_diag_edit(p->diags, p->source, p->token->span, "");
        return NULL;
    }
    if (mw_word_is_proc(w))
        hint = mw_arena_printf(p->arena, "a processor space is Machine(%s)", mw_word_text(w));
    else if (mw_word_is_mem(w))
        hint = "memory kinds stand in Region and Layout statements and in has(…)";
    mw_parser_expected(p, "an expression", hint);
    return NULL;
}

const mw_expr *mw_parse_primary(mw_parser *p) {
    const mw_token *t = p->token;
    mw_word w = mw_parser_word(p);
    switch (mw_parser_kind(p)) {
    case MW_TOKEN_INTEGER:
        mw_parser_next(p);
        return leaf(p, MW_EXPR_INT, t->span, mw_token_integer(p->source, t));
    case MW_TOKEN_LEFT_PAREN: return parse_paren(p);
    case MW_TOKEN_LEFT_BRACKET: return parse_list(p);
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
        if (!mw_parser_expect(p, MW_TOKEN_RIGHT_BRACKET, "a slice is t[from:to]"))
            return NULL;
    } else if (!parse_more_items(p, MW_TOKEN_RIGHT_BRACKET, true, true, items, &count)) {
        return NULL;
    }
    e.span = mw_span_join(base->span, p->token[-1].span);
    return mw_parser_make(p, e, items, count);
}

/** has(MEMORY): a memory kind is an expression here only. */
static const mw_expr *parse_memory(mw_parser *p) {
    mw_word w = mw_parser_word(p);
    if (mw_word_is_mem(w) && w != MW_WORD_VIRTUAL)
        return leaf(p, MW_EXPR_MEMORY, mw_parser_next(p)->span, (int64_t)(w - MW_WORD_SYSMEM));
    mw_span at = p->token->span;
    w = mw_parser_kind(p) == MW_TOKEN_NAME
            ? mw_mistake_kind(mw_parser_text(p, at), MW_WORD_SYSMEM, MW_WORD_SOCKMEM)
            : MW_WORD_NONE;
    mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_MEM_KIND, p->source, at,
               w ? mw_arena_printf(p->arena, "did you mean '%s'?", mw_word_text(w))
                 : "one of SYSMEM, FBMEM, ZCMEM, RDMEM, SOCKMEM",
               "has(…) takes a memory kind");
    if (!w)
        return NULL;
    mw_diag_edit(p->diags, p->source, at, mw_word_text(w));
    return leaf(p, MW_EXPR_MEMORY, mw_parser_next(p)->span, (int64_t)(w - MW_WORD_SYSMEM));
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
    return mw_parser_make(p, e, items, count);
}

const mw_expr *mw_parse_postfix(mw_parser *p) {
    const mw_expr *e = mw_parse_primary(p);
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
