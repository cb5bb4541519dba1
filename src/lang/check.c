// src/lang/check.c: scopes, functions and globals. The order of work: register all names, then the
// program from top to bottom, then the functions that nothing called, then the rules.
#include "lang/check.h"
#include <string.h>

enum { LAZY_DEPTH_MAX = 16 }; // functions checked on the way to others; deeper: types stay unknown

static const mw_source *source_of(const mw_checker *c) {
    return c->tree->source;
}

const char *mw_check_type_name(mw_checker *c, mw_type t) {
    switch ((mw_type_kind)t.kind) {
    case MW_TYPE_UNKNOWN: return "a value";
    case MW_TYPE_INT: return "an integer";
    case MW_TYPE_BOOL: return "a bool";
    case MW_TYPE_TUPLE:
        return t.len < 0 ? "a tuple" : mw_arena_printf(c->tree->arena, "a tuple of %d", t.len);
    case MW_TYPE_SPACE: return "a processor space";
    case MW_TYPE_PLACE: return "a place in a processor space";
    case MW_TYPE_TASK: return "a task";
    case MW_TYPE_FUNCTION: return "a function";
    }
    return "a value";
}

bool mw_check_wrong(mw_checker *c, const mw_expr *e, mw_type got, mw_type_kind want,
                    const char *what) {
    if (got.kind == want || got.kind == MW_TYPE_UNKNOWN)
        return false;
    const char *hint = NULL;
    if (want == MW_TYPE_BOOL && got.kind == MW_TYPE_INT)
        hint = "compare it, as in  x != 0";
    else if (want == MW_TYPE_INT && got.kind == MW_TYPE_TUPLE)
        hint = "pick an element, as in  t[0]";
    mw_diag_at(c->diags, MW_ERROR, MW_WRONG_TYPE, source_of(c), e->span, hint,
               "%s must be %s, not %s", what, mw_check_type_name(c, MW_TYPE_OF(want, -1)),
               mw_check_type_name(c, got));
    return true;
}

uint32_t mw_check_line(const mw_checker *c, mw_span span) {
    bool read = mw_diags_count(c->diags) < MW_DIAGS_MAX; // else the message is only counted
    return read ? mw_source_line(source_of(c), span.start) : 0;
}

uint32_t mw_check_local(mw_checker *c, const mw_symbol *name, mw_type type) {
    if (!MW_PUSH(&c->types, type) || !MW_PUSH(&c->names, name)) {
        c->nomem = true;
        return 0;
    }
    c->local_of[name->id] = ++c->locals;
    return c->locals - 1;
}

static void open_scope(mw_checker *c) {
    c->types.count = c->names.count = 0;
    c->locals = 0;
}

static void close_scope(mw_checker *c) {
    for (size_t i = 0; i < c->names.count; i++)
        if (c->names.items[i])
            c->local_of[c->names.items[i]->id] = 0;
    open_scope(c);
}

// --- steps
// ----------------------------------------------------------------------------------------

static void check_print(mw_checker *c, const mw_step *s) {
    uint32_t holes = 0;
    for (const char *at = s->format; (at = strstr(at, "{}")); at += 2)
        holes++;
    for (uint32_t i = 0; i < s->count; i++)
        mw_check_expr(c, s->items[i]);
    if (holes != s->count)
        mw_diag_at(c->diags, MW_ERROR, MW_PRINT_ARGUMENTS, source_of(c), s->at,
                   "one {} for each value", "%u {} in the string, but %u value%s after it", holes,
                   s->count, s->count == 1 ? "" : "s");
}

static void assign_local(mw_checker *c, const mw_step *s) {
    mw_type type = s->value ? mw_check_expr(c, s->value) : MW_TYPE_ANY;
    uint32_t known = c->local_of[s->name->id];
    if (known && c->strict && !c->tree->functions[c->function].broken)
        mw_diag_at(c->diags, MW_ERROR, MW_LOCAL_REASSIGNED, source_of(c), s->at,
                   "use another name: the reference ignores a second assignment",
                   "'%.60s' has a value already", s->name->text);
    uint32_t slot = known ? known - 1 : mw_check_local(c, s->name, type);
    if (!c->nomem)
        c->types.items[slot] = type;
    c->refs[s->id] = (mw_ref){MW_REF_LOCAL, slot};
}

static void missing_return(mw_checker *c, const mw_function *f) {
    mw_diag_at(c->diags, MW_ERROR, MW_MISSING_RETURN, source_of(c), f->at, "end it with  return …;",
               "'%.60s' returns nothing", f->name ? f->name->text : "");
}

static void check_body(mw_checker *c, uint32_t function) {
    const mw_function *f = &c->tree->functions[function];
    bool returned = false, warned = false;
    for (uint32_t i = 0; i < f->step_count; i++) {
        const mw_step *s = &f->steps[i];
        if (returned && !warned && !f->broken) {
            mw_diag_at(c->diags, MW_WARNING, MW_UNREACHABLE, source_of(c), s->span, NULL,
                       "never reached: the function has returned");
            warned = true;
        }
        switch (s->kind) {
        case MW_STEP_PRINT: check_print(c, s); break;
        case MW_STEP_ASSIGN: assign_local(c, s); break;
        case MW_STEP_RETURN: {
            mw_type type = mw_check_expr(c, s->value);
            if (!returned)
                c->result[function] = type;
            c->conditional += !returned; // what follows is never reached
            returned = true;
        }
        }
    }
    if (!returned && !f->broken)
        missing_return(c, f);
}

mw_type mw_check_function(mw_checker *c, uint32_t function) {
    const mw_function *f = &c->tree->functions[function];
    if (c->state[function] != MW_CHECK_WAITING || c->depth >= LAZY_DEPTH_MAX)
        return c->result[function]; // unknown while it is being checked: recursion
    c->state[function] = MW_CHECK_RUNNING;
    mw_checker outer = *c; // what the caller was in the middle of
    c->depth++;
    memset(&c->types, 0, sizeof c->types);
    memset(&c->names, 0, sizeof c->names);
    for (size_t i = 0; i < outer.names.count; i++) // a callee sees no caller's locals
        if (outer.names.items[i])
            c->local_of[outer.names.items[i]->id] = 0;
    open_scope(c);
    c->in_function = true;
    c->function = function;
    c->conditional = 0;
    c->here = f->order;
    c->has_of = NULL;
    for (uint32_t i = 0; i < f->parameter_count; i++) {
        const mw_parameter *p = &f->parameters[i];
        if (c->local_of[p->name->id])
            mw_diag_at(c->diags, MW_ERROR, MW_DUPLICATE_PARAMETER, source_of(c), p->span,
                       "choose another name", "two parameters are called '%.60s'", p->name->text);
        mw_check_local(c, p->name, MW_TYPE_OF(p->type, -1));
    }
    check_body(c, function);
    c->local_count[function] = c->locals;
    close_scope(c);
    MW_VEC_CLEAR(&c->types);
    MW_VEC_CLEAR(&c->names);
    outer.nomem = c->nomem;
    memcpy(&outer.calls, &c->calls, sizeof outer.calls); // grown meanwhile
    *c = outer;
    for (size_t i = 0; i < c->names.count; i++)
        if (c->names.items[i])
            c->local_of[c->names.items[i]->id] = (uint32_t)i + 1;
    c->state[function] = MW_CHECK_DONE;
    return c->result[function];
}

// --- the program
// ----------------------------------------------------------------------------------

static void register_functions(mw_checker *c) {
    for (uint32_t i = 0; i < c->tree->function_count; i++) {
        const mw_function *f = &c->tree->functions[i];
        c->result[i] = MW_TYPE_ANY;
        if (!f->name)
            continue;
        if (strcmp(f->name->text, "?") == 0)
            continue; // its name was not understood
        if (strcmp(f->name->text, "Machine") == 0)
            mw_diag_at(c->diags, MW_ERROR, MW_RESERVED_WORD, source_of(c), f->at,
                       "choose another name", "'Machine' is built in");
        else if (c->function_of[f->name->id])
            mw_diag_at(c->diags, MW_ERROR, MW_DUPLICATE_FUNCTION, source_of(c), f->at,
                       "keep one of them",
                       "a second function called '%.60s': the first is in line %u", f->name->text,
                       mw_check_line(c, c->tree->functions[c->function_of[f->name->id] - 1].at));
        else
            c->function_of[f->name->id] = i + 1;
    }
}

/** Globals are numbered like the top-level steps, prints included. */
static void register_globals(mw_checker *c) {
    for (uint32_t i = 0; i < c->tree->step_count; i++) {
        const mw_step *s = &c->tree->steps[i];
        c->global_type[i] = MW_TYPE_ANY;
        if (!s->name)
            continue;
        if (c->global_of[s->name->id])
            mw_diag_at(c->diags, MW_ERROR, MW_GLOBAL_REASSIGNED, source_of(c), s->at,
                       "a global is assigned once: use another name",
                       "'%.60s' has a value already, from line %u", s->name->text,
                       mw_check_line(c, c->tree->steps[c->global_of[s->name->id] - 1].at));
        else if (c->function_of[s->name->id])
            mw_diag_at(c->diags, MW_ERROR, MW_GLOBAL_REASSIGNED, source_of(c), s->at,
                       "use another name", "'%.60s' is a function, in line %u", s->name->text,
                       mw_check_line(c, c->tree->functions[c->function_of[s->name->id] - 1].at));
        else
            c->global_of[s->name->id] = i + 1;
    }
}

static void check_global(mw_checker *c, uint32_t index, uint32_t order) {
    const mw_step *s = &c->tree->steps[index];
    open_scope(c);
    c->in_function = false;
    c->here = order;
    if (s->kind == MW_STEP_PRINT)
        check_print(c, s);
    else if (s->value)
        c->global_type[index] = mw_check_expr(c, s->value);
    if (s->name && c->global_of[s->name->id] != index + 1 && c->global_of[s->name->id])
        c->global_type[c->global_of[s->name->id] - 1] = MW_TYPE_ANY; // assigned twice: either
    if (s->name)
        c->refs[s->id] = (mw_ref){MW_REF_GLOBAL, index};
    c->global_ready[index] = true;
    c->step_locals[index] = c->locals;
    close_scope(c);
}

static bool make_tables(mw_checker *c) {
    const mw_tree *t = c->tree;
    mw_arena *a = t->arena;
    c->refs = MW_NEW_ARRAY(a, mw_ref, t->id_count + 1);
    c->function_of = MW_NEW_ARRAY(a, uint32_t, t->symbol_count + 1);
    c->global_of = MW_NEW_ARRAY(a, uint32_t, t->symbol_count + 1);
    c->local_of = MW_NEW_ARRAY(a, uint32_t, t->symbol_count + 1);
    c->global_type = MW_NEW_ARRAY(a, mw_type, t->step_count + 1);
    c->global_ready = MW_NEW_ARRAY(a, bool, t->step_count + 1);
    c->step_locals = MW_NEW_ARRAY(a, uint32_t, t->step_count + 1);
    c->result = MW_NEW_ARRAY(a, mw_type, t->function_count + 1);
    c->state = MW_NEW_ARRAY(a, uint8_t, t->function_count + 1);
    c->local_count = MW_NEW_ARRAY(a, uint32_t, t->function_count + 1);
    c->told = MW_NEW_ARRAY(a, bool, t->symbol_count + 1);
    c->used_function = MW_NEW_ARRAY(a, bool, t->function_count + 1);
    c->used_global = MW_NEW_ARRAY(a, bool, t->step_count + 1);
    c->asks = MW_NEW_ARRAY(a, uint8_t, t->function_count + 1);
    return !mw_arena_failed(a);
}

mw_status mw_check(mw_tree *tree, bool strict, mw_checked *out, mw_diags *diags) {
    mw_checker c = {.tree = tree, .diags = diags, .strict = strict};
    if (!make_tables(&c))
        return MW_ERR_NOMEM;
    register_functions(&c);
    register_globals(&c);
    for (uint32_t i = 0; i < tree->item_count; i++)
        if (tree->items[i].kind == MW_ITEM_STEP)
            check_global(&c, tree->items[i].index, i);
    for (uint32_t i = 0; i < tree->function_count; i++)
        mw_check_function(&c, i);
    mw_check_rules(&c);
    mw_check_calls(&c);
    mw_check_unused(&c);
    MW_VEC_CLEAR(&c.calls);
    MW_VEC_CLEAR(&c.types);
    MW_VEC_CLEAR(&c.names);
    const char **names = MW_NEW_ARRAY(tree->arena, const char *, tree->step_count + 1);
    if (c.nomem || !names || mw_arena_failed(tree->arena))
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < tree->step_count; i++)
        names[i] = tree->steps[i].name ? tree->steps[i].name->text : "";
    *out = (mw_checked){tree, c.refs, c.local_count, c.step_locals, tree->step_count, names};
    return MW_OK;
}
