// src/lang/parse.c: the program: statements, functions, and going on after an error.
#include "lang/parse.h"
#include "base/hash.h"
#include "base/near.h"
#include <string.h>

// --- what all parts use
// ---------------------------------------------------------------------------

const mw_token *mw_parser_next(mw_parser *p) {
    const mw_token *t = p->token;
    if (t->kind != MW_TOKEN_END)
        p->token++;
    return t;
}

bool mw_parser_accept(mw_parser *p, mw_token_kind kind) {
    if (mw_parser_kind(p) != kind)
        return false;
    mw_parser_next(p);
    return true;
}

static bool span_is(const mw_parser *p, mw_span span, const char *text) {
    size_t len = span.end - span.start;
    return strlen(text) == len && memcmp(p->source->text + span.start, text, len) == 0;
}

bool mw_parser_is(const mw_parser *p, const char *text) {
    return mw_parser_kind(p) == MW_TOKEN_NAME && span_is(p, p->token->span, text);
}

const char *mw_parser_text(mw_parser *p, mw_span span) {
    const char *text =
        mw_arena_strndup(p->arena, p->source->text + span.start, span.end - span.start);
    return text ? text : "";
}

static bool grow_symbols(mw_parser *p) {
    uint32_t count = p->bucket_count ? 2 * p->bucket_count : 256;
    mw_symbol **buckets = MW_NEW_ARRAY(p->arena, mw_symbol *, count);
    if (!buckets)
        return false;
    for (uint32_t i = 0; i < p->bucket_count; i++)
        for (mw_symbol *s = p->buckets[i], *next; s; s = next) {
            next = s->next;
            s->next = buckets[s->hash & (count - 1)];
            buckets[s->hash & (count - 1)] = s;
        }
    p->buckets = buckets;
    p->bucket_count = count;
    return true;
}

const mw_symbol *mw_parser_symbol(mw_parser *p, const char *text, size_t len) {
    if (p->symbol_count >= p->bucket_count && !grow_symbols(p))
        return NULL;
    uint32_t hash = (uint32_t)mw_hash(text, len, 0);
    mw_symbol **bucket = &p->buckets[hash & (p->bucket_count - 1)];
    for (mw_symbol *s = *bucket; s; s = s->next)
        if (s->hash == hash && strlen(s->text) == len && memcmp(s->text, text, len) == 0)
            return s;
    mw_symbol *s = MW_NEW(p->arena, mw_symbol);
    if (!s)
        return NULL;
    *s = (mw_symbol){mw_arena_strndup(p->arena, text, len), p->symbol_count++, hash, *bucket};
    *bucket = s->text ? s : *bucket;
    return s->text ? s : NULL;
}

const mw_symbol *mw_parser_symbol_at(mw_parser *p, mw_span span) {
    return mw_parser_symbol(p, p->source->text + span.start, span.end - span.start);
}

void *mw_parser_copy(mw_parser *p, const void *items, size_t count, size_t size, size_t align) {
    void *copy = count ? mw_arena_alloc(p->arena, count * size, align) : NULL;
    if (copy)
        memcpy(copy, items, count * size);
    return copy;
}

// --- errors and recovery
// --------------------------------------------------------------------------

/** `a and b`, `not x`: Python's words. */
static bool report_word_operator(mw_parser *p) {
    static const char *const WORDS[][2] = {{"and", "'and' is written &&"},
                                           {"or", "'or' is written ||"},
                                           {"not", "'not x' is written x == False"}};
    for (size_t i = 0; i < MW_COUNT(WORDS); i++)
        if (mw_parser_is(p, WORDS[i][0])) {
            mw_diag_at(p->diags, MW_ERROR, MW_WORD_OPERATOR, p->source, p->token->span, WORDS[i][1],
                       "'%s' is no operator here", WORDS[i][0]);
            return true;
        }
    return false;
}

/** `a // b;`: the comment swallowed the rest of the statement. */
static bool report_comment_division(mw_parser *p) {
    if (!p->token->after_slash_slash || p->token == p->first)
        return false;
    const char *text = p->source->text;
    uint32_t start = p->token[-1].span.end, end = start;
    while (end < p->source->len && text[end] != '\n')
        end++;
    uint32_t slashes = start;
    while (slashes + 1 < end && !(text[slashes] == '/' && text[slashes + 1] == '/'))
        slashes++;
    while (end > slashes && (text[end - 1] == ' ' || text[end - 1] == '\r'))
        end--;
    if (!memchr(text + slashes, ';', end - slashes))
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_COMMENT_DIVISION, p->source, (mw_span){slashes, slashes + 2},
               "'/' divides integers and truncates",
               "'//' starts a comment, so this statement has no end");
    return true;
}

bool mw_parser_expected(mw_parser *p, const char *what, const char *hint) {
    if (report_word_operator(p) || report_comment_division(p))
        return false;
    const mw_token *t = p->token;
    if (t->kind == MW_TOKEN_NAME || t->kind == MW_TOKEN_INTEGER)
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, t->span, hint,
                   "expected %s, found '%.60s'", what, mw_parser_text(p, t->span));
    else
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, t->span, hint, "expected %s, found %s",
                   what, mw_token_kind_text((mw_token_kind)t->kind));
    return false;
}

bool mw_parser_expect(mw_parser *p, mw_token_kind kind, const char *hint) {
    return mw_parser_accept(p, kind) || mw_parser_expected(p, mw_token_kind_text(kind), hint);
}

bool mw_parser_semicolon(mw_parser *p) {
    if (mw_parser_accept(p, MW_TOKEN_SEMICOLON))
        return true;
    mw_token_kind kind = mw_parser_kind(p);
    bool ends = p->token->starts_line || kind == MW_TOKEN_RIGHT_BRACE || kind == MW_TOKEN_END;
    if (!ends && !mw_word_is_statement(mw_parser_word(p)) && mw_parser_word(p) != MW_WORD_RETURN)
        return mw_parser_expected(p, "';'", NULL);
    if (report_comment_division(p) || report_word_operator(p))
        return false;
    uint32_t end = p->token == p->first ? 0 : p->token[-1].span.end;
    mw_diag_at(p->diags, MW_ERROR, MW_MISSING_SEMICOLON, p->source, (mw_span){end, end + 1},
               "a statement ends with ';'", "missing ';'");
    return true;
}

bool mw_parser_name(mw_parser *p, const char *what, const mw_token **out) {
    if (mw_parser_kind(p) != MW_TOKEN_NAME)
        return mw_parser_expected(p, what, NULL);
    if (mw_parser_word(p) != MW_WORD_NONE) {
        mw_diag_at(p->diags, MW_ERROR, MW_RESERVED_WORD, p->source, p->token->span,
                   "choose another name", "expected %s, found '%s', a reserved word", what,
                   mw_word_text(mw_parser_word(p)));
        return false;
    }
    *out = mw_parser_next(p);
    return true;
}

void mw_parser_extension(mw_parser *p, mw_span span, const char *what, const char *hint) {
    if (p->strict)
        mw_diag_at(p->diags, MW_ERROR, MW_EXTENSION, p->source, span, hint,
                   "%s is an extension, which --strict refuses", what);
}

/** Does a statement seem to start at the next token? */
static bool at_start(const mw_parser *p) {
    if (!p->token->starts_line)
        return false;
    return mw_word_is_statement(mw_parser_word(p)) || mw_parser_word(p) == MW_WORD_RETURN ||
           (mw_parser_kind(p) == MW_TOKEN_NAME && mw_parser_ahead(p) == MW_TOKEN_ASSIGN);
}

/** To where the next statement seems to start, past at least one token unless one is there. */
static void recover(mw_parser *p, const mw_token *from, bool in_body) {
    if (p->token == from && mw_parser_kind(p) != MW_TOKEN_END)
        mw_parser_next(p);
    while (mw_parser_kind(p) != MW_TOKEN_END) {
        if (mw_parser_accept(p, MW_TOKEN_SEMICOLON))
            return;
        if (at_start(p) || (in_body && mw_parser_kind(p) == MW_TOKEN_RIGHT_BRACE))
            return;
        mw_parser_next(p);
    }
}

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

static bool parse_assignment(mw_parser *p, mw_step *out) {
    const mw_token *name = NULL;
    out->kind = MW_STEP_ASSIGN;
    if (!mw_parser_name(p, "a name", &name))
        return false;
    out->at = name->span;
    out->name = mw_parser_symbol_at(p, name->span);
    if (!mw_parser_expect(p, MW_TOKEN_ASSIGN, NULL))
        return false;
    out->value = mw_parse_expr(p);
    out->span = mw_span_join(name->span, p->token[-1].span);
    return out->value && mw_parser_semicolon(p);
}

/** `int x = 3;` and `float x = 3;`: reported, then read without the type. */
static void skip_type(mw_parser *p) {
    mw_word w = mw_parser_word(p);
    bool named = mw_parser_kind(p) == MW_TOKEN_NAME && mw_parser_ahead(p) == MW_TOKEN_NAME;
    if (!named ||
        (w != MW_WORD_NONE && !(w >= MW_WORD_TUPLE && w <= MW_WORD_MSPACE) && w != MW_WORD_TASK))
        return;
    if (p->token[2].kind != MW_TOKEN_ASSIGN || p->token[1].kind == MW_TOKEN_END)
        return;
    mw_diag_at(p->diags, MW_ERROR, MW_TYPED_VARIABLE, p->source, p->token->span,
               "write the name alone: its type is that of the value",
               "a variable is declared without a type");
    mw_parser_next(p);
}

/** if, for, while …: there is no such statement. */
static bool report_control(mw_parser *p) {
    static const char *const WORDS[] = {"if",    "else", "elif", "for",
                                        "while", "else", "do",   "switch"};
    for (size_t i = 0; i < MW_COUNT(WORDS); i++)
        if (mw_parser_is(p, WORDS[i])) {
            mw_diag_at(p->diags, MW_ERROR, MW_UNSUPPORTED_STATEMENT, p->source, p->token->span,
                       WORDS[i][0] == 'f' || WORDS[i][0] == 'w' || WORDS[i][0] == 'd'
                           ? "tuple(f(i) for i in (0, 1)) computes several values"
                           : "choose between values with  condition ? a : b",
                       "there is no '%s' statement", WORDS[i]);
            return true;
        }
    return false;
}

/** One of a body. False: reported; *out then has the name at most. */
static bool parse_step(mw_parser *p, mw_step *out) {
    *out = (mw_step){.id = p->id_count++};
    if (mw_parser_word(p) == MW_WORD_PRINT)
        return parse_print(p, out);
    if (mw_parser_word(p) == MW_WORD_RETURN) {
        out->kind = MW_STEP_RETURN;
        out->at = mw_parser_next(p)->span;
        out->value = mw_parse_expr(p);
        out->span = mw_span_join(out->at, p->token[-1].span);
        return out->value && mw_parser_semicolon(p);
    }
    if (report_control(p))
        return false;
    skip_type(p);
    if (mw_parser_word(p) != MW_WORD_NONE && mw_word_is_statement(mw_parser_word(p))) {
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
                   "end the function with '}' before it", "'%s' cannot stand inside a function",
                   mw_word_text(mw_parser_word(p)));
        return false;
    }
    return parse_assignment(p, out);
}

// --- functions
// ------------------------------------------------------------------------------------

static bool parse_parameter(mw_parser *p, mw_parameter *out) {
    static const struct {
        uint8_t word, type;
    } TYPES[] = {{MW_WORD_INT, MW_TYPE_INT},      {MW_WORD_BOOL, MW_TYPE_BOOL},
                 {MW_WORD_IPOINT, MW_TYPE_TUPLE}, {MW_WORD_ISPACE, MW_TYPE_TUPLE},
                 {MW_WORD_MSPACE, MW_TYPE_SPACE}, {MW_WORD_TASK, MW_TYPE_TASK}};
    const mw_token *type = p->token;
    *out = (mw_parameter){.word = type->word};
    for (size_t i = 0; i < MW_COUNT(TYPES); i++)
        if (TYPES[i].word == type->word)
            out->type = TYPES[i].type;
    if (out->type == MW_TYPE_UNKNOWN)
        return mw_parser_expected(
            p, "a type",
            "types are int, bool, IPoint, ISpace, MSpace and Task, as in  def f(Task task)");
    mw_parser_next(p);
    const mw_token *name = NULL;
    if (!mw_parser_name(p, "the parameter's name", &name))
        return false;
    out->name = mw_parser_symbol_at(p, name->span);
    out->span = name->span;
    return true;
}

static bool parse_parameters(mw_parser *p, mw_function *out) {
    mw_parameter parameters[MW_PARAMETERS_MAX];
    uint32_t count = 0;
    if (!mw_parser_expect(p, MW_TOKEN_LEFT_PAREN, "def f(Task task) { … }"))
        return false;
    if (!mw_parser_accept(p, MW_TOKEN_RIGHT_PAREN)) {
        do {
            if (count == MW_PARAMETERS_MAX) {
                mw_diag_at(p->diags, MW_ERROR, MW_TOO_MANY, p->source, p->token->span, NULL,
                           "a function has at most %d parameters", MW_PARAMETERS_MAX);
                return false;
            }
            if (!parse_parameter(p, &parameters[count++]))
                return false;
        } while (mw_parser_accept(p, MW_TOKEN_COMMA));
        if (!mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, NULL))
            return false;
    }
    out->parameter_count = count;
    out->parameters =
        mw_parser_copy(p, parameters, count, sizeof *parameters, _Alignof(mw_parameter));
    return true;
}

static bool at_column_one(const mw_parser *p) {
    uint32_t start = p->token->span.start;
    return start == 0 || p->source->text[start - 1] == '\n';
}

/** Leaves out an indented body without braces. */
static void skip_indented(mw_parser *p) {
    while (mw_parser_kind(p) != MW_TOKEN_END && !at_column_one(p) &&
           mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE)
        mw_parser_next(p);
}

/** Up to and past '{'. False: there is none, and the function has no body that could be read. */
static bool open_body(mw_parser *p) {
    static const char *const HINT = "a body stands in braces:  def f(Task task) { … }";
    if (mw_parser_kind(p) == MW_TOKEN_COLON) {
        mw_diag_at(p->diags, MW_ERROR, MW_COLON_AFTER_DEF, p->source, p->token->span, HINT,
                   "a colon after def f(…), as in Python");
        mw_parser_next(p);
    } else if (mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE) {
        mw_parser_expected(p, "'{'", HINT);
    }
    if (mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE)
        skip_indented(p);
    return mw_parser_accept(p, MW_TOKEN_LEFT_BRACE);
}

static void parse_body(mw_parser *p, mw_function *f) {
    MW_VEC(mw_step) steps = {0};
    while (mw_parser_kind(p) != MW_TOKEN_RIGHT_BRACE && mw_parser_kind(p) != MW_TOKEN_END) {
        if (mw_parser_word(p) == MW_WORD_DEF ||
            (mw_parser_word(p) != MW_WORD_PRINT && mw_word_is_statement(mw_parser_word(p)) &&
             at_column_one(p)))
            break; // the next statement of the program: this body was not closed
        const mw_token *from = p->token;
        mw_step step;
        bool ok = parse_step(p, &step);
        f->broken = f->broken || !ok;
        if ((ok || step.name) && !MW_PUSH(&steps, step))
            p->nomem = true;
        if (!ok)
            recover(p, from, true);
    }
    if (!mw_parser_accept(p, MW_TOKEN_RIGHT_BRACE)) {
        mw_diag_at(p->diags, MW_ERROR, MW_UNCLOSED, p->source, f->at, "end its body with '}'",
                   "the body of '%.60s' is not closed", f->name ? f->name->text : "");
        f->broken = true;
    }
    f->step_count = (uint32_t)steps.count;
    f->steps = mw_parser_copy(p, steps.items, steps.count, sizeof(mw_step), _Alignof(mw_step));
    MW_VEC_CLEAR(&steps);
}

static bool keep(mw_parser *p, mw_item_kind kind, size_t index) {
    p->nomem = !MW_PUSH(&p->items, (mw_item){kind, (uint32_t)index}) || p->nomem;
    return true;
}

/** A function is kept even if parts of it are wrong, so that its uses are no further errors. */
static bool parse_def(mw_parser *p) {
    const mw_token *def = mw_parser_next(p), *name = NULL;
    mw_function f = {.order = (uint32_t)p->items.count};
    if (!mw_parser_name(p, "the function's name", &name))
        return false;
    f.name = mw_parser_symbol_at(p, name->span);
    f.at = name->span;
    if (!parse_parameters(p, &f)) {
        f.broken = true;
        while (mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE && mw_parser_kind(p) != MW_TOKEN_COLON &&
               mw_parser_kind(p) != MW_TOKEN_END && !at_start(p))
            mw_parser_next(p);
    }
    bool header = !f.broken || mw_parser_kind(p) == MW_TOKEN_LEFT_BRACE;
    if (!header || !open_body(p)) {
        f.broken = true;
        if (mw_parser_kind(p) == MW_TOKEN_COLON)
            skip_indented(p);
    } else {
        parse_body(p, &f);
    }
    mw_parser_accept(p, MW_TOKEN_SEMICOLON); // harmless after '}'
    f.span = mw_span_join(def->span, p->token[-1].span);
    p->nomem = !MW_PUSH(&p->functions, f) || p->nomem;
    return keep(p, MW_ITEM_FUNCTION, p->functions.count - 1);
}

// --- the program
// ----------------------------------------------------------------------------------

/** Names that people try as statements, and what they meant. */
static bool report_unknown(mw_parser *p) {
    static const char *const STATEMENTS[] = {
        "Task",          "Region",       "Layout",        "InstanceLimit",
        "CollectMemory", "IndexTaskMap", "SingleTaskMap", "ControlReplicate",
        "Priority",      "def",          "print"};
    if (mw_parser_kind(p) != MW_TOKEN_NAME)
        return mw_parser_expected(p, "a statement", NULL);
    if (report_control(p))
        return false;
    if (mw_parser_word(p) == MW_WORD_RETURN) {
        mw_diag_at(p->diags, MW_ERROR, MW_UNSUPPORTED_STATEMENT, p->source, p->token->span,
                   "is a '}' too early above?", "'return' outside a function");
        return false;
    }
    const char *text = mw_parser_text(p, p->token->span);
    mw_near nearest = mw_near_to(text);
    for (size_t i = 0; i < MW_COUNT(STATEMENTS); i++)
        mw_near_offer(&nearest, STATEMENTS[i]);
    const char *hint = nearest.best ? mw_arena_printf(p->arena, "did you mean '%s'?", nearest.best)
                                    : "statements start with Task, Region, Layout, IndexTaskMap, "
                                      "def …, or  name = value;";
    mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_STATEMENT, p->source, p->token->span, hint,
               "'%.60s' starts no statement", text);
    return false;
}

static bool parse_statement(mw_parser *p) {
    mw_word w = mw_parser_word(p);
    skip_type(p);
    if (w != mw_parser_word(p))
        w = mw_parser_word(p);
    bool assignment = mw_parser_kind(p) == MW_TOKEN_NAME && mw_parser_ahead(p) == MW_TOKEN_ASSIGN;
    if (w == MW_WORD_DEF)
        return parse_def(p);
    if (w == MW_WORD_PRINT || assignment) {
        mw_step step = {.id = p->id_count++};
        bool ok = w == MW_WORD_PRINT ? parse_print(p, &step) : parse_assignment(p, &step);
        if (ok || step.name) {
            p->nomem = !MW_PUSH(&p->steps, step) || p->nomem;
            keep(p, MW_ITEM_STEP, p->steps.count - 1);
        }
        return ok;
    }
    if (mw_word_is_statement(w))
        return mw_parse_rule(p) && keep(p, MW_ITEM_RULE, p->rules.count - 1);
    if (mw_parser_is(p, "Priority") &&
        (mw_parser_ahead(p) == MW_TOKEN_NAME || mw_parser_ahead(p) == MW_TOKEN_STAR))
        return mw_parse_priority(p) && keep(p, MW_ITEM_RULE, p->rules.count - 1);
    return report_unknown(p);
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
        if (!parse_statement(&p))
            recover(&p, from, false);
    }
    finish(&p, out);
    return p.nomem || mw_arena_failed(arena) ? MW_ERR_NOMEM : MW_OK;
}
