// src/guide/suggest.c: tries candidates in the lab, names the defect by what changed, keeps what
// gains. What it may try is bounded by a count, never by time.
#include "guide/candidates.h"
#include "guide/parts.h"
#include <math.h>
#include <string.h>

enum {
    MOST_TRIALS = 240,
    LEAST_TRIALS = 24,    ///< however large the graph
    MOST_TASKS = 4000000, ///< simulated in all trials together
    MOST_SUGGESTIONS = 5,
    MOST_OF_A_KIND = 2, ///< about one situation
};
/** A gain below this share is none: no model is as good as that. */
static const double LEAST_GAIN = 0.005;
/** Of two with predictions as close as this, the shorter one is better advice. */
static const double ALIKE = 0.005;
/** What a candidate weighs of the one before it for the same situation. */
static const double VARIETY = 0.95;

typedef struct trial {
    const mw_candidate *candidate;
    mw_situation situation; ///< after the evidence
    const char *why;
    mw_lab_run run;
    bool taken;
} trial;

void mw_candidate_add(mw_candidates *c, mw_situation situation, double weight, uint32_t subject,
                      const char *why, const char *what, mw_str *statements) {
    mw_candidate new = {situation,
                        weight,
                        subject,
                        why ? mw_arena_strdup(c->arena, why) : NULL,
                        mw_arena_strdup(c->arena, what),
                        mw_arena_strdup(c->arena, mw_str_text(statements))};
    if (statements->failed || mw_arena_failed(c->arena) || !MW_PUSH(&c->list, new))
        c->failed = true;
    mw_str_clear(statements);
}

const char *mw_candidate_text(mw_candidates *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = mw_arena_vprintf(c->arena, format, args);
    va_end(args);
    if (!text)
        c->failed = true;
    return text ? text : "";
}

// --- candidates
// ------------------------------------------------------------------------------------

/** "guide", "guide1", …: the first that the mapper does not use. */
static void find_prefix(mw_candidates *c, const char *mapper) {
    snprintf(c->prefix, sizeof c->prefix, "guide");
    for (unsigned i = 1; strstr(mapper, c->prefix) && i < 10000; i++)
        snprintf(c->prefix, sizeof c->prefix, "guide%u_", i);
}

static void collect(mw_candidates *c, const mw_repair *repair, uint32_t evictions) {
    bool ran = repair->code == 0;
    bool memory = ran && (c->facts->memory > 0.001 || evictions > 0);
    switch (repair->code) {
    case MW_NO_VARIANT: mw_try_processors(c); return;
    case MW_LAYOUT_REFUSED:
        mw_try_layouts(c);
        mw_try_processors(c);
        return;
    case MW_OUT_OF_MEMORY:
        mw_try_room(c);
        mw_try_maps(c);
        mw_try_processors(c);
        return;
    case MW_SIMULATION_STUCK:
        mw_try_limits(c);
        mw_try_room(c);
        return;
    default: break;
    }
    mw_try_maps(c);
    if (!ran && repair->situation == MW_SITUATION_INDEX_MAP) // a map that fails
        return;
    mw_try_processors(c);
    if (!ran) // a map that returns another kind of processor
        return;
    mw_try_memories(c);
    mw_try_layouts(c);
    mw_try_limits(c);
    mw_try_order(c);
    mw_try_submission(c);
    if (memory)
        mw_try_room(c);
}

static int by_weight(const void *a, const void *b) {
    const mw_candidate *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    int text = strcmp(x->statements, y->statements);
    return text ? text : (int)x->situation - (int)y->situation;
}

/** Most promising first, and no situation takes all the trials. */
static void sort(mw_candidates *c) {
    double left[MW_SITUATIONS];
    for (int s = 0; s < MW_SITUATIONS; s++)
        left[s] = 1;
    if (c->list.count == 0)
        return;
    qsort(c->list.items, c->list.count, sizeof *c->list.items, by_weight);
    for (size_t i = 0; i < c->list.count; i++) {
        c->list.items[i].weight *= left[c->list.items[i].situation];
        left[c->list.items[i].situation] *= VARIETY;
    }
    qsort(c->list.items, c->list.count, sizeof *c->list.items, by_weight);
}

// --- trials
// ----------------------------------------------------------------------------------------

static bool was_tried(const trial *trials, uint32_t count, const mw_candidate *c) {
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(trials[i].candidate->statements, c->statements) == 0)
            return true;
    return false;
}

/** *count trials that ran. */
static mw_status try_all(mw_lab *lab, const mw_candidates *c, trial *trials, uint32_t *count) {
    uint32_t tasks = mw_lab_graph(lab)->task_count + 1, left = MOST_TASKS / tasks;
    left = left > MOST_TRIALS ? MOST_TRIALS : left < LEAST_TRIALS ? LEAST_TRIALS : left;
    for (size_t i = 0; i < c->list.count && left > 0 && *count < MOST_TRIALS; i++) {
        trial t = {.candidate = &c->list.items[i],
                   .situation = c->list.items[i].situation,
                   .why = c->list.items[i].why};
        if (was_tried(trials, *count, t.candidate))
            continue;
        uint64_t before = mw_lab_simulations(lab);
        mw_status status = mw_lab_with(lab, t.candidate->statements, &t.run);
        left -= mw_lab_simulations(lab) > before; // what cannot be planned costs next to nothing
        if (status == MW_ERR_INPUT)
            continue;
        if (status != MW_OK)
            return status;
        trials[(*count)++] = t;
    }
    return MW_OK;
}

/** The task kind that a map candidate is about: its own, else the one with the most work. */
static const mw_kind_facts *heaviest(const mw_facts *f, uint32_t subject) {
    if (subject != MW_NO_ID)
        return &f->kinds[subject];
    const mw_kind_facts *most = NULL;
    for (uint32_t i = 0; i < f->kind_count; i++)
        if (f->kinds[i].tasks > 1 && (!most || f->kinds[i].work > most->work))
            most = &f->kinds[i];
    return most;
}

/** Which defect another index map has healed, by what it changed. */
static void name_map(mw_candidates *c, const mw_lab_run *now, trial *t) {
    const mw_facts *f = c->facts;
    const mw_kind_facts *k = heaviest(f, t->candidate->subject);
    double was = (double)now->copied_bytes, is = (double)t->run.copied_bytes;
    bool one = k && k->tasks > 1 && k->on_one > 0.95 && now->imbalance > 1.5 && k->work > 0.1;
    bool fewer_copies = is < 0.8 * was && f->copying > 0.02;
    bool evener = t->run.imbalance < 0.95 * now->imbalance;
    if (one && evener) {
        t->situation = MW_SITUATION_SERIAL;
        t->why = mw_candidate_text(c,
                                   "%.0f%% of the %u %s tasks' time is on one %s, one after "
                                   "another",
                                   100 * k->on_one, k->tasks, k->name, mw_proc_kind_name(k->proc));
    } else if (fewer_copies && (!evener || now->imbalance < 1.2)) {
        t->situation = MW_SITUATION_INDEX_MAP;
        t->why = mw_candidate_text(c,
                                   "the index map puts tasks that share data on different "
                                   "processors: %.3g MB are copied, %.3g MB with another map",
                                   was / 1e6, is / 1e6);
    } else if (evener) {
        t->situation = MW_SITUATION_IMBALANCE;
        t->why = mw_candidate_text(c,
                                   "the busiest processor has %.2f times the mean load, %.2f times "
                                   "with another map",
                                   now->imbalance, t->run.imbalance);
    } else {
        t->why = "with another index map tasks wait less for one another";
    }
}

static void name_defect(mw_candidates *c, const mw_repair *repair, const mw_lab_run *now,
                        trial *t) {
    if (repair->situation != MW_SITUATIONS) {
        t->situation = repair->situation;
        t->why = repair->why;
    } else if (now->evictions > 0 && t->run.evictions * 2 <= now->evictions) {
        t->situation = MW_SITUATION_ROOM;
        t->why = mw_candidate_text(c,
                                   "memories are so full that %u copies were written back to make "
                                   "room, %u with this",
                                   now->evictions, t->run.evictions);
    } else if (t->situation == MW_SITUATION_INDEX_MAP) {
        name_map(c, now, t);
    }
}

// --- choosing
// --------------------------------------------------------------------------------------

static int by_time(const void *a, const void *b) {
    const trial *x = a, *y = b;
    if (x->run.makespan_us != y->run.makespan_us)
        return x->run.makespan_us < y->run.makespan_us ? -1 : 1;
    size_t xs = strlen(x->candidate->statements), ys = strlen(y->candidate->statements);
    if (xs != ys)
        return xs < ys ? -1 : 1;
    return strcmp(x->candidate->statements, y->candidate->statements);
}

/** The shortest of those that do about the same about the same defect as `best`. */
static trial *plainest(trial *trials, uint32_t count, uint32_t best) {
    trial *chosen = &trials[best];
    double most_us = chosen->run.makespan_us * (1 + ALIKE);
    for (uint32_t i = best + 1; i < count && trials[i].run.makespan_us <= most_us; i++)
        if (!trials[i].taken && trials[i].situation == chosen->situation &&
            strlen(trials[i].candidate->statements) < strlen(chosen->candidate->statements))
            chosen = &trials[i];
    return chosen;
}

static void choose(trial *trials, uint32_t count, const mw_repair *repair, double now_us,
                   mw_feedback_parts *p) {
    uint32_t of[MW_SITUATIONS] = {0}, chosen = 0;
    for (uint32_t i = 0; i < count && chosen < MOST_SUGGESTIONS; i++) {
        if (trials[i].taken || of[trials[i].situation] >= MOST_OF_A_KIND)
            continue;
        trial *t = plainest(trials, count, i);
        double gain = now_us > 0 ? 1 - t->run.makespan_us / now_us : 0;
        if (now_us > 0 && gain < LEAST_GAIN)
            break;
        of[t->situation]++;
        chosen++;
        mw_suggestion_add(p, (mw_suggestion){.situation = t->situation,
                                             .code = repair->code,
                                             .why = t->why,
                                             .what = t->candidate->what,
                                             .statements = t->candidate->statements,
                                             .predicted_us = t->run.makespan_us,
                                             .gain = gain});
        double most_us = t->run.makespan_us * (1 + ALIKE);
        for (uint32_t k = i; k < count && trials[k].run.makespan_us <= most_us; k++)
            trials[k].taken = trials[k].taken || trials[k].situation == t->situation;
        t->taken = true;
    }
}

mw_status mw_suggest(mw_lab *lab, const mw_repair *repair, mw_feedback_parts *p) {
    mw_facts facts;
    mw_status status = mw_facts_of(lab, p->arena, &facts);
    if (status != MW_OK)
        return status;
    mw_lab_run now = mw_lab_now(lab);
    mw_candidates c = {.facts = &facts, .arena = p->arena};
    find_prefix(&c, mw_lab_mapper(lab));
    collect(&c, repair, now.evictions);
    sort(&c);
    uint32_t count = 0;
    trial *trials = calloc(MOST_TRIALS, sizeof *trials);
    status = trials && !c.failed ? try_all(lab, &c, trials, &count) : MW_ERR_NOMEM;
    if (status == MW_OK && count > 0) {
        for (uint32_t i = 0; i < count; i++)
            name_defect(&c, repair, &now, &trials[i]);
        qsort(trials, count, sizeof *trials, by_time);
        choose(trials, count, repair, facts.ran ? now.makespan_us : -1, p);
    }
    if (c.failed || p->failed)
        status = MW_ERR_NOMEM;
    free(trials);
    MW_VEC_CLEAR(&c.list);
    return status;
}
