// src/lang/parse_token.c: what all parts of the parser use: tokens, names, and going on after an
// error.
#include "lang/parse.h"
#include "base/hash.h"
#include <string.h>

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

static mw_symbol *find_symbol(mw_parser *p, const char *text, size_t len) {
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
    *s = (mw_symbol){.text = mw_arena_strndup(p->arena, text, len),
                     .id = p->symbol_count++,
                     .hash = hash,
                     .next = *bucket};
    *bucket = s->text ? s : *bucket;
    return s->text ? s : NULL;
}

const mw_symbol *mw_parser_symbol(mw_parser *p, const char *text, size_t len) {
    return find_symbol(p, text, len);
}

const mw_symbol *mw_parser_symbol_at(mw_parser *p, mw_span span) {
    return find_symbol(p, p->source->text + span.start, span.end - span.start);
}

void mw_parser_lose(mw_parser *p, mw_span name) {
    mw_symbol *s = find_symbol(p, p->source->text + name.start, name.end - name.start);
    if (s)
        s->lost = true;
    else
        p->nomem = true;
}

void *mw_parser_copy(mw_parser *p, const void *items, size_t count, size_t size, size_t align) {
    void *copy = count ? mw_arena_alloc(p->arena, count * size, align) : NULL;
    if (copy)
        memcpy(copy, items, count * size);
    return copy;
}

// --- errors and recovery
// --------------------------------------------------------------------------

bool mw_parser_expected(mw_parser *p, const char *what, const char *hint) {
    if (p->token->after_error || mw_mistake_here(p))
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

mw_span mw_parser_after_last(const mw_parser *p) {
    uint32_t end = p->token == p->first ? 0 : p->token[-1].span.end;
    return (mw_span){end, end};
}

/** `Task a GPU CPU;`: a list whose comma is missing; `Region … FBMEM SOA;`: two statements in one.
 */
static bool report_missing_comma(mw_parser *p) {
    mw_word w = mw_parser_word(p);
    if (w >= MW_WORD_SOA && w <= MW_WORD_ALIGN)
        return !mw_parser_expected(
            p, "';'", "layouts have a statement of their own:  Layout TASK REGION MEMORY SOA;");
    if (p->token == p->first || !p->token[-1].word)
        return false;
    mw_word last = (mw_word)p->token[-1].word;
    bool kind = mw_word_is_proc(w) || mw_word_is_mem(w);
    if (!kind && p->in_rule && mw_parser_kind(p) == MW_TOKEN_NAME &&
        (mw_word_is_proc(last) || mw_word_is_mem(last)))
        return !mw_parser_expected(p, "',' or ';'", "commas separate the kinds of a list");
    if (!kind)
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
               "commas separate the kinds of a list", "expected ',' or ';', found '%s'",
               mw_word_text(w));
    mw_diag_edit(p->diags, p->source, mw_parser_after_last(p), ",");
    return true;
}

bool mw_parser_semicolon(mw_parser *p) {
    if (mw_parser_accept(p, MW_TOKEN_SEMICOLON))
        return true;
    mw_token_kind kind = mw_parser_kind(p);
    mw_word w = mw_parser_word(p);
    bool ends = p->token->starts_line || kind == MW_TOKEN_RIGHT_BRACE || kind == MW_TOKEN_END;
    if (!ends && !mw_word_is_statement(w) && w != MW_WORD_RETURN)
        return report_missing_comma(p) ? false : mw_parser_expected(p, "';'", NULL);
    if (mw_mistake_comment(p))
        return false;
    p->semicolons_missing++;
    if (p->braceless || p->token->after_error) // said already
        return true;
    mw_span end = mw_parser_after_last(p);
    mw_diag_at(p->diags, MW_ERROR, MW_MISSING_SEMICOLON, p->source, end,
               "a statement ends with ';'", "missing ';'");
    mw_diag_edit(p->diags, p->source, end, ";");
    return true;
}

bool mw_parser_name(mw_parser *p, const char *what, mw_span *out) {
    if (mw_parser_kind(p) == MW_TOKEN_STRING)
        return mw_mistake_quoted(p, what, out);
    if (mw_parser_kind(p) != MW_TOKEN_NAME)
        return mw_parser_expected(p, what, NULL);
    if (mw_parser_word(p) != MW_WORD_NONE) {
        mw_diag_at(p->diags, MW_ERROR, MW_RESERVED_WORD, p->source, p->token->span,
                   mw_word_is_proc(mw_parser_word(p)) || mw_word_is_mem(mw_parser_word(p))
                       ? "kinds and names do not mix: write one statement for each"
                       : "choose another name",
                   "expected %s, found '%s', a reserved word", what,
                   mw_word_text(mw_parser_word(p)));
        return false;
    }
    *out = mw_parser_next(p)->span;
    return true;
}

void mw_parser_extension(mw_parser *p, mw_span span, const char *what, const char *hint) {
    if (p->strict)
        mw_diag_at(p->diags, MW_ERROR, MW_EXTENSION, p->source, span, hint,
                   "%s is an extension, which --strict refuses", what);
}

bool mw_parser_at_column_one(const mw_parser *p) {
    uint32_t start = p->token->span.start;
    return start == 0 || p->source->text[start - 1] == '\n';
}

bool mw_parser_at_statement(const mw_parser *p) {
    if (!p->token->starts_line)
        return false;
    return mw_word_is_statement(mw_parser_word(p)) || mw_parser_word(p) == MW_WORD_RETURN ||
           (mw_parser_kind(p) == MW_TOKEN_NAME && mw_parser_ahead(p) == MW_TOKEN_ASSIGN);
}

void mw_parser_recover(mw_parser *p, const mw_token *from, bool in_body) {
    if (p->token == from && mw_parser_kind(p) != MW_TOKEN_END)
        mw_parser_next(p);
    while (mw_parser_kind(p) != MW_TOKEN_END) {
        if (mw_parser_accept(p, MW_TOKEN_SEMICOLON))
            return;
        if (mw_parser_at_statement(p) || (in_body && mw_parser_kind(p) == MW_TOKEN_RIGHT_BRACE))
            return;
        if (p->braceless && mw_parser_at_column_one(p))
            return;
        mw_parser_next(p);
    }
}
