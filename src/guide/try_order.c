// src/guide/try_order.c: instance limits that are too tight, tasks that should go first, and who
// submits.
#include "guide/candidates.h"
#include <math.h>

enum { NO_LIMIT = 1000000, HIGHEST_PRIORITY = 1000 };

static void limit_at(mw_candidates *c, uint32_t subject, uint32_t limit) {
    const mw_kind_facts *k = &c->facts->kinds[subject];
    mw_str text = {0};
    mw_str_printf(&text, "InstanceLimit %s %u;\n", k->name, limit);
    const char *what =
        limit == NO_LIMIT
            ? mw_candidate_text(c, "lift the instance limit of %s", k->name)
            : mw_candidate_text(c, "raise the instance limit of %s to %u", k->name, limit);
    mw_candidate_add(c, MW_SITUATION_LIMIT, fmax(c->facts->limits, 0.1), subject,
                     mw_candidate_text(c,
                                       "at most %u %s tasks may be in flight on a node; limits "
                                       "hold back %.0f%% of the critical path",
                                       k->limit, k->name, 100 * c->facts->limits),
                     what, &text);
}

void mw_try_limits(mw_candidates *c) {
    const mw_facts *f = c->facts;
    mw_str all = {0};
    uint32_t limited = 0;
    for (uint32_t i = 0; i < f->kind_count; i++) {
        if (f->kinds[i].limit == 0 || f->kinds[i].limit >= NO_LIMIT)
            continue;
        limit_at(c, i, NO_LIMIT);
        if (f->kinds[i].limit < NO_LIMIT / 4) {
            limit_at(c, i, 2 * f->kinds[i].limit);
            limit_at(c, i, 4 * f->kinds[i].limit);
        }
        mw_str_printf(&all, "InstanceLimit %s %u;\n", f->kinds[i].name, (unsigned)NO_LIMIT);
        limited++;
    }
    if (limited > 1)
        mw_candidate_add(
            c, MW_SITUATION_LIMIT, fmax(f->limits, 0.1), MW_NO_ID,
            mw_candidate_text(c, "limits hold back %.0f%% of the critical path", 100 * f->limits),
            "lift all instance limits", &all);
    mw_str_clear(&all);
}

static double waiting(const mw_facts *f) {
    return f->ran ? fmax(f->processor, 0.1) : 0.1;
}

static void first(mw_candidates *c, uint32_t subject) {
    const mw_kind_facts *k = &c->facts->kinds[subject];
    mw_str text = {0};
    mw_str_printf(&text, "Priority %s %u;\n", k->name, (unsigned)HIGHEST_PRIORITY);
    mw_candidate_add(c, MW_SITUATION_SERIAL, waiting(c->facts) * (0.5 + k->critical / 2), subject,
                     mw_candidate_text(c,
                                       "%s is %.0f%% of the critical path, and others run before "
                                       "it",
                                       k->name, 100 * k->critical),
                     mw_candidate_text(c, "let %s go first", k->name), &text);
}

/** Kinds by how long it is from their tasks to the end. */
static void by_rank(mw_candidates *c) {
    const mw_facts *f = c->facts;
    double most_us = 0;
    mw_str text = {0};
    for (uint32_t i = 0; i < f->kind_count; i++)
        most_us = fmax(most_us, f->kinds[i].rank_us);
    for (uint32_t i = 0; i < f->kind_count && most_us > 0; i++)
        mw_str_printf(&text, "Priority %s %u;\n", f->kinds[i].name,
                      (unsigned)(HIGHEST_PRIORITY * f->kinds[i].rank_us / most_us));
    if (text.len > 0)
        mw_candidate_add(c, MW_SITUATION_SERIAL, waiting(f), MW_NO_ID,
                         "tasks that much waits for do not run first",
                         "order task kinds by how much waits for them", &text);
    mw_str_clear(&text);
}

void mw_try_order(mw_candidates *c) {
    for (uint32_t i = 0; i < c->facts->kind_count; i++)
        first(c, i);
    by_rank(c);
}

void mw_try_submission(mw_candidates *c) {
    const mw_facts *f = c->facts;
    mw_str text = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->kind_count && f->machine->nodes > 1; i++)
        if (!f->kinds[i].replicated)
            mw_str_printf(&text, "%s %s", count++ ? "," : "ControlReplicate", f->kinds[i].name);
    if (count == 0)
        return;
    mw_str_add(&text, ";\n");
    mw_candidate_add(c, MW_SITUATION_SUBMISSION, fmax(f->submission, 0.1), MW_NO_ID,
                     mw_candidate_text(c,
                                       "one node submits the tasks of %u kinds for all nodes; "
                                       "waiting for submission is %.0f%% of the critical path",
                                       count, 100 * f->submission),
                     "let every node submit its own tasks", &text);
}
