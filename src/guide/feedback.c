// src/guide/feedback.c: evaluates, and puts the three levels together.
#include "base/units.h"
#include "guide/feedback.h"
#include "guide/parts.h"
#include <math.h>
#include <string.h>

void mw_reason_add(mw_feedback_parts *p, int code, double share, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_reason reason = {mw_arena_vprintf(p->arena, format, args), share, code};
    va_end(args);
    if (!reason.text || !MW_PUSH(&p->reasons, reason))
        p->failed = true;
}

void mw_suggestion_add(mw_feedback_parts *p, mw_suggestion s) {
    if (!s.why || !s.what || !MW_PUSH(&p->suggestions, s))
        p->failed = true;
}

/** Errors of a text are its own; those of a graph, machine or simulation are the mapping's. */
static mw_outcome outcome_of(const mw_lab *lab, mw_status status, const mw_diags *run) {
    if (status != MW_OK)
        return mw_lab_program(lab) ? MW_OUTCOME_MAPPING_ERROR : MW_OUTCOME_COMPILE_ERROR;
    return run && mw_diags_errors(run) > 0 ? MW_OUTCOME_EXECUTION_ERROR : MW_OUTCOME_PERFORMANCE;
}

static double time_of_default(mw_lab *lab) {
    mw_lab_run run;
    return mw_lab_instead(lab, "", &run) == MW_OK ? run.makespan_us : -1;
}

static void word_system(const mw_feedback *f, const mw_diags *diags, mw_str *out) {
    mw_str_printf(out, "%s", mw_outcome_name(f->outcome));
    if (f->outcome != MW_OUTCOME_PERFORMANCE) {
        mw_str_add(out, ":\n");
        for (size_t i = 0; i < mw_diags_count(diags); i++)
            if (mw_diags_at(diags, i)->severity == MW_ERROR)
                mw_diag_format(out, mw_diags_at(diags, i));
        return;
    }
    mw_str_add(out, ": ");
    char us[MW_UNIT_TEXT];
    mw_str_add(out, mw_unit_us(us, f->makespan_us));
    mw_str_add(out, f->measured ? ", measured" : ", simulated");
    if (f->makespan_us > 0)
        mw_str_printf(out, "; %.4g tasks a second", 1e6 * f->task_count / f->makespan_us);
    if (f->default_us > 0 && f->makespan_us > 0)
        mw_str_printf(out, "; %.2f times as fast as the default mapper",
                      f->default_us / f->makespan_us);
    if (f->best_us > 0 && f->makespan_us > 0)
        mw_str_printf(out, "; %.2f times as fast as the best so far", f->best_us / f->makespan_us);
    mw_str_add_char(out, '\n');
}

static mw_status fill(mw_lab *lab, const mw_feedback_question *q, mw_outcome outcome,
                      const mw_diags *diags, mw_feedback *f, mw_feedback_parts *p) {
    mw_bound bound = {0};
    mw_status status = MW_OK;
    f->outcome = outcome;
    f->default_us = q->default_us > 0 ? q->default_us : time_of_default(lab);
    if (outcome == MW_OUTCOME_PERFORMANCE) {
        f->makespan_us = f->measured ? q->measured_us : mw_lab_now(lab).makespan_us;
        status = mw_bound_of(mw_lab_graph(lab), mw_lab_edges(lab), mw_lab_machine(lab), &bound);
        f->bound_us = bound.bound_us;
    }
    mw_str system = {0};
    word_system(f, diags, &system);
    f->system = mw_arena_strdup(f->arena, mw_str_text(&system));
    status = system.failed || !f->system ? MW_ERR_NOMEM : status;
    mw_str_clear(&system);
    if (status != MW_OK || q->level == MW_FEEDBACK_SYSTEM)
        return status;
    bool suggest = q->level == MW_FEEDBACK_SUGGEST;
    if (outcome != MW_OUTCOME_PERFORMANCE)
        return mw_explain_failure(lab, outcome, diags, suggest, p);
    status = mw_explain_performance(lab, &bound, p);
    mw_explain_warnings(diags, p);
    if (status == MW_OK && suggest)
        status = mw_suggest(lab, &(mw_repair){.situation = MW_SITUATIONS}, p);
    return status;
}

mw_status mw_feedback_new(mw_lab *lab, const mw_feedback_question *q, mw_feedback **out) {
    mw_arena *arena = mw_arena_new();
    mw_feedback *f = arena ? MW_NEW(arena, mw_feedback) : NULL;
    mw_diags *diags = mw_diags_new();
    mw_feedback_parts parts = {.arena = arena};
    uint64_t before = mw_lab_simulations(lab);
    mw_status status = f && diags ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK) {
        *f = (mw_feedback){.level = q->level,
                           .makespan_us = -1,
                           .best_us = q->best_us > 0 ? q->best_us : -1,
                           .measured = q->measured_us > 0,
                           .task_count = mw_lab_graph(lab)->task_count,
                           .arena = arena};
        status = mw_lab_load(lab, q->name, q->mapper, diags);
    }
    if (status == MW_OK || status == MW_ERR_INPUT) {
        mw_outcome outcome = outcome_of(lab, status, q->run);
        if (outcome == MW_OUTCOME_EXECUTION_ERROR)
            mw_diags_append(diags, q->run);
        status = fill(lab, q, outcome, diags, f, &parts);
    }
    if (status == MW_OK) {
        mw_reason *reasons = MW_NEW_ARRAY(arena, mw_reason, parts.reasons.count + 1);
        mw_suggestion *suggestions =
            MW_NEW_ARRAY(arena, mw_suggestion, parts.suggestions.count + 1);
        status = reasons && suggestions ? MW_OK : MW_ERR_NOMEM;
        if (status == MW_OK && parts.reasons.count > 0)
            memcpy(reasons, parts.reasons.items, parts.reasons.count * sizeof *reasons);
        if (status == MW_OK && parts.suggestions.count > 0)
            memcpy(suggestions, parts.suggestions.items,
                   parts.suggestions.count * sizeof *suggestions);
        f->reasons = reasons;
        f->reason_count = (uint32_t)parts.reasons.count;
        f->suggestions = suggestions;
        f->suggestion_count = (uint32_t)parts.suggestions.count;
        f->simulations = mw_lab_simulations(lab) - before;
    }
    MW_VEC_CLEAR(&parts.reasons);
    MW_VEC_CLEAR(&parts.suggestions);
    mw_diags_free(diags);
    if (status != MW_OK)
        mw_arena_free(arena);
    else
        *out = f;
    return status;
}

void mw_feedback_free(mw_feedback *f) {
    if (f)
        mw_arena_free(f->arena); // it lives there itself
}
