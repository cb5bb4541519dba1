// src/lang/check_name.c: what names mean, and what was meant by those that mean nothing.
#include "base/near.h"
#include "lang/check.h"
#include <string.h>

enum {
    OFFERS_MAX = 500, // names that one did-you-mean looks at; bounds hostile texts
    EDIT_BYTES = 400, // of a call that an edit writes anew
};

static const mw_source *source_of(const mw_checker *c) {
    return c->tree->source;
}

/** Names of values that other languages have, and ours. @return NULL: none of them */
static const char *foreign_constant(const char *name) {
    static const char *const TABLE[][2] = {{"true", "True"},   {"false", "False"}, {"TRUE", "True"},
                                           {"FALSE", "False"}, {"None", ""},       {"null", ""},
                                           {"NULL", ""},       {"nullptr", ""},    {"nil", ""},
                                           {"undefined", ""}};
    for (size_t i = 0; i < MW_COUNT(TABLE); i++)
        if (strcmp(TABLE[i][0], name) == 0)
            return TABLE[i][1];
    return NULL;
}

static bool report_constant(mw_checker *c, const mw_symbol *name, mw_span at) {
    const char *ours = foreign_constant(name->text);
    if (!ours)
        return false;
    mw_diag_at(c->diags, MW_ERROR, MW_FOREIGN_CONSTANT, source_of(c), at,
               *ours ? mw_arena_printf(c->tree->arena, "write  %s", ours)
                     : "every value is an int, a bool, a tuple, a space, a place or a task",
               "there is no '%.60s'", name->text);
    if (*ours)
        mw_diag_edit(c->diags, source_of(c), at, ours);
    return true;
}

/** Functions that other languages have built in, and how the same is written here: the hint, and
 * where it can be applied the text, with $1 and $2 for the arguments. */
static const struct foreign_function {
    const char *name, *hint, *instead;
    uint32_t arguments; ///< that `instead` takes
} FUNCTIONS[] = {
    {"len", "the number of elements is t.len", "$1.len", 1},
    {"size", "extents are m.size, the number of elements is t.len", NULL, 0},
    {"range", "write the numbers out:  (0, 1, 2, 3)", NULL, 0},
    {"min", "write  a < b ? a : b", "($1 < $2 ? $1 : $2)", 2},
    {"max", "write  a > b ? a : b", "($1 > $2 ? $1 : $2)", 2},
    {"abs", "write  a < 0 ? -a : a", "($1 < 0 ? -$1 : $1)", 1},
    {"sum", "write  t[0] + t[1] + …", NULL, 0},
    {"prod", "the product of all elements is t.volume", "$1.volume", 1},
    {"divmod", "write  a / b  and  a % b", NULL, 0},
    {"mod", "write  a % b", "($1 % $2)", 2},
    {"floor", "'/' divides integers and truncates", NULL, 0},
    {"ceil", "write  (a + b - 1) / b", NULL, 0},
    {"ceildiv", "write  (a + b - 1) / b", "(($1 + $2 - 1) / $2)", 2},
    {"round", "there are integers only", NULL, 0},
    {"pow", "multiply, as in  n * n", NULL, 0},
    {"sqrt", "try m.auto_split(d, w) to divide an extent evenly", NULL, 0},
    {"float", "there are integers only", NULL, 0},
    {"str", "strings stand in print only", NULL, 0},
    {"list", "a tuple is  (a, b)", NULL, 0},
    {"map", "write  tuple(f(i) for i in t)", NULL, 0},
    {"zip", "index both tuples:  tuple(a[i] + b[i] for i in (0, 1))", NULL, 0},
    {"enumerate", "index the tuple:  tuple(f(i, t[i]) for i in (0, 1))", NULL, 0},
    {"reversed", "a space is reversed along a dimension by m.reverse(d)", NULL, 0},
    {"Point", "a point is a tuple:  (x, y)", NULL, 0},
    {"Tuple", "a tuple is  (a, b)", NULL, 0},
    {"IPoint", "a point is a tuple:  (x, y)", NULL, 0},
    {"printf", "write  print(\"{}\", x);", NULL, 0},
    {"not", "'not x' is written x == False", "(($1) == False)", 1},
};

static void add_argument(mw_checker *c, mw_str *out, const mw_expr *e) {
    const mw_source *source = source_of(c);
    bool operators =
        e->kind == MW_EXPR_NEGATE || e->kind == MW_EXPR_BINARY || e->kind == MW_EXPR_CHOICE;
    mw_str_add(out, operators ? "(" : "");
    mw_str_add_bytes(out, source->text + e->span.start, e->span.end - e->span.start);
    mw_str_add(out, operators ? ")" : "");
}

/** The call, written as it must be here. */
static void add_edit(mw_checker *c, const mw_expr *e, const char *instead) {
    mw_str text = {0};
    for (; *instead; instead++) {
        if (*instead == '$')
            add_argument(c, &text, e->items[*++instead - '1']);
        else
            mw_str_add_char(&text, *instead);
    }
    mw_diag_edit(c->diags, source_of(c), e->span, mw_str_text(&text));
    mw_str_clear(&text);
}

/** range(3): (0, 1, 2) */
static void add_range(mw_checker *c, const mw_expr *e) {
    int64_t n;
    if (e->count != 1 || !mw_check_literal(e->items[0], &n) || n < 2 || n > MW_TUPLE_MAX)
        return;
    mw_str text = {0};
    for (int64_t i = 0; i < n; i++)
        mw_str_printf(&text, "%s%lld", i ? ", " : "(", (long long)i);
    mw_str_add(&text, ")");
    mw_diag_edit(c->diags, source_of(c), e->span, mw_str_text(&text));
    mw_str_clear(&text);
}

static bool report_function(mw_checker *c, const mw_expr *e) {
    const char *name = e->name->text;
    for (size_t i = 0; i < MW_COUNT(FUNCTIONS); i++) {
        const struct foreign_function *f = &FUNCTIONS[i];
        if (strcmp(f->name, name) != 0)
            continue;
        mw_diag_at(c->diags, MW_ERROR,
                   strcmp(name, "not") == 0 ? MW_WORD_OPERATOR : MW_FOREIGN_FUNCTION, source_of(c),
                   e->at, f->hint, "there is no function '%.60s'", name);
        bool small = e->span.end - e->span.start <= EDIT_BYTES;
        if (f->instead && e->count == f->arguments && small)
            add_edit(c, e, f->instead);
        else if (strcmp(name, "range") == 0)
            add_range(c, e);
        return true;
    }
    return false;
}

static const char *nearest_in_scope(mw_checker *c, const mw_symbol *name, mw_name_use use) {
    const mw_tree *t = c->tree;
    mw_near nearest = mw_near_to(name->text);
    uint32_t offers = 0;
    for (size_t i = 0; i < c->names.count && use != MW_NAME_MAP && offers < OFFERS_MAX; i++)
        if (c->names.items[i] && ++offers)
            mw_near_offer(&nearest, c->names.items[i]->text);
    for (uint32_t i = 0; i < t->function_count && offers < OFFERS_MAX; i++)
        if (t->functions[i].name && ++offers)
            mw_near_offer(&nearest, t->functions[i].name->text);
    for (uint32_t i = 0; i < t->step_count && use == MW_NAME_VALUE && offers < OFFERS_MAX; i++)
        if (t->steps[i].name && ++offers)
            mw_near_offer(&nearest, t->steps[i].name->text);
    if (use == MW_NAME_VALUE) {
        mw_near_offer(&nearest, "True");
        mw_near_offer(&nearest, "False");
    }
    if (use != MW_NAME_MAP)
        mw_near_offer(&nearest, "Machine");
    return nearest.distance > 0 ? nearest.best : NULL;
}

/** `task` where the parameter is called otherwise. */
static const char *task_parameter(const mw_checker *c, const char *name) {
    if (!c->in_function || (strcmp(name, "task") != 0 && strcmp(name, "t") != 0))
        return NULL;
    const mw_function *f = &c->tree->functions[c->function];
    return f->parameter_count == 1 && f->parameters[0].type == MW_TYPE_TASK
               ? f->parameters[0].name->text
               : NULL;
}

void mw_check_undefined(mw_checker *c, const mw_symbol *name, mw_span at, mw_name_use use) {
    bool opaque = c->in_function && c->tree->functions[c->function].opaque;
    bool told = name->lost || c->told[name->id];
    if (use != MW_NAME_MAP && (told || (opaque && use == MW_NAME_VALUE)))
        return; // once a name; and what gives it its value may be what was not understood
    bool priority = c->in_function && !c->tree->functions[c->function].name;
    c->told[name->id] = true;
    if (use == MW_NAME_VALUE && report_constant(c, name, at))
        return;
    const char *meant = NULL;
    if (mw_diags_count(c->diags) < MW_DIAGS_MAX) // else nobody will read it
        meant = use == MW_NAME_VALUE ? task_parameter(c, name->text) : NULL;
    if (!meant && mw_diags_count(c->diags) < MW_DIAGS_MAX)
        meant = nearest_in_scope(c, name, use);
    mw_diag_at(c->diags, MW_ERROR, MW_UNDEFINED_NAME, source_of(c), at,
               meant      ? mw_arena_printf(c->tree->arena, "did you mean '%s'?", meant)
               : priority ? "an integer: higher goes first; 'task' is the task in hand"
                          : NULL,
               use == MW_NAME_VALUE ? "'%.60s' is not defined" : "there is no function '%.60s'",
               name->text);
    if (meant)
        mw_diag_edit(c->diags, source_of(c), at, meant);
}

mw_type mw_check_name(mw_checker *c, const mw_expr *e) {
    uint32_t local = c->local_of[e->name->id], global = c->global_of[e->name->id];
    uint32_t function = c->function_of[e->name->id];
    if (local) {
        c->refs[e->id] = (mw_ref){MW_REF_LOCAL, local - 1};
        return c->types.items[local - 1];
    }
    if (global) {
        c->refs[e->id] = (mw_ref){MW_REF_GLOBAL, global - 1};
        c->used_global[global - 1] = true;
        if (!c->in_function && !c->global_ready[global - 1])
            mw_diag_at(c->diags, MW_ERROR, MW_USED_BEFORE_DEFINITION, source_of(c), e->at,
                       "move its assignment above this line",
                       "'%.60s' has no value yet: it is assigned in line %u", e->name->text,
                       mw_check_line(c, c->tree->steps[global - 1].at));
        return c->global_type[global - 1];
    }
    if (function) {
        c->refs[e->id] = (mw_ref){MW_REF_FUNCTION, function - 1};
        c->used_function[function - 1] = true;
        return MW_TYPE_OF(MW_TYPE_FUNCTION, -1);
    }
    bool call = e->kind == MW_EXPR_CALL;
    if (!call || !report_function(c, e))
        mw_check_undefined(c, e->name, e->at, call ? MW_NAME_CALL : MW_NAME_VALUE);
    return MW_TYPE_ANY;
}
