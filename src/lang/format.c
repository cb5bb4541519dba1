// src/lang/format.c: prints tokens and the comments between them. The text was parsed before, so
// that between two tokens there is nothing but blanks and comments, and statements have their
// shape.
#include "lang/format.h"
#include "lang/ast.h"
#include <string.h>

enum {
    INDENT = 4,
    INDENT_MAX = 48, ///< of what is deep inside a statement
    LEVELS = 9,      ///< of one bracket, see looseness()
    NEVER = UINT16_MAX
};

/** A token of the statement in hand, or a comment inside it. */
typedef struct piece {
    mw_span span;
    uint16_t level; ///< a line may break before it; the lowest level breaks first. NEVER: not here
    bool space;     ///< a blank stands before it on the same line
    bool comment;
    bool own_line; ///< a comment on a line of its own
} piece;

typedef struct formatter {
    const mw_source *source;
    const mw_token *tokens; ///< up to and with END
    size_t at;              ///< the next token
    mw_str *out;
    uint32_t indent; ///< columns
    bool fresh;      ///< nothing stands in this file or body yet
    bool open;       ///< the line in hand has something on it
    bool commented;  ///< … and ends in a comment
    bool nomem;
    MW_VEC(piece) pieces;
} formatter;

// --- tokens
// ---------------------------------------------------------------------------------------

static mw_token_kind kind_of(const formatter *f, size_t i) {
    return (mw_token_kind)f->tokens[i].kind;
}

/** A reserved word in its own role: after a dot it is the name of a member. */
static bool is_word(const formatter *f, size_t i, mw_word word) {
    return f->tokens[i].word == word && (i == 0 || kind_of(f, i - 1) != MW_TOKEN_DOT);
}

/** Can token i end an operand, so that an operator may follow? */
static bool ends_operand(const formatter *f, size_t i) {
    switch (kind_of(f, i)) {
    case MW_TOKEN_NAME:
        return !is_word(f, i, MW_WORD_RETURN) && !is_word(f, i, MW_WORD_FOR) &&
               !is_word(f, i, MW_WORD_IN);
    case MW_TOKEN_INTEGER:
    case MW_TOKEN_STRING:
    case MW_TOKEN_RIGHT_PAREN:
    case MW_TOKEN_RIGHT_BRACKET: return true;
    default: return false;
    }
}

/** How loosely an operator holds an expression together, from 2 on: 0 is a comma, 1 the `for` of a
 * comprehension. NEVER: a line does not break before it. */
static uint16_t looseness(mw_token_kind kind) {
    switch (kind) {
    case MW_TOKEN_QUESTION:
    case MW_TOKEN_COLON: return 2;
    case MW_TOKEN_OR: return 3;
    case MW_TOKEN_AND: return 4;
    case MW_TOKEN_EQ:
    case MW_TOKEN_NE: return 5;
    case MW_TOKEN_LT:
    case MW_TOKEN_GT:
    case MW_TOKEN_LE:
    case MW_TOKEN_GE: return 6;
    case MW_TOKEN_PLUS:
    case MW_TOKEN_MINUS: return 7;
    case MW_TOKEN_STAR:
    case MW_TOKEN_SLASH:
    case MW_TOKEN_PERCENT: return 8;
    default: return NEVER;
    }
}

// --- comments and lines
// ---------------------------------------------------------------------------

typedef struct gap {
    uint32_t at, end; ///< bytes not looked at yet
    uint32_t newlines;
} gap;

/** Moves past the next comment of a gap and sets *out to it, without the blanks at its end;
 * `newlines` counts those before it. False: there is none, and `newlines` counts the rest. */
static bool next_comment(const formatter *f, gap *g, mw_span *out) {
    const char *text = f->source->text;
    g->newlines = 0;
    while (g->at < g->end && text[g->at] != '#' && text[g->at] != '/')
        g->newlines += text[g->at++] == '\n';
    if (g->at == g->end)
        return false;
    const char *newline = memchr(text + g->at, '\n', g->end - g->at);
    uint32_t end = newline ? (uint32_t)(newline - text) : g->end;
    *out = (mw_span){g->at, end};
    g->at = end;
    while (out->end > out->start && strchr(" \t\r", text[out->end - 1]) && text[out->end - 1])
        out->end--;
    return true;
}

static void put(formatter *f, mw_span span) {
    mw_str_add_bytes(f->out, f->source->text + span.start, span.end - span.start);
}

static void blanks(formatter *f, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        mw_str_add_char(f->out, ' ');
}

static void begin_line(formatter *f, bool blank_line) {
    if (f->open)
        mw_str_add_char(f->out, '\n');
    if (blank_line && !f->fresh)
        mw_str_add_char(f->out, '\n');
    blanks(f, f->indent);
    f->fresh = f->commented = false;
    f->open = true;
}

static uint32_t end_of_previous(const formatter *f, size_t i) {
    static const char MARK[] = "\xEF\xBB\xBF"; // a byte order mark is left out
    if (i > 0)
        return f->tokens[i - 1].span.end;
    bool marked = f->source->len >= 3 && memcmp(f->source->text, MARK, 3) == 0;
    return marked ? 3 : 0;
}

static gap gap_before(const formatter *f, size_t i) {
    return (gap){end_of_previous(f, i), f->tokens[i].span.start, 0};
}

/** Puts the comments before token i, which stands between statements. A comment on the line of
 * what is before it stays there. @return is there a blank line right before the token? */
static bool put_comments(formatter *f, size_t i) {
    gap g = gap_before(f, i);
    mw_span comment;
    bool first = true;
    while (next_comment(f, &g, &comment)) {
        if (first && g.newlines == 0 && f->open && !f->commented)
            mw_str_add(f->out, "  ");
        else
            begin_line(f, g.newlines > 1);
        put(f, comment);
        f->commented = true;
        first = false;
    }
    return g.newlines > 1;
}

// --- a statement as pieces
// ------------------------------------------------------------------------

static void add_piece(formatter *f, piece p) {
    if (!MW_PUSH(&f->pieces, p))
        f->nomem = true;
}

/** The comments before token i, which stands inside a statement. */
static void add_comments(formatter *f, size_t i) {
    gap g = gap_before(f, i);
    mw_span comment;
    while (next_comment(f, &g, &comment))
        add_piece(f, (piece){comment, NEVER, false, true, g.newlines > 0});
}

/** What the reading of an expression has to remember. */
typedef struct nest {
    uint16_t depth;                        ///< of brackets
    uint32_t questions;                    ///< '?' of this bracket that wait for their ':'
    uint32_t outer[2 * MW_EXPR_DEPTH_MAX]; ///< those of the brackets around it
    bool unary;                            ///< the token before is a sign or an unpacking '*'
    bool slice;                            ///< the token before is the ':' of a slice
} nest;

static void open_bracket(nest *n) {
    if (n->depth < 2 * MW_EXPR_DEPTH_MAX)
        n->outer[n->depth] = n->questions;
    n->depth++;
    n->questions = 0;
}

static void close_bracket(nest *n) {
    n->depth--;
    n->questions = n->depth < 2 * MW_EXPR_DEPTH_MAX ? n->outer[n->depth] : 0;
}

/** Does a blank stand between tokens i - 1 and i of an expression? */
static bool spaced(const formatter *f, const nest *n, size_t i, bool slice) {
    mw_token_kind before = kind_of(f, i - 1), here = kind_of(f, i);
    if (n->unary || n->slice || slice || before == MW_TOKEN_LEFT_PAREN ||
        before == MW_TOKEN_LEFT_BRACKET || before == MW_TOKEN_DOT)
        return false;
    switch (here) {
    case MW_TOKEN_SEMICOLON:
    case MW_TOKEN_COMMA:
    case MW_TOKEN_RIGHT_PAREN:
    case MW_TOKEN_RIGHT_BRACKET:
    case MW_TOKEN_DOT: return false;
    case MW_TOKEN_LEFT_PAREN:
    case MW_TOKEN_LEFT_BRACKET: return !ends_operand(f, i - 1);
    default: return true;
    }
}

static uint16_t break_level(const formatter *f, const nest *n, size_t i, bool unary, bool slice) {
    uint16_t loose = unary || slice ? NEVER : looseness(kind_of(f, i));
    if (kind_of(f, i - 1) == MW_TOKEN_COMMA)
        loose = 0;
    else if (is_word(f, i, MW_WORD_FOR))
        loose = 1;
    return loose == NEVER ? NEVER : (uint16_t)(n->depth * LEVELS + loose);
}

/** Token i of an expression, an assignment, a print, a return or a function's head. `first`: the
 * expression starts with it. */
static void add_expression_token(formatter *f, nest *n, size_t i, bool first) {
    mw_token_kind kind = kind_of(f, i);
    bool slice = kind == MW_TOKEN_COLON && n->questions == 0;
    bool unary =
        (kind == MW_TOKEN_MINUS || kind == MW_TOKEN_STAR) && (first || !ends_operand(f, i - 1));
    if (kind == MW_TOKEN_RIGHT_PAREN || kind == MW_TOKEN_RIGHT_BRACKET)
        close_bracket(n);
    piece p = {f->tokens[i].span, NEVER, true, false, false};
    if (!first) {
        p.level = break_level(f, n, i, unary, slice);
        p.space = spaced(f, n, i, slice);
    }
    add_piece(f, p);
    if (kind == MW_TOKEN_LEFT_PAREN || kind == MW_TOKEN_LEFT_BRACKET)
        open_bracket(n);
    if (kind == MW_TOKEN_QUESTION)
        n->questions++;
    if (kind == MW_TOKEN_COLON && n->questions > 0)
        n->questions--;
    n->unary = unary;
    n->slice = slice;
}

static bool is_priority(const formatter *f, size_t i) {
    const mw_token *t = &f->tokens[i];
    return kind_of(f, i) == MW_TOKEN_NAME && t->span.end - t->span.start == 8 &&
           memcmp(f->source->text + t->span.start, "Priority", 8) == 0 &&
           kind_of(f, i + 1) != MW_TOKEN_ASSIGN;
}

static bool is_rule(const formatter *f, size_t i) {
    mw_word w = (mw_word)f->tokens[i].word;
    return (w >= MW_WORD_TASK && w < MW_WORD_DEF) || is_priority(f, i);
}

/** Past the names of a Priority statement that starts at i: where its expression starts. */
static size_t priority_value(const formatter *f, size_t i) {
    i += 2;
    while (kind_of(f, i) == MW_TOKEN_COMMA)
        i += 2;
    return i;
}

/** Token i of a rule: words, commas and '*' for a name. */
static void add_rule_token(formatter *f, size_t i) {
    mw_token_kind kind = kind_of(f, i);
    bool comma = kind_of(f, i - 1) == MW_TOKEN_COMMA;
    add_piece(f, (piece){f->tokens[i].span, comma ? 0 : NEVER,
                         kind != MW_TOKEN_COMMA && kind != MW_TOKEN_SEMICOLON, false, false});
}

/** The statement at f->at, up to its ';' or '{', which is the last piece. Comments before that one
 * are left for behind it. Leaves f->at past it. */
static void gather(formatter *f) {
    size_t first = f->at, value = first;
    if (is_rule(f, first))
        value = is_priority(f, first) ? priority_value(f, first) : SIZE_MAX;
    nest n = {0};
    f->pieces.count = 0;
    for (size_t i = first;; i++) {
        mw_token_kind kind = kind_of(f, i);
        bool last = kind == MW_TOKEN_SEMICOLON || kind == MW_TOKEN_LEFT_BRACE;
        if (i > first && !last)
            add_comments(f, i);
        if (i == first)
            add_piece(f, (piece){f->tokens[i].span, NEVER, false, false, false});
        else if (i < value)
            add_rule_token(f, i);
        else
            add_expression_token(f, &n, i, i == value);
        f->at = i + 1;
        if (last || f->nomem)
            return;
    }
}

// --- a statement as lines
// -------------------------------------------------------------------------

/** Columns of a piece: code points, as a string may hold other text than ASCII. */
static uint32_t width(const formatter *f, const piece *p) {
    uint32_t columns = p->space;
    for (uint32_t i = p->span.start; i < p->span.end; i++)
        columns += ((unsigned char)f->source->text[i] & 0xC0) != 0x80;
    return columns;
}

static void put_new_line(formatter *f, uint32_t indent) {
    mw_str_add_char(f->out, '\n');
    blanks(f, indent);
}

/** Columns of pieces [from, to), without a blank before the first; more than the limit: too wide.
 */
static uint32_t run_width(const formatter *f, size_t from, size_t to) {
    uint32_t columns = 0;
    for (size_t i = from; i < to && columns <= MW_FORMAT_COLUMNS; i++)
        columns += width(f, &f->pieces.items[i]) - (i == from && f->pieces.items[i].space);
    return columns;
}

static uint16_t lowest_level(const formatter *f, size_t from, size_t to) {
    uint16_t lowest = NEVER;
    for (size_t i = from + 1; i < to; i++)
        if (f->pieces.items[i].level < lowest)
            lowest = f->pieces.items[i].level;
    return lowest;
}

/** Pieces [from, to), none of them a comment, from `column` on: on this line if they fit, else
 * broken where they are loosest: a list wherever it is full, operators and `for` before each of
 * them. Further lines start at `further`. Recursion goes to higher levels only. @return the column
 * reached */
static uint32_t put_run(formatter *f, size_t from, size_t to, uint32_t column, uint32_t further) {
    const piece *p = f->pieces.items;
    uint32_t columns = run_width(f, from, to);
    uint16_t level = lowest_level(f, from, to);
    if (column + columns <= MW_FORMAT_COLUMNS || level == NEVER) {
        for (size_t i = from; i < to; i++) {
            if (i > from && p[i].space)
                mw_str_add_char(f->out, ' ');
            put(f, p[i].span);
        }
        return column + columns;
    }
    uint32_t deeper = further + INDENT < INDENT_MAX ? further + INDENT : further;
    for (size_t i = from, end; i < to; i = end) {
        for (end = i + 1; end < to && p[end].level != level;)
            end++;
        bool fits = column + p[i].space + run_width(f, i, end) <= MW_FORMAT_COLUMNS;
        if (i > from && level % LEVELS == 0 && fits) {
            mw_str_add_char(f->out, ' '); // after a comma
            column++;
        } else if (i > from) {
            put_new_line(f, further);
            column = further;
        }
        column = put_run(f, i, end, column, deeper);
    }
    return column;
}

static void put_pieces(formatter *f, uint32_t further) {
    uint32_t column = f->indent;
    for (size_t i = 0, end; i < f->pieces.count; i = end) {
        const piece *p = &f->pieces.items[i];
        end = i + 1;
        if (p->comment) {
            bool follows_code = i > 0 && !p[-1].comment;
            if (!p->own_line && follows_code)
                mw_str_add(f->out, "  ");
            else if (follows_code)
                put_new_line(f, further);
            put(f, p->span);
            put_new_line(f, further);
            column = further;
            continue;
        }
        while (end < f->pieces.count && !f->pieces.items[end].comment)
            end++;
        put_run(f, i, end, column, further);
    }
}

/** The statement at f->at, with the comments before its last token put behind it. */
static void put_statement(formatter *f, bool blank_line) {
    bool def = f->tokens[f->at].word == MW_WORD_DEF;
    gather(f);
    begin_line(f, blank_line);
    put_pieces(f, f->indent + (def ? 2 * INDENT : INDENT));
    if (def) {
        f->indent = INDENT;
        f->fresh = true;
    }
    put_comments(f, f->at - 1);
}

static void put_closing_brace(formatter *f) {
    f->indent = 0;
    begin_line(f, false);
    put(f, f->tokens[f->at++].span);
    if (kind_of(f, f->at) == MW_TOKEN_SEMICOLON) {
        put_comments(f, f->at);
        f->at++;
    }
}

static void put_program(formatter *f) {
    while (!f->nomem && !f->out->failed) {
        bool blank_line = put_comments(f, f->at);
        if (kind_of(f, f->at) == MW_TOKEN_END)
            break;
        if (kind_of(f, f->at) == MW_TOKEN_RIGHT_BRACE)
            put_closing_brace(f);
        else
            put_statement(f, blank_line);
    }
    if (f->open)
        mw_str_add_char(f->out, '\n');
}

// --- the whole
// ------------------------------------------------------------------------------------

/** Does it parse? With a list of its own: the caller's may hold errors of other files, or be NULL.
 */
static mw_status parse(const mw_source *source, mw_tokens *tokens, mw_diags *diags) {
    mw_diags *own = mw_diags_new();
    mw_arena *arena = mw_arena_new();
    mw_status status = own && arena ? mw_lex(source, tokens, own) : MW_ERR_NOMEM;
    mw_tree tree;
    if (status == MW_OK)
        status = mw_parse(source, tokens, false, arena, &tree, own);
    if (status == MW_OK && mw_diags_errors(own))
        status = MW_ERR_INPUT;
    for (size_t i = 0; own && i < mw_diags_count(own); i++)
        mw_diag_copy(diags, mw_diags_at(own, i));
    mw_arena_free(arena);
    mw_diags_free(own);
    return status;
}

mw_status mw_format(const mw_source *source, mw_str *out, mw_diags *diags) {
    if (source->len > MW_MAPPER_MAX_BYTES) {
        mw_diag_in(diags, MW_ERROR, MW_MAPPER_TOO_LARGE, source->name, NULL, NULL,
                   "a mapper of %zu bytes; %d is the most", source->len, MW_MAPPER_MAX_BYTES);
        return MW_ERR_INPUT;
    }
    mw_tokens tokens = {0};
    mw_str text = {0};
    mw_status status = parse(source, &tokens, diags);
    if (status == MW_OK) {
        formatter f = {.source = source, .tokens = tokens.items, .out = &text, .fresh = true};
        put_program(&f);
        if (text.len)
            mw_str_add_bytes(out, text.text, text.len);
        status = f.nomem || text.failed || out->failed ? MW_ERR_NOMEM : MW_OK;
        MW_VEC_CLEAR(&f.pieces);
    }
    mw_str_clear(&text);
    MW_VEC_CLEAR(&tokens);
    return status;
}
