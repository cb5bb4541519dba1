// src/guide/failure.c: compile, mapping and execution errors. What a code means and how it is
// mended stands in base's table (base/explain.h); here it meets the mapper that has it.
#include "base/explain.h"
#include "guide/parts.h"
#include <string.h>

enum { MOST_ERRORS = 3, MOST_MENDED = 16 };

// --- mending
// ---------------------------------------------------------------------------------------

/** Makes the edits of the first error, again and again, as long as each leaves fewer errors or
 * another first one. NULL: the first error cannot be mended so. The caller frees it. */
static char *mend(const char *name, const char *mapper) {
    char *text = strdup(mapper);
    bool mended = false;
    for (int round = 0; text && round < MOST_MENDED; round++) {
        mw_diags *diags = mw_diags_new();
        mw_program *program = NULL;
        if (!diags)
            break;
        mw_program_parse(name, text, strlen(text), NULL, &program, diags);
        mw_program_free(program);
        const mw_diag *first = mw_diags_first_error(diags);
        char *next = first ? mw_apply_edits(text, first) : NULL;
        mw_diags_free(diags);
        if (!next)
            break;
        free(text);
        text = next;
        mended = true;
    }
    if (!mended) {
        free(text);
        text = NULL;
    }
    return text;
}

// --- explaining
// ------------------------------------------------------------------------------------

static const char *fix_of(int code) {
    const mw_explanation *e = mw_explain(code);
    return e ? e->fix : "";
}

static void explain(const mw_diag *d, mw_feedback_parts *p) {
    mw_str where = {0};
    if (d->line > 0)
        mw_str_printf(&where, " (line %u", d->line);
    if (d->line > 0 && d->excerpt) {
        const char *text = d->excerpt + strspn(d->excerpt, " \t");
        mw_str_printf(&where, ": %s", text);
    }
    if (d->line > 0)
        mw_str_add_char(&where, ')');
    mw_reason_add(p, (int)d->code, -1, "%s%s: %s. %s", mw_diag_meaning((int)d->code),
                  mw_str_text(&where), d->message, fix_of((int)d->code));
    p->failed = p->failed || where.failed;
    mw_str_clear(&where);
}

/** What a failed run prints when a mapper's decision is behind it. The paper's best-known ones. */
static const struct {
    const char *said; ///< in any case of letters
    mw_situation situation;
    const char *why, *what;
} SAID[] = {
    {"dgemm", MW_SITUATION_LAYOUT, "the memory layout is not the one that the kernel expects",
     "change the layout constraints of its arguments, or move the task to another kind of "
     "processor"},
    {"stride", MW_SITUATION_LAYOUT, "the memory layout is not the one that the kernel expects",
     "change the layout constraints of its arguments, or move the task to another kind of "
     "processor"},
    {"illegal value", MW_SITUATION_LAYOUT,
     "a library was called with sizes that do not fit the memory layout",
     "change the layout constraints of its arguments, or move the task to another kind of "
     "processor"},
    {"out of memory", MW_SITUATION_ROOM, "a memory is too small for what the mapper keeps in it",
     "name a second, larger memory (Region ... FBMEM, ZCMEM), or free arguments with "
     "CollectMemory"},
    {"bad_alloc", MW_SITUATION_ROOM, "a memory is too small for what the mapper keeps in it",
     "name a second, larger memory (Region ... FBMEM, ZCMEM), or free arguments with "
     "CollectMemory"},
    {"event", MW_SITUATION_LIMIT, "the runtime failed while it held tasks back",
     "avoid that InstanceLimit"},
    {"deadlock", MW_SITUATION_LIMIT, "tasks wait for one another", "avoid InstanceLimit"},
};

static bool says(const char *text, const char *word) {
    return text && strcasestr(text, word);
}

static void suggest_for_run(const mw_diag *d, const mw_program *program, mw_feedback_parts *p) {
    uint32_t rule_count = 0;
    const mw_rule *rules = program ? mw_program_rules(program, &rule_count) : NULL;
    bool limited = false;
    for (uint32_t i = 0; i < rule_count; i++)
        limited = limited || rules[i].type == MW_RULE_INSTANCE_LIMIT;
    for (size_t i = 0; i < MW_COUNT(SAID); i++)
        if (says(d->message, SAID[i].said) || says(d->hint, SAID[i].said)) {
            if (SAID[i].situation == MW_SITUATION_LIMIT && !limited)
                continue;
            mw_suggestion_add(p, (mw_suggestion){.situation = SAID[i].situation,
                                                 .code = (int)d->code,
                                                 .why = SAID[i].why,
                                                 .what = SAID[i].what,
                                                 .statements = "",
                                                 .predicted_us = -1});
            return;
        }
    if (limited && d->code == MW_PROGRAM_TIMED_OUT)
        mw_suggestion_add(p, (mw_suggestion){.situation = MW_SITUATION_LIMIT,
                                             .code = (int)d->code,
                                             .why = "the run did not end, and instance limits "
                                                    "hold its tasks back",
                                             .what = "avoid InstanceLimit",
                                             .statements = "",
                                             .predicted_us = -1});
}

// --- repairs
// ---------------------------------------------------------------------------------------

/** Errors that other statements on top of the mapper can heal, and what to call such a remedy. */
static mw_situation healed_by(int code) {
    if (code == MW_NO_VARIANT || code == MW_WRONG_PROCESSOR_KIND)
        return MW_SITUATION_PROCESSOR;
    if (code == MW_LAYOUT_REFUSED)
        return MW_SITUATION_LAYOUT;
    if (code == MW_OUT_OF_MEMORY)
        return MW_SITUATION_ROOM;
    if (code == MW_SIMULATION_STUCK)
        return MW_SITUATION_LIMIT;
    return code == MW_MAP_FAILED || (code >= 1400 && code < 1500) ? MW_SITUATION_INDEX_MAP
                                                                  : MW_SITUATIONS;
}

/** The paper's own advice for this, applied where the place allows it. */
static mw_status keep_inside(mw_lab *lab, const mw_diag *d, mw_feedback_parts *p,
                             mw_suggestion *out) {
    char *mended = mw_keep_inside(mw_lab_mapper(lab), d);
    mw_lab_run run;
    mw_status status = mended ? mw_lab_instead(lab, mended, &run) : MW_ERR_INPUT;
    out->what = "end each index with % m.size[d], m being the space that it is an index of";
    out->mapper = status == MW_OK ? mw_arena_strdup(p->arena, mended) : NULL;
    out->predicted_us = status == MW_OK ? run.makespan_us : -1;
    free(mended);
    return status == MW_ERR_INPUT ? MW_OK : status;
}

static mw_status suggest(mw_lab *lab, mw_outcome outcome, const mw_diag *d, mw_feedback_parts *p) {
    int code = (int)d->code;
    const char *what = d->hint ? mw_arena_strdup(p->arena, d->hint) : fix_of(code);
    mw_suggestion by_hint = {.situation = MW_SITUATION_ERROR,
                             .code = code,
                             .why = mw_arena_strdup(p->arena, d->message),
                             .what = what,
                             .statements = "",
                             .predicted_us = -1};
    mw_status status = MW_OK;
    mw_situation healed = mw_lab_program(lab) ? healed_by(code) : MW_SITUATIONS;
    if (outcome == MW_OUTCOME_EXECUTION_ERROR) {
        suggest_for_run(d, mw_lab_program(lab), p);
    } else if (outcome == MW_OUTCOME_COMPILE_ERROR) {
        char *mended = mend("", mw_lab_mapper(lab));
        mw_lab_run run;
        by_hint.mapper = mended ? mw_arena_strdup(p->arena, mended) : NULL;
        status = mended ? mw_lab_instead(lab, mended, &run) : MW_ERR_INPUT;
        by_hint.predicted_us = status == MW_OK ? run.makespan_us : -1;
        status = status == MW_ERR_INPUT ? MW_OK : status;
        free(mended);
    } else if (healed != MW_SITUATIONS) {
        // A map that fails has a plainer remedy than another map: it stays the first one.
        bool plain_first = healed == MW_SITUATION_INDEX_MAP;
        if (plain_first) {
            by_hint.situation = healed;
            if (code == MW_OUTSIDE_SPACE)
                status = keep_inside(lab, d, p, &by_hint);
            mw_suggestion_add(p, by_hint);
        }
        mw_repair repair = {code, healed, by_hint.why};
        status = status == MW_OK ? mw_suggest(lab, &repair, p) : status;
        if (plain_first)
            return status;
    }
    mw_suggestion_add(p, by_hint);
    return status;
}

mw_status mw_explain_failure(mw_lab *lab, mw_outcome outcome, const mw_diags *diags, bool with,
                             mw_feedback_parts *p) {
    uint32_t told = 0;
    mw_status status = MW_OK;
    for (size_t i = 0; i < mw_diags_count(diags) && told < MOST_ERRORS && status == MW_OK; i++) {
        const mw_diag *d = mw_diags_at(diags, i);
        if (d->severity != MW_ERROR)
            continue;
        explain(d, p);
        if (with && told == 0)
            status = suggest(lab, outcome, d, p);
        else if (with && outcome == MW_OUTCOME_COMPILE_ERROR)
            mw_suggestion_add(p,
                              (mw_suggestion){.situation = MW_SITUATION_ERROR,
                                              .code = (int)d->code,
                                              .why = mw_arena_strdup(p->arena, d->message),
                                              .what = d->hint ? mw_arena_strdup(p->arena, d->hint)
                                                              : fix_of((int)d->code),
                                              .statements = "",
                                              .predicted_us = -1});
        told++;
    }
    return p->failed || mw_arena_failed(p->arena) ? MW_ERR_NOMEM : status;
}

void mw_explain_warnings(const mw_diags *diags, mw_feedback_parts *p) {
    uint32_t told = 0;
    for (size_t i = 0; i < mw_diags_count(diags) && told < MOST_ERRORS; i++) {
        const mw_diag *d = mw_diags_at(diags, i);
        if (d->severity != MW_WARNING)
            continue;
        mw_reason_add(p, (int)d->code, -1, "line %u: %s%s%s", d->line, d->message,
                      d->hint ? "; " : "", d->hint ? d->hint : "");
        told++;
    }
}
