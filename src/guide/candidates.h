// src/guide/candidates.h: what may be worth trying, as concrete statements. Uses: facts. Internal
// to the layer. A candidate is only a guess: suggest.c simulates it before anybody hears of it, so
// one that cannot be planned is harmless.
#pragma once
#include "base/vec.h"
#include "guide/facts.h"
#include "guide/feedback.h"

typedef struct mw_candidate {
    mw_situation situation; ///< what it is for; INDEX_MAP and its like are told apart afterwards
    double weight;          ///< how promising: the largest are tried first
    uint32_t subject;       ///< into facts.kinds: what it is about; MW_NO_ID: several
    const char *why;        ///< what is wrong, with figures; NULL: what the trial shows says it
    const char *what;       ///< what to do: "run stencil on GPU"
    const char *statements; ///< to stand on top of the mapper
} mw_candidate;

typedef struct mw_candidates {
    const mw_facts *facts;
    mw_arena *arena;
    char prefix[24]; ///< of names that the mapper does not have: "guide"
    MW_VEC(mw_candidate) list;
    bool failed; ///< out of memory
} mw_candidates;

/** Adds one and clears `statements`. Texts are copied. */
void mw_candidate_add(mw_candidates *c, mw_situation situation, double weight, uint32_t subject,
                      const char *why, const char *what, mw_str *statements);
const char *mw_candidate_text(mw_candidates *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void mw_try_processors(mw_candidates *c); ///< other kinds of processors (try_place.c)
void mw_try_maps(mw_candidates *c);       ///< other index maps
void mw_try_memories(mw_candidates *c);   ///< other memories (try_data.c)
void mw_try_layouts(mw_candidates *c);
void mw_try_room(mw_candidates *c);       ///< for memories that are full
void mw_try_limits(mw_candidates *c);     ///< other instance limits (try_order.c)
void mw_try_order(mw_candidates *c);      ///< priorities
void mw_try_submission(mw_candidates *c); ///< who submits, on several nodes

/** Definitions and a map statement that spread a subject over the processors of a kind in the
 * plainest way, for candidates that move it there; nothing where it has no launch. */
void mw_spread_plainly(const mw_candidates *c, const uint32_t subjects[], uint32_t count,
                       mw_proc_kind proc, mw_str *out);
