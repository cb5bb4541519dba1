// src/lang/parse_mistake.c: mistakes that are known by sight, most of them habits of other
// languages: each gets a message that says what to write here instead.
#include "base/near.h"
#include "lang/parse.h"
#include <string.h>
#include <strings.h>

static bool is_binary(mw_token_kind kind) {
    return kind >= MW_TOKEN_OR && kind <= MW_TOKEN_PERCENT;
}

static bool adjacent(const mw_token *a, const mw_token *b) {
    return a->span.end == b->span.start;
}

static const mw_token *before(const mw_parser *p) {
    return p->token == p->first ? NULL : p->token - 1;
}

// --- where an expression does not go on
// -----------------------------------------------------------

/** Could this be the right side of a division, and not words? */
static bool looks_like_operand(const char *text, size_t len) {
    size_t at = 0;
    while (at < len && text[at] == ' ')
        at++;
    if (at == len)
        return false;
    if (memchr(text, ';', len) || (text[at] >= '0' && text[at] <= '9') || text[at] == '(')
        return true;
    while (at < len && (text[at] == '_' || (text[at] | 32) - 'a' + 0u < 26u ||
                        (text[at] >= '0' && text[at] <= '9')))
        at++;
    return at < len && strchr(".[(),", text[at]) && at + 1 < len && text[at + 1] != ' ';
}

bool mw_mistake_comment(mw_parser *p) {
    if (!p->token->after_slash_slash || !before(p))
        return false;
    const char *text = p->source->text;
    uint32_t at = before(p)->span.end, end = at;
    while (end < p->source->len && text[end] != '\n')
        end++;
    while (at + 1 < end && !(text[at] == '/' && text[at + 1] == '/'))
        at++;
    while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\r'))
        end--;
    if (at + 2 > end || !looks_like_operand(text + at + 2, end - at - 2))
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_COMMENT_DIVISION, p->source, (mw_span){at, at + 2},
               "'/' divides integers and truncates",
               "'//' starts a comment, so this statement has no end");
    mw_diag_edit(p->diags, p->source, (mw_span){at, at + 2}, "/");
    return true;
}

static bool word_operator(mw_parser *p) {
    static const char *const WORDS[][2] = {{"and", "'and' is written &&"},
                                           {"or", "'or' is written ||"},
                                           {"not", "'not x' is written x == False"}};
    for (size_t i = 0; i < MW_COUNT(WORDS); i++)
        if (mw_parser_is(p, WORDS[i][0])) {
            mw_diag_at(p->diags, MW_ERROR, MW_WORD_OPERATOR, p->source, p->token->span, WORDS[i][1],
                       "'%s' is no operator here", WORDS[i][0]);
            if (i < 2)
                mw_diag_edit(p->diags, p->source, p->token->span, i == 0 ? "&&" : "||");
            return true;
        }
    return false;
}

/** `f(x = 3)` */
static bool is_named_argument(const mw_parser *p) {
    const mw_token *t = p->token; // '='
    if (t - p->first < 3 || t[-1].kind != MW_TOKEN_NAME)
        return false;
    return (t[-2].kind == MW_TOKEN_LEFT_PAREN && t[-3].kind == MW_TOKEN_NAME) ||
           t[-2].kind == MW_TOKEN_COMMA;
}

static bool inner_assignment(mw_parser *p) {
    if (mw_parser_kind(p) != MW_TOKEN_ASSIGN || p->in_rule)
        return false;
    bool inside = p->nesting > 0, named = inside && is_named_argument(p);
    mw_diag_at(p->diags, MW_ERROR, MW_INNER_ASSIGNMENT, p->source, p->token->span,
               named    ? "arguments have no names: give them in order"
               : inside ? "comparison is '=='"
                        : "one name and one '=' a statement; comparison is '=='",
               "an assignment cannot stand inside an expression");
    if (named)
        mw_diag_edit(p->diags, p->source, mw_span_join(p->token[-1].span, p->token->span), "");
    else if (inside)
        mw_diag_edit(p->diags, p->source, p->token->span, "==");
    return true;
}

/** `Task my-task GPU;`, `Task a.b GPU;`, `Task ns::f GPU;` */
static bool odd_name(mw_parser *p) {
    mw_token_kind kind = mw_parser_kind(p);
    const mw_token *last = before(p);
    if (!p->in_rule || (kind != MW_TOKEN_MINUS && kind != MW_TOKEN_DOT && kind != MW_TOKEN_COLON))
        return false;
    if (!last || last->kind != MW_TOKEN_NAME || !adjacent(last, p->token) ||
        !adjacent(p->token, p->token + 1))
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
               "name the task or region so in the program, or use '*' or an argument's position",
               "a name has letters, digits and '_' only");
    return true;
}

bool mw_mistake_here(mw_parser *p) {
    if (odd_name(p))
        return true;
    if (mw_mistake_comment(p) || word_operator(p) || inner_assignment(p))
        return true;
    if (mw_parser_kind(p) == MW_TOKEN_NOT) {
        mw_diag_at(p->diags, MW_ERROR, MW_BIT_OPERATOR, p->source, p->token->span,
                   "'not x' is written x == False", "'!' is no operator here");
        return true;
    }
    if (mw_parser_word(p) == MW_WORD_FOR) {
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
                   "write  tuple(f(i) for i in (0, 1))", "a comprehension stands in tuple(…) only");
        return true;
    }
    if (mw_parser_kind(p) == MW_TOKEN_GT && before(p) && before(p)->kind == MW_TOKEN_MINUS &&
        adjacent(before(p), p->token)) {
        mw_span arrow = mw_span_join(before(p)->span, p->token->span);
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, arrow,
                   "properties and methods follow a '.'", "'->' is no operator here");
        mw_diag_edit(p->diags, p->source, arrow, ".");
        return true;
    }
    return false;
}

// --- statements of other languages
// ----------------------------------------------------------------

/** To just past the ')' that belongs to the '(' at the next token, or to the end of the line. */
static void skip_parens(mw_parser *p) {
    uint32_t open = 0;
    do {
        open += mw_parser_kind(p) == MW_TOKEN_LEFT_PAREN;
        open -= mw_parser_kind(p) == MW_TOKEN_RIGHT_PAREN;
        mw_parser_next(p);
    } while (open > 0 && mw_parser_kind(p) != MW_TOKEN_END &&
             mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE);
}

/** The condition and what opens the block, so that the block's statements can be read. */
static void skip_control_head(mw_parser *p) {
    mw_parser_next(p);
    if (mw_parser_is(p, "if") && p->token[-1].span.end - p->token[-1].span.start == 4)
        mw_parser_next(p); // else if
    if (mw_parser_kind(p) == MW_TOKEN_LEFT_PAREN)
        skip_parens(p);
    while (mw_parser_kind(p) != MW_TOKEN_END && mw_parser_kind(p) != MW_TOKEN_COLON &&
           mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE && mw_parser_kind(p) != MW_TOKEN_SEMICOLON &&
           mw_parser_kind(p) != MW_TOKEN_RIGHT_BRACE && !p->token->starts_line &&
           mw_parser_word(p) != MW_WORD_RETURN && mw_parser_ahead(p) != MW_TOKEN_ASSIGN)
        mw_parser_next(p);
    if (mw_parser_accept(p, MW_TOKEN_LEFT_BRACE))
        p->braces_owed++;
    else if (!mw_parser_accept(p, MW_TOKEN_COLON))
        mw_parser_accept(p, MW_TOKEN_SEMICOLON);
}

bool mw_mistake_control(mw_parser *p) {
    static const char *const WORDS[] = {"else", "elif", "if", "for", "while", "do", "switch"};
    mw_token_kind ahead = mw_parser_ahead(p);
    if (mw_parser_kind(p) != MW_TOKEN_NAME || ahead == MW_TOKEN_ASSIGN)
        return false;
    for (size_t i = 0; i < MW_COUNT(WORDS); i++) {
        if (!mw_parser_is(p, WORDS[i]))
            continue;
        bool loop = i >= 3 && i <= 5, told = i < 2 && p->in_control;
        if (!told)
            mw_diag_at(p->diags, MW_ERROR, MW_UNSUPPORTED_STATEMENT, p->source, p->token->span,
                       loop ? "tuple(f(i) for i in (0, 1)) computes several values"
                            : "choose between values with  condition ? a : b",
                       "there is no '%s' statement", WORDS[i]);
        p->in_control = true;
        skip_control_head(p);
        return true;
    }
    return false;
}

static bool foreign_statement(mw_parser *p) {
    static const char *const WORDS[][2] = {
        {"import", "everything that a mapper can use is built in"},
        {"from", "everything that a mapper can use is built in"},
        {"using", "everything that a mapper can use is built in"},
        {"class", "a mapper has functions, globals and rules only"},
        {"struct", "a mapper has functions, globals and rules only"},
        {"function", "a function is  def f(Task task) { … }"},
        {"pass", "a function ends with  return …;"},
        {"break", "there are no loops to leave"},
        {"continue", "there are no loops to go on with"},
        {"assert", "print shows values while a mapper is tried out"},
        {"global", "globals can be read anywhere, and are assigned once"},
        {"try", "errors end the evaluation of a function"},
        {"raise", "errors end the evaluation of a function"},
        {"del", "values need no removal"}};
    for (size_t i = 0; i < MW_COUNT(WORDS); i++)
        if (mw_parser_is(p, WORDS[i][0])) {
            mw_diag_at(p->diags, MW_ERROR, MW_UNSUPPORTED_STATEMENT, p->source, p->token->span,
                       WORDS[i][1], "there is no '%s' statement", WORDS[i][0]);
            return true;
        }
    return false;
}

/** `x += 1`, `x++` */
static bool compound_assignment(mw_parser *p) {
    const mw_token *name = p->token, *op = name + 1;
    mw_token_kind kind = (mw_token_kind)op->kind;
    if (kind < MW_TOKEN_PLUS || kind > MW_TOKEN_PERCENT || !adjacent(op, op + 1))
        return false;
    bool step = op[1].kind == kind && (kind == MW_TOKEN_PLUS || kind == MW_TOKEN_MINUS);
    if (op[1].kind != MW_TOKEN_ASSIGN && !step)
        return false;
    const char *text = mw_parser_text(p, name->span), *sign = mw_parser_text(p, op->span);
    mw_span both = mw_span_join(op->span, op[1].span);
    mw_diag_at(p->diags, MW_ERROR, MW_COMPOUND_ASSIGNMENT, p->source, both,
               mw_arena_printf(p->arena, "write  %.60s = %.60s %s %s;", text, text, sign,
                               step ? "1" : "(…)"),
               "there is no '%s%s'", sign, step ? sign : "=");
    const mw_token *end = op + 2;
    while (end->kind != MW_TOKEN_SEMICOLON && end->kind != MW_TOKEN_END && !end->starts_line)
        end++;
    if (step)
        mw_diag_edit(p->diags, p->source, both,
                     mw_arena_printf(p->arena, " = %s %s 1", text, sign));
    if (step || end->kind != MW_TOKEN_SEMICOLON)
        return true;
    mw_diag_edit(p->diags, p->source, both, mw_arena_printf(p->arena, "= %s %s (", text, sign));
    mw_diag_edit(p->diags, p->source, (mw_span){end->span.start, end->span.start}, ")");
    return true;
}

/** `t[0] = 1` and `a, b = …`: only one name can be assigned to. */
static bool odd_target(mw_parser *p) {
    const mw_token *t = p->token;
    mw_token_kind ahead = mw_parser_ahead(p);
    if (ahead != MW_TOKEN_LEFT_BRACKET && ahead != MW_TOKEN_COMMA && ahead != MW_TOKEN_DOT)
        return false;
    while (t->kind != MW_TOKEN_END && t->kind != MW_TOKEN_SEMICOLON && t->kind != MW_TOKEN_ASSIGN &&
           (t == p->token || !t->starts_line))
        t++;
    if (t->kind != MW_TOKEN_ASSIGN)
        return false;
    for (const mw_token *name = p->token; ahead == MW_TOKEN_COMMA && name < t; name++)
        if (name->kind == MW_TOKEN_NAME)
            mw_parser_lose(p, name->span);
    mw_diag_at(p->diags, MW_ERROR, MW_INNER_ASSIGNMENT, p->source,
               mw_span_join(p->token->span, t[-1].span),
               ahead == MW_TOKEN_COMMA ? "one name and one '=' a statement:  i = t[0]; j = t[1];"
                                       : "tuples do not change: make a new one",
               "only a name can be assigned to");
    return true;
}

/** `x == 3;`, `f(x);`: something with a value that goes nowhere. */
static bool idle(mw_parser *p, bool in_body) {
    mw_token_kind ahead = mw_parser_ahead(p);
    if (ahead == MW_TOKEN_EQ) {
        mw_span at = p->token[1].span;
        mw_diag_at(p->diags, MW_ERROR, MW_IDLE_STATEMENT, p->source, at, "assignment is '='",
                   "a comparison is no statement");
        mw_diag_edit(p->diags, p->source, at, "=");
        return true;
    }
    bool goes_on = is_binary(ahead) || ahead == MW_TOKEN_LEFT_PAREN || ahead == MW_TOKEN_DOT ||
                   ahead == MW_TOKEN_LEFT_BRACKET || (in_body && ahead == MW_TOKEN_SEMICOLON);
    if (!goes_on || p->token->word != MW_WORD_NONE)
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_IDLE_STATEMENT, p->source, p->token->span,
               in_body ? "return it, or give it a name:  x = …;"
                       : "give its value a name:  x = …;  functions are called by map statements",
               "an expression is no statement");
    return true;
}

/** The statement whose word is near the next token; NULL: none is. */
static const char *nearest_statement(mw_parser *p, bool in_body) {
    static const char *const STATEMENTS[] = {
        "Task",          "Region",       "Layout",        "InstanceLimit",
        "CollectMemory", "IndexTaskMap", "SingleTaskMap", "ControlReplicate",
        "Priority",      "def",          "print",         "return"};
    mw_near nearest = mw_near_to(mw_parser_text(p, p->token->span));
    for (size_t i = in_body ? MW_COUNT(STATEMENTS) - 2 : 0;
         i < MW_COUNT(STATEMENTS) - (in_body ? 0 : 1); i++)
        mw_near_offer(&nearest, STATEMENTS[i]);
    return nearest.best;
}

static bool unknown_statement(mw_parser *p, bool in_body, const char *meant) {
    const char *hint =
        meant     ? mw_arena_printf(p->arena, "did you mean '%s'?", meant)
        : in_body ? "a body has  name = value;  print(…);  return value;"
                  : "statements start with Task, Region, Layout, IndexTaskMap, def …, or are  "
                    "name = value;";
    mw_diag_at(p->diags, MW_ERROR, MW_UNKNOWN_STATEMENT, p->source, p->token->span, hint,
               "'%.60s' starts no statement", mw_parser_text(p, p->token->span));
    if (meant)
        mw_diag_edit(p->diags, p->source, p->token->span, meant);
    const mw_token *t = p->token + 1; // `mapper name {`: its '}' is no further error
    while (t->kind == MW_TOKEN_NAME && !t->starts_line)
        t++;
    p->braces_owed += !in_body && t->kind == MW_TOKEN_LEFT_BRACE && !t->starts_line;
    return false;
}

/** `Regoin * * GPU FBMEM;`: what follows is the rest of a statement, not of an expression. */
static const char *misspelled(mw_parser *p, bool in_body) {
    mw_token_kind ahead = mw_parser_ahead(p);
    bool rest = ahead == MW_TOKEN_NAME || ahead == MW_TOKEN_STRING || ahead == MW_TOKEN_INTEGER ||
                (ahead == MW_TOKEN_STAR && !in_body) || (ahead == MW_TOKEN_LEFT_PAREN && in_body);
    return rest ? nearest_statement(p, in_body) : NULL;
}

bool mw_mistake_statement(mw_parser *p, bool in_body) {
    mw_token_kind kind = mw_parser_kind(p);
    mw_word w = mw_parser_word(p);
    if (p->token->after_error)
        return false; // `@decorator`
    if (kind == MW_TOKEN_STRING) {
        mw_diag_at(p->diags, MW_ERROR, MW_IDLE_STATEMENT, p->source, p->token->span,
                   "comments start with #", "a string is no statement");
        return false;
    }
    if (kind == MW_TOKEN_SEMICOLON) {
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span, "leave it out",
                   "a ';' that ends no statement");
        mw_diag_edit(p->diags, p->source, p->token->span, "");
        return false;
    }
    if (kind != MW_TOKEN_NAME)
        return mw_parser_expected(
            p, "a statement",
            kind == MW_TOKEN_MINUS || kind == MW_TOKEN_PERCENT ? "comments start with #" : NULL);
    if (w == MW_WORD_RETURN) {
        mw_diag_at(p->diags, MW_ERROR, MW_STRAY_RETURN, p->source, p->token->span,
                   "is a '}' too early above?", "'return' outside a function");
        return false;
    }
    if (mw_word_is_statement(w)) {
        mw_diag_at(p->diags, MW_ERROR, MW_UNCLOSED, p->source, p->token->span,
                   "end the function with '}' before it", "'%s' cannot stand inside a function",
                   mw_word_text(w));
        return false;
    }
    const char *meant = misspelled(p, in_body);
    if (meant)
        return unknown_statement(p, in_body, meant);
    if (!compound_assignment(p) && !odd_target(p) && !foreign_statement(p) && !idle(p, in_body))
        unknown_statement(p, in_body, NULL);
    return false;
}

bool mw_mistake_brace(mw_parser *p) {
    if (mw_parser_kind(p) != MW_TOKEN_RIGHT_BRACE)
        return false;
    if (p->braces_owed > 0) {
        p->braces_owed--;
    } else {
        mw_diag_at(p->diags, MW_ERROR, MW_STRAY_BRACE, p->source, p->token->span, "leave it out",
                   "a '}' that closes nothing");
        mw_diag_edit(p->diags, p->source, p->token->span, "");
    }
    mw_parser_next(p);
    return true;
}

// --- names and words
// ------------------------------------------------------------------------------

bool mw_mistake_quoted(mw_parser *p, const char *what, mw_span *out) {
    const mw_token *t = p->token;
    const char *text = p->source->text;
    mw_span in = t->span;
    while (in.start < in.end && (text[in.start] == '"' || text[in.start] == '\'' ||
                                 (unsigned char)text[in.start] >= 0x80))
        in.start++;
    while (in.end > in.start && (text[in.end - 1] == '"' || text[in.end - 1] == '\'' ||
                                 (unsigned char)text[in.end - 1] >= 0x80))
        in.end--;
    bool name = in.end > in.start && !(text[in.start] >= '0' && text[in.start] <= '9');
    for (uint32_t i = in.start; i < in.end; i++)
        name = name && (text[i] == '_' || (text[i] >= '0' && text[i] <= '9') ||
                        (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z'));
    if (!name)
        return mw_parser_expected(p, what, "strings stand in print only");
    const char *word = mw_parser_text(p, in);
    if (text[t->span.start] == '"') { // other quotes were reported as such
        mw_diag_at(p->diags, MW_ERROR, MW_QUOTED_NAME, p->source, t->span,
                   mw_arena_printf(p->arena, "write  %.60s", word), "a name stands without quotes");
        mw_diag_edit(p->diags, p->source, t->span, word);
    }
    mw_parser_next(p);
    *out = in;
    return true;
}

void mw_mistake_typed(mw_parser *p) {
    const mw_token *t = p->token;
    uint32_t words = 0; // before the name
    while (words < 3 && t[words].kind == MW_TOKEN_NAME && t[words + 1].kind == MW_TOKEN_NAME &&
           !t[words + 1].starts_line)
        words++;
    if (words == 0 || t[words + 1].kind != MW_TOKEN_ASSIGN || mw_parser_is(p, "Priority") ||
        t[words + 2].kind == MW_TOKEN_GT ||
        mw_word_is_proc((mw_word)t[words + 2].word)) // nor `Task a => GPU;`, `Task a = GPU;`
        return;
    for (uint32_t i = 0; i < words; i++)
        if (t[i].word != MW_WORD_NONE && t[i].word != MW_WORD_TASK &&
            !(t[i].word >= MW_WORD_TUPLE && t[i].word <= MW_WORD_MSPACE))
            return;
    mw_diag_at(p->diags, MW_ERROR, MW_TYPED_VARIABLE, p->source,
               mw_span_join(t[0].span, t[words - 1].span),
               "write the name alone: its type is that of the value",
               "a variable is declared without a type");
    mw_diag_edit(p->diags, p->source, (mw_span){t[0].span.start, t[words].span.start}, "");
    for (uint32_t i = 0; i < words; i++)
        mw_parser_next(p);
}

mw_word mw_mistake_kind(const char *text, mw_word first, mw_word last) {
    static const struct {
        const char *text;
        mw_word word;
    } TABLE[] = {
        {"VRAM", MW_WORD_FBMEM},      {"HBM", MW_WORD_FBMEM},         {"GDDR", MW_WORD_FBMEM},
        {"GPUMEM", MW_WORD_FBMEM},    {"GPU_MEM", MW_WORD_FBMEM},     {"DEVICE", MW_WORD_FBMEM},
        {"FB", MW_WORD_FBMEM},        {"FRAMEBUFFER", MW_WORD_FBMEM}, {"GLOBAL", MW_WORD_FBMEM},
        {"RAM", MW_WORD_SYSMEM},      {"DRAM", MW_WORD_SYSMEM},       {"HOST", MW_WORD_SYSMEM},
        {"MAIN", MW_WORD_SYSMEM},     {"CPUMEM", MW_WORD_SYSMEM},     {"CPU_MEM", MW_WORD_SYSMEM},
        {"SYSTEM", MW_WORD_SYSMEM},   {"PINNED", MW_WORD_ZCMEM},      {"ZEROCOPY", MW_WORD_ZCMEM},
        {"ZERO_COPY", MW_WORD_ZCMEM}, {"UVM", MW_WORD_ZCMEM},         {"MANAGED", MW_WORD_ZCMEM},
        {"ZC", MW_WORD_ZCMEM},        {"RDMA", MW_WORD_RDMEM},        {"REGMEM", MW_WORD_RDMEM},
        {"NUMA", MW_WORD_SOCKMEM},    {"SOCKET", MW_WORD_SOCKMEM},    {"CUDA", MW_WORD_GPU},
        {"HIP", MW_WORD_GPU},         {"ROCM", MW_WORD_GPU},          {"OPENCL", MW_WORD_GPU},
        {"DEVICE", MW_WORD_GPU},      {"ACCELERATOR", MW_WORD_GPU},   {"TOC", MW_WORD_GPU},
        {"TOC_PROC", MW_WORD_GPU},    {"LOC", MW_WORD_CPU},           {"LOC_PROC", MW_WORD_CPU},
        {"CORE", MW_WORD_CPU},        {"CORES", MW_WORD_CPU},         {"HOST", MW_WORD_CPU},
        {"OPENMP", MW_WORD_OMP},      {"OMP_PROC", MW_WORD_OMP},      {"PYTHON", MW_WORD_PY},
    };
    for (size_t i = 0; i < MW_COUNT(TABLE); i++)
        if (TABLE[i].word >= first && TABLE[i].word <= last && strcasecmp(TABLE[i].text, text) == 0)
            return TABLE[i].word;
    mw_near nearest = mw_near_to(text);
    mw_word best = MW_WORD_NONE;
    for (int w = first; w <= (int)last; w++) {
        const char *was = nearest.best;
        mw_near_offer(&nearest, mw_word_text((mw_word)w));
        best = nearest.best != was ? (mw_word)w : best;
    }
    return best;
}
