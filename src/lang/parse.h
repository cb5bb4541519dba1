// src/lang/parse.h: what the parts of the parser share (parse.c: the program, functions and
// recovery; parse_rule.c: rules; parse_expr.c: expressions). Uses: ast.
#pragma once
#include "lang/ast.h"

typedef struct mw_parser {
    const mw_source *source;
    const mw_token *token; ///< the next one; never moves past END
    const mw_token *first;
    mw_arena *arena;
    mw_diags *diags;
    bool strict;
    bool nomem;
    uint32_t nesting; ///< of the expression being parsed
    uint32_t id_count, symbol_count;
    mw_symbol **buckets;
    uint32_t bucket_count; ///< a power of two
    MW_VEC(mw_item) items;
    MW_VEC(mw_function) functions;
    MW_VEC(mw_rule_node) rules;
    MW_VEC(mw_step) steps;
} mw_parser;

static inline mw_token_kind mw_parser_kind(const mw_parser *p) {
    return (mw_token_kind)p->token->kind;
}
static inline mw_token_kind mw_parser_ahead(const mw_parser *p) {
    return mw_parser_kind(p) == MW_TOKEN_END ? MW_TOKEN_END : (mw_token_kind)p->token[1].kind;
}
static inline mw_word mw_parser_word(const mw_parser *p) {
    return (mw_word)p->token->word;
}
static inline mw_span mw_span_join(mw_span a, mw_span b) {
    return (mw_span){a.start, b.end};
}

const mw_token *mw_parser_next(mw_parser *p);            ///< takes a token
bool mw_parser_accept(mw_parser *p, mw_token_kind kind); ///< takes it if it is of that kind
bool mw_parser_is(const mw_parser *p, const char *text); ///< is the next token this name?
const char *mw_parser_text(mw_parser *p, mw_span span);  ///< a copy; never NULL
const mw_symbol *mw_parser_symbol(mw_parser *p, const char *text, size_t len); ///< NULL: memory
const mw_symbol *mw_parser_symbol_at(mw_parser *p, mw_span span);
/** "expected <what>, found …" at the next token, or something more to the point where the mistake
 * is a known one. `hint` may be NULL. Always false. */
bool mw_parser_expected(mw_parser *p, const char *what, const char *hint);
/** Takes a token of that kind, or reports. */
bool mw_parser_expect(mw_parser *p, mw_token_kind kind, const char *hint);
/** Takes ';'. One that is missing at a line's end is reported and then taken for granted. */
bool mw_parser_semicolon(mw_parser *p);
/** Takes a name that is not reserved and sets *out, or reports; `what` is for the message. */
bool mw_parser_name(mw_parser *p, const char *what, const mw_token **out);
/** Reports an extension when --strict is on; `hint` says how to do without. */
void mw_parser_extension(mw_parser *p, mw_span span, const char *what, const char *hint);
/** Copies an array into the arena; NULL for none. */
void *mw_parser_copy(mw_parser *p, const void *items, size_t count, size_t size, size_t align);

// Each returns NULL or false once it has reported an error; the caller then recovers.
const mw_expr *mw_parse_expr(mw_parser *p);
/** `close` ends the list and is taken; `items` has room for MW_ITEMS_MAX. */
bool mw_parse_items(mw_parser *p, mw_token_kind close, bool unpack, bool wildcard,
                    const mw_expr *items[], uint32_t *count);
bool mw_parse_rule(mw_parser *p);
/** Priority names expr; (an extension, which is why its word is not reserved) */
bool mw_parse_priority(mw_parser *p);
