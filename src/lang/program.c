// src/lang/program.c: text to program: lexing, parsing, checking, compiling, each once.
#include "lang/program.h"
#include <stdlib.h>
#include <string.h>

/** All of it in the program's arena; false: nomem. */
static bool copy_source(mw_program *p, const char *name, const char *text, size_t len) {
    p->source.name = mw_arena_strdup(p->arena, name ? name : "<mapper>");
    p->source.text = mw_arena_strndup(p->arena, text, len);
    p->source.len = len;
    return p->source.name && p->source.text;
}

static mw_status read_program(mw_program *p, mw_diags *diags) {
    mw_tokens tokens = {0};
    mw_tree tree;
    mw_checked checked;
    mw_status status = mw_lex(&p->source, &tokens, diags);
    if (status == MW_OK)
        status = mw_parse(&p->source, &tokens, p->strict, p->arena, &tree, diags);
    MW_VEC_CLEAR(&tokens);
    if (status == MW_OK)
        status = mw_check(&tree, p->strict, &checked, diags);
    if (status != MW_OK)
        return status;
    if (mw_diags_errors(diags))
        return MW_ERR_INPUT;
    mw_rule *rules = MW_NEW_ARRAY(p->arena, mw_rule, tree.rule_count + 1);
    if (!rules)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < tree.rule_count; i++)
        rules[i] = tree.rules[i].rule;
    p->rules = rules;
    p->rule_count = tree.rule_count;
    return mw_compile(&checked, p, diags);
}

/** Into a list of our own: the caller's may hold errors of other files, or be NULL. */
static mw_status parse(mw_program *p, mw_diags *diags) {
    mw_diags *own = mw_diags_new();
    if (!own)
        return MW_ERR_NOMEM;
    mw_status status = read_program(p, own);
    mw_diags_sort(own);
    mw_diags_append(diags, own);
    mw_diags_free(own);
    return status;
}

mw_status mw_program_parse(const char *name, const char *text, size_t len,
                           const mw_lang_options *options, mw_program **out, mw_diags *diags) {
    if (len > MW_MAPPER_MAX_BYTES) {
        mw_diag_in(diags, MW_ERROR, MW_MAPPER_TOO_LARGE, name, NULL, NULL,
                   "a mapper of %zu bytes; %d is the most", len, MW_MAPPER_MAX_BYTES);
        return MW_ERR_INPUT;
    }
    mw_program *p = calloc(1, sizeof *p);
    if (!p)
        return MW_ERR_NOMEM;
    p->arena = mw_arena_new();
    p->strict = options && options->strict;
    mw_status status = MW_ERR_NOMEM;
    if (p->arena && copy_source(p, name, text, len))
        status = parse(p, diags);
    if (status == MW_OK)
        *out = p;
    else
        mw_program_free(p);
    return status;
}

void mw_program_free(mw_program *p) {
    if (!p)
        return;
    mw_arena_free(p->arena);
    free(p);
}

const mw_source *mw_program_source(const mw_program *p) {
    return &p->source;
}

const mw_rule *mw_program_rules(const mw_program *p, uint32_t *count) {
    *count = p->rule_count;
    return p->rules;
}

int mw_program_function(const mw_program *p, const char *name) {
    for (uint32_t i = 0; i < p->function_count; i++)
        if (p->codes[i].name && strcmp(p->codes[i].name, name) == 0)
            return (int)i;
    return MW_NO_FUNCTION;
}

const char *mw_program_function_name(const mw_program *p, int function) {
    const char *name = p->codes[function].name;
    return name ? name : "Priority";
}

uint32_t mw_program_function_count(const mw_program *p) {
    return p->function_count;
}
