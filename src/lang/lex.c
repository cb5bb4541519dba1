// src/lang/lex.c: text to tokens; whatever is in the file, every byte is looked at once.
#include "lang/token.h"
#include <stdlib.h>
#include <string.h>

static const char *const WORDS[MW_WORDS] = {NULL,
#define MW_WORD_TEXT(name, text) text,
                                            MW_WORD_LIST(MW_WORD_TEXT)
#undef MW_WORD_TEXT
};

const char *mw_word_text(mw_word w) {
    return WORDS[w];
}

const char *mw_token_kind_text(mw_token_kind kind) {
    static const char *const TEXT[MW_TOKEN_KINDS] = {
        "the end of the file",
        "a name",
        "an integer",
        "a string",
        "'('",
        "')'",
        "'['",
        "']'",
        "'{'",
        "'}'",
        "','",
        "';'",
        "':'",
        "'.'",
        "'?'",
        "'='",
        "'||'",
        "'&&'",
        "'=='",
        "'!='",
        "'<'",
        "'>'",
        "'<='",
        "'>='",
        "'+'",
        "'-'",
        "'*'",
        "'/'",
        "'%'",
    };
    return TEXT[kind];
}

typedef struct lexer {
    const mw_source *source;
    mw_tokens *out;
    mw_diags *diags;
    uint32_t at, len;
    bool line_start, comment; // what the next token will be told
} lexer;

static char peek(const lexer *l, uint32_t ahead) {
    return l->at + ahead < l->len ? l->source->text[l->at + ahead] : '\0';
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool add(lexer *l, mw_token_kind kind, mw_word word, uint32_t start) {
    mw_token t = {.kind = (uint8_t)kind,
                  .word = (uint8_t)word,
                  .starts_line = l->line_start,
                  .after_slash_slash = l->comment && l->line_start,
                  .span = {start, l->at}};
    l->line_start = l->comment = false;
    return MW_PUSH(l->out, t);
}

static mw_word find_word(const char *text, size_t len) {
    for (int w = 1; w < MW_WORDS; w++)
        if (WORDS[w][0] == text[0] && strlen(WORDS[w]) == len && memcmp(WORDS[w], text, len) == 0)
            return (mw_word)w;
    return MW_WORD_NONE;
}

static bool name(lexer *l) {
    uint32_t start = l->at;
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
        l->at++;
    return add(l, MW_TOKEN_NAME, find_word(l->source->text + start, l->at - start), start);
}

/** -1: does not fit. */
static int64_t value(const char *text, size_t len) {
    int64_t v = 0;
    for (size_t i = 0; i < len; i++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, text[i] - '0', &v))
            return -1;
    return v;
}

static bool integer(lexer *l) {
    uint32_t start = l->at;
    while (is_digit(peek(l, 0)))
        l->at++;
    uint32_t digits = l->at;
    bool fraction = peek(l, 0) == '.' && is_digit(peek(l, 1));
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)) || (fraction && peek(l, 0) == '.'))
        l->at++;
    mw_span span = {start, l->at};
    if (l->at > digits)
        mw_diag_at(l->diags, MW_ERROR, MW_BAD_NUMBER, l->source, span,
                   fraction ? "numbers are decimal integers; '/' divides and truncates"
                            : "numbers are decimal integers; a name starts with a letter",
                   "'%.*s' is neither a number nor a name",
                   (int)(l->at - start < 40 ? l->at - start : 40), l->source->text + start);
    else if (value(l->source->text + start, digits - start) < 0)
        mw_diag_at(l->diags, MW_ERROR, MW_INTEGER_TOO_LARGE, l->source, span,
                   "the largest integer is 9223372036854775807",
                   "an integer that does not fit into 64 bits");
    return add(l, MW_TOKEN_INTEGER, MW_WORD_NONE, start);
}

int64_t mw_token_integer(const mw_source *source, const mw_token *t) {
    uint32_t len = t->span.end - t->span.start;
    for (uint32_t i = 0; i < len; i++)
        if (!is_digit(source->text[t->span.start + i]))
            return 0;
    int64_t v = value(source->text + t->span.start, len);
    return v < 0 ? 0 : v;
}

static bool string(lexer *l) {
    uint32_t start = l->at++;
    while (l->at < l->len && peek(l, 0) != '"' && peek(l, 0) != '\n')
        l->at++;
    if (peek(l, 0) == '"')
        l->at++;
    else
        mw_diag_at(l->diags, MW_ERROR, MW_UNTERMINATED_STRING, l->source, (mw_span){start, l->at},
                   "end it with '\"' on the same line", "a string that does not end");
    return add(l, MW_TOKEN_STRING, MW_WORD_NONE, start);
}

static void comment(lexer *l) {
    l->comment = l->comment || (!l->line_start && peek(l, 0) == '/');
    while (l->at < l->len && peek(l, 0) != '\n')
        l->at++;
}

/** ``` around the program, as chat programs write it: one error a fence, the line is left out. */
static void fence(lexer *l) {
    uint32_t start = l->at;
    while (l->at < l->len && peek(l, 0) != '\n')
        l->at++;
    mw_diag_at(l->diags, MW_ERROR, MW_MARKDOWN_FENCE, l->source, (mw_span){start, l->at},
               "leave out the lines with ```: the file is the program and nothing else",
               "a markdown fence is not part of a mapper");
}

/** One error for a run of bytes that mean nothing. */
static void unexpected(lexer *l) {
    uint32_t start = l->at;
    char c = peek(l, 0);
    if (c == '&' || c == '|' || c == '!') {
        l->at++;
        mw_diag_at(l->diags, MW_ERROR, MW_UNEXPECTED_CHARACTER, l->source, (mw_span){start, l->at},
                   c == '&'   ? "'and' is written &&"
                   : c == '|' ? "'or' is written ||"
                              : "'not x' is written x == False",
                   "'%c' alone is no operator", c);
        return;
    }
    while (l->at < l->len) {
        c = peek(l, 0);
        if (is_letter(c) || is_digit(c) || strchr(" \t\r\n\"#()[]{},;:.?=&|!<>+-*/%`", c))
            if (c != '\0')
                break;
        l->at++;
    }
    if (l->at == start)
        l->at++;
    bool text =
        (unsigned char)l->source->text[start] > ' ' && (unsigned char)l->source->text[start] < 0x7F;
    if (text)
        mw_diag_at(l->diags, MW_ERROR, MW_UNEXPECTED_CHARACTER, l->source, (mw_span){start, l->at},
                   NULL, "'%c' means nothing in a mapper", l->source->text[start]);
    else
        mw_diag_at(l->diags, MW_ERROR, MW_UNEXPECTED_CHARACTER, l->source, (mw_span){start, l->at},
                   "names and operators are ASCII; other text may stand in comments",
                   "byte 0x%02X means nothing in a mapper",
                   (unsigned)(unsigned char)l->source->text[start]);
}

static mw_token_kind punctuation(const lexer *l, uint32_t *len) {
    static const struct {
        char text[3];
        uint8_t kind;
    } TABLE[] = {
        {"||", MW_TOKEN_OR},          {"&&", MW_TOKEN_AND},
        {"==", MW_TOKEN_EQ},          {"!=", MW_TOKEN_NE},
        {"<=", MW_TOKEN_LE},          {">=", MW_TOKEN_GE},
        {"(", MW_TOKEN_LEFT_PAREN},   {")", MW_TOKEN_RIGHT_PAREN},
        {"[", MW_TOKEN_LEFT_BRACKET}, {"]", MW_TOKEN_RIGHT_BRACKET},
        {"{", MW_TOKEN_LEFT_BRACE},   {"}", MW_TOKEN_RIGHT_BRACE},
        {",", MW_TOKEN_COMMA},        {";", MW_TOKEN_SEMICOLON},
        {":", MW_TOKEN_COLON},        {".", MW_TOKEN_DOT},
        {"?", MW_TOKEN_QUESTION},     {"=", MW_TOKEN_ASSIGN},
        {"<", MW_TOKEN_LT},           {">", MW_TOKEN_GT},
        {"+", MW_TOKEN_PLUS},         {"-", MW_TOKEN_MINUS},
        {"*", MW_TOKEN_STAR},         {"/", MW_TOKEN_SLASH},
        {"%", MW_TOKEN_PERCENT},
    };
    char one = peek(l, 0), two = peek(l, 1);
    for (size_t i = 0; i < MW_COUNT(TABLE); i++)
        if (TABLE[i].text[0] == one && (!TABLE[i].text[1] || TABLE[i].text[1] == two)) {
            *len = TABLE[i].text[1] ? 2 : 1;
            return (mw_token_kind)TABLE[i].kind;
        }
    return MW_TOKEN_END;
}

mw_status mw_lex(const mw_source *source, mw_tokens *out, mw_diags *diags) {
    lexer l = {.source = source, .out = out, .diags = diags, .len = (uint32_t)source->len};
    l.line_start = true;
    if (l.len >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0)
        l.at = 3; // a byte order mark
    bool ok = true;
    while (ok && l.at < l.len) {
        char c = peek(&l, 0);
        uint32_t len = 0, start = l.at;
        mw_token_kind kind;
        if (c == '\n') {
            l.line_start = true;
            l.at++;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            l.at++;
        } else if (c == '#' || (c == '/' && peek(&l, 1) == '/')) {
            comment(&l);
        } else if (is_letter(c)) {
            ok = name(&l);
        } else if (is_digit(c)) {
            ok = integer(&l);
        } else if (c == '"') {
            ok = string(&l);
        } else if (c == '`' && peek(&l, 1) == '`' && peek(&l, 2) == '`') {
            fence(&l);
        } else if ((kind = punctuation(&l, &len)) != MW_TOKEN_END) {
            l.at += len;
            ok = add(&l, kind, MW_WORD_NONE, start);
        } else {
            unexpected(&l);
        }
    }
    l.line_start = true;
    ok = ok && add(&l, MW_TOKEN_END, MW_WORD_NONE, l.at);
    return ok ? MW_OK : MW_ERR_NOMEM;
}
