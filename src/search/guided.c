// src/search/guided.c: `guided`, the built-in optimizer: finds out what holds the best mapper back,
// tries in the model what addresses it, composes what helps, and proposes the best of it; when
// nothing near the best helps, it steps away from it at random and climbs again.
// Deterministic from its seed: what it may try is bounded by a count, never by time.
#include "search/known.h"
#include "search/moves.h"
#include "search/optimizer.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    MOST_TRIALS = 64,        ///< simulations for one proposal
    LEAST_TRIALS = 16,       ///< however large the graph
    TASKS_AT_MOST = 16384,   ///< up to here all trials; beyond, fewer in proportion
    COST_OF_FINDINGS = 3,    ///< simulations: the run and two what-ifs
    MOST_COMPOSED = 6,       ///< moves in one proposal
    MOST_OMISSIONS = 16,     ///< simulations, beyond those, to leave out what makes no difference
    MOST_RANDOM_CHANGES = 4, ///< of a step away from the best
    LONGEST_TRAIL = 300      ///< characters about how a base was reached
};
/** A gain below this share is no gain: no model is as good as that, and every one makes the mapper
 * longer. */
static const double LEAST_GAIN = 1e-3;
/** A loss up to this share is none, when the mapper gets shorter by it. */
static const double LEAST_LOSS = 1e-4;

/** A mapper and what the model makes of it. */
typedef struct candidate {
    mw_space_point point;
    double us; ///< INFINITY: it fails, or there is none
    mw_str why;
} candidate;

/** A move that was tried from the base. */
typedef struct trial {
    uint32_t move;
    double us;
} trial;

typedef struct guided {
    mw_problem problem;
    mw_space *space;
    mw_rng rng;
    mw_known known;
    MW_VEC(mw_edit) avoided; ///< choices that failed where the model did not foresee it
    candidate best;          ///< by what was observed; its .us is the model's
    double best_observed_us; ///< < 0: nothing observed yet
    candidate base;          ///< where moves start from: the best, or a step away from it
    bool base_is_best;
    candidate next;        ///< the best found from the base in this round
    candidate offer;       ///< the best of this proposal that was never proposed
    candidate trial;       ///< scratch
    mw_space_point before; ///< where the offer's moves started from
    uint32_t trials_left;
    bool proposed;
    mw_str text;
} guided;

// --- candidates
// ------------------------------------------------------------------------------------

static bool candidate_init(const guided *g, candidate *c) {
    c->us = INFINITY;
    return mw_space_point_init(g->space, &c->point);
}

static void candidate_clear(candidate *c) {
    mw_space_point_clear(&c->point);
    mw_str_clear(&c->why);
}

static void set_why(candidate *c, const char *why) {
    mw_str_clear(&c->why);
    mw_str_add(&c->why, why);
}

static void candidate_copy(const guided *g, candidate *to, const candidate *from) {
    mw_space_copy(g->space, &to->point, &from->point);
    to->us = from->us;
    set_why(to, mw_str_text(&from->why));
}

static bool is_less(double us, double than_us) {
    return us < than_us * (1 - LEAST_GAIN) || (isfinite(us) && isinf(than_us));
}

static mw_status render(guided *g, const mw_space_point *p) {
    mw_str_clear(&g->text);
    mw_space_render(g->space, p, &g->text);
    return g->text.failed ? MW_ERR_NOMEM : MW_OK;
}

/** Asks the model about a point, unless it is known. Takes a trial if it was not.
 *  @param[out] known  valid until the next one is asked about */
static mw_status ask(guided *g, const mw_space_point *p, mw_known_mapper **known) {
    mw_status status = render(g, p);
    if (status != MW_OK)
        return status;
    const char *text = mw_str_text(&g->text);
    const mw_evaluator *model = g->problem.model;
    uint64_t key = mw_known_key(text);
    *known = mw_known_find(&g->known, key);
    if (*known)
        return MW_OK;
    if (g->problem.cancelled && g->problem.cancelled())
        return MW_ERR_CANCEL;
    mw_outcome outcome = MW_OUTCOME_EXECUTION_ERROR;
    double us = INFINITY;
    g->trials_left -= g->trials_left > 0;
    if (model->predict) {
        status = model->predict(model->self, text, &outcome, &us);
    } else {
        mw_evaluation got = {0};
        status = model->evaluate(model->self, "what-if", text, &got, NULL);
        outcome = got.outcome;
        us = got.makespan_us;
    }
    if (status == MW_OK &&
        !mw_known_add(&g->known, key, outcome, outcome == MW_OUTCOME_PERFORMANCE ? us : INFINITY))
        status = MW_ERR_NOMEM;
    *known = status == MW_OK ? mw_known_find(&g->known, key) : NULL;
    return status == MW_OK && !*known ? MW_ERR_RANGE : status; // the memory is full: it ends here
}

/** Asks about g->trial, and keeps it where it is the best so far. */
static mw_status consider(guided *g) {
    mw_known_mapper *known;
    mw_status status = ask(g, &g->trial.point, &known);
    if (status != MW_OK)
        return status;
    g->trial.us = known->makespan_us;
    if (!known->proposed && is_less(g->trial.us, g->offer.us)) {
        candidate_copy(g, &g->offer, &g->trial);
        mw_space_copy(g->space, &g->before, &g->base.point);
    }
    if (is_less(g->trial.us, g->next.us))
        candidate_copy(g, &g->next, &g->trial);
    return MW_OK;
}

// --- moves from the base
// -----------------------------------------------------------------------------

static bool same_edit(const mw_edit *a, const mw_edit *b) {
    if (a->type != b->type || a->subject != b->subject)
        return false;
    switch ((mw_edit_type)a->type) {
    case MW_EDIT_PROC: return a->value == b->value;
    case MW_EDIT_MAP:
    case MW_EDIT_SINGLE: return mw_map_same(a->map, b->map);
    case MW_EDIT_MEMORY:
    case MW_EDIT_LAYOUT: return a->argument == b->argument && a->value == b->value;
    case MW_EDIT_LIMIT: return a->limit == b->limit;
    case MW_EDIT_PRIORITY: return mw_priority_same(&a->priority, &b->priority);
    }
    return false;
}

static bool is_avoided(const guided *g, const mw_moves *moves, const mw_move *move) {
    for (uint32_t e = 0; e < move->edit_count; e++)
        for (size_t i = 0; i < g->avoided.count; i++)
            if (same_edit(&moves->edits.items[move->first_edit + e], &g->avoided.items[i]))
                return true;
    return false;
}

static void apply(const guided *g, const mw_moves *moves, const mw_move *move, mw_space_point *p) {
    for (uint32_t e = 0; e < move->edit_count; e++)
        mw_edit_apply(g->space, &moves->edits.items[move->first_edit + e], p);
}

/** "cause -> what" (or only what), after what led to the base where that is not the best. */
static void word_trial(guided *g, const mw_move *move) {
    mw_str *why = &g->trial.why;
    mw_str_clear(why);
    if (!g->base_is_best && g->base.why.len <= LONGEST_TRAIL)
        mw_str_printf(why, "%s; then ", mw_str_text(&g->base.why));
    else if (!g->base_is_best)
        mw_str_add(why, "several steps away from the best; then ");
    mw_str_printf(why, "%s%s%s", move->cause, *move->cause ? " -> " : "", move->what);
}

static mw_status try_moves(guided *g, const mw_moves *moves, trial *tried, uint32_t *count) {
    *count = 0;
    // a part of the trials is kept for putting together what helps
    uint32_t kept = g->trials_left > 2 * MOST_COMPOSED ? MOST_COMPOSED : 0;
    for (uint32_t i = 0; i < moves->list.count && g->trials_left > kept; i++) {
        const mw_move *move = &moves->list.items[i];
        if (is_avoided(g, moves, move))
            continue;
        mw_space_copy(g->space, &g->trial.point, &g->base.point);
        apply(g, moves, move, &g->trial.point);
        word_trial(g, move);
        mw_status status = consider(g);
        if (status != MW_OK)
            return status;
        tried[(*count)++] = (trial){i, g->trial.us};
    }
    return MW_OK;
}

static int by_time(const void *a, const void *b) {
    const trial *x = a, *y = b;
    if (x->us != y->us)
        return x->us < y->us ? -1 : 1;
    return x->move < y->move ? -1 : x->move > y->move;
}

/** Puts the best moves together, one by one, as long as each makes it better. */
static mw_status compose(guided *g, const mw_moves *moves, const trial *tried, uint32_t count) {
    if (count == 0 || !is_less(tried[0].us, g->base.us))
        return MW_OK;
    candidate *whole = &g->next;
    mw_status status = MW_OK;
    uint32_t composed = 1;
    for (uint32_t i = 1; i < count && composed < MOST_COMPOSED && g->trials_left > 0; i++) {
        const mw_move *move = &moves->list.items[tried[i].move];
        if (!is_less(tried[i].us, g->base.us))
            break;
        mw_space_copy(g->space, &g->trial.point, &whole->point);
        apply(g, moves, move, &g->trial.point);
        set_why(&g->trial, mw_str_text(&whole->why));
        mw_str_printf(&g->trial.why, "; and %s", move->what);
        double before_us = whole->us;
        status = consider(g);
        if (status != MW_OK)
            return status;
        composed += is_less(whole->us, before_us);
    }
    return MW_OK;
}

/** One round: what holds the base back, what helps, and what helps together. Leaves the best of it
 * in g->next (no better than the base if nothing helps). */
static mw_status look_around(guided *g) {
    candidate_copy(g, &g->next, &g->base);
    mw_status status = render(g, &g->base.point);
    mw_arena *arena = mw_arena_new();
    mw_findings findings = {0};
    mw_moves moves = {0};
    if (!arena)
        return MW_ERR_NOMEM;
    if (status == MW_OK)
        status = mw_findings_of(g->space, g->problem.edges, g->problem.model, mw_str_text(&g->text),
                                arena, &findings);
    g->trials_left -= g->trials_left < COST_OF_FINDINGS ? g->trials_left : COST_OF_FINDINGS;
    if (status == MW_OK)
        status = mw_moves_find(g->space, &g->base.point, &findings, &moves);
    if (status == MW_OK) {
        uint32_t count;
        trial *tried = MW_NEW_ARRAY(arena, trial, moves.list.count + 1);
        status = tried ? try_moves(g, &moves, tried, &count) : MW_ERR_NOMEM;
        if (status == MW_OK) {
            qsort(tried, count, sizeof *tried, by_time);
            status = compose(g, &moves, tried, count);
        }
        mw_moves_clear(&moves);
    }
    mw_arena_free(arena);
    return status;
}

// --- leaving out what makes no difference
// ------------------------------------------------------------

/** What can be put back to the default at once. */
enum { OMIT_MAPS, OMIT_MEMORIES, OMIT_LAYOUTS, OMIT_LIMIT, OMIT_PRIORITY, OMISSIONS };

static void omit(const mw_space *s, uint32_t i, int what, mw_space_point *p) {
    mw_subject_choice *choice = &p->subjects[i];
    switch (what) {
    case OMIT_MAPS: choice->map = choice->single = (mw_map_choice){0}; return;
    case OMIT_LIMIT: choice->limit = 0; return;
    case OMIT_PRIORITY: choice->priority = (mw_priority_choice){0}; return;
    default: break;
    }
    for (uint32_t a = 0; a < s->subjects[i].argument_count; a++) {
        mw_argument_choice *argument = &p->arguments[s->subjects[i].first_argument + a];
        if (what == OMIT_MEMORIES)
            argument->mem = 0;
        else
            argument->layout = 0;
    }
}

/** Shortens the offer while that costs nothing: a mapper is read by people. */
static mw_status simplify(guided *g) {
    mw_status status = render(g, &g->offer.point);
    size_t len = g->text.len;
    g->trials_left = MOST_OMISSIONS;
    for (uint32_t i = 0; i < g->space->subject_count; i++) {
        for (int what = 0; what < OMISSIONS && g->trials_left > 0; what++) {
            mw_space_copy(g->space, &g->trial.point, &g->offer.point);
            omit(g->space, i, what, &g->trial.point);
            status = status == MW_OK ? render(g, &g->trial.point) : status;
            if (status != MW_OK)
                return status;
            if (g->text.len >= len) // nothing to leave out, or a list of names instead of one word
                continue;
            mw_known_mapper *known;
            status = ask(g, &g->trial.point, &known);
            if (status != MW_OK)
                return status;
            if (known->proposed || !(known->makespan_us <= g->offer.us * (1 + LEAST_LOSS)))
                continue;
            mw_space_copy(g->space, &g->offer.point, &g->trial.point);
            g->offer.us = known->makespan_us;
            len = g->text.len;
        }
    }
    return MW_OK;
}

/** Stuck: a random step away from the best, or now and then a random mapper. */
static mw_status step_away(guided *g) {
    uint32_t changes = 1 + (uint32_t)mw_rng_below(&g->rng, MOST_RANDOM_CHANGES);
    bool far = mw_rng_below(&g->rng, 4) == 0;
    mw_space_copy(g->space, &g->trial.point, &g->best.point);
    mw_str_clear(&g->trial.why);
    if (far) {
        mw_space_random(g->space, &g->rng, &g->trial.point);
        mw_str_add(&g->trial.why, "nothing near the best helps: a random mapper");
    } else {
        mw_space_mutate(g->space, &g->rng, changes, &g->trial.point);
        mw_str_printf(&g->trial.why, "nothing near the best helps: %u random change%s", changes,
                      changes == 1 ? "" : "s");
    }
    candidate_copy(g, &g->base, &g->trial); // before consider(): an offer starts from here
    mw_status status = consider(g);
    g->base.us = g->trial.us;
    g->base_is_best = false;
    return status;
}

static void return_to_best(guided *g) {
    candidate_copy(g, &g->base, &g->best);
    g->base_is_best = true;
}

// --- the interface
// ----------------------------------------------------------------------------------

static void destroy(void *self) {
    guided *g = self;
    if (!g)
        return;
    candidate *const all[] = {&g->best, &g->base, &g->next, &g->offer, &g->trial};
    for (size_t i = 0; i < MW_COUNT(all); i++)
        candidate_clear(all[i]);
    mw_space_point_clear(&g->before);
    mw_space_free(g->space);
    mw_known_clear(&g->known);
    MW_VEC_CLEAR(&g->avoided);
    mw_str_clear(&g->text);
    free(g);
}

static uint32_t trials_for(const mw_graph *g) {
    if (g->task_count <= TASKS_AT_MOST)
        return MOST_TRIALS;
    uint32_t trials = (uint32_t)((uint64_t)MOST_TRIALS * TASKS_AT_MOST / g->task_count);
    return trials > LEAST_TRIALS ? trials : LEAST_TRIALS;
}

/** The default mapper is the first best, known and never proposed. */
static mw_status start(guided *g) {
    mw_known_mapper *known;
    mw_status status = ask(g, &g->best.point, &known);
    if (status != MW_OK)
        return status;
    known->proposed = true;
    g->best.us = known->makespan_us;
    return_to_best(g);
    return MW_OK;
}

static mw_status create(const mw_problem *problem, void **self) {
    assert(problem->model);
    guided *g = calloc(1, sizeof *g);
    if (!g)
        return MW_ERR_NOMEM;
    g->problem = *problem;
    g->rng.state = problem->seed;
    g->best_observed_us = -1;
    mw_status status = mw_space_new(problem->graph, problem->machine, problem->keep, &g->space);
    if (status == MW_OK) {
        candidate *const all[] = {&g->best, &g->base, &g->next, &g->offer, &g->trial};
        bool made = mw_space_point_init(g->space, &g->before);
        for (size_t i = 0; i < MW_COUNT(all); i++)
            made = made && candidate_init(g, all[i]);
        status = made ? start(g) : MW_ERR_NOMEM;
    }
    if (status != MW_OK) {
        destroy(g);
        return status;
    }
    *self = g;
    return MW_OK;
}

/** Looks for something better than the best until there is some or the trials are spent. */
static mw_status search(guided *g) {
    g->trials_left = trials_for(g->problem.graph);
    g->offer.us = INFINITY;
    for (;;) {
        mw_status status = look_around(g);
        if (status != MW_OK || is_less(g->offer.us, g->best.us) || g->trials_left == 0)
            return status;
        if (is_less(g->next.us, g->base.us)) {
            candidate_copy(g, &g->base, &g->next);
        } else {
            status = step_away(g);
            if (status != MW_OK)
                return status;
        }
    }
}

static mw_status propose(void *self, mw_proposal *out) {
    guided *g = self;
    mw_status status = search(g);
    if (status != MW_OK)
        return status;
    if (isinf(g->offer.us))
        return MW_ERR_RANGE;
    mw_known_mapper *known;
    status = is_less(g->offer.us, g->best.us) ? simplify(g) : MW_OK;
    if (status == MW_OK)
        status = ask(g, &g->offer.point, &known); // known: it is only looked up, and rendered
    if (status != MW_OK)
        return status;
    known->proposed = true;
    g->proposed = true;
    double scale = g->best_observed_us > 0 && g->best.us > 0 && isfinite(g->best.us)
                       ? g->best_observed_us / g->best.us
                       : 1;
    mw_str *why = &g->trial.why;
    mw_str_clear(why);
    if (isinf(g->best.us) || is_less(g->offer.us, g->best.us))
        mw_str_add(why, mw_str_text(&g->offer.why));
    else
        mw_str_printf(why, "no gain is predicted; next to try: %s", mw_str_text(&g->offer.why));
    if (isfinite(g->best.us) && is_less(g->offer.us, g->best.us))
        mw_str_printf(why, " (predicted: %.1f%% less than the best)",
                      100 * (1 - g->offer.us / g->best.us));
    if (why->failed)
        return MW_ERR_NOMEM;
    *out = (mw_proposal){mw_str_text(&g->text), mw_str_text(why), g->offer.us * scale};
    return MW_OK;
}

/** The proposal failed though the model thought well of it: what it changed is not tried again. */
static bool avoid(guided *g) {
    for (uint32_t i = 0; i < g->space->subject_count; i++) {
        const mw_subject_choice *was = &g->before.subjects[i], *is = &g->offer.point.subjects[i];
        mw_edit edit = {.subject = i};
        bool kept = true;
        if (was->proc != is->proc) {
            edit.type = MW_EDIT_PROC;
            edit.value = is->proc;
            kept = MW_PUSH(&g->avoided, edit);
        } else if (!mw_map_same(was->map, is->map)) {
            edit.type = MW_EDIT_MAP;
            edit.map = is->map;
            kept = MW_PUSH(&g->avoided, edit);
        } else if (was->limit != is->limit) {
            edit.type = MW_EDIT_LIMIT;
            edit.limit = is->limit;
            kept = MW_PUSH(&g->avoided, edit);
        }
        const mw_subject *subject = &g->space->subjects[i];
        for (uint32_t a = 0; a < subject->argument_count && kept; a++) {
            uint32_t at = subject->first_argument + a;
            if (g->before.arguments[at].mem == g->offer.point.arguments[at].mem)
                continue;
            uint8_t mem = g->offer.point.arguments[at].mem;
            kept =
                MW_PUSH(&g->avoided, (mw_edit){.type = MW_EDIT_MEMORY,
                                               .subject = i,
                                               .argument = a,
                                               .value = mem ? (uint8_t)(mem - 1) : MW_MEM_KINDS});
        }
        if (!kept)
            return false;
    }
    return true;
}

static mw_status observe(void *self, const mw_evaluation *result, const mw_diags *diags) {
    guided *g = self;
    (void)diags;
    bool ran = result->outcome == MW_OUTCOME_PERFORMANCE;
    if (!g->proposed) { // about the default mapper
        g->best_observed_us = ran ? result->makespan_us : -1;
        g->best.us = ran ? g->best.us : INFINITY;
        return_to_best(g);
        return MW_OK;
    }
    double to_beat_us = g->best_observed_us >= 0 ? g->best_observed_us : g->best.us;
    if (ran && is_less(result->makespan_us, to_beat_us)) {
        candidate_copy(g, &g->best, &g->offer);
        g->best_observed_us = result->makespan_us;
        return_to_best(g);
        return MW_OK;
    }
    return ran || avoid(g) ? MW_OK : MW_ERR_NOMEM;
}

extern const mw_optimizer mw_optimizer_guided;
const mw_optimizer mw_optimizer_guided = {
    "guided",
    "reads the profile, tries remedies in the simulator, composes what helps; needs nothing",
    create,
    propose,
    observe,
    destroy};
