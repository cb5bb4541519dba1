// src/search/moves.h: from a profile to what is worth trying: findings, then moves that address
// them. Uses: space, evaluator.
#pragma once
#include "base/vec.h"
#include "search/evaluator.h"
#include "search/rank.h"

/** What holds a simulated run back, as shares of its makespan. */
typedef struct mw_findings {
    bool ran; ///< false: it could not be mapped or did not fit; the rest is then 0
    double makespan_us;
    double idle;       ///< of the processors of the kinds in use, mean share of time without a task
    double imbalance;  ///< mw_profile.imbalance
    double copies;     ///< what infinitely fast links would save
    double submission; ///< what free submission would save
    double limits;     ///< on the critical path: waiting for an instance limit
    double memory;     ///< on the critical path: waiting for room in a memory
    double *running;   ///< [subject_count] on the critical path: its tasks running
    double *copying;   ///< [argument_count] copies of that argument, over all copy time
    double *rank_us;   ///< [node_count] upward ranks; all 0 if they could not be had
} mw_findings;

/** Evaluates a mapper with the problem's model and finds out. Two what-ifs and one evaluation.
 *  @param arena  of the arrays
 *  @return MW_OK, MW_ERR_NOMEM, or what the model returned */
mw_status mw_findings_of(const mw_space *s, const mw_edges *edges, const mw_evaluator *model,
                         const char *mapper, mw_arena *arena, mw_findings *out);

typedef enum mw_edit_type {
    MW_EDIT_PROC,
    MW_EDIT_MAP,
    MW_EDIT_SINGLE,
    MW_EDIT_MEMORY,
    MW_EDIT_LAYOUT,
    MW_EDIT_LIMIT,
    MW_EDIT_PRIORITY,
} mw_edit_type;

/** One choice of one subject, set to something else. */
typedef struct mw_edit {
    uint8_t type;  ///< mw_edit_type
    uint8_t value; ///< PROC: mw_proc_kind; MEMORY: mw_mem_kind, MW_MEM_KINDS: the default's;
                   ///< LAYOUT: as in mw_argument_choice
    uint32_t subject;
    uint32_t argument;           ///< MEMORY, LAYOUT: position
    uint32_t limit;              ///< LIMIT
    mw_map_choice map;           ///< MAP, SINGLE
    mw_priority_choice priority; ///< PRIORITY
} mw_edit;

typedef struct mw_move {
    uint32_t first_edit, edit_count;
    uint8_t group;     ///< moves for the same cause have the same
    double weight;     ///< how promising, from the share of the cause that it addresses
    const char *cause; ///< "copies cost 38%": from the findings; "" for nothing noteworthy
    const char *what;  ///< "potrf, gemm: any CPU that is free"
} mw_move;

typedef struct mw_moves {
    mw_arena *arena; ///< of the texts
    MW_VEC(mw_move) list;
    MW_VEC(mw_edit) edits;
    bool failed; ///< out of memory
} mw_moves;

/** All moves from a point, most promising first (ties: in a fixed order). */
mw_status mw_moves_find(const mw_space *s, const mw_space_point *from, const mw_findings *findings,
                        mw_moves *out);
void mw_moves_clear(mw_moves *m);
/** Sets a choice; one that the subject does not have where it runs is left as it is. */
void mw_edit_apply(const mw_space *s, const mw_edit *edit, mw_space_point *p);
