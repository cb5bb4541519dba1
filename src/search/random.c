// src/search/random.c: `random`: mappers drawn from the space, each once; what others are measured
// against.
#include "search/known.h"
#include "search/optimizer.h"
#include "search/space.h"

/** Draws in a row that may all be known before the space counts as exhausted. */
enum { MOST_REPEATS = 1000 };

typedef struct random_search {
    mw_space *space;
    mw_rng rng;
    mw_known known;
    mw_space_point point;
    mw_str text;
} random_search;

static void destroy(void *self) {
    random_search *r = self;
    if (!r)
        return;
    mw_space_point_clear(&r->point);
    mw_space_free(r->space);
    mw_known_clear(&r->known);
    mw_str_clear(&r->text);
    free(r);
}

static mw_status create(const mw_problem *problem, void **self) {
    random_search *r = calloc(1, sizeof *r);
    if (!r)
        return MW_ERR_NOMEM;
    r->rng.state = problem->seed;
    mw_status status = mw_space_new(problem->graph, problem->machine, problem->keep, &r->space);
    if (status == MW_OK && !mw_space_point_init(r->space, &r->point))
        status = MW_ERR_NOMEM;
    if (status != MW_OK) {
        destroy(r);
        return status;
    }
    *self = r;
    return MW_OK;
}

static mw_status propose(void *self, mw_proposal *out) {
    random_search *r = self;
    for (int i = 0; i < MOST_REPEATS; i++) {
        mw_space_random(r->space, &r->rng, &r->point);
        mw_str_clear(&r->text);
        mw_space_render(r->space, &r->point, &r->text);
        if (r->text.failed)
            return MW_ERR_NOMEM;
        uint64_t key = mw_known_key(mw_str_text(&r->text));
        if (mw_known_find(&r->known, key))
            continue;
        if (!mw_known_add(&r->known, key, MW_OUTCOME_PERFORMANCE, -1))
            return MW_ERR_NOMEM;
        *out = (mw_proposal){mw_str_text(&r->text), "drawn at random", -1};
        return MW_OK;
    }
    return MW_ERR_RANGE;
}

static mw_status observe(void *self, const mw_evaluation *result, const mw_diags *diags) {
    (void)self; // learns nothing: that is the point of it
    (void)result;
    (void)diags;
    return MW_OK;
}

extern const mw_optimizer mw_optimizer_random;
const mw_optimizer mw_optimizer_random = {
    "random", "random valid mappers, to measure others against", create, propose, observe, destroy};
