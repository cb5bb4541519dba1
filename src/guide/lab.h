// src/guide/lab.h: what-if: one mapper on one graph and machine, and what would become of its time
// if one thing were different. Uses: profile, plan, lang. Deterministic. One is used by one thread
// at a time; several may share graph, edges and machine.
#pragma once
#include "profile/profile.h"

typedef struct mw_lab mw_lab;

/** What a what-if looks at besides the time: enough to say why it changed. */
typedef struct mw_lab_run {
    double makespan_us;
    uint64_t copied_bytes;
    uint32_t evictions;
    double imbalance; ///< as mw_profile.imbalance
} mw_lab_run;

/** @param[out] out  owned by the caller until mw_lab_free(); graph, edges and machine must outlive
 *  it. @return MW_OK or MW_ERR_NOMEM */
mw_status mw_lab_new(const mw_graph *g, const mw_edges *e, const mw_machine *m, mw_lab **out);
void mw_lab_free(mw_lab *lab); ///< NULL is allowed.
const mw_graph *mw_lab_graph(const mw_lab *lab);
const mw_edges *mw_lab_edges(const mw_lab *lab);
const mw_machine *mw_lab_machine(const mw_lab *lab);

/** Takes a mapper as the one that is asked about: parses, plans, simulates and profiles it. What it
 *  held before is gone.
 *  @param name  for messages
 *  @return MW_OK, MW_ERR_INPUT (it does not get as far as an end: see diags; the lab still holds
 *  its text), MW_ERR_NOMEM */
mw_status mw_lab_load(mw_lab *lab, const char *name, const char *mapper, mw_diags *diags);

// Of the mapper that is loaded; valid until the next load. NULL: it did not get so far.
const char *mw_lab_mapper(const mw_lab *lab);
const mw_program *mw_lab_program(const mw_lab *lab);
const mw_plan *mw_lab_plan(const mw_lab *lab);
const mw_timeline *mw_lab_timeline(const mw_lab *lab);
const mw_profile *mw_lab_profile(const mw_lab *lab);
/** Of that mapper; all 0 unless it ran. */
mw_lab_run mw_lab_now(const mw_lab *lab);
/** How many simulations it has made. */
uint64_t mw_lab_simulations(const mw_lab *lab);

// Each of these answers: the same run with one thing changed. Nothing that is loaded changes.
// @return MW_OK; MW_ERR_INPUT: it does not run then (out untouched); MW_ERR_RANGE: what is loaded
// did not run, or there is no such link or kind; MW_ERR_NOMEM

/** With other decisions: these statements on top of the mapper, where they come before its own
 * (docs/language.md: for one key the first statement counts). */
mw_status mw_lab_with(mw_lab *lab, const char *statements, mw_lab_run *out);
/** With another mapper altogether. Needs nothing that is loaded. */
mw_status mw_lab_instead(mw_lab *lab, const char *mapper, mw_lab_run *out);
/** With one link, or all of them (MW_NO_ID), infinitely fast. */
mw_status mw_lab_fast_link(mw_lab *lab, uint32_t link, double *makespan_us);
/** With the tasks of one kind taking no time. */
mw_status mw_lab_fast_kernel(mw_lab *lab, uint32_t kind, double *makespan_us);
/** With tasks that cost nothing to submit. */
mw_status mw_lab_free_submission(mw_lab *lab, double *makespan_us);

/** The text that mw_lab_with() simulates: `statements`, an empty line, `mapper`. */
void mw_lab_compose(mw_str *out, const char *statements, const char *mapper);
