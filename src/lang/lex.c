// src/lang/lex.c: text to tokens; whatever is in the file, every byte is looked at once.
#include "lang/token.h"
#include "lang/wrap.h"
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
        "'!'",
    };
    return TEXT[kind];
}

typedef struct lexer {
    const mw_source *source;
    mw_tokens *out;
    mw_diags *diags;
    uint32_t at, len;
    bool line_start, comment, error; // what the next token will be told
    bool no_comment_end;             // no */ comes any more
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
                  .after_error = l->error,
                  .span = {start, l->at}};
    l->line_start = l->comment = l->error = false;
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

/** Past what follows the digits of a number that is no integer: a fraction, an exponent, letters.
 */
static bool skip_fraction(lexer *l) {
    bool fraction = peek(l, 0) == '.' && !is_letter(peek(l, 1)) && peek(l, 1) != '.';
    if (fraction)
        l->at++;
    while (is_digit(peek(l, 0)))
        l->at++;
    char sign = peek(l, 1);
    bool exponent = (peek(l, 0) == 'e' || peek(l, 0) == 'E') &&
                    (is_digit(sign) || ((sign == '-' || sign == '+') && is_digit(peek(l, 2))));
    if (exponent)
        l->at += 2;
    while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
        l->at++;
    return fraction || exponent;
}

/** ".0", "." */
static bool is_whole(const char *fraction, size_t len) {
    for (size_t i = 1; i < len; i++)
        if (fraction[i] != '0')
            return false;
    return fraction[0] == '.';
}

static bool integer(lexer *l) {
    uint32_t start = l->at;
    while (is_digit(peek(l, 0)))
        l->at++;
    uint32_t digits = l->at;
    bool fraction = skip_fraction(l);
    mw_span span = {start, l->at};
    int shown = (int)(l->at - start < 40 ? l->at - start : 40);
    if (fraction)
        mw_diag_at(l->diags, MW_ERROR, MW_FRACTION, l->source, span,
                   "scale it: 0.5 * n is n / 2, which truncates",
                   "'%.*s' is no integer, and there are no other numbers", shown,
                   l->source->text + start);
    if (fraction && is_whole(l->source->text + digits, l->at - digits))
        mw_diag_edit(l->diags, l->source, (mw_span){digits, l->at}, "");
    if (!fraction && l->at > digits)
        mw_diag_at(l->diags, MW_ERROR, MW_BAD_NUMBER, l->source, span,
                   "numbers are decimal integers; a name starts with a letter",
                   "'%.*s' is neither a number nor a name", shown, l->source->text + start);
    else if (!fraction && value(l->source->text + start, digits - start) < 0)
        mw_diag_at(l->diags, MW_ERROR, MW_INTEGER_TOO_LARGE, l->source, span,
                   "the largest integer is 9223372036854775807",
                   "an integer that does not fit into 64 bits");
    return add(l, MW_TOKEN_INTEGER, MW_WORD_NONE, start);
}

int64_t mw_token_integer(const mw_source *source, const mw_token *t) {
    uint32_t len = t->span.end - t->span.start;
    for (uint32_t i = 0; i < len; i++)
        if (!is_digit(source->text[t->span.start + i]))
            return 1;
    int64_t v = value(source->text + t->span.start, len);
    return v < 0 ? 1 : v;
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
    bool ok = add(l, MW_TOKEN_STRING, MW_WORD_NONE, start);
    l->error = l->source->text[l->at - 1] != '"' || l->at - start < 2; // it took too much
    return ok;
}

static void comment(lexer *l) {
    l->comment = l->comment || (!l->line_start && peek(l, 0) == '/');
    while (l->at < l->len && peek(l, 0) != '\n')
        l->at++;
}

/** One error for a run of bytes that mean nothing. */
static void unexpected(lexer *l) {
    uint32_t start = l->at;
    l->error = true;
    while (l->at < l->len) {
        char c = peek(l, 0);
        if (c != '\0' &&
            (is_letter(c) || is_digit(c) || strchr(" \t\r\n\"#()[]{},;:.?=&|!<>+-*/%`'", c)))
            break;
        l->at++;
    }
    if (l->at == start)
        l->at++;
    mw_span span = {start, l->at};
    unsigned char c = (unsigned char)l->source->text[start];
    if (c == '^' || c == '~')
        mw_diag_at(l->diags, MW_ERROR, MW_BIT_OPERATOR, l->source, span,
                   "the operators are + - * / % == != < > <= >= && || and c ? a : b",
                   "'%c' is no operator here", c);
    else if (c > ' ' && c < 0x7F)
        mw_diag_at(l->diags, MW_ERROR, MW_UNEXPECTED_CHARACTER, l->source, span,
                   c == '@' && (start == 0 || l->source->text[start - 1] == '\n')
                       ? "there are no decorators: name the function in a map statement"
                       : NULL,
                   "'%c' means nothing in a mapper", c);
    else
        mw_diag_at(l->diags, MW_ERROR, MW_UNEXPECTED_CHARACTER, l->source, span,
                   "names and operators are ASCII; other text may stand in comments",
                   "byte 0x%02X means nothing in a mapper", (unsigned)c);
}

/** '&' and '|' alone: reported, and read as what was meant. */
static bool bit_operator(lexer *l, char c) {
    uint32_t start = l->at++;
    mw_diag_at(l->diags, MW_ERROR, MW_BIT_OPERATOR, l->source, (mw_span){start, l->at},
               c == '&' ? "'and' is written &&" : "'or' is written ||", "'%c' alone is no operator",
               c);
    mw_diag_edit(l->diags, l->source, (mw_span){start, l->at}, c == '&' ? "&&" : "||");
    return add(l, c == '&' ? MW_TOKEN_AND : MW_TOKEN_OR, MW_WORD_NONE, start);
}

/** 'text', as other languages write strings; a quote without a second one means nothing. */
static bool single_quotes(lexer *l) {
    uint32_t start = l->at, end = start + 1;
    while (end < l->len && l->source->text[end] != '\'' && l->source->text[end] != '\n')
        end++;
    if (end >= l->len || l->source->text[end] != '\'') {
        unexpected(l);
        return true;
    }
    l->at = end + 1;
    mw_diag_at(l->diags, MW_ERROR, MW_SINGLE_QUOTES, l->source, (mw_span){start, l->at},
               "strings stand in \"…\", and only in print; names need no quotes",
               "a string in single quotes");
    mw_diag_edit(l->diags, l->source, (mw_span){start, start + 1}, "\"");
    mw_diag_edit(l->diags, l->source, (mw_span){end, end + 1}, "\"");
    return add(l, MW_TOKEN_STRING, MW_WORD_NONE, start);
}

/** C's comments: reported, then left out; one without an end takes the rest of its line. */
static void block_comment(lexer *l) {
    const char *text = l->source->text;
    uint32_t start = l->at;
    const char *found = NULL;
    if (!l->no_comment_end)
        found = memmem(text + start + 2, l->len - start - 2, "*/", 2);
    l->no_comment_end = !found;
    const char *end = found ? found + 2 : memchr(text + start, '\n', l->len - start);
    l->at = end ? (uint32_t)(end - text) : l->len;
    mw_diag_at(l->diags, MW_ERROR, MW_BLOCK_COMMENT, l->source, (mw_span){start, l->at},
               "a comment starts with # and ends with its line", "there are no /* comments */");
    uint32_t after = l->at;
    while (after < l->len && (text[after] == ' ' || text[after] == '\r'))
        after++;
    bool lines = memchr(text + start, '\n', l->at - start) != NULL;
    if (found && !lines && (after == l->len || text[after] == '\n')) {
        mw_diag_edit(l->diags, l->source, (mw_span){start, start + 2}, "#");
        mw_diag_edit(l->diags, l->source, (mw_span){l->at - 2, l->at}, "");
    }
    l->line_start = l->line_start || lines;
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

/** The rest of a string that starts with a quote of another kind: up to any quote on the line. */
static bool quoted_oddly(lexer *l, uint32_t start) {
    mw_look_alike alike;
    while (l->at < l->len && peek(l, 0) != '\n') {
        char c = peek(l, 0);
        uint32_t at = l->at;
        if (c == '"') {
            l->at++;
            break;
        }
        if (mw_look_alike_find(l->source->text + at, l->len - at, &alike) && *alike.ascii == '"') {
            l->at += alike.bytes;
            mw_diag_edit(l->diags, l->source, (mw_span){at, l->at}, alike.ascii);
            break;
        }
        l->at++;
    }
    return add(l, MW_TOKEN_STRING, MW_WORD_NONE, start);
}

/** A character that only looks like an ASCII one: reported, then read as that one. */
static bool typographic(lexer *l, const mw_look_alike *alike) {
    uint32_t start = l->at;
    l->at += alike->bytes;
    mw_diag_at(l->diags, MW_ERROR, MW_TYPOGRAPHIC, l->source, (mw_span){start, l->at},
               *alike->ascii == ' ' ? "a plain blank belongs here" : "write the ASCII character",
               *alike->ascii == ' ' ? "a blank that is none" : "a character that looks like %s",
               alike->ascii);
    mw_diag_edit(l->diags, l->source, (mw_span){start, l->at}, alike->ascii);
    if (*alike->ascii == ' ')
        return true;
    if (*alike->ascii == '"')
        return quoted_oddly(l, start);
    lexer ascii = *l;
    mw_source source = {.text = alike->ascii, .len = strlen(alike->ascii)};
    ascii.source = &source;
    ascii.at = 0;
    ascii.len = (uint32_t)source.len;
    uint32_t len;
    mw_token_kind kind = punctuation(&ascii, &len);
    return kind == MW_TOKEN_END || add(l, kind, MW_WORD_NONE, start);
}

static bool lex_one(lexer *l) {
    char c = peek(l, 0);
    uint32_t len = 0, start = l->at;
    mw_token_kind kind;
    mw_look_alike alike;
    if (c == '\n') {
        l->line_start = true;
        l->at++;
    } else if (c == ' ' || c == '\t' || c == '\r') {
        l->at++;
    } else if (c == '#' || (c == '/' && peek(l, 1) == '/')) {
        comment(l);
    } else if (c == '/' && peek(l, 1) == '*') {
        block_comment(l);
    } else if (is_letter(c)) {
        return name(l);
    } else if (is_digit(c)) {
        return integer(l);
    } else if (c == '"') {
        return string(l);
    } else if ((kind = punctuation(l, &len)) != MW_TOKEN_END) {
        l->at += len;
        return add(l, kind, MW_WORD_NONE, start);
    } else if (c == '&' || c == '|') {
        return bit_operator(l, c);
    } else if (c == '!') {
        l->at++;
        return add(l, MW_TOKEN_NOT, MW_WORD_NONE, start);
    } else if (c == '\'') {
        return single_quotes(l);
    } else if (mw_look_alike_find(l->source->text + l->at, l->len - l->at, &alike)) {
        return typographic(l, &alike);
    } else {
        unexpected(l);
    }
    return true;
}

mw_status mw_lex(const mw_source *source, mw_tokens *out, mw_diags *diags) {
    mw_span program = mw_unwrap(source, diags);
    lexer l = {.source = source, .out = out, .diags = diags, .at = program.start};
    l.len = program.end;
    l.line_start = true;
    bool ok = true;
    while (ok && l.at < l.len)
        ok = lex_one(&l);
    l.line_start = true;
    ok = ok && add(&l, MW_TOKEN_END, MW_WORD_NONE, l.at);
    return ok ? MW_OK : MW_ERR_NOMEM;
}
