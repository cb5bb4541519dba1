// src/lang/parse.c: the program: its statements, and those of a body, in order.
#include "lang/parse.h"
#include <string.h>

// --- steps: assignments, prints, returns
// ----------------------------------------------------------

static bool parse_print(mw_parser *p, mw_step *out) {
    const mw_token *start = mw_parser_next(p);
    out->kind = MW_STEP_PRINT;
    if (!mw_parser_expect(p, MW_TOKEN_LEFT_PAREN, "print(\"point {}\", t.ipoint);"))
        return false;
    if (mw_parser_kind(p) != MW_TOKEN_STRING)
        return mw_parser_expected(p, "a string", "print(\"point {}\", t.ipoint);");
    out->at = mw_parser_next(p)->span;
    bool closed = out->at.end - out->at.start >= 2; // an open one was reported by the lexer
    out->format = mw_parser_text(p, (mw_span){out->at.start + 1, out->at.end - closed});
    const mw_expr *items[MW_ITEMS_MAX];
    if (mw_parser_accept(p, MW_TOKEN_COMMA)) {
        if (!mw_parse_items(p, MW_TOKEN_RIGHT_PAREN, false, false, items, &out->count))
            return false;
    } else if (!mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, NULL)) {
        return false;
    }
    out->items = mw_parser_copy(p, items, out->count, sizeof(mw_expr *), _Alignof(const mw_expr *));
    out->span = mw_span_join(start->span, p->token[-1].span);
    return mw_parser_semicolon(p);
}

/** An expression and the ';'. A value that goes on as none does is no value. */
static bool parse_value(mw_parser *p, mw_step *out) {
    const mw_expr *value = mw_parse_expr(p);
    out->span = mw_span_join(out->at, p->token[-1].span);
    bool ok = value && mw_parser_semicolon(p);
    out->value = ok ? value : NULL;
    return ok;
}

static bool is_annotated(const mw_parser *p) {
    return mw_parser_kind(p) == MW_TOKEN_NAME && mw_parser_ahead(p) == MW_TOKEN_COLON &&
           p->token[2].kind == MW_TOKEN_NAME && p->token[3].kind == MW_TOKEN_ASSIGN;
}

static bool is_assignment(const mw_parser *p) {
    return mw_parser_kind(p) == MW_TOKEN_NAME &&
           (mw_parser_ahead(p) == MW_TOKEN_ASSIGN || is_annotated(p));
}

/** Python's `x: int = 3;` */
static void skip_annotation(mw_parser *p) {
    if (mw_parser_kind(p) != MW_TOKEN_COLON)
        return;
    mw_span at = mw_parser_next(p)->span;
    at = mw_span_join(at, mw_parser_next(p)->span);
    mw_diag_at(p->diags, MW_ERROR, MW_TYPED_VARIABLE, p->source, at,
               "write the name alone: its type is that of the value",
               "a variable is declared without a type");
    mw_diag_edit(p->diags, p->source, at, "");
}

static bool parse_assignment(mw_parser *p, mw_step *out) {
    out->kind = MW_STEP_ASSIGN;
    if (!mw_parser_name(p, "a name", &out->at))
        return false;
    out->name = mw_parser_symbol_at(p, out->at);
    skip_annotation(p);
    if (!mw_parser_expect(p, MW_TOKEN_ASSIGN, NULL))
        return false;
    out->value = mw_parse_expr(p);
    out->span = mw_span_join(out->at, p->token[-1].span);
    return out->value && mw_parser_semicolon(p);
}

bool mw_parse_step(mw_parser *p, mw_step *out) {
    *out = (mw_step){.id = p->id_count++};
    if (mw_parser_word(p) == MW_WORD_PRINT)
        return parse_print(p, out);
    if (mw_parser_word(p) == MW_WORD_RETURN) {
        out->kind = MW_STEP_RETURN;
        out->at = mw_parser_next(p)->span;
        return parse_value(p, out);
    }
    mw_mistake_typed(p);
    return is_assignment(p) ? parse_assignment(p, out) : mw_mistake_statement(p, true);
}

// --- the program
// ----------------------------------------------------------------------------------

static bool keep(mw_parser *p, mw_item_kind kind, size_t index) {
    p->nomem = !MW_PUSH(&p->items, (mw_item){kind, (uint32_t)index}) || p->nomem;
    return true;
}

/** A global whose value is wrong is kept, so that its uses are no further errors. */
static bool parse_global(mw_parser *p) {
    mw_step step = {.id = p->id_count++};
    bool ok =
        mw_parser_word(p) == MW_WORD_PRINT ? parse_print(p, &step) : parse_assignment(p, &step);
    if (ok || step.name) {
        p->nomem = !MW_PUSH(&p->steps, step) || p->nomem;
        keep(p, MW_ITEM_STEP, p->steps.count - 1);
    }
    return ok;
}

static bool parse_function(mw_parser *p, bool c_like) {
    return mw_parse_def(p, c_like) && keep(p, MW_ITEM_FUNCTION, p->functions.count - 1);
}

/** `int f(int x) {`, `void f(`, `Task f(`, `function f(`: a function without def. */
static bool is_c_function(const mw_parser *p) {
    if (mw_parser_kind(p) != MW_TOKEN_NAME || mw_parser_ahead(p) != MW_TOKEN_NAME)
        return false;
    return p->token[2].kind == MW_TOKEN_LEFT_PAREN && !p->token[1].word &&
           !p->token[1].starts_line &&
           (p->token->word == MW_WORD_NONE || p->token->word == MW_WORD_TASK ||
            (p->token->word >= MW_WORD_TUPLE && p->token->word <= MW_WORD_MSPACE));
}

static bool parse_statement(mw_parser *p) {
    mw_mistake_typed(p);
    mw_word w = mw_parser_word(p);
    if (w == MW_WORD_DEF)
        return parse_function(p, false);
    if (w == MW_WORD_PRINT || is_assignment(p))
        return parse_global(p);
    if (w == MW_WORD_TASK && is_c_function(p))
        return parse_function(p, true);
    if (mw_word_is_statement(w))
        return mw_parse_rule(p) && keep(p, MW_ITEM_RULE, p->rules.count - 1);
    if (mw_parser_is(p, "Priority") &&
        (mw_parser_ahead(p) == MW_TOKEN_NAME || mw_parser_ahead(p) == MW_TOKEN_STAR ||
         mw_parser_ahead(p) == MW_TOKEN_STRING))
        return mw_parse_priority(p) && keep(p, MW_ITEM_RULE, p->rules.count - 1);
    if (is_c_function(p))
        return parse_function(p, true);
    return mw_mistake_statement(p, false);
}

/** Hands the growing arrays over to the arena. */
static void finish(mw_parser *p, mw_tree *out) {
    *out = (mw_tree){.arena = p->arena,
                     .source = p->source,
                     .item_count = (uint32_t)p->items.count,
                     .function_count = (uint32_t)p->functions.count,
                     .rule_count = (uint32_t)p->rules.count,
                     .step_count = (uint32_t)p->steps.count,
                     .symbol_count = p->symbol_count,
                     .id_count = p->id_count};
    out->items =
        mw_parser_copy(p, p->items.items, p->items.count, sizeof(mw_item), _Alignof(mw_item));
    out->functions = mw_parser_copy(p, p->functions.items, p->functions.count, sizeof(mw_function),
                                    _Alignof(mw_function));
    out->rules = mw_parser_copy(p, p->rules.items, p->rules.count, sizeof(mw_rule_node),
                                _Alignof(mw_rule_node));
    out->steps =
        mw_parser_copy(p, p->steps.items, p->steps.count, sizeof(mw_step), _Alignof(mw_step));
    MW_VEC_CLEAR(&p->items);
    MW_VEC_CLEAR(&p->functions);
    MW_VEC_CLEAR(&p->rules);
    MW_VEC_CLEAR(&p->steps);
}

mw_status mw_parse(const mw_source *source, const mw_tokens *tokens, bool strict, mw_arena *arena,
                   mw_tree *out, mw_diags *diags) {
    mw_parser p = {.source = source,
                   .token = tokens->items,
                   .first = tokens->items,
                   .arena = arena,
                   .diags = diags,
                   .strict = strict};
    while (mw_parser_kind(&p) != MW_TOKEN_END && !p.nomem) {
        const mw_token *from = p.token;
        p.nesting = 0;
        if (!mw_mistake_brace(&p) && !mw_mistake_control(&p) && !parse_statement(&p))
            mw_parser_recover(&p, from, false);
    }
    finish(&p, out);
    return p.nomem || mw_arena_failed(arena) ? MW_ERR_NOMEM : MW_OK;
}
