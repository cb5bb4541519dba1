// src/lang/parse.h: what the parts of the parser share (parse.c: the program and its steps;
// parse_def.c: functions; parse_rule.c: rules; parse_expr.c, parse_primary.c: expressions;
// parse_token.c: tokens and recovery; parse_mistake.c: mistakes that are known by sight). Uses:
// ast.
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
    bool braceless;   ///< the body being parsed is one by indentation
    bool in_rule;     ///< a rule is being parsed
    bool in_control;  ///< an `if` or a loop of this body was reported: what belongs to it is not
    uint32_t semicolons_missing;
    uint32_t braces_owed; ///< '}' that the text has too many because of what was reported
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
/** The assignment to a name was reported: that the name has no value is no further error. */
void mw_parser_lose(mw_parser *p, mw_span name);
/** "expected <what>, found …" at the next token, or something more to the point where the mistake
 * is a known one. `hint` may be NULL. Always false. */
bool mw_parser_expected(mw_parser *p, const char *what, const char *hint);
/** Takes a token of that kind, or reports. */
bool mw_parser_expect(mw_parser *p, mw_token_kind kind, const char *hint);
/** Takes ';'. One that is missing at a line's end is reported and then taken for granted. */
bool mw_parser_semicolon(mw_parser *p);
/** Takes a name that is not reserved and sets *out to its place, or reports; `what` is for the
 * message. */
bool mw_parser_name(mw_parser *p, const char *what, mw_span *out);
mw_span mw_parser_after_last(const mw_parser *p); ///< the empty place after the token taken last
bool mw_parser_at_column_one(const mw_parser *p);
/** Does a statement seem to start at the next token? */
bool mw_parser_at_statement(const mw_parser *p);
/** To where the next statement seems to start, past at least one token unless one is there. */
void mw_parser_recover(mw_parser *p, const mw_token *from, bool in_body);
/** Reports an extension when --strict is on; `hint` says how to do without. */
void mw_parser_extension(mw_parser *p, mw_span span, const char *what, const char *hint);
/** Copies an array into the arena; NULL for none. */
void *mw_parser_copy(mw_parser *p, const void *items, size_t count, size_t size, size_t align);

// Mistakes that are known by sight. Each reports and returns true if the next token shows one;
// unless said, nothing is taken.
bool mw_mistake_here(mw_parser *p);    ///< where an expression or statement does not go on
bool mw_mistake_comment(mw_parser *p); ///< a // that swallowed the rest of a division
bool mw_mistake_control(mw_parser *p); ///< if, for, while …; takes the head of the statement
bool mw_mistake_brace(
    mw_parser *p); ///< a '}' that closes nothing; taken; not reported if it is owed
/** Where a statement must start and none does. Always false. */
bool mw_mistake_statement(mw_parser *p, bool in_body);
/** A string where a name must stand: reported, taken, and *out is the place of the name in it;
 * false if it holds no name. */
bool mw_mistake_quoted(mw_parser *p, const char *what, mw_span *out);
/** `int x = 3;`, `x: int = 3;`: reported, and the type is taken. */
void mw_mistake_typed(mw_parser *p);
/** What somebody probably meant by a word that is no kind; MW_WORD_NONE: no idea. */
mw_word mw_mistake_kind(const char *text, mw_word first, mw_word last);

// Each returns NULL or false once it has reported an error; the caller then recovers.
const mw_expr *mw_parse_expr(mw_parser *p);
/** `close` ends the list and is taken; `items` has room for MW_ITEMS_MAX. */
bool mw_parse_items(mw_parser *p, mw_token_kind close, bool unpack, bool wildcard,
                    const mw_expr *items[], uint32_t *count);
const mw_expr *mw_parse_postfix(mw_parser *p);
const mw_expr *mw_parse_primary(mw_parser *p);
/** Puts a node into the arena and gives it its number and depth. NULL: too deep (reported), or out
 * of memory. */
const mw_expr *mw_parser_make(mw_parser *p, mw_expr e, const mw_expr *const items[],
                              uint32_t count);
bool mw_parser_too_deep(mw_parser *p, mw_span span); ///< reports; always false
/** One statement of a body. False: reported; *out then has the name at most. */
bool mw_parse_step(mw_parser *p, mw_step *out);
/** `def …`, or with `c_like` the same without the word. Kept in p->functions even if parts of it
 * are wrong, so that its uses are no further errors. */
bool mw_parse_def(mw_parser *p, bool c_like);
bool mw_parse_rule(mw_parser *p);
/** Priority names expr; (an extension, which is why its word is not reserved) */
bool mw_parse_priority(mw_parser *p);
