// tests/lang/same_tree.h: do two texts parse to the same tree, places aside? For tests only.
#pragma once
#include "lang/ast.h"
#include <string.h>

static inline bool same_symbol(const mw_symbol *a, const mw_symbol *b) {
    return a && b ? strcmp(a->text, b->text) == 0 : a == b;
}

static bool same_expr(const mw_expr *a, const mw_expr *b) {
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind || a->op != b->op || a->count != b->count || a->integer != b->integer ||
        !same_symbol(a->name, b->name) || !same_expr(a->base, b->base))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_expr(a->items[i], b->items[i]))
            return false;
    return true;
}

static inline bool same_step(const mw_step *a, const mw_step *b) {
    bool same = a->kind == b->kind && a->count == b->count && same_symbol(a->name, b->name) &&
                same_expr(a->value, b->value);
    if (same && a->kind == MW_STEP_PRINT)
        same = strcmp(a->format, b->format) == 0;
    for (uint32_t i = 0; same && i < a->count; i++)
        same = same_expr(a->items[i], b->items[i]);
    return same;
}

static inline bool same_function(const mw_function *a, const mw_function *b) {
    bool same = same_symbol(a->name, b->name) && a->parameter_count == b->parameter_count &&
                a->step_count == b->step_count && a->order == b->order;
    for (uint32_t i = 0; same && i < a->parameter_count; i++)
        same = a->parameters[i].word == b->parameters[i].word &&
               same_symbol(a->parameters[i].name, b->parameters[i].name);
    for (uint32_t i = 0; same && i < a->step_count; i++)
        same = same_step(&a->steps[i], &b->steps[i]);
    return same;
}

static inline bool same_layout(const mw_layout *a, const mw_layout *b) {
    return a->aos == b->aos && a->c_order == b->c_order && a->compact == b->compact &&
           a->exact == b->exact && a->align_op == b->align_op && a->align == b->align;
}

static inline bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static inline bool same_rule(const mw_rule_node *x, const mw_rule_node *y) {
    const mw_rule *a = &x->rule, *b = &y->rule;
    bool same = a->type == b->type && a->name_count == b->name_count && a->target == b->target &&
                same_text(a->region, b->region) && a->position == b->position &&
                a->proc == b->proc && a->mem == b->mem && a->kind_count == b->kind_count &&
                same_layout(&a->layout, &b->layout) && a->limit == b->limit &&
                same_symbol(x->function, y->function) && x->priority == y->priority &&
                x->order == y->order;
    for (uint32_t i = 0; same && i < a->name_count; i++)
        same = strcmp(a->names[i], b->names[i]) == 0;
    for (uint32_t i = 0; same && i < a->kind_count; i++)
        same = a->kinds[i] == b->kinds[i];
    return same;
}

static inline bool same_tree(const mw_tree *a, const mw_tree *b) {
    bool same = a->item_count == b->item_count && a->function_count == b->function_count &&
                a->rule_count == b->rule_count && a->step_count == b->step_count;
    for (uint32_t i = 0; same && i < a->item_count; i++)
        same = a->items[i].kind == b->items[i].kind && a->items[i].index == b->items[i].index;
    for (uint32_t i = 0; same && i < a->function_count; i++)
        same = same_function(&a->functions[i], &b->functions[i]);
    for (uint32_t i = 0; same && i < a->rule_count; i++)
        same = same_rule(&a->rules[i], &b->rules[i]);
    for (uint32_t i = 0; same && i < a->step_count; i++)
        same = same_step(&a->steps[i], &b->steps[i]);
    return same;
}

/** Into `arena`. @return false: it has syntax errors */
static inline bool parses_to(const char *text, size_t len, mw_arena *arena, mw_tree *out) {
    mw_source source = {"text", text, len};
    mw_tokens tokens = {0};
    mw_diags *diags = mw_diags_new();
    bool ok = mw_lex(&source, &tokens, diags) == MW_OK &&
              mw_parse(&source, &tokens, false, arena, out, diags) == MW_OK &&
              mw_diags_errors(diags) == 0;
    MW_VEC_CLEAR(&tokens);
    mw_diags_free(diags);
    return ok;
}

/** Both texts parse, and to the same tree. */
static inline bool same_program(const char *a, size_t a_len, const char *b, size_t b_len) {
    mw_arena *arena = mw_arena_new();
    mw_tree x, y;
    bool same =
        parses_to(a, a_len, arena, &x) && parses_to(b, b_len, arena, &y) && same_tree(&x, &y);
    mw_arena_free(arena);
    return same;
}
