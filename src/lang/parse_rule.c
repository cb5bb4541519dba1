// src/lang/parse_rule.c: the statements that are rules: Task, Region, Layout, the maps, limits.
#include "lang/parse.h"
#include <string.h>

enum { NAMES_MAX = 4096 }; // of one statement

static const char *list_words(mw_parser *p, mw_word first, mw_word last) {
    mw_str all = {0};
    for (int w = first; w <= (int)last; w++)
        mw_str_printf(&all, "%s%s", w == (int)first ? "one of " : ", ", mw_word_text((mw_word)w));
    const char *hint = mw_arena_strdup(p->arena, mw_str_text(&all));
    mw_str_clear(&all);
    return hint;
}

/** Takes a word of a group and sets *out to its place in it, or reports with `code`. A word that is
 * near one of the group is reported and then read as that one. */
static bool parse_word(mw_parser *p, mw_word first, mw_word last, mw_diag_code code,
                       const char *what, uint8_t *out) {
    mw_word w = mw_parser_word(p);
    if (w >= first && w <= last) {
        *out = (uint8_t)(w - first);
        mw_parser_next(p);
        return true;
    }
    mw_span at = p->token->span;
    bool quoted = mw_parser_kind(p) == MW_TOKEN_STRING;
    if (quoted ? !mw_mistake_quoted(p, what, &at) : mw_parser_kind(p) != MW_TOKEN_NAME)
        return quoted ? false : mw_parser_expected(p, what, NULL);
    const char *text = mw_parser_text(p, at);
    mw_word meant = mw_mistake_kind(text, first, last);
    if (meant == MW_WORD_NONE || !quoted || strcmp(mw_word_text(meant), text) != 0) {
        mw_diag_at(p->diags, MW_ERROR, code, p->source, at,
                   meant ? mw_arena_printf(p->arena, "did you mean '%s'?", mw_word_text(meant))
                         : list_words(p, first, last),
                   "expected %s, found '%.60s'", what, text);
        if (meant && !quoted)
            mw_diag_edit(p->diags, p->source, at, mw_word_text(meant));
    }
    if (!quoted && meant)
        mw_parser_next(p);
    *out = (uint8_t)(meant - first);
    return meant != MW_WORD_NONE;
}

static bool parse_proc(mw_parser *p, uint8_t *out) {
    return parse_word(p, MW_WORD_CPU, MW_WORD_PROC, MW_UNKNOWN_PROC_KIND, "a processor kind", out);
}
static bool parse_mem(mw_parser *p, uint8_t *out) {
    return parse_word(p, MW_WORD_SYSMEM, MW_WORD_VIRTUAL, MW_UNKNOWN_MEM_KIND, "a memory kind",
                      out);
}

/** {name "," name} into the rule; the first one may have been seen to be a name. */
static bool parse_name_list(mw_parser *p, const char *what, mw_rule *r) {
    MW_VEC(const char *) names = {0};
    bool ok = true;
    do {
        mw_span name;
        ok = mw_parser_name(p, what, &name);
        if (ok && !MW_PUSH(&names, mw_parser_text(p, name)))
            p->nomem = true;
        if (names.count > NAMES_MAX) {
            mw_diag_at(p->diags, MW_ERROR, MW_TOO_MANY, p->source, p->token->span, NULL,
                       "more than %d names in one statement", NAMES_MAX);
            ok = false;
        }
    } while (ok && mw_parser_accept(p, MW_TOKEN_COMMA));
    r->name_count = (uint32_t)names.count;
    r->names = mw_parser_copy(p, names.items, names.count, sizeof(char *), _Alignof(const char *));
    MW_VEC_CLEAR(&names);
    return ok;
}

/** name | "*" | name {"," name} */
static bool parse_names(mw_parser *p, mw_rule *r) {
    return mw_parser_accept(p, MW_TOKEN_STAR) || parse_name_list(p, "a task name or '*'", r);
}

/** name | "*" */
static bool parse_name_or_star(mw_parser *p, mw_rule *r) {
    if (mw_parser_accept(p, MW_TOKEN_STAR))
        return true;
    mw_span name;
    if (!mw_parser_name(p, "a task name or '*'", &name))
        return false;
    const char *text = mw_parser_text(p, name);
    r->name_count = 1;
    r->names = mw_parser_copy(p, &text, 1, sizeof text, _Alignof(const char *));
    if (mw_parser_kind(p) == MW_TOKEN_COMMA)
        return mw_parser_expected(p, "a region",
                                  "one task or '*' here; repeat the statement for "
                                  "each task");
    return true;
}

/** name | "*" | integer */
static bool parse_region(mw_parser *p, mw_rule *r, bool integer_is_extension) {
    if (mw_parser_accept(p, MW_TOKEN_STAR))
        return true;
    if (mw_parser_kind(p) == MW_TOKEN_INTEGER) {
        const mw_token *t = mw_parser_next(p);
        r->position = mw_token_integer(p->source, t);
        if (integer_is_extension)
            mw_parser_extension(p, t->span, "an argument's position here", "name the region");
        return true;
    }
    static const char *const ONE = "one region here; repeat the statement for each region";
    static const char *const WHAT = "a region: a name, '*', or an argument's position";
    mw_token_kind kind = mw_parser_kind(p);
    if (kind == MW_TOKEN_LEFT_BRACKET || kind == MW_TOKEN_LEFT_PAREN)
        return mw_parser_expected(p, WHAT, ONE);
    mw_span name;
    if (!mw_parser_name(p, WHAT, &name))
        return false;
    r->region = mw_parser_text(p, name);
    return mw_parser_kind(p) != MW_TOKEN_COMMA || mw_parser_expected(p, "a kind or '*'", ONE);
}

/** `Task a on GPU`, `Task a -> GPU`, `Task a => GPU`: how many tokens stand before the kind that
 * make no sense there; 0: none. */
static uint32_t connective(const mw_parser *p) {
    static const char *const WORDS[] = {"on", "to", "in", "at", "uses", "use", "with"};
    const mw_token *t = p->token;
    uint32_t count = 0;
    for (size_t i = 0; i < MW_COUNT(WORDS); i++)
        count += mw_parser_is(p, WORDS[i]);
    if ((t->kind == MW_TOKEN_MINUS || t->kind == MW_TOKEN_ASSIGN) && t[1].kind == MW_TOKEN_GT)
        count = 2;
    mw_word w = count ? (mw_word)t[count].word : MW_WORD_NONE;
    return mw_word_is_proc(w) || mw_word_is_mem(w) ? count : 0;
}

static bool skip_connective(mw_parser *p) {
    uint32_t count = connective(p);
    if (!count)
        return false;
    mw_span at = mw_span_join(p->token->span, p->token[count - 1].span);
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, at, "leave it out",
               "no '%s' stands in this statement", mw_parser_text(p, at));
    mw_diag_edit(p->diags, p->source, (mw_span){at.start, p->token[count].span.start}, "");
    p->token += count;
    return true;
}

/** `Task a: GPU`, `Task a = GPU`: reported, and taken. */
static void skip_separator(mw_parser *p) {
    if (skip_connective(p))
        return;
    mw_token_kind kind = mw_parser_kind(p);
    if (kind != MW_TOKEN_COLON && kind != MW_TOKEN_ASSIGN)
        return;
    if (kind == MW_TOKEN_COLON && p->token > p->first &&
        p->token[-1].span.end == p->token->span.start &&
        p->token[1].span.start == p->token->span.end)
        return; // ns::f, which is told as a name
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span, "leave it out",
               "no %s stands in this statement", mw_token_kind_text(kind));
    mw_diag_edit(p->diags, p->source, p->token->span, "");
    mw_parser_next(p);
}

/** A comma-separated list of kinds, best first. */
static bool parse_kinds(mw_parser *p, bool (*one)(mw_parser *, uint8_t *), mw_rule *r) {
    uint8_t kinds[MW_TUPLE_MAX];
    skip_separator(p);
    do {
        if (r->kind_count == MW_TUPLE_MAX) {
            mw_diag_at(p->diags, MW_ERROR, MW_TOO_MANY, p->source, p->token->span, NULL,
                       "at most %d kinds in one statement", MW_TUPLE_MAX);
            return false;
        }
        if (!one(p, &kinds[r->kind_count]))
            return false;
        r->kind_count++;
    } while (mw_parser_accept(p, MW_TOKEN_COMMA));
    r->kinds = mw_parser_copy(p, kinds, r->kind_count, 1, 1);
    return true;
}

static bool parse_task(mw_parser *p, mw_rule *r) {
    return parse_names(p, r) && parse_kinds(p, parse_proc, r);
}

/** `Region a b FBMEM;` */
static void report_no_proc(mw_parser *p) {
    mw_span at = p->token->span;
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, at,
               "Region TASK REGION PROCESSOR MEMORY,…;",
               "expected a processor kind or '*', found '%s'", mw_word_text(mw_parser_word(p)));
    mw_diag_edit(p->diags, p->source, (mw_span){at.start, at.start}, "* ");
}

static bool parse_region_rule(mw_parser *p, mw_rule *r) {
    if (!parse_name_or_star(p, r) || !parse_region(p, r, false))
        return false;
    uint8_t proc;
    skip_connective(p);
    if (mw_word_is_mem(mw_parser_word(p))) { // read as if the processor were '*'
        if (!p->token->after_error)
            report_no_proc(p);
    } else if (!mw_parser_accept(p, MW_TOKEN_STAR)) {
        if (!parse_proc(p, &proc))
            return false;
        r->proc = proc;
    }
    return parse_kinds(p, parse_mem, r);
}

/** Align op integer */
static bool parse_align(mw_parser *p, mw_layout *layout) {
    static const struct {
        uint8_t token, op;
    } OPS[] = {{MW_TOKEN_EQ, MW_ALIGN_EQ}, {MW_TOKEN_LE, MW_ALIGN_LE}, {MW_TOKEN_GE, MW_ALIGN_GE},
               {MW_TOKEN_NE, MW_ALIGN_NE}, {MW_TOKEN_LT, MW_ALIGN_LT}, {MW_TOKEN_GT, MW_ALIGN_GT}};
    layout->align_op = MW_ALIGN_NONE;
    for (size_t i = 0; i < MW_COUNT(OPS); i++)
        if (mw_parser_kind(p) == OPS[i].token)
            layout->align_op = (mw_align_op)OPS[i].op;
    if (layout->align_op == MW_ALIGN_NONE)
        return mw_parser_expected(p, "a comparison", "Align == 128");
    mw_parser_next(p);
    if (mw_parser_kind(p) != MW_TOKEN_INTEGER)
        return mw_parser_expected(p, "an integer: bytes", "Align == 128");
    layout->align = mw_token_integer(p->source, mw_parser_next(p));
    return true;
}

static bool is_constraint(mw_word w) {
    return w >= MW_WORD_SOA && w <= MW_WORD_ALIGN;
}

/** `SOA, C_order`: the comma is reported and taken. Always false. */
static bool skip_constraint_comma(mw_parser *p) {
    bool after = p->token > p->first && (is_constraint((mw_word)p->token[-1].word) ||
                                         p->token[-1].kind == MW_TOKEN_INTEGER);
    if (!after || mw_parser_kind(p) != MW_TOKEN_COMMA)
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span, "leave it out",
               "no commas stand between layout constraints");
    mw_diag_edit(p->diags, p->source, p->token->span, "");
    mw_parser_next(p);
    return false;
}

static bool parse_layout(mw_parser *p, mw_rule *r) {
    if (!parse_name_or_star(p, r) || !parse_region(p, r, true))
        return false;
    uint8_t mem;
    if (mw_word_is_proc(mw_parser_word(p)))
        return mw_parser_expected(p, "a memory kind or '*'",
                                  "layouts are given per memory: GPU tasks use FBMEM or ZCMEM, "
                                  "others SYSMEM or SOCKMEM");
    if (!mw_parser_accept(p, MW_TOKEN_STAR)) {
        if (!parse_word(p, MW_WORD_SYSMEM, MW_WORD_SOCKMEM, MW_UNKNOWN_MEM_KIND, "a memory kind",
                        &mem))
            return false;
        r->mem = mem;
    }
    while (!skip_constraint_comma(p) && mw_parser_kind(p) == MW_TOKEN_NAME &&
           (!p->token->starts_line || is_constraint(mw_parser_word(p)))) {
        uint8_t which;
        if (!parse_word(p, MW_WORD_SOA, MW_WORD_ALIGN, MW_UNKNOWN_CONSTRAINT, "a layout constraint",
                        &which))
            return false;
        switch ((mw_word)(which + MW_WORD_SOA)) {
        case MW_WORD_SOA: r->layout.aos = false; break;
        case MW_WORD_AOS: r->layout.aos = true; break;
        case MW_WORD_C_ORDER: r->layout.c_order = true; break;
        case MW_WORD_F_ORDER: r->layout.c_order = false; break;
        case MW_WORD_COMPACT: r->layout.compact = true; break;
        case MW_WORD_EXACT: r->layout.exact = true; break;
        default:
            if (!parse_align(p, &r->layout))
                return false;
        }
    }
    return true;
}

static bool parse_instance_limit(mw_parser *p, mw_rule *r) {
    mw_span start = p->token->span;
    if (!parse_names(p, r))
        return false;
    if (r->name_count != 1)
        mw_parser_extension(p, start, "more than one task here", "one statement a task");
    skip_separator(p);
    if (mw_parser_kind(p) != MW_TOKEN_INTEGER)
        return mw_parser_expected(p, "an integer: tasks in flight on a node", NULL);
    r->limit = mw_token_integer(p->source, mw_parser_next(p));
    return true;
}

/** `IndexTaskMap a f(t);`, `IndexTaskMap a m[0, 0];` */
static bool report_call(mw_parser *p) {
    bool call = mw_parser_kind(p) == MW_TOKEN_LEFT_PAREN;
    if (!call && mw_parser_kind(p) != MW_TOKEN_LEFT_BRACKET)
        return false;
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
               call ? "name the function: it is called for every point"
                    : "put it into a function:  def f(Task task) { return m[…]; }",
               "a map statement takes the name of a function");
    if (call && mw_parser_ahead(p) == MW_TOKEN_RIGHT_PAREN)
        mw_diag_edit(p->diags, p->source, mw_span_join(p->token->span, p->token[1].span), "");
    return true;
}

/** `IndexTaskMap a { return m[0, 0]; }`: reported, and its braces are skipped. Always false. */
static bool report_inline(mw_parser *p) {
    mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
               "define it above, and name it here:  def f(Task task) { return m[…]; }",
               "a map statement takes the name of a function");
    uint32_t open = 0;
    do {
        open += mw_parser_kind(p) == MW_TOKEN_LEFT_BRACE;
        open -= mw_parser_kind(p) == MW_TOKEN_RIGHT_BRACE;
        mw_parser_next(p);
    } while (open > 0 && mw_parser_kind(p) != MW_TOKEN_END);
    return false;
}

static bool parse_map(mw_parser *p, mw_rule *r, mw_rule_node *node) {
    mw_word w = mw_parser_word(p);
    if (mw_parser_kind(p) == MW_TOKEN_STAR) {
        mw_parser_extension(p, mw_parser_next(p)->span, "a map for '*'",
                            "a map for CPU, one for GPU, one for OMP");
    } else if (w == MW_WORD_CPU || w == MW_WORD_GPU || w == MW_WORD_OMP) {
        r->target = (int)(w - MW_WORD_CPU);
        mw_parser_next(p);
    } else if (!parse_name_list(p, "a task name, CPU, GPU or OMP", r)) {
        return false;
    }
    if (mw_parser_kind(p) == MW_TOKEN_LEFT_BRACE)
        return report_inline(p);
    if (mw_parser_kind(p) == MW_TOKEN_SEMICOLON && r->name_count > 1) { // a, f;
        mw_span comma = {p->token[-2].span.start, p->token[-1].span.start};
        mw_diag_at(p->diags, MW_ERROR, MW_SYNTAX, p->source, p->token->span,
                   "no ',' stands before the function", "expected the function's name, found ';'");
        mw_diag_edit(p->diags, p->source, comma, " ");
        return false;
    }
    if (!mw_parser_name(p, "the function's name", &node->function_at))
        return false;
    if (mw_parser_kind(p) == MW_TOKEN_NAME && !p->token->starts_line && !mw_parser_word(p)) {
        mw_span machine = node->function_at;
        node->function_at = mw_parser_next(p)->span;
        mw_diag_at(p->diags, MW_ERROR, MW_OLD_DIALECT, p->source, machine,
                   "leave the machine out: the function names it, as in  return m[…];",
                   "an older dialect: a map statement takes a target and a function");
        mw_diag_edit(p->diags, p->source, (mw_span){machine.start, node->function_at.start}, "");
    }
    node->function = mw_parser_symbol_at(p, node->function_at);
    return !report_call(p);
}

static bool parse_fields(mw_parser *p, mw_word w, mw_rule *r, mw_rule_node *node) {
    switch (w) {
    case MW_WORD_TASK: r->type = MW_RULE_TASK; return parse_task(p, r);
    case MW_WORD_REGION: r->type = MW_RULE_REGION; return parse_region_rule(p, r);
    case MW_WORD_LAYOUT: r->type = MW_RULE_LAYOUT; return parse_layout(p, r);
    case MW_WORD_INSTANCE_LIMIT:
        r->type = MW_RULE_INSTANCE_LIMIT;
        return parse_instance_limit(p, r);
    case MW_WORD_COLLECT_MEMORY:
        r->type = MW_RULE_COLLECT_MEMORY;
        return parse_name_or_star(p, r) && parse_region(p, r, true);
    case MW_WORD_INDEX_TASK_MAP: r->type = MW_RULE_INDEX_MAP; return parse_map(p, r, node);
    case MW_WORD_SINGLE_TASK_MAP: r->type = MW_RULE_SINGLE_MAP; return parse_map(p, r, node);
    default: r->type = MW_RULE_CONTROL_REPLICATE; return parse_names(p, r);
    }
}

static mw_rule_node empty_rule(const mw_parser *p) {
    mw_rule_node node = {.order = (uint32_t)p->items.count};
    node.rule.target = node.rule.proc = node.rule.mem = MW_ANY;
    node.rule.position = MW_ANY;
    node.rule.function = MW_NO_FUNCTION;
    return node;
}

static bool keep_rule(mw_parser *p, mw_rule_node *node, mw_span start) {
    node->rule.span = mw_span_join(start, p->token[-1].span);
    p->nomem = !MW_PUSH(&p->rules, *node) || p->nomem;
    return mw_parser_semicolon(p) || (p->rules.count--, false);
}

bool mw_parse_rule(mw_parser *p) {
    mw_rule_node node = empty_rule(p);
    const mw_token *start = mw_parser_next(p);
    p->in_rule = true;
    bool ok = parse_fields(p, (mw_word)start->word, &node.rule, &node) &&
              keep_rule(p, &node, start->span);
    p->in_rule = false;
    return ok;
}

bool mw_parse_priority(mw_parser *p) {
    mw_rule_node node = empty_rule(p);
    node.rule.type = MW_RULE_PRIORITY;
    const mw_token *start = mw_parser_next(p);
    mw_parser_extension(p, start->span, "Priority", "leave it out");
    if (!parse_names(p, &node.rule))
        return false;
    skip_separator(p);
    const mw_token *from = p->token;
    const mw_expr *value = mw_parse_expr(p);
    if (!value)
        return false;
    mw_step step = {.kind = MW_STEP_RETURN,
                    .id = p->id_count++,
                    .span = value->span,
                    .at = from->span,
                    .value = value};
    mw_parameter parameter = {.type = MW_TYPE_TASK, .word = MW_WORD_TASK, .span = start->span};
    parameter.name = mw_parser_symbol(p, "task", 4);
    mw_function f = {.span = value->span, .at = start->span, .order = (uint32_t)p->items.count};
    f.parameter_count = f.step_count = 1;
    f.parameters = mw_parser_copy(p, &parameter, 1, sizeof parameter, _Alignof(mw_parameter));
    f.steps = mw_parser_copy(p, &step, 1, sizeof step, _Alignof(mw_step));
    node.priority = (uint32_t)p->functions.count;
    p->nomem = !MW_PUSH(&p->functions, f) || p->nomem;
    return keep_rule(p, &node, start->span);
}
