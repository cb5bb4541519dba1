// src/lang/parse_def.c: functions: the head, and a body in braces.
#include "base/near.h"
#include "lang/parse.h"
#include <string.h>

static const struct parameter_type {
    uint8_t word, type;
} TYPES[] = {{MW_WORD_INT, MW_TYPE_INT},      {MW_WORD_BOOL, MW_TYPE_BOOL},
             {MW_WORD_IPOINT, MW_TYPE_TUPLE}, {MW_WORD_ISPACE, MW_TYPE_TUPLE},
             {MW_WORD_MSPACE, MW_TYPE_SPACE}, {MW_WORD_TASK, MW_TYPE_TASK}};

static const char TYPES_HINT[] =
    "types are int, bool, IPoint, ISpace, MSpace and Task, as in  def f(Task task)";

static mw_type_kind type_of_word(const char *text) {
    for (size_t i = 0; i < MW_COUNT(TYPES); i++)
        if (strcmp(mw_word_text((mw_word)TYPES[i].word), text) == 0)
            return (mw_type_kind)TYPES[i].type;
    return MW_TYPE_UNKNOWN;
}

/** What is written elsewhere where one of our types stands here. */
static const char *nearest_type(const char *text) {
    static const char *const TABLE[][2] = {
        {"int64_t", "int"},   {"int32_t", "int"},    {"size_t", "int"},
        {"long", "int"},      {"unsigned", "int"},   {"float", "int"},
        {"double", "int"},    {"integer", "int"},    {"boolean", "bool"},
        {"Tuple", "IPoint"},  {"tuple", "IPoint"},   {"list", "IPoint"},
        {"List", "IPoint"},   {"Point", "IPoint"},   {"point", "IPoint"},
        {"vector", "IPoint"}, {"array", "IPoint"},   {"DomainPoint", "IPoint"},
        {"Domain", "ISpace"}, {"Rect", "ISpace"},    {"Shape", "ISpace"},
        {"Space", "ISpace"},  {"Machine", "MSpace"}, {"Processor", "MSpace"},
        {"Mapper", "Task"},   {"TaskInfo", "Task"}};
    for (size_t i = 0; i < MW_COUNT(TABLE); i++)
        if (strcmp(TABLE[i][0], text) == 0)
            return TABLE[i][1];
    mw_near nearest = mw_near_to(text);
    for (size_t i = 0; i < MW_COUNT(TYPES); i++)
        mw_near_offer(&nearest, mw_word_text((mw_word)TYPES[i].word));
    return nearest.best;
}

/** A name where a type must stand: a foreign type, or a parameter that has none. */
static bool report_type(mw_parser *p, mw_parameter *out) {
    mw_span at = p->token->span;
    const char *text = mw_parser_text(p, at);
    if (mw_parser_ahead(p) != MW_TOKEN_NAME) {
        bool task = strstr(text, "task") || strstr(text, "Task") || strcmp(text, "t") == 0;
        mw_diag_at(p->diags, MW_ERROR, MW_UNTYPED_PARAMETER, p->source, at,
                   task ? mw_arena_printf(p->arena, "write  Task %.60s", text) : TYPES_HINT,
                   "the parameter '%.60s' has no type", text);
        if (task)
            mw_diag_edit(p->diags, p->source, (mw_span){at.start, at.start}, "Task ");
        out->type = task ? MW_TYPE_TASK : MW_TYPE_UNKNOWN;
        return false;
    }
    const char *ours = nearest_type(text);
    mw_diag_at(p->diags, MW_ERROR, MW_FOREIGN_TYPE, p->source, at,
               ours ? mw_arena_printf(p->arena, "did you mean '%s'?", ours) : TYPES_HINT,
               "there is no type '%.60s'", text);
    if (ours)
        mw_diag_edit(p->diags, p->source, at, ours);
    out->type = ours ? (uint8_t)type_of_word(ours) : MW_TYPE_UNKNOWN;
    mw_parser_next(p);
    return false;
}

/** Python's `name: Type`: reported; both are taken. */
static bool report_annotation(mw_parser *p, mw_parameter *out) {
    mw_span name = mw_parser_next(p)->span;
    mw_parser_next(p); // ':'
    mw_span type = mw_parser_kind(p) == MW_TOKEN_NAME ? mw_parser_next(p)->span : name;
    const char *type_text = mw_parser_text(p, type), *text = mw_parser_text(p, name);
    const char *ours = nearest_type(type_text);
    mw_diag_at(p->diags, MW_ERROR, MW_UNTYPED_PARAMETER, p->source, mw_span_join(name, type),
               mw_arena_printf(p->arena, "write  %s %.60s", ours ? ours : "Task", text),
               "a parameter's type stands before its name");
    if (ours)
        mw_diag_edit(p->diags, p->source, mw_span_join(name, type),
                     mw_arena_printf(p->arena, "%s %s", ours, text));
    out->name = mw_parser_symbol_at(p, name);
    out->span = name;
    out->type = ours ? (uint8_t)type_of_word(ours) : MW_TYPE_UNKNOWN;
    return false;
}

/** False: reported. If *out then has a name, the parameter is known, if not its type. */
static bool parse_parameter(mw_parser *p, mw_parameter *out) {
    mw_word w = mw_parser_word(p);
    bool ok = true;
    *out = (mw_parameter){.word = (uint8_t)w};
    for (size_t i = 0; i < MW_COUNT(TYPES); i++)
        if (TYPES[i].word == w)
            out->type = TYPES[i].type;
    if (mw_parser_kind(p) == MW_TOKEN_NAME && mw_parser_ahead(p) == MW_TOKEN_COLON &&
        w == MW_WORD_NONE)
        return report_annotation(p, out);
    if (out->type != MW_TYPE_UNKNOWN)
        mw_parser_next(p);
    else if (mw_parser_kind(p) == MW_TOKEN_NAME && (w == MW_WORD_NONE || w == MW_WORD_TUPLE))
        ok = report_type(p, out);
    else
        return mw_parser_expected(p, "a type", TYPES_HINT);
    if (!mw_parser_name(p, "the parameter's name", &out->span))
        return false;
    out->name = mw_parser_symbol_at(p, out->span);
    return ok;
}

/** False: reported, and *out is broken; parameters with names are kept all the same. */
static bool parse_parameters(mw_parser *p, mw_function *out) {
    mw_parameter parameters[MW_PARAMETERS_MAX];
    uint32_t count = 0;
    bool ok = mw_parser_expect(p, MW_TOKEN_LEFT_PAREN, "def f(Task task) { … }"), known = ok;
    if (ok && !mw_parser_accept(p, MW_TOKEN_RIGHT_PAREN)) {
        do {
            if (count == MW_PARAMETERS_MAX) {
                mw_diag_at(p->diags, MW_ERROR, MW_TOO_MANY, p->source, p->token->span, NULL,
                           "a function has at most %d parameters", MW_PARAMETERS_MAX);
                ok = known = false;
                break;
            }
            bool fine = parse_parameter(p, &parameters[count]);
            known = fine || parameters[count].name;
            ok = ok && fine;
            count += known;
        } while (known && mw_parser_accept(p, MW_TOKEN_COMMA));
        known = known && mw_parser_expect(p, MW_TOKEN_RIGHT_PAREN, NULL);
    }
    out->parameter_count = count;
    out->parameters =
        mw_parser_copy(p, parameters, count, sizeof *parameters, _Alignof(mw_parameter));
    out->opaque = !known;
    return ok && known;
}

/** `-> Type` before the body, or `: Type` where the '{' follows. */
static void skip_return_type(mw_parser *p, mw_function *f) {
    bool arrow_here = mw_parser_kind(p) == MW_TOKEN_MINUS && mw_parser_ahead(p) == MW_TOKEN_GT;
    bool colon = mw_parser_kind(p) == MW_TOKEN_COLON && mw_parser_ahead(p) == MW_TOKEN_NAME &&
                 p->token[2].kind == MW_TOKEN_LEFT_BRACE && !p->token[1].starts_line;
    if (!arrow_here && !colon)
        return;
    mw_span arrow = mw_parser_next(p)->span;
    mw_parser_next(p);
    while (mw_parser_kind(p) != MW_TOKEN_END && mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE &&
           mw_parser_kind(p) != MW_TOKEN_COLON && !p->token->starts_line)
        mw_parser_next(p);
    mw_diag_at(p->diags, MW_ERROR, MW_RETURN_TYPE, p->source,
               mw_span_join(arrow, p->token[-1].span), "leave it out",
               "a function's result has no type in its head");
    mw_diag_edit(p->diags, p->source, (mw_span){arrow.start, p->token[-1].span.end}, "");
    f->broken = true;
}

/** Does the program go on here, though no '}' closed the body? */
static bool ends_here(const mw_parser *p, bool returned) {
    mw_word w = mw_parser_word(p);
    if (p->braceless)
        return mw_parser_at_column_one(p);
    if (w == MW_WORD_DEF)
        return true;
    return w != MW_WORD_PRINT && mw_word_is_statement(w) &&
           (mw_parser_at_column_one(p) || (returned && p->token->starts_line));
}

/** Steps up to '}', or up to where the body seems to have ended without one. */
static void parse_steps(mw_parser *p, mw_function *f) {
    MW_VEC(mw_step) steps = {0};
    while (mw_parser_kind(p) != MW_TOKEN_END) {
        bool returned = steps.count > 0 && steps.items[steps.count - 1].kind == MW_STEP_RETURN;
        if (ends_here(p, returned))
            break;
        if (mw_parser_kind(p) == MW_TOKEN_RIGHT_BRACE) {
            if (p->braces_owed == 0)
                break;
            p->braces_owed--; // of an `if` that was reported
            mw_parser_next(p);
            continue;
        }
        const mw_token *from = p->token;
        mw_step step;
        bool control = mw_mistake_control(p), ok = !control && mw_parse_step(p, &step);
        f->broken = f->broken || !ok;
        f->opaque = f->opaque || control; // its variable, what its condition was about
        if (!control && (ok || step.name) && !MW_PUSH(&steps, step))
            p->nomem = true;
        if (!control && !ok)
            mw_parser_recover(p, from, true);
    }
    f->step_count = (uint32_t)steps.count;
    f->steps = mw_parser_copy(p, steps.items, steps.count, sizeof(mw_step), _Alignof(mw_step));
    MW_VEC_CLEAR(&steps);
}

static void parse_body(mw_parser *p, mw_function *f) {
    parse_steps(p, f);
    if (mw_parser_accept(p, MW_TOKEN_RIGHT_BRACE))
        return;
    mw_word w = mw_parser_word(p);
    mw_span end = mw_parser_after_last(p);
    if (mw_word_is_statement(w))
        mw_diag_at(p->diags, MW_ERROR, MW_UNCLOSED, p->source, p->token->span,
                   "end the function with '}' before it",
                   "'%s' cannot stand inside the function '%.60s'", mw_word_text(w), f->name->text);
    else
        mw_diag_at(p->diags, MW_ERROR, MW_UNCLOSED, p->source, end, "end its body with '}'",
                   "the body of '%.60s' is not closed", f->name->text);
    if (f->step_count > 0 && f->steps[f->step_count - 1].kind == MW_STEP_RETURN)
        mw_diag_edit(p->diags, p->source, end, "\n}");
    f->broken = true;
    p->braces_owed += mw_parser_kind(p) != MW_TOKEN_END; // it may stand further down
}

/** A body by indentation: reported, then read all the same. */
static void parse_braceless(mw_parser *p, mw_function *f) {
    static const char *const HINT =
        "a body stands in braces, and every statement in it ends with ';':  { return m[…]; }";
    bool colon = mw_parser_kind(p) == MW_TOKEN_COLON;
    const mw_token *at = p->token;
    mw_span after_head = mw_parser_after_last(p);
    if (!colon && !at->starts_line) {
        bool arrow = at->kind == MW_TOKEN_ASSIGN; // `def f(Task t) = m[0, 0];`, or =>
        if (arrow)
            mw_diag_at(p->diags, MW_ERROR, MW_BRACELESS_BODY, p->source, at->span, HINT,
                       "the function has no '{'");
        else
            mw_parser_expected(p, "'{'", HINT);
        mw_parser_recover(p, at, false); // what stands there is told
        return;
    }
    mw_diag_at(p->diags, MW_ERROR, colon ? MW_COLON_AFTER_DEF : MW_BRACELESS_BODY, p->source,
               colon ? at->span : after_head, HINT,
               colon ? "a colon after def f(…), as in Python" : "the function has no '{'");
    if (colon)
        mw_parser_next(p);
    if (mw_parser_kind(p) == MW_TOKEN_LEFT_BRACE) { // def f(…): {
        mw_diag_edit(p->diags, p->source, at->span, "");
        mw_parser_next(p);
        parse_body(p, f);
        return;
    }
    if (p->token->starts_line && mw_parser_at_column_one(p))
        return; // nothing is indented
    size_t errors = mw_diags_errors(p->diags);
    uint32_t missing = p->semicolons_missing;
    p->braceless = true;
    parse_steps(p, f);
    p->braceless = false;
    mw_parser_accept(p, MW_TOKEN_RIGHT_BRACE);
    if (mw_diags_errors(p->diags) == errors && p->semicolons_missing == missing &&
        p->token[-1].kind != MW_TOKEN_RIGHT_BRACE) {
        mw_diag_edit(p->diags, p->source, colon ? at->span : after_head, " {");
        mw_diag_edit(p->diags, p->source, mw_parser_after_last(p), "\n}");
    }
}

/** After a head that was not understood: to its body, if one seems to be there. */
static void find_body(mw_parser *p) {
    while (mw_parser_kind(p) != MW_TOKEN_LEFT_BRACE && mw_parser_kind(p) != MW_TOKEN_COLON &&
           mw_parser_kind(p) != MW_TOKEN_END && !mw_parser_at_statement(p))
        mw_parser_next(p);
}

static void report_missing_def(mw_parser *p) {
    mw_span type = mw_parser_next(p)->span;
    mw_diag_at(p->diags, MW_ERROR, MW_MISSING_DEF, p->source, type,
               "a function starts with def, and its result has no type:  def f(int x) { … }",
               "'%.60s' starts no function", mw_parser_text(p, type));
    mw_diag_edit(p->diags, p->source, type, "def");
}

bool mw_parse_def(mw_parser *p, bool c_like) {
    mw_function f = {.order = (uint32_t)p->items.count, .broken = c_like};
    mw_span start = p->token->span;
    if (c_like)
        report_missing_def(p);
    else
        mw_parser_next(p);
    bool named = mw_parser_name(p, "the function's name", &f.at);
    if (!named && mw_parser_kind(p) == MW_TOKEN_NAME)
        f.at = mw_parser_next(p)->span; // a reserved word, which nothing can refer to
    f.name = named ? mw_parser_symbol_at(p, f.at) : mw_parser_symbol(p, "?", 1);
    f.broken = f.broken || !named;
    if (!f.name)
        return !(p->nomem = true);
    if (!parse_parameters(p, &f)) {
        f.broken = true;
        if (f.opaque)
            find_body(p);
    }
    skip_return_type(p, &f);
    p->in_control = false;
    if (mw_parser_accept(p, MW_TOKEN_LEFT_BRACE)) {
        parse_body(p, &f);
    } else {
        if (!f.opaque || mw_parser_kind(p) == MW_TOKEN_COLON)
            parse_braceless(p, &f);
        f.broken = true;
    }
    if (mw_parser_kind(p) == MW_TOKEN_SEMICOLON) {
        mw_parser_extension(p, p->token->span, "a ';' after '}'", "leave it out");
        mw_parser_next(p);
    }
    f.span = mw_span_join(start, p->token[-1].span);
    p->nomem = !MW_PUSH(&p->functions, f) || p->nomem;
    return true;
}
